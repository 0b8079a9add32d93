"""The caller's brand: read, edited by hand, confirmed, deleted."""

from dataclasses import replace

from domain.brands import drafting, editing
from domain.brands.editing import BrandEdit
from domain.ids import BrandDraftId, UploadId
from domain.uploads.upload import UploadPurpose
from resolvers.context import Context
from resolvers.loaders import BrandView
from resolvers.uploads import taken_in
from tasks.enqueue import nudge_relays


async def get(ctx: Context) -> BrandView | None:
    return await ctx.loaders.brands.load(ctx.user_id)


async def update(ctx: Context, edit: BrandEdit, *, logo: UploadId | None) -> BrandView | None:
    """As it is then. `logo` is a file to be its logo from now on. Raises `InvalidInput`, and as `taken_in` for the logo."""
    edit = await _with_logo(ctx, edit, logo)
    async with ctx.unit_of_work() as uow:
        await editing.update_brand(uow, ctx.user_id, edit, now=ctx.now())
    nudge_relays(ctx.services.live)
    return await get(ctx)


async def confirm(
    ctx: Context, draft_id: BrandDraftId | None, edit: BrandEdit, *, logo: UploadId | None
) -> BrandView | None:
    """As `update`. Raises `NotFound`, and `Conflict` where there is nothing to confirm, as well."""
    edit = await _with_logo(ctx, edit, logo)
    async with ctx.unit_of_work() as uow:
        await drafting.confirm_brand(uow, ctx.user_id, draft_id, edit, now=ctx.now())
    nudge_relays(ctx.services.live)
    return await get(ctx)


async def delete(ctx: Context) -> bool:
    async with ctx.unit_of_work() as uow:
        deleted = await editing.delete_brand(uow, ctx.user_id, now=ctx.now())
        await uow.outbox.clear_out(ctx.user_id)
    nudge_relays(ctx.services.live)
    return deleted


async def _with_logo(ctx: Context, edit: BrandEdit, logo: UploadId | None) -> BrandEdit:
    """Looked at before anything is written: that takes a while."""
    if logo is None:
        return edit
    (taken,) = await taken_in(ctx, [logo], UploadPurpose.LOGO, field="logoUploadId")
    return replace(edit, logo=taken)
