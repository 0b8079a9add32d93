"""Files as strangers send them, good ones and hostile ones, each made here by a few lines, with what has to be said of it.

Wherever a file may carry more than its picture, it carries `CANARY`.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin
from PIL.ExifTags import GPS, IFD, Base

from domain.uploads.issues import IssueCode
from domain.uploads.upload import UploadPurpose

CANARY = b"CANARY-48.8584N-2.2945E"
SIDE = 600
JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"


def picture(mode: str = "RGB", width: int = SIDE, height: int = SIDE + 40) -> Image.Image:
    """A gradient: no two quarters of it are alike, and each pixel of its middle has its neighbours' colour."""
    ramp = Image.linear_gradient("L").resize((width, height))
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    coloured = Image.merge("RGB", (ramp, across, Image.new("L", (width, height), 90)))
    return coloured if mode == "RGB" else coloured.convert(mode)


def saved(image: Image.Image, format_: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def jpeg(**options: Any) -> bytes:
    return saved(picture(), "JPEG", **options)


def png(**options: Any) -> bytes:
    return saved(picture(), "PNG", **options)


def webp(**options: Any) -> bytes:
    return saved(picture(), "WEBP", **options)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width: int, height: int, *, rows: bytes = b"", depth: int = 8, colour: int = 2, more: bytes = b"") -> bytes:
    """Whatever its header says, these compressed rows."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + more + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def png_of_16_bits() -> bytes:
    """Half as bright as can be: 0x8000 of red."""
    row = b"\x00" + struct.pack(">HHH", 0x8000, 0, 0xFFFF) * SIDE
    return png_of(SIDE, SIDE, rows=row * SIDE, depth=16)


def grey_png_of_16_bits() -> bytes:
    return png_of(SIDE, SIDE, rows=(b"\x00" + struct.pack(">H", 0x8000) * SIDE) * SIDE, depth=16, colour=0)


def a_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("canary.class", CANARY)
    return file.getvalue()


def with_segment(data: bytes, marker: int, contents: bytes) -> bytes:
    """A JPEG with one more segment right after its beginning."""
    return data[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(contents) + 2) + contents + data[2:]


def with_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Artist] = CANARY.decode()
    exif.get_ifd(IFD.GPSInfo).update(
        {GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (48.0, 51.0, 30.0), GPS.GPSAreaInformation: CANARY}
    )
    return exif


def a_profile(description: str = "sRGB built-in") -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def scan_bomb() -> bytes:
    """A small progressive JPEG whose last scan comes 5,000 times more, each empty: minutes of work in a few bytes."""
    data = saved(picture(width=3000, height=3000), "JPEG", progressive=True, quality=40)
    last = data.rindex(b"\xff\xda")
    length = int.from_bytes(data[last + 2 : last + 4], "big")
    return data[:-2] + data[last : last + 2 + length] * 5000 + b"\xff\xd9"


def svg() -> bytes:
    return b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def html() -> bytes:
    return b"<!doctype html><script>alert(1)</script>"


def gif(frames: int) -> bytes:
    images = [picture("P") for _ in range(frames)]
    return saved(images[0], "GIF", save_all=True, append_images=images[1:])


def apng() -> bytes:
    return saved(picture(), "PNG", save_all=True, append_images=[picture().rotate(90, expand=False)])


def moving_webp() -> bytes:
    return saved(picture(), "WEBP", save_all=True, append_images=[picture().rotate(90)], duration=100)


def phone_jpeg() -> bytes:
    """A picture, a smaller one behind it, as gain maps are kept, and Samsung's notes."""
    return jpeg() + saved(picture(width=100, height=100), "JPEG") + CANARY + b"SEFH" + bytes(12) + b"SEFT"


def motion_photo() -> bytes:
    return jpeg() + b"\x00\x00\x00\x18ftypmp42" + CANARY * 100


def with_text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", CANARY.decode(), zip=False)
    info.add_itxt("XML:com.adobe.xmp", CANARY.decode())
    return info


