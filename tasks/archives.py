"""Images are packed into a ZIP, one after the other: no more than one of them is ever in memory.

The file grows on the worker's disk (TMPDIR) without a name, so that it is gone with the process, however that ends. An attempt
that dies after it stored its file leaves one whose name can be worked out, and whoever comes after it has it removed.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import UUID

import structlog

from domain.archives import service
from domain.archives.archive import PackingTask
from domain.archives.contents import PackedImage
from domain.archives.words import MAX_TRIES
from domain.errors import DomainError, NotFound, ProviderRequestInvalid, RateLimited
from domain.events import ArchiveMoved
from domain.files.removal import check_they_stay
from domain.ids import ArchiveId, UserId
from domain.images.image import StoredFile
from domain.ports.live import archive_topic
from live.ending import end_tasks
from tasks.exports import Progress, export
from tasks.packing import ImageZip
from tasks.persistence import persist
from tasks.registry import Services, task

log = structlog.get_logger("likeness.archives")

READ_AT_ONCE = 50
"""Rows of images."""

PULSE = timedelta(seconds=1)
"""How often is told how far it is; more often where the lease is short."""

PAUSE = timedelta(seconds=10)
"""Before another try."""


@dataclass(frozen=True, slots=True)
class Packed:
    file: StoredFile
    count: int
    stored_at: datetime


@task("archives.build", queue="archives")
async def build_archive(services: Services, *, user_id: str, archive_id: str) -> None:
    """Where there is no room for it now, or somebody else has it, nothing is done: it is sent again."""
    owner, archive = UserId(UUID(user_id)), ArchiveId(UUID(archive_id))
    structlog.contextvars.bind_contextvars(archive_id=archive_id)
    if services.packing.locked() or services.leases.draining:
        return
    async with services.packing:
        claim = await _begin(services, owner, archive)
        if claim is None:
            return
        progress = Progress()
        packing = asyncio.create_task(_pack(services, claim, progress))
        beating = asyncio.create_task(_beat(services, claim, progress))
        await asyncio.wait([packing, beating], return_when=asyncio.FIRST_COMPLETED)
        await end_tasks(packing, beating)
        if not beating.cancelled() and (error := beating.exception()):
            log.warning("archive was let go of: no sign of life could be given", exc_info=error)
        await persist(lambda: _settle(services, claim, packing))
    services.wake_relay()


async def _begin(services: Services, owner: UserId, archive_id: ArchiveId) -> PackingTask | None:
    async with services.unit_of_work(owner) as uow:
        return await service.begin_archive(uow, owner, archive_id, lease=services.leases.lease, now=services.now())


async def _beat(services: Services, claim: PackingTask, progress: Progress) -> None:
    """Returns when the archive is not ours any more, or this worker stops."""
    lease = services.leases.lease
    while not services.leases.draining:
        await asyncio.sleep(min(PULSE, lease / 4).total_seconds())
        if not await persist(lambda: _pulse(services, claim, progress), patience=lambda: lease):
            return


async def _pulse(services: Services, claim: PackingTask, progress: Progress) -> bool:
    async with services.unit_of_work(claim.archive.user_id) as uow:
        is_ours = await uow.archives.beat(claim, packed=progress.packed, lease=services.leases.lease)
    if is_ours and progress.packed != progress.told:
        progress.told = progress.packed
        moved = ArchiveMoved(archive_id=claim.archive.id)
        with suppress(ConnectionError):
            await services.live.announce(archive_topic(claim.archive.id), [moved])
    return is_ours


async def _pack(services: Services, claim: PackingTask, progress: Progress) -> Packed:
    with TemporaryFile() as disk:
        if claim.archive.is_export:
            file = await export(services, claim, disk, progress)
        else:
            file = await _pack_images(services, claim, disk, progress)
        return await _store(services, file, disk, progress)


async def _pack_images(services: Services, claim: PackingTask, disk: BinaryIO, progress: Progress) -> StoredFile:
    with ImageZip(disk) as packer:
        for start in range(0, len(claim.image_ids), READ_AT_ONCE):
            for image in await _images(services, claim, start):
                if await _add(services, packer, image):
                    progress.packed += 1
        if not progress.packed:
            raise NotFound("All of its images were deleted before they were packed.")
        return await asyncio.to_thread(packer.finish, claim)


async def _images(services: Services, claim: PackingTask, start: int) -> list[PackedImage]:
    wanted = claim.image_ids[start : start + READ_AT_ONCE]
    async with services.unit_of_work(claim.archive.user_id) as uow:
        return [*await uow.images.packed(wanted, first_number=start + 1)]


async def _add(services: Services, packer: ImageZip, image: PackedImage) -> bool:
    """False for one whose file went in this moment."""
    try:
        data = await services.files.get(image.image.storage_key)
    except NotFound:
        log.warning("an image without a file was left out", image_id=str(image.image.id))
        return False
    await asyncio.to_thread(packer.add, image, data)
    return True


async def _store(services: Services, file: StoredFile, disk: BinaryIO, progress: Progress) -> Packed:
    stored_at = services.now()
    await services.files.put_stream(file, disk)
    return Packed(file, progress.packed, stored_at)


async def _settle(services: Services, claim: PackingTask, packing: asyncio.Task[Packed]) -> None:
    if packing.cancelled():
        if services.leases.draining:
            await _put_back(services, claim, wait=timedelta(), counts=False)
    elif (error := packing.exception()) is not None:
        await _fail(services, claim, error)
    else:
        try:
            await _finish(services, claim, packing.result())
        except RateLimited as going:
            await _fail(services, claim, going)


async def _finish(services: Services, claim: PackingTask, packed: Packed) -> None:
    owner = claim.archive.user_id
    async with services.unit_of_work(owner) as uow:
        is_kept = await service.finish_archive(uow, claim, packed.file, packed=packed.count, now=services.now())
        await check_they_stay(uow, owner, [packed.file.key], stored_at=packed.stored_at)
    log.info("archive is ready" if is_kept else "archive was made too late", images=packed.count)


async def _fail(services: Services, claim: PackingTask, error: BaseException) -> None:
    """A store that is away passes; what fails three times is given up."""
    if not isinstance(error, DomainError):
        log.error("archive failed unexpectedly", exc_info=error)
    if isinstance(error, RateLimited):
        await _put_back(services, claim, wait=error.retry_after or PAUSE, counts=False)
    elif (code := _is_final(error, claim)) is not None:
        async with services.unit_of_work(claim.archive.user_id) as uow:
            await service.fail_archive(uow, claim, code=code, now=services.now())
        log.warning("archive was given up", code=code)
    else:
        await _put_back(services, claim, wait=PAUSE, counts=True)


def _is_final(error: BaseException, claim: PackingTask) -> str | None:
    """A code of `domain.archives.words`; None where it is worth another try."""
    match error:
        case NotFound():
            return "NOT_FOUND"
        case ProviderRequestInvalid():  # stores refuse nothing else of ours
            return "TOO_LARGE"
        case _:
            return "INTERNAL" if claim.tries >= MAX_TRIES else None


async def _put_back(services: Services, claim: PackingTask, *, wait: timedelta, counts: bool) -> None:
    async with services.unit_of_work(claim.archive.user_id) as uow:
        await service.put_back(uow, claim, wait=wait, counts=counts)
    log.info("archive was put back", wait=wait.total_seconds())
