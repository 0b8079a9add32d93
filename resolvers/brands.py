"""The caller's brand: read, edited by hand, deleted."""

from domain.brands import editing
from domain.brands.editing import BrandEdit
from resolvers.context import Context
from resolvers.loaders import BrandView
from tasks.enqueue import nudge_relays


async def get(ctx: Context) -> BrandView | None:
    return await ctx.loaders.brands.load(ctx.user_id)


async def update(ctx: Context, edit: BrandEdit) -> BrandView | None:
    """As it is then. Raises `InvalidInput`."""
    async with ctx.unit_of_work() as uow:
        await editing.update_brand(uow, ctx.user_id, edit, now=ctx.now())
    return await get(ctx)


async def delete(ctx: Context) -> bool:
    async with ctx.unit_of_work() as uow:
        deleted = await editing.delete_brand(uow, ctx.user_id, now=ctx.now())
    nudge_relays(ctx.services.live)
    return deleted
