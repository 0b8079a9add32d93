"""What a stream tells, put into the types of clients. How to add a kind is said in `domain.user_events`."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from contextlib import aclosing
from datetime import datetime
from types import MappingProxyType
from typing import TypedDict

from domain.events import EventKind
from domain.ids import SubjectId
from domain.notifications.routes import training_route
from domain.notifications.types import NotificationType
from domain.notifications.words import training_progressed
from domain.user_events import UserEventKind
from resolvers import notifications
from resolvers.context import Context
from resolvers.viewer_events import StreamKind, UserNews, user_news
from schema.accounts import Viewer
from schema.archives import Archive
from schema.consent_types import Consent, DeletionReceipt
from schema.credits import CreditBalance
from schema.exports import Export
from schema.ids import global_id
from schema.job_events import ImageCompleted, ImageDelayed, ImageFailed, JobStateChanged
from schema.job_events import dressed as dressed_of_job
from schema.job_types import ImageAsset
from schema.lora import LoraModel
from schema.notifications import Notification
from schema.project_types import Project
from schema.subjects import persona_of, subject_with
from schema.thumbnails import ThumbnailThread
from schema.viewer_event_types import (
    ArchiveChanged,
    BrandChanged,
    ConsentChanged,
    CreditBalanceChanged,
    DeletionChanged,
    ExportChanged,
    ImagesChanged,
    NotificationAdded,
    NotificationEvent,
    NotificationsChanged,
    NotificationsDismissed,
    NotificationsRead,
    NotificationsRestored,
    OnboardingChanged,
    PersonaAnalysisChanged,
    ProjectChanged,
    SettingsChanged,
    SubjectChanged,
    ThumbnailThreadChanged,
    TrainingChanged,
    TrainingProgressed,
    ViewerEvent,
    ViewerResyncRequired,
    ViewerSnapshot,
)

Dress = Callable[[Context, UserNews], Awaitable[ViewerEvent | None]]


class Common(TypedDict):
    cursor: str
    emitted_at: datetime


def _common(news: UserNews) -> Common:
    return {"cursor": news.cursor, "emitted_at": news.at}


async def _snapshot(ctx: Context, news: UserNews) -> ViewerEvent:
    unread = await notifications.unread(ctx)
    return ViewerSnapshot(**_common(news), notification=None, unread_notification_count=unread, viewer=Viewer.of(ctx))


async def _resync(ctx: Context, news: UserNews) -> ViewerEvent:
    unread = await notifications.unread(ctx)
    return ViewerResyncRequired(
        **_common(news), notification=None, unread_notification_count=unread, viewer=Viewer.of(ctx)
    )


async def _balance(ctx: Context, news: UserNews) -> ViewerEvent | None:
    if news.balance is None:
        return None
    return CreditBalanceChanged(**_common(news), credit_balance=CreditBalance.of(news.balance, ctx.user_id))


async def _training_progress(_: Context, news: UserNews) -> ViewerEvent | None:
    if news.training is None:
        return None
    title, body = training_progressed(news.training)
    return TrainingProgressed(
        **_common(news),
        type=NotificationType.TRAINING_PROGRESS,
        title=title,
        body=body,
        href=training_route(news.training.subject_id, is_person=news.training.is_of_person),
        lora_model=LoraModel.of(news.training),
    )


async def _of_job(_: Context, news: UserNews) -> ViewerEvent | None:
    """The same event as `jobProgress` tells, with the cursor of this stream."""
    if news.job is None:
        return None
    event = dressed_of_job(news.job)
    event.cursor = news.cursor
    return event if isinstance(event, ViewerEvent) else None


async def _notification_added(ctx: Context, news: UserNews) -> ViewerEvent | None:
    """Nothing of one that is gone: it was deleted with what it was about, or with age."""
    found = await ctx.loaders.notifications.load(news.ids[0])
    if found is None:
        return None
    unread = await notifications.unread(ctx)
    return NotificationAdded(**_common(news), notification=Notification.of(found), unread_notification_count=unread)


def _notifications(kind: type[NotificationsChanged]) -> Dress:
    async def dress(ctx: Context, news: UserNews) -> ViewerEvent:
        ids = [global_id("Notification", one) for one in news.ids] or None
        return kind(**_common(news), notification_ids=ids, unread_notification_count=await notifications.unread(ctx))

    return dress


async def _subject(ctx: Context, news: UserNews) -> ViewerEvent:
    found = await subject_with(ctx, SubjectId(news.ids[0]))
    return SubjectChanged(**_common(news), subject_id=found.id if found else None, subject=found)


async def _analysis(ctx: Context, news: UserNews) -> ViewerEvent:
    found = await ctx.loaders.personas.load(news.ids[0])
    persona = persona_of(found) if found else None
    return PersonaAnalysisChanged(**_common(news), persona_id=global_id("Persona", news.ids[0]), persona=persona)


async def _training(ctx: Context, news: UserNews) -> ViewerEvent:
    found = await ctx.loaders.lora_models.load(news.ids[0])
    model = LoraModel.of(found) if found else None
    return TrainingChanged(**_common(news), lora_model_id=global_id("LoraModel", news.ids[0]), lora_model=model)


async def _images(ctx: Context, news: UserNews) -> ViewerEvent:
    """Without adult images, as in events of jobs."""
    found = await ctx.loaders.images.load_many([*news.ids])
    images = [ImageAsset.of(one) if one and not one.image.nsfw else None for one in found]
    return ImagesChanged(**_common(news), image_ids=[global_id("ImageAsset", one) for one in news.ids], images=images)


async def _thread(ctx: Context, news: UserNews) -> ViewerEvent:
    found = await ctx.loaders.threads.load(news.ids[0])
    thread = ThumbnailThread.of(found) if found else None
    return ThumbnailThreadChanged(**_common(news), thread_id=global_id("ThumbnailThread", news.ids[0]), thread=thread)


async def _archive(ctx: Context, news: UserNews) -> ViewerEvent:
    found = await ctx.loaders.archives.load(news.ids[0])
    archive = Archive.of(found) if found else None
    return ArchiveChanged(**_common(news), archive_id=global_id("Archive", news.ids[0]), archive=archive)


async def _export(ctx: Context, news: UserNews) -> ViewerEvent:
    found = await ctx.loaders.exports.load(news.ids[0])
    export = Export.of(found) if found else None
    return ExportChanged(**_common(news), export_id=global_id("Export", news.ids[0]), export=export)


async def _consent(ctx: Context, news: UserNews) -> ViewerEvent:
    found = await ctx.loaders.consents.load(news.ids[0])
    consent = Consent.of(found) if found else None
    return ConsentChanged(**_common(news), consent_id=global_id("Consent", news.ids[0]), consent=consent)


async def _deletion(ctx: Context, news: UserNews) -> ViewerEvent:
    found = await ctx.loaders.deletions.load(news.ids[0])
    receipt = DeletionReceipt.of(found) if found else None
    return DeletionChanged(**_common(news), receipt_id=global_id("DeletionReceipt", news.ids[0]), receipt=receipt)


async def _project(ctx: Context, news: UserNews) -> ViewerEvent:
    found = await ctx.loaders.projects.load(news.ids[0])
    project = Project.of(found) if found else None
    return ProjectChanged(**_common(news), project_id=global_id("Project", news.ids[0]), project=project)


async def _onboarding(ctx: Context, news: UserNews) -> ViewerEvent:
    return OnboardingChanged(**_common(news), viewer=Viewer.of(ctx))


async def _brand(ctx: Context, news: UserNews) -> ViewerEvent:
    return BrandChanged(**_common(news), viewer=Viewer.of(ctx))


async def _settings(ctx: Context, news: UserNews) -> ViewerEvent:
    return SettingsChanged(**_common(news), viewer=Viewer.of(ctx))


DRESS: Mapping[StreamKind | EventKind | UserEventKind, Dress] = MappingProxyType(
    {
        StreamKind.SNAPSHOT: _snapshot,
        StreamKind.RESYNC_REQUIRED: _resync,
        StreamKind.BALANCE_CHANGED: _balance,
        StreamKind.TRAINING_PROGRESSED: _training_progress,
        EventKind.JOB_STATE_CHANGED: _of_job,
        EventKind.IMAGE_COMPLETED: _of_job,
        EventKind.IMAGE_FAILED: _of_job,
        EventKind.IMAGE_DELAYED: _of_job,
        UserEventKind.NOTIFICATION_ADDED: _notification_added,
        UserEventKind.NOTIFICATIONS_READ: _notifications(NotificationsRead),
        UserEventKind.NOTIFICATIONS_DISMISSED: _notifications(NotificationsDismissed),
        UserEventKind.NOTIFICATIONS_RESTORED: _notifications(NotificationsRestored),
        UserEventKind.SUBJECT_CHANGED: _subject,
        UserEventKind.ANALYSIS_CHANGED: _analysis,
        UserEventKind.TRAINING_CHANGED: _training,
        UserEventKind.IMAGES_CHANGED: _images,
        UserEventKind.THREAD_CHANGED: _thread,
        UserEventKind.ARCHIVE_CHANGED: _archive,
        UserEventKind.EXPORT_CHANGED: _export,
        UserEventKind.CONSENT_CHANGED: _consent,
        UserEventKind.DELETION_CHANGED: _deletion,
        UserEventKind.PROJECT_CHANGED: _project,
        UserEventKind.ONBOARDING_CHANGED: _onboarding,
        UserEventKind.BRAND_CHANGED: _brand,
        UserEventKind.SETTINGS_CHANGED: _settings,
    }
)

TYPES: Mapping[EventKind | UserEventKind, type[ViewerEvent]] = MappingProxyType(
    {
        EventKind.JOB_STATE_CHANGED: JobStateChanged,
        EventKind.IMAGE_COMPLETED: ImageCompleted,
        EventKind.IMAGE_FAILED: ImageFailed,
        EventKind.IMAGE_DELAYED: ImageDelayed,
        UserEventKind.NOTIFICATION_ADDED: NotificationAdded,
        UserEventKind.NOTIFICATIONS_READ: NotificationsRead,
        UserEventKind.NOTIFICATIONS_DISMISSED: NotificationsDismissed,
        UserEventKind.NOTIFICATIONS_RESTORED: NotificationsRestored,
        UserEventKind.SUBJECT_CHANGED: SubjectChanged,
        UserEventKind.ANALYSIS_CHANGED: PersonaAnalysisChanged,
        UserEventKind.TRAINING_CHANGED: TrainingChanged,
        UserEventKind.IMAGES_CHANGED: ImagesChanged,
        UserEventKind.THREAD_CHANGED: ThumbnailThreadChanged,
        UserEventKind.ARCHIVE_CHANGED: ArchiveChanged,
        UserEventKind.EXPORT_CHANGED: ExportChanged,
        UserEventKind.CONSENT_CHANGED: ConsentChanged,
        UserEventKind.DELETION_CHANGED: DeletionChanged,
        UserEventKind.PROJECT_CHANGED: ProjectChanged,
        UserEventKind.ONBOARDING_CHANGED: OnboardingChanged,
        UserEventKind.BRAND_CHANGED: BrandChanged,
        UserEventKind.SETTINGS_CHANGED: SettingsChanged,
    }
)
"""What each durable kind is told as."""

VIEWER_EVENT_TYPES = (
    ViewerSnapshot,
    ViewerResyncRequired,
    CreditBalanceChanged,
    TrainingProgressed,
    *(TYPES[kind] for kind in UserEventKind),
)


async def viewer_events(
    ctx: Context, after: str | None, only: Collection[object] | None = None
) -> AsyncGenerator[ViewerEvent, None]:
    """`only`: kinds that are told; None for all."""
    async with aclosing(user_news(ctx, after)) as stream:
        async for news in stream:
            if (only is None or news.kind in only) and (event := await DRESS[news.kind](ctx, news)) is not None:
                yield event
            del news


async def notification_events(ctx: Context, after: str | None) -> AsyncGenerator[NotificationEvent, None]:
    only = {StreamKind.SNAPSHOT, StreamKind.RESYNC_REQUIRED, UserEventKind.NOTIFICATION_ADDED}
    async with aclosing(viewer_events(ctx, after, only)) as stream:
        async for event in stream:
            if isinstance(event, NotificationEvent):
                yield event
            del event
