"""What can be watched."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import JobId
from resolvers import live
from resolvers.context import Context
from schema.content_sets import ContentSetEvent, content_set_events
from schema.credits import CreditBalance
from schema.exports import Export, export_events
from schema.ids import id_of
from schema.job_events import JobEvent, dressed
from schema.permissions import SignedIn
from schema.project_types import Project
from schema.projects import project_events
from schema.thumbnail_previews import ThumbnailPreviewEvent, preview_events
from schema.trainings import TrainingProgressEvent, training_events
from schema.viewer_event_types import NotificationEvent, ViewerEvent
from schema.viewer_events import notification_events, viewer_events


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
            "A content set, live, over all its jobs. The first event is its present state, or with `after` what was missed since; then each "
            "event of each of its jobs, those of one job without a gap or a repeat; only what tells how far an image has formed may be left "
            "out. Ends when all its jobs have ended."
        ),
    )
    async def content_set_progress(
        self,
        info: Info[Context, None],
        content_set_id: Annotated[strawberry.ID, strawberry.argument(description="Which set.")],
        after: Annotated[
            str | None,
            strawberry.argument(
                description="`cursor` of the last event seen; null to begin afresh. A cursor of another set is `INVALID_INPUT`."
            ),
        ] = None,
    ) -> AsyncGenerator[ContentSetEvent, None]:
        async with aclosing(content_set_events(info.context, content_set_id, after)) as stream:
            async for event in stream:
                yield event
                del event

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

    @strawberry.subscription(
        permission_classes=[SignedIn],
        description=(
            "Everything of yours as it happens, in one stream: the one that a frontend needs. The first event is `ViewerSnapshot`, or with "
            "`after` what was missed since; then each durable event once, in order and without a gap. `CreditBalanceChanged` and "
            "`TrainingProgressed` are live: the newest counts. How far an image has formed is told by `jobProgress`, its picture by "
            "`thumbnailPreview`. An event of a kind that you do not select still comes, with its `__typename`: new kinds will be added."
        ),
    )
    async def viewer_events(
        self,
        info: Info[Context, None],
        after: Annotated[
            str | None,
            strawberry.argument(
                description=(
                    "`cursor` of the last event seen; null to begin afresh. Events are kept for 7 days, then there is a "
                    "`ViewerResyncRequired` instead. A cursor of another stream is `INVALID_INPUT`."
                )
            ),
        ] = None,
    ) -> AsyncGenerator[ViewerEvent, None]:
        async with aclosing(viewer_events(info.context, after)) as stream:
            async for event in stream:
                yield event
                del event

    @strawberry.subscription(
        permission_classes=[SignedIn],
        description="Notifications as they are told. The first event is `ViewerSnapshot`, or with `after` what was missed since.",
    )
    async def notification_added(
        self,
        info: Info[Context, None],
        after: Annotated[
            str | None,
            strawberry.argument(
                description="`cursor` of the last event seen, also of `viewerEvents`; null to begin afresh. As there, it may be too old."
            ),
        ] = None,
    ) -> AsyncGenerator[NotificationEvent, None]:
        async with aclosing(notification_events(info.context, after)) as stream:
            async for event in stream:
                yield event
                del event
