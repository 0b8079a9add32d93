"""The form of the head: horizontal slices (half ellipses) that can be turned, and the relief of a face upon them.

Because each pixel is traced back to its place on the turned head, features are painted once, as seen from the front,
and keep their proportions in every pose.
"""

from dataclasses import dataclass
from math import cos, sin

import numpy as np

from providers.local.sketch.geometry import Floats, Grid, bump, bumps, floats, smoothstep, spline
from providers.local.sketch.identity import Face, Identity
from providers.local.sketch.pose import Expression, HeadPlace

DEPTHS = floats(
    [
        # Height, centre of the slice, foremost point.
        (-1.06, 0.00, 0.10),
        (-0.80, 0.00, 0.50),
        (-0.50, 0.00, 0.67),
        (-0.20, 0.02, 0.73),
        (0.00, 0.05, 0.715),
        (0.20, 0.10, 0.735),
        (0.40, 0.16, 0.755),
        (0.62, 0.22, 0.765),
        (0.80, 0.28, 0.745),
        (0.95, 0.33, 0.69),
        (1.06, 0.35, 0.45),
    ]
)


@dataclass(frozen=True, slots=True)
class HeadForm:
    """Half widths, centres and depths of the slices, from the crown to the chin."""

    y: Floats
    half_width: Floats
    centre: Floats
    depth: Floats

    @classmethod
    def of(cls, identity: Identity) -> "HeadForm":
        outline = _half_outline(identity)
        y = np.linspace(outline[0, 1], outline[-1, 1], 240, dtype=np.float32)
        lower = np.where(DEPTHS[:, 0] > 0, DEPTHS[:, 0] * identity.face.length, DEPTHS[:, 0])
        profile = spline(np.column_stack([lower, DEPTHS[:, 1:]]), steps=12)  # Straight pieces would show as bands.
        centre = np.interp(y, profile[:, 0], profile[:, 1])
        depth = np.interp(y, profile[:, 0], profile[:, 2]) - centre
        return cls(y, floats(np.interp(y, outline[:, 1], outline[:, 0])), floats(centre), floats(depth))

    @property
    def chin(self) -> float:
        return float(self.y[-1])

    def at(self, y: Floats) -> tuple[Floats, Floats, Floats]:
        return (
            floats(np.interp(y, self.y, self.half_width)),
            floats(np.interp(y, self.y, self.centre)),
            floats(np.interp(y, self.y, self.depth)),
        )

    def surface(self, points: Floats) -> Floats:
        """Points of the front view (x, y) with the depth at which they lie."""
        points = floats(points)
        half, centre, depth = self.at(points[:, 1])
        share = np.clip(points[:, 0] / np.maximum(half, 1e-3), -1, 1)
        return floats(np.column_stack([points, centre + depth * np.sqrt(1 - share * share)]))

    def outline(self, place: HeadPlace, *, grow: float = 0.0) -> Floats:
        """The visible edge of the turned head, closed, in flat head units."""
        c, s = cos(place.yaw), sin(place.yaw)
        extent = _extent(self.half_width, self.depth, self.y, c, s) + grow
        shift = self.centre * s
        drop = self.centre * sin(place.pitch)
        right = np.column_stack([shift + extent, self.y + drop])
        left = np.column_stack([shift - extent, self.y + drop])[::-1]
        return place.rolled(floats(np.concatenate([right, left])))


def _extent(half: Floats, depth: Floats, y: Floats, c: float, s: float) -> Floats:
    """Half the width of a turned slice. A face is more pointed than an ellipse, the more so the lower: hence the taper."""
    taper = 1 - abs(s) * (0.08 + 0.27 * smoothstep(0.0, 0.9, y))
    return floats(np.sqrt((half * c) ** 2 + (depth * s) ** 2 * (half > 0)) * taper)


def _half_outline(identity: Identity) -> Floats:
    face = identity.face
    jaw, soft = face.jaw, face.softness * 0.05
    points = [
        (0.0, -1.04),
        (0.30, -0.985),
        (0.51, -0.82),
        (0.615, -0.58),
        (0.65, -0.30),
        (face.cheek + 0.004, -0.05),
        (face.cheek, 0.15),
        (face.cheek - 0.025 + soft * 0.6, 0.34),
        (0.508 + 0.095 * jaw + soft, 0.56),
        (0.388 + 0.135 * jaw + soft, 0.745),
        (0.243 + 0.125 * jaw + soft * 0.5, 0.895),
        (face.chin_width, 0.975),
        (face.chin_width * 0.5, 0.996),
        (0.0, 1.0),
    ]
    curve = spline([(x, y * face.length if y > 0 else y) for x, y in points], steps=10)
    curve[:, 0] = np.maximum(curve[:, 0], 0)
    curve[:, 1] = np.maximum.accumulate(curve[:, 1])
    return curve


@dataclass(frozen=True, slots=True)
class FaceMap:
    """For each point of a grid: where on the face it lies (front view), and its depth towards the viewer."""

    x: Floats
    y: Floats
    depth: Floats


