"""A picture that was made is judged before it is kept. While nobody can judge it, it waits: stored, unseen, uncharged, not made again.

    note     a row says where its bytes will lie, which is announced as a removal that is due later  (transaction)
    store    under a name that no image has                   (network)
    stored   the removal is taken back, and the paid call over: the picture is ours   (transaction)

Then the image waits, and whoever takes it up next finds the picture there. A worker that dies before the third step leaves the
call open: the picture is fetched again. What is left of settled images is cleared by `files.purge`. Of a job that was cancelled
nothing is noted any more, and the receipt of a deletion waits for what was announced before it.
"""

import asyncio

import structlog

from domain.calls.service import AttemptEnded
from domain.errors import (
    DomainError,
    NotFound,
    NotJudgedYet,
    ProviderError,
    ProviderMisconfigured,
    ProviderRefused,
    RateLimited,
)
from domain.images.picture import Picture
from domain.images.review import (
    AWAY,
    BY_CONSTRUCTION,
    UnseenPicture,
    decided,
    flags_of,
    unseen_file_of,
    wait_before_review,
)
from domain.jobs.rendering import RenderTask
from domain.models.model import Provider
from domain.ports.image_provider import RenderedImage
from domain.ports.moderation import Moderation, Verdict
from domain.ports.reviews import WaitingPicture
from domain.safety.decisions import Decision
from domain.safety.rules import Rule
from domain.safety.verdicts import rule_of_verdict
from live.ending import outlast
from tasks.calls import GRACE, end_call, insist
from tasks.detection import check_adult_image
from tasks.persistence import persist
from tasks.registry import Services

log = structlog.get_logger("likeness.review")


async def waiting_picture(services: Services, claim: RenderTask) -> UnseenPicture | None:
    """What an earlier attempt made and could not have judged."""
    if claim.image.attempt == 1 or not services.images.cost_money:
        return None
    async with services.unit_of_work(claim.job.user_id) as uow:
        found = await uow.reviews.waiting(claim.job.id, claim.image.index, claim.job.round)
    return await _read(services, found) if found else None


async def reviewed(services: Services, claim: RenderTask, picture: UnseenPicture, signed: RenderedImage) -> Decision:
    """That these bytes may be seen. Outside of any transaction; `finish_image` logs it. Adult images have two judges.

    `signed` is what is looked at, and would be seen. `picture` is what it was before, and is what is kept: it is signed anew
    whenever it is judged. Raises `PictureRefused`, and `NotJudgedYet` while nobody can tell: then the picture is kept, and asked about again.
    """
    decision = await _first_decision(services, claim, picture, signed)
    if claim.job.recipe.adult:
        seen = Picture(signed.data, signed.content_type)
        try:
            await check_adult_image(services, claim.job.user_id, seen)
        except (ProviderRefused, ProviderMisconfigured):
            raise
        except (ProviderError, RateLimited) as error:
            raise await _put_off(services, claim, picture, error) from error
    return decision


async def _first_decision(
    services: Services, claim: RenderTask, picture: UnseenPicture, rendered: RenderedImage
) -> Decision:
    image_id = claim.image.image_id
    if not services.images.cost_money:
        return decided(image_id, rendered, None, judge=BY_CONSTRUCTION, at=services.now())
    if services.moderation is None:
        return decided(image_id, rendered, None, judge=flags_of(rendered.provider), at=services.now())
    try:
        verdict = await _judged(services, services.moderation, rendered)
    except ProviderRefused as error:
        log.warning("a picture could not be judged for what it is, and is refused", detail=error.detail)
        return decided(image_id, rendered, Rule.MODERATED, judge=Provider.OPENAI, at=services.now())
    except (ProviderError, RateLimited) as error:
        raise await _put_off(services, claim, picture, error) from error
    rule = rule_of_verdict(verdict, of_text=False, adult_allowed=claim.job.recipe.adult)
    return decided(image_id, rendered, rule, judge=verdict.judge, at=services.now())


async def _judged(services: Services, moderation: Moderation, rendered: RenderedImage) -> Verdict:
    async with services.breakers.asking(Provider.OPENAI):
        return await moderation.judge_picture(Picture(rendered.data, rendered.content_type))


async def _put_off(services: Services, claim: RenderTask, picture: UnseenPicture, error: DomainError) -> NotJudgedYet:
    """The error to leave with: it waits as told, and costs the image no try."""
    log.warning("a picture waits for its check", code=error.code, detail=getattr(error, "detail", ""))
    await keep_for_later(services, claim, picture)
    told = getattr(error, "retry_after", None)
    return NotJudgedYet(AWAY, retry_after=wait_before_review(claim.image.waits, told))


async def keep_for_later(services: Services, claim: RenderTask, picture: UnseenPicture) -> None:
    """So that the next attempt finds it (`waiting_picture`). Nothing where it is kept already."""
    if picture.is_kept:
        return
    keeping = asyncio.create_task(_keep(services, claim, picture))
    try:
        await asyncio.shield(keeping)
    except asyncio.CancelledError:
        await outlast(keeping, GRACE)  # what was paid for and answered at once can be had nowhere else
        raise


async def _keep(services: Services, claim: RenderTask, picture: UnseenPicture) -> None:
    owner, rendered = claim.job.user_id, picture.rendered
    adult = claim.job.recipe.adult
    file = unseen_file_of(owner, claim.image.image_id, claim.job.round, rendered, adult=adult)
    waiting = WaitingPicture(
        user_id=owner,
        job_id=claim.job.id,
        index=claim.image.index,
        round=claim.job.round,
        key=file.key,
        content_type=rendered.content_type,
        provider=rendered.provider,
        model=rendered.model,
        seed=rendered.seed,
        generation_ms=picture.generation_ms,
        since=services.now(),
        fallback=picture.fallback,
    )

    async def note() -> None:
        async with services.unit_of_work(owner) as uow:
            await uow.lock_user(owner)
            if not await uow.jobs.holds_lease(claim.image):
                raise AttemptEnded
            await uow.reviews.note(waiting)

    async def note_stored() -> None:
        async with services.unit_of_work(owner) as uow:
            await uow.lock_user(owner)
            if await uow.reviews.stored(waiting):
                await end_call(uow, picture.call_id)

    await persist(note)
    await insist(lambda: services.files.put(file, rendered.data))
    await persist(note_stored)


async def _read(services: Services, found: WaitingPicture) -> UnseenPicture | None:
    try:
        data = await insist(lambda: services.files.get(found.key))
    except NotFound:
        log.error("a picture that waited for its check is gone; it is made again", key=found.key)
        async with services.unit_of_work(found.user_id) as uow:
            await uow.lock_user(found.user_id)
            await uow.reviews.forget(found)
        return None
    rendered = RenderedImage(
        data=data, content_type=found.content_type, provider=found.provider, model=found.model, seed=found.seed
    )
    return UnseenPicture(rendered=rendered, generation_ms=found.generation_ms, fallback=found.fallback, is_kept=True)
