"""A LoRA of a subject, from the wish to have it trained on. A training has two attempts at the most, under one reservation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.calls.call import CallState
from domain.errors import Conflict
from domain.ids import CallId, HoldId, ImageId, LoraModelId, SubjectId, UserId
from domain.ports.image_provider import Submitted
from domain.presets.models import BaseModel

MOST_ATTEMPTS = 2
"""One that fails through our or the trainer's fault is made once more by itself, at no charge. Product, section 12."""


class TrainingStatus(StrEnum):
    PENDING = "PENDING"
    TRAINING = "TRAINING"
    READY = "READY"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        return self not in {TrainingStatus.PENDING, TrainingStatus.TRAINING}


MOVES: dict[TrainingStatus, frozenset[TrainingStatus]] = {
    TrainingStatus.PENDING: frozenset({TrainingStatus.TRAINING, TrainingStatus.FAILED, TrainingStatus.CANCELLED}),
    TrainingStatus.TRAINING: frozenset({TrainingStatus.READY, TrainingStatus.FAILED, TrainingStatus.CANCELLED}),
    TrainingStatus.READY: frozenset(),
    TrainingStatus.FAILED: frozenset(),
    TrainingStatus.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingAttempt:
    """One that is over. `code` is null of the one that went well."""

    number: int
    started_at: datetime
    ended_at: datetime
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What came of a training, where we keep it."""

    key: str
    size_bytes: int
    name: str
    """What they are called where the trainer keeps them for its own drawing."""
    config_key: str | None

    @property
    def keys(self) -> Sequence[str]:
        return [key for key in (self.key, self.config_key) if key]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraModel:
    """`credits_reserved` is held now: 0 once it has ended. `event_count` rises with every lasting change."""

    id: LoraModelId
    user_id: UserId
    subject_id: SubjectId
    status: TrainingStatus
    base_model: BaseModel
    trainer: str
    """A key of the registry."""
    trigger_word: str
    training_steps: int
    image_ids: tuple[UUID, ...]
    """What it is trained on: images of an influencer, photos of a persona."""
    image_count: int
    price: int
    is_free_retry: bool
    hold_id: HoldId | None
    """None where it is free."""
    credits_reserved: int
    credits_captured: int = 0
    descends_from_upload: bool
    base_image_id: ImageId | None = None
    """The face that was chosen when it began. None of a person, and of what is from before this was kept."""
    attempt: int = 0
    history: tuple[TrainingAttempt, ...] = ()
    current_step: int = 0
    tells_steps: bool = False
    """Whether the trainer says how far it is; what is told is an estimate by the clock otherwise."""
    error_code: str | None = None
    error_message: str | None = None
    is_retry_free: bool = False
    """It failed, and not through its owner's fault: the next training of this subject is free."""
    weights_key: str | None = None
    weights_name: str | None = None
    weights_size: int | None = None
    config_key: str | None = None
    photo_set: str | None = None
    """Of a persona only: which photos these were, by their contents."""
    retrain: int | None = None
    """Which of a persona's free retrains it is, from 1."""
    wants_samples: bool = False
    """Display samples follow by themselves once it is READY, and were not begun yet."""
    event_count: int = 1
    created_at: datetime
    started_at: datetime | None = None
    attempt_started_at: datetime | None = None
    completed_at: datetime | None = None
    deleted_at: datetime | None = None
    """Its weights were removed, by its owner or with its subject."""
    expired_at: datetime | None = None
    """Nobody used it, and its weights were removed. It was READY, and paid for."""

    @property
    def is_of_person(self) -> bool:
        return self.photo_set is not None

    def begun(self, now: datetime) -> "LoraModel":
        """Somebody works on it: its first attempt has begun, or the next one. Within an attempt nothing changes."""
        if self.attempt_started_at is not None:
            return self
        return replace(
            self if self.status is TrainingStatus.TRAINING else self._moved_to(TrainingStatus.TRAINING),
            attempt=self.attempt + 1,
            started_at=self.started_at or now,
            attempt_started_at=now,
            event_count=self.event_count + 1,
        )

    def at_step(self, step: int) -> "LoraModel":
        """As its trainer tells."""
        return replace(self, current_step=min(step, self.training_steps), tells_steps=True)

    def with_attempt_over(self, code: str, message: str, now: datetime) -> "LoraModel":
        """It will be made once more."""
        return replace(
            self,
            history=self._history_with(code, message, now),
            attempt_started_at=None,
            current_step=0,
            tells_steps=False,
            event_count=self.event_count + 1,
        )

    def ready(self, weights: Weights, now: datetime) -> "LoraModel":
        return replace(
            self._moved_to(TrainingStatus.READY),
            history=self._history_with(None, None, now),
            current_step=self.training_steps,
            credits_reserved=0,
            credits_captured=self.price,
            weights_key=weights.key,
            weights_name=weights.name,
            weights_size=weights.size_bytes,
            config_key=weights.config_key,
            completed_at=now,
            event_count=self.event_count + 1,
        )

    def failed(self, code: str, message: str, now: datetime, *, is_retry_free: bool) -> "LoraModel":
        return replace(
            self._moved_to(TrainingStatus.FAILED),
            history=self._history_with(code, message, now),
            credits_reserved=0,
            error_code=code,
            error_message=message,
            is_retry_free=is_retry_free,
            completed_at=now,
            event_count=self.event_count + 1,
        )

    def cancelled(self, now: datetime) -> "LoraModel":
        """Raises `Conflict` where it has ended otherwise."""
        return replace(
            self._moved_to(TrainingStatus.CANCELLED),
            history=self._history_with("CANCELLED", "Cancelled by its owner.", now),
            credits_reserved=0,
            completed_at=now,
            event_count=self.event_count + 1,
        )

    def _moved_to(self, status: TrainingStatus) -> "LoraModel":
        if status not in MOVES[self.status]:
            raise Conflict(f"A training that is {self.status} cannot become {status}.")
        return replace(self, status=status)

    def _history_with(self, code: str | None, message: str | None, now: datetime) -> tuple[TrainingAttempt, ...]:
        if self.attempt_started_at is None:
            return self.history
        over = TrainingAttempt(
            number=self.attempt, started_at=self.attempt_started_at, ended_at=now, code=code, message=message
        )
        return (*self.history, over)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCall:
    """What an attempt asks its trainer for, written down before it does."""

    id: CallId
    state: CallState
    endpoint: str
    request_id: str | None
    intended_at: datetime

    @property
    def is_open(self) -> bool:
        return self.state in {CallState.INTENDED, CallState.SUBMITTED}

    def submitted(self, model: str) -> Submitted | None:
        """None while nobody knows its number."""
        if self.request_id is None:
            return None
        return Submitted(model=model, request_id=self.request_id, endpoint=self.endpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingTask:
    """A worker's claim to one step. `claim` fences every later write; `tries` counts the claims since it last went on."""

    model: LoraModel
    claim: int
    tries: int
    call: TrainingCall | None
    """The last one there was, of whichever attempt."""
    is_overdue: bool = False
    """This attempt took longer than it may."""

    @property
    def open_call(self) -> TrainingCall | None:
        return self.call if self.call and self.call.is_open else None
