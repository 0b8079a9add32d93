"""What a job needs from uploads, looked at before any transaction."""

from dataclasses import replace

from domain.jobs.kinds.changes import InpaintRequest
from domain.jobs.kinds.variations import VariationsRequest
from domain.uploads.upload import UploadPurpose
from resolvers.context import Context
from resolvers.uploads import taken_in


async def variations(ctx: Context, request: VariationsRequest) -> VariationsRequest:
    """Raises what `taken_in` does."""
    taken = await taken_in(ctx, request.style_uploads, UploadPurpose.STYLE_IMAGE, field="styleUploadIds")
    return replace(request, styles=tuple(taken))


async def inpaint(ctx: Context, request: InpaintRequest) -> InpaintRequest:
    """Raises what `taken_in` does."""
    (mask,) = await taken_in(ctx, [request.mask_upload], UploadPurpose.MASK, field="maskUploadId")
    return replace(request, mask=mask)
