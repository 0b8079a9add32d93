"""An archive, from the wish to its end. Every function is one transaction and may be run twice.

Between `begin_archive` and `finish_archive` a worker packs and stores the file under a lease that it keeps alive; another
takes over when it falls silent. An attempt that lost its lease can no longer write.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.archives.archive import Archive, ArchiveStatus, PackingTask
from domain.archives.words import MAX_TRIES, WORDS
from domain.errors import InvalidInput, LimitReached, NotFound
from domain.ids import ArchiveId, ImageId, SubjectId, UserId
from domain.images.image import StoredFile
from domain.notifications.notification import NewNotification
from domain.notifications.words import archive_failed, archive_ready
from domain.ports.unit_of_work import UnitOfWork
from domain.user_events import UserEventKind

MOST_IMAGES = 500
MOST_UNFINISHED = 3
"""Archives of one user that wait or are built."""

MOST_KEPT = 20
"""Archives of one user that are there to be fetched, or will be."""

ARCHIVE_LIFE = timedelta(hours=24)


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
    await tell_of_archive(uow, archive)
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
    if claim is None:
        return None
    if claim.tries > MAX_TRIES:
        await fail_archive(uow, claim, code="INTERNAL", now=now)
        return None
    if claim.archive.is_export:
        await uow.archives.expect(claim, await uow.exports.count_files(user_id, claim.archive.subject_id))
    await uow.outbox.archive_moved(user_id, archive_id)
    return claim


async def finish_archive(uow: UnitOfWork, claim: PackingTask, file: StoredFile, *, packed: int, now: datetime) -> bool:
    """It can be fetched from now on, and its owner is told. False when this attempt may no longer write."""
    await uow.lock_user(claim.archive.user_id)
    is_kept = await uow.archives.finish(claim, file, packed=packed, expires_at=now + ARCHIVE_LIFE, now=now)
    if claim.attempt > 1 or not is_kept:
        await _let_go(uow, claim)
    if is_kept:
        await _tell(uow, claim.archive, archive_ready(claim.archive, packed), now=now)
    return is_kept


async def fail_archive(uow: UnitOfWork, claim: PackingTask, *, code: str, now: datetime) -> bool:
    """Given up. False when this attempt may no longer write."""
    await uow.lock_user(claim.archive.user_id)
    words = WORDS[claim.archive.is_export]
    if not await uow.archives.fail(claim, code=code, message=words.failures[code], now=now):
        return False
    await _let_go(uow, claim)
    await _tell(uow, claim.archive, archive_failed(claim.archive, code), now=now)
    return True


async def put_back(uow: UnitOfWork, claim: PackingTask, *, wait: timedelta, counts: bool) -> None:
    """To be built by whoever comes next, after a while. `counts`: whether this try was the archive's fault."""
    await uow.lock_user(claim.archive.user_id)
    if await uow.archives.put_back(claim, wait=wait, tries=claim.tries if counts else claim.tries - 1):
        await uow.outbox.build_archive(claim.archive.user_id, claim.archive.id, wait=wait)
        await uow.outbox.archive_moved(claim.archive.user_id, claim.archive.id)


async def take_back_archives(
    uow: UnitOfWork, user_id: UserId, subject_ids: Sequence[SubjectId], *, with_images: bool
) -> int:
    """Whatever was packed of these subjects ends with their photos, and with their images where these go too. Returns how many could
    be fetched until now; what is being packed begins anew, without them."""
    again, ended = await uow.archives.take_back(user_id, subject_ids, with_images=with_images)
    for archive_id in again:
        await uow.outbox.build_archive(user_id, archive_id)
    return ended


async def expire_archives(uow: UnitOfWork, user_id: UserId) -> None:
    """Those whose time is over by the database's clock; their files are asked to be removed."""
    await uow.lock_user(user_id)
    await uow.archives.expire(user_id)


async def _let_go(uow: UnitOfWork, claim: PackingTask) -> None:
    """What attempts that came to nothing may have stored is removed now."""
    await uow.archives.let_go(claim)
    await uow.outbox.clear_out(claim.archive.user_id)


async def tell_of_archive(uow: UnitOfWork, archive: Archive) -> None:
    kind = UserEventKind.EXPORT_CHANGED if archive.is_export else UserEventKind.ARCHIVE_CHANGED
    await uow.outbox.tell(archive.user_id, kind, archive.id)


async def _tell(uow: UnitOfWork, archive: Archive, notice: NewNotification, *, now: datetime) -> None:
    await uow.outbox.archive_moved(archive.user_id, archive.id)
    await tell_of_archive(uow, archive)
    await uow.notifications.add(archive.user_id, notice, now=now)
