"""The photos a persona is drawn from: good ones, that show the face from more than one side, and no two that are nearly the same.

Chosen one after another: each time the photo whose own worth, and what it adds to those chosen before, come to the most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.personas.faces import FaceAngle
from domain.personas.persona import PersonaPhoto
from domain.personas.quality import TO_BE_FIXED, issues_of, quality_of

MOST_REFERENCES = 6
"""Product, section 3."""

NEAR = 16
"""Bits in which two looks differ at least: photos of one moment differ in fewer, photos of two in 30 (tests/photos, 2026-11-21)."""

NEW_ANGLE, SAME_ANGLE_AGAIN = 0.35, 0.08
"""Added for the first photo of an angle, and taken off for each one of that angle that was chosen before."""

ENOUGH = 4
"""With fewer than these, photos of one moment are taken after all: portraits are made from up to four."""

FAULT = 0.5
"""What is left of the worth of a photo that ought to be taken again."""

WELL_SEEN, CLEAR, WELL_LIT = 0.85, 0.85, 0.85


class ReferenceReason(StrEnum):
    WELL_SEEN_FACE = "WELL_SEEN_FACE"
    FIRST_OF_ITS_ANGLE = "FIRST_OF_ITS_ANGLE"
    SHARP = "SHARP"
    WELL_LIT = "WELL_LIT"
    BEST_THERE_IS = "BEST_THERE_IS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """`reasons` are what speaks for it, the strongest first; at least one."""

    photo: PersonaPhoto
    reasons: tuple[ReferenceReason, ...]


def best_references(photos: Sequence[PersonaPhoto], *, most: int = MOST_REFERENCES) -> Sequence[Reference]:
    """The best first. Where two are worth the same, the one that was added later. Photos with a fault only after the others."""
    left = sorted(photos, key=lambda photo: (photo.added_at, photo.id), reverse=True)
    chosen: list[Reference] = []
    while left and len(chosen) < most:
        distinct = [photo for photo in left if not any(_is_near(photo, one.photo) for one in chosen)]
        if not distinct and len(chosen) >= ENOUGH:
            break
        best = max(distinct or left, key=lambda photo: _gain(photo, chosen))
        chosen.append(Reference(photo=best, reasons=_reasons(best, chosen)))
        left.remove(best)
    return chosen


def worth_of(photo: PersonaPhoto) -> float:
    """0 to 1, of pixels and file together: what is small and blurred is a bad reference however well it is lit."""
    found = quality_of(photo)
    worth = 0.7 * found.overall + 0.3 * found.score / 100
    return worth * (FAULT if TO_BE_FIXED.intersection(issues_of(photo)) else 1)


def angle_seen(photo: PersonaPhoto) -> FaceAngle | None:
    """Of its largest face."""
    return photo.faces[0].angle if photo.faces else None


def _gain(photo: PersonaPhoto, chosen: Sequence[Reference]) -> float:
    angle = angle_seen(photo)
    alike = sum(angle_seen(one.photo) is angle for one in chosen)
    # The best one of all comes first: what it adds to others only counts beside others.
    added = NEW_ANGLE if chosen and angle and not alike else -SAME_ANGLE_AGAIN * alike
    return worth_of(photo) * (1 + added)


def _is_near(one: PersonaPhoto, other: PersonaPhoto) -> bool:
    return (int(one.measures.look, 16) ^ int(other.measures.look, 16)).bit_count() < NEAR


def _reasons(photo: PersonaPhoto, before: Sequence[Reference]) -> tuple[ReferenceReason, ...]:
    found, angle = quality_of(photo), angle_seen(photo)
    is_new = angle is not None and all(angle_seen(one.photo) is not angle for one in before)
    told = {
        ReferenceReason.FIRST_OF_ITS_ANGLE: bool(before) and is_new,
        ReferenceReason.WELL_SEEN_FACE: found.angle is not None and found.angle >= WELL_SEEN,
        ReferenceReason.SHARP: found.clarity >= CLEAR,
        ReferenceReason.WELL_LIT: found.lighting >= WELL_LIT,
    }
    return tuple(reason for reason, holds in told.items() if holds) or (ReferenceReason.BEST_THERE_IS,)
