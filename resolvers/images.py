"""The gallery."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from db.queries.images import gallery_page
from db.repositories.images import provenance_from
from domain.errors import NotFound
from domain.ids import ImageId, JobId, SubjectId
from domain.images import deletion
from domain.images.deletion import Deletion
from domain.images.gallery import GalleryColumns, GalleryPage, ImageFilter, ImageOrder
from domain.images.naming import file_name
from domain.images.provenance import Provenance
from domain.jobs.job import JobKind
from domain.ports.object_store import Download
from domain.trainings.retrain import suggest_retrains
from domain.user_events import UserEventKind
from resolvers.context import Context
from resolvers.loaders import ImageView, view_images

FILES = ("storage_key", "thumbnail_key")


async def page(
    ctx: Context, wish: ImageFilter, order: ImageOrder, columns: GalleryColumns, *, first: int, after: str | None
) -> GalleryPage:
    """With the addresses of the files whose keys are among the columns."""
    database = ctx.services.database
    sees_adult = ctx.adult_offer.is_open
    found = await gallery_page(
        database, ctx.user_id, wish, order, columns, first=first, after=after, sees_adult=sees_adult
    )
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
    wanted = deletion.named_once(image_ids)
    async with ctx.unit_of_work() as uow:
        await uow.lock_user(ctx.user_id)
        images = await uow.images.set_liked(wanted, liked=liked)
        if len(images) < len(wanted):
            raise deletion.not_there(image_ids, {image.id for image in images}, "Nothing was changed.")
        await uow.outbox.tell(ctx.user_id, UserEventKind.IMAGES_CHANGED, *wanted)
        if liked:
            subjects = list(dict.fromkeys(image.subject_id for image in images))
            await suggest_retrains(uow, ctx.user_id, subjects, now=ctx.now())
    return await view_images(ctx.services.files, images)


async def delete(ctx: Context, image_ids: Sequence[ImageId]) -> Deletion:
    async with ctx.unit_of_work() as uow:
        return await deletion.delete_images(uow, ctx.user_id, image_ids, grace=ctx.services.image_grace, now=ctx.now())


async def restore(ctx: Context, image_ids: Sequence[ImageId]) -> list[ImageView]:
    async with ctx.unit_of_work() as uow:
        images = await deletion.restore_images(uow, ctx.user_id, image_ids, now=ctx.now())
    return await view_images(ctx.services.files, images)


async def record_download(ctx: Context, image_id: ImageId) -> ImageView:
    """Each call counts one."""
    async with ctx.unit_of_work() as uow:
        await uow.lock_user(ctx.user_id)
        image = await uow.images.count_download(image_id)
    return (await view_images(ctx.services.files, [image]))[0]


async def references(ctx: Context, job_id: JobId, index: int) -> list[ImageView]:
    """What the model was shown, but for what was deleted."""
    job = await ctx.loaders.jobs.load(job_id)
    if job is None:
        return []
    shown = [ImageId(id_) for id_ in (job.recipe.base_image_id, *job.recipe.reference_images_of(index)) if id_]
    views = await ctx.loaders.images.load_many(shown)
    return [view for view in views if view]


def provenance_of(kept: Provenance | str | None) -> Provenance | None:
    """As an image has it, or as a page's row has."""
    return provenance_from(kept) if isinstance(kept, str) else kept


async def download_url(
    ctx: Context, key: str, subject_id: SubjectId, kind: JobKind, created_at: datetime, *, index: int, content_type: str
) -> str:
    subject_name = await ctx.loaders.subject_names.load(subject_id) or ""
    name = file_name(subject_name, kind, created_at, number=index + 1, content_type=content_type)
    return await ctx.loaders.downloads.load(Download(key, name))
