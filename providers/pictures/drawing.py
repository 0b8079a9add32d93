"""A picture, decoded and drawn anew by Pillow: upright, in sRGB, 8 bits a channel, without anything that came along with it."""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import BytesIO

from PIL import Image, ImageChops, ImageCms, ImageFile

from providers.pictures.measuring import measured

Image.MAX_IMAGE_PIXELS = None  # every file's pixels are counted before it comes here, and once more below
ImageFile.LOAD_TRUNCATED_IMAGES = False

BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    struct.error,
    zlib.error,
)
"""What Pillow's parsers raise for bytes that only look like a picture."""

TOO_DEAR = (MemoryError, RecursionError)
QUALITY = 95
ORIENTATION = 0x0112  # in EXIF
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""From how a camera was held to how a picture is looked at: EXIF 2.32, section 4.6.5."""

SPACES = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK"}
"""Of a colour profile, by the pixels that it can be about."""

Told = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a child is told. `width` and `height` are what the file's outline says; `white_from` to `light_from` of 255."""

    format: str
    width: int
    height: int
    is_mask: bool
    is_measured: bool
    is_sampled: bool
    keeps_clear: bool
    white_from: int
    colourful: int
    dark_to: int
    light_from: int
    most_bytes: int
    most_seconds: int


class UnreadableError(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def drawn(data: bytes, order: Order) -> tuple[Told, bytes]:
    image = _decoded(data, order)
    turn = TURNS.get(_orientation(image))
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    colours = _in_srgb(image)
    del image  # 40 megapixels are 120 MB each time
    if turn is not None:
        colours, alpha = colours.transpose(turn), alpha and alpha.transpose(turn)
    if order.keeps_clear:
        return _clear(colours, alpha)
    return _mask(colours, alpha, order) if order.is_mask else _photo(colours, alpha, order)


def _decoded(data: bytes, order: Order) -> Image.Image:
    """Decoded whole, and of the size its outline told: half a file has a size, too."""
    image = Image.open(BytesIO(data), formats=[order.format])
    if image.size != (order.width, order.height):
        raise UnreadableError("DAMAGED")
    try:
        image.load()
    except OSError as error:
        raise UnreadableError("TRUNCATED" if "truncated" in str(error) else "DAMAGED") from None
    return image


def _orientation(image: Image.Image) -> int:
    """1 where it is told in no way that can be read: the picture itself may be fine."""
    try:
        told: object = image.getexif().get(ORIENTATION, 1)
    except BROKEN:
        return 1
    return told if isinstance(told, int) else 1


def _in_srgb(image: Image.Image) -> Image.Image:
    """Without transparency. A profile that is broken or of another kind of pixels is none."""
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    elif image.mode in {"1", "LA"}:
        image = image.convert("L")
    elif image.mode not in SPACES:
        image = image.convert("RGB")
    profile = image.info.get("icc_profile")
    if not profile:
        return image.convert("RGB")
    try:
        theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
        if theirs.profile.xcolor_space != SPACES[image.mode]:
            return image.convert("RGB")
        turned = ImageCms.profileToProfile(image, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *BROKEN):
        return image.convert("RGB")
    return turned or image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Of grey with 16 bits: Pillow's own conversion would cut off what is lighter than 255."""
    grey = image.convert("I").point(lambda level: level / 256).convert("L")
    grey.info = dict(image.info)
    return grey


def _photo(colours: Image.Image, alpha: Image.Image | None, order: Order) -> tuple[Told, bytes]:
    """What was clear is white. A new image: nothing that hangs on the old one comes along."""
    paper = Image.new("RGB", colours.size, "white")
    paper.paste(colours, mask=alpha)
    file = BytesIO()
    paper.save(file, "JPEG", quality=QUALITY, subsampling="4:4:4")
    told: Told = {"width": paper.width, "height": paper.height, "type": "image/jpeg"}
    if order.is_measured:
        from providers.faces.detecting import find_faces  # noqa: PLC0415 - OpenCV takes 0.1 s, and is for photos alone

        told["measures"] = measured(paper)
        told["faces"] = [asdict(face) for face in find_faces(paper)]
    if order.is_sampled:
        from providers.pictures.sampling import palette_of  # noqa: PLC0415 - NumPy takes 0.1 s as well

        told["colors"] = palette_of(colours, alpha)
    return told, file.getvalue()


def _clear(colours: Image.Image, alpha: Image.Image | None) -> tuple[Told, bytes]:
    """What was clear stays so. A new image here too; what lies below what is clear is white, and tells nothing."""
    paper = Image.new("RGB", colours.size, "white")
    paper.paste(colours, mask=alpha.point(lambda level: 255 if level else 0) if alpha else None)
    if alpha is not None:
        paper.putalpha(alpha)
    file = BytesIO()
    paper.save(file, "PNG", compress_level=6)
    return {"width": paper.width, "height": paper.height, "type": "image/png"}, file.getvalue()


def _mask(colours: Image.Image, alpha: Image.Image | None, order: Order) -> tuple[Told, bytes]:
    """See `domain.uploads.mask` for what is white."""
    red, green, blue = colours.split()
    lightest, darkest = (choose(choose(red, green), blue) for choose in (ImageChops.lighter, ImageChops.darker))
    tints = ImageChops.subtract(lightest, darkest).histogram()
    grey = colours.convert("L")
    is_black = lightest.getextrema() == (0, 0)
    if alpha is not None and is_black and alpha.getextrema() != (255, 255):
        grey = alpha  # strokes on an empty layer; a canvas that nobody painted on is black and opaque everywhere
    levels, count = grey.histogram(), grey.width * grey.height
    mask = Image.new("L", grey.size)
    mask.paste(grey.point(lambda level: 255 if level >= order.white_from else 0))
    file = BytesIO()
    mask.save(file, "PNG", compress_level=6)
    measures: Mapping[str, float] = {
        "coverage": sum(levels[order.white_from :]) / count,
        "colourful": sum(tints[order.colourful + 1 :]) / count,
        "in_between": sum(levels[order.dark_to : order.light_from]) / count,
    }
    return {"width": mask.width, "height": mask.height, "type": "image/png", **measures}, file.getvalue()
