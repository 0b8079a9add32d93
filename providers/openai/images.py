"""Pictures by OpenAI's image models, shown while they form.

One call is one picture and one stream: there is no number to ask about it afterwards, so a stream that breaks is an outcome
nobody knows. Seeds, steps and LoRAs mean nothing to these models; equal requests give different pictures.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from domain.errors import ProviderRequestInvalid
from domain.images.picture import Picture
from domain.models.model import Ability, Model, Provider
from domain.models.registry import MODELS
from domain.ports.image_provider import OnPreview, OnProgress, RenderedImage, RenderRequest, unseen
from providers.openai.client import OpenAIClient
from providers.openai.errors import MISTAKEN
from providers.openai.forming import formed
from providers.openai.pictures import as_reference, masked
from providers.openai.sizes import nearest
from providers.pixels import brought_to

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from openai.types.image_edit_stream_event import ImageEditStreamEvent
    from openai.types.image_gen_stream_event import ImageGenStreamEvent

RENDER_LIMIT = timedelta(minutes=5)
"""For one picture. The dearest take about two minutes (uncertain: third parties, 2026-11)."""

MOST_PREVIEWS = 3
"""Each costs 100 tokens more. Source: OpenAI's guide to image generation, 2026-11."""

REFERENCES = {Ability.TEXT_TO_IMAGE: (0, 0), Ability.EDIT: (1, 16), Ability.INPAINT: (1, 1)}
"""How many pictures each ability takes, least and most. Source: openai 3.52.0, `image_edit_params.py`."""

FIDELITY: dict[str, Literal["high", "low"]] = {"gpt-image-1.5": "high"}
"""How closely references are kept, by model, where a model can be told: 1-mini only knows its default, later ones refuse to
be told. Source: as above."""

QUALITY: dict[str, Literal["medium", "high"]] = {"standard": "medium", "high": "high"}

FORMAT: Literal["jpeg"] = "jpeg"
"""A tenth of a PNG, four times a call: the previews come in it too."""


class OpenAIImages:
    """Implements `ImageProvider`. `previews` is how many to ask for when somebody looks, 0 to 3."""

    def __init__(self, client: OpenAIClient, *, previews: int = MOST_PREVIEWS, limit: timedelta = RENDER_LIMIT) -> None:
        self._client, self._previews, self._limit = client, previews, limit

    async def render(
        self, request: RenderRequest, *, on_progress: OnProgress, on_preview: OnPreview = unseen
    ) -> RenderedImage:
        """Cancelling it cuts the connection, which is all the stopping there is: what is under way may still be billed."""
        model = _model(request)
        on_progress(0)
        previews = 0 if on_preview is unseen or not model.streams else self._previews
        pictures = await _pictures(request)
        async with (
            self._client.paid(self._limit) as sdk,
            await _begun(sdk, request, model, pictures, previews) as events,
        ):
            data = await formed(events, previews=previews, on_progress=on_progress, on_preview=on_preview)
        data, content_type = await brought_to(
            data, width=request.width, height=request.height, around_face=request.crop_to_face
        )
        on_progress(100)
        return RenderedImage(
            data=data, content_type=content_type, provider=Provider.OPENAI, model=model.key, seed=request.seed
        )


def _model(request: RenderRequest) -> Model:
    """Raises `ProviderRequestInvalid` for what these models cannot be asked, before anything is sent."""
    model = MODELS.get(request.model)
    if model is None or model.provider is not Provider.OPENAI:
        raise ProviderRequestInvalid(MISTAKEN, detail=f"not a model of OpenAI: {request.model[:60]}")
    least, most = REFERENCES.get(request.ability, (0, -1))
    wrong = [
        what
        for what, is_so in {
            f"cannot {request.ability}": request.ability not in model.abilities,
            f"{len(request.pictures)} references": not least <= len(request.pictures) <= most,
            "a mask to inpaint": (request.ability is Ability.INPAINT) is not bool(request.mask),
            "LoRAs": bool(request.loras),
            f"quality {request.quality[:20]}": request.quality not in QUALITY,
        }.items()
        if is_so
    ]
    if wrong:
        raise ProviderRequestInvalid(MISTAKEN, detail=f"{model.key}: {', '.join(wrong)}")
    return model


async def _pictures(request: RenderRequest) -> Sequence[Picture]:
    """What is sent along: references, or a picture and its mask."""
    if request.mask is not None:
        return await masked(request.references[0], request.mask)
    return [await as_reference(picture) for picture in request.pictures]


async def _begun(
    sdk: "AsyncOpenAI", request: RenderRequest, model: Model, pictures: Sequence[Picture], previews: int
) -> "AsyncStream[ImageGenStreamEvent] | AsyncStream[ImageEditStreamEvent]":
    """The paid POST. It returns with the first bytes of the answer."""
    from openai import omit  # noqa: PLC0415 - whoever has the SDK's client has it loaded

    width, height = nearest(request.width, request.height, model.sizes)
    if request.ability is Ability.TEXT_TO_IMAGE:
        return await sdk.images.generate(
            model=model.endpoint,
            prompt=_words(request),
            n=1,
            size=f"{width}x{height}",
            quality=QUALITY[request.quality],
            output_format=FORMAT,
            partial_images=previews,
            stream=True,
        )
    files = [(f"{place}.{_suffix(one)}", one.data, one.content_type) for place, one in enumerate(pictures)]
    return await sdk.images.edit(
        model=model.endpoint,
        image=files[:1] if request.mask else files,
        mask=files[1] if request.mask else omit,
        input_fidelity=FIDELITY.get(model.endpoint, omit),
        prompt=_words(request),
        n=1,
        size=f"{width}x{height}",
        quality=QUALITY[request.quality],
        output_format=FORMAT,
        partial_images=previews,
        stream=True,
    )


def _words(request: RenderRequest) -> str:
    """These models have no negative prompt, but read sentences."""
    return (
        f"{request.prompt}\n\nKeep out of the picture: {request.negative_prompt}."
        if request.negative_prompt
        else request.prompt
    )


def _suffix(picture: Picture) -> str:
    return picture.content_type.removeprefix("image/")
