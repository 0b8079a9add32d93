"""A notification, as it is told and as its owner reads it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.ids import ArchiveId, JobId, LoraModelId, NotificationId, ProjectId, SubjectId
from domain.notifications.types import NotificationType

KEPT_FOR = timedelta(days=90)
"""After that it is removed, read or not. A deployment may say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What it is about. Each may be gone by the time somebody reads it."""

    job_id: JobId | None = None
    lora_model_id: LoraModelId | None = None
    subject_id: SubjectId | None = None
    archive_id: ArchiveId | None = None
    project_id: ProjectId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    id: NotificationId
    type: str
    title: str
    body: str
    href: str
    about: About
    read_at: datetime | None
    dismissed_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotification:
    """`id` is named from what it is about: the same thing is told once."""

    id: NotificationId
    type: NotificationType
    title: str
    body: str
    href: str
    about: About = About()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationFilter:
    """Which ones a list has. No types: all of them."""

    unread_only: bool = False
    with_dismissed: bool = False
    types: tuple[NotificationType, ...] = ()
