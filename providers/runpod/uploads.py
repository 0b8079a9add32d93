"""The pictures that go with a request: small enough for RunPod's 10 MB, without metadata, under names of their own.

A worker's input folder is not emptied between jobs. A name that was used before would, where its own upload is missing, give
this job somebody else's picture: so a name holds what is unique to the attempt.
"""

import struct
import zlib
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from domain.errors import ProviderRequestInvalid
from domain.images.picture import Picture
from domain.models.model import Sizes
from providers.runpod.sizes import rounded_up, shrinkage

MOST_PIXELS = 50_000_000
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)
FACE_SIDE = 1024  # pixels; PuLID looks at 512 of them
POSE_SIDE = 1536  # pixels; the server scales a pose to the size of the picture
JPEG_QUALITIES = (95, 90, 80, 70)

FACE_BYTES = 1_000_000
POSE_BYTES = 1_500_000
SOURCE_BYTES = 5_000_000
MASK_BYTES = 750_000
"""The largest sums, a source and its mask, stay below 10 MB in base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Frame:
    """How a picture lies in the larger one that the model works on: in its upper left corner."""

    width: int
    height: int
    padded_width: int
    padded_height: int


def face_upload(stem: str, picture: Picture) -> Upload:
    return _jpeg(f"{stem}-face", _shrunk(_decoded(picture, "RGB"), FACE_SIDE), most_bytes=FACE_BYTES)


def pose_upload(stem: str, picture: Picture) -> Upload:
    return _lossless(f"{stem}-pose", _shrunk(_decoded(picture, "RGB"), POSE_SIDE), most_bytes=POSE_BYTES)


def fill_uploads(stem: str, source: Picture, mask: Picture, sizes: Sizes) -> tuple[Upload, Upload]:
    """The picture, widened by its own edge to sides the model takes, and its mask, widened by black: there nothing changes.

    The server would cut the sides down to multiples of 8 instead, and the result would not lie on its source.
    """
    picture = _decoded(source, "RGB")
    frame = _frame(picture.size, sizes)
    return (
        _lossless(f"{stem}-source", _padded(picture, frame, mode="edge"), most_bytes=SOURCE_BYTES),
        _mask(f"{stem}-mask", _padded(_decoded(mask, "L"), frame, mode="constant")),
    )


def fill_frame(source: Picture, sizes: Sizes) -> Frame:
    return _frame(_decoded(source, "RGB").size, sizes)


def _frame(size: tuple[int, int], sizes: Sizes) -> Frame:
    scale = shrinkage(*size, sizes)
    width, height = (max(1, int(side * scale)) for side in size)
    return Frame(width, height, rounded_up(width, sizes.multiple_of), rounded_up(height, sizes.multiple_of))


def _padded(image: Image.Image, frame: Frame, *, mode: str) -> Image.Image:
    if image.size != (frame.width, frame.height):
        image = image.resize((frame.width, frame.height), Image.Resampling.LANCZOS)
    right, below = frame.padded_width - frame.width, frame.padded_height - frame.height
    colours = ((0, 0),) * (len(image.getbands()) > 1)
    margins = ((0, below), (0, right), *colours)
    pixels = np.asarray(image)
    return Image.fromarray(np.pad(pixels, margins, mode="edge") if mode == "edge" else np.pad(pixels, margins))


def _decoded(picture: Picture, mode: str) -> Image.Image:
    """Upright, as the person who took it sees it. Raises `ProviderRequestInvalid`."""
    try:
        with Image.open(BytesIO(picture.data), formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ProviderRequestInvalid("This picture is too large to work with.", detail="reference_too_large")
            return ImageOps.exif_transpose(image).convert(mode)
    except UNREADABLE as error:
        raise ProviderRequestInvalid("This picture cannot be read.", detail="reference_unreadable") from error


def _shrunk(image: Image.Image, longest: int) -> Image.Image:
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return image


def _lossless(stem: str, image: Image.Image, *, most_bytes: int) -> Upload:
    """As PNG, unless that is too much."""
    data = _png(image)
    return (
        Upload(name=f"{stem}.png", data=data) if len(data) <= most_bytes else _jpeg(stem, image, most_bytes=most_bytes)
    )


def _mask(stem: str, grey: Image.Image) -> Upload:
    """With its soft edges, unless they are too much: then of one bit a pixel, which always fits."""
    data = _png(grey)
    if len(data) > MASK_BYTES:
        data = _png(grey.point(lambda level: 255 if level >= 128 else 0).convert("1"))
    return Upload(name=f"{stem}.png", data=data)


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", compress_level=3)
    return file.getvalue()


def _jpeg(stem: str, image: Image.Image, *, most_bytes: int) -> Upload:
    """Of the highest quality that fits."""
    for quality in JPEG_QUALITIES:
        file = BytesIO()
        image.save(file, "JPEG", quality=quality, subsampling="4:4:4" if quality > 90 else "4:2:0")
        if file.tell() <= most_bytes:
            return Upload(name=f"{stem}.jpg", data=file.getvalue())
    raise ProviderRequestInvalid("This picture is too large to work with.", detail="reference_too_large")
