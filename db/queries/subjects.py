"""Subjects of whatever kind they are, and what all of them have."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.influencers import influencers_by_id
from db.queries.personas import personas_by_id
from domain.ids import SubjectId
from domain.jobs.subjects import Subject

NAMES = text("SELECT id, name FROM subjects WHERE id = ANY(:ids)")


async def subject_names(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, str]:
    return {row.id: row.name for row in await connection.execute(NAMES, {"ids": list(ids)})}


async def subject_by_id(connection: AsyncConnection, id_: SubjectId) -> Subject | None:
    """An influencer is one question, a persona two. None for one that was deleted."""
    if found := (await influencers_by_id(connection, [id_])).get(id_):
        return found
    return (await personas_by_id(connection, [id_])).get(id_)
