"""What is watched now. Delivery is best effort: a gap is told, never hidden, and whoever needs every event reads the log."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from domain.events import ArchiveMoved, BalanceChanged, ImageProgress, JobEvent, ProjectMoved, TrainingMoved, UserMoved
from domain.ids import ArchiveId, CallId, JobId, LoraModelId, ProjectId, UserId
from domain.thumbnails.preview import ThumbnailPreview


@dataclass(frozen=True, slots=True)
class Nudge:
    """There is something in the outbox."""


@dataclass(frozen=True, slots=True)
class JobCancelled:
    """Whoever works on this job may let go of it."""

    job_id: JobId


@dataclass(frozen=True, slots=True)
class CallHinted:
    """A provider said that this call has ended: whoever waits for it may ask at once."""

    call_id: CallId


Latest = (
    ImageProgress
    | BalanceChanged
    | TrainingMoved
    | ArchiveMoved
    | ProjectMoved
    | UserMoved
    | ThumbnailPreview
    | Nudge
    | JobCancelled
    | CallHinted
)
"""Of these only the newest counts."""

News = JobEvent | Latest

RELAYS = "relays"
"""The topic workers listen on."""


def job_topic(job_id: JobId) -> str:
    return f"jobs:{job_id}"


def training_topic(training_id: LoraModelId) -> str:
    return f"trainings:{training_id}"


def archive_topic(archive_id: ArchiveId) -> str:
    return f"archives:{archive_id}"


def project_topic(project_id: ProjectId) -> str:
    return f"projects:{project_id}"


def preview_topic(job_id: JobId) -> str:
    """Apart from the job's own: its events are small, and nobody who only wants those is sent pictures."""
    return f"previews:{job_id}"


def user_topic(user_id: UserId) -> str:
    return f"users:{user_id}"


def credits_topic(user_id: UserId) -> str:
    return f"credits:{user_id}"


@dataclass(slots=True)
class Arrivals:
    """What came since the last look. With `gap`, something may be missing before all of it."""

    gap: bool = False
    events: list[JobEvent] = field(default_factory=list)
    latest: list[Latest] = field(default_factory=list)


class Inbox(Protocol):
    async def take(self) -> Arrivals:
        """Waits until there is something. Bounded: events that no longer fit become a gap, the rest is newest-wins."""
        ...


class Live(Protocol):
    def watch(self, topic: str, *more: str) -> AbstractAsyncContextManager[Inbox]:
        """From inside the block on, what is announced under any of the topics arrives, or a gap does."""
        ...

    async def announce(self, topic: str, news: Sequence[News]) -> None:
        """Raises `ConnectionError` when it cannot be told to anyone."""
        ...

    async def announce_kept(self, topic: str, news: Latest, *, place: str, life: timedelta) -> None:
        """And keep it for that long as the topic's latest at this place, for whoever comes later. Raises as `announce`."""
        ...

    async def kept(self, topic: str) -> Sequence[News]:
        """The latest at each place of the topic. Raises `ConnectionError` where that cannot be known."""
        ...
