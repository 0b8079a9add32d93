"""The ledger as its owner reads it."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.credits import BALANCE
from domain.credits.ledger import Balance, Entry, EntryType
from domain.ids import UserId
from domain.pages import Page

PAGE = text("""
SELECT id, user_id, number, type, amount, available_after, reserved_after, description, job_id, created_at
  FROM credit_entries
 WHERE user_id = :user_id AND number < coalesce(
         (SELECT number FROM credit_entries WHERE user_id = :user_id AND id = CAST(:after AS uuid)), 9223372036854775807)
 ORDER BY number DESC LIMIT :limit
""")


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
    found = []
    for row in await connection.execute(PAGE, values):
        fields = dict(row._mapping)
        fields["type"] = EntryType(fields["type"])
        found.append(Entry(**fields))
    return page_of(found, [Place(entry.created_at, entry.id) for entry in found], first)
