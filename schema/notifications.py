"""What a user is told when they are not looking."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import NotificationId
from domain.notifications.notification import About
from domain.notifications.notification import Notification as Told
from domain.notifications.types import KEPT, TOLD_WHEN, NotificationType
from resolvers import notifications
from resolvers.context import Context
from schema.archives import Archive
from schema.errors import UserError, user_errors
from schema.exports import Export
from schema.ids import Node, global_id, id_of
from schema.job_types import GenerationJob
from schema.job_words import ERRORS
from schema.lora import LoraModel
from schema.permissions import SignedIn
from schema.project_types import Project
from schema.subjects import Subject, subject_with

TYPES = "; ".join(f"`{one}`: {TOLD_WHEN[one]}" for one in KEPT)
EXPORTS = {NotificationType.EXPORT_READY, NotificationType.EXPORT_FAILED}
WHICH = "Up to 500; null together with `all`."
UNREAD = "How many are unread afterwards; null when it was refused."
GONE = " Null where it is about none, and where that is gone."


@strawberry.type(description="Something a user should know. Kept for 90 days, or as the operator says.")
class Notification(Node):
    type: str = strawberry.field(description=f"More will come. {TYPES}.")
    title: str = strawberry.field(description="A few words.")
    body: str = strawberry.field(description="A sentence or two.")
    href: str = strawberry.field(description="Where in the studio it leads, as a path.")
    read_at: datetime | None = strawberry.field(description="Null while it is unread.")
    dismissed_at: datetime | None = strawberry.field(description="Null while it is in the list.")
    created_at: datetime = strawberry.field(description="When.")
    about: strawberry.Private[About]

    @strawberry.field(description=f"The job it is about.{GONE}")
    async def job(self, info: Info[Context, None]) -> GenerationJob | None:
        key = self.about.job_id
        found = await info.context.loaders.jobs.load(key) if key else None
        return GenerationJob.of(found) if found else None

    @strawberry.field(description=f"The LoRA or training it is about.{GONE}")
    async def lora_model(self, info: Info[Context, None]) -> LoraModel | None:
        key = self.about.lora_model_id
        found = await info.context.loaders.lora_models.load(key) if key else None
        return LoraModel.of(found) if found else None

    @strawberry.field(description=f"The influencer or persona it is about.{GONE}")
    async def subject(self, info: Info[Context, None]) -> Subject | None:
        return await subject_with(info.context, self.about.subject_id) if self.about.subject_id else None

    @strawberry.field(description=f"The archive it is about.{GONE}")
    async def archive(self, info: Info[Context, None]) -> Archive | None:
        key = None if self.type in EXPORTS else self.about.archive_id
        found = await info.context.loaders.archives.load(key) if key else None
        return Archive.of(found) if found else None

    @strawberry.field(description=f"The export it is about.{GONE}")
    async def export(self, info: Info[Context, None]) -> Export | None:
        key = self.about.archive_id if self.type in EXPORTS else None
        found = await info.context.loaders.exports.load(key) if key else None
        return Export.of(found) if found else None

    @strawberry.field(description=f"The project it is about.{GONE}")
    async def project(self, info: Info[Context, None]) -> Project | None:
        key = self.about.project_id
        found = await info.context.loaders.projects.load(key) if key else None
        return Project.of(found) if found else None

    @classmethod
    def of(cls, row: Told) -> "Notification":
        return cls(
            id=global_id("Notification", row.id),
            type=row.type,
            title=row.title,
            body=row.body,
            href=row.href,
            read_at=row.read_at,
            dismissed_at=row.dismissed_at,
            created_at=row.created_at,
            about=row.about,
        )


@strawberry.input(description="What `markNotificationsRead` takes.")
class MarkNotificationsReadInput:
    notification_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=WHICH)
    all: bool = strawberry.field(default=False, description="All of them.")


@strawberry.input(description="What `dismissNotifications` takes.")
class DismissNotificationsInput:
    notification_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=WHICH)
    all: bool = strawberry.field(default=False, description="All of them.")
    undo: bool = strawberry.field(
        default=False, description="Put them back into the list instead, read or unread as they were."
    )


@strawberry.type(description="What `markNotificationsRead` answers.")
class MarkNotificationsReadPayload:
    unread_notification_count: int | None = strawberry.field(default=None, description=UNREAD)
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `dismissNotifications` answers.")
class DismissNotificationsPayload:
    unread_notification_count: int | None = strawberry.field(default=None, description=UNREAD)
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


def _named(given: list[strawberry.ID] | None, *, all: bool) -> list[NotificationId] | None:
    """None for all of them."""
    if all:
        return None
    return [
        NotificationId(id_of(one, "Notification", field=f"notificationIds.{place}"))
        for place, one in enumerate(given or [])
    ]


@strawberry.type
class NotificationMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Mark notifications as read. A second call changes nothing. Where one of them is not there, nothing is changed, and the "
        "path of the `NotFoundError` says which.",
    )
    @user_errors(MarkNotificationsReadPayload)
    async def mark_notifications_read(
        self,
        info: Info[Context, None],
        input: Annotated[MarkNotificationsReadInput, strawberry.argument(description="Which.")],
    ) -> MarkNotificationsReadPayload:
        unread = await notifications.mark_read(info.context, _named(input.notification_ids, all=input.all))
        return MarkNotificationsReadPayload(unread_notification_count=unread)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Take notifications out of the list, or put them back. What is dismissed is not counted as unread. Otherwise as "
        "`markNotificationsRead`.",
    )
    @user_errors(DismissNotificationsPayload)
    async def dismiss_notifications(
        self,
        info: Info[Context, None],
        input: Annotated[DismissNotificationsInput, strawberry.argument(description="Which.")],
    ) -> DismissNotificationsPayload:
        named = _named(input.notification_ids, all=input.all)
        return DismissNotificationsPayload(
            unread_notification_count=await notifications.dismiss(info.context, named, undo=input.undo)
        )
