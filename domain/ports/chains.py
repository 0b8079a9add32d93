"""Chains from a chosen face to a training: one for a base image at the most, one under way for a subject."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.ids import ImageId, JobId, LoraModelId, SubjectId
from domain.trainings.chain import Chain, HeldBackBy


class Chains(Protocol):
    """Every call is under the user's lock."""

    async def add(self, chain: Chain) -> None: ...

    async def get(self, sheet_job_id: JobId) -> Chain | None: ...

    async def is_under_way(self, subject_id: SubjectId) -> bool: ...

    async def sheets(self, sheet_job_id: JobId) -> Sequence[ImageId]:
        """Those that were made and are not deleted, in the order of their index."""
        ...

    async def reopen(self, sheet_job_id: JobId) -> None:
        """It waits again."""
        ...

    async def finish(self, sheet_job_id: JobId, training_id: LoraModelId, *, now: datetime) -> None: ...

    async def stop(self, sheet_job_id: JobId, by: HeldBackBy, *, now: datetime) -> None: ...
