"""How far a training is, and how long it will still take: as its trainer tells, else by the clock, and then it says so."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.models.model import Provider
from domain.models.registry import MODELS
from domain.trainings.training import LoraModel, TrainingStatus

USUAL = {
    Provider.LOCAL: timedelta(seconds=30),
    Provider.FAL: timedelta(minutes=12),
    Provider.RUNPOD: timedelta(minutes=25),
}
"""How long a training takes as a rule, its queue and its machine's start among it. Guesses of ours for fal and RunPod, to be replaced
by the first that are measured: no page of theirs says it. Of the stand-in it is what its own setting says by default, and some more."""

LAST_GUESS = 95
"""Percent. What is only estimated never says that it is almost done for longer than it was said to take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    step: int
    percent: int
    seconds_left: int | None
    is_estimate: bool
    """By the clock and `USUAL`, or nothing at all has begun yet. Otherwise from steps that the trainer told: fal in its log, AI
    Toolkit in its job."""


def usual_time(trainer: str) -> timedelta:
    return USUAL.get(MODELS[trainer].provider, timedelta(minutes=25))


def progress_of(model: LoraModel, now: datetime) -> Progress:
    if model.status is TrainingStatus.READY:
        return Progress(step=model.training_steps, percent=100, seconds_left=0, is_estimate=False)
    if model.status.is_final or model.attempt_started_at is None:
        left = None if model.status.is_final else round(usual_time(model.trainer).total_seconds())
        return Progress(step=model.current_step, percent=_share(model), seconds_left=left, is_estimate=left is not None)
    elapsed = max(timedelta(), now - model.attempt_started_at)
    if model.tells_steps and model.current_step:
        left = round(elapsed.total_seconds() * (model.training_steps - model.current_step) / model.current_step)
        return Progress(step=model.current_step, percent=_share(model), seconds_left=left, is_estimate=False)
    usual = usual_time(model.trainer)
    percent = min(LAST_GUESS, int(100 * (elapsed / usual)))
    left = max(0, round((usual - elapsed).total_seconds()))
    step = model.training_steps * percent // 100
    return Progress(step=step, percent=percent, seconds_left=left, is_estimate=True)


def _share(model: LoraModel) -> int:
    return 100 * model.current_step // model.training_steps
