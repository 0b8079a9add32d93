"""A LoRA is trained: begin, pack, ask once, wait, fetch, store, finish. Delivered at least once, by many workers in turn.

As with images, what is to be asked for is written down before it is, so that whoever takes over goes on with the same call. A
webhook only ends a pause.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import structlog

from domain.calls.call import CallState
from domain.calls.service import AttemptEnded
from domain.errors import DomainError, ImageNotMade, NotFound, ProviderError, ProviderUnavailable, RateLimited
from domain.events import TrainingMoved
from domain.ids import CallId, LoraModelId, UserId, training_attempt_id_of
from domain.models.model import Provider
from domain.models.registry import MODELS
from domain.ports.image_provider import Ready, Submitted
from domain.ports.live import training_topic
from domain.ports.trainer import Asking, Trainer, Training, TrainingRequest
from domain.trainings import working
from domain.trainings.training import LoraModel, TrainingCall, TrainingTask, Weights
from live.ending import end_tasks, outlast
from tasks.calls import CANCEL_LIMIT, GRACE, SETTLING, insist
from tasks.datasets import packed, pictures_of
from tasks.persistence import persist
from tasks.registry import Services, task
from tasks.weights import keep_weights

log = structlog.get_logger("likeness.trainings")

PULSE = timedelta(seconds=1)
"""How often is told how far it is; more often where the lease is short."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0  # seconds between two questions
ARCHIVE_LIFE = timedelta(hours=1)
"""How long the address of the pictures is good. Product, section 3."""


@dataclass(slots=True)
class Pace:
    step: int = 0
    tells_steps: bool = False


@dataclass(frozen=True, slots=True)
class CalledBack:
    """Whom a webhook is about (`Services.webhooks`)."""

    user_id: UserId
    id: CallId
    provider: Provider


@task("trainings.run", queue="trainings")
async def run_training(services: Services, *, user_id: str, training_id: str) -> None:
    """Where there is no room for it now, or somebody else has it, nothing is done: it is sent again."""
    owner, training = UserId(UUID(user_id)), LoraModelId(UUID(training_id))
    structlog.contextvars.bind_contextvars(training_id=training_id)
    if services.training.locked() or services.leases.draining:
        return
    async with services.training:
        claim = await persist(lambda: _begin(services, owner, training))
        services.wake_relay()
        if claim is None:
            return
        pace = Pace()
        working_on = asyncio.create_task(_train(services, claim, pace))
        beating = asyncio.create_task(_beat(services, claim, pace))
        await asyncio.wait([working_on, beating], return_when=asyncio.FIRST_COMPLETED)
        await end_tasks(working_on, beating)
        if not beating.cancelled() and (error := beating.exception()):
            log.warning("training was let go of: no sign of life could be given", exc_info=error)
        await _settle(services, claim, working_on)
    services.wake_relay()


@task("trainings.end_call", queue="upkeep")
async def end_training_call(services: Services, *, user_id: str, training_id: str) -> None:
    """Of a training that has ended: its trainer is told that nobody waits. Twice is once."""
    owner = UserId(UUID(user_id))
    async with services.unit_of_work(owner) as uow:
        task_ = await uow.trainings.unwanted(LoraModelId(UUID(training_id)))
    if task_ is None or task_.call is None:
        return
    submitted = task_.call.submitted(task_.model.trainer)
    if submitted is not None:
        await _cancel(services, task_.model, submitted)
    async with services.unit_of_work(owner) as uow:
        await uow.trainings.end_call(task_.call.id, CallState.CANCELLED if submitted else CallState.LOST)


async def _begin(services: Services, owner: UserId, training_id: LoraModelId) -> TrainingTask | None:
    async with services.unit_of_work(owner) as uow:
        return await working.begin_training(
            uow,
            owner,
            training_id,
            lease=services.leases.lease,
            limit_of=services.trainers.limit_of,
            now=services.now(),
        )


async def _beat(services: Services, claim: TrainingTask, pace: Pace) -> None:
    """Returns when the training is not ours any more, or this worker stops."""
    lease, told = services.leases.lease, -1
    while not services.leases.draining:
        await asyncio.sleep(min(PULSE, lease / 4).total_seconds())
        if not await persist(lambda: _pulse(services, claim, pace), patience=lambda: lease):
            return
        if pace.step != told:
            told = pace.step
            await _announce(services, claim.model, told)


async def _pulse(services: Services, claim: TrainingTask, pace: Pace) -> bool:
    async with services.unit_of_work(claim.model.user_id) as uow:
        return await uow.trainings.beat(
            claim, step=pace.step, tells_steps=pace.tells_steps, lease=services.leases.lease
        )


