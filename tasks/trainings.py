"""A LoRA is trained, one step at a time: ask for it once, look how far it is, keep what came of it. Nobody waits in between.

A step is a message under a lease; the next one is sent when it is due, and a webhook makes it due at once. So a training takes no
slot while its trainer works, and workers come and go meanwhile. Steps are in `tasks.training_steps`, and what becomes of calls
of trainings that have ended in `tasks.training_ends`.
"""

import asyncio
from contextlib import suppress
from uuid import UUID

import structlog

from domain.calls.service import AttemptEnded
from domain.errors import DomainError, ProviderError, RateLimited
from domain.events import TrainingMoved
from domain.ids import LoraModelId, UserId
from domain.ports.live import training_topic, user_topic
from domain.trainings import working
from domain.trainings.training import TrainingTask
from live.ending import end_tasks
from tasks.leases import BEATS
from tasks.persistence import persist
from tasks.registry import Services, task
from tasks.training_ends import let_go
from tasks.training_steps import Kept, Outcome, Pause, take_step

log = structlog.get_logger("likeness.trainings")


@task("trainings.run", queue="trainings")
async def run_training(services: Services, *, user_id: str, training_id: str) -> None:
    """One step, where one is due and nobody else takes it."""
    owner, training = UserId(UUID(user_id)), LoraModelId(UUID(training_id))
    structlog.contextvars.bind_contextvars(training_id=training_id)
    if services.leases.draining:
        return
    claim = await persist(lambda: _begin(services, owner, training))
    services.wake_relay()
    if claim is None:
        return
    stepping = asyncio.create_task(take_step(services, claim))
    beating = asyncio.create_task(_beat(services, claim))
    await asyncio.wait([stepping, beating], return_when=asyncio.FIRST_COMPLETED)
    await end_tasks(stepping, beating)
    if not beating.cancelled() and (error := beating.exception()):
        log.warning("training was let go of: no sign of life could be given", exc_info=error)
    await _settle(services, claim, stepping)
    services.wake_relay()


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


async def _beat(services: Services, claim: TrainingTask) -> None:
    """Returns when the training is not ours any more, or this worker stops."""
    lease = services.leases.lease
    while not services.leases.draining:
        await asyncio.sleep((lease / BEATS).total_seconds())
        if not await persist(lambda: _pulse(services, claim), patience=lambda: lease):
            return


async def _pulse(services: Services, claim: TrainingTask) -> bool:
    async with services.unit_of_work(claim.model.user_id) as uow:
        return await uow.trainings.beat(claim, lease=services.leases.lease)


async def _settle(services: Services, claim: TrainingTask, stepping: asyncio.Task[Outcome]) -> None:
    """Whatever came of it becomes a decision about the training, but for what was let go of: that is not ours any more."""
    if stepping.cancelled():
        if services.leases.draining:
            await persist(lambda: _hand_back(services, claim))
        return
    if (error := stepping.exception()) is not None:
        if not isinstance(error, AttemptEnded):
            await _fail(services, claim, error)
        return
    match stepping.result():
        case Pause() as pause:
            if await persist(lambda: _pause(services, claim, pause)):
                await _announce(services, claim, pause)
        case Kept() as kept:
            try:
                await persist(lambda: _finish(services, claim, kept))
            except RateLimited as going:  # its files came too late: nothing was written, and they are fetched again
                await _fail(services, claim, going)


async def _pause(services: Services, claim: TrainingTask, pause: Pause) -> bool:
    async with services.unit_of_work(claim.model.user_id) as uow:
        return await working.pause_training(uow, claim, step=pause.step, wait=pause.wait)


async def _announce(services: Services, claim: TrainingTask, pause: Pause) -> None:
    model = claim.model
    if pause.step is None or pause.step == model.current_step:
        return
    moved = TrainingMoved(training_id=model.id, number=model.event_count, step=pause.step)
    with suppress(ConnectionError):  # live only: the next one is told again
        for topic in (training_topic(model.id), user_topic(model.user_id)):
            await services.live.announce(topic, [moved])


async def _finish(services: Services, claim: TrainingTask, kept: Kept) -> None:
    async with services.unit_of_work(claim.model.user_id) as uow:
        is_kept = await working.finish_training(uow, claim, kept.weights, now=services.now())
    log.info("training is ready" if is_kept else "training was done too late", size_bytes=kept.weights.size_bytes)


async def _fail(services: Services, claim: TrainingTask, error: BaseException) -> None:
    detail = error.detail if isinstance(error, ProviderError) else ""
    if isinstance(error, DomainError | TimeoutError):
        log.info(
            "training failed", code=getattr(error, "code", "TIMED_OUT"), attempt=claim.model.attempt, detail=detail
        )
    else:
        log.error("training failed unexpectedly", attempt=claim.model.attempt, exc_info=error)
    if not working.is_wait(error):
        await let_go(services, claim)

    async def transaction() -> str | None:
        async with services.unit_of_work(claim.model.user_id) as uow:
            return await working.fail_training(uow, claim, error, now=services.now())

    log.info("what follows", decision=await persist(transaction))


async def _hand_back(services: Services, claim: TrainingTask) -> None:
    async with services.unit_of_work(claim.model.user_id) as uow:
        await working.hand_back(uow, claim)
    log.info("training handed back")
