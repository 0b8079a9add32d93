"""Uploads as they are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.ids import UploadId, UserId
from domain.uploads.upload import Upload


class Uploads(Protocol):
    async def add(self, uploads: Sequence[Upload]) -> None: ...

    async def count_open(self, user_id: UserId) -> int:
        """Those that wait for their file, or for somebody to use it."""
        ...

    async def get(self, upload_ids: Sequence[UploadId]) -> Sequence[Upload]:
        """Those that exist, in any order."""
        ...

    async def settle(self, user_id: UserId, uploads: Sequence[Upload]) -> None:
        """What was found of them, READY or REJECTED; asks for the removal of what they were sent as.

        Those that are not PENDING any more stay as they are.
        """
        ...

    async def let_go(self, user_id: UserId, uploads: Sequence[Upload]) -> None:
        """Asks for the removal of what they were sent as, and of what was made of them that nothing else has."""
        ...

    async def use(self, user_id: UserId, upload_ids: Sequence[UploadId], *, now: datetime) -> Sequence[UploadId]:
        """Those of them that are READY: they do not expire from now on."""
        ...

    async def expire(self, user_id: UserId) -> None:
        """Those whose time is over by the database's clock; asks for the removal of their files that nothing else has."""
        ...
