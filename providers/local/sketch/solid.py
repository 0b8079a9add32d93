"""The head as a body in space, for views in which its slices no longer do: a nose stands out of a profile, a back has no face.

Points spread over the whole skull are turned and laid on a raster, the nearest to the viewer last. As with `head.trace`,
each raster point then knows its place on the face as seen from the front, so that features are painted as ever. Behind the
ears that place runs on past the edge of the face, where no feature is looked for.
"""

from dataclasses import dataclass
from math import cos

import numpy as np
from PIL import Image

from providers.local.sketch.geometry import Floats, Grid, floats, smoothstep, spline
from providers.local.sketch.head import FaceMap, HeadForm, relief
from providers.local.sketch.identity import Identity
from providers.local.sketch.pose import Expression, HeadPlace

FROM_YAW = 0.55
"""Radians of turn beyond which a head is drawn as a solid."""
ROUND, TALL = 1100, 760
"""Points around the head and from crown to chin: more than the raster has, so that no hole is left."""
BACKS = spline(
    [(-1.06, 0.05), (-0.95, 0.42), (-0.75, 0.66), (-0.5, 0.80), (-0.2, 0.86), (0.0, 0.84), (0.2, 0.74), (0.34, 0.58),
     (0.46, 0.36), (0.58, 0.14), (0.70, -0.04), (0.82, -0.20), (0.92, -0.36), (1.0, -0.50), (1.08, -0.58)], steps=12
)  # fmt: skip
"""Height, and how far the skull reaches back there: down to the nape, then forward along the edge of the jaw."""
PAST_EDGE = 8
"""Raster points by which the surface is continued, so that light and colours do not break off at the outline."""


@dataclass(frozen=True, slots=True)
class Solid:
    """Every point of the head: its place on the face (front view), and where it is in the picture (head units)."""

    x: Floats
    y: Floats
    flat: Floats
    depth: Floats
    outline: Floats
    is_from_behind: bool

    @classmethod
    def of(cls, form: HeadForm, identity: Identity, place: HeadPlace, expression: Expression) -> "Solid":
        angle = np.linspace(-np.pi, np.pi, ROUND, endpoint=False, dtype=np.float32)
        height = np.linspace(form.y[0], form.y[-1], TALL, dtype=np.float32)
        half, centre, deep = (v[:, None] for v in form.at(height))
        s, c = np.sin(angle)[None, :], np.cos(angle)[None, :]
        back = np.interp(height, BACKS[:, 0] * np.where(BACKS[:, 0] > 0, form.chin, 1), BACKS[:, 1])[:, None]
        seen = _face_places(half, s, c, height)
        rise = _rise(form, identity, place, expression, seen)
        sideways = smoothstep(0.55, 0.98, np.abs(s)) * np.sign(s)
        ahead = centre + deep
        between = (
            ahead - back
        ) / 2  # A chin lies in front of the jaw's joints, with its sides: the further ahead of both,
        middle = (centre + between + np.sqrt((centre - between) ** 2 + 0.02)) / 2  # without a crease where they change.
        z = np.where(c > 0, middle + (ahead - middle) * c, middle + (middle + back) * c)
        points = np.stack(
            [half * s + rise * sideways * 0.6, np.broadcast_to(height[:, None], z.shape), z + rise], axis=-1
        )
        turned = place.turned(floats(points))
        flat = place.rolled(turned)
        return cls(
            x=seen[0].ravel(),
            y=seen[1].ravel(),
            flat=flat.reshape(-1, 2),
            depth=turned[..., 2].ravel(),
            outline=_outline(flat),
            is_from_behind=cos(place.yaw) < 0,
        )

    def traced(self, grid: Grid) -> tuple[FaceMap, Floats]:
        """What `head.trace` and `head.relief` give for a face that looks ahead."""
        rows, columns = grid.x.shape
        left, top = float(grid.x[0, 0]), float(grid.y[0, 0])
        across = np.rint((self.flat[:, 0] - left) / grid.step).astype(int)
        down = np.rint((self.flat[:, 1] - top) / grid.step).astype(int)
        inside = (across >= 0) & (across < columns) & (down >= 0) & (down < rows) & (self.depth > -0.6)
        order = np.flatnonzero(inside)[np.argsort(self.depth[inside], kind="stable")]
        side = np.abs(self.x) if self.is_from_behind else self.x  # Both halves meet there, past either edge.
        nearest = np.full(rows * columns, -1)
        nearest[down[order] * columns + across[order]] = order  # Of several the last one stays: the nearest.
        nearest = nearest.reshape(rows, columns)
        found = nearest >= 0
        values = np.stack([side, self.y, self.depth], axis=-1)[np.maximum(nearest, 0)]
        x, y, depth = (_softened(part) for part in _continued(values, found))
        return FaceMap(x, y, depth), depth


