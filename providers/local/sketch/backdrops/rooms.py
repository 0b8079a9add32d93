"""Bedroom, living room and office."""

import numpy as np

from providers.local.sketch.backdrops.outdoors import CITY_LIGHTS, WARM_LIGHTS
from providers.local.sketch.backdrops.stage import Stage
from providers.local.sketch.geometry import Colour, Point, mix, shaded

LAMP: Colour = (1.0, 0.80, 0.50)


def _side(stage: Stage) -> int:
    return 1 if stage.shift > 0 else -1


def _lamp_strength(stage: Stage) -> float:
    return 0.35 + 0.55 * (1 - stage.mood.daylight)


def _outside(stage: Stage, x0: float, y0: float, x1: float, y1: float) -> None:
    """What a window shows."""
    stage.box(x0, y0, x1, y1, stage.tone((0.93, 0.96, 0.98), (0.07, 0.09, 0.20)))
    stage.box(x0, (y0 + y1 * 2) / 3, x1, y1, stage.tone((0.72, 0.83, 0.76), (0.05, 0.07, 0.13)))


def _plant(stage: Stage, x: float, y: float, size: float) -> None:
    leaf = stage.tone((0.27, 0.45, 0.30), (0.10, 0.19, 0.14))
    pot = stage.tone((0.80, 0.58, 0.44), (0.30, 0.20, 0.17))
    stage.area(
        [
            (x - 0.055 * size, y),
            (x + 0.055 * size, y),
            (x + 0.042 * size, y + 0.12 * size),
            (x - 0.042 * size, y + 0.12 * size),
        ],
        pot,
    )
    for k, angle in enumerate(np.linspace(-1.25, 1.25, 11)):
        length = size * (0.22 + 0.10 * np.cos(angle * 1.3) + 0.03 * (k % 2))
        tip = (x + float(np.sin(angle)) * length, y - float(np.cos(angle)) * length)
        mid = ((x + tip[0]) / 2, (y + tip[1]) / 2 - 0.02 * size)
        wide = 0.03 * size
        stage.area(
            [(x, y), (mid[0] - wide, mid[1]), tip, (mid[0] + wide, mid[1] + wide * 0.4)],
            shaded(leaf, 0.80 + 0.08 * (k % 4)),
        )


def _frame(stage: Stage, at: Point, width: float, height: float, art: Colour) -> None:
    x, y = at
    stage.box(
        x - width / 2, y - height / 2, x + width / 2, y + height / 2, stage.tone((0.30, 0.25, 0.22), (0.12, 0.10, 0.10))
    )
    stage.box(
        x - width * 0.43,
        y - height * 0.44,
        x + width * 0.43,
        y + height * 0.44,
        stage.tone((0.95, 0.93, 0.88), (0.34, 0.30, 0.30)),
    )
    stage.disc(x, y + height * 0.05, width * 0.24, shaded(art, 0.4 + 0.6 * stage.mood.daylight))


def bedroom(stage: Stage) -> None:
    side = _side(stage)
    wall, low = stage.tone((0.90, 0.85, 0.80), (0.22, 0.18, 0.23)), stage.tone((0.80, 0.72, 0.66), (0.15, 0.12, 0.16))
    stage.wash(0, 1, [wall, wall, low])
    win = stage.right * side * 0.58
    _outside(stage, win - 0.17, 0.06, win + 0.17, 0.55)
    for x in (win - 0.17, win, win + 0.17):
        stage.line([(x, 0.05), (x, 0.56)], stage.tone((0.99, 0.98, 0.96), (0.30, 0.27, 0.32)), 0.014)
    for y in (0.06, 0.30, 0.555):
        stage.line([(win - 0.175, y), (win + 0.175, y)], stage.tone((0.99, 0.98, 0.96), (0.30, 0.27, 0.32)), 0.014)
    for edge in (-1, 1):
        _curtain(stage, win + edge * 0.215)
    stage.glow(win, 0.30, 0.26, stage.tone((1.0, 0.96, 0.88), (0.35, 0.40, 0.70)), 0.42 * stage.mood.daylight + 0.12)
    _frame(stage, (-stage.right * side * 0.60, 0.24), 0.17, 0.21, (0.78, 0.55, 0.45))
    stage.soften(0.006)
    _bed(stage, side)
    _bedside(stage, side)


