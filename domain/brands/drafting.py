"""A draft of a brand is asked for, begun, asked about once, finished. Each function is one transaction and may be run twice.

Between `begin_draft` and `finish_draft` a worker holds a lease; another takes over when it falls silent. A draft never touches the
brand itself: its owner does, by `confirm_brand`.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.brands.brand import Brand, BrandLook
from domain.brands.draft import (
    BrandDraft,
    BrandDraftStatus,
    BrandSource,
    DraftMaterial,
    DraftResult,
    DraftTask,
)
from domain.brands.editing import BrandEdit, empty_brand, logo_used
from domain.errors import Conflict, NotFound, RateLimited
from domain.ids import BrandDraftId, UserId
from domain.notifications.notification import NewNotification
from domain.notifications.words import brand_not_read, brand_read
from domain.onboarding.service import notice
from domain.ports.unit_of_work import UnitOfWork
from domain.user_events import UserEventKind

MOST_IN_AN_HOUR = 20
"""Drafts that one user may ask for. They cost nothing, and models cost the operator."""
AN_HOUR = timedelta(hours=1)
MAX_TRIES = 3


async def request_draft(
    uow: UnitOfWork,
    user_id: UserId,
    source: BrandSource,
    material: DraftMaterial,
    *,
    draft_id: BrandDraftId,
    now: datetime,
) -> BrandDraft:
    """One that is still being made is given up for it. Raises `RateLimited`."""
    await uow.lock_user(user_id)
    count, first = await uow.brand_drafts.count_since(user_id, now - AN_HOUR)
    if count >= MOST_IN_AN_HOUR and first is not None:
        raise RateLimited(
            f"{MOST_IN_AN_HOUR} drafts were asked for within an hour. Wait, then ask again.",
            retry_after=first + AN_HOUR - now,
        )
    await uow.brand_drafts.cancel(user_id, now=now)
    draft = BrandDraft(
        id=draft_id,
        user_id=user_id,
        source=source,
        status=BrandDraftStatus.QUEUED,
        material=material,
        result=None,
        error_code=None,
        requested_at=now,
        finished_at=None,
        confirmed_at=None,
    )
    await uow.brand_drafts.add(draft)
    await uow.outbox.read_brand(user_id, draft_id)
    await uow.outbox.tell(user_id, UserEventKind.BRAND_CHANGED)
    return draft


async def begin_draft(
    uow: UnitOfWork, user_id: UserId, draft_id: BrandDraftId, *, lease: timedelta, now: datetime
) -> DraftTask | None:
    """None when there is nothing to do."""
    await uow.lock_user(user_id)
    task = await uow.brand_drafts.claim(draft_id, lease=lease)
    if task is not None and task.tries > MAX_TRIES:
        await fail_draft(uow, task, now=now)
        return None
    return task


async def set_asking(uow: UnitOfWork, task: DraftTask, *, is_asking: bool) -> bool:
    """Before a paid call is sent, and once its outcome is known. False where the claim is lost."""
    await uow.lock_user(task.draft.user_id)
    return await uow.brand_drafts.set_asking(task, is_asking=is_asking)


async def put_back(uow: UnitOfWork, task: DraftTask, *, wait: timedelta, counts: bool) -> None:
    await uow.lock_user(task.draft.user_id)
    if await uow.brand_drafts.put_back(task, wait=wait, tries=task.tries if counts else task.tries - 1):
        await uow.outbox.read_brand(task.draft.user_id, task.draft.id, wait=wait)


async def finish_draft(uow: UnitOfWork, task: DraftTask, result: DraftResult, *, now: datetime) -> bool:
    """False when this claim may no longer write."""
    await uow.lock_user(task.draft.user_id)
    if not await uow.brand_drafts.finish(task, result, now=now):
        return False
    await _tell(uow, task.draft, brand_read(task.draft.id), now=now)
    return True


async def fail_draft(uow: UnitOfWork, task: DraftTask, *, now: datetime) -> None:
    await uow.lock_user(task.draft.user_id)
    if await uow.brand_drafts.fail(task, code="INTERNAL", now=now):
        await _tell(uow, task.draft, brand_not_read(task.draft.id), now=now)


async def confirm_brand(
    uow: UnitOfWork, user_id: UserId, draft_id: BrandDraftId | None, edit: BrandEdit, *, now: datetime
) -> Brand:
    """From now on the brand is what was reviewed: the draft's parts, where there is a draft, with the edits on top. A part that the
    draft does not have stays as it is. Raises `NotFound`, `Conflict`, `InvalidInput`."""
    await uow.lock_user(user_id)
    old = await uow.brands.get(user_id)
    look = old.look if old else BrandLook()
    if draft_id is not None:
        look = _over(look, await _ready(uow, draft_id))
        await uow.brand_drafts.confirm(draft_id, now=now)
    elif old is None:
        raise Conflict("There is no brand to confirm yet. Name a draft, or begin one with `updateBrand`.")
    brand = old or empty_brand(user_id, now=now)
    logo = await logo_used(uow, user_id, edit.logo, brand.logo, now=now)
    confirmed = replace(brand, look=edit.of_look(look), logo=logo, reviewed_at=now, updated_at=now)
    await uow.brands.save(confirmed)
    await uow.outbox.tell(user_id, UserEventKind.BRAND_CHANGED)
    await notice(uow, user_id, now=now)
    return confirmed


async def _ready(uow: UnitOfWork, draft_id: BrandDraftId) -> BrandLook:
    draft = await uow.brand_drafts.get(draft_id)
    if draft is None or draft.status is BrandDraftStatus.CANCELLED:
        raise NotFound("There is no such draft.", field="draftId")
    if draft.result is None:
        raise Conflict("This draft is not ready: wait for it, or ask for another one.")
    return draft.result.look


def _over(look: BrandLook, found: BrandLook) -> BrandLook:
    return BrandLook(
        colors=found.colors or look.colors,
        heading_font=found.heading_font or look.heading_font,
        body_font=found.body_font or look.body_font,
        voice=found.voice or look.voice,
        audience=found.audience or look.audience,
    )


async def _tell(uow: UnitOfWork, draft: BrandDraft, told: NewNotification, *, now: datetime) -> None:
    await uow.outbox.tell(draft.user_id, UserEventKind.BRAND_CHANGED)
    await uow.notifications.add(draft.user_id, told, now=now)
