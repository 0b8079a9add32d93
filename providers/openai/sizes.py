"""Which size to ask an image model for, when what is wanted is not one that it makes."""

import math
from collections.abc import Callable

from domain.models.model import Sizes

FEWEST_PIXELS = 655_360
STEEPEST = 3
"""Long side over short side. Both of models that take any size. Source: OpenAI's guide to image generation, on gpt-image-2
(2026-04); that they hold for 2.5 too is uncertain."""


def nearest(width: int, height: int, sizes: Sizes) -> tuple[int, int]:
    """The size to ask for. Where it can be, it covers what is wanted, so that nothing is enlarged afterwards."""
    if sizes.named:
        return min(sizes.named, key=lambda one: (abs(math.log(one[0] * height / (one[1] * width))), -one[0] * one[1]))
    wide, high = max(width, height / STEEPEST), max(height, width / STEEPEST)
    least = max(math.sqrt(FEWEST_PIXELS / (wide * high)), sizes.shortest / min(wide, high))
    most = min(math.sqrt(sizes.most_pixels / (wide * high)), sizes.longest / max(wide, high))
    scale = min(max(1.0, least), most)
    up = _whole(wide * scale, high * scale, sizes, math.ceil)
    fits = up[0] * up[1] <= sizes.most_pixels and max(up) <= sizes.longest
    return up if fits else _whole(wide * scale, high * scale, sizes, math.floor)


def _whole(width: float, height: float, sizes: Sizes, rounded: Callable[[float], int]) -> tuple[int, int]:
    """In multiples of what it takes. A side that is one already stays, whatever the arithmetic left of it."""
    wide, high = (sizes.multiple_of * rounded(round(side / sizes.multiple_of, 6)) for side in (width, height))
    return min(wide, STEEPEST * high), min(high, STEEPEST * wide)
