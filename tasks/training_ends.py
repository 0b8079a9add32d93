"""Trainers are told of what has ended: that nobody waits any more, that the weights are kept, that they are to be forgotten.

What could not be told is told again by the reconciler, for a day. Machines that were rented and are wanted by nobody are found
without that too (`give_back_unwanted`): each hour of one is paid.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog

from domain.calls.call import CallState
from domain.errors import DomainError
from domain.ids import LoraModelId, UserId, training_attempt_id_of
from domain.models.registry import MODELS
from domain.ports.image_provider import Submitted
from domain.ports.trainer import Renter, Trainer
from domain.trainings.training import MOST_ATTEMPTS, LoraModel, TrainingStatus, TrainingTask
from tasks.calls import CANCEL_LIMIT
from tasks.registry import Services, task

log = structlog.get_logger("likeness.trainings")

TOLD_FOR = timedelta(days=1)
"""After its end. By then every trainer's own limits have ended what it did."""

LOOKED_FOR = timedelta(minutes=10)
"""For the number of a call that nobody waits for: a webhook may still bring it. As for images (`db.dispatch.SEND_UNWANTED`)."""

ASKED_FOR = timedelta(days=7)
"""How long a LoRA that is gone waits for a trainer that nothing here speaks to any more: an operator may have lost its key by mistake.
Then the receipts that wait for it say so, and are signed off without it."""

FORGET_LIMIT = timedelta(minutes=2)


@task("trainings.end_call", queue="upkeep")
async def end_training_call(services: Services, *, user_id: str, training_id: str) -> None:
    """Of a training that has ended. Twice is once."""
    owner = UserId(UUID(user_id))
    async with services.unit_of_work(owner) as uow:
        ended = await uow.trainings.unwanted(LoraModelId(UUID(training_id)))
    if ended is None or ended.call is None:
        return
    state = await _told(services, ended)
    if state is not None:
        async with services.unit_of_work(owner) as uow:
            await uow.trainings.end_call(ended.call.id, state)


@task("trainings.forget", queue="upkeep")
async def forget_lora(services: Services, *, user_id: str, training_id: str) -> None:
    """Of a LoRA that was deleted. A trainer may need several tries: the reconciler sends the next. Twice is once."""
    owner, lora = UserId(UUID(user_id)), LoraModelId(UUID(training_id))
    async with services.unit_of_work(owner) as uow:
        found = await uow.trainings.unforgotten(lora)
    if found is None:
        return
    model, submitted = found
    if not services.trainers.has(MODELS[model.trainer]):
        await _give_up(services, model)
        return
    name = model.weights_name or ""
    if await _is_done(services, model, lambda trainer: trainer.forget(submitted, name), limit=FORGET_LIMIT):
        async with services.unit_of_work(owner) as uow:
            await uow.trainings.forgotten(lora)


async def _give_up(services: Services, model: LoraModel) -> None:
    """Once it has waited for long enough."""
    gone_at = model.deleted_at or model.expired_at
    if gone_at is None or services.now() - gone_at < ASKED_FOR:
        return
    async with services.unit_of_work(model.user_id) as uow:
        await uow.lock_user(model.user_id)
        await uow.deletions.note_unasked(model.user_id, model.subject_id, MODELS[model.trainer].provider)
        await uow.trainings.forgotten(model.id)
    log.warning("nobody here can ask a trainer to forget a LoRA", trainer=model.trainer, training=str(model.id))


async def let_go(services: Services, claim: TrainingTask) -> None:
    """An attempt has failed: its trainer is told before the next one is asked for."""
    async with services.unit_of_work(claim.model.user_id) as uow:
        call = await uow.trainings.call_of(claim.model.id)
    if call and call.is_open and (submitted := call.submitted(claim.model.trainer)):
        await cancel(services, claim.model, submitted)


async def cancel(services: Services, model: LoraModel, submitted: Submitted) -> bool:
    """As far as the trainer can. False where it could not be told: what was rented is found later, the rest ends by itself."""
    return await _is_done(services, model, lambda trainer: trainer.cancel(submitted))


async def _told(services: Services, ended: TrainingTask) -> CallState | None:
    """What its call came to; None while it could not be told."""
    model, call = ended.model, ended.call
    if call is None or model.completed_at is None:
        return None
    age = services.now() - model.completed_at
    submitted = call.submitted(model.trainer)
    if submitted is None:
        return CallState.LOST if services.now() - call.intended_at > LOOKED_FOR else None
    if model.status is TrainingStatus.READY:
        is_told = await _is_done(services, model, lambda trainer: trainer.release(submitted))
        return CallState.DONE if is_told or age > TOLD_FOR else None
    is_told = await cancel(services, model, submitted)
    return CallState.CANCELLED if is_told else (CallState.LOST if age > TOLD_FOR else None)


async def _is_done(
    services: Services,
    model: LoraModel,
    tell: Callable[[Trainer], Awaitable[None]],
    *,
    limit: timedelta = CANCEL_LIMIT,
) -> bool:
    try:
        async with asyncio.timeout(limit.total_seconds()):
            await tell(services.trainers.of(MODELS[model.trainer]))
    except (DomainError, TimeoutError) as error:
        log.warning(
            "a trainer could not be told",
            trainer=model.trainer,
            reason=type(error).__name__,
            detail=getattr(error, "detail", ""),
        )
        return False
    return True


class Attempts(Protocol):
    async def with_machines(self) -> tuple[Collection[UUID], Collection[UUID]]:
        """Trainings known here, and ids of calls that may have a machine now."""
        ...


async def give_back_unwanted(renters: Sequence[Renter], attempts: Attempts) -> int:
    """Machines of trainings that we know and that have no use for one. Others may be of another deployment: they are only told
    of. The machines are listed first, so that one of a call intended since is not mistaken for one of nobody."""
    given_back = 0
    for renter in renters:
        rented = await renter.rented()
        if not rented:
            continue
        trainings, wanted = await attempts.with_machines()
        known = {training_attempt_id_of(LoraModelId(id_), n + 1) for id_ in trainings for n in range(MOST_ATTEMPTS)}
        for machine in rented:
            if machine.training_id not in known:
                log.warning("a machine is rented for a training that is not known here", machine=machine.id)
            elif machine.training_id not in wanted:
                await renter.give_back(machine.id)
                log.warning("a machine was rented for nobody any more; it is given back", machine=machine.id)
                given_back += 1
    return given_back
