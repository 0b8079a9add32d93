"""What to do with a persona once nothing is wrong with its photos: portraits first, then samples, approval, training."""

from collections.abc import Sequence

from domain.personas.approval import ApprovalRound, ApprovalStatus, approval_status_of, photo_set_of
from domain.personas.next_step import NextStep, NextStepCode
from domain.personas.persona import Persona, PersonaPhoto, PersonaStatus

MAKE_PORTRAITS = NextStep(
    NextStepCode.MAKE_PORTRAITS, "The photos will do. Make portraits of them: `startPortraits`; your first set is free."
)
MAKE_SAMPLES = NextStep(
    NextStepCode.MAKE_SAMPLES,
    "The portraits are there. For a closer likeness a LoRA can be trained: look at samples of these photos first, by `startPreviewSamples`.",
)
REVIEW_SAMPLES = NextStep(
    NextStepCode.REVIEW_SAMPLES,
    "Look at `previewSamples`, then approve them or say what is wrong: `reviewPreviewSamples`.",
)
TRAIN = NextStep(NextStepCode.TRAIN, "These photos may be trained on.")


def later_step(
    persona: Persona,
    photos: Sequence[PersonaPhoto],
    rounds: Sequence[ApprovalRound],
    *,
    previewed_set: str | None,
    approval_required: bool,
) -> NextStep:
    """`rounds` newest first; `previewed_set` is what the newest samples were made of."""
    if persona.status is not PersonaStatus.READY:
        return MAKE_PORTRAITS
    status = approval_status_of(rounds, photos, required=approval_required)
    if status in {ApprovalStatus.APPROVED, ApprovalStatus.NOT_REQUIRED}:
        return TRAIN
    if previewed_set != photo_set_of(photos):
        return MAKE_SAMPLES
    if status is ApprovalStatus.CHANGES_REQUESTED:
        advice = next(iter(rounds[0].reading.recommendations), "See `approvalRounds`.")
        return NextStep(NextStepCode.FOLLOW_ADVICE, f"Something is wrong with the samples. {advice}")
    return REVIEW_SAMPLES
