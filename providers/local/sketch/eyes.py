"""Eyes and brows. One eye is painted in its own coordinates: u from the inner corner (-1) to the outer (1), v down."""

import numpy as np

from providers.local.sketch.canvas import WARM_SHADOW, FaceCanvas, Window
from providers.local.sketch.eye import Eye
from providers.local.sketch.fine_eyes import paint_fine_iris, paint_reflection, paint_single_lashes
from providers.local.sketch.geometry import Floats, floats, mix, shaded, smoothstep
from providers.local.sketch.identity import Identity
from providers.local.sketch.pose import Pose

BROW_HAIRS = 60
"""In each brow."""
HAIRS_SEEN = 0.02
"""Largest size of a pixel (head units) at which single hairs of a brow can be told apart."""


def paint_eyes(canvas: FaceCanvas, identity: Identity, pose: Pose, *, light_x: float, fine: float = 0.0) -> None:
    for side in (-1, 1):
        _paint_eye(canvas, identity, pose, side, light_x=light_x, fine=fine)


def _paint_eye(canvas: FaceCanvas, identity: Identity, pose: Pose, side: int, *, light_x: float, fine: float) -> None:
    face = identity.face
    cx, reach = side * face.eye_x, face.eye_width
    window = canvas.window((cx - reach * 1.3, -reach), (cx + reach * 1.3, reach))
    if window.x.size == 0:
        return
    eye = _eye_at(window, identity, pose, side, canvas.pixel)
    _paint_socket(window, identity, eye)
    _paint_ball(window, identity, pose, eye, light_x=light_x, fine=fine)
    _paint_lids(window, identity, eye)
    _paint_lashes(window, identity, eye)
    if fine > 0:
        paint_single_lashes(window, identity, eye, fine)


def _eye_at(window: Window, identity: Identity, pose: Pose, side: int, pixel: float) -> Eye:
    face, mood = identity.face, pose.expression
    u = floats((window.x - side * face.eye_x) * side / face.eye_width)
    v = floats(window.y / face.eye_width + face.eye_tilt * 1.6 * u)
    age_droop = 0.10 * identity.age
    opening = face.eye_open * (1 - 0.10 * mood.squint - 0.55 * mood.lids) * (1 - age_droop)
    skew = u + 0.16 * (1 - u * u)  # The highest point of the upper lid lies towards the nose.
    round_power = 2.0 + 0.7 * face.eye_round
    arch = np.clip(1 - np.abs(np.clip(skew, -1, 1)) ** round_power, 0, 1)
    belly = np.clip(1 - np.abs(np.clip(u - 0.16 * (1 - u * u), -1, 1)) ** 2.2, 0, 1)
    upper = -0.60 * opening * arch**0.92
    lower = 0.295 * face.eye_open * (1 - 0.5 * mood.squint) * belly**0.95
    return Eye(u, v, floats(upper), floats(lower), 1.1 * pixel / face.eye_width, side)


def _paint_socket(window: Window, identity: Identity, eye: Eye) -> None:
    """The shadow under the brow and, with make-up, a tint on the lid."""
    over = smoothstep(-1.25, -0.2, eye.v) * smoothstep(0.15, -0.2, eye.v) * smoothstep(1.5, 0.5, np.abs(eye.u))
    window.darken(floats(over * 0.13), WARM_SHADOW)
    if identity.makeup > 0.2:
        tint = mix(shaded(identity.skin, 0.62), (0.45, 0.22, 0.24), 0.35)
        wing = over * smoothstep(-0.9, 0.7, eye.u)
        window.blend(floats(wing * 0.34 * identity.makeup), tint)
    below = smoothstep(0.25, 0.42, eye.v) * smoothstep(0.85, 0.45, eye.v) * smoothstep(1.2, 0.4, np.abs(eye.u + 0.1))
    window.darken(floats(below * (0.05 + 0.09 * identity.age)), WARM_SHADOW)