async def _announce(services: Services, model: LoraModel, step: int) -> None:
    moved = TrainingMoved(training_id=model.id, number=model.event_count, step=step)
    with suppress(ConnectionError):  # live only: the next one is told again
        await services.live.announce(training_topic(model.id), [moved])


async def _train(services: Services, claim: TrainingTask, pace: Pace) -> tuple[Weights, datetime]:
    """With when it began to store them. Raises `TimeoutError` when the attempt took longer than it may."""
    model = claim.model
    trainer = services.trainers.of(MODELS[model.trainer])
    if model.attempt_started_at is None:
        raise AssertionError("a claim has begun its attempt")
    left = model.attempt_started_at + services.trainers.limit_of(model.trainer) - services.now()
    async with asyncio.timeout(left.total_seconds()):
        pictures = await pictures_of(services, model)
        request = TrainingRequest(
            training_id=training_attempt_id_of(model.id, model.attempt),
            model=model.trainer,
            trigger=model.trigger_word,
            steps=model.training_steps,
            pictures=pictures,
            archive_url="",
        )
        call = await _open_call(services, claim) or await _ask(services, claim, request, trainer)
        submitted = _number_of(call, model.trainer)
        with TemporaryDirectory(prefix="likeness-training-") as folder:
            async with _as_our_errors():
                await _until_ready(services, call, request, trainer, pace)
                made = await insist(lambda: trainer.fetch(submitted, request, folder=Path(folder)))
            stored_at = services.now()
            return await keep_weights(services, model, made), stored_at


def _number_of(call: TrainingCall, trainer: str) -> Submitted:
    submitted = call.submitted(trainer)
    if submitted is None:
        raise AssertionError("a call that is waited for has a number")
    return submitted


async def _open_call(services: Services, claim: TrainingTask) -> TrainingCall | None:
    async with services.unit_of_work(claim.model.user_id) as uow:
        return await working.open_call(
            uow,
            claim,
            is_paid=MODELS[claim.model.trainer].is_paid,
            can_be_told=services.webhooks is not None,
            now=services.now(),
        )


async def _ask(services: Services, claim: TrainingTask, request: TrainingRequest, trainer: Trainer) -> TrainingCall:
    model = claim.model
    file, data = await asyncio.to_thread(packed, model.user_id, CallId(request.training_id), request.pictures)
    async with services.unit_of_work(model.user_id) as uow:
        await working.note_dataset(uow, claim, file.key)
    try:
        await insist(lambda: services.files.put(file, data))
        url = await services.files.sign_for(file.key, ARCHIVE_LIFE)
        ready = TrainingRequest(
            training_id=request.training_id,
            model=request.model,
            trigger=request.trigger,
            steps=request.steps,
            pictures=request.pictures,
            archive_url=url,
        )
        return await _submit(services, claim, ready, trainer)
    except (AttemptEnded, asyncio.CancelledError):
        async with services.unit_of_work(model.user_id) as uow:
            await working.drop_dataset(uow, claim, file.key)
        raise


async def _submit(
    services: Services,
    claim: TrainingTask,
    request: TrainingRequest,
    trainer: Trainer,
) -> TrainingCall:
    known = MODELS[claim.model.trainer]
    async with services.breakers.asking(known.provider) if known.is_paid else nullcontext():
        async with services.unit_of_work(claim.model.user_id) as uow:
            call = await working.intend(
                uow,
                claim,
                endpoint=trainer.endpoint_of(known.key),
                now=services.now(),
            )
        submitting = asyncio.create_task(_submit_and_keep(services, claim, call, request, trainer))
        try:
            return await asyncio.shield(submitting)
        except asyncio.CancelledError:
            await outlast(submitting, GRACE)  # a number that is not kept is a call lost
            raise


async def _submit_and_keep(
    services: Services, claim: TrainingTask, call: TrainingCall, request: TrainingRequest, trainer: Trainer
) -> TrainingCall:
    model = claim.model
    who = CalledBack(model.user_id, call.id, MODELS[model.trainer].provider)
    webhook = services.webhooks.address_of(who) if services.webhooks else None
    submitted = await trainer.submit(request, webhook=webhook)

    async def keep() -> bool:
        async with services.unit_of_work(model.user_id) as uow:
            return await uow.trainings.submit(call.id, request_id=submitted.request_id)

    if not await persist(keep):
        log.warning("an answer came after its training was given up; it is cancelled", request_id=submitted.request_id)
        await _cancel(services, model, submitted)
        raise AttemptEnded
    return TrainingCall(
        id=call.id,
        state=CallState.SUBMITTED,
        endpoint=submitted.endpoint,
        request_id=submitted.request_id,
        intended_at=call.intended_at,
    )


