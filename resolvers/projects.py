"""Projects: made, changed, given stills, analyzed, watched, let go."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from uuid import uuid4

from db.queries.projects import projects_by_id, projects_page
from domain.errors import InvalidInput, NotFound
from domain.ids import AnalysisId, DeletionId, ProjectId, StillId, UploadId
from domain.pages import Page
from domain.ports.live import project_topic
from domain.privacy.deletion import Deletion
from domain.projects import editing
from domain.projects.analyzing import request_analysis
from domain.projects.project import Project
from domain.projects.words import ProjectWords, check_told, judged_words, words_of
from domain.uploads.consent import check_consent
from domain.uploads.upload import UploadPurpose
from resolvers.context import Context
from resolvers.moderation import Judgement, moderated, with_judgement
from resolvers.safety import refusals_logged
from resolvers.uploads import taken_in
from tasks.enqueue import nudge_relays

MOST_AT_ONCE = 50
"""Projects of one page: each may bring a whole transcript along."""


async def create(ctx: Context, words: ProjectWords) -> Project:
    async with refusals_logged(ctx):
        judgement = await _checked(ctx, "createProject", words)
        async with ctx.unit_of_work() as uow:
            project_id, now = ProjectId(uuid4()), ctx.now()
            return await with_judgement(
                ctx,
                uow,
                judgement,
                lambda uow: editing.create_project(uow, ctx.user_id, words, project_id=project_id, now=now),
            )


async def update(
    ctx: Context, project_id: ProjectId, *, title: str | None, transcript: str | None, summary: str | None
) -> Project:
    """None leaves as it is; an empty text takes away."""
    old = await get(ctx, project_id)
    words = words_of(
        old.title if title is None else title,
        old.transcript if transcript is None else transcript,
        old.summary if summary is None else summary,
    )
    async with refusals_logged(ctx):
        judgement = await _checked(ctx, "updateProject", words)
        async with ctx.unit_of_work() as uow:
            project = await with_judgement(
                ctx,
                uow,
                judgement,
                lambda uow: editing.update_project(uow, ctx.user_id, project_id, words, now=ctx.now()),
            )
    nudge_relays(ctx.services.live)
    return project


async def _checked(ctx: Context, operation: str, words: ProjectWords) -> Judgement:
    await asyncio.to_thread(check_told, operation, words)
    return await moderated(ctx, judged_words(operation, words))


async def delete(ctx: Context, project_id: ProjectId) -> Deletion:
    async with ctx.unit_of_work() as uow:
        deletion = await editing.delete_project(
            uow, ctx.user_id, project_id, deletion_id=DeletionId(uuid4()), now=ctx.now()
        )
    nudge_relays(ctx.services.live)
    return deletion


async def add_stills(ctx: Context, project_id: ProjectId, upload_ids: Sequence[UploadId]) -> Project:
    """Whose project it is, and a live consent, are asked before any file is looked at."""
    editing.check_upload_ids(upload_ids)
    await get(ctx, project_id)
    async with ctx.unit_of_work() as uow:
        await check_consent(uow, ctx.user_id, UploadPurpose.PROJECT_STILL)
    taken = await taken_in(ctx, upload_ids, UploadPurpose.PROJECT_STILL, field="uploadIds")
    async with ctx.unit_of_work() as uow:
        ids = [StillId(uuid4()) for _ in taken]
        project = await editing.add_stills(uow, ctx.user_id, project_id, taken, ids, now=ctx.now())
    nudge_relays(ctx.services.live)
    return project


async def remove_stills(ctx: Context, project_id: ProjectId, still_ids: Sequence[StillId]) -> tuple[Project, Deletion]:
    async with ctx.unit_of_work() as uow:
        done = await editing.remove_stills(
            uow, ctx.user_id, project_id, still_ids, deletion_id=DeletionId(uuid4()), now=ctx.now()
        )
    nudge_relays(ctx.services.live)
    return done


async def analyze(ctx: Context, project_id: ProjectId) -> Project:
    """Returns once it is asked for: a worker does it."""
    async with ctx.unit_of_work() as uow:
        project = await request_analysis(uow, ctx.user_id, project_id, analysis_id=AnalysisId(uuid4()), now=ctx.now())
    nudge_relays(ctx.services.live)
    return project


async def get(ctx: Context, project_id: ProjectId) -> Project:
    project = await ctx.loaders.projects.load(project_id)
    if project is None:
        raise NotFound("There is no such project.", field="projectId")
    return project


async def page(ctx: Context, *, first: int, after: str | None) -> Page[Project]:
    if not 1 <= first <= MOST_AT_ONCE:
        raise InvalidInput(f"A page of projects has 1 to {MOST_AT_ONCE} items.", field="first")
    async with ctx.read() as connection:
        return await projects_page(connection, ctx.user_id, first=first, after=after)


async def news(ctx: Context, project_id: ProjectId) -> AsyncGenerator[Project, None]:
    """As it is, then as it changes; ends when nothing is being analyzed. Raises `NotFound`, also once it is deleted."""
    told: Project | None = None
    async with ctx.services.live.watch(project_topic(project_id)) as inbox:
        while True:
            async with ctx.read() as connection:
                found = (await projects_by_id(connection, [project_id])).get(project_id)
            if found is None:
                raise NotFound("There is no such project.", field="projectId")
            if found != told:
                told = found
                yield found
            if found.newest is None or not found.newest.status.is_open:
                return
            await inbox.take()
