"""Every type of notification: the one list that the schema's description, the README's link and the tests read.

How to add one: a member here with its words, and a function in `domain.notifications.words` that writes it; then, where it happens,
`await uow.notifications.add(user_id, notice, now=now)`. Its id is named from what it is about, so that it is told once.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class NotificationType(StrEnum):
    """Once shipped they are kept: rows and clients outlive deploys."""

    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    TRAINING_STARTED = "lora.training.started"
    TRAINING_PROGRESS = "lora.training.progress"
    TRAINING_COMPLETED = "lora.training.completed"
    TRAINING_FAILED = "lora.training.failed"
    TRAINING_NOT_STARTED = "lora.training.not_started"
    SAMPLES_NOT_STARTED = "lora.samples.not_started"
    RETRAIN_AVAILABLE = "lora.retrain.available"
    LORA_EXPIRING = "lora.expiring"
    LORA_EXPIRED = "lora.expired"
    HD_UNLOCKED = "hd_mode.unlocked"
    CREDITS_LOW = "credits.low"
    ARCHIVE_READY = "archive.ready"
    ARCHIVE_FAILED = "archive.failed"
    EXPORT_READY = "export.ready"
    EXPORT_FAILED = "export.failed"
    PROJECT_ANALYZED = "project.analyzed"
    BRAND_READ = "brand.draft.ready"
    BRAND_NOT_READ = "brand.draft.failed"


LIVE_ONLY = frozenset({NotificationType.TRAINING_PROGRESS})
"""Never kept: told by `viewerEvents` alone, as `TrainingProgressed`."""

KEPT = tuple(one for one in NotificationType if one not in LIVE_ONLY)

TOLD_WHEN: Mapping[NotificationType, str] = MappingProxyType(
    {
        NotificationType.JOB_COMPLETED: "a job has ended, and at least one of its images was made",
        NotificationType.JOB_FAILED: "a job has ended without an image",
        NotificationType.TRAINING_STARTED: "a training has begun; its credits are reserved",
        NotificationType.TRAINING_PROGRESS: "a training got further; live only, as `TrainingProgressed`",
        NotificationType.TRAINING_COMPLETED: "a LoRA is ready",
        NotificationType.TRAINING_FAILED: "a training has failed: with the reason, and whether a retry is free",
        NotificationType.TRAINING_NOT_STARTED: "a training that should have begun by itself did not: with the reason",
        NotificationType.SAMPLES_NOT_STARTED: "display samples that should have followed a training did not: with the reason",
        NotificationType.RETRAIN_AVAILABLE: "so many new images were liked that training again is worth while",
        NotificationType.LORA_EXPIRING: "a LoRA that nobody uses is removed in a week",
        NotificationType.LORA_EXPIRED: "a LoRA that nobody used was removed",
        NotificationType.HD_UNLOCKED: "new images are made with a LoRA from now on",
        NotificationType.CREDITS_LOW: "a reservation brought the credits below the operator's threshold; again only after they were at or above it",
        NotificationType.ARCHIVE_READY: "images are packed",
        NotificationType.ARCHIVE_FAILED: "images could not be packed",
        NotificationType.EXPORT_READY: "an export is packed",
        NotificationType.EXPORT_FAILED: "an export could not be made",
        NotificationType.PROJECT_ANALYZED: "a project was analyzed",
        NotificationType.BRAND_READ: "a draft of the brand is ready to review",
        NotificationType.BRAND_NOT_READ: "no draft of the brand could be made",
    }
)
