"""Where analyses of a persona's photos are kept. What takes an `AnalysisTask` is written only while its claim counts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.ids import AnalysisId, SubjectId, UserId
from domain.personas.analysis import Analysis, AnalysisResult, AnalysisTask


class Analyses(Protocol):
    async def add(self, analysis: Analysis) -> None:
        """One of a persona is open at a time: the database refuses a second."""
        ...

    async def newest(self, persona_id: SubjectId) -> Sequence[Analysis]:
        """The newest of all and the newest that is DONE, the newest first; none, one or two."""
        ...

    async def count_since(self, user_id: UserId, since: datetime) -> tuple[int, datetime | None]:
        """How many were requested since then, and when the first of them was."""
        ...

    async def claim(self, analysis_id: AnalysisId, *, lease: timedelta) -> AnalysisTask | None:
        """Take one that waits, or whose worker's lease ran out by the database's clock. None: not to be had."""
        ...

    async def beat(self, claim: AnalysisTask, *, lease: timedelta) -> bool:
        """A sign of life. False when it is not ours any more."""
        ...

    async def set_asking(self, claim: AnalysisTask, *, is_asking: bool) -> bool:
        """Before a paid call is sent, and once its outcome is known. False when it is not ours any more."""
        ...

    async def put_back(self, claim: AnalysisTask, *, wait: timedelta, tries: int) -> bool: ...

    async def finish(self, claim: AnalysisTask, result: AnalysisResult, *, now: datetime) -> bool: ...

    async def fail(self, claim: AnalysisTask, *, code: str, now: datetime) -> bool: ...

    async def cancel(self, persona_ids: Sequence[SubjectId], *, now: datetime) -> None:
        """Those that are open."""
        ...

    async def empty(self, persona_ids: Sequence[SubjectId], *, now: datetime) -> None:
        """Open ones end, and nothing stays of what was found: their persona or its consent goes."""
        ...
