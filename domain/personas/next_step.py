"""What to do now with a persona, and why. It follows from what is there; nothing remembers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.ids import PhotoId
from domain.personas.analysis import Analysis, newest_done
from domain.personas.persona import BEST_PHOTOS, LEAST_PHOTOS, Persona, PersonaPhoto
from domain.personas.quality import TO_BE_FIXED, issues_of


class NextStepCode(StrEnum):
    GIVE_CONSENT = "GIVE_CONSENT"
    ADD_PHOTOS = "ADD_PHOTOS"
    FIX_PHOTOS = "FIX_PHOTOS"
    ANALYZE = "ANALYZE"
    WAIT = "WAIT"
    REVIEW = "REVIEW"
    MAKE_PORTRAITS = "MAKE_PORTRAITS"
    MAKE_SAMPLES = "MAKE_SAMPLES"
    REVIEW_SAMPLES = "REVIEW_SAMPLES"
    FOLLOW_ADVICE = "FOLLOW_ADVICE"
    TRAIN = "TRAIN"
    WAIT_FOR_TRAINING = "WAIT_FOR_TRAINING"
    RETRAIN = "RETRAIN"
    MAKE_IMAGES = "MAKE_IMAGES"


@dataclass(frozen=True, slots=True)
class NextStep:
    """`missing` photos make it enough; `photo_ids` are those to be taken again."""

    code: NextStepCode
    message: str
    missing: int = 0
    photo_ids: Sequence[PhotoId] = ()


def next_step_of(persona: Persona, photos: Sequence[PersonaPhoto], analyses: Sequence[Analysis] = ()) -> NextStep:
    """`analyses` are the newest of all and the newest that is done, the newest first."""
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
    if step := _step_of_analysis(photos, analyses):
        return step  # also where photos have faults: their owner went on in spite of them, and a detector errs
    poor = [photo.id for photo in photos if TO_BE_FIXED.intersection(issues_of(photo))]
    if (missing := LEAST_PHOTOS - (len(photos) - len(poor))) > 0:
        return NextStep(
            NextStepCode.FIX_PHOTOS,
            f"{len(poor)} {_photos(len(poor))} cannot be relied on. Take {missing} of them again, as their advice says.",
            missing,
            poor,
        )
    return NextStep(
        NextStepCode.ANALYZE, "There are enough good photos. Next, have the set analyzed as a whole: `analyzePersona`."
    )


def _step_of_analysis(photos: Sequence[PersonaPhoto], analyses: Sequence[Analysis]) -> NextStep | None:
    """None where these very photos were not analyzed and are not being."""
    of_these = [one for one in analyses if one.is_of(photos)]
    if any(one.status.is_open for one in of_these):
        return NextStep(NextStepCode.WAIT, "The photos are being analyzed. That takes seconds to a minute.")
    done = newest_done(of_these)
    if done is None or done.result is None:
        return None
    if done.result.ready_for_training:
        return NextStep(
            NextStepCode.MAKE_PORTRAITS,
            "The photos were analyzed, and they will do. Make portraits of them: `startPortraits`; your first set is free.",
        )
    first = next(iter(done.result.suggestions), "Look at `analysis`.")
    return NextStep(NextStepCode.REVIEW, f"The photos were analyzed, and could be better. {first}")


def _photos(count: int) -> str:
    return "photo" if count == 1 else "photos"
