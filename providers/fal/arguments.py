"""A request of ours, as the endpoint of its model takes it. Pictures travel inside, so that nothing is uploaded first."""

import asyncio
import base64
import json

from domain.images.picture import Picture
from domain.models.model import Model
from domain.ports.image_provider import RenderRequest
from providers.fal.endpoints import ENDPOINTS
from providers.fal.endpoints.fields import Inputs, incomplete
from providers.fal.sizes import nearest
from providers.pixels import made_to_fit, mask_to_fit

LONGEST_SIDE = 2048
PICTURE_BYTES = 5_600_000
"""All pictures of a request together. As data URIs they are a third longer: the request stays under 8 MB."""


async def body_of(request: RenderRequest, model: Model) -> bytes:
    """Raises `ProviderRequestInvalid` for what the endpoint cannot be asked, before anything is sent."""
    arguments = ENDPOINTS.get(model.endpoint)
    if arguments is None:
        raise incomplete(f"{model.key} is no image model of fal")
    inputs = await _inputs(request, model)
    return await asyncio.to_thread(lambda: json.dumps(arguments(request, inputs)).encode())


async def _inputs(request: RenderRequest, model: Model) -> Inputs:
    width, height = nearest(request.width, request.height, model.sizes)
    wanted = request.pictures[: model.references[1]]
    share = PICTURE_BYTES // max(1, len(wanted))
    pictures = [await made_to_fit(picture, longest=LONGEST_SIDE, most_bytes=share) for picture in wanted]
    mask = await mask_to_fit(request.mask, pictures[0]) if request.mask and pictures else None
    return Inputs(
        width=width,
        height=height,
        pictures=tuple([await asyncio.to_thread(_data_uri, picture) for picture in pictures]),
        mask=_data_uri(mask) if mask else None,
    )


def _data_uri(picture: Picture) -> str:
    return f"data:{picture.content_type};base64,{base64.b64encode(picture.data).decode()}"
