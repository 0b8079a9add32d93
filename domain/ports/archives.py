"""ZIPs of images, asked for by users and packed by workers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.archives.archive import Archive, ArchiveCounts, PackingTask
from domain.ids import ArchiveId, ImageId, SubjectId, UserId
from domain.images.image import StoredFile


class Archives(Protocol):
    """What takes a `PackingTask` says whether that attempt may still write; where it may not, nothing is written."""

    async def add(self, archive: Archive, image_ids: Sequence[ImageId]) -> None: ...

    async def counts(self, user_id: UserId) -> ArchiveCounts: ...

    async def claim(self, archive_id: ArchiveId, *, lease: timedelta) -> PackingTask | None:
        """Take one that waits, or whose worker's lease ran out by the database's clock. None: not to be had."""
        ...

    async def expect(self, claim: PackingTask, count: int) -> None:
        """So many files are to be packed, as far as is known now."""
        ...

    async def beat(self, claim: PackingTask, *, packed: int, lease: timedelta) -> bool:
        """A sign of life, and how far it is."""
        ...

    async def finish(
        self, claim: PackingTask, file: StoredFile, *, packed: int, expires_at: datetime, now: datetime
    ) -> bool: ...

    async def fail(self, claim: PackingTask, *, code: str, message: str, now: datetime) -> bool: ...

    async def put_back(self, claim: PackingTask, *, wait: timedelta, tries: int) -> bool: ...

    async def let_go(self, claim: PackingTask) -> None:
        """Asks for the removal of what this attempt and those before it may have stored, but for the file that is kept."""
        ...

    async def take_back(
        self, user_id: UserId, subject_ids: Sequence[SubjectId], *, with_images: bool
    ) -> tuple[Sequence[ArchiveId], int]:
        """Whatever holds photos of these subjects, and `with_images` their images, ends: nobody is given its address any more.
        Those that are being packed are to be packed anew. Returns these, and how many others there were."""
        ...

    async def expire(self, user_id: UserId) -> None:
        """Those whose time is over; asks for the removal of files that no other has."""
        ...
