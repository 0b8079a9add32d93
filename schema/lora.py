"""LoRAs and their trainings, as the contract names them."""

from datetime import datetime

import strawberry
from strawberry.types import Info

from domain.models.families import lora_terms_of
from domain.presets.models import BaseModel
from domain.trainings.next_step import next_step_of
from domain.trainings.progress import Progress, progress_of
from domain.trainings.training import LoraModel as LoraModelValue
from domain.trainings.training import TrainingAttempt as AttemptValue
from resolvers.context import Context
from schema.enums import LoraStatus
from schema.ids import Node, global_id
from schema.presets import ModelLicence


@strawberry.type(description="One try of a training that is over.")
class TrainingAttempt:
    number: int = strawberry.field(description="From 1.")
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime = strawberry.field(description="When it was over.")
    error_code: str | None = strawberry.field(description="Why it failed; null where it went well.")
    error_message: str | None = strawberry.field(description="The same in words; null where it went well.")

    @classmethod
    def of(cls, attempt: AttemptValue) -> "TrainingAttempt":
        return cls(
            number=attempt.number,
            started_at=attempt.started_at,
            ended_at=attempt.ended_at,
            error_code=attempt.code,
            error_message=attempt.message,
        )


@strawberry.type(description="A trained adapter of a subject, from the wish for it on.")
class LoraModel(Node):
    status: LoraStatus = strawberry.field(description="Where its training is.")
    base_model: BaseModel = strawberry.field(description="The model it adapts.")
    trigger_word: str = strawberry.field(description="The word that calls it in a prompt.")
    training_steps: int = strawberry.field(description="Steps of the whole training.")
    image_count: int = strawberry.field(description="Images it is trained on.")
    attempt: int = strawberry.field(
        description="Which try is under way, or was the last: 0 before the first. One that fails, and not through you, is made once "
        "more by itself at no charge."
    )
    attempts: list[TrainingAttempt] = strawberry.field(description="Tries that are over, the first one first.")
    credits_reserved: int = strawberry.field(description="Credits held for it now.")
    credits_cost: int = strawberry.field(description="Credits it costs when it succeeds.")
    is_free_retry: bool = strawberry.field(description="Whether it costs nothing because one before it failed.")
    retrain: int | None = strawberry.field(
        description="Which of a persona's free retrains it is, from 1; null where it is none."
    )
    error_message: str | None = strawberry.field(description="Why it failed; null otherwise.")
    next_step: str | None = strawberry.field(
        description="What to do about one that failed, whether the next is free, or that has expired; null otherwise."
    )
    expired_at: datetime | None = strawberry.field(
        description="When its weights were removed because nobody used it, a week after a notice (`lora.expiring`); null while it may be used."
    )
    started_at: datetime | None = strawberry.field(description="Null before it begins.")
    completed_at: datetime | None = strawberry.field(description="Null before it ends.")
    value: strawberry.Private[LoraModelValue]

    @strawberry.field(description="Steps done.")
    def current_step(self, info: Info[Context, None]) -> int:
        return self._progress(info).step

    @strawberry.field(description="0 to 100.")
    def progress_percent(self, info: Info[Context, None]) -> int:
        return self._progress(info).percent

    @strawberry.field(description="Null when it has failed or was cancelled.")
    def estimated_seconds_remaining(self, info: Info[Context, None]) -> int | None:
        return self._progress(info).seconds_left

    @strawberry.field(
        description="Whether steps, percent and time left are guessed from how long such a training takes as a rule, because its "
        "trainer has told no step yet. Once it has, the time left follows from the steps so far."
    )
    def is_estimate(self, info: Info[Context, None]) -> bool:
        return self._progress(info).is_estimate

    @strawberry.field(
        description="What this deployment has to know before its pictures are sold: the licences of whoever trained it, of the models that draw "
        "with it, and of those that keep the face where it cannot be used (face encoders of PuLID and FaceID are for non-commercial research)."
    )
    def licences(self, info: Info[Context, None]) -> list[ModelLicence]:
        providers = info.context.services.providers
        return [ModelLicence.of(terms) for terms in lora_terms_of(self.base_model, self.value.trainer, providers)]

    def _progress(self, info: Info[Context, None]) -> Progress:
        return progress_of(self.value, info.context.now())

    @classmethod
    def of(cls, model: LoraModelValue) -> "LoraModel":
        return cls(
            id=global_id("LoraModel", model.id),
            status=LoraStatus.EXPIRED if model.expired_at else LoraStatus[model.status.name],
            base_model=model.base_model,
            trigger_word=model.trigger_word,
            training_steps=model.training_steps,
            image_count=model.image_count,
            attempt=model.attempt,
            attempts=[TrainingAttempt.of(attempt) for attempt in model.history],
            credits_reserved=model.credits_reserved,
            credits_cost=model.price,
            is_free_retry=model.is_free_retry,
            retrain=model.retrain,
            error_message=model.error_message,
            next_step=next_step_of(model),
            expired_at=model.expired_at,
            started_at=model.started_at,
            completed_at=model.completed_at,
            value=model,
        )


@strawberry.type(description="What an influencer's owner wants of training.")
class LoraSettings:
    training_enabled: bool = strawberry.field(description="Whether a LoRA may be trained at all.")
    auto_start: bool = strawberry.field(description="Whether it starts by itself after creation, credits allowing.")


@strawberry.type(description="Whether training again is worth it.")
class RetrainSuggestion:
    has_new_liked_images: bool = strawberry.field(description="Whether images were liked since the last training.")
    new_liked_image_count: int = strawberry.field(description="How many.")
    last_training_at: datetime | None = strawberry.field(description="Null when nothing was trained yet.")
    suggestion: str = strawberry.field(description="In words.")
    is_free: bool = strawberry.field(description="Whether it would cost nothing.")
    credits: int = strawberry.field(description="What it would cost.")
