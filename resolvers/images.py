"""The gallery."""

from collections.abc import Sequence
from dataclasses import replace

from db.queries.images import gallery_page
from domain.errors import InvalidInput, NotFound
from domain.ids import ImageId
from domain.images.gallery import GalleryColumns, GalleryPage, ImageFilter, ImageOrder
from resolvers.context import Context
from resolvers.loaders import ImageView, view_images

FILES = ("storage_key", "thumbnail_key")

MOST_AT_ONCE = 100
"""Images that one mutation takes."""


async def page(
    ctx: Context, wish: ImageFilter, order: ImageOrder, columns: GalleryColumns, *, first: int, after: str | None
) -> GalleryPage:
    """With the addresses of the files whose keys are among the columns."""
    database = ctx.services.database
    found = await gallery_page(database, ctx.user_id, wish, order, columns, first=first, after=after)
    places = [columns.image.index(name) for name in FILES if name in columns.image]
    keys = [row[place] for row in found.rows for place in places]
    return replace(found, urls=await ctx.services.files.sign(keys)) if keys else found


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
