"""An archive, and how it moves on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import ArchiveId, ImageId, UserId


class ArchiveStatus(StrEnum):
    QUEUED = "QUEUED"
    BUILDING = "BUILDING"
    READY = "READY"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A ZIP of images. Which ones was pinned when it was asked for; those that are deleted before they are packed are left out."""

    id: ArchiveId
    user_id: UserId
    status: ArchiveStatus
    image_count: int
    packed_count: int = 0
    storage_key: str | None = None
    size_bytes: int | None = None
    error_code: str | None = None
    error_message: str | None = None
    created_at: datetime
    finished_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def percent(self) -> int:
        """100 only when it can be fetched: after the last image it is still to be stored."""
        if self.status in {ArchiveStatus.READY, ArchiveStatus.EXPIRED}:
            return 100
        return min(99, 100 * self.packed_count // self.image_count)

    @property
    def file_name(self) -> str:
        return f"likeness_{self.created_at.date().isoformat()}_{self.packed_count}-images.zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingTask:
    """A claim on one archive. `attempt` fences every later write."""

    archive: Archive
    image_ids: Sequence[ImageId]
    attempt: int
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCounts:
    """Of one user. `kept` counts all that can be fetched or will be."""

    unfinished: int
    kept: int
