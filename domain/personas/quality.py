"""What a photo is worth, from what was measured of it (Product, section 3). Nothing here tells who is on it, or what they are like.

The score is of the file, 0 to 100. Lighting, clarity and angle are of its pixels, 0 to 1. The angle is None for a photo on which
no face was ever looked for: it was added before there was a detector. Light is judged on the whole picture, never on the face:
that would judge skin (docs/decisions/0031).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import cbrt, sqrt

from domain.personas.face_view import is_cut_off, is_in_company, is_lying, is_small, view_of
from domain.personas.persona import PersonaPhoto
from domain.uploads.measures import PhotoMeasures

LEAST_SIDE, BEST_SIDE = 512, 1024
BEST_SHAPE, FAIR_SHAPE = (0.8, 1.2), (0.6, 1.5)
BEST_BYTES = 1024 * 1024
FORMATS = {"image/jpeg": 20, "image/png": 15, "image/webp": 10}

WELL_LIT = (0.30, 0.70)
"""Mean brightness that loses nothing. Beyond it, lighting falls to 0 at black and at white."""
MOST_DARK, MOST_LIGHT = 0.8, 0.4
"""Parts of the picture in the darkest eighth, or the lightest sixteenth, at which lighting has lost half. Half of a well-lit official
portrait in a dark uniform is in the darkest eighth (tests/photos/hopper.jpg)."""
SHARP = 200.0
"""Sharpness from which a photo counts as sharp. Real ones have 400 to 1500, and 10 once they are blurred by two pixels of 512."""

UNSEEN = 0.1
"""What an angle of 0 counts for in `overall`: a face that the detector missed costs much, and never all."""

DIM, SOFT = 0.5, 0.35
"""Below these, lighting and clarity are worth a word."""


class PhotoIssue(StrEnum):
    NO_FACE = "NO_FACE"
    SEVERAL_FACES = "SEVERAL_FACES"
    FACE_TOO_SMALL = "FACE_TOO_SMALL"
    FACE_CUT_OFF = "FACE_CUT_OFF"
    LYING = "LYING"
    BELOW_BEST_SIZE = "BELOW_BEST_SIZE"
    UNUSUAL_SHAPE = "UNUSUAL_SHAPE"
    TOO_DARK = "TOO_DARK"
    TOO_BRIGHT = "TOO_BRIGHT"
    BLURRED = "BLURRED"


TO_BE_FIXED = frozenset(PhotoIssue) - {PhotoIssue.BELOW_BEST_SIZE, PhotoIssue.UNUSUAL_SHAPE}
"""Those that a likeness suffers from. The others only could be better. None of them bars anything: it is advice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoQuality:
    """`dimension` to `format` are points of 40, 20, 20, 20; the rest parts of 1."""

    dimension: float
    aspect_ratio: float
    file_size: float
    format: float
    lighting: float
    clarity: float
    angle: float | None
    overall: float

    @property
    def score(self) -> int:
        return round(self.dimension + self.aspect_ratio + self.file_size + self.format)


def quality_of(photo: PersonaPhoto) -> PhotoQuality:
    lighting, clarity, angle = lighting_of(photo.measures), clarity_of(photo.measures), angle_of(photo)
    return PhotoQuality(
        dimension=dimension_points(min(photo.width, photo.height)),
        aspect_ratio=shape_points(photo.width / photo.height),
        file_size=size_points(photo.sent_size_bytes),
        format=FORMATS[photo.sent_type],
        lighting=lighting,
        clarity=clarity,
        angle=angle,
        overall=overall_of(lighting, clarity, angle),
    )


def angle_of(photo: PersonaPhoto) -> float | None:
    """How well its face is seen."""
    return None if photo.faces is None else view_of(photo.faces, width=photo.width, height=photo.height)


def overall_of(lighting: float, clarity: float, angle: float | None) -> float:
    """The geometric mean of those that were measured: what is bad in one respect is not made good by the others."""
    if angle is None:
        return sqrt(lighting * clarity)
    return cbrt(lighting * clarity * max(angle, UNSEEN))


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
        **_of_faces(photo),
        PhotoIssue.TOO_DARK: lighting < DIM and found.brightness < 1 / 2,
        PhotoIssue.TOO_BRIGHT: lighting < DIM and found.brightness >= 1 / 2,
        PhotoIssue.BLURRED: lighting >= DIM and clarity_of(found) < SOFT,  # without light there are no edges to judge
        PhotoIssue.BELOW_BEST_SIZE: min(photo.width, photo.height) < BEST_SIDE,
        PhotoIssue.UNUSUAL_SHAPE: not BEST_SHAPE[0] <= shape <= BEST_SHAPE[1],
    }
    return [issue for issue, is_there in told.items() if is_there]


def _of_faces(photo: PersonaPhoto) -> dict[PhotoIssue, bool]:
    if not photo.faces:
        return {PhotoIssue.NO_FACE: photo.faces is not None}
    face, sides = photo.faces[0], {"width": photo.width, "height": photo.height}
    return {
        PhotoIssue.SEVERAL_FACES: is_in_company(photo.faces),
        PhotoIssue.FACE_TOO_SMALL: is_small(face, **sides),
        PhotoIssue.FACE_CUT_OFF: is_cut_off(face, **sides),
        PhotoIssue.LYING: is_lying(face),
    }


def advice_on(photo: PersonaPhoto, issue: PhotoIssue) -> str:
    """The fact and the next step."""
    return ADVICE[issue].format(
        side=min(photo.width, photo.height),
        least=LEAST_SIDE,
        best=BEST_SIDE,
        width=photo.width,
        height=photo.height,
        face=photo.faces[0].width if photo.faces else 0,
        faces=len(photo.faces or ()),
    )


ADVICE = {
    PhotoIssue.NO_FACE: (
        "No face was found on this photo. Take one with the whole face in view, in even light; leave it as it is if a face is "
        "plain to see, as the search can err."
    ),
    PhotoIssue.SEVERAL_FACES: "There are {faces} faces on this photo. Send one of this person alone, or crop it.",
    PhotoIssue.FACE_TOO_SMALL: "The face is {face} px wide on this photo. Come nearer, or crop it around head and shoulders.",
    PhotoIssue.FACE_CUT_OFF: "The face is cut off at the edge of this photo. Leave some room around the head.",
    PhotoIssue.LYING: "This photo lies on its side or its head. Turn it upright and send it again.",
    PhotoIssue.BELOW_BEST_SIZE: (
        "This photo is {side} px on its shorter side; {least} is the least, {best} is best. Send a larger one if you have it."
    ),
    PhotoIssue.UNUSUAL_SHAPE: "This photo is {width} by {height} px; nearly square is best. Crop it around head and shoulders.",
    PhotoIssue.TOO_DARK: "This photo is dark. Take it again by a window or under an even light.",
    PhotoIssue.TOO_BRIGHT: "This photo is overexposed. Take it again out of direct light.",
    PhotoIssue.BLURRED: "This photo is blurred. Hold still, clean the lens, and take it again.",
}
