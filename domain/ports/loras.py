"""LoRAs that are ready: what was liked since, and whether anybody uses them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.ids import LoraModelId, SubjectId, UserId
from domain.trainings.aging import AgingLora
from domain.trainings.liking import NewlyLiked
from domain.trainings.retrains import PastTrainings


class Loras(Protocol):
    """Every call is under the user's lock."""

    async def past_trainings(self, persona_ids: Sequence[SubjectId]) -> Mapping[SubjectId, PastTrainings]:
        """One for each of them."""
        ...

    async def newly_liked(self, subject_ids: Sequence[SubjectId]) -> Sequence[NewlyLiked]:
        """Of the subjects that have a LoRA, and anything liked since its training began."""
        ...

    async def to_look_at(self, user_id: UserId, *, limit: int, now: datetime) -> Sequence[AgingLora]: ...

    async def look_again(
        self, looks: Mapping[LoraModelId, datetime], *, told: Collection[LoraModelId], now: datetime
    ) -> None:
        """At those times. Of those in `told` their owner was told that they will expire."""
        ...

    async def expire(self, user_id: UserId, training_ids: Collection[LoraModelId], *, now: datetime) -> None:
        """Asks for the removal of files that no other has."""
        ...
