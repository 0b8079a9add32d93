"""The gallery."""

from collections.abc import Sequence

from db.queries.images import images_page
from domain.errors import InvalidInput, NotFound
from domain.ids import ImageId
from domain.images.gallery import ImageFilter, ImageOrder
from domain.pages import Page
from resolvers.context import Context
from resolvers.loaders import ImageView, view_images

MOST_AT_ONCE = 100
"""Images that one mutation takes."""


async def page(ctx: Context, wish: ImageFilter, order: ImageOrder, *, first: int, after: str | None) -> Page[ImageView]:
    async with ctx.read() as connection:
        found = await images_page(connection, ctx.user_id, wish, order, first=first, after=after)
    return Page(await view_images(ctx.services.files, found.items), found.cursors, found.has_next)


async def get(ctx: Context, image_id: ImageId) -> ImageView:
    view = await ctx.loaders.images.load(image_id)
    if view is None:
        raise NotFound("There is no such image.")
    return view


async def like(ctx: Context, image_ids: Sequence[ImageId], *, liked: bool) -> list[ImageView]:
    """All or none of them. Raises `NotFound` when one is not there."""
    wanted = list(dict.fromkeys(image_ids))
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise InvalidInput(f"Name 1 to {MOST_AT_ONCE} images.", field="imageIds")
    async with ctx.unit_of_work() as uow:
        await uow.lock_user(ctx.user_id)
        images = await uow.images.set_liked(wanted, liked=liked)
        if len(images) < len(wanted):
            raise NotFound("One of these images does not exist. Nothing was changed.")
    return await view_images(ctx.services.files, images)