def one_frame() -> bytes:
    rows = (b"\x00" + bytes(3 * SIDE)) * SIDE
    return png_of(SIDE, SIDE, rows=rows, more=chunk(b"acTL", struct.pack(">II", 1, 0)))


def resized_jpeg(width: int, height: int) -> bytes:
    """Its header says so; its pixels are fewer."""
    data = jpeg()
    place = data.index(b"\xff\xc0") + 5
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]


def resized_webp() -> bytes:
    """Likewise, 16,384 squared."""
    data = webp(exif=with_exif())
    place = data.index(b"VP8X") + 12
    return data[:place] + b"\xff\x3f\x00" * 2 + data[place + 6 :]


def flipped(data: bytes, *places: int) -> bytes:
    changed = bytearray(data)
    for place in places:
        changed[place] ^= 0x10
    return bytes(changed)


def a_mask(width: int = 512, height: int = 512, *, part: float = 0.25, mode: str = "L") -> Image.Image:
    """White in its upper part."""
    mask = Image.new("L", (width, height))
    mask.paste(255, (0, 0, width, round(height * part)))
    return mask.convert(mode)


@dataclass(frozen=True, slots=True)
class Stranger:
    """`code` is None for a file that is taken. `size` is what it has then, in pixels."""

    name: str
    make: Callable[[], bytes]
    content_type: str
    code: IssueCode | None
    purpose: UploadPurpose = UploadPurpose.STYLE_IMAGE
    size: tuple[int, int] = (SIDE, SIDE + 40)


C, PHOTO, STYLE, MASK = IssueCode, UploadPurpose.PERSONA_PHOTO, UploadPurpose.STYLE_IMAGE, UploadPurpose.MASK
LONG = b"\x00" * 20_000_000

