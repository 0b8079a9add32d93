"""What a user was told."""

from collections.abc import Sequence

from db.queries.notifications import notifications_page, unread_count
from db.unit_of_work import SqlUnitOfWork
from domain.errors import InvalidInput, NotFound
from domain.ids import NotificationId
from domain.notifications.notification import Notification, NotificationFilter
from domain.notifications.types import KEPT, NotificationType
from domain.pages import Page
from resolvers.context import Context
from tasks.enqueue import nudge_relays

MOST_NAMED = 500


async def unread(ctx: Context) -> int:
    async with ctx.read() as connection:
        return await unread_count(connection, ctx.user_id)


async def page(ctx: Context, wish: NotificationFilter, *, first: int, after: str | None) -> Page[Notification]:
    async with ctx.read() as connection:
        return await notifications_page(connection, ctx.user_id, wish, first=first, after=after)


def types_of(words: Sequence[str], *, field: str) -> tuple[NotificationType, ...]:
    """Raises `InvalidInput` for a word that is no type."""
    known = {str(one): one for one in KEPT}
    for word in words:
        if word not in known:
            raise InvalidInput(f"There is no such type of notification. There are {', '.join(known)}.", field=field)
    return tuple(known[word] for word in dict.fromkeys(words))


async def mark_read(ctx: Context, ids: Sequence[NotificationId] | None) -> int:
    """Of these, or of all for None. Returns how many are unread afterwards. A second call changes nothing."""
    async with ctx.unit_of_work() as uow:
        await _begin(ctx, uow, ids)
        count = await uow.notifications.mark_read(ctx.user_id, ids, now=ctx.now())
    nudge_relays(ctx.services.live)
    return count


async def dismiss(ctx: Context, ids: Sequence[NotificationId] | None, *, undo: bool) -> int:
    """Likewise."""
    async with ctx.unit_of_work() as uow:
        await _begin(ctx, uow, ids)
        if undo:
            count = await uow.notifications.restore(ctx.user_id, ids)
        else:
            count = await uow.notifications.dismiss(ctx.user_id, ids, now=ctx.now())
    nudge_relays(ctx.services.live)
    return count


async def _begin(ctx: Context, uow: SqlUnitOfWork, ids: Sequence[NotificationId] | None) -> None:
    """Raises `InvalidInput`, and `NotFound` at the first that is not there: then nothing is changed."""
    if ids is not None and len(ids) > MOST_NAMED:
        raise InvalidInput(f"Name at most {MOST_NAMED}, or all.", field="notificationIds")
    await uow.lock_user(ctx.user_id)
    if ids and (missing := await uow.notifications.missing(ctx.user_id, ids)):
        field = f"notificationIds.{ids.index(missing)}"
        raise NotFound("This notification does not exist. Nothing was changed.", field=field)
