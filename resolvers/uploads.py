"""Uploads: announced, taken in, read.

Whatever works with files of its owner calls `taken_in` before its transaction, and `domain.uploads.service.use_uploads` inside.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import structlog

from db.queries.uploads import uploads_by_id
from domain.errors import InvalidInput, NotFound, ProviderError, RateLimited
from domain.ids import UploadId
from domain.ports.object_store import UploadSlot, file_of, upload_key
from domain.ports.pictures import PictureRefused, Pictures
from domain.uploads import service
from domain.uploads.consent import WITHDRAWN, check_consent
from domain.uploads.demands import DEMANDS, MOST_AT_ONCE, SLOT_MARGIN, UPLOAD_LIFE
from domain.uploads.errors import ConsentRequired
from domain.uploads.upload import AnnouncedFile, TakenUpload, Upload, UploadPurpose, UploadStatus
from resolvers.context import Context

log = structlog.get_logger("likeness.uploads")


@dataclass(frozen=True, slots=True)
class OpenUpload:
    upload: Upload
    slot: UploadSlot


async def request(ctx: Context, purpose: UploadPurpose, files: Sequence[AnnouncedFile]) -> Sequence[OpenUpload]:
    """Addresses first, which nobody knows until they are returned: a store may be a network away."""
    service.check_files(purpose, files)
    async with ctx.unit_of_work() as uow:
        await check_consent(uow, ctx.user_id, purpose)
    opened = await asyncio.gather(*(_opened(ctx, purpose, file) for file in files))
    async with ctx.unit_of_work() as uow:
        await service.announce(uow, ctx.user_id, purpose, [one.upload for one in opened])
    return opened


async def _opened(ctx: Context, purpose: UploadPurpose, file: AnnouncedFile) -> OpenUpload:
    upload_id, now = UploadId(uuid4()), ctx.now()
    key = upload_key(ctx.user_id, upload_id, file.content_type)
    slot = await ctx.services.files.slot(key, content_type=file.content_type, size_bytes=file.size_bytes)
    upload = Upload(
        id=upload_id,
        user_id=ctx.user_id,
        purpose=purpose,
        file_name=file.file_name,
        announced_type=file.content_type,
        announced_size_bytes=file.size_bytes,
        original_key=key,
        created_at=now,
        slot_expires_at=slot.expires_at,
        usable_until=max(now + UPLOAD_LIFE, slot.expires_at + SLOT_MARGIN),
    )
    return OpenUpload(upload, slot)


async def taken_in(
    ctx: Context, upload_ids: Sequence[UploadId], purpose: UploadPurpose, *, field: str
) -> Sequence[TakenUpload]:
    """The files behind these uploads, looked at and kept, in this order. Not to be called in a transaction: it takes seconds.

    Safe to call again, and twice at once: each file is kept once. `field` is where the input names them. Raises `NotFound`,
    `UploadRejected`, `UploadNotSent`, `UploadExpired`, `InvalidInput` for one of another purpose, `ProviderUnavailable` and
    `RateLimited` where it has to be tried again. What was found by then is kept in any case.
    """
    return [service.usable(upload, purpose, field=field) for upload in await looked_at(ctx, upload_ids, field=field)]


async def check(ctx: Context, upload_ids: Sequence[UploadId]) -> Sequence[Upload]:
    """Each READY or REJECTED. Raises as `taken_in`, but not for what was found of them."""
    field = "uploadIds"
    if not upload_ids:
        raise InvalidInput("Name at least one upload.", field=field)
    uploads = await looked_at(ctx, upload_ids, field=field)
    for upload in uploads:
        if upload.status is not UploadStatus.REJECTED:
            service.usable(upload, upload.purpose, field=field)
    return uploads


async def looked_at(ctx: Context, upload_ids: Sequence[UploadId], *, field: str) -> list[Upload]:
    """Those whose file has arrived are READY or REJECTED afterwards. Raises as `taken_in`, but not for what was found."""
    if len(upload_ids) > MOST_AT_ONCE:
        raise InvalidInput(f"Name at most {MOST_AT_ONCE} uploads at once.", field=field)
    uploads = await _read(ctx, upload_ids)
    pending = {upload.id: upload for upload in uploads if upload.status is UploadStatus.PENDING}
    if not pending:
        return uploads
    started = ctx.now()
    found = await asyncio.gather(*(_found(ctx, upload) for upload in pending.values()), return_exceptions=True)
    unwanted = await _keep(ctx, [one for one in found if isinstance(one, Upload)], started)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    if unwanted:
        raise ConsentRequired(WITHDRAWN)
    return await _read(ctx, upload_ids)


async def _read(ctx: Context, upload_ids: Sequence[UploadId]) -> list[Upload]:
    async with ctx.read() as connection:
        found = await uploads_by_id(connection, upload_ids)
    return service.in_turn(list(found.values()), upload_ids)


async def _found(ctx: Context, upload: Upload) -> Upload | None:
    """None while there is no file; or not any more, because another call takes it in at this moment."""
    demands = DEMANDS[upload.purpose]
    async with ctx.services.picture_turns.of(upload.user_id):
        try:
            data = await ctx.services.files.get(upload.original_key)
        except NotFound:
            return None
        try:
            clean = await _pictures(ctx).cleaned(
                data, content_type=upload.announced_type, size_bytes=upload.announced_size_bytes, demands=demands
            )
        except PictureRefused as refusal:
            return service.rejected(upload, refusal.issue)
        file = file_of(upload.user_id, demands.folder, clean.data, clean.content_type)
        await ctx.services.files.put(file, clean.data)
        return service.taken(upload, clean, file)


async def _keep(ctx: Context, found: Sequence[Upload], started: datetime) -> Sequence[Upload]:
    """The removal of what was sent is written down with what was found, and then tried at once. Returns what may not be kept."""
    if not found:
        return []
    async with ctx.unit_of_work() as uow:
        unwanted = await service.settle(uow, ctx.user_id, found, stored_at=started)
    for upload in found:
        if upload.issue:
            log.info("an upload was rejected", upload_id=str(upload.id), issue=upload.issue.code)
    try:
        await ctx.services.files.remove([upload.original_key for upload in found])
    except (ProviderError, RateLimited) as error:
        log.warning("sent files could not be removed; a worker tries again", reason=type(error).__name__)
    return unwanted


def _pictures(ctx: Context) -> Pictures:
    if ctx.services.pictures is None:
        raise RuntimeError("This process was made without a reader of pictures.")
    return ctx.services.pictures
