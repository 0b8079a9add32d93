"""A picture drawn anew in another manner: filters over its pixels, no model.

A manner is found by the words for it. Words that name none get colours of their own, always the same for the same words.
"""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageChops

from providers.local.restyling.ink import anime, pencil, pop_art
from providers.local.restyling.paint import oil, toned, watercolour
from providers.local.restyling.photo import film, neon, noir
from providers.local.sketch.geometry import Floats, floats, picture

Manner = Callable[[Floats, int], Floats]
"""From colours 0 to 1 and a seed to colours 0 to 1."""

LONGEST = 1536
"""Pixels a side at which filters work; a larger picture is made smaller before and larger after. Bounds their memory."""

NAMES: tuple[tuple[Manner, Sequence[str]], ...] = (
    (watercolour, ("watercolour", "watercolor", "aquarelle", "aquarell", "gouache")),
    (oil, ("oil", "impasto", "van gogh", "impressionist", "impressionism", "acrylic", "canvas")),
    (pencil, ("pencil", "charcoal", "graphite", "line drawing", "hand-drawn", "sketch")),
    (anime, ("anime", "manga", "cel shading", "cel-shaded", "cartoon", "ghibli", "animation")),
    (noir, ("film noir", "noir", "black and white", "black-and-white", "monochrome", "b&w")),
    (neon, ("cyberpunk", "neon", "synthwave", "vaporwave", "blade runner")),
    (film, ("vintage", "film", "retro", "analog", "analogue", "polaroid", "kodak", "1970s", "70s")),
    (pop_art, ("pop art", "pop-art", "warhol", "lichtenstein", "comic", "halftone")),
)
PHOTOGRAPHIC: Sequence[Manner] = (noir, neon, film)
"""They keep the fine detail of a large picture."""


def restyled(image: Image.Image, words: str, *, seed: int) -> Image.Image:
    """As large as it was."""
    manner = manner_of(words)
    small = image.copy()
    small.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    colours = floats(np.asarray(small)) / 255
    done = picture(manner(floats(colours), seed) if manner else toned(floats(colours), words))
    if small.size == image.size:
        return done
    large = done.resize(image.size, Image.Resampling.BICUBIC)
    return _with_detail(large, image, small) if manner in PHOTOGRAPHIC else large


def manner_of(words: str) -> Manner | None:
    """The one named by the longest words that are said: "film noir" is noir, not film."""
    said = words.casefold()
    found = [(len(name), -rank) for rank, (_, names) in enumerate(NAMES) for name in names if name in said]
    return NAMES[-max(found)[1]][0] if found else None


def _with_detail(large: Image.Image, image: Image.Image, small: Image.Image) -> Image.Image:
    """Adds what got lost between `image` and `small`, in brightness alone."""
    coarse = small.resize(image.size, Image.Resampling.BICUBIC).convert("L")
    fine = ImageChops.subtract(image.convert("L"), coarse, scale=1, offset=128)
    bands = [ImageChops.add(band, fine, scale=1, offset=-128) for band in large.split()]
    return Image.merge("RGB", bands)
