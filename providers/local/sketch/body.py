"""The body under the clothes: neck, trunk and arms as outlines, and their depth for the light.

The trunk is as wide as `Frame.half_width` says at each height and roughly elliptic in depth; arms are bent tubes.
Points are in head units with the eyes at y = 0; the shoulders lie near 1.7, the waist near 4.5.
"""

from dataclasses import dataclass
from math import cos, sin

import numpy as np

from providers.local.sketch.geometry import Camera, Floats, bump, bumps, floats, mirrored, smoothstep, spline
from providers.local.sketch.identity import Body, Identity
from providers.local.sketch.pose import Pose

NECK_BASE = 1.40
RAISED = 0.14
"""The whole trunk is drawn this much higher than it is measured, which gives the neck its length."""
ARMPIT = 2.70
WAIST = 4.45
HIP = 6.0
FAR_TURN = 0.58
"""Radians. Poses of packs turn less."""
DEPTHS = spline([(0.5, 0.32), (1.2, 0.30), (1.6, 0.36), (2.1, 0.50), (2.8, 0.64), (4.4, 0.55), (6.0, 0.66)], steps=16)
"""Height, and the depth of the trunk there. Smooth, because straight pieces would show as bands in the light."""


@dataclass(frozen=True, slots=True)
class Arm:
    line: Floats  # centre points (x, y) from the shoulder to the wrist
    radius: Floats  # at each of them

    def outline(self, *, start: float = 0.0, end: float = 1.0, grow: float = 0.0, flare: float = 0.0) -> Floats:
        """The edge of the arm from share `start` to share `end` of its length, `grow` wider, `flare` more at the end."""
        count = len(self.line)
        part = slice(int(start * (count - 1)), round(end * (count - 1)) + 1)
        line, radius = self.line[part], self.radius[part]
        radius = radius + grow + flare * np.linspace(0, 1, len(line)) ** 2
        along = np.gradient(line, axis=0)
        normal = np.column_stack([-along[:, 1], along[:, 0]])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-4)
        cap = _round_cap(line[0], along[0], float(radius[0])) if start == 0 else np.zeros((0, 2), np.float32)
        return floats(np.concatenate([line + normal * radius[:, None], (line - normal * radius[:, None])[::-1], cap]))


def _round_cap(centre: Floats, along: Floats, radius: float) -> Floats:
    angle = np.arctan2(along[1], along[0]) + np.linspace(-np.pi / 2, -np.pi * 1.5, 12)
    return floats(np.column_stack([centre[0] + np.cos(angle) * radius, centre[1] + np.sin(angle) * radius]))


@dataclass(frozen=True, slots=True)
class Frame:
    """The body as it stands in one picture."""

    body: Body
    camera: Camera
    yaw: float
    lift: float
    outline_y: Floats
    outline_x: Floats
    left_arm: Arm
    right_arm: Arm

    @classmethod
    def of(cls, identity: Identity, pose: Pose, camera: Camera) -> "Frame":
        body = identity.body
        edge = trunk_edge(body)
        y = np.maximum.accumulate(edge[:, 1]) + np.arange(len(edge)) * 1e-5
        arms = [_arm(body, -1, pose.elbow[0]), _arm(body, 1, pose.elbow[1])]
        return cls(body, camera, pose.body_yaw, pose.shoulder_lift, floats(y), edge[:, 0], arms[0], arms[1])

    def half_width(self, y: Floats) -> Floats:
        return floats(np.interp(y, self.outline_y, self.outline_x))

    def shoulder_y(self, x: float) -> float:
        """The height of the line from the neck to the shoulder at `x`."""
        upper = self.outline_y < NECK_BASE + self.body.slope + 0.2
        return float(np.interp(abs(x), self.outline_x[upper], self.outline_y[upper]))

    def turned(self, points: Floats) -> Floats:
        """Trunk points as the body is turned, in flat head units."""
        x, y = points[:, 0], points[:, 1]
        width = self.half_width(y)
        depth = np.interp(y, DEPTHS[:, 0], DEPTHS[:, 1]) * np.sqrt(
            np.clip(1 - (x / np.maximum(width, 0.05)) ** 2, 0, 1)
        )
        raised = self.lift * x * smoothstep(0.9, 1.7, y) * smoothstep(4.6, 3.0, y)
        across = x * (cos(self.yaw) + self._neck_turned(y))
        return floats(np.column_stack([across + depth * sin(self.yaw) * 0.8, y - raised - RAISED]))

    def _neck_turned(self, y: Floats) -> Floats | float:
        """A neck is as deep as it is wide: where the trunk gets narrow by a far turn, it does not."""
        if abs(self.yaw) < FAR_TURN:
            return 0.0
        return floats((0.98 - cos(self.yaw)) * smoothstep(1.55, 1.15, y))

    def pixels(self, points: Floats) -> Floats:
        return self.camera.pixels(self.turned(points))

    @property
    def arms(self) -> tuple[Arm, Arm]:
        return self.left_arm, self.right_arm

    def depth(self, x: Floats, y: Floats, *, grow: float = 0.0) -> Floats:
        """Depth on a raster of the picture, of trunk or arms, whichever is nearer. `grow` adds the thickness of cloth."""
        raised = self.lift * x * smoothstep(0.9, 1.7, y) * smoothstep(4.6, 3.0, y)
        y = floats(y + raised + RAISED)
        thick = np.interp(y, DEPTHS[:, 0], DEPTHS[:, 1])
        back = floats((x - thick * sin(self.yaw) * 0.5) / (cos(self.yaw) + self._neck_turned(y)))
        width = np.maximum(self.half_width(y), 0.05) + grow
        trunk = thick * np.sqrt(np.clip(1 - (back / width) ** 2, 0, 1)) + self._modelling(back, y)
        tubes = [_tube(arm, x / cos(self.yaw), y, grow) for arm in self.arms]
        return _softened(np.maximum(trunk, np.maximum(*tubes)))

    def _modelling(self, x: Floats, y: Floats) -> Floats:
        body = self.body
        clavicles = (
            0.026
            * np.exp(-(((y - 1.60 + 0.13 * np.abs(x)) / 0.055) ** 2))
            * smoothstep(0.09, 0.2, np.abs(x))
            * smoothstep(1.25, 0.7, np.abs(x))
        )
        notch = -0.05 * bump(x, y, (0, 1.60), (0.07, 0.075))
        along = smoothstep(0.6, 1.6, y)
        cords = (
            0.012
            * np.exp(-(((np.abs(x) - body.neck * 0.86 * (1 - along) - 0.09 * along) / 0.055) ** 2))
            * smoothstep(1.68, 1.5, y)
        )
        bust = 0.20 * body.bust * bumps(x, y, (0.47, 2.98), (0.30, 0.33))
        chest = (0.05 + 0.10 * body.muscle) * bumps(x, y, (0.48, 2.55), (0.40, 0.30)) * (1 - min(1.0, body.bust))
        return floats(clavicles + notch + cords + bust + chest)


