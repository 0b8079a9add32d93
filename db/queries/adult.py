"""An account's standing, read for whoever shows it or asks for adult images."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.safety.policy import AdultAccount, AgeAssurance

BY_ID = text("SELECT id, age_assurance, adult_opted_in_at FROM users WHERE id = ANY(:ids)")


async def adult_accounts_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, AdultAccount]:
    rows = await connection.execute(BY_ID, {"ids": list(ids)})
    return {
        row.id: AdultAccount(age_assurance=AgeAssurance(row.age_assurance), opted_in_at=row.adult_opted_in_at)
        for row in rows
    }
