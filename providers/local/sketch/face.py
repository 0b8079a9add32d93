"""The face: skin in the light, then the features on it, from the large to the small."""

from dataclasses import dataclass
from math import cos

import numpy as np
from PIL import Image

from providers.local.sketch.canvas import WARM_SHADOW, FaceCanvas, Window
from providers.local.sketch.eyes import paint_brows, paint_eyes
from providers.local.sketch.fine import paint_pores
from providers.local.sketch.geometry import (
    Camera,
    Floats,
    Grid,
    bump,
    bumps,
    enlarge,
    floats,
    mix,
    picture,
    polygon_mask,
    shaded,
    smoothstep,
    speckle,
)
from providers.local.sketch.head import FaceMap, HeadForm, relief, trace
from providers.local.sketch.identity import Identity
from providers.local.sketch.light import Lights, Shade, cel, painted, shade, skin_colours
from providers.local.sketch.mouth import paint_mouth
from providers.local.sketch.pose import HeadPlace, Pose
from providers.local.sketch.solid import Solid

SKIN_DETAIL = 130
"""Points per head unit on which light on skin is worked out: finer cannot be told apart after enlarging."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Everything fixed for one picture that its parts need."""

    identity: Identity
    pose: Pose
    camera: Camera
    lights: Lights
    form: HeadForm
    place: HeadPlace
    solid: Solid | None = None
    """The head in space, where it is turned far."""
    fine: float = 0.0
    """How much finer than usual it is drawn: 0 as usual, 1 as with a trained file."""

    @property
    def is_from_behind(self) -> bool:
        return cos(self.pose.yaw) < 0

    def outline(self) -> Floats:
        """The visible edge of the head in flat head units."""
        return self.solid.outline if self.solid else self.form.outline(self.place)

    def head_pixels(self, points: Floats) -> Floats:
        """Points of the head (x, y, z) on the canvas."""
        return self.camera.pixels(self.place.project(points))


def paint_face(target: Image.Image, figure: Figure) -> None:
    outline = figure.camera.pixels(_into_the_nape(figure) if figure.is_from_behind else figure.outline())
    canvas = _lit_skin(figure, outline)
    _paint_scalp(canvas, figure.identity)
    if not figure.is_from_behind:
        _paint_features(canvas, figure)
    mask = polygon_mask(canvas.box, [outline], fine=3)
    target.paste(picture(canvas.colours), canvas.box.corner, mask)


def _into_the_nape(figure: Figure) -> Floats:
    """The outline from behind: below the ears the skull goes over into the neck."""
    outline = figure.outline().copy()
    share = smoothstep(0.34, 0.80, outline[:, 1])
    narrow = np.clip(outline[:, 0], -figure.identity.body.neck, figure.identity.body.neck)
    outline[:, 0] += (narrow - outline[:, 0]) * share
    return outline


def _paint_features(canvas: FaceCanvas, figure: Figure) -> None:
    identity, pose, fine = figure.identity, figure.pose, figure.fine
    if fine > 0:
        paint_pores(canvas, identity, fine)
    _paint_marks(canvas, identity)
    _paint_beard(canvas, identity)
    _paint_nose(canvas, figure)
    paint_mouth(canvas, identity, pose, fine=fine)
    paint_eyes(canvas, identity, pose, light_x=float(pose.light_side), fine=fine)
    paint_brows(canvas, identity, pose, fine=fine)


def _lit_skin(figure: Figure, outline: Floats) -> FaceCanvas:
    box = figure.camera.box(outline, margin=0.03)
    grid = Grid.over(figure.camera, box, finest=SKIN_DETAIL * (1 + 0.2 * min(1.0, figure.fine)))
    if figure.solid:
        face_map, depth = figure.solid.traced(grid)
    else:
        face_map = trace(figure.form, figure.place, grid)
        depth = relief(figure.identity, face_map, figure.place, figure.pose.expression)
    light = shade(depth, grid.step, figure.lights, flatten=0.92)
    free = smoothstep(figure.form.chin - 0.02, figure.form.chin - 0.16, face_map.y)  # Nothing shines under the chin.
    light = Shade(light.lit, floats(light.gloss * free), floats(light.rim * free))
    tone = face_tone(figure, face_map, light)
    colours = skin_colours(
        figure.identity.skin,
        tone,
        light,
        figure.lights.mood,
        darkness=figure.identity.darkness,
        age=figure.identity.age,
    )
    colours = _blushed(colours, face_map, figure)
    large_x, large_y = enlarge(face_map.x, box), enlarge(face_map.y, box)
    return FaceCanvas(
        enlarge(colours, box),
        large_x,
        large_y,
        box,
        figure.camera,
        figure.place,
        figure.form,
        is_solid=figure.solid is not None,
    )


