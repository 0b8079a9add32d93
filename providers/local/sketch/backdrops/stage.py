"""The plane behind the figure. Places are painted small and sharp, then thrown out of focus and enlarged.

Coordinates: y is 0 at the top and 1 at the bottom; x uses the same unit and is 0 in the middle, so a square is square
in every format. `left` and `right` are the edges.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from providers.local.sketch.geometry import Colour, Floats, Point, floats, mix, picture, rgb
from providers.local.sketch.mood import Mood

MOST_ROWS = 360
"""Of the small painting. Out of focus, more would not be seen."""
GLOW_ENDS = 3.2
"""Radii from its middle at which a glow has faded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where the camera looks. A room is painted wider than one picture, so that a pack shows its different corners."""

    pan: float = 0.0  # -1 the left end of the room to 1 its right end
    zoom: float = 1.0  # share of the painting's height that is seen
    drop: float = 0.5  # 0 the upper part of it, 1 the lower
    blur: float = 0.0075  # of the background, as a share of the height
    room: float = 0.0  # width of the room, in its heights; 0 is no wider than the picture


@dataclass(slots=True)
class Stage:
    image: Image.Image
    mood: Mood
    rng: np.random.Generator
    shift: float  # of the camera; what is nearer moves further
    view: View
    bokeh: "list[Light]"

    @classmethod
    def of(cls, size: tuple[int, int], mood: Mood, rng: np.random.Generator, view: View) -> "Stage":
        rows = min(MOST_ROWS, max(96, size[1] // 2))
        wide = size[0] / size[1]
        if view.room:
            wide = max(wide * 1.25, view.room)
        width = max(8, min(1600, round(rows * wide)))
        return cls(Image.new("RGB", (width, rows)), mood, rng, float(rng.uniform(-0.5, 0.5)), view, [])

    def window(self, size: tuple[int, int]) -> tuple[float, float, float, float]:
        """The part of the painting that a picture of `size` shows: left, top, right and bottom in its pixels."""
        high = min(self.rows * self.view.zoom, self.image.width * size[1] / size[0])
        wide = high * size[0] / size[1]
        left = (self.image.width - wide) * (0.5 + 0.5 * self.view.pan)
        top = (self.rows - high) * self.view.drop
        return left, top, left + wide, top + high

    @property
    def rows(self) -> int:
        return self.image.height

    @property
    def right(self) -> float:
        return self.image.width / self.rows / 2

    @property
    def left(self) -> float:
        return -self.right

    def tone(self, day: Colour, night: Colour) -> Colour:
        return mix(night, day, self.mood.daylight)

    def _x(self, x: float) -> float:
        return (x + self.right) * self.rows

    def area(self, points: Sequence[Point], colour: Colour) -> None:
        self._pen().polygon([(self._x(x), y * self.rows) for x, y in points], fill=rgb(colour))

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour, *, corner: float = 0.0) -> None:
        place = (self._x(min(x0, x1)), min(y0, y1) * self.rows, self._x(max(x0, x1)), max(y0, y1) * self.rows)
        if corner:
            self._pen().rounded_rectangle(place, radius=corner * self.rows, fill=rgb(colour))
        else:
            self._pen().rectangle(place, fill=rgb(colour))

    def disc(self, x: float, y: float, radius: float, colour: Colour, *, squash: float = 1.0) -> None:
        cx, cy, r = self._x(x), y * self.rows, radius * self.rows
        self._pen().ellipse((cx - r, cy - r * squash, cx + r, cy + r * squash), fill=rgb(colour))

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        flat = [(self._x(x), y * self.rows) for x, y in points]
        self._pen().line(flat, fill=rgb(colour), width=max(1, round(width * self.rows)), joint="curve")

    def wash(self, top: float, bottom: float, stops: Sequence[Colour]) -> None:
        """A vertical gradient over the whole width."""
        first, last = int(top * self.rows), max(int(top * self.rows) + 1, int(bottom * self.rows))
        place = np.linspace(0, len(stops) - 1, last - first)
        column = np.stack([np.interp(place, np.arange(len(stops)), [s[c] for s in stops]) for c in range(3)], axis=-1)
        strip = picture(floats(column[:, None, :])).resize((self.image.width, last - first))
        self.image.paste(strip, (0, first))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float, *, squash: float = 1.0) -> None:
        """Light that spreads, added to what is there."""
        cx, cy, wide, high = self._x(x), y * self.rows, radius * self.rows, radius * squash * self.rows
        x0, x1 = max(0, int(cx - GLOW_ENDS * wide)), min(self.image.width, int(cx + GLOW_ENDS * wide) + 1)
        y0, y1 = max(0, int(cy - GLOW_ENDS * high)), min(self.rows, int(cy + GLOW_ENDS * high) + 1)
        if x0 >= x1 or y0 >= y1:
            return
        xs, ys = (np.arange(x0, x1) - cx) / wide, (np.arange(y0, y1) - cy) / high
        fall = np.exp(-0.5 * (xs[None, :] ** 2 + ys[:, None] ** 2))[..., None] * strength
        now = floats(np.asarray(self.image.crop((x0, y0, x1, y1)))) / 255.0
        self.image.paste(picture(floats(now + (1 - now) * fall * floats(colour))), (x0, y0))

    def soften(self, amount: float) -> None:
        """Everything painted so far lies this far out of focus (share of the height)."""
        self.image = self.image.filter(ImageFilter.GaussianBlur(amount * self.rows))

    def light(self, x: float, y: float, colour: Colour, *, radius: float = 0.02, strength: float = 0.6) -> None:
        """A point of light, which the lens turns into a disc."""
        self.bokeh.append(Light(x, y, radius, colour, strength))

    def _pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)


@dataclass(frozen=True, slots=True)
class Light:
    x: float
    y: float
    radius: float
    colour: Colour
    strength: float


def finished(stage: Stage, width: int, height: int) -> Image.Image:
    """The painting at the size of the canvas, with its discs of light."""
    stage.soften(stage.view.blur)
    half = (max(2, width // 2), max(2, height // 2))
    left, top, right, bottom = stage.window((width, height))
    seen = stage.image.resize(half, Image.Resampling.BICUBIC, box=(left, top, right, bottom))
    pixels = floats(np.asarray(seen)) / 255.0
    scale = half[1] / (bottom - top)
    for light in stage.bokeh:
        place = (((light.x + stage.right) * stage.rows - left) * scale, (light.y * stage.rows - top) * scale)
        _stamp(pixels, light, place, light.radius * stage.rows * scale)
    return picture(pixels).resize((width, height), Image.Resampling.BICUBIC)


def _stamp(pixels: Floats, light: Light, place: Point, radius: float) -> None:
    rows, columns = pixels.shape[:2]
    radius = max(1.5, radius)
    cx, cy = place
    x0, x1 = max(0, int(cx - radius - 2)), min(columns, int(cx + radius + 3))
    y0, y1 = max(0, int(cy - radius - 2)), min(rows, int(cy + radius + 3))
    if x0 >= x1 or y0 >= y1:
        return
    away = np.hypot(np.arange(x0, x1)[None, :] - cx, np.arange(y0, y1)[:, None] - cy) / radius
    edge = np.clip((1 - away) * radius / 1.5, 0, 1)
    disc = edge * (0.62 + 0.38 * np.clip(away, 0, 1) ** 4) * light.strength
    part = pixels[y0:y1, x0:x1]
    part += (1 - part) * floats(disc)[..., None] * floats(light.colour)
