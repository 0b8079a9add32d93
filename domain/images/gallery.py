"""What may be asked of a gallery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class ImageOrder(StrEnum):
    NEWEST = "NEWEST"
    FAVOURITES = "FAVOURITES"


class AdultFilter(StrEnum):
    """Adult images are left out of every list unless they are asked for."""

    EXCLUDE = "EXCLUDE"
    INCLUDE = "INCLUDE"
    ONLY = "ONLY"

    def takes(self, *, nsfw: bool) -> bool:
        return self is AdultFilter.INCLUDE or nsfw is (self is AdultFilter.ONLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFilter:
    """Only what fits all of it. None: not asked."""

    subject_id: UUID | None = None
    kinds: Sequence[str] | None = None
    scenes: Sequence[str] | None = None
    environments: Sequence[str] | None = None
    outfits: Sequence[str] | None = None
    models: Sequence[str] | None = None
    liked: bool | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    adult: AdultFilter = AdultFilter.EXCLUDE


# fmt: off
JOB_COLUMNS = frozenset((
    "id", "kind", "status", "mode", "mode_reason", "image_count", "completed_count", "failed_count", "cancelled_count",
    "credits_reserved", "credits_captured", "error_code", "error_message", "created_at", "started_at", "finished_at",
))
# fmt: on
"""What a page of images may bring of their jobs: that which is told as it is kept."""

PLACE = ("created_at", "id", "liked")
"""Where an image stands in a gallery: what its cursor is made of."""

SUBJECT_COLUMNS = frozenset(("id", "type", "name"))


@dataclass(frozen=True, slots=True)
class GalleryColumns:
    """What to read of each image, of its job and of its subject; nothing of those that are empty. `image` begins with `PLACE`."""

    image: tuple[str, ...]
    job: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """Rows have the columns of the image, then those of the job, then those of the subject. `urls` are by storage key."""

    rows: Sequence[Any]
    has_next: bool
    urls: Mapping[str, str]
