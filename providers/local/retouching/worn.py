"""Things that are worn. They take the whole width of their place: a mask over the eyes gets glasses from side to side."""

import numpy as np

from providers.local.retouching.plate import Plate
from providers.local.sketch.geometry import Colour, mix, shaded

LENS = [(0.05, 0.28), (0.14, 0.14), (0.36, 0.14), (0.44, 0.30), (0.40, 0.66), (0.27, 0.84), (0.14, 0.76), (0.06, 0.55)]


def sunglasses(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    _spectacles(plate, colour, lens=shaded(mix(colour, (0.05, 0.06, 0.09), 0.7), 0.7), opacity=0.96)


def glasses(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    _spectacles(plate, colour, lens=(0.86, 0.92, 0.96), opacity=0.22)


def _spectacles(plate: Plate, colour: Colour, *, lens: Colour, opacity: float) -> None:
    for flip in (False, True):
        shape = [(1 - x if flip else x, y) for x, y in LENS]
        plate.area(shape, lens, round=0.35, opacity=opacity)
        plate.line([*shape, shape[0], shape[1]], colour, 0.022)
        edge = 0.985 if flip else 0.015
        plate.line([(edge, 0.22), (0.91 if flip else 0.09, 0.24)], colour, 0.030)
        x = 0.72 if flip else 0.17
        plate.area([(x, 0.24), (x + 0.09, 0.24), (x + 0.02, 0.52), (x - 0.03, 0.46)], (1, 1, 1), round=0, opacity=0.30)
    plate.line([(0.43, 0.32), (0.5, 0.24), (0.57, 0.32)], colour, 0.026)


def hat(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    """Brim, crown, ribbon."""
    brim = [(0.0, 0.80), (0.22, 0.70), (0.78, 0.70), (1.0, 0.80), (0.80, 0.96), (0.5, 1.0), (0.20, 0.96)]
    plate.area(brim, shaded(colour, 0.90))
    dent = 0.10 + 0.05 * float(rng.uniform(0, 1))
    crown = [
        (0.24, 0.80),
        (0.27, 0.30),
        (0.36, 0.06),
        (0.5, dent),
        (0.64, 0.06),
        (0.73, 0.30),
        (0.76, 0.80),
        (0.5, 0.87),
    ]
    plate.area(crown, colour)
    ribbon = [(0.245, 0.62), (0.5, 0.69), (0.755, 0.62), (0.765, 0.78), (0.5, 0.86), (0.235, 0.78)]
    plate.area(ribbon, shaded(mix(colour, (0.15, 0.08, 0.10), 0.75), 0.9))


def beanie(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    plate.area(
        [(0.08, 0.75), (0.10, 0.42), (0.28, 0.14), (0.5, 0.08), (0.72, 0.14), (0.90, 0.42), (0.92, 0.75)], colour
    )
    for x in np.linspace(0.14, 0.86, 15):
        plate.line([(float(x), 0.72), (0.5 + (float(x) - 0.5) * 0.75, 0.28)], shaded(colour, 0.86), 0.010, round=0)
    plate.area([(0.05, 0.68), (0.95, 0.68), (0.96, 0.98), (0.04, 0.98)], shaded(colour, 1.08), smooth=False, round=0.7)
    for x in np.linspace(0.09, 0.91, 18):
        plate.line([(float(x), 0.70), (float(x), 0.97)], shaded(colour, 0.88), 0.012, round=0)
    plate.oval((0.5, 0.09), (0.095, 0.095), shaded(colour, 1.15))


def scarf(plate: Plate, colour: Colour, rng: np.random.Generator) -> None:
    side = 1 if rng.uniform() < 0.5 else -1
    x = 0.5 + 0.12 * side
    plate.area(
        [(x - 0.10, 0.40), (x + 0.10, 0.40), (x + 0.15, 0.99), (x - 0.07, 0.99)], shaded(colour, 0.90), smooth=False
    )
    for k, (low, tone) in enumerate(((0.30, 0.86), (0.42, 1.0), (0.56, 0.94))):
        plate.area([(0.04, low - 0.18), (0.5, low + 0.02), (0.96, low - 0.18), (0.90, low + 0.06), (0.5, low + 0.20),
                    (0.10, low + 0.06)], shaded(colour, tone + 0.02 * k))  # fmt: skip
    for k in range(8):
        fx = x - 0.06 + 0.20 * k / 7
        plate.line([(fx, 0.94), (fx + 0.004, 1.0)], shaded(colour, 0.7), 0.008, round=0)
