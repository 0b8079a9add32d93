"""Cloth: what a garment is made of, how light falls on it, and how one piece is laid on the picture.

A piece is drawn flat in its own colours (Pen), then lit: the picture of the cloth times the light on body and folds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from providers.local.sketch.body import Frame
from providers.local.sketch.clothes.relief import FLAT, Relief, relief_depth
from providers.local.sketch.geometry import (
    Box,
    Colour,
    Floats,
    Grid,
    enlarged_picture,
    floats,
    local,
    polygon_mask,
    rgb,
    smoothstep,
    spline,
)
from providers.local.sketch.light import Lights, cel, painted, shade

FINE = 2
CLOTH_DETAIL = 70
"""Points per head unit for light on cloth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fabric:
    colour: Colour
    gloss: float = 0.05
    folds: float = 1.0
    sharp: float = 0.3  # 0 soft wool, 1 crisp leather or satin


@dataclass(slots=True)
class Pen:
    """Draws on a piece's flat picture, in body coordinates."""

    frame: Frame
    box: Box
    draw: ImageDraw.ImageDraw
    rng: np.random.Generator

    def _at(self, points: Floats) -> list[tuple[float, float]]:
        return local(self.frame.pixels(points), self.box, FINE)

    def area(self, points: Sequence[Sequence[float]] | Floats, colour: Colour, *, smooth: bool = False) -> None:
        line = spline(points, closed=True, steps=6) if smooth else floats(points)
        self.draw.polygon(self._at(line), fill=rgb(colour))

    def line(
        self, points: Sequence[Sequence[float]] | Floats, colour: Colour, width: float, *, smooth: bool = True
    ) -> None:
        line = spline(points, steps=8) if smooth and len(points) > 2 else floats(points)
        pixels = max(1, round(width * self.frame.camera.scale * FINE))
        self.draw.line(self._at(line), fill=rgb(colour), width=pixels, joint="curve")

    def lines(self, ends: Floats, colour: Colour, width: float) -> None:
        """Many straight lines at once: (line, end, xy)."""
        pixels = max(1, round(width * self.frame.camera.scale * FINE))
        flat = (self.frame.pixels(ends.reshape(-1, 2)) - floats(self.box.corner)) * FINE
        for line in flat.reshape(-1, 4).tolist():
            self.draw.line(line, fill=rgb(colour), width=pixels)

    def both(self, points: Sequence[Sequence[float]], colour: Colour, width: float) -> None:
        self.line(points, colour, width)
        self.line([(-x, y) for x, y in points], colour, width)

    def dots(self, at: Floats, radius: Floats, colours: Sequence[Colour]) -> None:
        """Many dots at once: (dot, xy), the radius and the colour of each."""
        flat = (self.frame.pixels(at) - floats(self.box.corner)) * FINE
        sizes = radius * self.frame.camera.scale * FINE
        edges = np.column_stack([flat - sizes[:, None], flat + sizes[:, None]]).tolist()
        for edge, colour in zip(edges, colours, strict=True):
            self.draw.ellipse(edge, fill=rgb(colour))

    def dot(self, at: Sequence[float], radius: float, colour: Colour) -> None:
        ((x, y),) = self._at(floats([at]))
        size = radius * self.frame.camera.scale * FINE
        self.draw.ellipse((x - size, y - size, x + size, y + size), fill=rgb(colour))


