"""What people find wrong with preview samples, and what is to be done about it: the reading that needs nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class SampleIssue(StrEnum):
    NOT_LIKE_ME = "NOT_LIKE_ME"
    FACE_SHAPE = "FACE_SHAPE"
    SKIN = "SKIN"
    HAIR = "HAIR"
    EYES = "EYES"
    EXPRESSION = "EXPRESSION"
    LIGHTING = "LIGHTING"
    BACKGROUND = "BACKGROUND"
    CLOTHES = "CLOTHES"
    BLURRY = "BLURRY"
    ARTIFACTS = "ARTIFACTS"


class ReadBy(StrEnum):
    LOCAL = "LOCAL"
    OPENAI = "OPENAI"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What to make of a feedback. `recommendations` are sentences for people, each a fact and a next step."""

    should_proceed: bool
    recommendations: tuple[str, ...]
    read_by: ReadBy


@dataclass(frozen=True, slots=True)
class Remedy:
    """`words` for the checkbox; `is_of_photos`: a training on the same photos would learn it too."""

    words: str
    advice: str
    is_of_photos: bool


REMEDIES: Mapping[SampleIssue, Remedy] = {
    SampleIssue.NOT_LIKE_ME: Remedy(
        "It does not look like me.",
        "The likeness is off: add 3 or more sharp photos of the face from the front, and remove photos older than a year.",
        is_of_photos=True,
    ),
    SampleIssue.FACE_SHAPE: Remedy(
        "The shape of the face is wrong.",
        "The shape of the face is off: add two three-quarter views, taken from 1 to 2 meters away, not by a selfie lens.",
        is_of_photos=True,
    ),
    SampleIssue.SKIN: Remedy(
        "The skin is too smooth, or its tone is wrong.",
        "The skin is off: add photos in daylight, without a filter and without flash.",
        is_of_photos=True,
    ),
    SampleIssue.HAIR: Remedy(
        "The hair is wrong.",
        "The hair is off: remove photos with another cut or colour, so that all that are left show it as it is now.",
        is_of_photos=True,
    ),
    SampleIssue.EYES: Remedy(
        "The eyes are wrong.",
        "The eyes are off: add two sharp close-ups with open eyes, without sunglasses or reflections.",
        is_of_photos=True,
    ),
    SampleIssue.EXPRESSION: Remedy(
        "The expression does not suit me.",
        "The expression is off: samples try several, and a training learns yours from photos with different expressions.",
        is_of_photos=False,
    ),
    SampleIssue.LIGHTING: Remedy(
        "The light is wrong.",
        "The light is a matter of each picture, not of the likeness: words or an edit change it afterwards.",
        is_of_photos=False,
    ),
    SampleIssue.BACKGROUND: Remedy(
        "The background is wrong.",
        "The background is a matter of each picture, not of the likeness: each job chooses its own.",
        is_of_photos=False,
    ),
    SampleIssue.CLOTHES: Remedy(
        "The clothes are wrong.",
        "The clothes are a matter of each picture, not of the likeness: each job chooses its own.",
        is_of_photos=False,
    ),
    SampleIssue.BLURRY: Remedy(
        "It is blurred.",
        "The samples are blurred: exchange photos whose clarity is low, they are marked BLURRED, for sharp ones.",
        is_of_photos=True,
    ),
    SampleIssue.ARTIFACTS: Remedy(
        "There are faults in the picture.",
        "Faults in one picture come by chance: have that sample made anew by regenerateImage.",
        is_of_photos=False,
    ),
}

FINE = "The samples are approved. Train now: the likeness becomes closer than any sample."
UNREAD = "Your words were kept. Name what is wrong as an issue as well: without a language model only issues are read."


def read_locally(issues: Sequence[SampleIssue], comment: str, *, approved: bool) -> Reading:
    """By the issues alone: nobody here understands free text. Without approval one proceeds where no issue is of the photos."""
    if approved:
        return _read(True, (FINE, *_advice(issues)))
    if comment and not issues:
        return _read(False, (UNREAD,))
    return _read(not any(REMEDIES[issue].is_of_photos for issue in issues), _advice(issues))


def _read(should_proceed: bool, recommendations: tuple[str, ...]) -> Reading:
    return Reading(should_proceed=should_proceed, recommendations=recommendations, read_by=ReadBy.LOCAL)


def _advice(issues: Sequence[SampleIssue]) -> tuple[str, ...]:
    """Of issues of the photos first."""
    ordered = sorted(issues, key=lambda issue: (not REMEDIES[issue].is_of_photos, list(SampleIssue).index(issue)))
    return tuple(REMEDIES[issue].advice for issue in ordered)