def _paint_ball(window: Window, identity: Identity, pose: Pose, eye: Eye, *, light_x: float, fine: float) -> None:
    lid_shadow = smoothstep(0.34, 0.0, floats(eye.v - eye.upper))
    white = floats((0.955, 0.940, 0.925)) * (1 - 0.10 * identity.darkness)
    ball = np.broadcast_to(white, (*eye.u.shape, 3)).copy()
    ball *= (1 - 0.30 * smoothstep(0.25, 1.05, np.abs(eye.u)))[..., None] * floats((1.0, 0.985, 0.97))
    inner_corner = smoothstep(-0.80, -1.0, eye.u)
    ball += (floats((0.80, 0.52, 0.48)) - ball) * inner_corner[..., None] * 0.8
    _paint_iris(Window(ball, eye.u, eye.v), identity, pose, eye, light_x)
    if fine > 0:
        distance, middle = _iris_place(identity, pose, eye)
        paint_fine_iris(Window(ball, eye.u, eye.v), identity, distance, middle, fine)
    ball *= (1 - 0.52 * lid_shadow)[..., None] ** floats((0.95, 1.0, 1.0))
    _paint_catchlights(Window(ball, eye.u, eye.v), identity, pose, eye, light_x)
    if fine > 0:
        paint_reflection(Window(ball, eye.u, eye.v), middle, light_x * eye.side, fine)
    window.blend(eye.inside, ball)


def _iris_place(identity: Identity, pose: Pose, eye: Eye) -> tuple[Floats, float]:
    """Distance of each pixel from the middle of the iris, in its radii, and that middle's u."""
    radius = 0.60 if identity.is_anime else 0.50
    middle = pose.gaze[0] * eye.side * 1.15 - 0.02
    height = pose.gaze[1] - 0.10 + identity.face.eye_tilt * 1.6 * middle * 0.2
    tall = 1.14 if identity.is_anime else 1.0
    return floats(np.hypot(eye.u - middle, (eye.v - height) / tall) / radius), middle


def _paint_iris(ball: Window, identity: Identity, pose: Pose, eye: Eye, light_x: float) -> None:
    distance, middle = _iris_place(identity, pose, eye)
    angle = np.arctan2(eye.v + 0.1, eye.u - middle)
    streaks = 0.5 + 0.25 * np.sin(angle * 23 + 1.7) + 0.25 * np.sin(angle * 37 - distance * 4 + identity.marks_seed % 7)
    low_light = smoothstep(-0.5, 0.75, floats(eye.v + 0.1 + (eye.u - middle) * -0.5 * light_x * eye.side))
    bright = np.clip(low_light * (0.85 if identity.is_anime else 0.75) + 0.26 * streaks * (distance > 0.4), 0, 1)
    rim, inner = floats(identity.iris_rim), floats(identity.iris_inner)
    colour = rim + (inner * 1.06 - rim) * (bright * smoothstep(1.0, 0.62, distance))[..., None]
    colour *= (1 - 0.45 * smoothstep(0.80, 0.98, distance))[..., None]
    edge = eye.soft * 2.6
    ball.blend(smoothstep(1 + edge, 1 - edge, distance), colour)
    pupil = 0.40 if not identity.is_anime else 0.36
    ball.blend(floats(smoothstep(pupil + 0.07 + edge, pupil - 0.03, distance) * 0.96), (0.035, 0.025, 0.03))


def _paint_catchlights(ball: Window, identity: Identity, pose: Pose, eye: Eye, light_x: float) -> None:
    _, middle = _iris_place(identity, pose, eye)
    side = light_x * eye.side
    big = 0.185 if identity.is_anime else 0.14
    main = np.hypot(eye.u - middle - 0.20 * side, (eye.v + 0.30) * 0.85)
    ball.blend(floats(smoothstep(big + eye.soft, big - eye.soft - 0.03, floats(main)) * 0.97), (1.0, 0.995, 0.98))
    second = np.hypot(eye.u - middle + 0.22 * side, eye.v - 0.13)
    ball.blend(floats(smoothstep(0.13, 0.02, floats(second)) * 0.42), (0.95, 0.97, 1.0))


