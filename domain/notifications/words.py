"""What users are told, word for word. Each function writes one notification from what it is about."""

from datetime import datetime

from domain.archives.archive import Archive
from domain.archives.words import WORDS
from domain.ids import (
    AnalysisId,
    BrandDraftId,
    NotificationId,
    ProjectId,
    UserId,
    brand_notification_id_of,
    chain_notification_id_of,
    ended_notification_id_of,
    expiry_notification_id_of,
    low_notification_id_of,
    retrain_notification_id_of,
    settled_notification_id_of,
    training_notification_id_of,
)
from domain.influencers.influencer import Influencer
from domain.jobs.job import Job
from domain.notifications.notification import About, NewNotification
from domain.notifications.routes import BRAND, CREDITS, archive_route, job_route, project_route, training_route
from domain.notifications.types import NotificationType
from domain.trainings.aging import AgingLora
from domain.trainings.liking import NewlyLiked
from domain.trainings.training import LoraModel


def job_settled(job: Job) -> NewNotification:
    """Once for each round: a job that is retried ends again."""
    made = job.completed_count
    return NewNotification(
        id=settled_notification_id_of(job.id, job.round),
        type=NotificationType.JOB_COMPLETED if made else NotificationType.JOB_FAILED,
        title="Your images are ready" if made else "Your images could not be made",
        body=f"{made} of {job.image_count} images were made; {job.credits_captured} credits were charged.",
        href=job_route(job.id),
        about=About(job_id=job.id, subject_id=job.subject_id),
    )


def archive_ready(archive: Archive, packed: int) -> NewNotification:
    kind = NotificationType.EXPORT_READY if archive.is_export else NotificationType.ARCHIVE_READY
    left_out = archive.image_count - packed
    note = f" {left_out} deleted since were left out." if left_out else ""
    said = (
        "Everything is packed. It is kept for 24 hours."
        if archive.is_export
        else f"{packed} images, kept for 24 hours.{note}"
    )
    return _of_archive(archive, kind, WORDS[archive.is_export].ready, said)


def archive_failed(archive: Archive, code: str) -> NewNotification:
    kind = NotificationType.EXPORT_FAILED if archive.is_export else NotificationType.ARCHIVE_FAILED
    words = WORDS[archive.is_export]
    return _of_archive(archive, kind, words.failed, words.failures[code])


def _of_archive(archive: Archive, kind: NotificationType, title: str, body: str) -> NewNotification:
    return NewNotification(
        id=ended_notification_id_of(archive.id),
        type=kind,
        title=title,
        body=body,
        href=archive_route(archive.id, is_export=archive.is_export),
        about=About(archive_id=archive.id, subject_id=archive.subject_id),
    )


def training_started(model: LoraModel) -> NewNotification:
    said = f"{model.image_count} images, {model.training_steps} steps; {model.credits_reserved} credits are reserved."
    return _of_training(model, NotificationType.TRAINING_STARTED, "Training has begun", said)


def training_progressed(model: LoraModel) -> tuple[str, str]:
    """Title and body of what is never kept."""
    return "Training", f"{model.current_step} of {model.training_steps} steps."


def training_ready(model: LoraModel, and_said: str) -> NewNotification:
    """`and_said`: what its owner should know of it besides, or nothing."""
    said = f"{model.credits_captured} credits were charged. {and_said}".rstrip()
    return _of_training(model, NotificationType.TRAINING_COMPLETED, "The training is done", said)


def hd_unlocked(model: LoraModel) -> NewNotification:
    whose = "persona" if model.is_of_person else "influencer"
    said = f"New images are made with the LoRA of your {whose} from now on."
    return _of_training(model, NotificationType.HD_UNLOCKED, "HD mode unlocked", said)


def training_failed(model: LoraModel, why: str) -> NewNotification:
    return _of_training(model, NotificationType.TRAINING_FAILED, "The training failed", why)


def samples_not_started(model: LoraModel, why: str, next_step: str) -> NewNotification:
    said = f"The LoRA is ready. Its five display samples were not begun: {why} {next_step} with `startDisplaySamples`."
    return _of_training(model, NotificationType.SAMPLES_NOT_STARTED, "Display samples were not made", said)


