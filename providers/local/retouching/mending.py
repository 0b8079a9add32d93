"""A hole in a picture closed from its edges inwards, and given the grain of what is around it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from providers.local.restyling.fields import grain, luma
from providers.local.restyling.paint import palette_of
from providers.local.restyling.words import colours_said
from providers.local.sketch.geometry import Floats, floats


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is measured around a hole."""

    colour: Floats  # mean
    light: float  # mean brightness
    side: int  # where more light is: -1 left, 1 right
    roughness: float  # standard deviation of brightness from pixel to pixel

    def grain(self, shape: tuple[int, ...], seed: int) -> Floats:
        return grain(shape, seed, size=1.4) * min(self.roughness, 0.04)


def surroundings_of(colours: Floats, covered: Floats) -> Surroundings:
    """Of all that is not covered; of everything where nothing is left."""
    known = covered < 0.02
    if known.mean() < 0.001:
        known = np.ones_like(known)
    light = luma(colours)
    half = light.shape[1] // 2
    left, right = (
        float(light[:, part][known[:, part]].mean()) if known[:, part].any() else 0.5
        for part in (slice(0, half), slice(half, None))
    )
    fine = np.abs(np.diff(light, axis=1))[known[:, 1:]]
    rough = float(np.median(fine)) if fine.size else 0.0
    return Surroundings(colours[known].mean(axis=0), float(light[known].mean()), 1 if right >= left else -1, rough)


def mended(colours: Floats, covered: Floats) -> Floats:
    """The picture without what was covered: colours flow in from all sides (push-pull over ever smaller copies)."""
    weight = floats((covered < 0.02).astype(np.float32))
    if not weight.any():
        return floats(np.broadcast_to(colours.mean(axis=(0, 1)), colours.shape))
    return floats(_flowed(floats(colours * weight[..., None]), weight))


def _flowed(sums: Floats, weight: Floats) -> Floats:
    """`sums` are colours times their weights."""
    own = sums / np.maximum(weight, 1e-6)[..., None]
    if min(weight.shape) <= 1 or weight.min() > 0.999:
        return floats(own)
    coarse = _flowed(_halved(sums), _halved(weight))
    size = (weight.shape[1], weight.shape[0])
    wide = np.stack(
        [
            np.asarray(Image.fromarray(np.ascontiguousarray(coarse[..., c])).resize(size, Image.Resampling.BICUBIC))
            for c in range(3)
        ],
        axis=-1,
    )
    known = np.minimum(weight, 1)[..., None]
    return floats(own * known + wide * (1 - known))


def _halved(values: Floats) -> Floats:
    """Sums of two by two, cut at 1 for weights by being means: an odd last row or column counts twice."""
    pad = [(0, values.shape[0] % 2), (0, values.shape[1] % 2), (0, 0)][: values.ndim]
    even = np.pad(values, pad, mode="edge")
    total = even[0::2, 0::2] + even[1::2, 0::2] + even[0::2, 1::2] + even[1::2, 1::2]
    return floats(total / 4)


def repainted(fill: Floats, words: str, *, seed: int, reach: float) -> Floats:
    """A new surface over the mended one: soft clouds of colour, in the colours that are said or a shade of what is there."""
    broad = grain(fill.shape[:2], seed, size=max(4.0, 0.16 * reach))
    small = grain(fill.shape[:2], seed + 1, size=max(2.0, 0.04 * reach))
    cloud = np.clip(0.45 * broad + 0.18 * small, -1.2, 1.2)
    light = luma(fill)[..., None]
    dark, middle, bright = palette_of(words)
    share = 0.5 + 0.25 * cloud[..., None]
    colour = floats(middle) * (1 - share) + floats(bright) * share
    colour = colour * (0.55 + 0.75 * light) + floats(dark) * 0.06
    strength = 0.78 if colours_said(words) else 0.34
    return floats(np.clip(fill * (1 - strength) + colour * strength, 0, 1) * (1 + 0.05 * cloud[..., None]))