def _curtain(stage: Stage, x: float) -> None:
    cloth = stage.tone((0.97, 0.93, 0.88), (0.30, 0.25, 0.30))
    for k in range(6):
        left = x - 0.06 + 0.02 * k
        stage.box(left, 0.02, left + 0.021, 0.68, shaded(cloth, 0.84 + 0.16 * (k % 2)))


def _bed(stage: Stage, side: int) -> None:
    head, sheet = stage.tone((0.62, 0.50, 0.42), (0.20, 0.15, 0.15)), stage.tone((0.97, 0.95, 0.92), (0.40, 0.36, 0.42))
    start = -stage.right * side - side * 0.04
    end = start + side * (stage.right * 1.72)
    stage.box(start, 0.52, end, 0.86, head, corner=0.03)
    for k in np.linspace(0.08, 0.92, 7):
        x = start + (end - start) * float(k)
        stage.line([(x, 0.535), (x, 0.80)], shaded(head, 0.86), 0.006)
    for k, colour in (
        (0.22, sheet),
        (0.50, shaded(sheet, 0.96)),
        (0.76, stage.tone((0.80, 0.62, 0.55), (0.32, 0.22, 0.24))),
    ):
        x = start + (end - start) * k
        stage.box(x - 0.11, 0.65, x + 0.11, 0.80, colour, corner=0.045)
    stage.area([(start, 0.77), (end, 0.765), (end + side * 0.1, 1.02), (start, 1.02)], sheet)
    cover = stage.tone((0.66, 0.70, 0.72), (0.22, 0.24, 0.32))
    stage.area([(start, 0.86), (end + side * 0.03, 0.845), (end + side * 0.14, 1.02), (start, 1.02)], cover)
    for k in range(4):
        stage.line([(start + side * 0.1 * k, 0.87), (start + side * (0.1 * k + 0.09), 1.0)], shaded(cover, 0.90), 0.012)


def _bedside(stage: Stage, side: int) -> None:
    x = stage.right * side * 0.93
    stage.box(x - 0.07, 0.74, x + 0.07, 1.0, stage.tone((0.55, 0.42, 0.33), (0.20, 0.14, 0.13)))
    stage.line([(x, 0.66), (x, 0.74)], (0.45, 0.36, 0.28), 0.012)
    stage.area(
        [(x - 0.035, 0.57), (x + 0.035, 0.57), (x + 0.06, 0.67), (x - 0.06, 0.67)],
        mix((0.95, 0.88, 0.76), LAMP, _lamp_strength(stage)),
    )
    stage.glow(x, 0.62, 0.13, LAMP, _lamp_strength(stage))
    for _ in range(int(10 * stage.mood.bokeh)):
        place = (float(stage.rng.uniform(stage.left, stage.right)), float(0.42 + stage.rng.normal(0, 0.02)))
        stage.light(
            *place,
            WARM_LIGHTS[int(stage.rng.integers(3))],
            radius=0.012,
            strength=0.25 + 0.4 * (1 - stage.mood.daylight),
        )


def living_room(stage: Stage) -> None:
    side = _side(stage)
    wall = stage.tone((0.74, 0.76, 0.70), (0.17, 0.18, 0.20))
    stage.wash(0, 0.84, [shaded(wall, 1.06), wall, shaded(wall, 0.88)])
    stage.wash(
        0.84,
        1,
        [stage.tone((0.66, 0.50, 0.37), (0.20, 0.14, 0.12)), stage.tone((0.55, 0.40, 0.29), (0.14, 0.10, 0.09))],
    )
    _frame(stage, (-side * stage.right * 0.52, 0.23), 0.20, 0.27, (0.80, 0.47, 0.32))
    _frame(stage, (-side * stage.right * 0.52 + side * 0.21, 0.19), 0.13, 0.17, (0.32, 0.46, 0.50))
    _shelf(stage, side * stage.right * 0.55, 0.12)
    stage.soften(0.005)
    _sofa(stage, side)
    _plant(stage, -side * (stage.right - 0.02), 0.74, 1.25)
    x = side * stage.right * 0.86
    stage.line([(x, 0.42), (x, 0.92)], stage.tone((0.22, 0.20, 0.18), (0.10, 0.09, 0.08)), 0.010)
    stage.area(
        [(x - 0.05, 0.30), (x + 0.05, 0.30), (x + 0.085, 0.44), (x - 0.085, 0.44)],
        mix((0.96, 0.90, 0.78), LAMP, 0.3 + _lamp_strength(stage) * 0.6),
    )
    stage.glow(x, 0.38, 0.20, LAMP, 0.25 + _lamp_strength(stage))
    _warm_points(stage, 8)


