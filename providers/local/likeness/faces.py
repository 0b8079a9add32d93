"""Where the face is, by the colour of skin alone: rough, and good enough for a median over several pictures.

No detector and no model: a box is wanted that is full of skin, with none beside and over it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from providers.local.lab import lab_of
from providers.local.sketch.geometry import Floats, floats, smoothstep

SEEN = 120
"""Pixels on the longer side of the copy that is searched."""
TALL = 1.34
"""Height of a face by its width."""
WIDTHS = np.geomspace(0.16, 0.62, 10)
"""Of a face, as shares of the picture's shorter side."""

LIVELY = 2.5
"""Mean step of lightness from pixel to pixel that a face has at that size."""
Places = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class FaceBox:
    """Shares of the picture's width and height."""

    left: float
    top: float
    right: float
    bottom: float

    def crop(self, image: Image.Image, low: tuple[float, float], high: tuple[float, float]) -> Image.Image:
        """A part of the picture, in faces: (0, 0) is the box's upper left, (1, 1) its lower right. It may reach beyond."""
        wide, tall = self.right - self.left, self.bottom - self.top
        box = (
            max(0, round((self.left + low[0] * wide) * image.width)),
            max(0, round((self.top + low[1] * tall) * image.height)),
            min(image.width, round((self.left + high[0] * wide) * image.width)),
            min(image.height, round((self.top + high[1] * tall) * image.height)),
        )
        return image.crop((box[0], box[1], max(box[0] + 1, box[2]), max(box[1] + 1, box[3])))


def skin_likeness(lab: Floats) -> Floats:
    """0 to 1. The hue of skin hardly changes with its depth; its lightness does, and is not asked for."""
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    right_hue = smoothstep(18, 32, hue) * smoothstep(78, 64, hue)
    lively = smoothstep(7, 13, chroma) * smoothstep(62, 50, chroma)
    return floats(right_hue * lively * smoothstep(12, 24, lab[..., 0]))


def found_face(image: Image.Image) -> FaceBox:
    """Always one: where nothing looks like skin, the upper middle, which is where portraits have it."""
    small = image.copy()
    small.thumbnail((SEEN, SEEN), Image.Resampling.BOX)
    width, height = small.size
    lab = lab_of(floats(np.asarray(small, dtype=np.float32).reshape(-1, 3) / 255)).reshape(height, width, 3)
    likely, edges = skin_likeness(lab), _edges(lab[..., 0])
    left, top, wide, tall = _best_of_all(likely, edges)
    middle = lab[top + tall // 3 : top + tall * 2 // 3 + 1, left + wide // 3 : left + wide * 2 // 3 + 1]
    own = _alike(lab, np.median(middle.reshape(-1, 3), axis=0))
    left, top, wide, tall = _best_of_all(floats(likely * own), edges)
    return FaceBox(left / width, top / height, (left + wide) / width, (top + tall) / height)


def _alike(lab: Floats, skin: Floats) -> Floats:
    """This person's skin rather than anybody's: fair hair, wood and sand have the hue of skin, but hardly of theirs."""
    hue = np.hypot(lab[..., 1] - skin[1], lab[..., 2] - skin[2])
    return floats(np.exp(-((hue / 13) ** 2)) * smoothstep(52, 30, np.abs(lab[..., 0] - skin[0])))


def _edges(lightness: Floats) -> Floats:
    """How much goes on at each point: eyes and a mouth do in a face, and not on a wall or in what is out of focus."""
    down, across = np.gradient(lightness)
    return floats(np.hypot(down, across))


def _best_of_all(skin: Floats, edges: Floats) -> tuple[int, int, int, int]:
    tables = [np.pad(values, ((1, 0), (1, 0))).cumsum(0).cumsum(1) for values in (skin, edges)]
    return max(_best(tables[0], tables[1], round(share * min(skin.shape))) for share in WIDTHS)[1:]


def _best(skin: Floats, edges: Floats, wide: int) -> tuple[float, int, int, int, int]:
    """The best place for a face of this width: its score, then left, top, width and height."""
    height, width = skin.shape[0] - 1, skin.shape[1] - 1
    wide = max(4, min(wide, width))
    tall = min(height, round(wide * TALL))
    side, over = max(1, wide // 4), max(1, tall // 4)
    x, y = np.meshgrid(np.arange(0, width - wide + 1), np.arange(0, height - tall + 1))
    inside = _mean(skin, x, y, x + wide, y + tall)
    beside = _mean(skin, x - side, y, x, y + tall) + _mean(skin, x + wide, y, x + wide + side, y + tall)
    above = _mean(skin, x, y - over, x + wide, y)
    lively = np.clip(_mean(edges, x, y, x + wide, y + tall) / LIVELY, 0.3, 1)
    aside, low = np.abs((x + wide / 2) / width - 0.5), np.maximum(0, (y + tall / 2) / height - 0.45)
    score = (inside - 0.42 * beside - 0.34 * above) * lively * (1 - 0.8 * aside - 1.3 * low)
    score = score * (wide / min(width, height)) ** 0.25
    place = np.unravel_index(int(np.argmax(score)), score.shape)
    return float(score[place]), int(x[place]), int(y[place]), wide, tall


def _mean(summed: Floats, left: Places, top: Places, right: Places, bottom: Places) -> Floats:
    """Of each box, from a table of sums: as far as it lies in the picture."""
    left, right = np.clip(left, 0, summed.shape[1] - 1), np.clip(right, 0, summed.shape[1] - 1)
    top, bottom = np.clip(top, 0, summed.shape[0] - 1), np.clip(bottom, 0, summed.shape[0] - 1)
    total = summed[bottom, right] - summed[top, right] - summed[bottom, left] + summed[top, left]
    return floats(total / np.maximum((right - left) * (bottom - top), 1))
