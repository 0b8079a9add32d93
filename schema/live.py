"""Subscriptions and their events."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import field
from datetime import datetime
from typing import Annotated, Any, TypedDict

import strawberry
from strawberry.types import Info

from domain.events import EventKind
from domain.ids import JobId
from resolvers import live
from resolvers.context import Context
from resolvers.news import JobNews, NewsKind
from schema.credits import CreditBalance
from schema.exports import Export, export_events
from schema.ids import id_of
from schema.job_types import GenerationJob, ImageAsset
from schema.permissions import SignedIn
from schema.project_types import Project
from schema.projects import project_events
from schema.thumbnail_previews import ThumbnailPreviewEvent, preview_events
from schema.trainings import TrainingProgressEvent, training_events


@strawberry.interface(description="Something happened to a job.")
class JobEvent:
    cursor: str = strawberry.field(description="Give it as `after` to resume behind this event.")
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
class JobStateChanged(JobEvent):
    pass


@strawberry.type(
    description="An image is forming. Live only: some are left out, and none is told again after a reconnect."
)
class ImageProgressed(JobEvent):
    index: int = strawberry.field(description="Which image, from 0.")
    percent: int = strawberry.field(description="0 to 100, of this image.")


@strawberry.type(description="An image is finished and paid.")
class ImageCompleted(JobEvent):
    index: int = strawberry.field(description="Which image, from 0.")
    image: ImageAsset | None = strawberry.field(
        description="The image; null when it was deleted since, and for adult content: that is in `job.images`, for who may see it."
    )


@strawberry.type(description="An image failed. When it will not be tried again, its credits were released.")
class ImageFailed(JobEvent):
    index: int = strawberry.field(description="Which image, from 0.")
    reason: str = strawberry.field(description="What happened.")
    will_retry: bool = strawberry.field(description="Whether it is tried again by itself.")
    retry_at: datetime | None = strawberry.field(description="When; null when it is not.")


@strawberry.type(
    description="An image waits: for its provider's rate limit, or until it can be checked, signed or stored. That is no failure and costs nothing."
)
class ImageDelayed(JobEvent):
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


@strawberry.type(
    description=(
        "What can be watched, by who is signed in, over a WebSocket (graphql-transport-ws) or as server-sent events.\n\n"
        "A stream that ends without `complete` was cut: by the network, by a deploy, by a token that expired. Subscribe "
        "again, `jobProgress` with the last `cursor` as `after`; any process will do. Only its beginning is counted in "
        "points, and events bring no `extensions`."
    )
)
class Subscription:
    @strawberry.subscription(
        permission_classes=[SignedIn],
        description=(
            "A job, live. The first event is its present state, or with `after` what was missed since; then each event as it "
            "happens, without a gap or a repeat; only `ImageProgressed` may be left out. Ends with the event that ends the job; of "
            "one that has ended it is only the beginning."
        ),
    )
    async def job_progress(
        self,
        info: Info[Context, None],
        job_id: Annotated[strawberry.ID, strawberry.argument(description="Which job.")],
        after: Annotated[
            str | None,
            strawberry.argument(
                description=(
                    "`cursor` of the last event seen, of whatever type; null to begin afresh. Events are kept for 7 days, "
                    "then there is a `ResyncRequired` instead. A cursor of another job is `INVALID_INPUT`."
                )
            ),
        ] = None,
    ) -> AsyncGenerator[JobEvent, None]:
        job, ctx = JobId(id_of(job_id, "GenerationJob", field="jobId")), info.context
        async with aclosing(live.job_news(ctx, job, after, lambda news: ctx.tell_now(dressed(news)))) as stream:
            async for news in stream:
                yield dressed(news)
                del news

    @strawberry.subscription(
        permission_classes=[SignedIn],
        description="The balance as it is now, then as it changes. Balances in between may be left out; the newest never is.",
    )
    async def credit_balance_changed(self, info: Info[Context, None]) -> AsyncGenerator[CreditBalance, None]:
        async with aclosing(live.balances(info.context)) as stream:
            async for balance in stream:
                yield CreditBalance.of(balance, info.context.user_id)

    @strawberry.subscription(
        permission_classes=[SignedIn],
        description=(
            "A training, live. The first event is its present state, unless `after` says that it was seen; then each newer one. States "
            "in between and steps may be left out; the newest state never is. Ends with the training."
        ),
    )
    async def training_progress(
        self,
        info: Info[Context, None],
        lora_model_id: Annotated[strawberry.ID, strawberry.argument(description="Which training.")],
        after: Annotated[
            str | None,
            strawberry.argument(
                description="`cursor` of the last event seen; null to begin afresh. A cursor of another training is `INVALID_INPUT`."
            ),
        ] = None,
    ) -> AsyncGenerator[TrainingProgressEvent, None]:
        async with aclosing(training_events(info.context, lora_model_id, after)) as stream:
            async for event in stream:
                yield event

    @strawberry.subscription(
        permission_classes=[SignedIn],
        description="An export as it is now, then as it gets on. States in between may be left out; the last never is, and ends it.",
    )
    async def export_progress(
        self,
        info: Info[Context, None],
        export_id: Annotated[strawberry.ID, strawberry.argument(description="Which export.")],
    ) -> AsyncGenerator[Export, None]:
        async with aclosing(export_events(info.context, export_id)) as stream:
            async for export in stream:
                yield export

    @strawberry.subscription(
        permission_classes=[SignedIn],
        description=(
            "A project as it is now, then as it changes while it is being analyzed. States in between may be left out; the last never "
            "is, and ends it. Where nothing is being analyzed, the first event is the last."
        ),
    )
    async def project_progress(
        self,
        info: Info[Context, None],
        project_id: Annotated[strawberry.ID, strawberry.argument(description="Which project.")],
    ) -> AsyncGenerator[Project, None]:
        async with aclosing(project_events(info.context, project_id)) as stream:
            async for project in stream:
                yield project

    @strawberry.subscription(
        permission_classes=[SignedIn],
        description=(
            "Thumbnails while they form. The latest partial picture of each image comes at once, newer ones as they are made, at most "
            "four a second and the newest first of all; then `FinalPreview` or `PreviewFailed` for each image. Ends with the job. "
            "Where a picture may not be shown before it is finished, there are no partial ones."
        ),
    )
    async def thumbnail_preview(
        self,
        info: Info[Context, None],
        job_id: Annotated[strawberry.ID, strawberry.argument(description="A job of kind THUMBNAIL.")],
        after: Annotated[
            str | None,
            strawberry.argument(
                description="`cursor` of the last event seen; null to begin afresh. A cursor of another job is `INVALID_INPUT`."
            ),
        ] = None,
    ) -> AsyncGenerator[ThumbnailPreviewEvent, None]:
        async with aclosing(preview_events(info.context, job_id, after)) as stream:
            async for event in stream:
                yield event
