"""How strictly OpenAI reads a request: every field known, of its type, within its bounds; its own words for what is not."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from starlette.responses import JSONResponse

from domain.models.model import Sizes

Check = Callable[[str, object], None]
"""Given a field's name and value; raises `Complained`."""


@dataclass(slots=True)
class Complained(Exception):
    """OpenAI's error, in its own shape."""

    message: str
    code: str | None
    param: str | None = None
    status: int = 400
    type: str = "invalid_request_error"

    @property
    def body(self) -> dict[str, object]:
        return {"message": self.message, "type": self.type, "param": self.param, "code": self.code}

    def response(self) -> JSONResponse:
        return JSONResponse({"error": self.body}, status_code=self.status)


def checked(body: Mapping[str, object], fields: Mapping[str, Check], *, required: Iterable[str]) -> None:
    for name in body:
        if name not in fields:
            raise Complained(f"Unknown parameter: '{name}'.", "unknown_parameter", name)
    for name in required:
        if name not in body:
            raise Complained(f"Missing required parameter: '{name}'.", "missing_required_parameter", name)
    for name, value in body.items():
        fields[name](name, value)


def text(longest: int = 10_000_000) -> Check:
    def check(name: str, value: object) -> None:
        if not isinstance(value, str):
            raise Complained(f"Invalid type for '{name}': expected a string.", "invalid_type", name)
        if len(value) > longest:
            raise Complained(f"Invalid '{name}': string too long.", "string_above_max_length", name)

    return check


def one_of(*values: str) -> Check:
    def check(name: str, value: object) -> None:
        if value not in values:
            raise Complained(f"Invalid value: '{value}'. Supported values are: {values}.", "invalid_value", name)

    return check


def number(least: int, most: int) -> Check:
    def check(name: str, value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Complained(f"Invalid type for '{name}': expected an integer.", "invalid_type", name)
        if not least <= value <= most:
            raise Complained(f"Invalid '{name}': expected {least} to {most}.", "integer_out_of_range", name)

    return check


def truth(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise Complained(f"Invalid type for '{name}': expected a boolean.", "invalid_type", name)


def anything(name: str, value: object) -> None:
    """Looked at elsewhere."""


def refused(name: str, value: object) -> None:
    raise Complained(
        f"Unsupported parameter: '{name}' is not supported with this model.", "unsupported_parameter", name
    )


def of_form(fields: Mapping[str, str]) -> dict[str, object]:
    """A form's fields are text; numbers and truths are read from it."""
    others = {name: value for name, value in fields.items() if name != "prompt"}
    numbers = {name: int(value) for name, value in others.items() if value.isdecimal()}
    truths = {name: value == "true" for name, value in others.items() if value in {"true", "false"}}
    return {**fields, **numbers, **truths}


def size_of(value: object, sizes: Sizes) -> tuple[int, int]:
    """Source of the bounds: OpenAI's guide to image generation, on gpt-image-2."""
    found = re.fullmatch(r"(\d{1,4})x(\d{1,4})", str(value))
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    legal = (
        width % 16 == height % 16 == 0
        and 655_360 <= width * height <= 8_294_400
        and max(width, height) <= min(3840, 3 * min(width, height))
    )
    if (width, height) not in sizes.named if sizes.named else not legal:
        raise Complained(f"Invalid size '{value}'.", "invalid_value", "size", type="image_generation_user_error")
    return width, height


def opened(name: str, data: bytes, formats: tuple[str, ...] = ("PNG", "JPEG", "WEBP")) -> Image.Image:
    try:
        image = Image.open(BytesIO(data), formats=formats)
        image.load()
    except (UnidentifiedImageError, OSError):
        raise Complained("Invalid image file or mode.", "invalid_image_file", name) from None
    return image


def seen(name: str, url: object) -> Image.Image:
    """Of a data URL. Nothing is fetched: there is no network behind the emulator."""
    head, _, data = str(url).partition(";base64,")
    if not re.fullmatch(r"data:image/(png|jpeg|webp|gif)", head):
        raise Complained("Expected a base64-encoded data URL with an image MIME type.", "invalid_image_url", name)
    try:
        return opened(name, base64.b64decode(data, validate=True), ("PNG", "JPEG", "WEBP", "GIF"))
    except binascii.Error:
        raise Complained("Invalid base64 image.", "invalid_base64_image", name) from None
