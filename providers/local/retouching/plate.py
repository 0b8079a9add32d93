"""Draws rounded, lit shapes into a place of a picture, in the light of what is around them.

A thing has coordinates of its own: x from 0 to 1 across it, y from 0 (top) to 1 (bottom).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from providers.local.retouching.mending import Surroundings
from providers.local.sketch.geometry import Box, Colour, Floats, Point, floats, mix, picture, polygon_mask, spline

Points = Sequence[Sequence[float]] | Floats


class Shaped(Protocol):
    @property
    def aspect(self) -> float:
        """Width over height."""
        ...

    @property
    def stands(self) -> bool:
        """On the lower edge of its place; otherwise it hangs in the middle."""
        ...


@dataclass(slots=True)
class Plate:
    target: Image.Image
    left: float
    top: float
    width: float
    height: float
    around: Surroundings

    @classmethod
    def on(cls, target: Image.Image, corner: Point, size: Point, around: Surroundings, thing: Shaped) -> "Plate":
        """As large as it fits into the place at `corner`, with a little room."""
        height = max(4.0, min(0.94 * size[1], 0.94 * size[0] / thing.aspect))
        width = height * thing.aspect
        left = corner[0] + (size[0] - width) / 2
        top = corner[1] + (0.96 * size[1] - height if thing.stands else (size[1] - height) / 2)
        return cls(target, left, top, width, height, around)

    def area(
        self, points: Points, colour: Colour, *, smooth: bool = True, round: float = 1.0, opacity: float = 1.0
    ) -> None:
        """A closed shape. `round` 0 is flat; 1 is lit like a ball or a tube."""
        line = spline(points, closed=True, steps=8) if smooth else floats(points)
        outline = self._pixels(line)
        low, high = outline.min(axis=0) - 2, outline.max(axis=0) + 2
        box = Box.clipped((low[0], low[1]), (high[0], high[1]), self.target.size)
        if box.is_empty:
            return
        mask = polygon_mask(box, [outline], fine=2)
        if opacity < 1:
            mask = mask.point(lambda level: int(level * opacity))
        self.target.paste(self._lit(mask, colour, round), box.corner, mask)

    def oval(
        self, centre: tuple[float, float], radius: tuple[float, float], colour: Colour, *, turn: float = 0.0,
        round: float = 1.0, opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """`radius` in shares of the width, both, so that equal ones give a circle; `turn` in radians."""
        angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        x, y = np.cos(angle) * radius[0], np.sin(angle) * radius[1]
        c, s = np.cos(turn), np.sin(turn)
        aspect = self.width / self.height
        points = np.column_stack([centre[0] + x * c - y * s, centre[1] + (x * s + y * c) * aspect])
        self.area(floats(points), colour, smooth=False, round=round, opacity=opacity)

    def line(self, points: Points, colour: Colour, width: float, *, taper: float = 1.0, round: float = 0.8) -> None:
        """A stroke; `width` in shares of the thing's width, `taper` what is left of it at the end."""
        path = spline(points, steps=8) if len(points) > 2 else floats(points)
        flat = self._pixels(path)
        along = floats(np.gradient(flat, axis=0))
        normal = np.column_stack([-along[:, 1], along[:, 0]])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-4)
        half = np.linspace(1, taper, len(flat))[:, None] * width * self.width / 2
        edge = np.concatenate([flat + normal * half, (flat - normal * half)[::-1]])
        own = (edge - floats((self.left, self.top))) / floats((self.width, self.height))
        self.area(floats(own), colour, smooth=False, round=round)

    def shadow(self, centre: tuple[float, float], radius: tuple[float, float], strength: float = 0.45) -> None:
        """A soft dark oval where a thing touches what it stands on."""
        x, y = self._pixels(floats([centre]))[0].tolist()
        rx, ry = radius[0] * self.width, radius[1] * self.width
        box = Box.clipped((x - 2 * rx, y - 2.5 * ry), (x + 2 * rx, y + 2.5 * ry), self.target.size)
        if box.is_empty:
            return
        mask = Image.new("L", (box.width, box.height))
        ImageDraw.Draw(mask).ellipse(
            (x - rx - box.left, y - ry - box.top, x + rx - box.left, y + ry - box.top), fill=int(255 * strength)
        )
        self.target.paste((18, 14, 16), box.corner, mask.filter(ImageFilter.GaussianBlur(max(1.0, 0.5 * ry))))

    def _pixels(self, points: Floats) -> Floats:
        return floats(points * floats((self.width, self.height)) + floats((self.left, self.top)))

    def _lit(self, mask: Image.Image, colour: Colour, round: float) -> Image.Image:
        """The colour as a rounded body shows it: light from where the picture has it, shade on the other side."""
        tone = self._in_this_light(colour)
        if round <= 0 or min(mask.size) < 2:
            return Image.new("RGB", mask.size, tuple(int(255 * c) for c in tone))
        radius = max(0.8, 0.22 * min(mask.size))
        height = np.asarray(mask.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float32) / 255
        down, across = (floats(slope) for slope in np.gradient(height))
        facing = (-across * 0.8 * self.around.side * -1 + down * 0.75) * radius * 2.2
        light = 1 + round * (np.clip(facing, -0.55, 0.42) + 0.16 * (height - 0.7))
        gloss = round * 0.20 * np.clip(facing - 0.20, 0, 1)
        return picture(floats(floats(tone) * light[..., None] + gloss[..., None]))

    def _in_this_light(self, colour: Colour) -> Colour:
        """A little of the surroundings' colour, and as bright as they allow."""
        tinted = mix(colour, self.around.colour, 0.10)
        level = 0.62 + 0.55 * min(1.0, self.around.light / 0.6)
        red, green, blue = (min(1.0, c * level) for c in tinted)
        return red, green, blue
