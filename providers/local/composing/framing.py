"""Where a person stands in the picture: as large as is wanted, as far as the photo reaches.

A person is never cut off by the edge of their photo in the middle of a picture, and never stretched. Among a few hundred ways
to lay the photo under the frame the one that comes nearest to the wish is taken.
"""

from dataclasses import dataclass
from itertools import product
from math import cos, radians, sin

import numpy as np

from providers.local.composing.photos import Head
from providers.local.sketch.geometry import Floats, floats

LARGEST = 3.0
"""Times a photo is enlarged at most where anything smaller would do: beyond, it is pixels rather than a face."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How large the square of the face is at most, as a share of width and height, and how high the eyes are."""

    across: float
    down: float
    eyes: float


CLOSE_UP = Framing(0.54, 0.43, 0.43)
HEAD_AND_SHOULDERS = Framing(0.36, 0.29, 0.38)
HALF_LENGTH = Framing(0.28, 0.215, 0.34)
SEEN_BY_NOBODY = 0.03
EYES = 0.38
"""Of the face's square, from its top."""


@dataclass(frozen=True, slots=True)
class Wish:
    framing: Framing
    off_centre: float  # of the face, as a share of the width
    tilt: float  # degrees against the clock
    zoom: float


@dataclass(frozen=True, slots=True)
class Place:
    """A way from the photo's pixels to the picture's: turned by `tilt` around the head, `scale` times as large."""

    scale: float
    tilt: float
    head: Head
    x: float  # of the middle of the face, in the picture
    eyes: float  # height of the eyes, in the picture

    @property
    def matrix(self) -> Floats:
        turn = radians(self.tilt)
        a, b = self.scale * cos(turn), self.scale * sin(turn)
        from_x, from_y = self.head.x, self.head.top + EYES * self.head.size
        return floats([[a, b, self.x - a * from_x - b * from_y], [-b, a, self.eyes + b * from_x - a * from_y]])

    @property
    def face(self) -> Head:
        """In the picture."""
        size = self.head.size * self.scale
        return Head(self.x - size / 2, self.eyes - EYES * size, size)


SIZES = tuple(0.82 * 1.075**step for step in range(20))
SHIFTS = (0.0, -0.03, 0.03, -0.07, 0.07, -0.12, 0.12, -0.18, 0.18)
DROPS = (0.0, -0.03, 0.03, 0.06, 0.09, 0.12, 0.15, -0.06)


def place_for(edge: Floats, head: Head, picture: tuple[int, int], wish: Wish) -> Place:
    """`edge` are points (x, y) on the photo's own edge that must not be seen within the picture: see `edge_of`."""
    wide, high = picture
    wanted = min(wish.framing.across * wide, wish.framing.down * high) * wish.zoom
    best: tuple[float, Place] | None = None
    for size, shift, drop in product(SIZES, SHIFTS, DROPS):
        place = Place(
            scale=wanted * size / head.size,
            tilt=wish.tilt,
            head=head,
            x=(0.5 + wish.off_centre + shift) * wide,
            eyes=(wish.framing.eyes + drop) * high,
        )
        cost = _cost(place, edge, picture) + 1.6 * abs(np.log(size)) + 2.2 * abs(shift) + 2.2 * abs(drop)
        if best is None or cost < best[0]:
            best = cost, place
    assert best is not None  # noqa: S101 - there are always ways to choose from.
    return best[1]


def fits(place: Place, edge: Floats, picture: tuple[int, int]) -> bool:
    """Whether nobody ends within the picture, and the face is whole."""
    return _seen(place, edge, picture) < SEEN_BY_NOBODY and _outside(place.face, picture, beside=0.0) == 0


def _cost(place: Place, edge: Floats, picture: tuple[int, int]) -> float:
    """Points of the edge that are seen count most, then a face that leaves the picture, then an enlargement beyond reason."""
    crown = max(0.0, 0.45 * place.face.size - place.face.top) / place.face.size
    large = max(0.0, float(np.log(place.scale / LARGEST)))
    out = _outside(place.face, picture, beside=0.15)
    return 40.0 * _seen(place, edge, picture) + 12.0 * out + 0.8 * crown + 1.5 * large


def _seen(place: Place, edge: Floats, picture: tuple[int, int]) -> float:
    """The share of the edge that lies within the picture."""
    if not len(edge):
        return 0.0
    points = edge @ place.matrix[:, :2].T + place.matrix[:, 2]
    return float(((points > 1.0) & (points < floats(picture) - 1.0)).all(axis=1).mean())


def _outside(face: Head, picture: tuple[int, int], *, beside: float) -> float:
    """How much of the face, with some room `beside` it, is not in the picture; in sizes of the face."""
    wide, high = picture
    room = beside * face.size
    return (
        max(0.0, room - face.left, face.left + face.size + room - wide, -face.top, face.top + face.size - high)
        / face.size
    )


def edge_of(share: Floats) -> Floats:
    """Where a person leaves their photo: every fourth pixel around it that is theirs."""
    high, wide = share.shape
    xs, ys = np.arange(0, wide, 4), np.arange(0, high, 4)
    around = np.concatenate(
        [
            np.stack([xs, np.zeros_like(xs)], axis=1),
            np.stack([xs, np.full_like(xs, high - 1)], axis=1),
            np.stack([np.zeros_like(ys), ys], axis=1),
            np.stack([np.full_like(ys, wide - 1), ys], axis=1),
        ]
    )
    return floats(around[share[around[:, 1], around[:, 0]] > 0.3])
