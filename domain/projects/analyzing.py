"""A project is analyzed: requested, begun, asked about once, finished. Each function is one transaction and may be run twice.

As with photos (docs/decisions/0031): between `begin_analysis` and `finish_analysis` a worker holds a lease, and another takes over when
it falls silent. Whoever changes the project, removes stills or withdraws their consent ends what is open, and the claim with it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import RateLimited
from domain.ids import AnalysisId, ProjectId, UserId
from domain.notifications.words import project_analyzed
from domain.personas.analysis import AnalysisStatus, Analyst
from domain.ports.project_analyses import ContentTask
from domain.ports.unit_of_work import UnitOfWork
from domain.projects.content import ContentFound
from domain.projects.project import Project, ProjectAnalysis

MOST_IN_AN_HOUR = 30
"""Analyses that one user may ask for. They cost nothing, and words that are read cost the operator."""

AN_HOUR = timedelta(hours=1)
MAX_TRIES = 3


@dataclass(frozen=True, slots=True)
class ProjectToAnalyze:
    task: ContentTask
    project: Project


async def request_analysis(
    uow: UnitOfWork, user_id: UserId, project_id: ProjectId, *, analysis_id: AnalysisId, now: datetime
) -> Project:
    """One that runs for the same words and stills, or that OpenAI has made of them, stays the answer. Raises `NotFound`, `RateLimited`."""
    await uow.lock_user(user_id)
    project = await uow.projects.get(project_id, user_id)
    if any(one and one.content == project.content and _is_enough(one) for one in (project.newest, project.analysis)):
        return project
    await _check_pace(uow, user_id, now)
    await uow.project_analyses.cancel([project_id], now=now)
    await uow.project_analyses.add(
        ProjectAnalysis(
            id=analysis_id,
            user_id=user_id,
            project_id=project_id,
            content=project.content,
            status=AnalysisStatus.QUEUED,
            result=None,
            error_code=None,
            requested_at=now,
            finished_at=None,
        )
    )
    await uow.outbox.analyze_project(user_id, analysis_id)
    await uow.outbox.project_moved(user_id, project_id)
    return await uow.projects.get(project_id, user_id)


def _is_enough(known: ProjectAnalysis) -> bool:
    """What was only read here is read again: somebody else may read it by now."""
    return known.status.is_open or (known.result is not None and known.result.analyzed_by is Analyst.OPENAI)


async def _check_pace(uow: UnitOfWork, user_id: UserId, now: datetime) -> None:
    count, first = await uow.project_analyses.count_since(user_id, now - AN_HOUR)
    if count >= MOST_IN_AN_HOUR and first is not None:
        raise RateLimited(
            f"{MOST_IN_AN_HOUR} analyses were asked for within an hour. Wait, then ask again.",
            retry_after=first + AN_HOUR - now,
        )


async def begin_analysis(
    uow: UnitOfWork, user_id: UserId, analysis_id: AnalysisId, *, lease: timedelta, now: datetime
) -> ProjectToAnalyze | None:
    """None when there is nothing to do."""
    await uow.lock_user(user_id)
    task = await uow.project_analyses.claim(analysis_id, lease=lease)
    if task is None:
        return None
    project = await uow.projects.find(task.analysis.project_id, user_id)
    if project is None or project.content != task.analysis.content:
        await uow.project_analyses.cancel([task.analysis.project_id], now=now)
        return None
    await uow.outbox.project_moved(user_id, project.id)
    if task.tries > MAX_TRIES:
        await uow.project_analyses.fail(task, code="INTERNAL", now=now)
        return None
    return ProjectToAnalyze(task, project)


async def begin_asking(uow: UnitOfWork, task: ContentTask) -> bool:
    """Before a paid call is sent. False where it must not be: the claim is lost."""
    await uow.lock_user(task.analysis.user_id)
    return await uow.project_analyses.set_asking(task, is_asking=True)


async def end_asking(uow: UnitOfWork, task: ContentTask) -> None:
    """How it ended is known."""
    await uow.lock_user(task.analysis.user_id)
    await uow.project_analyses.set_asking(task, is_asking=False)


async def put_back(uow: UnitOfWork, task: ContentTask, *, wait: timedelta, counts: bool) -> None:
    user_id = task.analysis.user_id
    await uow.lock_user(user_id)
    if await uow.project_analyses.put_back(task, wait=wait, tries=task.tries if counts else task.tries - 1):
        await uow.outbox.analyze_project(user_id, task.analysis.id, wait=wait)
        await uow.outbox.project_moved(user_id, task.analysis.project_id)


async def finish_analysis(uow: UnitOfWork, task: ContentTask, result: ContentFound, *, now: datetime) -> bool:
    """The user is told. False when this claim may no longer write."""
    analysis = task.analysis
    await uow.lock_user(analysis.user_id)
    if not await uow.project_analyses.finish(task, result, now=now):
        return False
    await uow.outbox.project_moved(analysis.user_id, analysis.project_id)
    found = len(result.concepts), len(result.keywords)
    await uow.notifications.add(analysis.user_id, project_analyzed(analysis.id, analysis.project_id, *found), now=now)
    return True


async def fail_analysis(uow: UnitOfWork, task: ContentTask, *, now: datetime) -> None:
    await uow.lock_user(task.analysis.user_id)
    if await uow.project_analyses.fail(task, code="INTERNAL", now=now):
        await uow.outbox.project_moved(task.analysis.user_id, task.analysis.project_id)
