"""Projects, by id and by page."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.projects import COLUMNS, PRESENT, project_of
from domain.ids import UserId
from domain.pages import Page
from domain.projects.project import Project

# ruff: noqa: S608 - statements are put together of our own words

BY_ID = text(f"SELECT {COLUMNS} FROM projects p WHERE p.id = ANY(:ids) AND {PRESENT}")
PAGE = text(f"""
SELECT {COLUMNS} FROM projects p
 WHERE p.user_id = :user_id AND {PRESENT}
   AND (CAST(:at AS timestamptz) IS NULL OR (p.created_at, p.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
 ORDER BY p.created_at DESC, p.id DESC LIMIT :limit
""")


async def projects_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Project]:
    return {one.id: one for one in map(project_of, await connection.execute(BY_ID, {"ids": list(ids)}))}


async def projects_page(
    connection: AsyncConnection, user_id: UserId, *, first: int, after: str | None
) -> Page[Project]:
    """Newest first."""
    place = place_of(after) if after is not None else None
    values = {
        "user_id": user_id,
        "limit": check_first(first) + 1,
        "at": place.created_at if place else None,
        "id": place.id if place else None,
    }
    found = [project_of(row) for row in await connection.execute(PAGE, values)]
    return page_of(found, [Place(one.created_at, one.id) for one in found], first)
