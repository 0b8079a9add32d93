"""Faces on a photo: where they are and how they are turned. Never whose they are, or anything about whoever has them."""

from dataclasses import dataclass
from enum import StrEnum


class FaceAngle(StrEnum):
    FRONT = "FRONT"
    THREE_QUARTER = "THREE_QUARTER"
    PROFILE = "PROFILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A square around eyes, nose and mouth, in pixels of the photo. `confidence` is 0 to 1: how much spoke for a face.

    `tilt` is how far, in degrees against the clock, the photo had to be turned for it to stand upright: 0 for most, 90, 180
    or 270 for a photo that lies on its side or its head.
    """

    left: int
    top: int
    width: int
    height: int
    angle: FaceAngle
    confidence: float
    tilt: int = 0
