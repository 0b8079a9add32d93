"""An export is asked for: one at a time, a few a day. It is packed, kept and ended as every archive (`domain.archives.service`)."""

from datetime import datetime, timedelta

from domain.archives.archive import Archive, ArchiveScope, ArchiveStatus
from domain.archives.service import tell_of_archive
from domain.errors import LimitReached, NotFound, RateLimited
from domain.ids import ArchiveId, SubjectId, UserId
from domain.ports.unit_of_work import UnitOfWork

MOST_A_DAY = 5
"""Each copies everything there is. One that failed does not count."""

DAY = timedelta(hours=24)


async def request_export(
    uow: UnitOfWork, user_id: UserId, subject_id: SubjectId | None, *, archive_id: ArchiveId, now: datetime
) -> Archive:
    """Of one subject, or of everything for None. Under the user's lock. Raises `NotFound`, `LimitReached`, `RateLimited`."""
    if subject_id is not None and not await uow.exports.has_subject(subject_id):
        raise NotFound("There is no such persona or influencer. No export is made.")
    counts = await uow.exports.counts(user_id, since=now - DAY)
    if counts.unfinished:
        raise LimitReached(
            "An export of yours is being made. Wait until it is ready, then ask under a new key.", limit=1
        )
    if counts.recent >= MOST_A_DAY and counts.oldest_recent is not None:
        raise RateLimited(
            f"{MOST_A_DAY} exports were made within a day. Fetch one of those, or wait.",
            retry_after=counts.oldest_recent + DAY - now,
        )
    archive = Archive(
        id=archive_id,
        user_id=user_id,
        status=ArchiveStatus.QUEUED,
        scope=ArchiveScope.EVERYTHING if subject_id is None else ArchiveScope.SUBJECT,
        subject_id=subject_id,
        image_count=await uow.exports.count_files(user_id, subject_id),
        created_at=now,
    )
    await uow.archives.add(archive, [])
    await tell_of_archive(uow, archive)
    await uow.outbox.build_archive(user_id, archive_id)
    return archive
