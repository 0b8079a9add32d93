"""Files that nobody refers to any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.ids import UserId
from domain.jobs.job import JobImage


class Files(Protocol):
    """Removals of files: asked for where the last reference goes, carried out later (see `domain.files.removal`)."""

    async def are_going(self, user_id: UserId, keys: Sequence[str], *, since: datetime) -> bool:
        """Whether one of them is to be removed, or was since then."""
        ...

    async def announce(self, user_id: UserId, keys: Sequence[str], *, within: timedelta) -> None:
        """They are about to be stored, and to be removed after that time unless they are kept. Twice is once."""
        ...

    async def announce_image(self, user_id: UserId, image: JobImage, keys: Sequence[str], *, within: timedelta) -> bool:
        """As `announce`, of the files of an image that is being made. False, and nothing is announced, where this attempt is over."""
        ...

    async def keep(self, user_id: UserId, keys: Sequence[str]) -> int:
        """Takes the announcement back of those that nobody removes yet. Returns of how many."""
        ...

    async def let_go(self, user_id: UserId, keys: Sequence[str]) -> None:
        """Has those that were announced removed now."""
        ...

    async def claim_removals(self, user_id: UserId, *, limit: int, lease: timedelta) -> Sequence[str]:
        """Keys to remove, which nobody else is given for as long as the lease."""
        ...

    async def settle_removals(self, user_id: UserId, keys: Sequence[str]) -> None: ...
