"""What a file says it is, read off its structure without decoding a pixel: the standard library only, and no step is dear.

Everything is counted here and nothing is judged: `domain.uploads.judgement` does.
"""

import re

from domain.uploads.judgement import Outline
from providers.pictures.foreign import format_of
from providers.pictures.jpeg import outline_of_jpeg
from providers.pictures.png import SIGNATURE, outline_of_png
from providers.pictures.webp import outline_of_webp

JPEG = b"\xff\xd8\xff"
ARCHIVE_END, ARCHIVE_END_SIZE = b"PK\x05\x06", 22
LONGEST_COMMENT = 65_535
"""Of a ZIP, which is read from its end: PKWARE's APPNOTE, 4.3.16."""

LEADING = 4096
"""Bytes at the beginning of which a picture's signature may be found behind something else."""

SIGNATURES = re.compile(rb"\xff\xd8\xff[\xc0-\xfe]|" + re.escape(SIGNATURE) + rb"|RIFF....WEBP", re.DOTALL)


def outline_of(data: bytes) -> Outline:
    found = _outline_of(data)
    return found.with_strange_bytes() if found.width and _is_archive(data) else found


def _outline_of(data: bytes) -> Outline:
    if data.startswith(JPEG):
        return outline_of_jpeg(data)
    if data.startswith(SIGNATURE):
        return outline_of_png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return outline_of_webp(data)
    foreign = format_of(data)
    if foreign is None and SIGNATURES.search(data[:LEADING]):
        return Outline(format="", has_strange_bytes=True)
    return Outline(format=foreign or "")


def _is_archive(data: bytes) -> bool:
    """Whether a ZIP ends where this file ends. By chance that is so in one of 10^9 files."""
    tail = data[-(LONGEST_COMMENT + ARCHIVE_END_SIZE) :]
    place = tail.find(ARCHIVE_END)
    while place >= 0:
        comment = int.from_bytes(tail[place + 20 : place + 22], "little")
        if place + ARCHIVE_END_SIZE + comment == len(tail):
            return True
        place = tail.find(ARCHIVE_END, place + 1)
    return False
