"""What all subjects have, of whatever kind they are."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

NAMES = text("SELECT id, name FROM subjects WHERE id = ANY(:ids)")


async def subject_names(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, str]:
    return {row.id: row.name for row in await connection.execute(NAMES, {"ids": list(ids)})}
