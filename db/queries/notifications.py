"""A user's notifications. Each sort of list has an index that gives it in its order; what is asked for chooses the statement."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.notifications import UNREAD
from domain.ids import UserId
from domain.notifications.notification import About, Notification, NotificationFilter
from domain.pages import Page

COLUMNS = "id, type, title, body, href, job_id, lora_model_id, subject_id, archive_id, project_id, read_at, dismissed_at, created_at"
BY_ID = text(f"SELECT {COLUMNS} FROM notifications WHERE id = ANY(:ids) AND title <> ''")  # noqa: S608 - our own column list


def _page(wish: NotificationFilter) -> TextClause:
    parts = [
        "user_id = :user_id",
        "(CAST(:at AS timestamptz) IS NULL OR (created_at, id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))",
        *(["read_at IS NULL"] if wish.unread_only else []),
        "title <> ''" if wish.with_dismissed else "dismissed_at IS NULL",
        *(["type = ANY(:types)"] if wish.types else []),
    ]
    where = " AND ".join(parts)
    return text(f"SELECT {COLUMNS} FROM notifications WHERE {where} ORDER BY created_at DESC, id DESC LIMIT :limit")  # noqa: S608


async def unread_count(connection: AsyncConnection, user_id: UserId) -> int:
    count: int = (await connection.execute(UNREAD, {"user_id": user_id})).scalar_one()
    return count


async def notifications_page(
    connection: AsyncConnection, user_id: UserId, wish: NotificationFilter, *, first: int, after: str | None
) -> Page[Notification]:
    place = place_of(after) if after is not None else None
    values = {
        "user_id": user_id,
        "limit": check_first(first) + 1,
        "at": place.created_at if place else None,
        "id": place.id if place else None,
        **({"types": [str(one) for one in wish.types]} if wish.types else {}),
    }
    found = [_notification_of(row) for row in await connection.execute(_page(wish), values)]
    return page_of(found, [Place(row.created_at, row.id) for row in found], first)


async def notifications_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Notification]:
    """Dismissed ones as well."""
    rows = await connection.execute(BY_ID, {"ids": list(ids)})
    return {found.id: found for found in map(_notification_of, rows)}


def _notification_of(row: Row[tuple[object, ...]]) -> Notification:
    about = About(
        job_id=row.job_id,
        lora_model_id=row.lora_model_id,
        subject_id=row.subject_id,
        archive_id=row.archive_id,
        project_id=row.project_id,
    )
    return Notification(
        id=row.id,
        type=row.type,
        title=row.title,
        body=row.body,
        href=row.href,
        about=about,
        read_at=row.read_at,
        dismissed_at=row.dismissed_at,
        created_at=row.created_at,
    )
