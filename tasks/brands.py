"""A draft of a brand is made: by our own rules, and by one question to a model that sees, where there is one.

As analyses of photos are (docs/decisions/0031): whatever becomes of the question, there is a draft, and it says who made it. A question
whose outcome nobody knows is not asked again: it may have been paid for.
"""

import asyncio
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import structlog

from domain.brands import drafting
from domain.brands.draft import DraftResult, DraftTask, LocalBrandBecause
from domain.brands.drafting import MAX_TRIES
from domain.brands.reading import MOST_PICTURES, BrandVerdict, UnfitBrand, made_here, made_there, question_about
from domain.errors import NotFound, ProviderError, RateLimited
from domain.ids import BrandDraftId, UserId
from domain.images.picture import Picture
from domain.models.model import Ability
from domain.models.routing import Need
from tasks.asking import PAUSE, WaitAndAskAgain, asked_once, because_of, hold
from tasks.persistence import persist
from tasks.registry import Services, task

log = structlog.get_logger("likeness.brands")


@task("brands.read", queue="analyses")
async def read_brand(services: Services, *, user_id: str, draft_id: str) -> None:
    """Where somebody else has it, or it has ended, nothing is done."""
    owner, draft = UserId(UUID(user_id)), BrandDraftId(UUID(draft_id))
    structlog.contextvars.bind_contextvars(draft_id=draft_id)
    if services.reading_brands.locked() or services.leases.draining:
        return
    async with services.reading_brands:
        claim = await persist(lambda: _begin(services, owner, draft))
        if claim is None:
            services.wake_relay()
            return
        working = asyncio.create_task(_make(services, claim))
        await hold(services, working, lambda: _pulse(services, claim))
        await persist(lambda: _settle(services, claim, working))
    services.wake_relay()


async def _begin(services: Services, owner: UserId, draft_id: BrandDraftId) -> DraftTask | None:
    async with services.unit_of_work(owner) as uow:
        return await drafting.begin_draft(uow, owner, draft_id, lease=services.leases.lease, now=services.now())


async def _pulse(services: Services, claim: DraftTask) -> bool:
    async with services.unit_of_work(claim.draft.user_id) as uow:
        return await uow.brand_drafts.beat(claim, lease=services.leases.lease)


async def _make(services: Services, claim: DraftTask) -> DraftResult:
    """Raises `WaitAndAskAgain`."""
    material = claim.draft.material

    def here(because: LocalBrandBecause) -> DraftResult:
        return made_here(material, because=because)

    if not services.words:
        return here(LocalBrandBecause.NOT_CONFIGURED)
    if claim.is_asking:
        log.warning("a question about a brand was begun and nobody knows its outcome; it is not asked again")
        return here(LocalBrandBecause.OUTCOME_UNKNOWN)
    try:
        verdict, model = await _verdict(services, claim)
        return made_there(verdict, here(LocalBrandBecause.UNFIT_ANSWER), material, model=model)
    except UnfitBrand as unfit:
        log.warning("a reading of a brand was not taken", reason=str(unfit))
        return here(LocalBrandBecause.UNFIT_ANSWER)
    except (ProviderError, RateLimited) as error:
        requested_at, now = claim.draft.requested_at, services.now()
        because = because_of(error, requested_at=requested_at, now=now, tries=claim.tries, most_tries=MAX_TRIES)
        return here(LocalBrandBecause(because))


async def _verdict(services: Services, claim: DraftTask) -> tuple[BrandVerdict, str]:
    """Raises the provider's errors. How a call ended that was sent is written down, unless nobody knows it."""
    user_id, pictures = claim.draft.user_id, await _pictures(services, claim)
    need = Need(ability=Ability.SEE, references=len(pictures)) if pictures else Need(ability=Ability.WRITE)
    model, words = services.words.asked(need, today=services.now().date())
    question = question_about(claim.draft.material, pictures, asker=sha256(str(user_id).encode()).hexdigest())
    verdict = await asked_once(
        services,
        model.provider,
        lambda: words.answer(question),
        begin=lambda: _asking(services, claim, is_asking=True),
        end=lambda: _asking(services, claim, is_asking=False),
    )
    return verdict, model.key


async def _pictures(services: Services, claim: DraftTask) -> list[Picture]:
    """Those that are still there: what nothing uses goes after a day."""
    found = []
    for file in claim.draft.material.pictures[:MOST_PICTURES]:
        try:
            found.append(Picture(await services.files.get(file.key), file.content_type))
        except NotFound:
            log.info("a picture of a brand is gone")
    return found


async def _asking(services: Services, claim: DraftTask, *, is_asking: bool) -> bool:
    async with services.unit_of_work(claim.draft.user_id) as uow:
        return await drafting.set_asking(uow, claim, is_asking=is_asking)


async def _settle(services: Services, claim: DraftTask, working: asyncio.Task[DraftResult]) -> None:
    """What was let go of is not ours any more."""
    if working.cancelled() and not services.leases.draining:
        return
    async with services.unit_of_work(claim.draft.user_id) as uow:
        match None if working.cancelled() else working.exception():
            case _ if working.cancelled():
                await drafting.put_back(uow, claim, wait=timedelta(), counts=False)
            case None:
                is_kept = await drafting.finish_draft(uow, claim, working.result(), now=services.now())
                log.info("a brand was read" if is_kept else "a draft of a brand came too late")
            case WaitAndAskAgain() as again:
                await drafting.put_back(uow, claim, wait=again.wait, counts=again.counts)
            case error if claim.tries < MAX_TRIES:
                log.warning("a draft of a brand failed; it is tried again", exc_info=error)
                await drafting.put_back(uow, claim, wait=PAUSE * claim.tries, counts=True)
            case error:
                log.error("a draft of a brand was given up", exc_info=error)
                await drafting.fail_draft(uow, claim, now=services.now())