async def _until_ready(
    services: Services,
    call: TrainingCall,
    request: TrainingRequest,
    trainer: Trainer,
    pace: Pace,
) -> None:
    """A question that fails is asked again: what was paid for is not given up because the line was bad."""
    pause, submitted = FIRST_PAUSE, _number_of(call, request.model)
    with services.hints.of(call.id) as hint:
        while True:
            wait = pause
            try:
                match await trainer.check(submitted):
                    case Ready():
                        return
                    case Asking():
                        await trainer.supply(submitted, request)
                    case Training(step=int(step)):
                        pace.step, pace.tells_steps = step, True
                    case _:
                        pass
            except NotFound:
                if services.now() - call.intended_at > SETTLING:
                    raise
            except ImageNotMade:
                raise
            except (ProviderUnavailable, RateLimited) as error:
                wait = max(pause, error.retry_after.total_seconds() if error.retry_after else 0)
                log.info("trainer could not be asked; trying again", code=error.code, detail=str(error))
            hint.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await hint.wait()
            pause = min(pause * 1.3, LONGEST_PAUSE)


@asynccontextmanager
async def _as_our_errors() -> AsyncIterator[None]:
    """That a trainer forgot a training is no fault of its owner's; that an image is gone is."""
    try:
        yield
    except NotFound as error:
        raise ProviderUnavailable("The trainer does not know of this training any more.") from error


async def _settle(services: Services, claim: TrainingTask, working_on: asyncio.Task[tuple[Weights, datetime]]) -> None:
    """Whatever came of it becomes a decision about the training, but for what was let go of: that is not ours any more."""
    if working_on.cancelled():
        if services.leases.draining:
            await persist(lambda: _hand_back(services, claim))
    elif (error := working_on.exception()) is not None:
        if not isinstance(error, AttemptEnded):
            await _fail(services, claim, error)
    else:
        weights, stored_at = working_on.result()
        try:
            await persist(lambda: _finish(services, claim, weights, stored_at))
        except RateLimited as going:  # its files are being removed: nothing was written
            await _fail(services, claim, going)


async def _finish(services: Services, claim: TrainingTask, weights: Weights, stored_at: datetime) -> None:
    async with services.unit_of_work(claim.model.user_id) as uow:
        is_kept = await working.finish_training(uow, claim, weights, stored_at=stored_at, now=services.now())
    log.info("training is ready" if is_kept else "training was done too late", size_bytes=weights.size_bytes)


async def _fail(services: Services, claim: TrainingTask, error: BaseException) -> None:
    detail = error.detail if isinstance(error, ProviderError) else ""
    if isinstance(error, DomainError | TimeoutError):
        log.info(
            "training failed", code=getattr(error, "code", "TIMED_OUT"), attempt=claim.model.attempt, detail=detail
        )
    else:
        log.error("training failed unexpectedly", attempt=claim.model.attempt, exc_info=error)
    if not working.is_wait(error):
        await _let_go(services, claim)

    async def transaction() -> str | None:
        async with services.unit_of_work(claim.model.user_id) as uow:
            return await working.fail_training(uow, claim, error, now=services.now())

    log.info("what follows", decision=await persist(transaction))


async def _let_go(services: Services, claim: TrainingTask) -> None:
    """The trainer is told before the next attempt is asked for."""
    async with services.unit_of_work(claim.model.user_id) as uow:
        call = await uow.trainings.call_of(claim.model.id)
    if call and call.is_open and (submitted := call.submitted(claim.model.trainer)):
        await _cancel(services, claim.model, submitted)


async def _hand_back(services: Services, claim: TrainingTask) -> None:
    async with services.unit_of_work(claim.model.user_id) as uow:
        await working.hand_back(uow, claim)
    log.info("training handed back")


async def _cancel(services: Services, model: LoraModel, submitted: Submitted) -> None:
    """As far as the trainer can. Raises nothing: what cannot be cancelled ends by the trainer's own limits."""
    try:
        async with asyncio.timeout(CANCEL_LIMIT.total_seconds()):
            await services.trainers.of(MODELS[model.trainer]).cancel(submitted)
    except (DomainError, TimeoutError) as error:
        log.warning("a training could not be cancelled", trainer=model.trainer, reason=type(error).__name__)
