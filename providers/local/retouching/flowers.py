"""Flowers, what they stand in, and plants. See `Plate` for the coordinates."""

from collections.abc import Callable

import numpy as np

from providers.local.restyling.words import COLOURS
from providers.local.retouching.plate import Plate
from providers.local.sketch.geometry import Colour, hex_colour, mix, shaded

LEAF = hex_colour("3f7d45")
STEM = hex_colour("4f8a48")
HEART = hex_colour("6b4423")


def tulips(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    _bunch(plate, colour, rng, head=_tulip, count=7, foot=(0.5, 1.0), low=0.52)


def roses(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    _bunch(plate, colour, rng, head=_rose, count=8, foot=(0.5, 1.0), low=0.55)


def daisies(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    _bunch(plate, colour, rng, head=_daisy, count=6, foot=(0.5, 1.0), low=0.55)


def vase(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    """With tulips in it. The vase takes the colour that is said; they contrast with it."""
    plate.shadow((0.5, 0.985), (0.30, 0.05))
    bright = [COLOURS[name] for name in ("coral", "yellow", "pink", "white", "red")]
    petals = max(bright, key=lambda c: sum((a - b) ** 2 for a, b in zip(c, colour, strict=True)) * rng.uniform(0.6, 1))
    _bunch(plate, petals, rng, head=_tulip, count=6, foot=(0.5, 0.62), low=0.36)
    body = [(0.36, 0.56), (0.37, 0.64), (0.25, 0.76), (0.27, 0.90), (0.36, 0.99), (0.64, 0.99), (0.73, 0.90),
            (0.75, 0.76), (0.63, 0.64), (0.64, 0.56)]  # fmt: skip
    plate.area(body, colour)
    plate.oval((0.5, 0.565), (0.145, 0.030), shaded(colour, 0.55), round=0.0)
    plate.area(
        [(0.33, 0.76), (0.36, 0.70), (0.385, 0.76), (0.37, 0.88), (0.345, 0.86)], (1, 1, 1), opacity=0.28, round=0
    )


def plant(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    """In a pot of the colour."""
    plate.shadow((0.5, 0.985), (0.27, 0.045))
    for k in rng.permutation(13):
        lean = -1.15 + 2.3 * k / 12 + float(rng.normal(0, 0.05))
        reach = (0.62 - 0.10 * abs(lean)) * float(rng.uniform(0.82, 1.05))
        tip = (0.5 + 0.44 * np.sin(lean), max(0.02, 0.72 - reach * np.cos(lean * 0.8)))
        _leaf(plate, (0.5, 0.74), tip, 0.13, shaded(LEAF, float(rng.uniform(0.72, 1.28))))
    plate.area([(0.30, 0.70), (0.70, 0.70), (0.65, 0.99), (0.35, 0.99)], colour, smooth=False)
    plate.area(
        [(0.28, 0.68), (0.72, 0.68), (0.715, 0.755), (0.285, 0.755)], shaded(colour, 1.08), smooth=False, round=0.6
    )


def _bunch(
    plate: Plate, colour: Colour, rng: np.random.Generator, *, head: "Head", count: int, foot: tuple[float, float],
    low: float,
) -> None:  # fmt: skip
    """Stems from one foot, blossoms from the back row to the front one; `low` is the height of the lowest."""
    places = np.linspace(0.13, 0.87, count) + rng.normal(0, 0.02, count)
    heights = low - (low - 0.13) * np.sin(np.linspace(0.35, np.pi - 0.35, count)) * rng.uniform(0.55, 1.0, count)
    order = np.argsort(heights)
    for k in order:
        bend = (foot[0] + (places[k] - foot[0]) * 0.25, (foot[1] + heights[k]) / 2 + 0.06)
        plate.line([foot, bend, (places[k], heights[k])], shaded(STEM, float(rng.uniform(0.8, 1.15))), 0.026, taper=0.8)
    for side in (-1, 1, -0.45, 0.5):
        tip = (foot[0] + 0.40 * side, low + 0.10 - 0.05 * abs(side))
        _leaf(plate, (foot[0], foot[1] - 0.02), tip, 0.085, shaded(LEAF, float(rng.uniform(0.8, 1.2))))
    for k in order:
        tone = mix(shaded(colour, float(rng.uniform(0.82, 1.10))), (1, 1, 1), float(rng.uniform(0, 0.10)))
        head(plate, (float(places[k]), float(heights[k])), 0.115, tone, rng)


def _tulip(plate: Plate, at: tuple[float, float], size: float, colour: Colour, rng: np.random.Generator) -> None:
    x, y = at
    tall = 1.35 * size * plate.width / plate.height
    back = shaded(colour, 0.80)
    plate.area([(x - 0.35 * size, y), (x - 0.30 * size, y - 0.9 * tall), (x, y - 1.12 * tall),
                (x + 0.30 * size, y - 0.9 * tall), (x + 0.35 * size, y)], back)  # fmt: skip
    for side in (-1, 1):
        plate.area([(x, y + 0.10 * tall), (x + side * 0.62 * size, y - 0.25 * tall), (x + side * 0.58 * size, y - tall),
                    (x + side * 0.10 * size, y - 0.42 * tall)], shaded(colour, 0.94 + 0.08 * side))  # fmt: skip
    plate.area([(x, y + 0.12 * tall), (x + 0.32 * size, y - 0.25 * tall), (x + 0.02 * size, y - 0.92 * tall),
                (x - 0.32 * size, y - 0.25 * tall)], colour)  # fmt: skip


def _rose(plate: Plate, at: tuple[float, float], size: float, colour: Colour, rng: np.random.Generator) -> None:
    turn = float(rng.uniform(0, 6.3))
    aspect = plate.width / plate.height
    for ring, (reach, petals) in enumerate(((0.72, 6), (0.44, 5), (0.20, 3))):
        for k in range(petals):
            angle = turn + 2 * np.pi * k / petals + 0.5 * ring
            centre = (at[0] + reach * size * np.cos(angle), at[1] + reach * size * np.sin(angle) * aspect)
            plate.oval(
                centre, (0.52 * size, 0.40 * size), shaded(colour, 0.80 + 0.13 * ring + 0.03 * (k % 2)), turn=angle
            )
    plate.oval(at, (0.20 * size, 0.20 * size), shaded(colour, 0.70))


def _daisy(plate: Plate, at: tuple[float, float], size: float, colour: Colour, rng: np.random.Generator) -> None:
    aspect = plate.width / plate.height
    turn = float(rng.uniform(0, 1))
    for k in range(14):
        angle = turn + 2 * np.pi * k / 14
        centre = (at[0] + 0.72 * size * np.cos(angle), at[1] + 0.72 * size * np.sin(angle) * aspect)
        plate.oval(centre, (0.42 * size, 0.15 * size), shaded(colour, 0.90 + 0.10 * (k % 2)), turn=angle, round=0.7)
    plate.oval(at, (0.40 * size, 0.40 * size), HEART if colour[2] < 0.6 else COLOURS["golden"])


def _leaf(plate: Plate, foot: tuple[float, float], tip: tuple[float, float], width: float, colour: Colour) -> None:
    fx, fy = foot
    dx, dy = tip[0] - fx, tip[1] - fy
    out = np.array((-dy, dx)) / max(1e-3, float(np.hypot(dx, dy))) * width / 2
    middle = np.array((fx + 0.52 * dx, fy + 0.62 * dy))
    plate.area([foot, tuple(middle + out), tip, tuple(middle - out)], colour)
    plate.line([foot, tuple(middle), tip], shaded(colour, 0.80), 0.010, taper=0.3, round=0)


Head = Callable[[Plate, tuple[float, float], float, Colour, np.random.Generator], None]
