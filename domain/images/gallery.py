"""What may be asked of a gallery."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ImageOrder(StrEnum):
    NEWEST = "NEWEST"
    FAVOURITES = "FAVOURITES"


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
