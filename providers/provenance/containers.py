"""What lies beside the pixels of a picture: its XMP packet, its manifest store, and words. The first two are found, the packet is
set and the words are taken out without touching a pixel. Files are ours or a provider's, and were decoded before: what is no
whole picture is refused all the same.

JPEG: ITU-T T.81 annex B, XMP part 3 and C2PA 2.2 A.3.1. PNG: third edition, section 5, and C2PA's `caBX`. WebP: RFC 9649 and
C2PA's `C2PA`.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.images.picture import Picture

EXIF_JPEG = b"Exif\x00\x00"
XMP_JPEG = b"http://ns.adobe.com/xap/1.0/\x00"
XMP_LONG_JPEG = b"http://ns.adobe.com/xmp/extension/\x00"
XMP_PNG = b"XML:com.adobe.xmp\x00"
SOI, APP0, APP1, APP11, APP13, SOS, COM = 0xD8, 0xE0, 0xE1, 0xEB, 0xED, 0xDA, 0xFE
LONGEST_SEGMENT = 0xFFFF - 2
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
WEBP_XMP_FLAG, WEBP_EXIF_FLAG, WEBP_ALPHA_FLAG = 0x04, 0x08, 0x10
ORIENTATION = 0x0112
PNG_WORDS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf"})


class NotAPictureError(ValueError):
    """Its outline cannot be read."""


@dataclass(frozen=True, slots=True)
class Block:
    """A segment or chunk. `whole` is all of its bytes, `data` what is in it."""

    name: bytes
    data: bytes
    whole: bytes


def with_xmp(picture: Picture, packet: bytes) -> Picture:
    """The same pixels with this packet in place of any other. Raises `NotAPictureError`."""
    set_in = {"image/jpeg": _jpeg_with_xmp, "image/png": _png_with_xmp, "image/webp": _webp_with_xmp}
    return Picture(set_in[picture.content_type](picture.data, packet), picture.content_type)


def without_words(picture: Picture) -> Picture:
    """The same pixels without what whoever made it wrote beside them, but for XMP: ComfyUI's prompts and graphs in PNG, comments, Exif.
    Exif that turns the picture stays. Raises `NotAPictureError`."""
    if not any(_is_words(block) for block in _blocks(picture)):
        return picture
    left = {"image/jpeg": _jpeg_without, "image/png": _png_without, "image/webp": _webp_without}
    return Picture(left[picture.content_type](picture.data), picture.content_type)


def _is_words(block: Block) -> bool:
    if block.name in {bytes([COM]), bytes([APP13])}:
        return True
    if block.name == bytes([APP1]) and block.data.startswith(EXIF_JPEG):
        return not _turns(block.data[len(EXIF_JPEG) :])
    if block.name == b"EXIF":
        return not _turns(block.data.removeprefix(EXIF_JPEG))
    return block.name in PNG_WORDS and not block.data.startswith(XMP_PNG)


def _turns(tiff: bytes) -> bool:
    """Whether its first directory has an orientation other than upright. TIFF 6.0, section 2."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return False
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    entries = struct.unpack_from(f"{order}H", tiff, at)[0] if at + 2 <= len(tiff) else 0
    places = range(at + 2, min(at + 2 + 12 * entries, len(tiff) - 11), 12)
    found = (struct.unpack_from(f"{order}HHIH", tiff, place) for place in places)
    return any(tag == ORIENTATION and value != 1 for tag, _, _, value in found)


def xmp_of(picture: Picture) -> bytes | None:
    """Raises `NotAPictureError`."""
    found = (_xmp_in(block) for block in _blocks(picture))
    return next((packet for packet in found if packet is not None), None)


def manifest_store_of(picture: Picture) -> bytes | None:
    """The JUMBF box that holds all its manifests, as `.c2pa` files do. Raises `NotAPictureError`."""
    blocks = _blocks(picture)
    if picture.content_type != "image/jpeg":
        return next((block.data for block in blocks if block.name in {b"caBX", b"C2PA"}), None)
    parts = [block.data for block in blocks if block.name == bytes([APP11]) and block.data[:2] == b"JP"]
    # Each repeats the box's length and type (8 bytes) behind its own header (8 bytes): they count once.
    return parts[0][8:] + b"".join(part[16:] for part in parts[1:]) if parts else None


def _blocks(picture: Picture) -> Sequence[Block]:
    read = {"image/jpeg": _segments, "image/png": _png_chunks, "image/webp": _webp_chunks}
    return list(read[picture.content_type](picture.data))


def _xmp_in(block: Block) -> bytes | None:
    if block.name == bytes([APP1]) and block.data.startswith(XMP_JPEG):
        return block.data[len(XMP_JPEG) :]
    if block.name == b"iTXt" and block.data.startswith(XMP_PNG):
        return _text_of(block.data)
    return block.data if block.name == b"XMP " else None


def _text_of(chunk: bytes) -> bytes:
    """Behind the keyword: whether it is packed and how, a language and a keyword in it, each ended by a zero."""
    is_packed, rest = chunk[len(XMP_PNG)], chunk[len(XMP_PNG) + 2 :]
    text = rest.split(b"\x00", 2)[-1]
    return zlib.decompress(text) if is_packed else text


