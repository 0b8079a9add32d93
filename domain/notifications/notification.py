"""A notification, as it is told and as its owner reads it."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import NotificationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    id: NotificationId
    type: str
    title: str
    body: str
    href: str
    read_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotification:
    """`id` is named from what it is about: the same thing is told once."""

    id: NotificationId
    type: str
    title: str
    body: str
    href: str
