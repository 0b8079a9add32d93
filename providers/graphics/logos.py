"""A logo set into a corner of the safe area where it covers neither face nor words, on a ground of its own where it needs one."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from domain.errors import ProviderRequestInvalid
from domain.images.picture import Picture
from providers.graphics.setting import LIGHT, Colour
from providers.graphics.zones import Box
from providers.local.lettering import contrast, luminance
from providers.local.sketch.geometry import floats
from providers.pixels import BOMBS, BROKEN, FORMATS

HIGH, WIDE = 0.15, 0.3
"""The most it takes: of the shorter side, and of the width of the safe area."""
ROOM = 0.18
"""Around it on its ground, of its height."""
SEEN = 3.0
"""Least contrast of a transparent logo and its ground. Source: WCAG 2.2, success criterion 1.4.11."""
CLEAR = 250


def opened_logo(logo: Picture) -> Image.Image:
    """Raises `ProviderRequestInvalid` for what is no whole picture."""
    try:
        return Image.open(BytesIO(logo.data), formats=FORMATS).convert("RGBA")
    except (*BROKEN, *BOMBS):
        raise ProviderRequestInvalid(
            "The brand's logo cannot be read.", detail="a logo that is no whole picture"
        ) from None


def place_logo(image: Image.Image, logo: Image.Image, safe: Box, taken: list[Box], ground: Colour | None) -> None:
    """Into the corner that shares the least with the first of what is `taken`, then with the next: the upper left one where all are free."""
    room = round(ROOM * HIGH * min(image.size))
    small = _small(logo, min(image.size), safe, room)
    wide, high = small.width + 2 * room, small.height + 2 * room
    corners = [
        Box(left, top, left + wide, top + high)
        for top in (safe.top, safe.bottom - high)
        for left in (safe.left, safe.right - wide)
    ]
    box = min(corners, key=lambda corner: [corner.shares(one) for one in taken])
    if np.asarray(small.getchannel("A")).min() < CLEAR:
        _lay_ground(image, box, _ground_for(small, ground), room)
    image.paste(small, (box.left + room, box.top + room), small)


def _small(logo: Image.Image, short: int, safe: Box, room: int) -> Image.Image:
    """Without the clear margins that it came with."""
    whole = logo.crop(logo.getchannel("A").getbbox())
    share = min((HIGH * short - 2 * room) / whole.height, (WIDE * safe.width - 2 * room) / whole.width)
    size = max(1, round(whole.width * share)), max(1, round(whole.height * share))
    return whole.resize(size, Image.Resampling.LANCZOS)


def _ground_for(logo: Image.Image, wanted: Colour | None) -> Colour:
    """The brand's own where the logo is seen on it; else white or black, on whichever more of it is."""
    pixels = np.asarray(logo).reshape(-1, 4)
    seen = pixels[pixels[:, 3] > 127][:, :3]
    colour = floats(np.mean(seen if len(seen) else pixels[:, :3], axis=0))
    if wanted and contrast(colour, wanted) >= SEEN:
        return wanted
    return LIGHT if float(luminance(colour)) < 0.4 else (16, 16, 20)


def _lay_ground(image: Image.Image, box: Box, colour: Colour, corner: int) -> None:
    ImageDraw.Draw(image).rounded_rectangle((box.left, box.top, box.right - 1, box.bottom - 1), corner, fill=colour)
