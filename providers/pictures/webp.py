"""The outline of a WebP: chunks in a RIFF (RFC 9649, section 2)."""

from collections.abc import Iterator

from domain.uploads.judgement import Outline

HEADER = 12
"""Bytes before the first chunk."""

ANIMATION = 0x02
"""In the flags of an extended header."""

FRAMES = {b"ANIM", b"ANMF"}
MOST_CHUNKS = 1_000
LOSSLESS_SIGNATURE = 0x2F
LOSSY_START = b"\x9d\x01\x2a"
SIDE = 0x3FFF
"""Bits of a width or height."""


def outline_of_webp(data: bytes) -> Outline:
    end = 8 + int.from_bytes(data[4:8], "little")
    chunks = list(_chunks(data, min(end, len(data))))
    names = [name for name, _, _ in chunks]
    sizes = [size for name, place, _ in chunks if (size := _size_of(name, data, place))]
    width, height = sizes[0] if sizes else (0, 0)
    is_whole = end <= len(data) and sum(_padded(length) for _, _, length in chunks) == end - HEADER
    return Outline(
        format="WebP",
        width=width,
        height=height,
        is_whole=is_whole,
        is_sound=not is_whole or (len(sizes) > 0 and any(name in {b"VP8 ", b"VP8L", b"ANMF"} for name in names)),
        is_animated=not FRAMES.isdisjoint(names) or _flags(data, chunks) & ANIMATION > 0,
        has_strange_bytes=bool(data[end + end % 2 :].strip(b"\x00")),
    )


def _chunks(data: bytes, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, place of the contents and their length; without those of which some is missing."""
    place = HEADER
    for _ in range(MOST_CHUNKS):
        if place + 8 > end:
            return
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        if place + 8 + length > end:
            return
        yield data[place : place + 4], place + 8, length
        place += _padded(length)


def _padded(length: int) -> int:
    """Bytes of a chunk: contents of an odd length are followed by one more."""
    return 8 + length + length % 2


def _flags(data: bytes, chunks: list[tuple[bytes, int, int]]) -> int:
    return next((data[place] for name, place, length in chunks if name == b"VP8X" and length), 0)


def _size_of(name: bytes, data: bytes, place: int) -> tuple[int, int] | None:
    head = data[place : place + 10]
    if len(head) < 10:
        return None
    if name == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if name == b"VP8 " and head[3:6] == LOSSY_START:
        return int.from_bytes(head[6:8], "little") & SIDE, int.from_bytes(head[8:10], "little") & SIDE
    if name == b"VP8L" and head[0] == LOSSLESS_SIGNATURE:
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & SIDE), 1 + (bits >> 14 & SIDE)
    return None
