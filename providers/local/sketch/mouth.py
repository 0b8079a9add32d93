"""The mouth, in its own coordinates: m from corner (-1) to corner (1), and heights in head units."""

from dataclasses import dataclass

import numpy as np

from providers.local.sketch.canvas import WARM_SHADOW, FaceCanvas, Window
from providers.local.sketch.geometry import Floats, floats, mix, shaded, smoothstep
from providers.local.sketch.identity import Identity
from providers.local.sketch.pose import Pose


@dataclass(frozen=True, slots=True)
class Lips:
    """Heights of the four edges at each pixel: top of the upper lip, its lower edge, top of the lower lip, its end."""

    m: Floats
    top: Floats
    inner_top: Floats
    inner_bottom: Floats
    bottom: Floats


def paint_mouth(canvas: FaceCanvas, identity: Identity, pose: Pose, *, fine: float = 0.0) -> None:
    face, mood = identity.face, pose.expression
    wide = face.mouth_width * (1 + 0.20 * max(0.0, mood.smile))
    window = canvas.window((-wide * 1.2, face.mouth_y - 0.2), (wide * 1.2, face.mouth_y + 0.26))
    if window.x.size == 0:
        return
    stands_out = 0.03 * canvas.lean
    moved = Window(window.colours, floats(window.x - stands_out), window.y)
    lips = _lips_at(moved, identity, pose, wide)
    soft = canvas.pixel * 1.3
    _paint_shadow_below(moved, identity, lips)
    _paint_inside(moved, identity, lips, mood.open, soft)
    _paint_upper(moved, identity, lips, soft)
    _paint_lower(moved, identity, lips, soft)
    if fine > 0:
        _paint_creases(moved, identity, lips, soft, fine)
    _paint_line(moved, identity, lips, mood.open, canvas.pixel)


def _lips_at(window: Window, identity: Identity, pose: Pose, wide: float) -> Lips:
    face, mood = identity.face, pose.expression
    m = floats(window.x / wide)
    a = np.clip(np.abs(m), 0, 1)
    corner_lift = -0.072 * mood.smile * a**1.9
    wave = 0.0045 * np.cos(np.clip(m, -1, 1) * 7.0) * (1 - a)
    line = face.mouth_y + 0.022 * mood.smile * (1 - a) + corner_lift + wave
    gap = mood.open * 0.150 * (1 - a**2.0) ** 0.9
    bow = face.lip_bow * 0.35 * np.exp(-((m / 0.16) ** 2))
    thin = (1 - 0.28 * mood.smile * (mood.open > 0)) * (1 - 0.35 * identity.age)
    upper = face.lip_upper * thin * (0.42 * (1 - a**1.3) + 0.66 * (1 - a**2.6)) * (1 - bow)
    lower = face.lip_lower * thin * (1 - a**2.3) ** 0.85
    inner_top = line - 0.26 * gap + 0.010 * mood.open * np.exp(-((m / 0.30) ** 2))
    inner_bottom = line + 0.74 * gap
    return Lips(m, floats(inner_top - upper), floats(inner_top), floats(inner_bottom), floats(inner_bottom + lower))


def _span(y: Floats, top: Floats, bottom: Floats, soft: float) -> Floats:
    return floats(np.minimum(smoothstep(-soft, soft, floats(y - top)), smoothstep(soft, -soft, floats(y - bottom))))


def _between_corners(m: Floats) -> Floats:
    return smoothstep(1.02, 0.94, np.abs(m))


def _paint_shadow_below(window: Window, identity: Identity, lips: Lips) -> None:
    below = floats(window.y - lips.bottom)
    amount = np.exp(-(((below - 0.035) / 0.035) ** 2)) * smoothstep(0.75, 0.1, np.abs(lips.m))
    window.darken(floats(amount * 0.20), WARM_SHADOW)


def _paint_inside(window: Window, identity: Identity, lips: Lips, opening: float, soft: float) -> None:
    if opening <= 0:
        return
    hole = _span(window.y, lips.inner_top, lips.inner_bottom, soft) * _between_corners(lips.m)
    a = np.abs(lips.m)
    room = np.maximum(lips.inner_bottom - lips.inner_top, 1e-4)
    depth = floats((window.y - lips.inner_top) / room)
    window.blend(hole, (0.20, 0.06, 0.07))
    tongue = smoothstep(0.62, 0.98, depth) * smoothstep(0.7, 0.1, a)
    window.blend(floats(hole * tongue * 0.75), mix(identity.lips, (0.62, 0.22, 0.24), 0.6))
    edge = 0.86 - 0.22 * opening - 0.10 * a**2  # The teeth end in a curve, not in a bar.
    single = np.abs(np.sin(np.sign(lips.m) * a**0.85 * 8.5))
    scallop = 0.035 * smoothstep(0.5, 0.0, floats(single))
    row = smoothstep(floats(edge + 0.07 - scallop), floats(edge - 0.07 - scallop), depth) * smoothstep(0.94, 0.55, a)
    lip_shadow = 0.42 * np.exp(-((depth / (0.20 + 0.10 * a)) ** 2))
    tone = (0.95 - 0.46 * smoothstep(0.10, 0.88, a) - lip_shadow) * (1 - 0.085 * smoothstep(0.16, 0.0, floats(single)))
    warm = floats((1.0, 0.962, 0.915)) ** (1 + 2.0 * lip_shadow + 1.2 * a)[..., None]
    window.blend(floats(hole * row * min(1.0, opening * 5)), tone[..., None] * warm)


