"""What fal's endpoints take and answer, read strictly: an unknown field is an error here, where fal may let it pass.

Source: fal-js, types of 2026-08-02. Whether fal refuses unknown fields is uncertain.
"""

import base64
import binascii
import math
from collections.abc import Mapping
from io import BytesIO
from typing import Annotated, Literal

from PIL import Image
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from tests.support.emulators.drawing import drawn
from tests.support.emulators.fal_trainers import TRAINERS

NAMES = {"literal_error": "one_of", "too_short": "sequence_too_short", "too_long": "sequence_too_long"}
"""fal's words for pydantic's."""


def _picture_in(uri: str) -> bytes:
    head, _, text = uri.partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        raise PydanticCustomError("file_download_error", "Failed to download the file")
    try:
        data = base64.b64decode(text, validate=True)
        Image.open(BytesIO(data)).load()
    except (binascii.Error, OSError):
        raise PydanticCustomError("image_load_error", "Failed to load the image") from None
    return data


def _readable(uri: str) -> str:
    _picture_in(uri)
    return uri


Picture = Annotated[str, AfterValidator(_readable)]
Seed = Annotated[int, Field(ge=0)]
Tolerance = Literal["1", "2", "3", "4", "5", "6"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Size(_Strict):
    width: Annotated[int, Field(gt=0, le=14142)]
    height: Annotated[int, Field(gt=0, le=14142)]


class Lora(_Strict):
    path: Annotated[str, Field(min_length=1)]
    scale: Annotated[float, Field(ge=0, le=4)] = 1


class _Asked(_Strict):
    prompt: str
    seed: Seed | None = None
    sync_mode: Literal[False] = False

    @property
    def pictures(self) -> list[str]:
        return []

    @property
    def pixels(self) -> tuple[int, int]:
        raise NotImplementedError

    @property
    def format(self) -> str:
        return str(getattr(self, "output_format", "jpeg")).upper()


class _Sized(_Asked):
    image_size: Size = Size(width=1024, height=768)
    enable_safety_checker: bool = True

    @property
    def pixels(self) -> tuple[int, int]:
        return self.image_size.width, self.image_size.height


class FluxLora(_Sized):
    loras: list[Lora] = []
    num_images: Annotated[int, Field(ge=1, le=4)] = 1
    num_inference_steps: Annotated[int, Field(ge=1, le=50)] = 28
    guidance_scale: Annotated[float, Field(ge=0, le=35)] = 3.5
    output_format: Literal["jpeg", "png"] = "jpeg"
    acceleration: Literal["none", "regular"] = "none"


class FluxLoraInpainting(FluxLora):
    image_url: Picture
    mask_url: Picture
    strength: Annotated[float, Field(gt=0, le=1)] = 0.85

    @property
    def pictures(self) -> list[str]:
        return [self.image_url]


class FluxLoraFill(FluxLora):
    prompt: str = ""
    image_url: Picture
    mask_url: Picture
    guidance_scale: Annotated[float, Field(ge=28, le=35)] = 30
    paste_back: bool = True
    resize_to_original: bool = False

    @property
    def pictures(self) -> list[str]:
        return [self.image_url]


class FluxPulid(_Sized):
    reference_image_url: Picture
    num_inference_steps: Annotated[int, Field(ge=1, le=50)] = 20
    guidance_scale: Annotated[float, Field(ge=1, le=20)] = 4
    id_weight: Annotated[float, Field(ge=0, le=1)] = 1
    true_cfg: Annotated[float, Field(ge=1, le=10)] = 1
    start_step: int = 0
    max_sequence_length: Literal["128", "256", "512"] = "128"
    negative_prompt: str = ""

    @property
    def pictures(self) -> list[str]:
        return [self.reference_image_url]


class ZImage(_Sized):
    num_images: Annotated[int, Field(ge=1, le=4)] = 1
    num_inference_steps: Annotated[int, Field(ge=1, le=8)] = 8
    enable_prompt_expansion: bool = False
    output_format: Literal["jpeg", "png", "webp"] = "png"
    acceleration: Literal["none", "regular", "high"] = "regular"


class ZImageLora(ZImage):
    loras: Annotated[list[Lora], Field(max_length=3)] = []


class Kontext(_Asked):
    image_url: Picture
    aspect_ratio: Literal["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"] | None = None
    guidance_scale: Annotated[float, Field(ge=1, le=20)] = 3.5
    num_images: Annotated[int, Field(ge=1, le=4)] = 1
    enhance_prompt: bool = False
    safety_tolerance: Tolerance = "2"
    output_format: Literal["jpeg", "png"] = "jpeg"

    @property
    def pictures(self) -> list[str]:
        return [self.image_url]

    @property
    def pixels(self) -> tuple[int, int]:
        return _of_ratio(self.aspect_ratio or "1:1", 1024)


class NanoBanana(_Asked):
    image_urls: Annotated[list[Picture], Field(min_length=1, max_length=10)]
    aspect_ratio: Literal["auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16"] = "auto"
    num_images: Annotated[int, Field(ge=1, le=4)] = 1
    limit_generations: bool = True
    safety_tolerance: Tolerance = "4"
    output_format: Literal["jpeg", "png", "webp"] = "png"

    @property
    def pictures(self) -> list[str]:
        return self.image_urls

    @property
    def pixels(self) -> tuple[int, int]:
        return _of_ratio(self.aspect_ratio.replace("auto", "1:1"), 1024)


class NanoBananaPro(NanoBanana):
    image_urls: Annotated[list[Picture], Field(min_length=1, max_length=14)]
    resolution: Literal["1K", "2K", "4K"] = "1K"
    enable_web_search: bool = False
    system_prompt: str = ""

    @property
    def pixels(self) -> tuple[int, int]:
        return _of_ratio(self.aspect_ratio.replace("auto", "1:1"), 1024 * int(self.resolution[0]))


ENDPOINTS: Mapping[str, type[_Asked]] = {
    "fal-ai/flux-lora": FluxLora,
    "fal-ai/flux-lora/inpainting": FluxLoraInpainting,
    "fal-ai/flux-lora-fill": FluxLoraFill,
    "fal-ai/flux-pro/kontext/max": Kontext,
    "fal-ai/flux-pulid": FluxPulid,
    "fal-ai/nano-banana/edit": NanoBanana,
    "fal-ai/nano-banana-pro/edit": NanoBananaPro,
    "fal-ai/z-image/turbo": ZImage,
    "fal-ai/z-image/turbo/lora": ZImageLora,
}

SEEDLESS = frozenset({"fal-ai/nano-banana/edit", "fal-ai/nano-banana-pro/edit"})


def faults_in(endpoint: str, arguments: object) -> list[dict[str, object]]:
    """fal's `detail`, empty for arguments it takes."""
    try:
        {**ENDPOINTS, **TRAINERS}[endpoint].model_validate(arguments)
    except ValidationError as error:
        return [
            {
                "loc": ["body", *fault["loc"]],
                "msg": fault["msg"],
                "type": NAMES.get(fault["type"], fault["type"]),
                "url": f"https://docs.fal.ai/errors/#{fault['type']}",
            }
            for fault in error.errors(include_url=False)
        ]
    return []


def made_by(endpoint: str, arguments: object) -> tuple[bytes, str, Mapping[str, object]]:
    """The picture, its content type, and the output without its address. Takes a while: draws."""
    asked = ENDPOINTS[endpoint].model_validate(arguments)
    (width, height), seed = asked.pixels, asked.seed or 4_100_000_001
    references = [_picture_in(uri) for uri in asked.pictures]
    data = drawn(asked.prompt, width=width, height=height, seed=seed, references=references, format=asked.format)
    image = {"width": width, "height": height, "file_name": f"made.{asked.format.lower()}", "file_size": len(data)}
    content_type = f"image/{asked.format.lower()}"
    if endpoint in SEEDLESS:
        return data, content_type, {"image": image, "description": ""}
    flags = {"prompt": asked.prompt, "timings": {"inference": 1.0}, "has_nsfw_concepts": [False]}
    return data, content_type, {"image": image, "seed": seed, **flags}


def _of_ratio(ratio: str, side: int) -> tuple[int, int]:
    """About `side` squared pixels, in sides that such models make: multiples of 16."""
    wide, high = (int(part) for part in ratio.split(":"))
    scale = side / math.sqrt(wide * high)
    return round(wide * scale / 16) * 16, round(high * scale / 16) * 16
