"""What a photo is worth, from what was measured of it (Product, section 3). Nothing here tells who is on it, or what they are like.

The score is of the file, 0 to 100. Lighting and clarity are of its pixels, 0 to 1. The angle of the face is not measured: that
takes a detector, and this deployment's code has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from domain.personas.persona import PersonaPhoto
from domain.uploads.measures import PhotoMeasures

LEAST_SIDE, BEST_SIDE = 512, 1024
BEST_SHAPE, FAIR_SHAPE = (0.8, 1.2), (0.6, 1.5)
BEST_BYTES = 1024 * 1024
FORMATS = {"image/jpeg": 20, "image/png": 15, "image/webp": 10}

WELL_LIT = (0.30, 0.70)
"""Mean brightness that loses nothing. Beyond it, lighting falls to 0 at black and at white."""
MOST_DARK, MOST_LIGHT = 0.6, 0.4
"""Parts of the picture in the darkest eighth, or the lightest sixteenth, at which lighting has lost half."""
SHARP = 200.0
"""Variance of the Laplacian from which a photo counts as sharp. A choice of ours, to be measured on real photos."""

DIM, SOFT = 0.5, 0.35
"""Below these, lighting and clarity are worth a word."""


class PhotoIssue(StrEnum):
    BELOW_BEST_SIZE = "BELOW_BEST_SIZE"
    UNUSUAL_SHAPE = "UNUSUAL_SHAPE"
    TOO_DARK = "TOO_DARK"
    TOO_BRIGHT = "TOO_BRIGHT"
    BLURRED = "BLURRED"


TO_BE_FIXED = frozenset({PhotoIssue.TOO_DARK, PhotoIssue.TOO_BRIGHT, PhotoIssue.BLURRED})
"""Those that a likeness suffers from. The others only could be better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoQuality:
    """`dimension` to `format` are points of 40, 20, 20, 20; the rest parts of 1."""

    dimension: float
    aspect_ratio: float
    file_size: float
    format: float
    lighting: float
    clarity: float
    overall: float

    @property
    def score(self) -> int:
        return round(self.dimension + self.aspect_ratio + self.file_size + self.format)


def quality_of(photo: PersonaPhoto) -> PhotoQuality:
    lighting, clarity = lighting_of(photo.measures), clarity_of(photo.measures)
    return PhotoQuality(
        dimension=dimension_points(min(photo.width, photo.height)),
        aspect_ratio=shape_points(photo.width / photo.height),
        file_size=size_points(photo.sent_size_bytes),
        format=FORMATS[photo.sent_type],
        lighting=lighting,
        clarity=clarity,
        overall=sqrt(lighting * clarity),
    )


def dimension_points(shortest_side: int) -> float:
    """40 from 1024 pixels, 20 at 512, in proportion between them; 0 below, where nothing is taken."""
    if shortest_side < LEAST_SIDE:
        return 0.0
    return 40 * min(shortest_side, BEST_SIDE) / BEST_SIDE


def shape_points(width_to_height: float) -> float:
    """20 for the best, 10 for what is acceptable."""
    if BEST_SHAPE[0] <= width_to_height <= BEST_SHAPE[1]:
        return 20.0
    return 10.0 if FAIR_SHAPE[0] <= width_to_height <= FAIR_SHAPE[1] else 0.0


def size_points(size_bytes: int) -> float:
    """20 from 1 MB, in proportion below."""
    return 20 * min(size_bytes, BEST_BYTES) / BEST_BYTES


def lighting_of(found: PhotoMeasures) -> float:
    darkest, lightest = WELL_LIT
    mean = min(1.0, found.brightness / darkest, (1 - found.brightness) / (1 - lightest))
    clipped = 1 - min(1.0, max(found.dark / MOST_DARK, found.light / MOST_LIGHT)) / 2
    return max(0.0, mean * clipped)


def clarity_of(found: PhotoMeasures) -> float:
    return min(1.0, sqrt(found.sharpness / SHARP))


def issues_of(photo: PersonaPhoto) -> Sequence[PhotoIssue]:
    """The gravest first."""
    found, lighting = photo.measures, lighting_of(photo.measures)
    shape = photo.width / photo.height
    told = {
        PhotoIssue.TOO_DARK: lighting < DIM and found.brightness < 1 / 2,
        PhotoIssue.TOO_BRIGHT: lighting < DIM and found.brightness >= 1 / 2,
        PhotoIssue.BLURRED: lighting >= DIM and clarity_of(found) < SOFT,  # without light there are no edges to judge
        PhotoIssue.BELOW_BEST_SIZE: min(photo.width, photo.height) < BEST_SIDE,
        PhotoIssue.UNUSUAL_SHAPE: not BEST_SHAPE[0] <= shape <= BEST_SHAPE[1],
    }
    return [issue for issue, is_there in told.items() if is_there]


def advice_on(photo: PersonaPhoto, issue: PhotoIssue) -> str:
    """The fact and the next step."""
    return ADVICE[issue].format(
        side=min(photo.width, photo.height), least=LEAST_SIDE, best=BEST_SIDE, width=photo.width, height=photo.height
    )


ADVICE = {
    PhotoIssue.BELOW_BEST_SIZE: (
        "This photo is {side} px on its shorter side; {least} is the least, {best} is best. Send a larger one if you have it."
    ),
    PhotoIssue.UNUSUAL_SHAPE: "This photo is {width} by {height} px; nearly square is best. Crop it around head and shoulders.",
    PhotoIssue.TOO_DARK: "This photo is dark. Take it again by a window or under an even light.",
    PhotoIssue.TOO_BRIGHT: "This photo is overexposed. Take it again out of direct light.",
    PhotoIssue.BLURRED: "This photo is blurred. Hold still, clean the lens, and take it again.",
}
