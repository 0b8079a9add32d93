"""What to do with a persona once nothing is wrong with its photos: portraits first, then samples, approval, training and its LoRA."""

from collections.abc import Sequence

from domain.personas.approval import ApprovalRound, ApprovalStatus, approval_status_of, photo_set_of
from domain.personas.next_step import NextStep, NextStepCode
from domain.personas.persona import Persona, PersonaPhoto, PersonaStatus
from domain.trainings.retrains import FREE_RETRAINS, PastTrainings
from domain.trainings.training import TrainingStatus

RUNNING = frozenset({TrainingStatus.PENDING, TrainingStatus.TRAINING})
NEVER_TRAINED = PastTrainings()

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
TRAIN = NextStep(
    NextStepCode.TRAIN,
    "These photos may be trained on, for a closer likeness: `quoteTraining` says at what price, then `startTraining`.",
)
TRAIN_ONCE_MORE = NextStep(
    NextStepCode.TRAIN,
    "The last training failed, and nothing was charged. `quoteTraining` says what the next one costs.",
)
WAIT_FOR_TRAINING = NextStep(
    NextStepCode.WAIT_FOR_TRAINING,
    "It is being trained: `trainingProgress` says how far. You are notified when it is done.",
)


def later_step(
    persona: Persona,
    photos: Sequence[PersonaPhoto],
    rounds: Sequence[ApprovalRound],
    *,
    previewed_sets: frozenset[str],
    approval_required: bool,
    past: PastTrainings = NEVER_TRAINED,
    trainable_set: str = "",
) -> NextStep:
    """`rounds` newest first; `previewed_sets` are those that samples were made of, `trainable_set` what a training would be on."""
    if step := _step_of_lora(persona, past, trainable_set):
        return step
    if persona.status is not PersonaStatus.READY and not past.is_trained:
        return MAKE_PORTRAITS
    status = approval_status_of(rounds, photos, required=approval_required)
    if status in {ApprovalStatus.APPROVED, ApprovalStatus.NOT_REQUIRED}:
        return _train(persona, past)
    present = photo_set_of(photos)
    if present not in previewed_sets:
        return MAKE_SAMPLES
    if status is ApprovalStatus.CHANGES_REQUESTED:
        newest = next(one for one in rounds if one.photo_set == present)
        advice = next(iter(newest.reading.recommendations), "See `approvalRounds`.")
        return NextStep(NextStepCode.FOLLOW_ADVICE, f"Something is wrong with the samples. {advice}")
    return REVIEW_SAMPLES


def _step_of_lora(persona: Persona, past: PastTrainings, trainable_set: str) -> NextStep | None:
    if persona.training_status in RUNNING:
        return WAIT_FOR_TRAINING
    if persona.lora and (past.photo_set == trainable_set or not past.remaining):
        return _make_images(past)
    return None


def _train(persona: Persona, past: PastTrainings) -> NextStep:
    if past.is_trained and past.remaining:
        return NextStep(
            NextStepCode.RETRAIN,
            "These are other photos than its LoRA was trained on, and may be trained on: `startTraining`. "
            f"{past.remaining} of {FREE_RETRAINS} free retrains are left.",
        )
    return TRAIN_ONCE_MORE if persona.training_status is TrainingStatus.FAILED else TRAIN


def _make_images(past: PastTrainings) -> NextStep:
    made_with = "Its LoRA is ready: packs, headshots and display samples are made with it."
    if not past.remaining:
        return NextStep(NextStepCode.MAKE_IMAGES, f"{made_with} Its free retrains are used.")
    return NextStep(
        NextStepCode.MAKE_IMAGES,
        f"{made_with} For a closer likeness change its photos and train again: {past.remaining} of {FREE_RETRAINS} free retrains are left.",
    )
