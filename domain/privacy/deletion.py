"""A deletion that was asked for, and the receipt of it once it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import ConsentId, DeletionId, SubjectId, UserId
from domain.privacy.copies import ProviderCopies


class DeletionReason(StrEnum):
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    PERSONA_DELETED = "PERSONA_DELETED"
    PHOTOS_REMOVED = "PHOTOS_REMOVED"
    LORA_DELETED = "LORA_DELETED"
    INFLUENCER_DELETED = "INFLUENCER_DELETED"
    PROJECT_DELETED = "PROJECT_DELETED"
    STILLS_REMOVED = "STILLS_REMOVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """Counts are of what was there when it was asked for. `finished_at`: when the last file was gone from its store."""

    id: DeletionId
    user_id: UserId
    reason: DeletionReason
    consent_id: ConsentId | None
    persona_ids: Sequence[SubjectId]
    """Whom it is about: of a LoRA it may be an influencer."""
    photo_count: int
    image_count: int
    job_count: int
    """Jobs that were running and were cancelled."""
    training_count: int = 0
    """Trainings, likewise."""
    lora_count: int = 0
    """LoRAs whose weights were there."""
    credits_released: int
    requested_at: datetime
    finished_at: datetime | None = None
    archive_count: int = 0
    """Archives and exports that held any of it and could be fetched until then."""
    copies: Sequence[ProviderCopies] = ()
    unasked_trainers: Sequence[str] = ()
    """Providers that trained one of these LoRAs, and that nobody here could ask to forget it."""
