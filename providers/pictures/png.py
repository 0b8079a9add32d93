"""The outline of a PNG: chunk after chunk (PNG, third edition, section 5)."""

import zlib

from domain.uploads.judgement import Outline

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = b"IHDR"
HEADER_SIZE = 13
OVERHEAD = 12
"""Bytes of a chunk beside its data: length, name, checksum."""

MOST_CHUNKS = 20_000
"""10 MB in pieces of 8 KB, as libpng writes them, are 1,280."""


def outline_of_png(data: bytes) -> Outline:
    """Pixels are checked by their checksums here: Pillow stops at the first that it needs, and may never see the others."""
    place, seen, frames, width, height = len(SIGNATURE), set[bytes](), 1, 0, 0
    is_sound = True
    for _ in range(MOST_CHUNKS):
        if place + OVERHEAD > len(data):
            break
        length, name = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        end = place + OVERHEAD + length
        if end > len(data):
            break
        is_sound = is_sound and _is_intact(data, place, end) and _follows(name, seen, length)
        if name == HEADER:
            width, height = _pair(data, place + 8)
        elif name == b"acTL":
            frames = int.from_bytes(data[place + 8 : place + 12], "big")
        seen.add(name)
        place = end
        if name == b"IEND":
            break
    else:
        is_sound = False
    is_whole = b"IEND" in seen
    return Outline(
        format="PNG",
        width=width,
        height=height,
        is_whole=is_whole,
        is_sound=is_sound and (not is_whole or b"IDAT" in seen),
        is_animated=frames > 1,
        has_strange_bytes=is_whole and bool(data[place:].strip(b"\x00")),
    )


def _is_intact(data: bytes, place: int, end: int) -> bool:
    return zlib.crc32(memoryview(data)[place + 4 : end - 4]) == int.from_bytes(data[end - 4 : end], "big")


def _follows(name: bytes, seen: set[bytes], length: int) -> bool:
    """The header comes first, and once."""
    return (name == HEADER) == (not seen) and (name != HEADER or length == HEADER_SIZE)


def _pair(data: bytes, place: int) -> tuple[int, int]:
    return int.from_bytes(data[place : place + 4], "big"), int.from_bytes(data[place + 4 : place + 8], "big")
