"""Thickness of a piece: edges that round off, and single folds. Both are depth, so that the one light draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from providers.local.sketch.body import Frame
from providers.local.sketch.geometry import Box, Floats, Point, floats, spline

LEVEL = 128
"""Folds are drawn in grey: above this they stand out, below they sink in."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A ridge (or, with a negative height, a hollow) along a line on the body. Lengths in head units."""

    line: tuple[Point, ...]
    height: float
    width: float = 0.05

    @property
    def mirrored(self) -> "Fold":
        return Fold(tuple((-x, y) for x, y in self.line), self.height, self.width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    puff: float = 0.0  # how far the middle stands out over the edge
    round: float = 0.07  # how far from the edge it takes to rise
    folds: tuple[Fold, ...] = ()


FLAT = Relief()


def both(folds: Sequence[Fold]) -> tuple[Fold, ...]:
    return (*folds, *(fold.mirrored for fold in folds))


def relief_depth(
    relief: Relief, mask: Image.Image, *, frame: Frame, box: Box, part: Box, shape: tuple[int, int]
) -> Floats:
    """Depth to add on the light's raster (`shape`, over `part`) for a piece whose coverage of `box` is `mask`."""
    rows, columns = shape
    points = columns / part.width * frame.camera.scale  # of the raster, in one head unit
    depth = np.zeros(shape, np.float32)
    if relief.puff:
        cover = Image.new("L", (part.width, part.height))
        cover.paste(mask, (box.left - part.left, box.top - part.top))
        soft = cover.resize((columns, rows), Image.Resampling.BOX).filter(
            ImageFilter.GaussianBlur(relief.round * points)
        )
        rise = np.clip((floats(np.asarray(soft)) / 255 - 0.5) * 2, 0, 1)
        depth += relief.puff * np.sqrt(rise * (2 - rise))
    if relief.folds:
        depth += _folds(relief.folds, frame, part, shape, points)
    return floats(depth)


def _folds(folds: Sequence[Fold], frame: Frame, part: Box, shape: tuple[int, int], points: float) -> Floats:
    rows, columns = shape
    total = np.zeros(shape, np.float32)
    ratio = floats((columns / part.width, rows / part.height))
    for width in sorted({fold.width for fold in folds}):
        group = [fold for fold in folds if fold.width == width]
        highest = max(abs(fold.height) for fold in group)
        drawing = Image.new("L", (columns, rows), LEVEL)
        pen = ImageDraw.Draw(drawing)
        for fold in group:
            flat = (frame.pixels(spline(fold.line, steps=8)) - floats(part.corner)) * ratio
            tone = LEVEL + round(fold.height / highest * 120)
            pen.line(
                [(float(x), float(y)) for x, y in flat], fill=tone, width=max(1, round(width * points)), joint="curve"
            )
        soft = drawing.filter(ImageFilter.GaussianBlur(max(0.6, width * 0.55 * points)))
        total += (floats(np.asarray(soft)) - LEVEL) / 120 * highest
    return total
