"""What a user let go of is cleared out in their name: images past their grace, archives and unused uploads past their day,
pictures that waited for a verdict and need none any more, and then the files.

Rows first: from then on nobody is shown them. A crash at any point leaves removals that are written down, and the reconciler
sends the task again until none is left.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog

from domain.archives.service import expire_archives
from domain.errors import ProviderError, RateLimited
from domain.files.removal import CLAIM, REMOVED_AT_ONCE
from domain.ids import UserId
from domain.images.deletion import PURGED_AT_ONCE, purge_images
from domain.uploads.service import expire_uploads
from tasks.registry import Services, task

log = structlog.get_logger("likeness.purge")

PATIENCE = timedelta(seconds=20)
"""For one removal: less than the claim on it."""


@task("files.purge", queue="upkeep")
async def purge(services: Services, *, user_id: str) -> None:
    owner = UserId(UUID(user_id))
    while await _purge_images(services, owner) == PURGED_AT_ONCE:
        pass
    async with services.unit_of_work(owner) as uow:
        await expire_archives(uow, owner)
    async with services.unit_of_work(owner) as uow:
        await expire_uploads(uow, owner)
    await _clear_reviews(services, owner)
    try:
        while await _remove_files(services, owner):
            pass
    except (ProviderError, RateLimited, TimeoutError) as error:
        log.warning("files could not be removed; it is tried again", reason=type(error).__name__)


async def _purge_images(services: Services, owner: UserId) -> int:
    async with services.unit_of_work(owner) as uow:
        count = await purge_images(uow, owner)
    if count:
        log.info("deleted images were purged", count=count)
    return count


async def _clear_reviews(services: Services, owner: UserId) -> None:
    async with services.unit_of_work(owner) as uow:
        await uow.lock_user(owner)
        if count := await uow.reviews.clear(owner):
            log.info("pictures that waited for a verdict were cleared", count=count)


async def _remove_files(services: Services, owner: UserId) -> int:
    """Some of those that are to be removed. Returns how many."""
    async with services.unit_of_work(owner) as uow:
        keys = await uow.files.claim_removals(owner, limit=REMOVED_AT_ONCE, lease=CLAIM)
    if keys:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await services.files.remove(keys)
        async with services.unit_of_work(owner) as uow:
            await uow.files.settle_removals(owner, keys)
    return len(keys)
