"""What is added to eyes that are drawn finely. Everything lies within what is there: the eye keeps its shape and place."""

import numpy as np

from providers.local.sketch.canvas import Window
from providers.local.sketch.eye import Eye
from providers.local.sketch.geometry import Floats, floats, mix, shaded, smoothstep
from providers.local.sketch.identity import Identity

LASHES = 24
"""On each upper lid."""


def paint_fine_iris(ball: Window, identity: Identity, distance: Floats, middle: float, fine: float) -> None:
    """Fibres, a paler ring around the pupil and a dark one around the iris; a few veins in the white."""
    angle = np.arctan2(ball.y + 0.1, ball.x - middle)
    wander = 1.3 * np.sin(angle * 5 + identity.marks_seed % 11) + 2.2 * distance
    fibres = 0.5 + 0.5 * np.sin(angle * 52 + wander) * np.cos(angle * 31 - wander * 0.7)
    inside = smoothstep(0.94, 0.80, distance) * smoothstep(0.44, 0.54, distance)
    bright = floats(mix(shaded(identity.iris_inner, 1.35), (1.0, 1.0, 0.96), 0.12))
    ball.blend(floats(inside * fibres**2 * 0.34 * min(1.3, fine)), bright)
    ball.darken(floats(inside * (1 - fibres) ** 3 * 0.34 * min(1.3, fine)))
    collar = np.exp(-(((distance - 0.56 - 0.03 * np.sin(angle * 17)) / 0.06) ** 2))
    ball.blend(floats(collar * 0.34 * min(1.3, fine)), mix(bright, (0.85, 0.60, 0.25), 0.35))
    rim = np.exp(-(((distance - 0.96) / 0.07) ** 2))
    ball.darken(floats(rim * 0.40 * min(1.3, fine)))
    vein = np.exp(-((np.sin(ball.y * 15 + 2.4 * np.sin(ball.x * 5 + identity.marks_seed % 5)) / 0.10) ** 2))
    white = smoothstep(1.25, 1.6, distance) * smoothstep(0.55, 0.95, np.abs(ball.x))
    ball.blend(floats(vein * white * 0.10 * min(1.3, fine)), (0.80, 0.36, 0.34))


def paint_reflection(ball: Window, middle: float, side: float, fine: float) -> None:
    """The window that the light comes from, with its cross, and the light that the lower iris gathers."""
    x, y = ball.x - middle - 0.19 * side, ball.y + 0.29
    x = x + 0.18 * y  # It leans as the eyeball is round.
    pane = smoothstep(1.12, 0.80, floats(((x / 0.125) ** 4 + (y / 0.155) ** 4) ** 0.25))
    bars = np.maximum(smoothstep(0.034, 0.010, np.abs(x)), smoothstep(0.034, 0.010, np.abs(y)))
    ball.glow(floats(pane * (1 - 0.55 * bars) * min(0.9, 0.7 * fine)), (1.0, 1.0, 0.99))
    gathered = np.hypot((ball.x - middle + 0.14 * side) / 1.5, ball.y - 0.19)
    ball.glow(floats(smoothstep(0.16, 0.02, floats(gathered)) * 0.26 * min(1.3, fine)), (0.95, 0.98, 1.0))


def paint_single_lashes(window: Window, identity: Identity, eye: Eye, fine: float) -> None:
    """Hairs that rise from the lid's edge and bend outwards, and the wet line of light on the lower lid."""
    ink = mix(shaded(identity.brow_colour, 0.35), (0.03, 0.02, 0.03), 0.7)
    rng = np.random.default_rng((identity.marks_seed, 61))
    reach = (0.12 + 0.13 * identity.femininity) * (1.25 if identity.is_anime else 1.0)
    up = eye.upper - eye.v  # height over the lid's edge
    root = eye.u - 0.55 * (eye.u + 0.15) * np.clip(up, 0, 0.5) - 0.75 * np.clip(up, 0, 0.5) ** 2
    covered = np.zeros_like(eye.u)
    for place in np.linspace(-0.66, 0.98, LASHES) + rng.normal(0, 0.012, LASHES):
        length = reach * (0.40 + 0.70 * smoothstep(-0.9, 0.7, floats(place)).item()) * rng.uniform(0.75, 1.15)
        share = np.clip(up / length, 0, 1)
        thin = (0.013 + 0.30 * eye.soft) * (1 - 0.7 * share)
        hair = smoothstep(floats(thin + 0.6 * eye.soft), floats(thin * 0.3), np.abs(root - place))
        covered = np.maximum(covered, hair * (up > -0.02) * smoothstep(1.0, 0.72, floats(up / length)))
    window.blend(floats(covered * min(0.9, 0.66 * fine)), ink)
    edge = floats(eye.v - eye.lower)
    wet = np.exp(-(((edge + 0.015) / (0.016 + eye.soft)) ** 2)) * smoothstep(0.95, 0.6, np.abs(eye.u))
    window.glow(floats(wet * 0.28 * min(1.3, fine)), (1.0, 0.97, 0.96))
