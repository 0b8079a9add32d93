"""A user's notifications."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.notifications import UNREAD
from domain.ids import UserId
from domain.notifications.notification import Notification
from domain.pages import Page

COLUMNS = "id, type, title, body, href, read_at, created_at"
BY_ID = text(f"SELECT {COLUMNS} FROM notifications WHERE id = ANY(:ids)")  # noqa: S608 - our own column list
PAGE = text(f"""
SELECT {COLUMNS} FROM notifications
 WHERE user_id = :user_id AND (NOT :unread_only OR read_at IS NULL)
   AND (CAST(:at AS timestamptz) IS NULL OR (created_at, id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
 ORDER BY created_at DESC, id DESC LIMIT :limit
""")  # noqa: S608


async def unread_count(connection: AsyncConnection, user_id: UserId) -> int:
    count: int = (await connection.execute(UNREAD, {"user_id": user_id})).scalar_one()
    return count


async def notifications_page(
    connection: AsyncConnection, user_id: UserId, *, unread_only: bool, first: int, after: str | None
) -> Page[Notification]:
    place = place_of(after) if after is not None else None
    values = {
        "user_id": user_id,
        "unread_only": unread_only,
        "limit": check_first(first) + 1,
        "at": place.created_at if place else None,
        "id": place.id if place else None,
    }
    found = [Notification(**row._mapping) for row in await connection.execute(PAGE, values)]
    return page_of(found, [Place(row.created_at, row.id) for row in found], first)


async def notifications_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Notification]:
    rows = await connection.execute(BY_ID, {"ids": list(ids)})
    return {found.id: found for found in (Notification(**row._mapping) for row in rows)}
