"""Archives by id and by page."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.archives import COLUMNS, archive_of
from domain.archives.archive import Archive
from domain.ids import UserId
from domain.pages import Page

BY_ID = text(f"SELECT {COLUMNS} FROM archives a WHERE a.id = ANY(:ids)")  # noqa: S608 - our own field names
PAGE = text(f"""
SELECT {COLUMNS} FROM archives a
 WHERE a.user_id = :user_id AND (CAST(:at AS timestamptz) IS NULL OR (a.created_at, a.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
 ORDER BY a.created_at DESC, a.id DESC LIMIT :limit
""")  # noqa: S608


async def archives_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Archive]:
    return {archive.id: archive for archive in map(archive_of, await connection.execute(BY_ID, {"ids": list(ids)}))}


async def archives_page(
    connection: AsyncConnection, user_id: UserId, *, first: int, after: str | None
) -> Page[Archive]:
    place = place_of(after) if after is not None else None
    values = {
        "user_id": user_id,
        "limit": check_first(first) + 1,
        "at": place.created_at if place else None,
        "id": place.id if place else None,
    }
    found = [archive_of(row) for row in await connection.execute(PAGE, values)]
    return page_of(found, [Place(archive.created_at, archive.id) for archive in found], first)
