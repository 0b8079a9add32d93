"""What a user is told when they are not looking."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.notifications.notification import Notification as Told
from resolvers import notifications
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.ids import Node, global_id, id_of
from schema.job_words import ERRORS
from schema.permissions import SignedIn


@strawberry.type(description="Something a user should know.")
class Notification(Node):
    type: str = strawberry.field(
        description="`job.completed`, `job.failed`, `archive.ready`, `archive.failed`, `lora.training.started`, `lora.training.completed`, "
        "`lora.training.failed`, `lora.training.not_started`, `lora.retrain.available`, `lora.expiring`, `lora.expired` or `hd_mode.unlocked`; "
        "more will come."
    )
    title: str = strawberry.field(description="A few words.")
    body: str = strawberry.field(description="A sentence.")
    href: str = strawberry.field(description="Where in the studio it leads, as a path.")
    read_at: datetime | None = strawberry.field(description="Null while it is unread.")
    created_at: datetime = strawberry.field(description="When.")

    @classmethod
    def of(cls, row: Told) -> "Notification":
        return cls(
            id=global_id("Notification", row.id),
            type=row.type,
            title=row.title,
            body=row.body,
            href=row.href,
            read_at=row.read_at,
            created_at=row.created_at,
        )


@strawberry.input(description="What `markNotificationsRead` takes.")
class MarkNotificationsReadInput:
    notification_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Which; null together with `all`."
    )
    all: bool = strawberry.field(default=False, description="All of them.")


@strawberry.type(description="What `markNotificationsRead` answers.")
class MarkNotificationsReadPayload:
    unread_notification_count: int | None = strawberry.field(
        default=None, description="How many are unread afterwards; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class NotificationMutations:
    @strawberry.mutation(permission_classes=[SignedIn], description="Mark notifications as read.")
    @user_errors(MarkNotificationsReadPayload)
    async def mark_notifications_read(
        self,
        info: Info[Context, None],
        input: Annotated[MarkNotificationsReadInput, strawberry.argument(description="Which.")],
    ) -> MarkNotificationsReadPayload:
        named = [id_of(i, "Notification", field="notificationIds") for i in input.notification_ids or []]
        unread = await notifications.mark_read(info.context, None if input.all else named)
        return MarkNotificationsReadPayload(unread_notification_count=unread)
