"""OpenCV's Haar cascades: each gives squares, with how many windows voted for each. Loaded once, when first asked for.

A cascade keeps what it works on in itself, so that one thread at a time is let in to each: two at once find nothing, find what is not
there, or fail.

OpenCV is imported here only, and lazily: it takes 0.1 s and 50 MB, and whoever serves requests has no use for it.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import cv2

Grey = NDArray[np.uint8]

SCALE = 1.1
FINE_SCALE = 1.05
LEAST_VOTES = 3


class Cascade(StrEnum):
    """By their files' names."""

    FRONT = "haarcascade_frontalface_alt2.xml"
    SECOND_FRONT = "haarcascade_frontalface_default.xml"
    LEFT_PROFILE = "haarcascade_profileface.xml"
    EYE = "haarcascade_eye.xml"
    EYE_BEHIND_GLASSES = "haarcascade_eye_tree_eyeglasses.xml"


TURNS = {cascade: Lock() for cascade in Cascade}


@dataclass(frozen=True, slots=True)
class Square:
    left: int
    top: int
    side: int
    votes: int

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.side / 2, self.top + self.side / 2

    def shares(self, other: "Square") -> float:
        """The part of both together that lies in both: 1 for the same, 0 for apart."""
        wide = min(self.left + self.side, other.left + other.side) - max(self.left, other.left)
        high = min(self.top + self.side, other.top + other.side) - max(self.top, other.top)
        inside = max(0, wide) * max(0, high)
        return inside / (self.side**2 + other.side**2 - inside)

    def mirrored(self, width: int) -> "Square":
        return Square(width - self.left - self.side, self.top, self.side, self.votes)


def squares(grey: Grey, cascade: Cascade, *, least: int, most: int = 0, scale: float = SCALE) -> list[Square]:
    """`least` and `most` are pixels of a side; a `most` of 0 is no bound. In no order."""
    classifier = _loaded(cascade)
    with TURNS[cascade]:
        found, votes = classifier.detectMultiScale2(
            grey, scaleFactor=scale, minNeighbors=LEAST_VOTES, minSize=(least, least), maxSize=(most, most)
        )
    return [
        Square(int(left), int(top), int(side), int(count))
        for (left, top, side, _), count in zip(found, votes, strict=True)
    ]


@cache
def _loaded(cascade: Cascade) -> "cv2.CascadeClassifier":
    import cv2  # noqa: PLC0415 - see above
    import cv2.data  # noqa: PLC0415

    cv2.setNumThreads(1)
    classifier = cv2.CascadeClassifier(cv2.data.haarcascades + cascade)
    if classifier.empty():
        raise RuntimeError(f"OpenCV came without {cascade}.")
    return classifier
