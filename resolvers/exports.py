"""Exports: asked for once per key, read, watched, fetched."""

from collections.abc import AsyncGenerator
from uuid import uuid4

from db.codec import ARCHIVE, json_text
from db.queries.archives import exports_by_id, exports_page
from db.unit_of_work import SqlUnitOfWork
from domain.archives.archive import Archive
from domain.archives.exports import request_export
from domain.errors import NotFound
from domain.ids import ArchiveId, SubjectId
from domain.pages import Page
from domain.ports.live import archive_topic
from domain.wishes import Wish, fingerprint
from resolvers.context import Context
from resolvers.once import answer_once_as
from tasks.enqueue import nudge_relays


async def request(ctx: Context, subject_id: SubjectId | None, *, key: str) -> Archive:
    """Of one subject; of everything for None."""

    async def work(uow: SqlUnitOfWork) -> Archive:
        return await request_export(uow, ctx.user_id, subject_id, archive_id=ArchiveId(uuid4()), now=ctx.now())

    said = Wish(key, fingerprint("startExport", json_text([subject_id])))
    export = await answer_once_as(ctx, ARCHIVE, said, work)
    nudge_relays(ctx.services.live)
    return export


async def get(ctx: Context, export_id: ArchiveId) -> Archive:
    export = await ctx.loaders.exports.load(export_id)
    if export is None:
        raise NotFound("There is no such export.")
    return export


async def page(ctx: Context, *, first: int, after: str | None) -> Page[Archive]:
    async with ctx.read() as connection:
        return await exports_page(connection, ctx.user_id, first=first, after=after)


async def news(ctx: Context, export_id: ArchiveId) -> AsyncGenerator[Archive, None]:
    """As it is, then as it changes; ends when it is ready or failed. Raises `NotFound`."""
    told: Archive | None = None
    async with ctx.services.live.watch(archive_topic(export_id)) as inbox:
        while True:
            async with ctx.read() as connection:
                found = (await exports_by_id(connection, [export_id])).get(export_id)
            if found is None:
                raise NotFound("There is no such export.")
            if found != told:
                told = found
                yield found
            if found.finished_at is not None:
                return
            await inbox.take()
