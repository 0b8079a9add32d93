"""Drafts of brands, by id and by user."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.brand_drafts import BY_IDS, NEWEST_OF_USERS, draft_of
from domain.brands.draft import BrandDraft

ONES, NEWEST = text(BY_IDS), text(NEWEST_OF_USERS)


async def brand_drafts_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, BrandDraft]:
    return {draft.id: draft for draft in map(draft_of, await connection.execute(ONES, {"ids": list(ids)}))}


async def newest_brand_drafts(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, BrandDraft]:
    """By user: the newest that was neither confirmed nor given up."""
    return {draft.user_id: draft for draft in map(draft_of, await connection.execute(NEWEST, {"ids": list(ids)}))}
