"""What each of fal's endpoints is asked, field by field."""

import base64
import json
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from domain.errors import ProviderRequestInvalid
from domain.images.picture import Picture
from domain.models.model import Provider, Sizes
from domain.models.registry import IMAGE_MODELS, MODELS
from domain.ports.image_provider import RenderRequest
from providers.fal.arguments import body_of
from providers.fal.endpoints import ENDPOINTS
from providers.fal.sizes import nearest
from tests.support.emulators.fal_models import ENDPOINTS as EMULATED
from tests.support.emulators.fal_models import faults_in
from tests.support.fal_requests import LORA, mask, picture, wish

PROMPT = "a portrait of a woman, hazel eyes"
FACE, PLACE = picture(), picture(level=200)


def uri(of: Picture) -> str:
    return f"data:{of.content_type};base64,{base64.b64encode(of.data).decode()}"


SIZE = {"width": 608, "height": 800}  # 600 x 800 in multiples of 16
LORAS = [{"path": "https://files.example/maya.safetensors?token=t", "scale": 0.9}]
FLUX = {
    "prompt": PROMPT,
    "image_size": SIZE,
    "num_inference_steps": 28,
    "seed": 11,
    "num_images": 1,
    "enable_safety_checker": True,
    "output_format": "jpeg",
}
Z_IMAGE = {**FLUX, "num_inference_steps": 8, "enable_prompt_expansion": False}
EDIT = {
    "prompt": PROMPT,
    "image_urls": [uri(FACE), uri(PLACE)],
    "aspect_ratio": "3:4",
    "seed": 11,
    "num_images": 1,
    "limit_generations": True,
    "safety_tolerance": "4",
    "output_format": "jpeg",
}

ASKED: list[tuple[RenderRequest, dict[str, object]]] = [
    (wish("fal/z-image-turbo"), Z_IMAGE),
    (wish("fal/z-image-turbo-lora", loras=(LORA,)), {**Z_IMAGE, "loras": LORAS}),
    (wish("fal/flux-lora", loras=(LORA,)), {**FLUX, "guidance_scale": 3.5, "loras": LORAS}),
    (wish("fal/flux-lora", steps=90), {**FLUX, "num_inference_steps": 50, "guidance_scale": 3.5, "loras": []}),
    (
        wish("fal/flux-lora-inpainting", references=(FACE,), mask=mask()),
        {**FLUX, "guidance_scale": 3.5, "loras": [], "image_url": uri(FACE), "mask_url": uri(mask()), "strength": 0.85},
    ),
    (
        wish("fal/flux-lora-fill", references=(FACE,), mask=mask()),
        {
            **FLUX,
            "guidance_scale": 30.0,
            "loras": [],
            "image_url": uri(FACE),
            "mask_url": uri(mask()),
            "paste_back": True,
        },
    ),
    (
        wish("fal/flux-pulid", references=(FACE,)),
        {
            "prompt": PROMPT,
            "reference_image_url": uri(FACE),
            "image_size": SIZE,
            "num_inference_steps": 28,
            "guidance_scale": 4.0,
            "id_weight": 1.0,
            "seed": 11,
            "enable_safety_checker": True,
        },
    ),
    (
        wish("fal/kontext-max", references=(FACE,)),
        {
            "prompt": PROMPT,
            "image_url": uri(FACE),
            "aspect_ratio": "3:4",
            "guidance_scale": 3.5,
            "seed": 11,
            "num_images": 1,
            "enhance_prompt": False,
            "safety_tolerance": "2",
            "output_format": "jpeg",
        },
    ),
    (wish("fal/nano-banana-edit", references=(FACE, PLACE)), EDIT),
    (
        wish("fal/nano-banana-pro-edit", references=(FACE, PLACE)),
        {**EDIT, "resolution": "1K", "enable_web_search": False},
    ),
    (
        wish("fal/nano-banana-pro-edit", references=(FACE, PLACE), width=1200, height=1600),
        {**EDIT, "resolution": "2K", "enable_web_search": False},
    ),
    (
        wish("fal/nano-banana-pro-edit", references=(FACE, PLACE), width=3072, height=4096),
        {**EDIT, "resolution": "4K", "enable_web_search": False},
    ),
]


async def said(request: RenderRequest) -> dict[str, object]:
    body: dict[str, object] = json.loads(await body_of(request, MODELS[request.model]))
    return body


@pytest.mark.parametrize(("request_", "arguments"), ASKED, ids=[request.model for request, _ in ASKED])
async def test_each_endpoint_is_asked_in_its_own_words(request_: RenderRequest, arguments: dict[str, object]) -> None:
    body = await said(request_)
    if "mask_url" in arguments:  # encoded anew: compared by its pixels
        assert pixels_of(body.pop("mask_url")) == pixels_of(arguments["mask_url"])
        arguments = {key: value for key, value in arguments.items() if key != "mask_url"}
    assert body == arguments


