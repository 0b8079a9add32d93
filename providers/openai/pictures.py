"""Pictures on their way to OpenAI and back: small enough, masks turned to its meaning, base64 undone off the loop."""

import asyncio
import base64
from io import BytesIO

from PIL import Image, ImageOps

from domain.images.picture import Picture
from providers.pixels import made_to_fit, mask_to_fit

LONGEST_SIDE = 2_048
"""What a model looks at with `detail` "high"; more is shrunk there, after it was sent. Source: OpenAI's guide to vision, on
gpt-5.4 and later (2026-09)."""

MOST_BYTES_TO_LOOK_AT = 8 * 1024 * 1024
LONGEST_REFERENCE = 4_096
"""Pixels. Ours: OpenAI names no limit but the next one."""

MOST_BYTES_OF_A_REFERENCE = 50 * 1024 * 1024 - 1  # Source: openai 3.52.0, `image_edit_params.py`.
UPRIGHT = 1
ORIENTATION = 0x0112  # in EXIF
SMALL = 256 * 1024
"""Characters of base64 that are decoded at once; more are decoded in a thread (a picture of 3 MB takes 10 ms)."""


async def as_reference(picture: Picture) -> Picture:
    """Itself, where it is not too large. Raises as `providers.pixels.made_to_fit`."""
    return await made_to_fit(picture, longest=LONGEST_REFERENCE, most_bytes=MOST_BYTES_OF_A_REFERENCE)


async def masked(source: Picture, mask: Picture) -> tuple[Picture, Picture]:
    """Our mask is white where it changes; theirs is transparent there, a PNG exactly as large as the picture.

    The picture comes back as it went in, unless a camera noted how to turn it: then it is turned, so that nobody has to
    guess which way round the mask is. Raises as `providers.pixels.made_to_fit`.
    """
    source = await asyncio.to_thread(_upright, await as_reference(source))
    fitted = await mask_to_fit(mask, source)
    return source, await asyncio.to_thread(_clear_where_white, fitted)


async def to_look_at(picture: Picture) -> str:
    """A data URL. Raises as `providers.pixels.made_to_fit`."""
    small = await made_to_fit(picture, longest=LONGEST_SIDE, most_bytes=MOST_BYTES_TO_LOOK_AT)
    return f"data:{small.content_type};base64,{base64.b64encode(small.data).decode()}"


async def decoded(text: str) -> bytes:
    """Raises `ValueError` for what is no base64."""
    if len(text) <= SMALL:
        return base64.b64decode(text, validate=True)
    return await asyncio.to_thread(base64.b64decode, text, validate=True)


def _upright(picture: Picture) -> Picture:
    image = Image.open(BytesIO(picture.data))
    return picture if image.getexif().get(ORIENTATION, UPRIGHT) == UPRIGHT else _png(ImageOps.exif_transpose(image))


def _clear_where_white(mask: Picture) -> Picture:
    white = Image.open(BytesIO(mask.data)).convert("L")
    theirs = Image.new("RGBA", white.size, (0, 0, 0, 255))
    theirs.putalpha(ImageOps.invert(white))
    return _png(theirs)


def _png(image: Image.Image) -> Picture:
    file = BytesIO()
    image.save(file, "PNG")
    return Picture(file.getvalue(), "image/png")
