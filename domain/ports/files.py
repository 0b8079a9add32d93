"""Files that nobody refers to any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.ids import JobId, UserId


class Files(Protocol):
    """Removals of files: asked for where the last reference goes, carried out later (see `domain.files.removal`)."""

    async def are_going(self, user_id: UserId, keys: Sequence[str], *, since: datetime) -> bool:
        """Whether one of them is to be removed, or was since then."""
        ...

    async def let_go(self, user_id: UserId, job_id: JobId, index: int, keys: Sequence[str]) -> None:
        """Asks for the removal of what was stored for an image that was cancelled meanwhile, and that nothing refers to. Of one that is
        still to be made nothing goes: whoever makes it may have stored the same."""
        ...

    async def claim_removals(self, user_id: UserId, *, limit: int, lease: timedelta) -> Sequence[str]:
        """Keys to remove, which nobody else is given for as long as the lease."""
        ...

    async def settle_removals(self, user_id: UserId, keys: Sequence[str]) -> None: ...
