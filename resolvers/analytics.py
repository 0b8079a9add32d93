"""Events that a frontend tells of, and the figures made of all that happened."""

from collections.abc import Sequence

from db.queries.analytics import counts_of
from domain.analytics.counts import DayRange
from domain.analytics.events import NewClientEvent, recorded
from domain.analytics.figures import StudioFigures, figures_of
from resolvers.context import Context


async def record(ctx: Context, events: Sequence[NewClientEvent]) -> int:
    """Returns how many are new. Each costs a point, for they are kept a while; a second call changes nothing."""
    now = ctx.now()
    found = recorded(events, now=now)
    await ctx.spend(len(found))
    async with ctx.unit_of_work() as uow:
        return await uow.analytics.record(ctx.user_id, found, now=now)


async def figures(ctx: Context, days: DayRange) -> StudioFigures:
    return figures_of(await counts_of(ctx.services.database, ctx.user_id, days))
