"""Hair in two layers: what lies behind the neck and shoulders, and what lies over the face and chest."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from providers.local.sketch.face import Figure
from providers.local.sketch.geometry import Box, floats
from providers.local.sketch.hair.cuts import flyaways, fringe, gathered, swept
from providers.local.sketch.hair.falls import FALLS, falling, wisps
from providers.local.sketch.hair.knots import braid, bun, coils, tail
from providers.local.sketch.hair.strands import SEPARATE, Strands, draw, with_single_hairs

HIDDEN_BEHIND = 0.018
"""Finer strands than this (head units) are left out behind the head, where hair lies in shadow."""

Layer = tuple[Image.Image, Box]

HIGH_KNOT = (0.0, -1.02, -0.42)
LOW_KNOT = (0.0, -0.62, -0.86)
BUN = (0.0, -1.24, -0.30)


@dataclass(frozen=True, slots=True)
class Hair:
    back: tuple[Strands, ...]
    front: tuple[Strands, ...]


def hair_of(figure: Figure) -> Hair:
    """The same ribbons for the same character: only the pose moves them. Drawn finely, single hairs lie over them."""
    hair = _ribbons_of(figure)
    if figure.fine <= 0 or figure.camera.scale < SEPARATE:
        return hair
    rng = np.random.default_rng((figure.identity.marks_seed, 71))
    return Hair(hair.back, tuple(with_single_hairs(strands, rng, figure) for strands in hair.front))


def _ribbons_of(figure: Figure) -> Hair:
    identity = figure.identity
    rng = np.random.default_rng((identity.marks_seed, 3))
    style = identity.hair_style
    if style in ("bald", "buzz_cut"):
        return Hair((), ())
    if style in ("short", "pixie"):
        return _short(figure, rng)
    if style == "afro":
        return _afro(figure, rng)
    if style in ("ponytail", "bun"):
        return _tied(figure, rng)
    return _fallen(figure, rng)


def _short(figure: Figure, rng: np.random.Generator) -> Hair:
    if figure.identity.hair_style == "pixie":
        cut = swept(figure, rng, length=0.50, height=0.10, count=420)
    else:
        cut = swept(figure, rng, length=0.31, height=0.08 + 0.06 * figure.identity.hair_volume, count=420)
    return _layered(figure, cut, rng, loose=24)


def _afro(figure: Figure, rng: np.random.Generator) -> Hair:
    ball = coils(figure, rng, radius=(1.02, 0.98, 0.95), count=1500)
    return _layered(figure, ball, rng, loose=0)


def _tied(figure: Figure, rng: np.random.Generator) -> Hair:
    knot = HIGH_KNOT if figure.identity.hair_style == "bun" else LOW_KNOT
    cap = gathered(figure, rng, knot=knot, count=300)
    hair = _layered(figure, cap, rng, loose=26, part=slice(0, 6))
    is_bun = figure.identity.hair_style == "bun"
    knotted = bun(rng, BUN, radius=0.33, count=150) if is_bun else tail(figure, rng, knot, count=190)
    return Hair((knotted, *hair.back), hair.front)


def _fallen(figure: Figure, rng: np.random.Generator) -> Hair:
    identity = figure.identity
    strands = falling(figure, FALLS[identity.hair_style], rng)
    hair = _layered(figure, strands, rng, loose=18)
    front = (*hair.front, wisps(figure, rng))
    if identity.hair_style == "braids":
        front = (*front, *(_plait(rng, side) for side in (-1.0, 1.0)))
    if identity.fringe:
        front = (*front, fringe(figure, rng))
    return _turned_away(figure, Hair(hair.back, front)) if figure.solid else Hair(hair.back, front)


def _turned_away(figure: Figure, hair: Hair) -> Hair:
    """What lies on the far side of a head that is turned far goes behind it."""

    def split(strands: Strands, *, near: bool) -> Strands:
        depth = figure.place.turned(strands.points)[..., 2].mean(axis=1)
        return strands.where(floats((depth > -0.02) == near))

    far = tuple(split(strands, near=False) for strands in hair.front)
    return Hair((*far, *hair.back), tuple(split(strands, near=True) for strands in hair.front))


def _plait(rng: np.random.Generator, side: float) -> Strands:
    path = floats(
        [(side * 0.63, 0.35, 0.0), (side * 0.68, 0.95, 0.10), (side * 0.74, 1.7, 0.45), (side * 0.70, 2.75, 0.6)]
    )
    return braid(rng, path, width=0.175, links=21)


def _layered(
    figure: Figure, strands: Strands, rng: np.random.Generator, *, loose: int, part: slice = slice(4, None)
) -> Hair:
    """Ribbons whose `part` lies behind the face go to the back layer, as the head is turned now."""
    if loose:
        strands = Strands.joined([strands, flyaways(strands, rng, loose)])
    turned = figure.place.turned(strands.points)
    depth = turned[:, part, 2].mean(axis=1)
    behind = depth < -0.02
    seen_behind = behind & (strands.width > HIDDEN_BEHIND)
    return Hair((strands.where(floats(seen_behind)),), (strands.where(floats(~behind)),))


def draw_layers(figure: Figure, groups: tuple[Strands, ...], *, order: bool = True) -> list[Layer]:
    return [layer for strands in groups if (layer := draw(strands, figure, order=order)) is not None]
