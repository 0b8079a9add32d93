"""Threads of thumbnails: read, and finalised. They begin and go on with jobs (`resolvers.jobs`)."""

from db.queries.thumbnails import threads_page
from domain.errors import NotFound
from domain.ids import ProjectId, SubjectId, ThreadId, VersionId
from domain.pages import Page
from domain.thumbnails import service
from domain.thumbnails.thread import ThumbnailThread
from resolvers.context import Context


async def thread(ctx: Context, thread_id: ThreadId) -> ThumbnailThread:
    found = await ctx.loaders.threads.load(thread_id)
    if found is None:
        raise NotFound("There is no such thread.")
    return found


async def page(
    ctx: Context, subject_id: SubjectId | None, project_id: ProjectId | None, *, first: int, after: str | None
) -> Page[ThumbnailThread]:
    async with ctx.read() as connection:
        return await threads_page(
            connection, ctx.user_id, subject_id=subject_id, project_id=project_id, first=first, after=after
        )


async def finalize(ctx: Context, thread_id: ThreadId, version_id: VersionId) -> ThumbnailThread:
    async with ctx.unit_of_work() as uow:
        return await service.finalize(uow, ctx.user_id, thread_id, version_id)
