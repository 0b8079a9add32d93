"""Where a person is when the face is here: head and shoulders of anyone, in sizes of the face."""

import numpy as np

from providers.local.composing.photos import Bytes, Head
from providers.local.composing.raster import opencv
from providers.local.sketch.geometry import Point

BACKGROUND, PERSON, MAYBE_BACKGROUND, MAYBE_PERSON = 0, 1, 2, 3
"""As GrabCut numbers them."""
FAR = 60.0
"""Below every picture."""

Side = tuple[Point, ...]
"""The right half of a shape that is the same on both sides: x from the middle of the face, y from its top."""

FACE, FACE_RADII = 0.55, (0.42, 0.56)
HAIR, HAIR_RADII = 0.38, (0.60, 0.90)
AROUND, AROUND_RADII = 0.35, (1.15, 1.25)
CORE: Side = ((0.25, 0.9), (0.25, 1.3), (0.6, 1.75), (0.8, 2.2), (0.8, FAR))
SHOULDERS: Side = ((0.3, 0.95), (0.6, 1.15), (1.2, 1.65), (1.6, 2.4), (1.7, FAR))
REACH: Side = ((0.9, 0.6), (1.5, 1.15), (2.5, 1.7), (2.9, 2.6), (3.0, FAR))


def outline_of(shape: tuple[int, ...], head: Head) -> Bytes:
    """What each pixel surely or maybe is, by its place alone."""
    labels = np.full(shape[:2], BACKGROUND, np.uint8)
    for round_, radii, side, label in (
        (AROUND, AROUND_RADII, REACH, MAYBE_BACKGROUND),
        (HAIR, HAIR_RADII, SHOULDERS, MAYBE_PERSON),
        (FACE, FACE_RADII, CORE, PERSON),
    ):
        _disc(labels, head, round_, radii, label)
        _both_sides(labels, head, side, label)
    return labels


def _disc(labels: Bytes, head: Head, down: float, radii: Point, label: int) -> None:
    middle = (round(head.x), round(head.top + down * head.size))
    axes = (max(1, round(radii[0] * head.size)), max(1, round(radii[1] * head.size)))
    opencv().ellipse(labels, middle, axes, 0, 0, 360, label, -1)


def _both_sides(labels: Bytes, head: Head, side: Side, label: int) -> None:
    points = [*side, *((-x, y) for x, y in reversed(side))]
    corners = np.asarray([(head.x + x * head.size, head.top + y * head.size) for x, y in points], np.int32)
    opencv().fillPoly(labels, [corners], label)
