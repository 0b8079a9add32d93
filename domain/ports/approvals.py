"""Rounds of approval as they are kept."""

from collections.abc import Sequence
from typing import Protocol

from domain.ids import JobId, RoundId, SubjectId
from domain.personas.approval import ApprovalRound
from domain.personas.samples import Reading


class Approvals(Protocol):
    async def newest_preview(self, persona_id: SubjectId, photo_set: str) -> JobId | None:
        """The newest job of preview samples of these photos that has any to show: what was deleted is not reviewed."""
        ...

    async def add(self, made: ApprovalRound) -> None: ...

    async def find(self, round_id: RoundId) -> ApprovalRound | None: ...

    async def of(self, persona_id: SubjectId) -> Sequence[ApprovalRound]:
        """Newest first."""
        ...

    async def count(self, persona_id: SubjectId) -> int: ...

    async def read(self, round_id: RoundId, reading: Reading | None) -> None:
        """Nobody reads it any more; None leaves what was read of it."""
        ...

    async def forget(self, persona_ids: Sequence[SubjectId]) -> None:
        """The words of all their rounds."""
        ...