def _softened(depth: Floats) -> Floats:
    """Rounds the steps between arm and trunk, which a coarse raster would turn into dotted lines."""
    for _ in range(2):
        wide = np.pad(depth, 1, mode="edge")
        rows = (wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4
        depth = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4
    return floats(depth)


def trunk_edge(body: Body) -> Floats:
    """The right half of the outline from under the jaw to the hips, without the arm."""
    shoulder, neck, slope = body.shoulder, body.neck, body.slope
    points = [
        (neck * 0.98, 0.45),
        (neck, 0.95),
        (neck * 1.05, 1.20),
        (neck * 1.32, NECK_BASE - 0.02),
        (shoulder * 0.56, NECK_BASE + slope * 0.30),
        (shoulder * 0.82, NECK_BASE + slope * 0.58),
        (shoulder * 0.93, NECK_BASE + slope * 0.92),
        (shoulder * 0.92, NECK_BASE + slope * 1.5),
        ((shoulder + body.chest) / 2 * 0.93, 2.35),
        (body.chest, ARMPIT),
        (body.chest * 0.97, 3.2),
        (body.waist, WAIST),
        (body.hip, HIP),
        (body.hip, 8.0),
    ]
    return spline(points, steps=24)


def trunk_outline(frame: Frame) -> Floats:
    edge = np.column_stack([frame.outline_x, frame.outline_y])
    return floats(np.concatenate([edge, mirrored(edge)]))


def _arm(body: Body, side: int, elbow: float) -> Arm:
    top = (body.shoulder - body.arm * 0.98, NECK_BASE + body.slope * 0.98 + body.arm * 0.76)
    beside = max(body.shoulder - body.arm * 0.72 + 0.12, body.chest + body.arm * 0.35)
    bend = (beside + elbow * 0.9, 4.35 - 0.35 * elbow)
    wrist = (max(body.hip * 0.98, bend[0] - 0.1 - elbow * 1.6), 6.1)
    middle = ((top[0] + bend[0]) / 2 + 0.05, (top[1] + bend[1]) / 2)
    fore = ((bend[0] + wrist[0]) / 2 + 0.03, (bend[1] + wrist[1]) / 2)
    line = spline([top, middle, bend, fore, wrist], steps=12)
    line[:, 0] *= side
    t = np.linspace(0, 1, len(line))
    shape = [1.06, 1.04 + 0.06 * body.muscle, 0.98, 0.80, 0.82, 0.58]
    radius = body.arm * np.interp(t, [0, 0.14, 0.3, 0.5, 0.64, 1.0], shape)
    return Arm(line, floats(radius))


def _tube(arm: Arm, x: Floats, y: Floats, grow: float) -> Floats:
    """Depth of the arm's tube; far below anything where the arm is not."""
    line, radius = arm.line[::3], arm.radius[::3] + grow
    centre = np.interp(y, line[:, 1], line[:, 0])
    round_top = np.clip((line[0, 1] - y) / radius[0], 0, 1)
    reach = np.interp(y, line[:, 1], radius) * np.sqrt(np.clip(1 - round_top**2, 0.001, 1))
    share = np.abs(x - centre) / reach
    return floats(np.where(share < 1, reach * np.sqrt(np.clip(1 - share * share, 0, 1)) * 0.9 - 0.04, -0.25))
