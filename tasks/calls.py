"""An image made by a provider that is paid: intend, submit once, wait, fetch. Whoever takes over goes on where it was left.

    intend   a row says that a call is about to be made             (transaction)
    submit   one POST; its number is kept before anyone waits       (network, then transaction)
    wait     ask now and then, and at once when a webhook told      (network)
    fetch    the picture, at once: providers keep it for minutes    (network)

A worker that dies anywhere leaves a row that says where. A webhook never decides anything: it only ends a pause.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import structlog

from domain.calls import service as calls
from domain.calls.call import CallState, ProviderCall
from domain.errors import (
    DomainError,
    ImageNotMade,
    NotFound,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
)
from domain.ids import CallId, UserId
from domain.jobs.rendering import RenderTask
from domain.models.model import Model
from domain.ports.image_provider import (
    ImageProvider,
    OnPreview,
    OnProgress,
    QueuedImageProvider,
    Ready,
    RenderedImage,
    RenderRequest,
    Running,
    Submitted,
    unseen,
)
from domain.ports.unit_of_work import UnitOfWork
from live.ending import outlast
from tasks.persistence import persist
from tasks.registry import Services, task

T = TypeVar("T")

log = structlog.get_logger("likeness.calls")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 3.0  # seconds between two questions
SETTLING = timedelta(seconds=5)
"""How long after a call its provider may not know it yet: that its parts agree at once is nowhere promised."""

PAUSES = (0.5, 2.0, 5.0)  # seconds before what was paid for is fetched, or stored, once more

GRACE = timedelta(seconds=5)
"""How long what was under way when its image was given up may still take: to tell its number, to write down its end."""

CANCEL_LIMIT = timedelta(seconds=10)


async def paid_image(
    services: Services,
    claim: RenderTask,
    request: RenderRequest,
    model: Model,
    provider: QueuedImageProvider,
    *,
    on_progress: OnProgress,
    fallback: str | None = None,
) -> tuple[RenderedImage, CallId]:
    """Raises what the provider raised, `OutcomeUnknown`, and `AttemptEnded`. The call is open still: see `end_call`."""
    found = await _open_call(services, claim, can_be_told=services.webhooks is not None)
    if found is None:
        call, submitted = await _submit(services, claim, request, model, provider, fallback=fallback)
    else:
        log.info("going on with a call of an earlier attempt", call_id=str(found.id), model=found.model)
        call, submitted = found, _number_of(found)
    async with _ended_by_its_errors(services, call):
        await _until_ready(services, call, submitted, provider, on_progress)
        return await insist(lambda: provider.fetch(submitted, request)), call.id


async def answered_image(
    services: Services,
    claim: RenderTask,
    request: RenderRequest,
    model: Model,
    provider: ImageProvider,
    *,
    on_progress: OnProgress,
    on_preview: OnPreview = unseen,
) -> tuple[RenderedImage, CallId]:
    """By a provider that answers the call with the picture: there is no number to find it by, so what breaks off is lost."""
    await _open_call(services, claim, can_be_told=False)
    async with services.breakers.asking(model.provider):
        call = await _intend(services, claim, model, endpoint=model.endpoint)
        try:
            async with _ended_by_its_errors(services, call):
                return await provider.render(request, on_progress=on_progress, on_preview=on_preview), call.id
        except asyncio.CancelledError:
            ending = asyncio.create_task(_end(services, call, CallState.CANCELLED, code="CANCELLED"))
            await outlast(ending, GRACE)  # broken off by us: not one of those that were lost
            raise


async def call_in_use(services: Services, claim: RenderTask) -> ProviderCall | None:
    """Of the call this image waits for already: whoever goes on asks the same. What nobody here can ask any more is lost."""
    async with services.unit_of_work(claim.job.user_id) as uow:
        call = await uow.calls.open_of(claim.job.id, claim.image.index)
        if call is None or call.request_id is None:
            return None
        if services.images.queue_of(call.model):
            return call
        log.warning("a call is lost: its provider is not configured any more", model=call.model)
        await uow.calls.end(call.id, CallState.LOST, code="PROVIDER_GONE")
    return None


async def end_call(uow: UnitOfWork, call_id: CallId | None) -> None:
    """In the transaction that keeps the image."""
    if call_id is not None:
        await uow.calls.end(call_id, CallState.DONE)


async def give_up_waiting(services: Services, claim: RenderTask) -> None:
    """It took longer than an image may take. The provider is told, and the next try makes a new call."""
    async with services.unit_of_work(claim.job.user_id) as uow:
        call = await uow.calls.open_of(claim.job.id, claim.image.index)
    if call is not None and call.submitted is not None:
        await _cancel(services, call, call.submitted)
        await _end(services, call, CallState.FAILED, code="TIMED_OUT")


async def drop_unwanted(services: Services, claim: RenderTask) -> None:
    """The making of an image was broken off. If that is because nobody wants it, the provider is told."""
    async with services.unit_of_work(claim.job.user_id) as uow:
        call = await uow.calls.open_of(claim.job.id, claim.image.index)
    if call is not None:
        await cancel_call(services, user_id=str(call.user_id), call_id=str(call.id))


@task("calls.cancel", queue="upkeep")
async def cancel_call(services: Services, *, user_id: str, call_id: str) -> None:
    """Only where its image is settled. Twice is once."""
    owner, wanted = UserId(UUID(user_id)), CallId(UUID(call_id))
    async with services.unit_of_work(owner) as uow:
        call = await calls.unwanted_call(uow, owner, wanted)
    if call is None:
        return
    state = CallState.LOST
    if call.submitted is not None:
        await _cancel(services, call, call.submitted)
        state = CallState.CANCELLED
    async with services.unit_of_work(owner) as uow:
        await uow.calls.end(call.id, state, code="CANCELLED")


async def _open_call(services: Services, claim: RenderTask, *, can_be_told: bool) -> ProviderCall | None:
    async def transaction() -> ProviderCall | None:
        async with services.unit_of_work(claim.job.user_id) as uow:
            return await calls.open_call(uow, claim, can_be_told=can_be_told, now=services.now())

    return await persist(transaction)


async def _intend(
    services: Services, claim: RenderTask, model: Model, *, endpoint: str, fallback: str | None = None
) -> ProviderCall:
    call_id, now = CallId(uuid4()), services.now()
    async with services.unit_of_work(claim.job.user_id) as uow:
        return await calls.intend(uow, claim, model, endpoint=endpoint, call_id=call_id, now=now, fallback=fallback)


async def _submit(
    services: Services,
    claim: RenderTask,
    request: RenderRequest,
    model: Model,
    provider: QueuedImageProvider,
    *,
    fallback: str | None,
) -> tuple[ProviderCall, Submitted]:
    async with services.breakers.asking(model.provider):
        call = await _intend(services, claim, model, endpoint=provider.endpoint_of(model.key), fallback=fallback)
        submitting = asyncio.create_task(_submit_and_keep(services, call, request, provider))
        try:
            return call, await asyncio.shield(submitting)
        except asyncio.CancelledError:
            await outlast(submitting, GRACE)  # a number, or a refusal, that is not kept is a call lost
            raise


async def _submit_and_keep(
    services: Services, call: ProviderCall, request: RenderRequest, provider: QueuedImageProvider
) -> Submitted:
    webhook = services.webhooks.address_of(call) if services.webhooks else None
    async with _ended_by_its_errors(services, call):
        submitted = await provider.submit(request, webhook=webhook)

    async def keep() -> bool:
        async with services.unit_of_work(call.user_id) as uow:
            return await uow.calls.submit(call.id, request_id=submitted.request_id)

    if not await persist(keep):
        log.warning("an answer came after its call was given up; it is cancelled", request_id=submitted.request_id)
        await _cancel(services, call, submitted)
        raise calls.AttemptEnded
    return submitted


def _number_of(call: ProviderCall) -> Submitted:
    if call.submitted is None:
        raise AssertionError("open_call gives no call without a number")
    return call.submitted


async def _until_ready(
    services: Services,
    call: ProviderCall,
    submitted: Submitted,
    provider: QueuedImageProvider,
    on_progress: OnProgress,
) -> None:
    """A question that fails is asked again: what was paid for is not given up because the line was bad."""
    pause = FIRST_PAUSE
    with services.hints.of(call.id) as hint:
        while True:
            wait = pause
            try:
                match await provider.check(submitted):
                    case Ready():
                        return
                    case Running(percent=int(percent)):
                        on_progress(percent)
                    case _:
                        pass
            except NotFound:
                if services.now() - call.intended_at > SETTLING:
                    raise
            except (ProviderUnavailable, RateLimited) as error:
                wait = max(pause, error.retry_after.total_seconds() if error.retry_after else 0)
                log.info("provider could not be asked; trying again", code=error.code, detail=str(error))
            hint.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await hint.wait()
            pause = min(pause * 1.3, LONGEST_PAUSE)


async def insist(work: Callable[[], Awaitable[T]]) -> T:
    """For what may be done twice to an image that is paid for: a bad line is no reason to have it made again."""
    for pause in PAUSES:
        try:
            return await work()
        except ImageNotMade:
            raise
        except (ProviderUnavailable, RateLimited) as error:
            log.info("a result could not be fetched or stored; trying again", code=error.code, detail=str(error))
            told = error.retry_after.total_seconds() if error.retry_after else 0
            await asyncio.sleep(max(pause, told))
    return await work()


@asynccontextmanager
async def _ended_by_its_errors(services: Services, call: ProviderCall) -> AsyncIterator[None]:
    """A call that failed is over; one whose outcome nobody knows, or that was only broken off, is not."""
    try:
        yield
    except OutcomeUnknown:
        raise
    except NotFound as error:
        await _end(services, call, CallState.FAILED, code="EXPIRED")
        raise ProviderUnavailable("The provider does not know of this image any more.") from error
    except DomainError as error:
        detail = error.detail if isinstance(error, ProviderError) else ""
        await _end(services, call, CallState.FAILED, code=error.code, detail=detail)
        raise


async def _end(services: Services, call: ProviderCall, state: CallState, *, code: str, detail: str = "") -> None:
    async def transaction() -> None:
        async with services.unit_of_work(call.user_id) as uow:
            await uow.calls.end(call.id, state, code=code, detail=detail)

    await persist(transaction)


async def _cancel(services: Services, call: ProviderCall, submitted: Submitted) -> None:
    """As far as the provider can. Raises nothing: what cannot be cancelled ends by the provider's own limits."""
    provider = services.images.queue_of(call.model)
    if provider is None:
        log.warning("a call cannot be cancelled: its provider is not configured any more", model=call.model)
        return
    try:
        async with asyncio.timeout(CANCEL_LIMIT.total_seconds()):
            await provider.cancel(submitted)
    except (DomainError, TimeoutError) as error:
        log.warning("a call could not be cancelled", model=call.model, reason=type(error).__name__)