def _shelf(stage: Stage, x: float, y: float) -> None:
    wood = stage.tone((0.60, 0.44, 0.32), (0.20, 0.14, 0.12))
    for row in range(2):
        top = y + 0.13 * row
        stage.box(x - 0.15, top + 0.10, x + 0.15, top + 0.115, wood)
        _books(stage, x - 0.14, top + 0.10, 0.24)


def _books(stage: Stage, x: float, floor: float, width: float) -> None:
    covers = [
        (0.72, 0.34, 0.28),
        (0.24, 0.42, 0.50),
        (0.88, 0.80, 0.62),
        (0.35, 0.36, 0.42),
        (0.55, 0.60, 0.42),
        (0.85, 0.62, 0.38),
    ]
    place = x
    while place < x + width:
        thick, tall = float(stage.rng.uniform(0.010, 0.022)), float(stage.rng.uniform(0.055, 0.085))
        cover = covers[int(stage.rng.integers(len(covers)))]
        stage.box(place, floor - tall, place + thick, floor, shaded(cover, 0.30 + 0.70 * stage.mood.daylight))
        place += thick + 0.002


def _sofa(stage: Stage, side: int) -> None:
    cloth = stage.tone((0.36, 0.50, 0.52), (0.12, 0.17, 0.20))
    start, end = -side * stage.right * 0.92, side * stage.right * 0.62
    stage.box(start, 0.60, end, 0.90, cloth, corner=0.035)
    stage.box(start, 0.745, end, 0.93, shaded(cloth, 1.12), corner=0.025)
    for edge in (start, end):
        stage.box(edge - 0.045, 0.66, edge + 0.045, 0.95, shaded(cloth, 0.90), corner=0.03)
    for share, colour in ((0.18, (0.86, 0.62, 0.36)), (0.80, (0.90, 0.84, 0.74))):
        x = start + (end - start) * share
        stage.area(
            [(x - 0.08, 0.65), (x + 0.07, 0.63), (x + 0.09, 0.76), (x - 0.07, 0.78)],
            shaded(colour, 0.35 + 0.65 * stage.mood.daylight),
        )


def _warm_points(stage: Stage, count: int) -> None:
    for _ in range(int(count + 10 * stage.mood.bokeh)):
        x, y = float(stage.rng.uniform(stage.left, stage.right)), float(stage.rng.uniform(0.05, 0.6))
        strength = 0.10 + 0.45 * (1 - stage.mood.daylight)
        stage.light(
            x,
            y,
            WARM_LIGHTS[int(stage.rng.integers(3))],
            radius=float(stage.rng.uniform(0.010, 0.028)),
            strength=strength,
        )


