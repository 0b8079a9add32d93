"""Archives of images, and exports, by id and by page."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.archives import COLUMNS, archive_of
from domain.archives.archive import Archive
from domain.ids import UserId
from domain.pages import Page

IMAGES, EXPORTS = "a.scope = 'IMAGES'", "a.scope <> 'IMAGES'"


def _by_id(of: str) -> TextClause:
    return text(f"SELECT {COLUMNS} FROM archives a WHERE a.id = ANY(:ids) AND {of}")  # noqa: S608 - our own field names


def _page(of: str) -> TextClause:
    return text(f"""
SELECT {COLUMNS} FROM archives a
 WHERE a.user_id = :user_id AND {of}
   AND (CAST(:at AS timestamptz) IS NULL OR (a.created_at, a.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
 ORDER BY a.created_at DESC, a.id DESC LIMIT :limit
""")  # noqa: S608


ARCHIVES_BY_ID, EXPORTS_BY_ID = _by_id(IMAGES), _by_id(EXPORTS)
ARCHIVES_PAGE, EXPORTS_PAGE = _page(IMAGES), _page(EXPORTS)


async def archives_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Archive]:
    return await _found(connection, ARCHIVES_BY_ID, ids)


async def exports_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Archive]:
    return await _found(connection, EXPORTS_BY_ID, ids)


async def archives_page(
    connection: AsyncConnection, user_id: UserId, *, first: int, after: str | None
) -> Page[Archive]:
    return await _paged(connection, ARCHIVES_PAGE, user_id, first=first, after=after)


async def exports_page(connection: AsyncConnection, user_id: UserId, *, first: int, after: str | None) -> Page[Archive]:
    return await _paged(connection, EXPORTS_PAGE, user_id, first=first, after=after)


async def _found(connection: AsyncConnection, by_id: TextClause, ids: Sequence[UUID]) -> dict[UUID, Archive]:
    return {archive.id: archive for archive in map(archive_of, await connection.execute(by_id, {"ids": list(ids)}))}


async def _paged(
    connection: AsyncConnection, page: TextClause, user_id: UserId, *, first: int, after: str | None
) -> Page[Archive]:
    place = place_of(after) if after is not None else None
    values = {
        "user_id": user_id,
        "limit": check_first(first) + 1,
        "at": place.created_at if place else None,
        "id": place.id if place else None,
    }
    found = [archive_of(row) for row in await connection.execute(page, values)]
    return page_of(found, [Place(archive.created_at, archive.id) for archive in found], first)
