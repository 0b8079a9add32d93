"""Content sets, by id and by page."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.content_sets import COLUMNS, content_set_of
from domain.content_sets.content_set import ContentSet
from domain.ids import UserId
from domain.pages import Page

# ruff: noqa: S608 - statements are put together of our own words

BY_ID = text(f"SELECT {COLUMNS} FROM content_sets s WHERE s.id = ANY(:ids)")
PAGE = text(f"""
SELECT {COLUMNS} FROM content_sets s
 WHERE s.user_id = :user_id
   AND (CAST(:at AS timestamptz) IS NULL OR (s.created_at, s.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
 ORDER BY s.created_at DESC, s.id DESC LIMIT :limit
""")


async def content_sets_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, ContentSet]:
    return {one.id: one for one in map(content_set_of, await connection.execute(BY_ID, {"ids": list(ids)}))}


async def content_sets_page(
    connection: AsyncConnection, user_id: UserId, *, first: int, after: str | None
) -> Page[ContentSet]:
    """Newest first."""
    place = place_of(after) if after is not None else None
    values = {
        "user_id": user_id,
        "limit": check_first(first) + 1,
        "at": place.created_at if place else None,
        "id": place.id if place else None,
    }
    found = [content_set_of(row) for row in await connection.execute(PAGE, values)]
    return page_of(found, [Place(one.created_at, one.id) for one in found], first)