# --- JPEG


def _segments(data: bytes) -> Iterator[Block]:
    """Those before the pixels; the last one is the rest of the file."""
    if data[:2] != bytes([0xFF, SOI]):
        raise NotAPictureError("no JPEG")
    place = 2
    while data[place : place + 1] == b"\xff" and data[place + 1 : place + 2] != bytes([SOS]):
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if end < place + 4 or end > len(data):
            raise NotAPictureError("a JPEG that is cut off")
        yield Block(data[place + 1 : place + 2], data[place + 4 : end], data[place:end])
        place = end
    if data[place : place + 1] != b"\xff":
        raise NotAPictureError("a JPEG without pixels")
    yield Block(bytes([SOS]), b"", data[place:])


def _jpeg_with_xmp(data: bytes, packet: bytes) -> bytes:
    content = XMP_JPEG + packet
    if len(content) > LONGEST_SEGMENT:
        raise ValueError("The packet is too long for a JPEG.")
    kept = [block for block in _segments(data) if not _is_jpeg_xmp(block)]
    first = next(number for number, block in enumerate(kept) if not _leads(block))
    own = struct.pack(">BBH", 0xFF, APP1, len(content) + 2) + content
    return b"".join([data[:2], *(b.whole for b in kept[:first]), own, *(b.whole for b in kept[first:])])


def _jpeg_without(data: bytes) -> bytes:
    return data[:2] + b"".join(block.whole for block in _segments(data) if not _is_words(block))


def _is_jpeg_xmp(block: Block) -> bool:
    return block.name == bytes([APP1]) and block.data.startswith((XMP_JPEG, XMP_LONG_JPEG))


def _leads(block: Block) -> bool:
    """JFIF and Exif say that they come first."""
    return block.name == bytes([APP0]) or (block.name == bytes([APP1]) and block.data.startswith(b"Exif\x00"))


# --- PNG


def _png_chunks(data: bytes) -> Iterator[Block]:
    if not data.startswith(PNG_SIGNATURE):
        raise NotAPictureError("no PNG")
    place = len(PNG_SIGNATURE)
    while place < len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        if end > len(data):
            raise NotAPictureError("a PNG that is cut off")
        yield Block(data[place + 4 : place + 8], data[place + 8 : end - 4], data[place:end])
        place = end


def _png_with_xmp(data: bytes, packet: bytes) -> bytes:
    kept = [block for block in _png_chunks(data) if not (block.name == b"iTXt" and block.data.startswith(XMP_PNG))]
    header, *rest = (block.whole for block in kept)
    content = b"iTXt" + XMP_PNG + bytes(4) + packet  # not packed, in no language, no other keyword
    own = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    return b"".join([PNG_SIGNATURE, header, own, *rest])


def _png_without(data: bytes) -> bytes:
    return PNG_SIGNATURE + b"".join(block.whole for block in _png_chunks(data) if not _is_words(block))


# --- WebP


def _webp_chunks(data: bytes) -> Iterator[Block]:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise NotAPictureError("no WebP")
    place, whole = 12, 8 + int.from_bytes(data[4:8], "little")
    if whole > len(data):
        raise NotAPictureError("a WebP that is cut off")
    while place + 8 <= whole:
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        end = place + 8 + length + length % 2
        if place + 8 + length > whole:
            raise NotAPictureError("a WebP that is cut off")
        yield Block(data[place : place + 4], data[place + 8 : place + 8 + length], data[place:end])
        place = end


def _webp_with_xmp(data: bytes, packet: bytes) -> bytes:
    kept = [block for block in _webp_chunks(data) if block.name != b"XMP "]
    if not kept:
        raise NotAPictureError("a WebP without pixels")
    extended = kept[0].data if kept[0].name == b"VP8X" else _extended_header(kept[0])
    header = bytes([extended[0] | WEBP_XMP_FLAG]) + extended[1:]
    rest = [block.whole for block in kept if block.name != b"VP8X"]
    body = b"".join([_webp_chunk(b"VP8X", header), *rest, _webp_chunk(b"XMP ", packet)])
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _webp_without(data: bytes) -> bytes:
    kept = [block for block in _webp_chunks(data) if not _is_words(block)]
    body = b"".join(
        _webp_chunk(b"VP8X", bytes([block.data[0] & ~WEBP_EXIF_FLAG]) + block.data[1:])
        if block.name == b"VP8X"
        else block.whole
        for block in kept
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _webp_chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _extended_header(pixels: Block) -> bytes:
    """Of a file that has only pixels, which say how large they are (RFC 6386, section 9.1; RFC 9649, section 3.4)."""
    if pixels.name == b"VP8 ":
        width, height = (int.from_bytes(pixels.data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
        flags = 0
    elif pixels.name == b"VP8L":
        bits = int.from_bytes(pixels.data[1:5], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        flags = WEBP_ALPHA_FLAG if bits >> 28 & 1 else 0
    else:
        raise NotAPictureError("a WebP without pixels")
    return struct.pack("<I", flags) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