def _face_places(half: Floats, s: Floats, c: Floats, height: Floats) -> tuple[Floats, Floats]:
    """Front: where the point is. Back: as far past the edge as it lies behind it."""
    side = np.where(s < 0, -1.0, 1.0)
    x = np.where(c > 0, half * s, side * half * (2 - np.abs(s)))
    return floats(x), floats(np.broadcast_to(height[:, None], x.shape))


def _rise(
    form: HeadForm, identity: Identity, place: HeadPlace, expression: Expression, seen: tuple[Floats, Floats]
) -> Floats:
    """How far the features stand out, at each point. Worked out on every fourth point, which is fine enough."""
    upright = HeadPlace(0.0, 0.0, 0.0, 0.0)
    flat = floats(np.zeros_like(seen[0][::4, ::4]))
    coarse = relief(identity, FaceMap(seen[0][::4, ::4], seen[1][::4, ::4], flat), upright, expression)
    size = (seen[0].shape[1], seen[0].shape[0])
    fine = np.asarray(Image.fromarray(np.ascontiguousarray(coarse)).resize(size, Image.Resampling.BICUBIC))
    half = form.at(seen[1])[0]
    return floats(fine * smoothstep(1.0, 0.85, np.abs(seen[0]) / np.maximum(half, 1e-3)))


def _outline(flat: Floats) -> Floats:
    """The edge of all points, height by height, from the crown down the right side and up the left."""
    low, high = float(flat[..., 1].min()), float(flat[..., 1].max())
    count = 420
    index = np.clip(((flat[..., 1] - low) / (high - low) * count).astype(int), 0, count - 1).ravel()
    x = flat[..., 0].ravel()
    right, left = np.full(count, -np.inf, np.float32), np.full(count, np.inf, np.float32)
    np.maximum.at(right, index, x)
    np.minimum.at(left, index, x)
    y = low + (np.arange(count, dtype=np.float32) + 0.5) * (high - low) / count
    full = np.isfinite(right)
    edges = [np.column_stack([_smooth(edge[full]), y[full]]) for edge in (right, left)]
    return floats(np.concatenate([edges[0], edges[1][::-1]]))


def _softened(values: Floats) -> Floats:
    """Takes out the steps of whole raster points, which light would show as lines."""
    for _ in range(2):
        wide = np.pad(values, 1, mode="edge")
        rows = (wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4
        values = floats((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4)
    return values


def _smooth(values: Floats) -> Floats:
    for _ in range(3):
        wide = np.pad(values, 1, mode="edge")
        values = floats((wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4)
    return values


def _continued(values: Floats, found: "np.typing.NDArray[np.bool_]") -> tuple[Floats, Floats, Floats]:
    """Fills holes, and goes on past the edge for some points; there the depth falls."""
    values, found = values.copy(), found.copy()
    values[~found] = (9.0, 0.0, -0.6)
    for _ in range(PAST_EDGE):
        total, count = np.zeros_like(values), np.zeros(found.shape, np.float32)
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            total += np.roll(values * found[..., None], step, axis)
            count += np.roll(found, step, axis)
        new = ~found & (count > 0)
        values[new] = (total / np.maximum(count, 1)[..., None])[new] - floats((0, 0, 0.012))
        found |= new
    return floats(values[..., 0]), floats(values[..., 1]), floats(values[..., 2])