Paint = Callable[[Pen], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One layer of clothing: its outlines on the body, its cloth, and what is drawn on it."""

    outlines: tuple[Floats, ...]
    fabric: Fabric
    paint: Paint | None = None
    shadow: float = 0.35  # thrown on what lies below
    lift: float = 0.0  # stands off the body: catches more light
    relief: Relief = FLAT
    behind: bool = False  # lies behind neck and shoulders
    depth: float = 1.0  # share of the body's roundness it follows: what lies behind or hangs free follows little


@dataclass(slots=True)
class Dresser:
    """Lays pieces on the picture. Light is worked out once per kind of folds."""

    target: Image.Image
    frame: Frame
    lights: Lights
    anime: bool
    seed: int
    body_mask: Image.Image
    neck_shadow: Floats
    grid: Grid
    depth: Floats
    cloth_depth: Floats
    folds: Floats
    weave: Image.Image | None = None
    """The threads of cloth over the whole canvas, where it is drawn finely."""

    def lay(self, piece: Piece, rank: int) -> None:
        flat = [self.frame.pixels(outline) for outline in piece.outlines]
        box = self.frame.camera.box(np.concatenate(flat), margin=0.02)
        if box.is_empty:
            return
        mask = polygon_mask(box, flat, fine=FINE)
        self._throw_shadow(mask, box, piece.shadow)
        cloth = self._flat_picture(piece, box, rank)
        if self.weave:
            cloth = ImageChops.overlay(cloth, self.weave.crop((box.left, box.top, box.right, box.bottom)))
        light, sheen = self._light(piece, box, mask)
        lit = ImageChops.screen(ImageChops.multiply(cloth, light), sheen)
        self.target.paste(lit, box.corner, mask)

    def _throw_shadow(self, mask: Image.Image, box: Box, strength: float) -> None:
        if strength <= 0:
            return
        scale = self.frame.camera.scale
        reach = int(scale * 0.16)
        wide = Box.clipped(
            (box.left - reach, box.top - reach), (box.right + reach, box.bottom + reach), self.target.size
        )
        shrink = 4
        small = Image.new("L", (max(1, wide.width // shrink), max(1, wide.height // shrink)))
        fitted = mask.resize((max(1, box.width // shrink), max(1, box.height // shrink)))
        side = float(self.lights.key[0])
        moved = (
            (box.left - wide.left) // shrink - round(side * scale * 0.05 / shrink),
            (box.top - wide.top) // shrink + round(scale * 0.035 / shrink),
        )
        small.paste(fitted, moved)
        small = small.filter(ImageFilter.GaussianBlur(scale * 0.05 / shrink))
        soft = small.point(lambda v: int(v * strength)).resize((wide.width, wide.height), Image.Resampling.BILINEAR)
        inside = self.body_mask.crop((wide.left, wide.top, wide.right, wide.bottom))
        self.target.paste((38, 20, 24), wide.corner, ImageChops.multiply(soft, inside))

    def _flat_picture(self, piece: Piece, box: Box, rank: int) -> Image.Image:
        image = Image.new("RGB", (box.width * FINE, box.height * FINE), rgb(piece.fabric.colour))
        if piece.paint is None:
            return image.reduce(FINE)
        rng = np.random.default_rng((self.seed, rank))
        piece.paint(Pen(self.frame, box, ImageDraw.Draw(image), rng))
        return image.reduce(FINE)

    def _light(self, piece: Piece, box: Box, mask: Image.Image) -> tuple[Image.Image, Image.Image]:
        fabric = piece.fabric
        part, rows, columns = self._grid_part(box)
        crumpled = fabric.folds * (1 + 0.6 * fabric.sharp)
        depth = piece.depth * self.cloth_depth[rows, columns] + crumpled * self.folds[rows, columns]
        if piece.relief is not FLAT:
            shape = (depth.shape[0], depth.shape[1])
            depth = depth + relief_depth(piece.relief, mask, frame=self.frame, box=box, part=part, shape=shape)
        light = shade(depth, self.grid.step, self.lights, flatten=0.9, gloss_power=10 + 26 * fabric.sharp)
        mood = self.lights.mood
        lit = np.clip(0.55 + (light.lit - 0.55) * mood.contrast * 1.1 + piece.lift, 0, 1)
        lit = lit * (1 - (0.25 if piece.behind else 0.5) * self.neck_shadow[rows, columns])
        tone = cel(floats(lit)) if self.anime else painted(floats(lit), levels=4.0, crisp=0.25 + 0.3 * fabric.sharp)
        ambient = floats(mood.ambient) / max(mood.ambient)
        dark = (0.30 + 0.28 * max(mood.ambient) / 0.64) * (0.6 * ambient + 0.4)
        factor = dark + (floats(mood.key) * 1.04 - dark) * tone[..., None]
        bright = light.gloss[..., None] * floats(mood.key) * fabric.gloss * tone[..., None]
        edge = light.rim[..., None] * floats(mood.rim) * mood.rim_strength * (0.22 + 0.5 * fabric.gloss)
        inner = _inner(part, box)
        return enlarged_picture(factor, part).crop(inner), enlarged_picture(bright + edge, part).crop(inner)

    def _grid_part(self, box: Box) -> tuple[Box, slice, slice]:
        """The part of the light's raster that covers `box`, widened to whole raster points."""
        height, width = self.grid.x.shape
        down, across = self.target.height / height, self.target.width / width
        top, bottom = max(0, int(box.top / down) - 1), min(height, int(box.bottom / down) + 2)
        left, right = max(0, int(box.left / across) - 1), min(width, int(box.right / across) + 2)
        part = Box(round(left * across), round(top * down), round(right * across), round(bottom * down))
        return part, slice(top, bottom), slice(left, right)


def _inner(part: Box, box: Box) -> tuple[int, int, int, int]:
    return box.left - part.left, box.top - part.top, box.right - part.left, box.bottom - part.top


def folds(x: Floats, y: Floats, seed: int) -> Floats:
    """Long folds that hang, slanted ones that pull from the shoulder, short ones that gather at elbow and waist."""
    sides = np.sqrt(x * x + 0.12)  # Round in the middle: a fold has no crease there.
    bend = noise(x * 0.9, y * 0.7, seed + 1)
    hang = noise(x * 2.4 + y * 0.30 + bend * 0.8, y * 0.45, seed) * 0.042
    slant = np.sin((y * 0.55 + sides * 1.0) * 8.5 + bend * 3.2) * np.exp(
        -(((y - 2.55) / 0.55) ** 2) - ((sides - 1.15) / 0.33) ** 2
    )
    gather = np.sin(y * 8.0 + sides * 3.5 + bend * 3.5) * 0.024
    gather = gather * (np.exp(-(((y - 4.5) / 0.55) ** 2)) + 0.6 * smoothstep(1.3, 1.6, sides) * smoothstep(2.6, 3.6, y))
    return floats(hang + slant * 0.030 + gather)


def noise(x: Floats, y: Floats, seed: int) -> Floats:
    """Smooth noise, -1 to 1, with hills about one unit wide."""
    rng = np.random.default_rng(seed % 2**31)
    total = np.zeros_like(x)
    for frequency, weight in ((2.1, 0.5), (4.3, 0.32), (8.7, 0.18)):
        turn, phase = rng.uniform(0, 2 * np.pi, 3), rng.uniform(0, 2 * np.pi, 3)
        for angle, start in zip(turn, phase, strict=True):
            total += weight / 1.8 * np.sin((x * np.cos(angle) + y * np.sin(angle)) * frequency + start)
    return floats(total)
