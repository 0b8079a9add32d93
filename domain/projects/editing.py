"""Projects are made, changed, given stills and let go. Every function is one transaction.

A still may show a person, so it comes under a live consent, as a photo does, and is removed with a receipt, as photos are.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.archives.service import take_back_archives
from domain.errors import InvalidInput, LimitReached, NotFound
from domain.ids import DeletionId, ProjectId, StillId, UploadId, UserId
from domain.onboarding.service import notice
from domain.ports.unit_of_work import UnitOfWork
from domain.privacy.deletion import Deletion, DeletionReason
from domain.projects.project import MOST_PROJECTS, MOST_STILLS, Project
from domain.projects.words import ProjectWords
from domain.uploads.service import use_uploads
from domain.uploads.upload import TakenUpload
from domain.user_events import UserEventKind


async def create_project(
    uow: UnitOfWork, user_id: UserId, words: ProjectWords, *, project_id: ProjectId, now: datetime
) -> Project:
    """Raises `LimitReached`."""
    await uow.lock_user(user_id)
    if await uow.projects.count(user_id) >= MOST_PROJECTS:
        raise LimitReached(f"There may be {MOST_PROJECTS} projects. Delete one first.", limit=MOST_PROJECTS)
    project = Project(
        id=project_id,
        user_id=user_id,
        title=words.title,
        transcript=words.transcript,
        summary=words.summary,
        stills=(),
        analysis=None,
        created_at=now,
    )
    await uow.projects.add(project)
    await uow.outbox.tell(user_id, UserEventKind.PROJECT_CHANGED, project_id)
    await notice(uow, user_id, now=now)
    return project


async def update_project(
    uow: UnitOfWork, user_id: UserId, project_id: ProjectId, words: ProjectWords, *, now: datetime
) -> Project:
    """An analysis of other words ends. Raises `NotFound`."""
    await uow.lock_user(user_id)
    old = await uow.projects.get(project_id, user_id)
    new = replace(old, title=words.title, transcript=words.transcript, summary=words.summary)
    if new.content == old.content:
        return old
    await uow.projects.change(new)
    await _changed(uow, user_id, project_id, now=now)
    return await uow.projects.get(project_id, user_id)


async def add_stills(
    uow: UnitOfWork,
    user_id: UserId,
    project_id: ProjectId,
    taken: Sequence[TakenUpload],
    still_ids: Sequence[StillId],
    *,
    now: datetime,
) -> Project:
    """All or none. What this project has already from the same upload stays that. Raises `NotFound`, `LimitReached`,
    `UploadExpired`, `InvalidInput` for an upload that is a still of another project."""
    await uow.lock_user(user_id)
    project = await uow.projects.get(project_id, user_id)
    used = await uow.projects.stills_used([one.id for one in taken])
    if any(owner != project_id for owner in used.values()):
        raise InvalidInput("One of these uploads is a still of another project already.", field="uploadIds")
    fresh = {still_id: one for still_id, one in zip(still_ids, taken, strict=True) if one.id not in used}
    if len(project.stills) + len(fresh) > MOST_STILLS:
        raise LimitReached(
            f"A project has at most {MOST_STILLS} stills; this one has {len(project.stills)}. None was added.",
            limit=MOST_STILLS,
        )
    if not fresh:
        return project
    await use_uploads(uow, user_id, list(fresh.values()), field="uploadIds", now=now)
    stills = {still_id: one.id for still_id, one in fresh.items()}
    await uow.projects.add_stills(user_id, project_id, stills, now=now)
    await _changed(uow, user_id, project_id, now=now)
    return await uow.projects.get(project_id, user_id)


def check_upload_ids(upload_ids: Sequence[UploadId]) -> None:
    """Raises `InvalidInput`."""
    if not 1 <= len(upload_ids) <= MOST_STILLS or len(set(upload_ids)) < len(upload_ids):
        raise InvalidInput(f"Name 1 to {MOST_STILLS} uploads, each once.", field="uploadIds")


async def remove_stills(
    uow: UnitOfWork,
    user_id: UserId,
    project_id: ProjectId,
    still_ids: Sequence[StillId],
    *,
    deletion_id: DeletionId,
    now: datetime,
) -> tuple[Project, Deletion]:
    """All or none. What was read out of them goes too. Raises `NotFound`, `InvalidInput`."""
    wanted = list(dict.fromkeys(still_ids))
    if not 1 <= len(wanted) <= MOST_STILLS:
        raise InvalidInput(f"Name 1 to {MOST_STILLS} stills.", field="stillIds")
    await uow.lock_user(user_id)
    project = await uow.projects.get(project_id, user_id)
    if not {still.id for still in project.stills}.issuperset(wanted):
        raise NotFound("One of these stills does not exist. Nothing was removed.", field="stillIds")
    await uow.projects.remove_stills(wanted, now=now)
    if project.analysis and project.analysis.result and project.analysis.result.still_count:
        await uow.project_analyses.empty([project_id], now=now)
    await _changed(uow, user_id, project_id, now=now)
    deletion = await _begin(uow, user_id, DeletionReason.STILLS_REMOVED, len(wanted), deletion_id=deletion_id, now=now)
    return await uow.projects.get(project_id, user_id), deletion


async def delete_project(
    uow: UnitOfWork, user_id: UserId, project_id: ProjectId, *, deletion_id: DeletionId, now: datetime
) -> Deletion:
    """Its words, stills and analyses go; what was made for it stays. Raises `NotFound`, also the second time."""
    await uow.lock_user(user_id)
    project = await uow.projects.get(project_id, user_id)
    await uow.project_analyses.empty([project_id], now=now)
    await uow.projects.delete(project_id, now=now)
    await uow.outbox.project_moved(user_id, project_id)
    count = len(project.stills)
    return await _begin(uow, user_id, DeletionReason.PROJECT_DELETED, count, deletion_id=deletion_id, now=now)


async def _changed(uow: UnitOfWork, user_id: UserId, project_id: ProjectId, *, now: datetime) -> None:
    """What is being analyzed is not there any more."""
    await uow.project_analyses.cancel([project_id], now=now)
    await uow.outbox.project_moved(user_id, project_id)


async def _begin(
    uow: UnitOfWork,
    user_id: UserId,
    reason: DeletionReason,
    still_count: int,
    *,
    deletion_id: DeletionId,
    now: datetime,
) -> Deletion:
    """Exports of everything hold it, and end. A task empties the stills and removes their files (`tasks.privacy`)."""
    deletion = Deletion(
        id=deletion_id,
        user_id=user_id,
        reason=reason,
        consent_id=None,
        persona_ids=(),
        photo_count=still_count,
        image_count=0,
        job_count=0,
        credits_released=0,
        archive_count=await take_back_archives(uow, user_id, [], with_images=False),
        requested_at=now,
    )
    await uow.deletions.add(deletion)
    await uow.outbox.delete_likeness(user_id, deletion.id)
    return deletion