def face_tone(figure: Figure, face_map: FaceMap, light: Shade) -> Floats:
    """Light with the shadows that one part of the face throws on another."""
    identity, x, y = figure.identity, face_map.x, face_map.y
    face, away = identity.face, -figure.pose.light_side
    nose_shadow = bump(x, y, (away * 0.085, face.nose_length + 0.055), (0.085, 0.04))
    nose_side = bump(x, y, (away * 0.115, face.nose_length - 0.12), (0.05, 0.13))
    lip_shadow = bump(x, y, (away * 0.02, face.mouth_y + 0.145), (0.13, 0.03))
    jaw = smoothstep(0.72, 1.04, y) * 0.35 + smoothstep(0.44, 0.70, floats(np.abs(x))) * 0.28
    sockets = bumps(x, y, (0.145, -0.075), (0.07, 0.07))
    under = smoothstep(figure.form.chin - 0.11, figure.form.chin - 0.01, y) * 0.62
    shadow = under + 0.50 * nose_shadow + 0.16 * nose_side + 0.22 * lip_shadow + jaw + 0.22 * sockets
    contrast = figure.lights.mood.contrast
    lit = np.clip(0.56 + (light.lit - 0.56) * contrast * 1.12 - shadow * 0.75, 0, 1)
    if identity.is_anime:
        return cel(floats(0.30 * 0.6 + 0.70 * lit))
    return painted(floats(lit), levels=4.0, crisp=0.30 * max(0.0, 1 - figure.fine))


def _blushed(colours: Floats, face_map: FaceMap, figure: Figure) -> Floats:
    """Warmth on cheeks, nose and chin: skin of one colour looks like plastic."""
    identity, x, y = figure.identity, face_map.x, face_map.y
    cheeks = bumps(x, y, (0.39, 0.25), (0.16, 0.11))
    nose = bump(x, y, (0, identity.face.nose_length - 0.04), (0.10, 0.07))
    warm = (
        0.29 * identity.blush * cheeks * (0.7 + 0.5 * identity.makeup)
        + 0.13 * nose
        + 0.05 * bump(x, y, (0, 0.92), (0.14, 0.08))
    )
    rosy = floats(mix(identity.skin, (0.86, 0.30, 0.28), 0.62)) * floats((1.0, 0.95, 0.95))
    lightness = colours.mean(axis=-1, keepdims=True) / max(0.2, float(np.mean(identity.skin)))
    return floats(colours + (rosy * lightness - colours) * warm[..., None])


def _paint_scalp(canvas: FaceCanvas, identity: Identity) -> None:
    """Hair seen from above its roots: keeps skin from showing between strands, and is all there is of a buzz cut."""
    if identity.hair_style == "bald":
        return
    window = Window(canvas.colours, canvas.x, canvas.y)
    x, y = window.x, window.y
    grain = speckle(x, y * 0.6, size=0.0055)
    buzzed = identity.hair_style == "buzz_cut"
    edge = hairline(x) - 0.02 + (0.03 if buzzed else 0.012) * (grain - 0.5)
    nape = 0.16 * smoothstep(0.70, 0.95, np.abs(x))  # Behind the ears hair grows further down.
    area = smoothstep(0.045, -0.13, floats(y - edge - nape))
    light = window.colours.mean(axis=-1, keepdims=True) / max(0.15, float(np.mean(identity.skin)))
    colour = floats(mix(identity.hair_shadow, identity.hair_body, 0.55 if buzzed else 0.35)) * (0.35 + 0.75 * light)
    alpha = area * (0.66 + 0.26 * grain if buzzed else 0.90)
    window.blend(floats(alpha), colour)


def hairline(x: Floats) -> Floats:
    """The height at which hair begins, seen from the front."""
    return floats(-0.63 + 0.86 * np.clip(np.abs(x) / 0.665, 0, 1.1) ** 3.4)


def _paint_nose(canvas: FaceCanvas, figure: Figure) -> None:
    """Nostrils, the crease of the wings and a small light on the tip. The rest of the nose is shading alone."""
    identity = figure.identity
    face = identity.face
    window = canvas.window((-0.24, 0.1), (0.24, face.nose_length + 0.12))
    if window.x.size == 0:
        return
    x, y = floats(window.x - 0.10 * canvas.lean), window.y
    side, width = np.abs(x), face.nose_width
    base = face.nose_length + 0.018
    slant = y - base + (side - width * 0.5) * 0.28
    hole = smoothstep(1.25, 0.55, floats(np.hypot((side - width * 0.50) / (0.30 * width), slant / 0.0165)))
    quiet = 0.55 if identity.is_anime else 1.0
    window.blend(floats(hole * 0.72 * quiet), mix(shaded(identity.skin, 0.30), (0.2, 0.05, 0.04), 0.4))
    wing = np.hypot((side - width * 0.72) / (width * 0.42), (y - base + 0.035) / 0.062)
    crease = (
        np.exp(-(((wing - 1.0) / 0.14) ** 2))
        * smoothstep(width * 0.70, width * 1.05, side)
        * smoothstep(-0.09, 0.0, floats(y - base + 0.03))
    )
    window.darken(floats(crease * 0.26 * quiet), WARM_SHADOW)
    under = np.exp(-(((y - base - 0.004) / 0.014) ** 2)) * smoothstep(width * 0.9, width * 0.2, side)
    window.darken(floats(under * 0.26 * quiet), WARM_SHADOW)
    light_x = figure.pose.light_side * 0.022
    tip = bump(x, y, (light_x, face.nose_length - 0.068), (0.030, 0.030))
    ridge = bump(x, y, (light_x * 0.8, 0.16), (0.028, 0.12))
    window.glow(floats(tip * 0.22 + ridge * 0.045), (1.0, 0.95, 0.9))


