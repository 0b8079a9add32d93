"""Pictures brought to the size that was asked for, whatever size a provider made, and made small enough to be sent.

Decoding is work for the processor and happens in a thread. Only JPEG, PNG and WebP are opened: Pillow knows dozens of
formats, and each is a parser for bytes that strangers sent.
"""

import asyncio
import struct
import zlib
from io import BytesIO

from PIL import Image, ImageOps

from domain.errors import ProviderRequestInvalid, ProviderUnavailable
from domain.images.picture import Picture
from domain.personas.faces import Face

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
QUALITY = 92
FACE_HEIGHT = 0.45
"""Where the middle of a face stands in a picture that is cut around it, from the top."""
BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)
"""What Pillow raises for bytes that only begin like a picture."""
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


async def brought_to(data: bytes, *, width: int, height: int, around_face: bool = False) -> tuple[bytes, str]:
    """The picture in exactly this size, and its content type. It covers the size; what juts out is cut off evenly, or so that
    the largest face that is found stays whole.

    Bytes that have the size already come back as they are. Raises `ProviderUnavailable` for what is no whole picture, or
    has more than 50 megapixels.
    """
    try:
        return await asyncio.to_thread(_brought_to, data, width, height, around_face)
    except NotUsableError as error:
        raise ProviderUnavailable(
            "The provider's picture could not be used. Please try again.", detail=str(error)
        ) from None


async def made_to_fit(picture: Picture, *, longest: int, most_bytes: int) -> Picture:
    """The picture with at most so many pixels a side and so many bytes; itself where it fits.

    Raises `ProviderRequestInvalid` for what is no whole picture: it is one of ours, which was looked at when it came in.
    """
    try:
        return await asyncio.to_thread(_made_to_fit, picture, longest, most_bytes)
    except NotUsableError as error:
        raise _broken_input(error) from None


async def mask_to_fit(mask: Picture, picture: Picture) -> Picture:
    """The mask, black and white as a PNG, as large as the picture. Raises as `made_to_fit`."""
    try:
        return await asyncio.to_thread(_mask_to_fit, mask, picture)
    except NotUsableError as error:
        raise _broken_input(error) from None


def upright(picture: Picture) -> Image.Image:
    """The pixels as they are meant to be looked at: red, green and blue, no transparency. Work for a thread.

    Raises as `made_to_fit`.
    """
    try:
        return _upright(_opened(picture.data))
    except NotUsableError as error:
        raise _broken_input(error) from None


class NotUsableError(Exception):
    """No whole picture, or one of too many pixels."""


def _broken_input(error: NotUsableError) -> ProviderRequestInvalid:
    return ProviderRequestInvalid("A picture this image is made from cannot be read.", detail=str(error))


def _brought_to(data: bytes, width: int, height: int, around_face: bool) -> tuple[bytes, str]:
    image = _opened(data)
    if image.size == (width, height) and not _is_turned(image):
        return data, Image.MIME[image.format or ""]
    upright = _upright(image)
    middle = around_the_face(upright, width, height) if around_face else (0.5, 0.5)
    fitted = ImageOps.fit(upright, (width, height), Image.Resampling.LANCZOS, centering=middle)
    return _jpeg(fitted, _profile(upright)), "image/jpeg"


def around_the_face(image: Image.Image, width: int, height: int) -> tuple[float, float]:
    """How much of what juts out is cut off on the left and at the top, 0 to 1, for a picture in these proportions. Half of it where
    nothing has to be cut, or no face is seen."""
    if max(_cut(image.size, width, height)) < 1:
        return 0.5, 0.5
    from providers.faces.detecting import find_faces  # noqa: PLC0415 - numpy and cascades, for those pictures alone

    faces = find_faces(image)
    return cut_around(faces[0], image.size, width, height) if faces else (0.5, 0.5)


def cut_around(face: Face, size: tuple[int, int], width: int, height: int) -> tuple[float, float]:
    left, top = _cut(size, width, height)
    return (
        _share(face.left + face.width / 2, size[0], left, 0.5),
        _share(face.top + face.height / 2, size[1], top, FACE_HEIGHT),
    )


def _cut(size: tuple[int, int], width: int, height: int) -> tuple[float, float]:
    """How many pixels jut out across and down."""
    scale = min(size[0] / width, size[1] / height)
    return size[0] - scale * width, size[1] - scale * height


def _share(middle: float, length: int, cut: float, place: float) -> float:
    """So that the middle of the face comes to stand at `place` of what is left, as far as the picture goes."""
    if cut < 1:
        return 0.5
    return min(1.0, max(0.0, (middle - place * (length - cut)) / cut))


def _made_to_fit(picture: Picture, longest: int, most_bytes: int) -> Picture:
    image = _opened(picture.data)
    if max(image.size) <= longest and len(picture.data) <= most_bytes:
        return picture
    upright, profile = _upright(image), _profile(image)
    side = min(longest, max(image.size))
    while True:
        small = ImageOps.contain(upright, (side, side), Image.Resampling.LANCZOS)
        data = _jpeg(small, profile)
        if len(data) <= most_bytes or side <= 64:
            return Picture(data, "image/jpeg")
        side = side * 4 // 5


def _mask_to_fit(mask: Picture, picture: Picture) -> Picture:
    size = _opened(picture.data).size
    grey = _opened(mask.data).convert("L").resize(size, Image.Resampling.LANCZOS)
    file = BytesIO()
    grey.point(lambda level: 255 if level >= 128 else 0).save(file, "PNG", optimize=True)
    return Picture(file.getvalue(), "image/png")


def _opened(data: bytes) -> Image.Image:
    """Decoded whole: half a file has a size, too."""
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise NotUsableError(f"a picture of {image.width}x{image.height} pixels")
        image.load()
    except BOMBS:
        raise NotUsableError("a picture of far too many pixels") from None
    except BROKEN:
        raise NotUsableError(f"{len(data)} bytes that are no whole picture") from None
    return image


def _is_turned(image: Image.Image) -> bool:
    orientation: int = image.getexif().get(0x0112, 1)
    return orientation != 1


def _upright(image: Image.Image) -> Image.Image:
    """As it is meant to be looked at, without transparency: what was clear is white."""
    turned = ImageOps.exif_transpose(image)
    if not turned.has_transparency_data:
        return turned.convert("RGB")
    clear = turned.convert("RGBA")
    paper = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(paper, clear).convert("RGB")


def _profile(image: Image.Image) -> bytes | None:
    """The colour profile, where it is one of red, green and blue: others describe pixels that are no longer there."""
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) and profile[16:20] == b"RGB " else None


def _jpeg(image: Image.Image, profile: bytes | None) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY, subsampling="4:4:4", icc_profile=profile)
    return file.getvalue()
