"""All that is told a user of what there is of them, page by page. See `domain.archives.exported`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.archives.exported import ExportCounts, Exported, ExportedFile, Place
from domain.ids import SubjectId, UserId


class Exports(Protocol):
    async def has_subject(self, subject_id: SubjectId) -> bool:
        """False for a persona that was deleted."""
        ...

    async def counts(self, user_id: UserId, *, since: datetime) -> ExportCounts: ...

    async def count_files(self, user_id: UserId, subject_id: SubjectId | None) -> int: ...

    async def rows(
        self, kind: Exported, user_id: UserId, subject_id: SubjectId | None, *, after: Place | None
    ) -> tuple[Sequence[str], Place | None]:
        """Some of them, each as JSON, and where the next page begins; None after the last one."""
        ...

    async def files(
        self, kind: Exported, user_id: UserId, subject_id: SubjectId | None, *, after: Place | None, first_number: int
    ) -> tuple[Sequence[ExportedFile], Place | None]:
        """Likewise; they are numbered from `first_number`."""
        ...
