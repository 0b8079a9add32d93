"""Where analyses of projects are kept. What takes a `ContentTask` is written only while its claim counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.ids import AnalysisId, ConsentId, ProjectId, UserId
from domain.projects.content import ContentFound
from domain.projects.project import ProjectAnalysis


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentTask:
    """A worker's claim. `attempt` counts the claims, `tries` those that count; with `is_asking`, an earlier one began a paid call
    and nobody knows how that ended."""

    analysis: ProjectAnalysis
    attempt: int
    tries: int
    is_asking: bool


class ProjectAnalyses(Protocol):
    async def add(self, analysis: ProjectAnalysis) -> None:
        """One of a project is open at a time: the database refuses a second."""
        ...

    async def count_since(self, user_id: UserId, since: datetime) -> tuple[int, datetime | None]:
        """How many were requested since then, and when the first of them was."""
        ...

    async def claim(self, analysis_id: AnalysisId, *, lease: timedelta) -> ContentTask | None:
        """Take one that waits, or whose worker's lease ran out by the database's clock. None: not to be had."""
        ...

    async def beat(self, claim: ContentTask, *, lease: timedelta) -> bool:
        """A sign of life. False when it is not ours any more."""
        ...

    async def set_asking(self, claim: ContentTask, *, is_asking: bool) -> bool:
        """Before a paid call is sent, and once its outcome is known. False when it is not ours any more."""
        ...

    async def put_back(self, claim: ContentTask, *, wait: timedelta, tries: int) -> bool: ...

    async def finish(self, claim: ContentTask, result: ContentFound, *, now: datetime) -> bool: ...

    async def fail(self, claim: ContentTask, *, code: str, now: datetime) -> bool: ...

    async def cancel(self, project_ids: Sequence[ProjectId], *, now: datetime) -> None:
        """Those that are open."""
        ...

    async def empty(self, project_ids: Sequence[ProjectId], *, now: datetime) -> None:
        """Open ones end, and nothing stays of what was found."""
        ...

    async def empty_under(self, consent_id: ConsentId, *, now: datetime) -> None:
        """Likewise, of projects that have a still which came under this consent."""
        ...