def trace(form: HeadForm, place: HeadPlace, grid: Grid) -> FaceMap:
    px, py = place.upright(grid.x, grid.y)
    depth = np.full_like(px, 0.6)
    c, s, sp = cos(place.yaw), sin(place.yaw), sin(place.pitch)
    for _ in range(2):  # The height on the head depends on the depth, which the first round only guesses.
        y = py - depth * sp
        half, centre, deep = form.at(floats(np.minimum(y, form.chin - 0.03)))  # Below it the form has no width.
        extent = np.maximum(_extent(half, deep, floats(y), c, s), 1e-3)
        angle = np.arcsin(np.clip((px - centre * s) / extent, -0.999, 0.999))
        turn = angle - np.arctan2(deep * s, np.maximum(half * c, 1e-3))
        x = half * np.sin(turn)
        depth = centre * c + deep * c * np.cos(turn) - half * s * np.sin(turn)
        depth -= 1.5 * np.maximum(np.abs(px - centre * s) - extent, 0)  # Past the edge the surface goes on falling.
        depth -= 1.2 * np.maximum(y - (form.chin - 0.03), 0)  # There the chin turns under.
    return FaceMap(floats(x), floats(y), floats(depth))


def relief(identity: Identity, face_map: FaceMap, place: HeadPlace, expression: Expression) -> Floats:
    """The depth of the face with its features modelled on it."""
    face, x, y = identity.face, face_map.x, face_map.y
    strength = 0.40 if identity.is_anime else 1.0
    height = _bones(identity, x, y) + _flesh(identity, x, y, expression)
    lean = np.tan(np.clip(place.yaw, -0.6, 0.6))
    return floats(face_map.depth + strength * height + (0.5 if identity.is_anime else 1.0) * _nose(face, x, y, lean))


def _bones(identity: Identity, x: Floats, y: Floats) -> Floats:
    face = identity.face
    masculine = 1 - identity.femininity
    gaunt = 0.35 * identity.age + 0.35 * (1 - face.softness)
    brow = (0.020 + 0.028 * masculine) * bumps(x, y, (0.25, face.brow_y + 0.03), (0.2, 0.07))
    sockets = -0.050 * bumps(x, y, (face.eye_x, -0.05), (0.17, 0.085)) - 0.045 * bumps(
        x, y, (0.13, -0.06), (0.05, 0.08)
    )
    balls = 0.034 * bumps(x, y, (face.eye_x, 0.0), (0.11, 0.075))
    cheeks = 0.034 * bumps(x, y, (0.40, 0.24), (0.15, 0.12))
    hollow = -0.028 * gaunt * bumps(x, y, (0.42, 0.52), (0.1, 0.15))
    chin = (0.030 + 0.02 * masculine) * bump(x, y, (0, 0.90 * face.length), (0.12 + 0.2 * face.chin_width, 0.07))
    temples = -0.02 * bumps(x, y, (0.57, -0.22), (0.1, 0.16))
    return floats(brow + sockets + balls + cheeks + hollow + chin + temples)


def _flesh(identity: Identity, x: Floats, y: Floats, expression: Expression) -> Floats:
    face = identity.face
    my, wide = face.mouth_y, face.mouth_width
    smile = max(0.0, expression.smile)
    muzzle = 0.035 * bump(x, y, (0, my), (wide, 0.15))
    under_lip = -0.022 * bump(x, y, (0, my + 0.145), (wide * 0.6, 0.032))
    philtrum = -0.010 * bump(x, y, (0, my - 0.13), (0.022, 0.045))
    upper = 0.020 * bump(x, y, (0, my - 0.035), (wide * 0.7, 0.03))
    lower = 0.026 * bump(x, y, (0, my + 0.06), (wide * 0.6, 0.036))
    apples = (0.012 + 0.028 * smile) * bumps(x, y, (0.36, 0.27), (0.12, 0.10))
    fold_depth = 0.010 + 0.016 * smile + 0.02 * identity.age
    fold = -fold_depth * bumps(
        x, y, (0.19 + 0.12 * (0.5 + 0.5 * smile), (face.nose_length + my) / 2 + 0.03), (0.035, 0.09)
    )
    corners = -0.018 * bumps(x, y, (wide * (1.04 + 0.12 * smile), my - 0.03 * smile), (0.035, 0.04))
    bags = -(0.006 + 0.02 * identity.age) * bumps(x, y, (face.eye_x - 0.03, 0.125), (0.11, 0.022))
    return floats(muzzle + under_lip + philtrum + upper + lower + apples + fold + corners + bags)


def _nose(face: Face, x: Floats, y: Floats, lean: float) -> Floats:
    """Bridge, tip and wings. `lean` (the tangent of the turn) carries what stands out of the face sideways."""
    length, width = face.nose_length, face.nose_width
    rise = smoothstep(-0.22, length, y) * smoothstep(length + 0.085, length - 0.01, y)
    stands_out = 0.035 + 0.125 * rise
    centred = x - stands_out * lean * 0.75
    radius = 0.064 + 0.026 * smoothstep(0.0, length, y)
    bridge = stands_out * smoothstep(-0.30, -0.05, y) * smoothstep(length + 0.07, length - 0.03, y)
    ridge = 0.74 * face.nose_bridge * bridge * np.exp(-0.5 * (centred / radius) ** 2)
    tip = 0.085 * face.nose_tip * bump(centred, y, (0, length - 0.055), (0.070, 0.060))
    wings = 0.058 * bumps(centred, y, (width * 0.80, length - 0.025), (0.042, 0.042))
    return floats(ridge + tip + wings)


def light_direction(angle: float, height: float, side: int) -> Floats:
    """Towards the light, in the picture's own coordinates (y downwards, z to the viewer), of length 1."""
    direction = floats((side * sin(angle), -height, cos(angle)))
    return floats(direction / np.linalg.norm(direction))


def normals(depth: Floats, step: float, *, flatten: float = 1.0) -> tuple[Floats, Floats, Floats]:
    down, across = np.gradient(depth, step)
    nx, ny = -across * flatten, -down * flatten
    length = np.sqrt(nx * nx + ny * ny + 1)
    return floats(nx / length), floats(ny / length), floats(1 / length)
