"""Colours moved as a whole: by words, or towards another picture. One table of 33³ colours is worked out and looked up.

So a large picture costs little more than a small one, and no memory beyond itself.
"""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter

from providers.local.lab import lab_of, rgb_of
from providers.local.restyling.words import colours_said
from providers.local.sketch.geometry import Floats, floats

STEPS = 33
SEEN = 256
"""Pixels a side of the copies that palettes are measured on."""

Grade = Callable[[Floats], Floats]
"""From rows of colours (0 to 1) to rows of colours."""


def through(image: Image.Image, grade: Grade) -> Image.Image:
    axis = np.linspace(0, 1, STEPS, dtype=np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")  # Red changes fastest, as Pillow wants it.
    rows = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    table = np.clip(grade(floats(rows)), 0, 1)
    return image.filter(ImageFilter.Color3DLUT(STEPS, table.reshape(-1).tolist()))


@dataclass(frozen=True, slots=True)
class Palette:
    """Mean and spread of lightness and the two colour axes of a picture, in CIE Lab."""

    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, image: Image.Image) -> "Palette":
        small = image.copy()
        small.thumbnail((SEEN, SEEN), Image.Resampling.BOX)
        rows = lab_of(floats(np.asarray(small, dtype=np.float32).reshape(-1, 3) / 255))
        return cls(rows.mean(axis=0), rows.std(axis=0))

    def distance(self, other: "Palette") -> float:
        """Between the means and the spreads; 1 can just be seen in one colour."""
        return float(np.linalg.norm(self.mean - other.mean) + np.linalg.norm(self.spread - other.spread))


TAKEN = floats((0.62, 0.78, 0.78))
"""Share of a style's palette that is taken over, in lightness and in colour: people stay people."""


def towards(image: Image.Image, style: Image.Image) -> Image.Image:
    """The picture in the palette and contrast of another (Reinhard's transfer of colour statistics)."""
    own, wanted = Palette.of(image), Palette.of(style)
    ratio = np.clip(wanted.spread / np.maximum(own.spread, 1.0), 0.35, 2.2)

    def grade(rows: Floats) -> Floats:
        lab = lab_of(rows)
        moved = (lab - own.mean) * ratio + wanted.mean
        return rgb_of(floats(lab + (moved - lab) * TAKEN))

    return through(image, grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What words ask for. Each is 0 for no change."""

    warmth: float = 0.0
    light: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    fade: float = 0.0
    tint: tuple[float, float, float] | None = None


CHANGES: tuple[tuple[Sequence[str], Change], ...] = (
    (("golden hour", "sunset", "sunrise"), Change(warmth=1.25, light=0.05, saturation=0.22, fade=0.05)),
    (("warm", "cozy", "cosy", "autumn", "summer"), Change(warmth=0.8)),
    (("cool", "cold", "winter", "icy", "blue hour"), Change(warmth=-0.9)),
    (("bright", "lighter", "airy", "high key", "daylight"), Change(light=0.28)),
    (("dark", "moody", "low key", "dim"), Change(light=-0.30, contrast=0.15)),
    (("night", "midnight"), Change(light=-0.45, warmth=-0.9, saturation=-0.15)),
    (("contrast", "dramatic", "punchy", "crisp"), Change(contrast=0.45)),
    (("soft", "dreamy", "gentle", "hazy"), Change(contrast=-0.30, fade=0.08, light=0.05)),
    (("vivid", "vibrant", "colourful", "colorful", "saturated"), Change(saturation=0.5)),
    (("muted", "faded", "desaturated", "pastel", "matte"), Change(saturation=-0.4, fade=0.08)),
)


def change_asked(words: str) -> Change:
    """Everything the words name, together. Where they name nothing: more contrast, and a tint that follows from them."""
    change = change_named(words)
    if colours := colours_said(words):
        return replace(change, tint=colours[0])
    if change == Change():
        turn = 2 * np.pi * (zlib.crc32(words.casefold().strip().encode()) % 360) / 360
        red, green, blue = (0.55 + 0.35 * np.cos(turn - 2 * np.pi * floats((0, 1 / 3, 2 / 3)))).tolist()
        return Change(contrast=0.25, tint=(red, green, blue))
    return change


def change_named(words: str) -> Change:
    """But for colours."""
    said = words.casefold()
    change = Change()
    for names, more in CHANGES:
        if any(name in said for name in names):
            change = Change(
                warmth=change.warmth + more.warmth,
                light=change.light + more.light,
                contrast=change.contrast + more.contrast,
                saturation=change.saturation + more.saturation,
                fade=max(change.fade, more.fade),
            )
    return change


def graded_by_words(image: Image.Image, words: str) -> Image.Image:
    return graded(image, change_asked(words))


def graded(image: Image.Image, change: Change) -> Image.Image:
    def grade(rows: Floats) -> Floats:
        done = np.clip(rows, 0, 1) ** (2.0 ** (-2.2 * change.light))
        done = done + change.contrast * 0.9 * (done - 0.5) * 4 * done * (1 - done)
        light = (done @ floats((0.299, 0.587, 0.114)))[:, None]
        done = light + (done - light) * (1 + change.saturation)
        done = done * floats((1 + 0.16 * change.warmth, 1 + 0.015 * change.warmth, 1 - 0.20 * change.warmth))
        done = change.fade + done * (1 - change.fade)
        if change.tint:
            lit = floats(change.tint) * (0.25 + 0.75 * light) + 0.55 * light**2
            done = done * 0.70 + lit * 0.30
        return floats(done)

    return through(image, grade)
