"""Where drafts of brands are kept. What takes a `DraftTask` is written only while its claim counts."""

from datetime import datetime, timedelta
from typing import Protocol

from domain.brands.draft import BrandDraft, DraftResult, DraftTask
from domain.ids import BrandDraftId, UserId


class BrandDrafts(Protocol):
    async def add(self, draft: BrandDraft) -> None:
        """One of a user is being made at a time: the database refuses a second."""
        ...

    async def get(self, draft_id: BrandDraftId) -> BrandDraft | None: ...

    async def count_since(self, user_id: UserId, since: datetime) -> tuple[int, datetime | None]:
        """How many were requested since then, and when the first of them was."""
        ...

    async def claim(self, draft_id: BrandDraftId, *, lease: timedelta) -> DraftTask | None:
        """Take one that waits, or whose worker's lease ran out by the database's clock. None: not to be had."""
        ...

    async def beat(self, claim: DraftTask, *, lease: timedelta) -> bool:
        """A sign of life. False when it is not ours any more."""
        ...

    async def set_asking(self, claim: DraftTask, *, is_asking: bool) -> bool:
        """Before a paid call is sent, and once its outcome is known. False when it is not ours any more."""
        ...

    async def put_back(self, claim: DraftTask, *, wait: timedelta, tries: int) -> bool: ...

    async def finish(self, claim: DraftTask, result: DraftResult, *, now: datetime) -> bool:
        """What it was made from is forgotten."""
        ...

    async def fail(self, claim: DraftTask, *, code: str, now: datetime) -> bool: ...

    async def confirm(self, draft_id: BrandDraftId, *, now: datetime) -> None: ...

    async def cancel(self, user_id: UserId, *, now: datetime) -> None:
        """The one that is being made, if there is one."""
        ...

    async def delete_all(self, user_id: UserId, *, now: datetime) -> None:
        """Nothing stays of what was found, and what was sent for them and is still there is asked to be removed."""
        ...
