"""What trainings do by themselves: one begins when its character sheets have ended, and a LoRA that nobody uses goes."""

import secrets
from uuid import UUID

import structlog

from domain.errors import RateLimited
from domain.ids import JobId, LoraModelId, UserId
from domain.jobs.recipe import MAX_SEED
from domain.trainings.chaining import continue_chain
from domain.trainings.expiry import expire_loras
from domain.trainings.showing import show_training
from tasks.persistence import persist
from tasks.registry import Services, task

log = structlog.get_logger("likeness.trainings")


@task("trainings.continue_chain", queue="upkeep")
async def continue_training_chain(services: Services, *, user_id: str, job_id: str) -> None:
    """Twice is once: the chain says whether it still waits."""
    owner, sheets = UserId(UUID(user_id)), JobId(UUID(job_id))

    async def transaction() -> None:
        async with services.unit_of_work(owner) as uow:
            held_back = await continue_chain(uow, owner, sheets, terms=services.training_terms, now=services.now())
        if held_back:
            log.info("no training follows these sheets", job_id=job_id, reason=held_back.value)

    await persist(transaction)
    services.wake_relay()


@task("trainings.show", queue="upkeep")
async def make_display_samples(services: Services, *, user_id: str, training_id: str) -> None:
    """Twice is once. Where too much of this user waits already it is left to the reconciler, which sends it again."""
    owner, training = UserId(UUID(user_id)), LoraModelId(UUID(training_id))

    async def transaction() -> str | None:
        async with services.unit_of_work(owner) as uow:
            return await show_training(
                uow,
                owner,
                training,
                prices=services.training_terms.prices,
                providers=services.images.all,
                seed=secrets.randbelow(MAX_SEED + 1),
                now=services.now(),
            )

    try:
        if decision := await persist(transaction):
            log.info("display samples of a LoRA", training_id=training_id, decision=decision)
    except RateLimited as error:
        log.info("display samples have to wait", training_id=training_id, reason=error.message)
    services.wake_relay()


@task("trainings.expire", queue="upkeep")
async def expire_unused_loras(services: Services, *, user_id: str) -> None:
    """Nothing where LoRAs are kept for ever here."""
    owner, keep = UserId(UUID(user_id)), services.loras_kept
    if keep is None:
        return

    async def transaction() -> int:
        async with services.unit_of_work(owner) as uow:
            return await expire_loras(uow, owner, keep=keep, now=services.now())

    if gone := await persist(transaction):
        log.info("unused LoRAs have expired", count=gone)
    services.wake_relay()
