"""Words set into a place in the largest letters that fit, on a plate that makes them readable on whatever lies beneath."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from providers.graphics.zones import Box
from providers.local.lettering import CONTRAST, FONT, LEADING, contrast, needed_opacity, wrapped
from providers.local.sketch.geometry import floats

Colour = tuple[int, int, int]

LARGEST, GOOD, SMALLEST = 0.13, 0.06, 0.032
"""Height of the letters, of the shorter side."""
MOST_LINES = 3
PADDING, ROUND = (0.55, 0.32), 0.28
"""Of the plate around the words, across and down, and of its corners, in heights of a letter."""
SHRINKS = 0.92
LIGHT, DARK, BLACK = (255, 255, 255), (16, 16, 20), (0, 0, 0)
VEIL = 0.58
"""How opaque a plate without a brand is at least: what lies beneath still shows."""


@dataclass(frozen=True, slots=True)
class Words:
    """`plate` holds them with the room around them."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    plate: Box


def words_in(size: tuple[int, int], places: Sequence[Box], text: str, font: str = str(FONT)) -> Words:
    """In the first of `places` that holds them in few lines of letters worth reading; else where the letters are largest."""
    short = min(size)
    settings = [_largest(place, text, short, font) for place in places]
    good = [words for words in settings if words.font.size >= GOOD * short and len(words.lines) <= MOST_LINES]
    return good[0] if good else max(settings, key=lambda words: words.font.size)


def _largest(place: Box, text: str, short: int, font: str) -> Words:
    letters = LARGEST * short
    while True:
        words = _set(place, text, ImageFont.truetype(font, max(8, round(letters))))
        is_short = len(words.lines) <= MOST_LINES or letters <= GOOD * short
        if (is_short and _fits(words, text, place)) or letters <= SMALLEST * short:
            return words
        letters *= SHRINKS


def _set(place: Box, text: str, font: ImageFont.FreeTypeFont) -> Words:
    """The plate stands at the lower edge of a low place, and in the middle of a high one."""
    across, down = (round(share * font.size) for share in PADDING)
    lines = wrapped(text, font, max(1, place.width - 2 * across))
    wide = min(place.width, round(max(font.getlength(line) for line in lines)) + 2 * across)
    high = min(place.height, round(len(lines) * font.size * LEADING) + 2 * down)
    left = place.left + (place.width - wide) // 2
    top = place.bottom - high if place.height < place.width else place.top + (place.height - high) // 2
    return Words(lines, font, Box(left, top, left + wide, top + high))


def _fits(words: Words, text: str, place: Box) -> bool:
    across, down = (round(share * words.font.size) for share in PADDING)
    is_whole = all(words.font.getlength(word) <= place.width - 2 * across for word in text.split())
    return is_whole and round(len(words.lines) * words.font.size * LEADING) + 2 * down <= place.height


def paint_words(image: Image.Image, words: Words, plate: Colour | None, inks: Sequence[Colour]) -> None:
    """On a plate in a brand's colour, in the first of `inks` that can be read on it; or on a dark veil."""
    box = words.plate
    corner = round(ROUND * words.font.size)
    if plate is None:
        under = np.asarray(image.crop((box.left, box.top, box.right, box.bottom)))
        _lay(image, box, DARK, max(VEIL, needed_opacity(under, LIGHT)), corner)
        ink: Colour = LIGHT
    else:
        _lay(image, box, plate, 1.0, corner)
        ink = readable_on(plate, inks)
    pen, across = ImageDraw.Draw(image), (box.left + box.right) / 2
    top = box.top + (box.height - len(words.lines) * words.font.size * LEADING) / 2
    for number, line in enumerate(words.lines):
        middle = top + (number + 0.5) * words.font.size * LEADING
        pen.text((across, middle), line, font=words.font, fill=ink, anchor="mm")


def readable_on(ground: Colour, inks: Sequence[Colour]) -> Colour:
    """White or black can be read on any colour."""
    return next(ink for ink in (*inks, LIGHT, DARK, BLACK) if contrast(floats(np.asarray(ground)), ink) >= CONTRAST)


def _lay(image: Image.Image, box: Box, colour: Colour, opacity: float, corner: int) -> None:
    mask = Image.new("L", (box.width, box.height), 0)
    pen = ImageDraw.Draw(mask)
    pen.rounded_rectangle((0, 0, box.width - 1, box.height - 1), corner, fill=int(np.ceil(opacity * 255)))
    image.paste(Image.new("RGB", mask.size, colour), (box.left, box.top), mask)
