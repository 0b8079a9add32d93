"""Where the face is, by the colour of skin alone: rough, and good enough for a median over several pictures.

No detector and no model: a box is wanted that is full of skin, with none beside and over it.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from providers.local.lab import lab_of
from providers.local.sketch.geometry import Floats, floats, smoothstep

SEEN = 120
"""Pixels on the longer side of the copy that is searched."""
TALL = 1.34
"""Height of a face by its width."""
WIDTHS = np.geomspace(0.16, 0.62, 10)
"""Of a face, as shares of the picture's shorter side."""


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
    lively = smoothstep(7, 13, chroma) * smoothstep(54, 42, chroma)
    return floats(right_hue * lively * smoothstep(12, 24, lab[..., 0]))


def found_face(image: Image.Image) -> FaceBox:
    """Always one: where nothing looks like skin, the upper middle, which is where portraits have it."""
    small = image.copy()
    small.thumbnail((SEEN, SEEN), Image.Resampling.BOX)
    width, height = small.size
    lab = lab_of(floats(np.asarray(small, dtype=np.float32).reshape(-1, 3) / 255)).reshape(height, width, 3)
    likely = skin_likeness(lab)
    left, top, wide, tall = _best_of_all(likely)
    middle = lab[top + tall // 3 : top + tall * 2 // 3 + 1, left + wide // 3 : left + wide * 2 // 3 + 1]
    own = _alike(lab, np.median(middle.reshape(-1, 3), axis=0))
    left, top, wide, tall = _best_of_all(floats(likely * own))
    return FaceBox(left / width, top / height, (left + wide) / width, (top + tall) / height)


def _alike(lab: Floats, skin: Floats) -> Floats:
    """This person's skin rather than anybody's: fair hair, wood and sand have the hue of skin, but hardly of theirs."""
    hue = np.hypot(lab[..., 1] - skin[1], lab[..., 2] - skin[2])
    return floats(np.exp(-((hue / 13) ** 2)) * smoothstep(52, 30, np.abs(lab[..., 0] - skin[0])))


def _best_of_all(skin: Floats) -> tuple[int, int, int, int]:
    summed = np.pad(skin, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    return max(_best(summed, round(share * min(skin.shape))) for share in WIDTHS)[1:]


def _best(summed: Floats, wide: int) -> tuple[float, int, int, int, int]:
    """The best place for a face of this width: its score, then left, top, width and height."""
    height, width = summed.shape[0] - 1, summed.shape[1] - 1
    wide = max(4, min(wide, width))
    tall = min(height, round(wide * TALL))
    side, over = max(1, wide // 4), max(1, tall // 4)
    lefts, tops = np.arange(0, width - wide + 1), np.arange(0, height - tall + 1)
    x, y = np.meshgrid(lefts, tops)

    def share(x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> Floats:
        """Of skin, in each box: what lies outside of the picture counts as none."""
        x0, x1 = np.clip(x0, 0, width).astype(int), np.clip(x1, 0, width).astype(int)
        y0, y1 = np.clip(y0, 0, height).astype(int), np.clip(y1, 0, height).astype(int)
        total = summed[y1, x1] - summed[y0, x1] - summed[y1, x0] + summed[y0, x0]
        return floats(total / np.maximum((x1 - x0) * (y1 - y0), 1))

    inside = share(x, y, x + wide, y + tall)
    beside = share(x - side, y, x, y + tall) + share(x + wide, y, x + wide + side, y + tall)
    above = share(x, y - over, x + wide, y)
    central = 1 - 0.5 * np.abs((x + wide / 2) / width - 0.5) - 1.3 * np.maximum(0, (y + tall / 2) / height - 0.45)
    score = (inside - 0.42 * beside - 0.34 * above) * central * (wide / min(width, height)) ** 0.25
    place = np.unravel_index(int(np.argmax(score)), score.shape)
    return float(score[place]), int(x[place]), int(y[place]), wide, tall
