"""Archives: asked for once per key, read, fetched."""

from collections.abc import Sequence
from uuid import uuid4

from db.codec import ARCHIVE, json_text
from db.queries.archives import archives_page
from db.queries.images import fitting_ids
from db.unit_of_work import SqlUnitOfWork
from domain.archives.archive import Archive, ArchiveStatus
from domain.archives.service import MOST_IMAGES, request_archive
from domain.errors import InvalidInput, NotFound
from domain.ids import ArchiveId, ImageId
from domain.images.gallery import AdultFilter, ImageFilter
from domain.pages import Page
from domain.ports.object_store import Download
from domain.wishes import Wish, fingerprint
from resolvers.context import Context
from resolvers.once import answer_once_as
from tasks.enqueue import nudge_relays


async def request(ctx: Context, image_ids: Sequence[ImageId] | None, wish: ImageFilter | None, *, key: str) -> Archive:
    """Of the images named, or of all that fit a filter now."""
    if (image_ids is None) == (wish is None):
        raise InvalidInput("Give either `imageIds` or `filter`.", field="imageIds")
    if wish is not None and wish.adult is not AdultFilter.EXCLUDE:
        raise InvalidInput("Adult images are not packed. Fetch them one by one.", field="filter.adult")
    said = Wish(key, fingerprint("requestArchive", json_text([image_ids, wish])))
    named = image_ids if wish is None else await _fitting(ctx, wish)

    async def work(uow: SqlUnitOfWork) -> Archive:
        return await request_archive(
            uow,
            ctx.user_id,
            named or (),
            archive_id=ArchiveId(uuid4()),
            field="imageIds" if wish is None else "filter",
            now=ctx.now(),
        )

    archive = await answer_once_as(ctx, ARCHIVE, said, work)
    nudge_relays(ctx.services.live)
    return archive


async def _fitting(ctx: Context, wish: ImageFilter) -> Sequence[ImageId]:
    """One more than an archive holds, where there are as many."""
    return await fitting_ids(ctx.services.database, ctx.user_id, wish, limit=MOST_IMAGES + 1)


async def get(ctx: Context, archive_id: ArchiveId) -> Archive:
    archive = await ctx.loaders.archives.load(archive_id)
    if archive is None:
        raise NotFound("There is no such archive.")
    return archive


async def page(ctx: Context, *, first: int, after: str | None) -> Page[Archive]:
    async with ctx.read() as connection:
        return await archives_page(connection, ctx.user_id, first=first, after=after)


async def url(ctx: Context, archive: Archive) -> str | None:
    """None while there is nothing to fetch, or not any more."""
    if archive.status is not ArchiveStatus.READY or archive.storage_key is None:
        return None
    if archive.expires_at is not None and archive.expires_at <= ctx.now():
        return None
    return await ctx.loaders.downloads.load(Download(archive.storage_key, archive.file_name))
