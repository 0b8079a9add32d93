"""Words set on a picture: wrapped, inside safe margins, and readable on whatever lies beneath.

The font is DejaVu Sans Condensed Bold, which comes with the package under its own free licence (fonts/LICENSE.txt). Pillow's
own Aileron knows no letter beyond ASCII.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from domain.errors import ProviderRefused
from domain.jobs.text_overlay import TextOverlay
from domain.prompts.edits import OverlayPosition
from providers.local.sketch.geometry import Floats, floats, smoothstep

FONT = Path(__file__).parent / "fonts" / "DejaVuSansCondensed-Bold.ttf"
MARGIN = 0.07
"""Of the shorter side, on every edge: what apps lay over pictures does not reach further."""
LARGEST, SMALLEST = 0.115, 0.03
"""Height of the letters, of the shorter side."""
TALLEST = 0.34
"""Of the picture's height, that the lines may take before they are set smaller."""
LEADING = 1.22
CONTRAST = 4.5
"""Least contrast of letters and what lies beneath them. Source: WCAG 2.2, success criterion 1.4.3."""
INKS: tuple[tuple[int, int, int], ...] = ((255, 255, 255), (16, 16, 20))
"""Letters are light on a darkened band, or dark on a lightened one: whichever changes the picture less."""

MILKY = 0.25
"""How much more of a dark band is still nicer to look at than a white veil over a face."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines in one size. `box` is where they stand, in pixels."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    box: tuple[int, int, int, int]


def lettered(image: Image.Image, overlay: TextOverlay, *, largest: float = LARGEST) -> Image.Image:
    """A new picture. Above `LARGEST` letters stay on one line. Raises `ProviderRefused` for letters that the font does not have."""
    _known_letters(overlay.text)
    setting = set_in(image.size, overlay, largest=largest)
    done = image.copy()
    ink = prepare_ground(done, setting, overlay.position)
    pen = ImageDraw.Draw(done)
    left, top, right, _ = setting.box
    for number, line in enumerate(setting.lines):
        middle = top + (number + 0.5) * setting.font.size * LEADING
        pen.text(((left + right) / 2, middle), line, font=setting.font, fill=ink, anchor="mm")
    return done


def set_in(size: tuple[int, int], overlay: TextOverlay, *, largest: float = LARGEST) -> Setting:
    """The largest letters with which the text keeps to its part of the picture."""
    width, height = size
    short = min(size)
    margin = round(MARGIN * short)
    letters = largest * short
    while True:
        font = ImageFont.truetype(str(FONT), max(6, round(letters)))
        lines = wrapped(overlay.text, font, width - 2 * margin)
        tall = round(len(lines) * font.size * LEADING)
        is_wanted = tall <= TALLEST * height and (letters <= LARGEST * short or len(lines) == 1)
        if is_wanted or letters <= SMALLEST * short:
            break
        usual = LARGEST * short
        letters = max(0.92 * letters, usual) if letters > usual else 0.92 * letters
    top = {
        OverlayPosition.TOP: margin,
        OverlayPosition.CENTER: (height - tall) // 2,
        OverlayPosition.BOTTOM: height - margin - tall,
    }[overlay.position]
    wide = round(max(font.getlength(line) for line in lines))
    left = (width - wide) // 2
    return Setting(lines, font, (left, max(0, top), left + wide, min(height, max(0, top) + tall)))


def missing_letters(text: str) -> list[str]:
    """Those that the font does not have."""
    font = ImageFont.truetype(str(FONT), 24)
    nothing = bytes(font.getmask("\uffff"))
    return sorted({letter for letter in text if not letter.isspace() and bytes(font.getmask(letter)) == nothing})


def _known_letters(text: str) -> None:
    if missing := missing_letters(text):
        raise ProviderRefused(
            f"The local sketch's font has no {' '.join(missing[:8])}. Please use Latin, Greek or Cyrillic letters.",
            detail="letters without a glyph",
        )


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> tuple[str, ...]:
    lines: list[str] = []
    for paragraph in text.strip().splitlines():
        line = ""
        for word in (part for whole in paragraph.split() for part in _pieces(whole, font, width)):
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return tuple(lines)


def _pieces(word: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """A word that is wider than a line, cut where the line ends."""
    pieces, piece = [], ""
    for letter in word:
        if piece and font.getlength(piece + letter) > width:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]


def prepare_ground(image: Image.Image, setting: Setting, position: OverlayPosition) -> tuple[int, int, int]:
    """Darkens or lightens the band under the letters as far as they need it. Returns the colour to write in."""
    under = np.asarray(image.crop(setting.box))
    light, dark = (needed_opacity(under, ink) for ink in INKS)
    opacity, ink = (light, INKS[0]) if light <= dark + MILKY else (dark, INKS[1])
    if opacity > 0:
        _lay_band(image, setting, position, INKS[1 - INKS.index(ink)], opacity)
    return ink


def needed_opacity(under: "np.typing.NDArray[np.uint8]", ink: tuple[int, int, int]) -> float:
    """The least opacity of the other ink over `under` that leaves no pixel with too little contrast."""
    paper = INKS[1 - INKS.index(ink)]
    rows = under.reshape(-1, 3)
    light = luminance(rows)
    worst = rows[int(light.argmax() if sum(ink) > sum(paper) else light.argmin())].astype(float)
    for opacity in np.arange(0, 1.0, 0.02):
        covered = np.rint(worst * (1 - opacity) + np.asarray(paper) * opacity)
        if contrast(covered, ink) >= CONTRAST * 1.03:  # Rounding, pixel by pixel, may take a little back.
            return float(opacity)
    return 1.0


def _lay_band(
    image: Image.Image, setting: Setting, position: OverlayPosition, colour: tuple[int, int, int], opacity: float
) -> None:
    """Across the whole width; it fades out away from the letters, and runs to the edge they stand near."""
    _, top, _, bottom = setting.box
    soft = max(8, round(0.8 * setting.font.size))
    first = 0 if position is OverlayPosition.TOP else max(0, top - soft)
    last = image.height if position is OverlayPosition.BOTTOM else min(image.height, bottom + soft)
    y = np.arange(first, last, dtype=np.float32)
    share = np.ones_like(y)
    if position is not OverlayPosition.TOP:
        share *= smoothstep(top - soft, top, floats(y))
    if position is not OverlayPosition.BOTTOM:
        share *= smoothstep(bottom + soft, bottom, floats(y))
    column = Image.fromarray(np.ceil(share[:, None] * opacity * 255).astype(np.uint8))
    box = (0, first, image.width, last)
    band = image.crop(box)
    flat = Image.new("RGB", band.size, colour)
    image.paste(Image.composite(flat, band, column.resize(band.size, Image.Resampling.NEAREST)), box)


def luminance(colours: "Floats | np.typing.NDArray[np.uint8]") -> Floats:
    """Relative luminance of sRGB colours (0 to 255), 0 to 1. Source: WCAG 2.2, "relative luminance"."""
    share = np.asarray(colours, dtype=np.float32) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return floats(linear @ np.asarray((0.2126, 0.7152, 0.0722), dtype=np.float32))


def contrast(one: Floats, other: tuple[int, int, int]) -> float:
    """Of two colours, 1 to 21."""
    lights = sorted((float(luminance(floats(one))), float(luminance(floats(other)))))
    return (lights[1] + 0.05) / (lights[0] + 0.05)
