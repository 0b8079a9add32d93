"""Where trainings are kept. What takes a `TrainingTask` is written only while its claim counts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.calls.call import CallState
from domain.ids import CallId, LoraModelId, SubjectId, UserId
from domain.ports.image_provider import Submitted
from domain.presets.models import BaseModel
from domain.trainings.retrying import RetryRight
from domain.trainings.training import LoraModel, TrainingCall, TrainingTask


class Trainings(Protocol):
    async def add(self, model: LoraModel) -> None:
        """One of a subject runs at a time: the database refuses a second."""
        ...

    async def get(self, training_id: LoraModelId) -> LoraModel:
        """Raises `NotFound`."""
        ...

    async def newest_of(self, subject_id: SubjectId) -> LoraModel | None: ...

    async def retry_right(self, subject_id: SubjectId, base_model: BaseModel) -> RetryRight | None:
        """The free retry that a failed training with this base model left, where it was not used."""
        ...

    async def use_retry(self, training_id: LoraModelId) -> None:
        """That training's free retry is used up."""
        ...

    async def settle_samples(self, training_id: LoraModelId) -> None:
        """Its display samples were begun, or will not be."""
        ...

    async def claim(self, training_id: LoraModelId, *, lease: timedelta) -> TrainingTask | None:
        """Take one that is due, or whose worker's lease ran out by the database's clock. None: not to be had. It counts as
        TRAINING in the database from then on: `begin` writes the rest."""
        ...

    async def holds_lease(self, task: TrainingTask) -> bool: ...

    async def begin(self, model: LoraModel) -> None:
        """A claim was taken: its attempt, and when it began."""
        ...

    async def beat(self, task: TrainingTask, *, lease: timedelta) -> bool:
        """A sign of life. False when it is not ours any more."""
        ...

    async def put_back(self, model: LoraModel, *, wait: timedelta, tries: int) -> None:
        """To be taken by whoever comes next, after a while. As far as `model` says it is."""
        ...

    async def finish(self, model: LoraModel) -> None:
        """READY, with what came of it."""
        ...

    async def end(self, model: LoraModel) -> None:
        """FAILED or CANCELLED. Its dataset is asked to be removed, here as in `finish`."""
        ...

    async def note_dataset(self, user_id: UserId, training_id: LoraModelId, key: str) -> None:
        """That of an earlier attempt is asked to be removed."""
        ...

    async def drop_dataset(self, user_id: UserId, key: str) -> None:
        """Of a training that ended while it was stored."""
        ...

    async def intend(self, training_id: LoraModelId, call_id: CallId, *, endpoint: str, now: datetime) -> None: ...

    async def submit(self, call_id: CallId, *, request_id: str) -> bool:
        """The number it was given. False when it came too late: the call or the training has ended, only its number is kept."""
        ...

    async def hint(self, call_id: CallId, *, request_id: str) -> LoraModelId | None:
        """Whose call this is: it is due at once. None where that is no news, or there is no such call."""
        ...

    async def knows(self, call_id: CallId, *, request_id: str) -> bool:
        """Whether there is such a call, and it has no other number."""
        ...

    async def call_of(self, training_id: LoraModelId) -> TrainingCall | None:
        """The last one there was."""
        ...

    async def end_call(self, call_id: CallId, state: CallState) -> None:
        """A call that has ended stays as it is."""
        ...

    async def unwanted(self, training_id: LoraModelId) -> TrainingTask | None:
        """One that has ended while its call is open."""
        ...

    async def running_of(self, subject_ids: Sequence[SubjectId]) -> Sequence[LoraModel]: ...

    async def ready_of(self, subject_ids: Sequence[SubjectId]) -> Sequence[LoraModel]:
        """All that there are weights of."""
        ...

    async def is_drawn_with(self, model_id: LoraModelId) -> bool:
        """Whether a job that is not finished is pinned to it."""
        ...

    async def delete(self, user_id: UserId, ids: Sequence[LoraModelId], *, now: datetime) -> None:
        """Files of theirs that no other LoRA has are asked to be removed. Those that were deleted stay as they are."""
        ...

    async def unforgotten(self, model_id: LoraModelId) -> tuple[LoraModel, Submitted] | None:
        """A deleted one that its trainer may still have."""
        ...

    async def forgotten(self, model_id: LoraModelId) -> None: ...
