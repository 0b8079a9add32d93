"""An archive, from the wish to its end. Every function is one transaction and may be run twice.

Between `begin_archive` and `finish_archive` a worker packs and stores the file under a lease that it keeps alive; another
takes over when it falls silent. An attempt that lost its lease can no longer write.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.archives.archive import Archive, ArchiveStatus, PackingTask
from domain.errors import InvalidInput, LimitReached, NotFound
from domain.ids import ArchiveId, ImageId, UserId, ended_notification_id_of
from domain.images.image import StoredFile
from domain.ports.unit_of_work import UnitOfWork

MOST_IMAGES = 500
MOST_UNFINISHED = 3
"""Archives of one user that wait or are built."""

MOST_KEPT = 20
"""Archives of one user that are there to be fetched, or will be."""

ARCHIVE_LIFE = timedelta(hours=24)
MAX_TRIES = 3


async def request_archive(
    uow: UnitOfWork, user_id: UserId, image_ids: Sequence[ImageId], *, archive_id: ArchiveId, field: str, now: datetime
) -> Archive:
    """Under the user's lock. Raises `InvalidInput` (at `field`), `NotFound`, `LimitReached`."""
    wanted = list(dict.fromkeys(image_ids))
    if not wanted:
        raise InvalidInput(
            "No image fits, so there is nothing to pack. Ask for others, or widen the filter.", field=field
        )
    if len(wanted) > MOST_IMAGES:
        raise InvalidInput(f"An archive holds at most {MOST_IMAGES} images. Ask for several.", field=field)
    if await uow.images.count_packable(wanted) < len(wanted):
        raise NotFound("One of these images does not exist, or cannot be packed. No archive is made.")
    await _check_room(uow, user_id)
    archive = Archive(
        id=archive_id, user_id=user_id, status=ArchiveStatus.QUEUED, image_count=len(wanted), created_at=now
    )
    await uow.archives.add(archive, wanted)
    await uow.outbox.build_archive(user_id, archive_id)
    return archive


async def _check_room(uow: UnitOfWork, user_id: UserId) -> None:
    counts = await uow.archives.counts(user_id)
    if counts.unfinished >= MOST_UNFINISHED:
        raise LimitReached(
            f"{MOST_UNFINISHED} archives of yours are being made. Wait until one is ready, then ask again under a new key.",
            limit=MOST_UNFINISHED,
        )
    if counts.kept >= MOST_KEPT:
        raise LimitReached(
            f"{MOST_KEPT} archives of yours are kept already. Each goes after 24 hours; then ask again under a new key.",
            limit=MOST_KEPT,
        )


async def begin_archive(
    uow: UnitOfWork, user_id: UserId, archive_id: ArchiveId, *, lease: timedelta, now: datetime
) -> PackingTask | None:
    """None when there is nothing to do: it has ended, another worker has it, or it was given up just now."""
    await uow.lock_user(user_id)
    claim = await uow.archives.claim(archive_id, lease=lease)
    if claim is not None and claim.tries > MAX_TRIES:
        await fail_archive(uow, claim, code="INTERNAL", now=now)
        return None
    return claim


async def finish_archive(uow: UnitOfWork, claim: PackingTask, file: StoredFile, *, packed: int, now: datetime) -> bool:
    """It can be fetched from now on, and its owner is told. False when this attempt may no longer write."""
    await uow.lock_user(claim.archive.user_id)
    if not await uow.archives.finish(claim, file, packed=packed, expires_at=now + ARCHIVE_LIFE, now=now):
        return False
    left_out = claim.archive.image_count - packed
    note = f" {left_out} deleted since were left out." if left_out else ""
    body = f"{packed} images, kept for 24 hours.{note}"
    await _tell(uow, claim.archive, type="archive.ready", title="Your images are packed", body=body, now=now)
    return True


async def fail_archive(uow: UnitOfWork, claim: PackingTask, *, code: str, now: datetime) -> bool:
    """Given up. False when this attempt may no longer write."""
    await uow.lock_user(claim.archive.user_id)
    message = FAILURES[code]
    if not await uow.archives.fail(claim, code=code, message=message, now=now):
        return False
    await _tell(
        uow, claim.archive, type="archive.failed", title="Your images could not be packed", body=message, now=now
    )
    return True


FAILURES = {
    "INTERNAL": f"This archive failed {MAX_TRIES} times. It cost nothing; you can ask for it again.",
    "TOO_LARGE": "Files as large as this one are not kept here. Ask for fewer images at once.",
    "NOT_FOUND": "All of its images were deleted before they were packed.",
}
"""By code, in words."""


async def put_back(uow: UnitOfWork, claim: PackingTask, *, wait: timedelta, counts: bool) -> None:
    """To be built by whoever comes next, after a while. `counts`: whether this try was the archive's fault."""
    await uow.lock_user(claim.archive.user_id)
    if await uow.archives.put_back(claim, wait=wait, tries=claim.tries if counts else claim.tries - 1):
        await uow.outbox.build_archive(claim.archive.user_id, claim.archive.id, wait=wait)


async def expire_archives(uow: UnitOfWork, user_id: UserId) -> None:
    """Those whose time is over by the database's clock; their files are asked to be removed."""
    await uow.lock_user(user_id)
    await uow.archives.expire(user_id)


async def _tell(uow: UnitOfWork, archive: Archive, *, type: str, title: str, body: str, now: datetime) -> None:
    await uow.notifications.add(
        ended_notification_id_of(archive.id),
        archive.user_id,
        type=type,
        title=title,
        body=body,
        href=f"/archives/{archive.id}",
        job_id=None,
        now=now,
    )
