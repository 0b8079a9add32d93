"""Balance and ledger."""

from db.queries.credits import balance_of, entries_page
from domain.credits.ledger import Balance, Entry
from domain.pages import Page
from resolvers.context import Context


async def balance(ctx: Context) -> Balance:
    async with ctx.read() as connection:
        return await balance_of(connection, ctx.user_id)


async def entries(ctx: Context, *, first: int, after: str | None) -> Page[Entry]:
    async with ctx.read() as connection:
        return await entries_page(connection, ctx.user_id, first=first, after=after)
