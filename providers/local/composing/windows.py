"""Tall formats that a photo cannot fill, such as a whole phone screen from a photo that ends below the chin.

The portrait is then composed in the upper part, and what ends there goes on below it, out of focus and ever darker.
"""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from providers.local.composing.raster import blurred
from providers.local.sketch.geometry import floats, picture, smoothstep

SHARES = (1.0, 0.88, 0.76, 0.66, 0.56)
"""Of the height, tried in turn: the whole, and ever nearer to a square."""
DARKEST = 0.45
"""Share of the light that is left at the lower end of what goes on."""


def windows_in(size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    wide, high = size
    for share in SHARES:
        if share == 1.0 or high * share >= wide:
            yield wide, round(high * share)


def continued(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """At the top of a picture of `size`; itself where it fills it."""
    if image.size == size:
        return image
    below = size[1] - image.height
    whole = np.pad(floats(np.asarray(image)) / 255, ((0, below), (0, 0), (0, 0)), mode="edge")
    depth = (np.arange(size[1], dtype=np.float32) - image.height) / size[1]
    soft = blurred(floats(whole), 0.065 * size[1])
    sharp = smoothstep(0.0, -0.09, floats(depth))[:, None, None]
    light = 1 - (1 - DARKEST) * smoothstep(-0.08, below / size[1], floats(depth))[:, None, None]
    return picture(floats((whole * sharp + soft * (1 - sharp)) * light))
