"""An upload, step by step. Every function is part of one transaction, and may be run twice.

Between `announce` and `settle` its file is sent, read, drawn anew and stored, all outside of any transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.errors import InvalidInput, LimitReached, NotFound
from domain.files.removal import check_they_stay
from domain.ids import UploadId, UserId
from domain.images.image import StoredFile
from domain.ports.object_store import PDF, check_announced
from domain.ports.pictures import CleanPicture
from domain.ports.unit_of_work import UnitOfWork
from domain.uploads.consent import check_consent, without_consent
from domain.uploads.demands import DEMANDS, LONGEST_NAME, MOST_AT_ONCE, MOST_OPEN
from domain.uploads.errors import UploadExpired, UploadNotSent, UploadRejected
from domain.uploads.issues import Issue
from domain.uploads.upload import AnnouncedFile, TakenUpload, Upload, UploadPurpose, UploadStatus


def check_files(purpose: UploadPurpose, files: Sequence[AnnouncedFile]) -> None:
    """Raises `InvalidInput` for what is announced and would never be taken."""
    if not 1 <= len(files) <= MOST_AT_ONCE:
        raise InvalidInput(f"Announce 1 to {MOST_AT_ONCE} files at once.", field="files")
    for index, file in enumerate(files):
        if not 1 <= len(file.file_name) <= LONGEST_NAME:
            raise InvalidInput(f"A name has 1 to {LONGEST_NAME} characters.", field=f"files.{index}.fileName")
        try:
            check_announced(file.content_type, file.size_bytes)
            check_type(purpose, file.content_type)
        except InvalidInput as refusal:
            raise InvalidInput(refusal.message, field=f"files.{index}") from None


def check_type(purpose: UploadPurpose, content_type: str) -> None:
    """Raises `InvalidInput`: a document is a PDF, and nothing else is."""
    if DEMANDS[purpose].is_document and content_type != PDF:
        raise InvalidInput("A document is a PDF: announce it as 'application/pdf', or pictures as BRAND_IMAGE.")
    if content_type == PDF and not DEMANDS[purpose].is_document:
        raise InvalidInput(f"A PDF is taken as BRAND_DOCUMENT alone. Send JPEG, PNG or WebP for {purpose}.")


async def announce(uow: UnitOfWork, user_id: UserId, purpose: UploadPurpose, uploads: Sequence[Upload]) -> None:
    """Raises `ConsentRequired`, `LimitReached`; none of them is kept then."""
    await uow.lock_user(user_id)
    consent_id = await check_consent(uow, user_id, purpose)
    if await uow.uploads.count_open(user_id) + len(uploads) > MOST_OPEN:
        raise LimitReached(
            f"You have announced {MOST_OPEN} files that nothing uses yet, or would with these. Use some, or wait: what is not "
            "used goes after a day.",
            limit=MOST_OPEN,
        )
    await uow.uploads.add([replace(upload, consent_id=consent_id) for upload in uploads])


def taken(upload: Upload, clean: CleanPicture, file: StoredFile) -> Upload:
    return replace(
        upload,
        status=UploadStatus.READY,
        file=file,
        width=clean.width,
        height=clean.height,
        coverage=clean.coverage,
        measures=clean.measures,
        faces=clean.faces,
        reading=clean.reading,
    )


def rejected(upload: Upload, issue: Issue) -> Upload:
    return replace(upload, status=UploadStatus.REJECTED, issue=issue)


async def settle(uow: UnitOfWork, user_id: UserId, found: Sequence[Upload], *, stored_at: datetime) -> Sequence[Upload]:
    """What was found of them is kept, unless another call was faster: that found the same. `stored_at`: when storing began.

    Returns those that are not kept, as their consent was withdrawn meanwhile: what was stored of them is asked to go again.
    Raises `RateLimited` where a file of theirs is being removed at this moment.
    """
    await uow.lock_user(user_id)
    unwanted = await without_consent(uow, user_id, found)
    if unwanted:
        await uow.uploads.let_go(user_id, unwanted)
    wanted = [upload for upload in found if upload not in unwanted]
    keys = [upload.file.key for upload in wanted if upload.file]
    if keys:
        await check_they_stay(uow, user_id, keys, stored_at=stored_at)
    if wanted:
        await uow.uploads.settle(user_id, wanted)
    return unwanted


def in_turn(found: Sequence[Upload], upload_ids: Sequence[UploadId]) -> list[Upload]:
    """In the order of the ids. Raises `NotFound` where one is missing."""
    by_id = {upload.id: upload for upload in found}
    if any(upload_id not in by_id for upload_id in upload_ids):
        raise NotFound("One of these uploads does not exist." if len(upload_ids) > 1 else "There is no such upload.")
    return [by_id[upload_id] for upload_id in upload_ids]


def usable(upload: Upload, purpose: UploadPurpose, *, field: str) -> TakenUpload:
    """Raises `InvalidInput` for one of another purpose, `UploadRejected`, `UploadExpired`, `UploadNotSent`."""
    if upload.purpose is not purpose:
        raise InvalidInput(
            f"This upload was announced as {upload.purpose}, and {purpose} is needed. Request another upload for that.",
            field=field,
        )
    if upload.issue is not None:
        raise UploadRejected(upload.issue, upload_id=upload.id, field=field)
    if upload.status is UploadStatus.EXPIRED:
        raise UploadExpired(upload.file_name, field=field)
    if upload.file is None or upload.width is None or upload.height is None:
        raise UploadNotSent(upload.file_name, field=field)
    return TakenUpload(
        id=upload.id,
        purpose=upload.purpose,
        file=upload.file,
        width=upload.width,
        height=upload.height,
        coverage=upload.coverage,
        measures=upload.measures,
        reading=upload.reading,
    )


async def use_uploads(
    uow: UnitOfWork, user_id: UserId, uploads: Sequence[TakenUpload], *, field: str, now: datetime
) -> None:
    """For the transaction in which something begins to refer to their files, under the user's lock: they stay from now on.

    Raises `UploadExpired` for one whose time ended since it was taken in.
    """
    wanted = list(dict.fromkeys(upload.id for upload in uploads))
    kept = set(await uow.uploads.use(user_id, wanted, now=now))
    if kept != set(wanted):
        raise UploadExpired(None, field=field)


async def expire_uploads(uow: UnitOfWork, user_id: UserId) -> None:
    """Those whose time is over, by the database's clock; their files are asked to be removed."""
    await uow.lock_user(user_id)
    await uow.uploads.expire(user_id)
