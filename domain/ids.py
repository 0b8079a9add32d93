"""Ids of the product's nouns. What belongs to a job is named from it, so that doing a thing twice finds the first."""

from datetime import datetime
from typing import NewType
from uuid import UUID, uuid5

UserId = NewType("UserId", UUID)
SubjectId = NewType("SubjectId", UUID)
JobId = NewType("JobId", UUID)
ImageId = NewType("ImageId", UUID)
HoldId = NewType("HoldId", UUID)
NotificationId = NewType("NotificationId", UUID)
CallId = NewType("CallId", UUID)
WorkerId = NewType("WorkerId", UUID)
ArchiveId = NewType("ArchiveId", UUID)
UploadId = NewType("UploadId", UUID)
LoraModelId = NewType("LoraModelId", UUID)
ConsentId = NewType("ConsentId", UUID)
PhotoId = NewType("PhotoId", UUID)
DeletionId = NewType("DeletionId", UUID)
AnalysisId = NewType("AnalysisId", UUID)
RoundId = NewType("RoundId", UUID)
ThreadId = NewType("ThreadId", UUID)
VersionId = NewType("VersionId", UUID)
ProjectId = NewType("ProjectId", UUID)
StillId = NewType("StillId", UUID)
ConceptId = NewType("ConceptId", UUID)
ContentSetId = NewType("ContentSetId", UUID)
LinkedSocialId = NewType("LinkedSocialId", UUID)
BrandDraftId = NewType("BrandDraftId", UUID)


def image_id_of(job_id: JobId, index: int) -> ImageId:
    """The asset an image of a job becomes. The same for every attempt: a second one cannot be stored beside it."""
    return ImageId(uuid5(job_id, f"image:{index}"))


def hold_id_of(job_id: JobId, index: int, round_: int) -> HoldId:
    """The reservation of one image in one round of a job (a retry by the user starts the next round).

    The job's own number with both in its last bits: as unique as that is, and a pack has many, so a hash each would tell.
    """
    return HoldId(UUID(int=job_id.int ^ (round_ << 8 | index)))


def concept_id_of(analysis_id: AnalysisId, index: int) -> ConceptId:
    return ConceptId(uuid5(analysis_id, f"concept:{index}"))


def settled_notification_id_of(job_id: JobId, round_: int) -> NotificationId:
    return NotificationId(uuid5(job_id, f"settled:{round_}"))


def brand_notification_id_of(draft_id: BrandDraftId) -> NotificationId:
    return NotificationId(uuid5(draft_id, "ended"))


def ended_notification_id_of(archive_id: ArchiveId) -> NotificationId:
    return NotificationId(uuid5(archive_id, "ended"))


def training_hold_id_of(training_id: LoraModelId) -> HoldId:
    """A training has one reservation, whatever becomes of its attempts."""
    return HoldId(uuid5(training_id, "hold"))


def training_attempt_id_of(training_id: LoraModelId, attempt: int) -> CallId:
    """The call of one attempt: whoever makes it again makes the same one."""
    return CallId(uuid5(training_id, f"attempt:{attempt}"))


def training_notification_id_of(training_id: LoraModelId, what: str) -> NotificationId:
    return NotificationId(uuid5(training_id, what))


def chained_sheets_id_of(image_id: ImageId) -> JobId:
    """The job of sheets that follows by itself when this image is chosen: one, however often that is."""
    return JobId(uuid5(image_id, "sheets"))


def chained_training_id_of(sheet_job_id: JobId) -> LoraModelId:
    return LoraModelId(uuid5(sheet_job_id, "training"))


def display_samples_id_of(training_id: LoraModelId) -> JobId:
    """The job of display samples that follows a training by itself: one."""
    return JobId(uuid5(training_id, "display samples"))


def chain_notification_id_of(about: UUID, reason: str) -> NotificationId:
    return NotificationId(uuid5(about, f"training not started: {reason}"))


def retrain_notification_id_of(training_id: LoraModelId, threshold: int) -> NotificationId:
    return NotificationId(uuid5(training_id, f"{threshold} new liked images"))


def low_notification_id_of(user_id: UserId, entry: int) -> NotificationId:
    """Of the entry of the ledger that brought the credits below the threshold."""
    return NotificationId(uuid5(user_id, f"credits low: {entry}"))


def expiry_notification_id_of(training_id: LoraModelId, unused_since: datetime) -> NotificationId:
    """Of one stretch of not being used: when it is used again and forgotten again, that is told again."""
    return NotificationId(uuid5(training_id, f"unused since {unused_since.isoformat()}"))