@pytest.mark.parametrize("request_", [request for request, _ in ASKED], ids=[request.model for request, _ in ASKED])
async def test_the_emulator_takes_what_is_asked_and_nothing_more(request_: RenderRequest) -> None:
    endpoint, body = MODELS[request_.model].endpoint, await said(request_)
    assert faults_in(endpoint, body) == []
    [fault] = faults_in(endpoint, {**body, "surprise": 1})
    assert (fault["loc"], fault["type"]) == (["body", "surprise"], "extra_forbidden")


def test_every_model_of_fal_in_the_registry_has_its_endpoint() -> None:
    listed = {model.endpoint for model in IMAGE_MODELS if model.provider is Provider.FAL}
    assert listed == set(ENDPOINTS) == set(EMULATED)


@pytest.mark.parametrize(
    ("request_", "detail"),
    [
        (wish("fal/flux-pulid"), "not asked: no picture"),
        (wish("fal/kontext-max"), "not asked: no picture"),
        (wish("fal/nano-banana-edit"), "not asked: no picture"),
        (wish("fal/nano-banana-pro-edit"), "not asked: no picture"),
        (wish("fal/flux-lora-fill", references=(FACE,)), "not asked: no mask"),
        (wish("fal/flux-lora-inpainting", mask=mask()), "not asked: no picture"),
        (wish("fal/flux-lora", loras=(replace(LORA, url=None),)), "not asked: a LoRA without an address"),
        (wish("openai/gpt-image-2"), "not asked: openai/gpt-image-2 is no image model of fal"),
        (wish("fal/flux-pulid", references=(Picture(b"gone", "image/png"),)), "4 bytes that are no whole picture"),
    ],
)
async def test_what_an_endpoint_cannot_be_asked_is_not_sent(request_: RenderRequest, detail: str) -> None:
    with pytest.raises(ProviderRequestInvalid) as raised:
        await said(request_)
    assert raised.value.detail == detail


async def test_no_more_pictures_are_sent_than_a_model_takes() -> None:
    body = await said(wish("fal/kontext-max", references=(FACE, PLACE)))
    assert body["image_url"] == uri(FACE)
    many = await said(wish("fal/nano-banana-edit", references=tuple(picture(level=level) for level in range(12))))
    assert len(many["image_urls"]) == 10  # type: ignore[arg-type] # a list, as the test above shows


async def test_a_request_stays_below_eight_megabytes_and_a_mask_follows_its_picture() -> None:
    file = BytesIO()
    Image.effect_noise((2600, 2600), 99).convert("RGB").save(file, "PNG")
    large = Picture(file.getvalue(), "image/png")
    body = await body_of(
        wish("fal/flux-lora-fill", references=(large,), mask=mask(2600, 2600)), MODELS["fal/flux-lora-fill"]
    )
    assert len(body) < 8 * 1024 * 1024 < len(large.data)
    sent = json.loads(body)
    width, height = pixels_of(sent["image_url"])[0]
    assert 1000 < width == height <= 2048
    assert pixels_of(sent["mask_url"])[0] == (width, height)


def pixels_of(data_uri: object) -> tuple[tuple[int, int], bytes]:
    image = Image.open(BytesIO(base64.b64decode(str(data_uri).partition(",")[2])))
    return image.size, image.convert("L").tobytes()


FREE = Sizes(multiple_of=16, shortest=256, longest=2048, most_pixels=2048 * 2048)


@pytest.mark.parametrize(
    ("wished", "asked"),
    [
        ((1024, 1024), (1024, 1024)),
        ((1080, 1350), (1088, 1360)),
        ((600, 800), (608, 800)),
        ((64, 64), (256, 256)),
        ((100, 200), (256, 512)),
        ((4096, 2048), (2048, 1024)),
        ((3000, 3000), (2048, 2048)),
        ((2048, 100), (2048, 256)),
    ],
)
def test_the_smallest_size_that_covers_the_wish_is_asked_for(wished: tuple[int, int], asked: tuple[int, int]) -> None:
    assert nearest(*wished, FREE) == asked


@pytest.mark.parametrize(
    ("wished", "ratio"),
    [
        ((1024, 1024), (1, 1)),
        ((1080, 1350), (4, 5)),
        ((1080, 1920), (9, 16)),
        ((1920, 1080), (16, 9)),
        ((900, 300), (21, 9)),
    ],
)
def test_the_nearest_proportion_is_asked_for_where_a_model_takes_only_those(
    wished: tuple[int, int], ratio: tuple[int, int]
) -> None:
    assert nearest(*wished, MODELS["fal/nano-banana-pro-edit"].sizes) == ratio
