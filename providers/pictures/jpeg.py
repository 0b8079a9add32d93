"""The outline of a JPEG: marker after marker (ITU-T T.81, annex B).

Phones write more than one picture into a file: a second JPEG behind the first (a small one, a gain map), a short film, or
their own notes. Those are known and let be: nothing of them is kept. Anything else behind the end is strange.
"""

import re

from domain.uploads.judgement import Outline

ENTROPY_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""A marker inside of pixels, other than those that start them anew."""

MARKER = re.compile(rb"\xff+[^\xff]")
"""It may be filled up."""

MOST_MARKERS = 10_000
"""Of one picture: a photo has some dozens, a hostile file may have millions."""

FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of a picture's size."""

ALONE = {0x01, *range(0xD0, 0xD8)}
"""Markers without contents."""

START, END, SCAN = 0xD8, 0xD9, 0xDA
MOST_PICTURES = 16
"""In one file. Phones write up to four."""

FILM = b"ftyp"
SAMSUNG = b"SEFT"
"""Ends what Samsung's cameras append."""


def outline_of_jpeg(data: bytes) -> Outline:
    first, end = _walked(data, 0)
    if not first.is_whole:
        return first
    return first if _is_known(data, end) else first.with_strange_bytes()


def _walked(data: bytes, start: int) -> tuple[Outline, int]:
    """Of the picture that begins there, and where it ends. Of one that is not whole, what was found."""
    place, scans, width, height, is_sound = start + 2, 0, 0, 0, True
    for _ in range(MOST_MARKERS):
        found = MARKER.match(data, place)
        if found is None:
            is_sound = not data[place:].strip(b"\xff")
            break
        marker, place = data[found.end() - 1], found.end()
        if marker == END:
            return _outline(width, height, scans, is_whole=True, is_sound=scans > 0), place
        if marker in ALONE:
            continue
        length = int.from_bytes(data[place : place + 2], "big")
        if place + 2 > len(data):
            break
        if marker in {0x00, START} or length < 2:
            is_sound = False
            break
        if marker in FRAMES and not width:
            height, width = (int.from_bytes(data[place + at : place + at + 2], "big") for at in (3, 5))
        place += length
        if marker == SCAN:
            scans += 1
            found = ENTROPY_END.search(data, place)
            place = found.start() if found else len(data)
    else:
        is_sound = False
    return _outline(width, height, scans, is_whole=False, is_sound=is_sound), len(data)


def _outline(width: int, height: int, scans: int, *, is_whole: bool, is_sound: bool) -> Outline:
    return Outline(format="JPEG", width=width, height=height, is_whole=is_whole, is_sound=is_sound, scans=scans)


def _is_known(data: bytes, end: int) -> bool:
    """Whether what follows a picture is something that cameras write."""
    for _ in range(MOST_PICTURES):
        rest = data[end:].lstrip(b"\x00")
        if not rest:
            return True
        start = len(data) - len(rest)
        if not rest.startswith(b"\xff\xd8\xff"):
            return FILM in (data[start + 4 : start + 8], data[end + 4 : end + 8]) or data.endswith(SAMSUNG)
        outline, end = _walked(data, start)
        if not outline.is_whole:
            return False
    return False