def _paint_upper(window: Window, identity: Identity, lips: Lips, soft: float) -> None:
    inside = _span(window.y, lips.top, lips.inner_top, soft * 1.6) * _between_corners(lips.m)
    height = np.maximum(lips.inner_top - lips.top, 1e-3)
    depth = floats((window.y - lips.top) / height)
    dark, light = floats(shaded(identity.lips, 0.80)), floats(shaded(identity.lips, 1.03))
    colour = light + (dark - light) * smoothstep(-0.1, 1.05, depth)[..., None]
    window.blend(
        floats(inside * (0.62 + 0.30 * identity.femininity) * (1 - 0.2 * smoothstep(0.5, 1, np.abs(lips.m)))), colour
    )
    ridge = np.exp(-(((window.y - lips.top + 0.006) / 0.010) ** 2)) * smoothstep(0.55, 0.1, np.abs(lips.m))
    window.glow(floats(ridge * 0.10), (1.0, 0.9, 0.85))


def _paint_lower(window: Window, identity: Identity, lips: Lips, soft: float) -> None:
    inside = _span(window.y, lips.inner_bottom, lips.bottom, soft * 2.2) * _between_corners(lips.m)
    height = np.maximum(lips.bottom - lips.inner_bottom, 1e-3)
    depth = floats((window.y - lips.inner_bottom) / height)
    dark, light = floats(shaded(identity.lips, 0.82)), floats(shaded(identity.lips, 1.12))
    colour = dark + (light - dark) * (smoothstep(-0.1, 0.5, depth) * smoothstep(1.25, 0.6, depth))[..., None]
    window.blend(floats(inside * (0.55 + 0.33 * identity.femininity)), colour)
    shine = np.exp(-(((depth - 0.42) / 0.20) ** 2)) * np.exp(-(((np.abs(lips.m) - 0.20) / 0.17) ** 2)) * inside
    window.glow(floats(shine * (0.10 + 0.22 * identity.makeup)), (1.0, 0.93, 0.92))


def _paint_line(window: Window, identity: Identity, lips: Lips, opening: float, pixel: float) -> None:
    ink = mix(shaded(identity.lips, 0.30), (0.16, 0.05, 0.06), 0.4)
    thick = 0.0085 + 0.6 * pixel
    near = np.exp(-(((window.y - lips.inner_top) / thick) ** 2)) * smoothstep(1.07, 0.82, np.abs(lips.m))
    middle = 0.55 + 0.45 * smoothstep(0.9, 0.2, np.abs(lips.m))
    window.blend(floats(near * (0.68 - 0.30 * (opening > 0)) * middle), ink)
    corner = np.exp(-(((np.abs(lips.m) - 1.0) / 0.06) ** 2)) * np.exp(-(((window.y - lips.inner_top) / 0.016) ** 2))
    window.darken(floats(corner * 0.34), WARM_SHADOW)


def _paint_creases(window: Window, identity: Identity, lips: Lips, soft: float, fine: float) -> None:
    """The fine upright lines of lips, bent outwards from the middle, and the wet light between them."""
    upper = _span(window.y, lips.top, lips.inner_top, soft * 2)
    lower = _span(window.y, lips.inner_bottom, lips.bottom, soft * 3)
    inside = np.clip(upper + lower, 0, 1) * _between_corners(lips.m)
    bend = (window.y - identity.face.mouth_y) * 1.8 * lips.m
    phase = (lips.m + bend) * 46 + 2.6 * np.sin(lips.m * 9 + identity.marks_seed % 7) + 1.1 * np.sin(lips.m * 23)
    depth_of_groove = 0.55 + 0.45 * np.sin(lips.m * 13 + 2.0 + window.y * 40)
    groove = np.clip(np.sin(phase), 0, 1) ** 2 * depth_of_groove
    quiet = 0.4 if identity.is_anime else 1.0
    window.darken(floats(inside * groove * 0.085 * min(1.4, fine) * quiet), (0.8, 1.0, 1.0))
    depth = floats((window.y - lips.inner_bottom) / np.maximum(lips.bottom - lips.inner_bottom, 1e-3))
    wet = np.exp(-(((depth - 0.36) / 0.11) ** 2)) * smoothstep(0.62, 0.12, np.abs(lips.m)) * lower
    window.glow(floats(wet * (1 - 0.6 * groove) * 0.20 * min(1.4, fine)), (1.0, 0.95, 0.94))
