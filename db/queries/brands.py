"""Brands by their users."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.repositories.brands import BY_USERS, brand_of
from domain.brands.brand import Brand

QUERY = text(BY_USERS)


async def brands_by_user(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Brand]:
    return {brand.user_id: brand for brand in map(brand_of, await connection.execute(QUERY, {"ids": list(ids)}))}
