"""INPAINT: what lies under the white of a mask is painted anew; every other pixel stays as it was.

Known things ("tulips", "a blue cup", "sunglasses") are drawn into the place; anything else becomes a surface that goes with its
surroundings. Only the mask's own part of the picture is worked on, and at most 1,024 pixels a side of it.
"""

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from domain.errors import ProviderRequestInvalid
from providers.local.retouching.mending import mended, repainted, surroundings_of
from providers.local.retouching.plate import Plate
from providers.local.retouching.things import thing_said
from providers.local.sketch.geometry import Box, floats, picture

LONGEST = 1024
CLEARING = ("remove", "erase", "delete", "nothing", "empty", "clean up", "plain")
"""Words that ask for the place without anything in it."""


def retouched(image: Image.Image, mask: Image.Image, words: str, *, seed: int) -> Image.Image:
    """`mask` is as large as the picture. Raises `ProviderRequestInvalid` where it has no white."""
    white = mask.convert("L").point(lambda level: 255 if level >= 128 else 0)
    edges = white.getbbox()
    if edges is None:
        raise ProviderRequestInvalid("The mask has no white: nothing would change.", detail="an empty mask")
    area = _with_surroundings(Box(*edges), image.size)
    painted = _painted(image, white, area, Box(*edges), words=words, seed=seed)
    done = image.copy()
    part = (area.left, area.top, area.right, area.bottom)
    done.paste(painted, part, feathered(white.crop(part)))
    return done


def _with_surroundings(box: Box, size: tuple[int, int]) -> Box:
    room = max(16, round(0.35 * max(box.width, box.height)))
    return Box.clipped((box.left - room, box.top - room), (box.right + room, box.bottom + room), size)


def _painted(image: Image.Image, white: Image.Image, area: Box, hole: Box, *, words: str, seed: int) -> Image.Image:
    """The whole area, with the mask's part of it made new, in the area's own size."""
    part = (area.left, area.top, area.right, area.bottom)
    share = min(1.0, LONGEST / max(area.width, area.height))
    size = (max(1, round(area.width * share)), max(1, round(area.height * share)))
    colours = floats(np.asarray(image.crop(part).resize(size, Image.Resampling.BOX), dtype=np.float32) / 255)
    covered = floats(np.asarray(white.crop(part).resize(size, Image.Resampling.BOX), dtype=np.float32) / 255)
    around = surroundings_of(colours, covered)
    clears = any(word in words.casefold() for word in CLEARING)
    thing = None if clears else thing_said(words)
    fill = colours if thing and thing.worn else mended(colours, covered)
    if not (clears or thing):
        fill = repainted(fill, words, seed=seed, reach=max(hole.width, hole.height) * share)
    ground = picture(floats(fill + around.grain(fill.shape[:2], seed)[..., None]))
    if thing is not None:
        low, high = (
            ((hole.left - area.left) * share, (hole.top - area.top) * share),
            (hole.width * share, hole.height * share),
        )
        thing.draw(Plate.on(ground, low, high, around, thing), words, seed)
    return ground.resize((area.width, area.height), Image.Resampling.BICUBIC)


def feathered(white: Image.Image) -> Image.Image:
    """How much of the new shows: nothing outside of the white, all of it a little way inside. Edges of the picture do not count."""
    soft = max(1.5, 0.012 * max(white.size))
    blurred = white.filter(ImageFilter.GaussianBlur(soft))
    inner = blurred.point(lambda level: max(0, min(255, (level - 128) * 2 + 24)))
    return ImageChops.darker(inner, white)