def _of_training(model: LoraModel, kind: NotificationType, title: str, body: str) -> NewNotification:
    return NewNotification(
        id=training_notification_id_of(model.id, kind),
        type=kind,
        title=title,
        body=body,
        href=training_route(model.subject_id, is_person=model.is_of_person),
        about=About(lora_model_id=model.id, subject_id=model.subject_id),
    )


def training_not_started(influencer: Influencer, why: str, *, by: str, job: Job | None) -> NewNotification:
    """Each reason once: of an influencer where nothing was begun, else of that chain."""
    return NewNotification(
        id=chain_notification_id_of(job.id if job else influencer.id, by),
        type=NotificationType.TRAINING_NOT_STARTED,
        title=f"HD training of {influencer.name} did not start",
        body=why,
        href=training_route(influencer.id, is_person=False),
        about=About(job_id=job.id if job else None, subject_id=influencer.id),
    )


def retrain_available(liked: NewlyLiked, step: int) -> NewNotification:
    return NewNotification(
        id=retrain_notification_id_of(liked.training_id, step),
        type=NotificationType.RETRAIN_AVAILABLE,
        title=f"{liked.subject_name} can be trained again",
        body=f"You liked {liked.count} new images since the last training. Training again with them could make it better.",
        href=training_route(liked.subject_id, is_person=False),
        about=About(lora_model_id=liked.training_id, subject_id=liked.subject_id),
    )


def lora_expiring(lora: AgingLora, ends_at: datetime) -> NewNotification:
    said = (
        f"Nothing was made with it since {lora.unused_since:%d %B %Y}. It is removed on {ends_at:%d %B %Y} unless you make an image "
        "with it before."
    )
    title = f"The LoRA of {lora.subject_name} expires soon"
    id_ = expiry_notification_id_of(lora.model.id, lora.unused_since)
    return _of_lora(lora, id_, NotificationType.LORA_EXPIRING, title, said)


def lora_expired(lora: AgingLora) -> NewNotification:
    said = "Nobody used it, and its weights were removed. New images take the face from the base image; train it again for HD."
    id_ = training_notification_id_of(lora.model.id, NotificationType.LORA_EXPIRED)
    return _of_lora(lora, id_, NotificationType.LORA_EXPIRED, f"The LoRA of {lora.subject_name} has expired", said)


def _of_lora(lora: AgingLora, id_: NotificationId, kind: NotificationType, title: str, body: str) -> NewNotification:
    return NewNotification(
        id=id_,
        type=kind,
        title=title,
        body=body,
        href=training_route(lora.model.subject_id, is_person=lora.model.is_of_person),
        about=About(lora_model_id=lora.model.id, subject_id=lora.model.subject_id),
    )


def credits_low(user_id: UserId, *, available: int, threshold: int, entry: int) -> NewNotification:
    """Named by the ledger's entry that brought them below."""
    return NewNotification(
        id=low_notification_id_of(user_id, entry),
        type=NotificationType.CREDITS_LOW,
        title="Your credits run low",
        body=f"{available} credits are left, fewer than {threshold}. What is under way goes on: its credits are reserved.",
        href=CREDITS,
    )


def project_analyzed(analysis_id: AnalysisId, project_id: ProjectId, concepts: int, keywords: int) -> NewNotification:
    return NewNotification(
        id=NotificationId(analysis_id),
        type=NotificationType.PROJECT_ANALYZED,
        title="Your project was analyzed",
        body=f"{concepts} concepts and {keywords} keywords were found.",
        href=project_route(project_id),
        about=About(project_id=project_id),
    )


def brand_read(draft_id: BrandDraftId) -> NewNotification:
    said = "Look at what was found, put right what is not, and confirm it."
    return _of_brand(draft_id, NotificationType.BRAND_READ, "Your brand is ready to review", said)


def brand_not_read(draft_id: BrandDraftId) -> NewNotification:
    said = "This was our fault. Try again, or write it by hand."
    return _of_brand(draft_id, NotificationType.BRAND_NOT_READ, "Your brand could not be read", said)


def _of_brand(draft_id: BrandDraftId, kind: NotificationType, title: str, body: str) -> NewNotification:
    return NewNotification(id=brand_notification_id_of(draft_id), type=kind, title=title, body=body, href=BRAND)
