"""Drafts of the caller's brand: asked for, from files or from answers, and read."""

from collections.abc import Sequence
from uuid import uuid4

from domain.brands.answers import BrandAnswer, checked
from domain.brands.draft import BrandDraft, BrandSource, DraftMaterial
from domain.brands.drafting import request_draft
from domain.errors import InvalidInput
from domain.ids import BrandDraftId, UploadId
from domain.uploads import service
from domain.uploads.upload import TakenUpload, Upload, UploadPurpose
from resolvers.context import Context
from resolvers.uploads import looked_at
from tasks.enqueue import nudge_relays

READABLE = (UploadPurpose.BRAND_DOCUMENT, UploadPurpose.BRAND_IMAGE)
MOST_FILES = 10


async def read(ctx: Context, upload_ids: Sequence[UploadId]) -> BrandDraft:
    """Returns once it is asked for: a worker makes it. Raises as `resolvers.uploads.taken_in` for its files."""
    if not 1 <= len(upload_ids) <= MOST_FILES or len(set(upload_ids)) < len(upload_ids):
        raise InvalidInput(f"Name 1 to {MOST_FILES} files, each once.", field="uploadIds")
    taken = [_readable(upload) for upload in await looked_at(ctx, upload_ids, field="uploadIds")]
    material = DraftMaterial(
        readings=tuple(upload.reading for upload in taken if upload.reading),
        pictures=tuple(upload.file for upload in taken),
    )
    return await _request(ctx, BrandSource.FILES, material)


async def answer(ctx: Context, answers: Sequence[BrandAnswer]) -> BrandDraft:
    """Likewise. Raises `InvalidInput` for an answer that does not do."""
    return await _request(ctx, BrandSource.QUESTIONS, DraftMaterial(answers=checked(answers)))


async def newest(ctx: Context) -> BrandDraft | None:
    return await ctx.loaders.newest_brand_drafts.load(ctx.user_id)


async def _request(ctx: Context, source: BrandSource, material: DraftMaterial) -> BrandDraft:
    draft_id = BrandDraftId(uuid4())
    async with ctx.unit_of_work() as uow:
        draft = await request_draft(uow, ctx.user_id, source, material, draft_id=draft_id, now=ctx.now())
    nudge_relays(ctx.services.live)
    return draft


def _readable(upload: Upload) -> TakenUpload:
    purpose = upload.purpose if upload.purpose in READABLE else UploadPurpose.BRAND_IMAGE
    return service.usable(upload, purpose, field="uploadIds")
