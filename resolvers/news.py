"""What a stream tells of a job: a durable event, or what only whoever watches now is told."""

import base64
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from domain.errors import InvalidInput
from domain.events import EventKind, ImageProgress, JobEvent
from domain.ids import JobId
from domain.jobs.job import Job
from domain.jobs.subjects import Subject
from resolvers.loaders import ImageView

CURSOR = re.compile(r"([0-9a-f]{8}):(\d{1,15})")


class NewsKind(Enum):
    """The stream's own kinds, beside those of durable events."""

    SNAPSHOT = auto()
    RESYNC_REQUIRED = auto()
    IMAGE_PROGRESSED = auto()


@dataclass(slots=True, kw_only=True, eq=False)
class JobNews:
    """One item of a stream. `percent` counts what forms inside unfinished images too, where that is known.

    `number` is that of the event it is, or of the last one before it; `told` is a memory for whoever puts it into words.
    """

    kind: EventKind | NewsKind
    number: int
    at: datetime
    job: Job
    subject: Subject | None
    """Whose job it is, read once for a stream; None when it was deleted."""
    percent: int
    index: int | None = None
    image: ImageView | None = None
    image_percent: int | None = None
    reason: str | None = None
    will_retry: bool = False
    retry_at: datetime | None = None
    told: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def cursor(self) -> str:
        """Resumes after it."""
        return cursor_of(self.job.id, self.number)

    @property
    def is_durable(self) -> bool:
        return isinstance(self.kind, EventKind)


def cursor_of(job_id: JobId, number: int) -> str:
    return base64.urlsafe_b64encode(f"{job_id.hex[:8]}:{number}".encode()).rstrip(b"=").decode()


def number_of(job_id: JobId, cursor: str) -> int:
    """Raises `InvalidInput` for a cursor that is not of this job's stream."""
    try:
        found = CURSOR.fullmatch(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except ValueError:
        found = None
    if found is None or found[1] != job_id.hex[:8]:
        raise InvalidInput("This cursor is not of this job's events. Subscribe without one.", field="after")
    return int(found[2])


def state_news(kind: NewsKind, job: Job, *, at: datetime, subject: Subject | None, forming: int) -> JobNews:
    """The job as it is."""
    return JobNews(kind=kind, number=job.event_count, at=at, job=job, subject=subject, percent=_percent(job, forming))


def event_news(event: JobEvent, *, subject: Subject | None, image: ImageView | None, forming: int) -> JobNews:
    return JobNews(
        kind=event.kind,
        number=event.number,
        at=event.at,
        job=event.job,
        subject=subject,
        percent=_percent(event.job, forming),
        index=event.index,
        image=image,
        reason=event.reason,
        will_retry=event.will_retry,
        retry_at=event.retry_at,
    )


def progress_news(progress: ImageProgress, job: Job, number: int, *, subject: Subject | None, forming: int) -> JobNews:
    return JobNews(
        kind=NewsKind.IMAGE_PROGRESSED,
        number=number,
        at=datetime.now(UTC),
        job=job,
        subject=subject,
        percent=_percent(job, forming),
        index=progress.index,
        image_percent=progress.percent,
    )


def _percent(job: Job, forming: int) -> int:
    """`forming` is the sum of the percents of images under way."""
    return min(100, (100 * job.settled_count + forming) // job.image_count)
