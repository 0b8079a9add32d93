"""Curves, soft edges and anti-aliased masks: the few drawing tools that every part of the sketch shares.

Lengths are in heads: the distance from the eyes to the chin is 1.0, x grows to the right of the picture and y grows
downwards, with (0, 0) between the eyes. Only `Camera` knows about pixels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Floats = NDArray[np.floating[Any]]
"""Mostly float32; where chance is drawn, numpy's own float64."""
Point = tuple[float, float]
Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 1, as they are on screen (sRGB)."""


def floats(values: Iterable[object] | object) -> Floats:
    return np.asarray(values, dtype=np.float32)


def smoothstep(low: float | Floats, high: float | Floats, x: Floats) -> Floats:
    """0 below `low`, 1 above `high`, without a corner in between. `low` may be the larger: then it falls."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return floats(t * t * (3.0 - 2.0 * t))


def bump(x: Floats, y: Floats, centre: Point, radius: Point) -> Floats:
    """A soft hill of height 1. `radius` is where it has fallen to 0.6."""
    dx, dy = (x - centre[0]) / radius[0], (y - centre[1]) / radius[1]
    return floats(np.exp(-0.5 * (dx * dx + dy * dy)))


def bumps(x: Floats, y: Floats, side: Point, radius: Point) -> Floats:
    """The same hill on both sides of the face, at once: `side` is the one with the positive x."""
    return bump(x, y, side, radius) + bump(x, y, (-side[0], side[1]), radius)


def spline(points: Sequence[Sequence[float]] | Floats, *, steps: int = 8, closed: bool = False) -> Floats:
    """A Catmull-Rom curve through every point (of two or three coordinates)."""
    p = floats(points)
    p = np.concatenate([p[-1:], p, p[:2]]) if closed else np.concatenate([p[:1], p, p[-1:]])
    t = np.linspace(0.0, 1.0, steps, endpoint=False, dtype=np.float32)[None, :, None]
    a, b, c, d = p[:-3, None], p[1:-2, None], p[2:-1, None], p[3:, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    flat = curve.reshape(-1, p.shape[1])
    return floats(flat if closed else np.concatenate([flat, p[-2:-1]]))


SPECKLES = np.asarray(
    Image.fromarray(np.random.default_rng(17).integers(0, 256, (256, 256), dtype=np.uint8)).filter(
        ImageFilter.GaussianBlur(0.8)
    )
)


def speckle(x: Floats, y: Floats, *, size: float) -> Floats:
    """Fine irregular grain, 0 to 1, fixed to the coordinates it is given; `size` is that of one grain."""
    columns, rows = (x / size).astype(np.int32) & 255, (y / size).astype(np.int32) & 255
    return floats(np.clip((SPECKLES[rows, columns] - 127.5) / 90.0 + 0.5, 0, 1))


def mix(a: Sequence[float] | Floats, b: Sequence[float] | Floats, share: float) -> Colour:
    """`share` of `b` in `a`."""
    red, green, blue = (float(x) * (1 - share) + float(y) * share for x, y in zip(a, b, strict=True))
    return red, green, blue


def shaded(colour: Sequence[float], factor: float) -> Colour:
    red, green, blue = (min(1.0, float(x) * factor) for x in colour)
    return red, green, blue


def hex_colour(text: str) -> Colour:
    return int(text[0:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:6], 16) / 255


def rgb(colour: Sequence[float]) -> tuple[int, int, int]:
    red, green, blue = (max(0, min(255, round(x * 255))) for x in colour)
    return red, green, blue


def mirrored(points: Floats) -> Floats:
    """The other side of a half outline, in the order that closes it."""
    other = points[::-1].copy()
    other[:, 0] *= -1
    return floats(other)


@dataclass(frozen=True, slots=True)
class Camera:
    """Where head units fall on the canvas."""

    width: int
    height: int
    scale: float  # pixels in one head unit
    eye_x: float  # pixels
    eye_y: float  # pixels

    def pixels(self, points: Floats) -> Floats:
        return floats(points[..., :2] * self.scale + floats((self.eye_x, self.eye_y)))

    def box(self, points: Floats, *, margin: float) -> "Box":
        """The part of the canvas that holds `points` (in pixels); `margin` in head units."""
        low = points.min(axis=0) - margin * self.scale
        high = points.max(axis=0) + margin * self.scale
        return Box.clipped((low[0], low[1]), (high[0], high[1]), (self.width, self.height))

    def whole(self) -> "Box":
        return Box(0, 0, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the canvas, in whole pixels. Empty when `width` or `height` is 0."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def clipped(cls, low: Point, high: Point, size: tuple[int, int]) -> "Box":
        """Whole pixels around two corners, as far as they lie within a canvas of `size`."""
        x0, y0 = max(0, int(low[0])), max(0, int(low[1]))
        return cls(x0, y0, max(x0, min(size[0], int(high[0]) + 1)), max(y0, min(size[1], int(high[1]) + 1)))

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def is_empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    @property
    def corner(self) -> tuple[int, int]:
        return self.left, self.top


@dataclass(frozen=True, slots=True)
class Grid:
    """A coarse raster over a box, on which light is worked out before it is enlarged to pixels."""

    x: Floats
    y: Floats
    step: float  # head units between two points

    @classmethod
    def over(cls, camera: Camera, box: Box, *, finest: float) -> "Grid":
        """`finest` is the most points per head unit that are worth computing."""
        shrink = max(1.0, camera.scale / finest)
        columns, rows = max(2, round(box.width / shrink)), max(2, round(box.height / shrink))
        xs = (np.arange(columns, dtype=np.float32) + 0.5) * (box.width / columns) + box.left
        ys = (np.arange(rows, dtype=np.float32) + 0.5) * (box.height / rows) + box.top
        x, y = np.meshgrid((xs - camera.eye_x) / camera.scale, (ys - camera.eye_y) / camera.scale)
        return cls(floats(x), floats(y), box.width / columns / camera.scale)


def enlarge(values: Floats, box: Box) -> Floats:
    """A coarse array (one or three channels) at the pixels of `box`."""
    size = (box.width, box.height)
    if values.ndim == 2:
        return floats(np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BICUBIC)))
    return floats(np.stack([enlarge(np.ascontiguousarray(values[..., c]), box) for c in range(3)], axis=-1))


def picture(values: Floats) -> Image.Image:
    """Colours 0 to 1 as an image."""
    return Image.fromarray((np.clip(values, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8))


def enlarged_picture(values: Floats, box: Box) -> Image.Image:
    """A coarse picture at the size of `box`. Cheaper than `enlarge` and exact enough where nothing is drawn on top."""
    return picture(values).resize((box.width, box.height), Image.Resampling.BICUBIC)


def polygon_mask(box: Box, outlines: Sequence[Floats], *, fine: int = 2, holes: Sequence[Floats] = ()) -> Image.Image:
    """Coverage of closed outlines (in pixels of the canvas) inside `box`, drawn `fine` times larger for smooth edges."""
    large = Image.new("L", (box.width * fine, box.height * fine))
    draw = ImageDraw.Draw(large)
    for tone, group in ((255, outlines), (0, holes)):
        for outline in group:
            draw.polygon(local(outline, box, fine), fill=tone)
    return large.reduce(fine)


def local(outline: Floats, box: Box, fine: int) -> list[tuple[float, float]]:
    """Canvas pixels as the coordinates of a `fine` times larger drawing of `box`."""
    moved = (outline[:, :2] - floats(box.corner)) * fine
    return [(x, y) for x, y in moved.tolist()]