def _paint_marks(canvas: FaceCanvas, identity: Identity) -> None:
    rng = np.random.default_rng(identity.marks_seed)
    dark = mix(shaded(identity.skin, 0.62), (0.55, 0.28, 0.16), 0.4)
    if identity.freckles > 0:
        for _ in range(int(70 * identity.freckles)):
            spot = (float(rng.normal(0, 0.27)), float(rng.normal(0.2, 0.09)))
            _paint_spot(canvas, spot, float(rng.uniform(0.006, 0.013)), float(rng.uniform(0.25, 0.6)), dark)
    if identity.beauty_mark:
        _paint_spot(canvas, identity.beauty_mark, 0.0155, 0.85, shaded(identity.skin, 0.30))
    _paint_lines(canvas, identity)


def _paint_spot(
    canvas: FaceCanvas, at: tuple[float, float], radius: float, alpha: float, colour: tuple[float, float, float]
) -> None:
    window = canvas.window(at, at, margin=0.03)
    if window.x.size:
        distance = np.hypot(window.x - at[0], window.y - at[1])
        window.blend(floats(smoothstep(radius + canvas.pixel, radius * 0.4, floats(distance)) * alpha), colour)


def _paint_lines(canvas: FaceCanvas, identity: Identity) -> None:
    """Age, gently: the forehead, the corners of the eyes, the fold beside the mouth."""
    age = smoothstep(0.22, 0.95, floats(identity.age)).item()
    if age <= 0.02:
        return
    window = canvas.window((-0.6, -0.6), (0.6, 0.9))
    x, y, side = window.x, window.y, np.abs(window.x)
    lines = np.zeros_like(x)
    for height, reach in ((-0.36, 0.34), (-0.44, 0.38), (-0.52, 0.30)):
        wave = height + 0.012 * np.cos(x * 9) - 0.03 * x * x
        lines += np.exp(-(((y - wave) / 0.010) ** 2)) * smoothstep(reach, reach * 0.5, side) * 0.8
    outer = identity.face.eye_x + identity.face.eye_width
    for tilt in (-0.45, -0.05, 0.4):
        lines += (
            np.exp(-(((y - 0.0 - tilt * (side - outer)) / 0.007) ** 2))
            * smoothstep(outer + 0.02, outer + 0.04, side)
            * smoothstep(outer + 0.13, outer + 0.07, side)
        )
    fold = 0.155 + 0.25 * (y - identity.face.nose_length) + 0.1
    inside = smoothstep(identity.face.nose_length - 0.06, identity.face.nose_length + 0.06, y) * smoothstep(
        0.72, 0.60, y
    )
    lines += np.exp(-(((side - fold) / 0.013) ** 2)) * inside * 1.3
    window.darken(floats(np.clip(lines, 0, 1.3) * 0.14 * age), WARM_SHADOW)


def _paint_beard(canvas: FaceCanvas, identity: Identity) -> None:
    if identity.stubble <= 0:
        return
    window = canvas.window((-0.75, -0.1 if canvas.is_solid else 0.2), (0.75, 1.05))
    if window.x.size == 0:
        return
    x, y, side = window.x, window.y, np.abs(window.x)
    face = identity.face
    cheek_line = 0.62 - 0.50 * smoothstep(0.26, 0.66, side)
    area = smoothstep(-0.07, 0.07, floats(y - cheek_line))
    moustache = bumps(x, y, (0.10, face.mouth_y - 0.105), (0.11, 0.036)) * 1.3
    area = np.clip(np.maximum(area, moustache), 0, 1)
    lips = np.hypot(x / (face.mouth_width * 1.05), (y - face.mouth_y - 0.005) / 0.105)
    area *= smoothstep(0.75, 1.15, floats(lips))
    below_lip = bumps(x, y, (0.13, face.mouth_y + 0.13), (0.07, 0.035))
    area *= 1 - 0.5 * below_lip
    if canvas.is_solid:
        area *= smoothstep(0.74, 0.60, side)  # Seen from the side, it ends before the ear.
    grain = speckle(x, y * 0.55, size=0.0055)
    colour = mix(shaded(identity.hair_shadow, 1.0), identity.hair_body, 0.45)
    alpha = area * (identity.stubble * (0.16 + 0.16 * grain) + identity.beard * (0.42 + 0.40 * grain))
    window.blend(floats(np.clip(alpha, 0, 0.93)), colour)
