"""Reservations that ran out are resolved in their owner's name."""

from uuid import UUID

from domain.ids import HoldId, JobId, UserId
from domain.jobs import rendering
from tasks.registry import Services, task


@task("credits.expire_hold", queue="upkeep")
async def expire_hold(services: Services, *, user_id: str, job_id: str, hold_id: str, index: int) -> None:
    owner = UserId(UUID(user_id))
    async with services.unit_of_work(owner) as uow:
        await rendering.expire_hold(uow, owner, JobId(UUID(job_id)), HoldId(UUID(hold_id)), index, now=services.now())
    services.wake_relay()
