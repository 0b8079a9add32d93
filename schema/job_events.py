"""Events of a job."""

from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from typing import Any, TypedDict

import strawberry

from domain.events import EventKind
from resolvers.news import JobNews, NewsKind
from schema.job_types import GenerationJob, ImageAsset
from schema.viewer_event_types import ViewerEvent


@strawberry.interface(description="Something happened to a job.")
class JobEvent:
    cursor: str = strawberry.field(
        description="Give it as `after` to resume behind this event, of the subscription that told it."
    )
    emitted_at: datetime = strawberry.field(description="When it happened.")
    job: GenerationJob = strawberry.field(description="The job just after it.")
    answers: strawberry.Private[dict[Any, bytes]] = field(default_factory=dict)
    """See `schema.execution.shared`: it is one object for everyone who watches the job."""


@strawberry.type(
    description="The present state: the first event of a fresh subscription. Of images that were finished before, no event is "
    "told: they are in `job.images`."
)
class JobSnapshot(JobEvent):
    pass


@strawberry.type(
    description="The cursor is too old, or of a history that is gone: some events cannot be told. `job` is its present state; "
    "read what else you show again, then go on from here."
)
class ResyncRequired(JobEvent):
    pass


@strawberry.type(description="The job's status changed: accepted, begun, cancelled, or to be made again.")
class JobStateChanged(JobEvent, ViewerEvent):
    pass


@strawberry.type(
    description="An image is forming. Live only: some are left out, and none is told again after a reconnect."
)
class ImageProgressed(JobEvent):
    index: int = strawberry.field(description="Which image, from 0.")
    percent: int = strawberry.field(description="0 to 100, of this image.")


@strawberry.type(description="An image is finished and paid.")
class ImageCompleted(JobEvent, ViewerEvent):
    index: int = strawberry.field(description="Which image, from 0.")
    image: ImageAsset | None = strawberry.field(
        description="The image; null when it was deleted since, and for adult content: that is in `job.images`, for who may see it."
    )


@strawberry.type(description="An image failed. When it will not be tried again, its credits were released.")
class ImageFailed(JobEvent, ViewerEvent):
    index: int = strawberry.field(description="Which image, from 0.")
    reason: str = strawberry.field(description="What happened.")
    will_retry: bool = strawberry.field(description="Whether it is tried again by itself.")
    retry_at: datetime | None = strawberry.field(description="When; null when it is not.")


@strawberry.type(
    description="An image waits: for its provider's rate limit, or until it can be checked, signed or stored. That is no failure and costs nothing."
)
class ImageDelayed(JobEvent, ViewerEvent):
    index: int = strawberry.field(description="Which image, from 0.")
    reason: str = strawberry.field(description="What it waits for.")
    retry_at: datetime | None = strawberry.field(description="When it goes on.")


def _index(news: JobNews) -> int:
    if news.index is None:
        raise ValueError(f"{news.kind} without an index")
    return news.index


class Common(TypedDict):
    """The fields of every event."""

    cursor: str
    emitted_at: datetime
    job: GenerationJob


def _common(news: JobNews) -> Common:
    return {"cursor": news.cursor, "emitted_at": news.at, "job": GenerationJob.of(news.job, news.percent, news.subject)}


DRESS: dict[EventKind | NewsKind, Callable[[JobNews], JobEvent]] = {
    NewsKind.SNAPSHOT: lambda n: JobSnapshot(**_common(n)),
    NewsKind.RESYNC_REQUIRED: lambda n: ResyncRequired(**_common(n)),
    NewsKind.IMAGE_PROGRESSED: lambda n: ImageProgressed(
        **_common(n),
        index=_index(n),
        percent=n.image_percent or 0,
    ),
    EventKind.JOB_STATE_CHANGED: lambda n: JobStateChanged(**_common(n)),
    EventKind.IMAGE_COMPLETED: lambda n: ImageCompleted(
        **_common(n),
        index=_index(n),
        image=ImageAsset.of(n.image) if n.image else None,
    ),
    EventKind.IMAGE_FAILED: lambda n: ImageFailed(
        **_common(n),
        index=_index(n),
        reason=n.reason or "",
        will_retry=n.will_retry,
        retry_at=n.retry_at,
    ),
    EventKind.IMAGE_DELAYED: lambda n: ImageDelayed(
        **_common(n),
        index=_index(n),
        reason=n.reason or "",
        retry_at=n.retry_at,
    ),
}


def dressed(news: JobNews) -> JobEvent:
    """The same object each time, so that its answers are shared."""
    event: JobEvent | None = news.told.get("event")
    if event is None:
        event = news.told["event"] = DRESS[news.kind](news)
    return event


EVENT_TYPES = (
    JobSnapshot,
    ResyncRequired,
    JobStateChanged,
    ImageProgressed,
    ImageCompleted,
    ImageFailed,
    ImageDelayed,
)
