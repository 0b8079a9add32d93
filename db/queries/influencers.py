"""Influencers by id and by page."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.influencers import COLUMNS, FROM, PRESENT, influencer_of
from domain.ids import UserId
from domain.influencers.influencer import Influencer
from domain.pages import Page

BY_ID = text(f"SELECT {COLUMNS} {FROM} WHERE i.subject_id = ANY(:ids) AND {PRESENT}")
PAGE = text(f"""
SELECT {COLUMNS} {FROM}
 WHERE s.user_id = :user_id AND s.type = 'INFLUENCER' AND {PRESENT}
   AND (CAST(:at AS timestamptz) IS NULL OR (s.created_at, s.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
 ORDER BY s.created_at DESC, s.id DESC LIMIT :limit
""")


async def influencers_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Influencer]:
    rows = await connection.execute(BY_ID, {"ids": list(ids)})
    return {influencer.id: influencer for influencer in map(influencer_of, rows)}


async def influencers_page(
    connection: AsyncConnection, user_id: UserId, *, first: int, after: str | None
) -> Page[Influencer]:
    place = place_of(after) if after is not None else None
    values = {
        "user_id": user_id,
        "limit": check_first(first) + 1,
        "at": place.created_at if place else None,
        "id": place.id if place else None,
    }
    found = [influencer_of(row) for row in await connection.execute(PAGE, values)]
    return page_of(found, [Place(influencer.created_at, influencer.id) for influencer in found], first)