GOOD = [
    Stranger("a JPEG", jpeg, JPEG, None),
    Stranger("a PNG", png, PNG, None),
    Stranger("a WebP", webp, WEBP, None),
    Stranger("a WebP without loss", lambda: webp(lossless=True), WEBP, None),
    Stranger("a WebP with transparency", lambda: saved(picture("RGBA"), "WEBP"), WEBP, None),
    Stranger("a progressive JPEG", lambda: jpeg(progressive=True), JPEG, None),
    Stranger("a grey JPEG", lambda: saved(picture("L"), "JPEG"), JPEG, None),
    Stranger("a CMYK JPEG", lambda: saved(picture("CMYK"), "JPEG"), JPEG, None),
    Stranger(
        "a CMYK JPEG with a profile for RGB",
        lambda: saved(picture("CMYK"), "JPEG", icc_profile=a_profile()),
        JPEG,
        None,
    ),
    Stranger("a JPEG with a profile", lambda: jpeg(icc_profile=a_profile()), JPEG, None),
    Stranger("a JPEG with a broken profile", lambda: jpeg(icc_profile=b"\x00" * 400 + CANARY), JPEG, None),
    Stranger("a PNG with a broken profile", lambda: png(icc_profile=CANARY * 30), PNG, None),
    Stranger("a JPEG with GPS", lambda: jpeg(exif=with_exif()), JPEG, None),
    Stranger("a PNG with EXIF", lambda: png(exif=with_exif()), PNG, None),
    Stranger("a WebP with EXIF and XMP", lambda: webp(exif=with_exif(), xmp=CANARY), WEBP, None),
    Stranger(
        "a JPEG with broken EXIF",
        lambda: with_segment(jpeg(), 0xE1, b"Exif\x00\x00MM\x00*\x00\x00\xff\xff" + CANARY),
        JPEG,
        None,
    ),
    Stranger("a JPEG with XMP", lambda: jpeg(xmp=b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"), JPEG, None),
    Stranger("a JPEG with a comment of PHP", lambda: jpeg(comment=b"<?php system('" + CANARY + b"'); ?>"), JPEG, None),
    Stranger("a PNG with text", lambda: png(pnginfo=with_text()), PNG, None),
    Stranger("a palette", lambda: saved(picture("P"), "PNG"), PNG, None),
    Stranger("a palette with transparency", lambda: saved(picture("P"), "PNG", transparency=3), PNG, None),
    Stranger("grey with transparency", lambda: saved(picture("LA"), "PNG"), PNG, None),
    Stranger("one bit", lambda: saved(picture("1"), "PNG"), PNG, None),
    Stranger("16 bits", png_of_16_bits, PNG, None, size=(SIDE, SIDE)),
    Stranger("16 bits of grey", grey_png_of_16_bits, PNG, None, size=(SIDE, SIDE)),
    Stranger("an APNG of one frame", one_frame, PNG, None, size=(SIDE, SIDE)),
    Stranger("zeros behind a JPEG", lambda: jpeg() + bytes(4096), JPEG, None),
    Stranger("a phone's JPEG", phone_jpeg, JPEG, None),
    Stranger("a motion photo", motion_photo, JPEG, None),
    Stranger(
        "a photo that is just large enough",
        lambda: saved(picture(width=512, height=512), "JPEG"),
        JPEG,
        None,
        PHOTO,
        (512, 512),
    ),
]

BAD = [
    Stranger("nothing but zeros", lambda: bytes(4096), PNG, C.NOT_AN_IMAGE),
    Stranger("words", lambda: b"Once upon a time " * 100, PNG, C.NOT_AN_IMAGE),
    Stranger("HTML", html, PNG, C.NOT_AN_IMAGE),
    Stranger("a ZIP", a_zip, PNG, C.NOT_AN_IMAGE),
    Stranger("a program", lambda: b"\x7fELF" + CANARY * 50, PNG, C.NOT_AN_IMAGE),
    Stranger("gzip", lambda: b"\x1f\x8b\x08" + bytes(100), PNG, C.NOT_AN_IMAGE),
    Stranger("SVG", svg, PNG, C.SVG),
    Stranger("SVG behind a mark and blanks", lambda: b"\xef\xbb\xbf\n  <!-- hi --> <SVG >", PNG, C.SVG),
    Stranger("a GIF", lambda: gif(1), PNG, C.UNSUPPORTED_FORMAT),
    Stranger("a GIF that moves", lambda: gif(3), PNG, C.UNSUPPORTED_FORMAT),
    Stranger("GIFAR", lambda: gif(1) + a_zip(), PNG, C.UNSUPPORTED_FORMAT),
    Stranger("a TIFF", lambda: saved(picture(), "TIFF"), JPEG, C.UNSUPPORTED_FORMAT),
    Stranger("a BMP", lambda: saved(picture(), "BMP"), JPEG, C.UNSUPPORTED_FORMAT),
    Stranger("an ICO", lambda: saved(picture(width=64, height=64), "ICO"), PNG, C.UNSUPPORTED_FORMAT),
    Stranger("a HEIC", lambda: b"\x00\x00\x00\x18ftypheic" + bytes(200), JPEG, C.UNSUPPORTED_FORMAT),
    Stranger("an AVIF", lambda: b"\x00\x00\x00\x18ftypavif" + bytes(200), JPEG, C.UNSUPPORTED_FORMAT),
    Stranger("a PDF", lambda: b"%PDF-1.7\n" + bytes(200), JPEG, C.UNSUPPORTED_FORMAT),
    Stranger("PostScript", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", JPEG, C.UNSUPPORTED_FORMAT),
    Stranger("Photoshop", lambda: b"8BPS\x00\x01" + bytes(200), JPEG, C.UNSUPPORTED_FORMAT),
    Stranger("JPEG 2000", lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(200), JPEG, C.UNSUPPORTED_FORMAT),
    Stranger("JPEG XL", lambda: b"\xff\x0a" + bytes(200), JPEG, C.UNSUPPORTED_FORMAT),
    Stranger("a JPEG called PNG", jpeg, PNG, C.TYPE_MISMATCH),
    Stranger("a PNG called WebP", png, WEBP, C.TYPE_MISMATCH),
    Stranger("a WebP called JPEG", webp, JPEG, C.TYPE_MISMATCH),
    Stranger("a ZIP behind a JPEG", lambda: jpeg() + a_zip(), JPEG, C.POLYGLOT),
    Stranger("a ZIP behind a PNG", lambda: png() + a_zip(), PNG, C.POLYGLOT),
    Stranger("a ZIP behind a WebP", lambda: webp() + a_zip(), WEBP, C.POLYGLOT),
    Stranger("a ZIP behind a phone's notes", lambda: motion_photo() + a_zip(), JPEG, C.POLYGLOT),
    Stranger("a ZIP in a PNG's last chunk", lambda: png()[:-12] + chunk(b"zIPp", a_zip()) + png()[-12:], PNG, None),
    Stranger("HTML behind a JPEG", lambda: jpeg() + html(), JPEG, C.POLYGLOT),
    Stranger("PHP behind a PNG", lambda: png() + b"<?php phpinfo(); ?>", PNG, C.POLYGLOT),
    Stranger("HTML before a JPEG", lambda: html() + jpeg(), JPEG, C.POLYGLOT),
    Stranger("zeros before a PNG", lambda: bytes(16) + png(), PNG, C.POLYGLOT),
    Stranger("a WebP behind a newline", lambda: b"\n" + webp(), WEBP, C.POLYGLOT),
    Stranger("half a JPEG behind a JPEG", lambda: jpeg() + jpeg()[:3000], JPEG, C.POLYGLOT),
    Stranger("an APNG", apng, PNG, C.ANIMATED),
    Stranger("a WebP that moves", moving_webp, WEBP, C.ANIMATED),
    Stranger("a bomb: 13,300 squared", lambda: png_of(13_300, 13_300, rows=LONG), PNG, C.TOO_MANY_PIXELS),
    Stranger("a bomb: 2^31 wide", lambda: png_of(2**31 - 1, 1, rows=LONG), PNG, C.TOO_MANY_PIXELS),
    Stranger("a bomb in JPEG", lambda: resized_jpeg(65_500, 65_500), JPEG, C.TOO_MANY_PIXELS),
    Stranger("a bomb in WebP", resized_webp, WEBP, C.TOO_MANY_PIXELS),
    Stranger("5,000 scans", scan_bomb, JPEG, C.TOO_COMPLEX),
    Stranger(
        "a million empty segments", lambda: jpeg()[:2] + b"\xff\xfe\x00\x02" * 1_000_000 + jpeg()[2:], JPEG, C.DAMAGED
    ),
    Stranger("a million empty chunks", lambda: png()[:33] + chunk(b"teXt", b"") * 500_000 + png()[33:], PNG, C.DAMAGED),
    Stranger("five million fill bytes", lambda: jpeg()[:2] + b"\xff" * 5_000_000, JPEG, C.TRUNCATED),
    Stranger("fill bytes among pixels", lambda: jpeg()[:-2] + b"\xff" * 5_000_000 + b"\x00", JPEG, C.TRUNCATED),
    Stranger("a PNG without pixels", lambda: png_of(SIDE, SIDE), PNG, C.TRUNCATED),
    Stranger("a PNG that says more than it has", lambda: png_of(SIDE, SIDE, rows=bytes(5000)), PNG, C.TRUNCATED),
    Stranger("a PNG whose checksum is wrong", lambda: flipped(png(), 60), PNG, C.DAMAGED),
    Stranger("a PNG with two headers", lambda: png()[:33] + png()[8:33] + png()[33:], PNG, C.DAMAGED),
    Stranger("no width", lambda: png_of(0, SIDE), PNG, C.DAMAGED),
    Stranger("a JPEG without a size", lambda: b"\xff\xd8\xff\xda\x00\x02\x11\xff\xd9", JPEG, C.DAMAGED),
    Stranger("a JPEG of nothing", lambda: b"\xff\xd8\xff\xd9", JPEG, C.DAMAGED),
    Stranger("a style that is too small", lambda: saved(picture(width=255, height=900), "PNG"), PNG, C.TOO_SMALL),
    Stranger(
        "a photo that is too small", lambda: saved(picture(width=900, height=511), "PNG"), PNG, C.TOO_SMALL, PHOTO
    ),
    Stranger("a mask that is too small", lambda: saved(Image.new("L", (63, 63)), "PNG"), PNG, C.TOO_SMALL, MASK),
]
