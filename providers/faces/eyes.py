"""A pair of eyes on a face that looks into the camera: it confirms the face, and how it is turned shows in it."""

from dataclasses import dataclass

import numpy as np

from domain.personas.faces import FaceAngle
from providers.faces.cascades import FINE_SCALE, Cascade, Grey, Square, squares

FRONT, THREE_QUARTER = FaceAngle.FRONT, FaceAngle.THREE_QUARTER

SIDE = 160
"""Pixels that a face is scaled to. With more of them the rims of glasses hide the eyes (tests/photos/hopper.jpg, 2026-11-21)."""

SOFTNESS = 1.0
BAND = (0.15, 0.60)
"""The part of a face's height in which eyes are looked for."""

LEFT, RIGHT, HEIGHTS = (0.20, 0.45), (0.55, 0.80), (0.25, 0.50)
LEVEL = 0.15
LEAST_EYE, MOST_EYE = 0.15, 0.38

CLEAR_EYE = 100
"""Votes from which one eye alone says that the other is turned away."""

NARROW = 0.345
"""Of a face's width: eyes nearer to each other are seen from the side. The portraits in tests/photos have 0.38 and 0.48, and 0.33
and 0.40 when they are turned by 40 degrees."""

UNLIKE = 0.8
"""How large the smaller eye may be, beside the larger, on a face from the front: 0.95 there, 0.75 at 40 degrees."""


@dataclass(frozen=True, slots=True)
class Eye:
    """Parts of the face's side."""

    x: float
    y: float
    size: float
    votes: int


@dataclass(frozen=True, slots=True)
class Eyes:
    """None, one or two. `angle` is FRONT where nothing speaks against it: a turn of less than about 35 degrees does not show."""

    count: int
    angle: FaceAngle


def eyes_in(grey: Grey, face: Square) -> Eyes:
    """By two cascades, as each is misled by glasses in its own way: a face is turned where both say so."""
    band = _band_of(grey, face)
    seen = [_pair(_candidates(band, cascade)) for cascade in (Cascade.EYE, Cascade.EYE_BEHIND_GLASSES)]
    pairs = [(left, right) for left, right in seen if left and right]
    if pairs:
        return Eyes(2, THREE_QUARTER if all(_is_turned(left, right) for left, right in pairs) else FRONT)
    votes = [eye.votes for both in seen for eye in both if eye]
    return Eyes(min(1, len(votes)), THREE_QUARTER if max(votes, default=0) >= CLEAR_EYE else FRONT)


def _is_turned(left: Eye, right: Eye) -> bool:
    small, large = sorted((left.size, right.size))
    return right.x - left.x < NARROW or small < UNLIKE * large


def _pair(found: list[Eye]) -> tuple[Eye | None, Eye | None]:
    left, right = (max(_within(found, side), key=lambda eye: eye.votes, default=None) for side in (LEFT, RIGHT))
    if left and right and abs(left.y - right.y) > LEVEL:
        return (left, None) if left.votes >= right.votes else (None, right)
    return left, right


def _within(found: list[Eye], side: tuple[float, float]) -> list[Eye]:
    return [eye for eye in found if side[0] <= eye.x <= side[1] and HEIGHTS[0] <= eye.y <= HEIGHTS[1]]


def _candidates(band: Grey, cascade: Cascade) -> list[Eye]:
    found = squares(band, cascade, least=round(SIDE * LEAST_EYE), most=round(SIDE * MOST_EYE), scale=FINE_SCALE)
    return [Eye(eye.middle[0] / SIDE, BAND[0] + eye.middle[1] / SIDE, eye.side / SIDE, eye.votes) for eye in found]


def _band_of(grey: Grey, face: Square) -> Grey:
    import cv2  # noqa: PLC0415 - see providers.faces.cascades

    top, bottom = (face.top + round(face.side * part) for part in BAND)
    band = grey[max(0, top) : bottom, max(0, face.left) : face.left + face.side]
    size = (SIDE, round(SIDE * (BAND[1] - BAND[0])))
    way = cv2.INTER_AREA if face.side > SIDE else cv2.INTER_CUBIC
    return np.asarray(cv2.GaussianBlur(cv2.resize(band, size, interpolation=way), (0, 0), SOFTNESS), dtype=np.uint8)