def office(stage: Stage) -> None:
    side = _side(stage)
    wall = stage.tone((0.88, 0.90, 0.91), (0.15, 0.17, 0.23))
    stage.wash(0, 1, [shaded(wall, 1.04), wall, shaded(wall, 0.82)])
    start, end = -side * (stage.right + 0.02), side * stage.right * 0.36
    stage.box(start, 0.03, end, 0.66, stage.tone((0.80, 0.89, 0.95), (0.06, 0.08, 0.18)))
    _skyline(stage, min(start, end), max(start, end))
    for k in np.linspace(0, 1, 4):
        x = start + (end - start) * float(k)
        stage.line([(x, 0.02), (x, 0.67)], stage.tone((0.35, 0.39, 0.44), (0.10, 0.11, 0.14)), 0.012)
    for y in (0.035, 0.36, 0.66):
        stage.line([(start, y), (end, y)], stage.tone((0.35, 0.39, 0.44), (0.10, 0.11, 0.14)), 0.010)
    stage.glow((start + end) / 2, 0.28, 0.30, (0.95, 0.98, 1.0), 0.35 * stage.mood.daylight)
    stage.soften(0.006)
    _bookcase(stage, side)
    _desk(stage, side)
    for x in (-0.2, 0.12):
        stage.box(x - 0.11, 0.0, x + 0.11, 0.014, (1.0, 0.97, 0.90))
        stage.glow(x, 0.01, 0.10, (1.0, 0.97, 0.90), 0.35)


def _skyline(stage: Stage, left: float, right: float) -> None:
    x = left
    while x < right:
        wide, top = float(stage.rng.uniform(0.04, 0.10)), float(stage.rng.uniform(0.26, 0.52))
        tower = stage.tone(mix((0.60, 0.70, 0.80), (0.75, 0.80, 0.84), float(stage.rng.uniform())), (0.05, 0.06, 0.12))
        stage.box(x, top, min(right, x + wide), 0.66, tower)
        for y in np.arange(top + 0.02, 0.64, 0.03):
            if stage.rng.uniform() < 0.5:
                glass = stage.tone(shaded(tower, 1.08), (0.95, 0.78, 0.45))
                stage.box(x + wide * 0.2, float(y), min(right, x + wide * 0.8), float(y) + 0.010, glass)
        x += wide
    if stage.mood.daylight < 0.5:
        for _ in range(26):
            at = (float(stage.rng.uniform(left, right)), float(stage.rng.uniform(0.34, 0.62)))
            stage.light(
                *at,
                CITY_LIGHTS[int(stage.rng.integers(len(CITY_LIGHTS)))],
                radius=float(stage.rng.uniform(0.008, 0.018)),
                strength=0.6,
            )


def _bookcase(stage: Stage, side: int) -> None:
    wood = stage.tone((0.70, 0.56, 0.42), (0.20, 0.15, 0.13))
    x0, x1 = side * stage.right * 0.44, side * (stage.right + 0.03)
    left, right = min(x0, x1), max(x0, x1)
    stage.box(left, 0.05, right, 0.92, shaded(wood, 0.62))
    for row in range(5):
        floor = 0.20 + 0.16 * row
        stage.box(left, floor, right, floor + 0.014, wood)
        _books(stage, left + 0.01, floor, (right - left) * (0.55 + 0.3 * (row % 2)))
    for x in (left, right):
        stage.line([(x, 0.05), (x, 0.92)], wood, 0.012)


def _desk(stage: Stage, side: int) -> None:
    top = stage.tone((0.62, 0.46, 0.33), (0.22, 0.16, 0.13))
    stage.box(stage.left, 0.765, stage.right, 0.80, top)
    stage.box(stage.left, 0.80, stage.right, 1.0, shaded(top, 0.66))
    x = -side * stage.right * 0.62
    stage.box(x - 0.15, 0.54, x + 0.15, 0.72, stage.tone((0.16, 0.17, 0.20), (0.06, 0.06, 0.08)), corner=0.008)
    stage.box(x - 0.138, 0.552, x + 0.138, 0.705, stage.tone((0.50, 0.68, 0.82), (0.30, 0.48, 0.70)))
    stage.line([(x, 0.72), (x, 0.765)], (0.2, 0.2, 0.23), 0.03)
    lamp = side * stage.right * 0.55
    stage.line([(lamp, 0.765), (lamp + side * 0.03, 0.64), (lamp - side * 0.05, 0.58)], (0.18, 0.18, 0.2), 0.010)
    stage.disc(lamp - side * 0.05, 0.585, 0.03, (1.0, 0.92, 0.74))
    stage.glow(lamp - side * 0.05, 0.62, 0.08, LAMP, 0.3 + 0.4 * (1 - stage.mood.daylight))
    _plant(stage, side * stage.right * 0.2, 0.72, 0.5)
