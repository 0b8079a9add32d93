"""What to do now with a persona, and why. It follows from what is there; nothing remembers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.ids import PhotoId
from domain.personas.persona import BEST_PHOTOS, LEAST_PHOTOS, Persona, PersonaPhoto
from domain.personas.quality import TO_BE_FIXED, issues_of


class NextStepCode(StrEnum):
    GIVE_CONSENT = "GIVE_CONSENT"
    ADD_PHOTOS = "ADD_PHOTOS"
    FIX_PHOTOS = "FIX_PHOTOS"
    ANALYZE = "ANALYZE"
    MAKE_PORTRAITS = "MAKE_PORTRAITS"
    MAKE_SAMPLES = "MAKE_SAMPLES"
    REVIEW_SAMPLES = "REVIEW_SAMPLES"
    FOLLOW_ADVICE = "FOLLOW_ADVICE"
    TRAIN = "TRAIN"


@dataclass(frozen=True, slots=True)
class NextStep:
    """`missing` photos make it enough; `photo_ids` are those to be taken again."""

    code: NextStepCode
    message: str
    missing: int = 0
    photo_ids: Sequence[PhotoId] = ()


def next_step_of(persona: Persona, photos: Sequence[PersonaPhoto]) -> NextStep:
    if not persona.has_consent:
        return NextStep(
            NextStepCode.GIVE_CONSENT,
            "The consent for this persona was withdrawn. Give consent again, then name it with updatePersona.",
        )
    if (missing := LEAST_PHOTOS - len(photos)) > 0:
        return NextStep(
            NextStepCode.ADD_PHOTOS,
            f"Add {missing} more {_photos(missing)}: {LEAST_PHOTOS} are the least, {BEST_PHOTOS} are recommended.",
            missing,
        )
    poor = [photo.id for photo in photos if TO_BE_FIXED.intersection(issues_of(photo))]
    if (missing := LEAST_PHOTOS - (len(photos) - len(poor))) > 0:
        return NextStep(
            NextStepCode.FIX_PHOTOS,
            f"{len(poor)} {_photos(len(poor))} cannot be relied on. Take {missing} of them again, as their advice says.",
            missing,
            poor,
        )
    return NextStep(NextStepCode.ANALYZE, "There are enough good photos. Next, the set is analyzed as a whole.")


def _photos(count: int) -> str:
    return "photo" if count == 1 else "photos"
