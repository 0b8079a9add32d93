"""The ledger as its owner reads it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.credits import BALANCE
from domain.credits.ledger import Balance, Entry, EntryType
from domain.ids import UserId
from domain.pages import Page

COLUMNS = (
    "id, user_id, number, type, amount, available_after, reserved_after, description, job_id, lora_model_id, created_at"
)
BY_ID = text(f"SELECT {COLUMNS} FROM credit_entries WHERE id = ANY(:ids)")  # noqa: S608 - our own column list
PAGE = text(f"""
SELECT {COLUMNS} FROM credit_entries
 WHERE user_id = :user_id AND number < coalesce(
         (SELECT number FROM credit_entries WHERE user_id = :user_id AND id = CAST(:after AS uuid)), 9223372036854775807)
 ORDER BY number DESC LIMIT :limit
""")  # noqa: S608


async def balance_of(connection: AsyncConnection, user_id: UserId) -> Balance:
    found = (await connection.execute(BALANCE, {"user_id": user_id})).one_or_none()
    return Balance(found[0], found[1], found[2]) if found else Balance(0, 0, 0)


async def entries_page(connection: AsyncConnection, user_id: UserId, *, first: int, after: str | None) -> Page[Entry]:
    """Newest first: by their number, which is the order in which they happened."""
    values = {
        "user_id": user_id,
        "limit": check_first(first) + 1,
        "after": place_of(after).id if after is not None else None,
    }
    found = [_entry_of(row) for row in await connection.execute(PAGE, values)]
    return page_of(found, [Place(entry.created_at, entry.id) for entry in found], first)


async def entries_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Entry]:
    return {entry.id: entry for entry in map(_entry_of, await connection.execute(BY_ID, {"ids": list(ids)}))}


def _entry_of(row: Row[tuple[object, ...]]) -> Entry:
    fields = dict(row._mapping)
    fields["type"] = EntryType(fields["type"])
    return Entry(**fields)