def _paint_lids(window: Window, identity: Identity, eye: Eye) -> None:
    """The fold over the lid, the wet edge below, and the thickness of the lid itself."""
    crease = identity.face.eye_crease
    taper = smoothstep(1.25, 0.55, np.abs(eye.u + 0.05))
    lid = 0.10 + 0.17 * crease
    fold = floats(eye.v - eye.upper + lid * (0.75 + 0.25 * eye.u))
    line = np.exp(-((fold / 0.05) ** 2)) * taper * (0.25 + 0.75 * crease)
    window.darken(floats(line * 0.40), WARM_SHADOW)
    window.darken(
        floats(smoothstep(-0.02, 0.05, fold) * smoothstep(0.25, 0.0, fold) * taper * 0.10 * crease), WARM_SHADOW
    )
    lid_light = np.exp(-(((fold - lid * 0.5) / 0.07) ** 2)) * taper * crease
    window.glow(floats(lid_light * 0.09), (1.0, 0.88, 0.80))
    edge = floats(eye.v - eye.lower)
    window.blend(
        floats(np.exp(-(((edge - 0.03) / 0.035) ** 2)) * taper * 0.38), mix(identity.skin, (0.95, 0.72, 0.68), 0.5)
    )


def _paint_lashes(window: Window, identity: Identity, eye: Eye) -> None:
    """The dark line of the lashes, longest at the outer corner, with a small wing."""
    fem, anime = identity.femininity, identity.is_anime
    ink = mix(shaded(identity.brow_colour, 0.45), (0.03, 0.02, 0.03), 0.6)
    thick = (0.050 + 0.050 * fem * (0.5 + 0.5 * identity.makeup) + 0.035 * anime) * (
        0.45 + 0.75 * smoothstep(-1.0, 0.9, eye.u)
    )
    wing_length = 1.04 + 0.17 * fem * (0.4 + 0.6 * identity.makeup) + 0.05 * anime
    flick = np.where(eye.u > 0.78, (eye.u - 0.78) ** 2 * 2.4 * (0.3 + fem), 0.0)
    line = floats(eye.v - eye.upper + flick + thick * 0.35)
    ends = smoothstep(wing_length, wing_length - 0.28, eye.u) * smoothstep(-1.04, -0.88, eye.u)
    narrow = thick * (0.25 + 0.75 * ends)
    alpha = (
        smoothstep(floats(narrow + eye.soft), floats(narrow * 0.35 - eye.soft), np.abs(line))
        * (ends > 0)
        * smoothstep(0, 0.3, ends)
    )
    window.blend(floats(alpha * (0.80 + 0.16 * fem)), ink)
    below = floats(eye.v - eye.lower)
    thin = (
        np.exp(-(((below - 0.035) / (0.028 + eye.soft)) ** 2))
        * smoothstep(1.05, 0.9, np.abs(eye.u))
        * smoothstep(-0.7, 0.7, eye.u)
    )
    window.blend(floats(thin * (0.30 + 0.25 * fem)), mix(ink, identity.skin, 0.2))


def paint_brows(canvas: FaceCanvas, identity: Identity, pose: Pose, *, fine: float = 0.0) -> None:
    for side in (-1, 1):
        _paint_brow(canvas, identity, pose, side, fine)


