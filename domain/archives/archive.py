"""An archive, and how it moves on: of images that were chosen, or an export of all there is of a subject or of everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import ArchiveId, ImageId, SubjectId, UserId


class ArchiveStatus(StrEnum):
    QUEUED = "QUEUED"
    BUILDING = "BUILDING"
    READY = "READY"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


class ArchiveScope(StrEnum):
    IMAGES = "IMAGES"
    SUBJECT = "SUBJECT"
    EVERYTHING = "EVERYTHING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A ZIP. Which images are in it was pinned when it was asked for; those that are deleted before they are packed are left out.
    An export holds what there is when it is packed: until then `image_count` is what there was when it was asked for. Photos
    and uploads count as images in it.
    """

    id: ArchiveId
    user_id: UserId
    status: ArchiveStatus
    image_count: int
    scope: ArchiveScope = ArchiveScope.IMAGES
    subject_id: SubjectId | None = None
    """Of an export of one subject."""
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
        return min(99, 100 * self.packed_count // max(1, self.image_count))

    @property
    def is_export(self) -> bool:
        return self.scope is not ArchiveScope.IMAGES

    @property
    def file_name(self) -> str:
        what = "export" if self.is_export else f"{self.packed_count}-images"
        return f"likeness_{self.created_at.date().isoformat()}_{what}.zip"


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
