"""An upload, from its announcement to its end, and what work is given of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.brands.source import SourceReading
from domain.ids import ConsentId, UploadId, UserId
from domain.images.image import StoredFile
from domain.personas.faces import Face
from domain.uploads.issues import Issue
from domain.uploads.measures import PhotoMeasures


class UploadPurpose(StrEnum):
    """What a file is sent for. It decides how it is looked at, and it is good for nothing else."""

    PERSONA_PHOTO = "PERSONA_PHOTO"
    STYLE_IMAGE = "STYLE_IMAGE"
    MASK = "MASK"
    PROJECT_STILL = "PROJECT_STILL"
    BRAND_DOCUMENT = "BRAND_DOCUMENT"
    BRAND_IMAGE = "BRAND_IMAGE"
    LOGO = "LOGO"


class UploadStatus(StrEnum):
    PENDING = "PENDING"
    READY = "READY"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedFile:
    """What a client says of a file before it sends it."""

    file_name: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """`announced_*` is what its owner said; `width` to `measures` are of the file that we made of it, and None before.

    Its bytes as they came lie under `original_key` until they have been looked at.
    """

    id: UploadId
    user_id: UserId
    purpose: UploadPurpose
    status: UploadStatus = UploadStatus.PENDING
    file_name: str
    announced_type: str
    announced_size_bytes: int
    original_key: str
    issue: Issue | None = None
    file: StoredFile | None = None
    width: int | None = None
    height: int | None = None
    coverage: float | None = None
    measures: PhotoMeasures | None = None
    faces: tuple[Face, ...] | None = None
    """Of a photo: those found on it. None where nobody looked."""
    reading: SourceReading | None = None
    """Of what a brand is read off; None for anything else."""
    consent_id: ConsentId | None = None
    """Of a photo or a still: what it comes under."""
    created_at: datetime
    slot_expires_at: datetime
    """Until then its address takes the file."""
    usable_until: datetime
    """Unless something uses it before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenUpload:
    """A file that was looked at and is kept: drawn anew by us, so that nothing is in it but its picture.

    Photos, style and brand images are JPEG, upright, in sRGB; of a document, a sheet of what was found in it. A logo is a PNG that may
    be transparent. A mask is a PNG of black and white, as `domain.uploads.mask` says.
    `coverage` is the white part of a mask, more than 0 and less than 1; None for anything else. `measures` are of a photo.
    """

    id: UploadId
    purpose: UploadPurpose
    file: StoredFile
    width: int
    height: int
    coverage: float | None = None
    measures: PhotoMeasures | None = None
    reading: SourceReading | None = None