def _paint_brow(canvas: FaceCanvas, identity: Identity, pose: Pose, side: int, fine: float) -> None:
    face, mood = identity.face, pose.expression
    start = 0.125 - 0.012 * (mood.brows < 0)
    end = start + face.brow_length
    window = canvas.window(*sorted_corners(side * start, face.brow_y - 0.16, side * end, face.brow_y + 0.12))
    if window.x.size == 0:
        return
    t = floats((window.x * side - start) / face.brow_length)
    middle = _brow_line(identity, mood.brows, t)
    thick = face.brow_thick * (0.62 if identity.is_anime else 0.92)
    half = thick * smoothstep(-0.12, 0.24, t) * (1 - 0.84 * smoothstep(0.42, 1.04, t)) + 0.003
    distance = floats(window.y - middle)
    body = smoothstep(floats(half * 1.35), floats(half * 0.30), np.abs(distance))
    ends = smoothstep(-0.06, 0.24, t) * smoothstep(1.04, 0.90, t)
    faded = 0.96 - 0.25 * identity.age
    if identity.is_anime or canvas.pixel > HAIRS_SEEN:
        window.blend(floats(body * ends * 0.9 * faded), identity.brow_colour)
        return
    window.blend(floats(body * ends * 0.60 * faded), identity.brow_colour)
    window.blend(floats(_brow_hairs(identity, side, t, distance, canvas.pixel) * 0.72 * faded), identity.brow_colour)
    if fine > 0:
        more = _brow_hairs(
            identity, side, t, floats(distance + 0.006), canvas.pixel * 0.5, batch=1, count=BROW_HAIRS // 2
        )
        window.blend(floats(more * min(0.8, 0.55 * fine) * faded), shaded(identity.brow_colour, 0.72))


def _brow_line(identity: Identity, raised: float, t: Floats) -> Floats:
    face = identity.face
    arch = face.brow_arch * (1 - ((t - 0.62) / 0.62) ** 2) + 0.006 * (1 - np.clip(t, 0, 1)) ** 2
    frown = 0.035 * max(0.0, -raised) * smoothstep(0.6, 0.0, t)
    return floats(
        face.brow_y
        + face.brow_tilt * t
        - arch
        - 0.028 * max(0.0, raised)
        + frown
        + 0.12 * np.maximum(t - 0.58, 0) ** 1.3
    )


def _brow_hairs(
    identity: Identity, side: int, t: Floats, distance: Floats, pixel: float, *, batch: int = 0, count: int = BROW_HAIRS
) -> Floats:
    """Single hairs: upright at the nose, lying down towards the temple, from below and from above to the middle line."""
    rng = np.random.default_rng((identity.marks_seed, 5 + batch, side + 1))
    face = identity.face
    place = (np.arange(count) + rng.uniform(0, 1, count)) / count
    half = face.brow_thick * (0.35 + 0.65 * smoothstep(0.0, 0.2, place)) * (1 - 0.80 * smoothstep(0.42, 1.0, place))
    from_above = rng.uniform(size=count) < 0.55 * smoothstep(0.25, 0.6, place)
    lie = np.radians(72 - 58 * smoothstep(0.0, 0.45, place) + rng.normal(0, 6, count))
    length = (0.040 + 0.035 * smoothstep(0.05, 0.4, place)) * rng.uniform(0.75, 1.2, count)
    start_y = np.where(from_above, -0.55, 0.85) * half * rng.uniform(0.3, 1.0, count) + rng.normal(0, 0.003, count)
    end_y = start_y + np.where(from_above, 0.5, -1.0) * np.sin(lie) * length
    coverage = np.zeros_like(t)
    left, right = t.min(axis=0) * face.brow_length, t.max(axis=0) * face.brow_length  # Of each column.
    for k in range(count):
        root, run, rise = place[k] * face.brow_length, float(np.cos(lie[k]) * length[k]), end_y[k] - start_y[k]
        near = np.flatnonzero((right > root - 0.01) & (left < root + run + 0.01))
        if near.size == 0:
            continue
        part = slice(int(near[0]), int(near[-1]) + 1)
        dx, dy = t[:, part] * face.brow_length - root, distance[:, part] - start_y[k]
        share = np.clip((dx * run + dy * rise) / (run * run + rise * rise), 0, 1)
        away = np.hypot(dx - share * run, dy - share * rise)
        fine = 0.0052 * (1 - 0.65 * share) + 0.35 * pixel
        coverage[:, part] += (
            (1 - coverage[:, part])
            * 0.62
            * smoothstep(floats(fine + 0.5 * pixel), floats(fine - 0.7 * pixel), floats(away))
        )
    return floats(coverage)


def sorted_corners(x0: float, y0: float, x1: float, y1: float) -> tuple[tuple[float, float], tuple[float, float]]:
    return (min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1))
