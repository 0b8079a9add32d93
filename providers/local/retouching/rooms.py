"""Things of a room. See `Plate` for the coordinates."""

import numpy as np

from providers.local.restyling.words import COLOURS
from providers.local.retouching.plate import Plate
from providers.local.sketch.geometry import Colour, hex_colour, mix, shaded

WOOD = hex_colour("7d5a3c")
PAGES = hex_colour("efe6d2")
SKY = ("bfdcf0", "f0c9a0", "a9cbe6", "d8c8e6")


def cup(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    plate.shadow((0.47, 0.955), (0.44, 0.07))
    plate.oval((0.45, 0.925), (0.43, 0.065), shaded(colour, 0.88))
    plate.line([(0.70, 0.36), (0.93, 0.34), (0.97, 0.52), (0.87, 0.68), (0.68, 0.70)], shaded(colour, 0.9), 0.062)
    plate.area([(0.12, 0.24), (0.14, 0.60), (0.27, 0.91), (0.62, 0.91), (0.75, 0.60), (0.77, 0.24)], colour)
    plate.oval((0.445, 0.255), (0.327, 0.075), shaded(colour, 1.15), round=0.3)
    plate.oval((0.445, 0.265), (0.285, 0.058), hex_colour("4a2b1a"), round=0.2)
    plate.oval((0.41 + 0.05 * float(rng.uniform(-1, 1)), 0.265), (0.13, 0.026), hex_colour("b98a5e"), round=0.0)
    for x in (0.34, 0.48):
        sway = float(rng.uniform(-0.06, 0.06))
        plate.line([(x, 0.20), (x + 0.04 + sway, 0.13), (x - 0.03, 0.07), (x + sway, 0.0)], (0.97, 0.97, 0.97), 0.012,
                   taper=0.2, round=0)  # fmt: skip


def books(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    """A stack of three; the colour is that of the uppermost."""
    plate.shadow((0.5, 0.96), (0.48, 0.06))
    others = [
        COLOURS[name] for name in rng.permutation(["navy", "terracotta", "mustard", "teal", "cream", "burgundy"])[:2]
    ]
    for k, tone in enumerate([*others, colour]):
        low, shift = 0.96 - 0.27 * k, float(rng.uniform(-0.04, 0.04))
        top, left, right = low - 0.25, 0.06 + shift + 0.03 * k, 0.94 + shift - 0.02 * k
        plate.area([(left, top), (right, top), (right, low), (left, low)], tone, smooth=False, round=0.5)
        plate.area([(left + 0.05, top + 0.045), (right + 0.005, top + 0.045), (right + 0.005, low - 0.045),
                    (left + 0.05, low - 0.045)], PAGES, smooth=False, round=0.5)  # fmt: skip
        for line in np.linspace(top + 0.08, low - 0.08, 4):
            plate.line([(left + 0.06, float(line)), (right, float(line))], shaded(PAGES, 0.84), 0.006, round=0)
        plate.area(
            [(left, top), (left + 0.075, top), (left + 0.075, low), (left, low)], shaded(tone, 0.86), smooth=False
        )


def candle(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    plate.shadow((0.5, 0.975), (0.45, 0.09))
    plate.oval((0.5, 0.95), (0.46, 0.10), hex_colour("9a7b4f"))
    plate.area([(0.26, 0.42), (0.74, 0.42), (0.74, 0.94), (0.26, 0.94)], colour, smooth=False)
    plate.oval((0.5, 0.42), (0.24, 0.055), mix(colour, (1, 0.9, 0.6), 0.5), round=0.2)
    plate.line([(0.5, 0.42), (0.5, 0.33)], (0.15, 0.1, 0.1), 0.03, round=0)
    sway = float(rng.uniform(-0.05, 0.05))
    for size, tone, opacity in ((2.6, (1.0, 0.75, 0.35), 0.16), (1.7, (1.0, 0.78, 0.35), 0.22)):
        plate.oval((0.5, 0.26), (0.16 * size, 0.22 * size), tone, round=0, opacity=opacity)
    flame = [(0.5 + sway, 0.10), (0.62, 0.27), (0.5, 0.36), (0.38, 0.27)]
    plate.area(flame, (1.0, 0.82, 0.36), round=0)
    plate.area([(0.5, 0.20), (0.55, 0.29), (0.5, 0.34), (0.45, 0.29)], (1.0, 0.97, 0.85), round=0)


def lamp(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    plate.shadow((0.5, 0.975), (0.26, 0.05))
    for size in (1.0, 0.78, 0.56):
        plate.oval((0.5, 0.30), (0.62 * size, 0.62 * size), (1.0, 0.85, 0.55), round=0, opacity=0.13)
    plate.line([(0.5, 0.45), (0.5, 0.95)], WOOD, 0.07)
    plate.area([(0.28, 0.94), (0.72, 0.94), (0.76, 0.985), (0.24, 0.985)], WOOD, smooth=False)
    plate.area([(0.30, 0.06), (0.70, 0.06), (0.94, 0.50), (0.06, 0.50)], mix(colour, (1, 0.93, 0.72), 0.55), smooth=False,
               round=0.5)  # fmt: skip
    plate.oval((0.5, 0.36), (0.26, 0.22), (1.0, 0.97, 0.85), round=0, opacity=0.45)
    plate.line([(0.06, 0.50), (0.94, 0.50)], shaded(colour, 0.7), 0.020, round=0)


def window(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    """A view of sky and hills; the colour is that of the frame."""
    sky = hex_colour(SKY[int(rng.integers(len(SKY)))])
    plate.area([(0, 0), (1, 0), (1, 1), (0, 1)], colour, smooth=False, round=0.3)
    for k in range(12):
        y = 0.05 + 0.60 * k / 12
        plate.area(
            [(0.06, y), (0.94, y), (0.94, 0.95), (0.06, 0.95)], mix(sky, (1, 1, 1), 0.07 * k), smooth=False, round=0
        )
    plate.oval((float(rng.uniform(0.25, 0.75)), 0.25), (0.085, 0.085), (1.0, 0.97, 0.85), round=0)
    for base, tone in ((0.60, "9db8a2"), (0.72, "6f9a76"), (0.83, "4f7d57")):
        ridge = [(float(x), base + float(rng.uniform(-0.06, 0.06))) for x in np.linspace(0.06, 0.94, 6)]
        plate.area([*ridge, (0.94, 0.95), (0.06, 0.95)], hex_colour(tone), smooth=False, round=0)
    for line in ([(0.5, 0.04), (0.5, 0.96)], [(0.05, 0.42), (0.95, 0.42)]):
        plate.line(line, colour, 0.045)
    for side in ([(0.03, 0), (0.03, 1)], [(0.97, 0), (0.97, 1)], [(0, 0.025), (1, 0.025)], [(0, 0.975), (1, 0.975)]):
        plate.line(side, shaded(colour, 0.95), 0.065)


def painting(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    """Abstract, in a frame of the colour."""
    plate.area([(0, 0), (1, 0), (1, 1), (0, 1)], colour, smooth=False, round=0.7)
    plate.area([(0.07, 0.055), (0.93, 0.055), (0.93, 0.945), (0.07, 0.945)], (0.95, 0.93, 0.88), smooth=False, round=0)
    names = rng.permutation(["coral", "teal", "mustard", "navy", "peach", "mint", "lilac"])
    for k, name in enumerate(names[:5]):
        at = (float(rng.uniform(0.28, 0.72)), float(rng.uniform(0.24, 0.76)))
        size = float(rng.uniform(0.07, 0.19))
        if k % 2:
            plate.oval(at, (size, size), COLOURS[name], round=0.0, opacity=0.85)
        else:
            turn = rng.uniform(0, 6.3) + np.array([0, 2.1, 4.2])
            corners = [(at[0] + 1.3 * size * np.cos(a), at[1] + 1.1 * size * np.sin(a)) for a in turn]
            plate.area([(float(x), float(y)) for x, y in corners], COLOURS[name], round=0.0, opacity=0.85)


def balloon(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    sway = float(rng.uniform(-0.12, 0.12))
    plate.line([(0.5, 0.68), (0.5 + sway, 0.80), (0.5 - sway, 0.90), (0.5, 1.0)], (0.85, 0.85, 0.85), 0.014, round=0)
    plate.area([(0.5, 0.02), (0.86, 0.14), (0.92, 0.36), (0.72, 0.58), (0.5, 0.67), (0.28, 0.58), (0.08, 0.36), (0.14, 0.14)],
               colour)  # fmt: skip
    plate.area([(0.45, 0.70), (0.5, 0.66), (0.55, 0.70)], shaded(colour, 0.85), smooth=False)
    plate.oval((0.5 + 0.17 * plate.around.side, 0.20), (0.06, 0.10), (1, 1, 1), turn=0.6, round=0, opacity=0.45)
