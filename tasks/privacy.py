"""A deletion is carried out: rows are emptied, files removed, and when nothing of it is left its receipt is signed off.

Every step finds what is still to do by itself, so that it may be stopped anywhere and begun again; the reconciler begins it
again until it is finished. Somebody else's removals of the same user hold the receipt up, and never the deletion.
"""

from uuid import UUID

import structlog

from domain.ids import DeletionId, UserId
from domain.privacy.service import empty_photos, finish_deletion
from tasks.purge import purge
from tasks.registry import Services, task

log = structlog.get_logger("likeness.privacy")


@task("privacy.delete_likeness", queue="upkeep")
async def delete_likeness(services: Services, *, user_id: str, deletion_id: str) -> None:
    owner, deletion = UserId(UUID(user_id)), DeletionId(UUID(deletion_id))
    async with services.unit_of_work(owner) as uow:
        if not await empty_photos(uow, owner, deletion):
            return
    await purge(services, user_id=user_id)
    async with services.unit_of_work(owner) as uow:
        is_done = await finish_deletion(uow, owner, deletion)
    log.info("a deletion was carried out", is_done=is_done)
