"""What a user was told."""

from collections.abc import Sequence
from uuid import UUID

from db.queries.notifications import notifications_page, unread_count
from domain.notifications.notification import Notification
from domain.pages import Page
from resolvers.context import Context


async def unread(ctx: Context) -> int:
    async with ctx.read() as connection:
        return await unread_count(connection, ctx.user_id)


async def page(ctx: Context, *, unread_only: bool, first: int, after: str | None) -> Page[Notification]:
    async with ctx.read() as connection:
        return await notifications_page(connection, ctx.user_id, unread_only=unread_only, first=first, after=after)


async def mark_read(ctx: Context, ids: Sequence[UUID] | None) -> int:
    """Of these, or of all for None. Returns how many are unread afterwards. A second call changes nothing."""
    async with ctx.unit_of_work() as uow:
        await uow.lock_user(ctx.user_id)
        return await uow.notifications.mark_read(ctx.user_id, ids, now=ctx.now())
