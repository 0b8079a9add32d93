"""The asset."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import ImageId, JobId, SubjectId, UserId
from domain.images.provenance import Provenance
from domain.jobs.job import GenerationMode, JobKind
from domain.presets.catalogue import Environment, Outfit, Scene
from domain.presets.formats import AspectRatio, Quality
from domain.social.platforms import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """Bytes in the object store. `key` is made from their hash."""

    key: str
    sha256: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A finished image with everything needed to say how it came to be. `generation_ms` is the provider's own time."""

    id: ImageId
    user_id: UserId
    subject_id: SubjectId
    job_id: JobId
    index: int
    kind: JobKind
    storage_key: str
    thumbnail_key: str
    sha256: str
    content_type: str
    size_bytes: int
    width: int
    height: int
    scene: Scene | None
    environment: Environment | None
    outfit: Outfit
    aspect_ratio: AspectRatio
    quality: Quality
    nsfw: bool
    mode: GenerationMode | None
    prompt: str
    negative_prompt: str
    seed: int
    steps: int
    model: str
    provider: str
    credits_charged: int
    generation_ms: int
    liked: bool
    download_count: int
    created_at: datetime
    source_image_id: ImageId | None = None
    """What it was made from; None for what was made from words."""
    style: str | None = None
    """Which of its kind's styles or views it is, for kinds that have them."""
    mask_key: str | None = None
    """The mask it was changed by. White is what changed."""
    mask_coverage: float | None = None
    """The white part of the mask, above 0 and below 1."""
    descends_from_upload: bool = False
    """Whether a photo or a picture from outside had a part in it, however far back."""
    mode_reason: str | None = None
    """Why this mode; None of images from before it was kept."""
    provenance: Provenance | None = None
    """What its file says of itself, signed; None of images from before any was."""
    platform: Platform | None = None
    """What it is a graphic for; None of other kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageStanding:
    """Whether an image is there, and what keeps it. `base_of` is the name of the influencer whose face it is."""

    id: ImageId
    restorable_until: datetime | None
    """None while it is not deleted."""
    is_purged: bool
    base_of: str | None
    is_needed: bool
    """A job that has not ended works with it."""
