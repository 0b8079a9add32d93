"""The cafe: a long room with the window at one end, the bar at the other, and a brick wall between them."""

import numpy as np

from providers.local.sketch.backdrops.outdoors import WARM_LIGHTS
from providers.local.sketch.backdrops.stage import Stage
from providers.local.sketch.geometry import Colour, mix, shaded

LAMP: Colour = (1.0, 0.80, 0.50)
GLASSES: tuple[Colour, ...] = ((0.72, 0.50, 0.25), (0.35, 0.47, 0.38), (0.92, 0.87, 0.78), (0.55, 0.30, 0.22))


def cafe(stage: Stage) -> None:
    end = stage.right  # The bar is at this end, the window at the other.
    wall = stage.tone((0.56, 0.42, 0.34), (0.17, 0.11, 0.11))
    stage.wash(0, 1, [shaded(wall, 0.70), wall, shaded(wall, 0.80)])
    _bricks(stage, wall)
    stage.wash(0.80, 1.0, [stage.tone((0.40, 0.29, 0.22), (0.12, 0.08, 0.07))] * 2)
    _window(stage, -end * 0.68, 0.27)
    stage.soften(0.011)
    _window_frame(stage, -end * 0.68, 0.27)
    _posters(stage, -end * 0.16)
    _menu(stage, end * 0.16)
    _shelves(stage, end * 0.74)
    _plant(stage, -end * 0.26, 0.54, 0.62)
    _plant(stage, -end * 0.98, 0.56, 0.80)
    _counter(stage, end)
    _table(stage, -end * 0.62)
    _pendants(stage, end)
    _string_lights(stage)
    for share, strength in ((-0.68, 0.42 * stage.mood.daylight), (0.74, 0.10)):
        stage.glow(end * share, 0.36, 0.26, (1.0, 0.95, 0.86) if share < 0 else LAMP, strength)


def _bricks(stage: Stage, wall: Colour) -> None:
    for row, y in enumerate(np.arange(0.0, 0.72, 0.036)):
        for x in np.arange(stage.left - 0.1 + 0.045 * (row % 2), stage.right, 0.09):
            tint = shaded(wall, float(stage.rng.uniform(0.92, 1.22)))
            stage.box(float(x), float(y), float(x) + 0.083, float(y) + 0.031, tint)


def _window(stage: Stage, x: float, half: float) -> None:
    """Tall panes onto a street in leaf."""
    sky, low = stage.tone((0.90, 0.95, 0.98), (0.05, 0.07, 0.18)), stage.tone((0.80, 0.84, 0.80), (0.10, 0.09, 0.14))
    stage.box(x - half, 0.06, x + half, 0.66, sky)
    stage.box(x - half, 0.44, x + half, 0.66, low)
    leaf = stage.tone((0.52, 0.68, 0.42), (0.06, 0.12, 0.10))
    for _ in range(22):
        at, y = x + float(stage.rng.uniform(-half, half)), float(stage.rng.normal(0.26, 0.09))
        radius = float(stage.rng.uniform(0.02, 0.05))
        tint = mix(leaf, sky, float(stage.rng.uniform(0.0, 0.45)))
        stage.disc(float(np.clip(at, x - half + radius, x + half - radius)), max(0.06 + radius, y), radius, tint)
    for colour, place in (((0.70, 0.34, 0.28), -0.5), ((0.34, 0.45, 0.55), 0.35)):
        stage.box(
            x + half * (place - 0.28), 0.50, x + half * (place + 0.28), 0.585, stage.tone(colour, low), corner=0.02
        )
    if stage.mood.daylight < 0.5:
        for _ in range(14):
            at, y = x + float(stage.rng.uniform(-half, half)), float(stage.rng.uniform(0.3, 0.6))
            stage.light(at, y, WARM_LIGHTS[int(stage.rng.integers(3))], radius=0.014, strength=0.6)


def _posters(stage: Stage, x: float) -> None:
    papers = ((0.92, 0.86, 0.74), (0.80, 0.48, 0.36), (0.42, 0.56, 0.55), (0.93, 0.90, 0.84))
    for k, (dx, y, wide, high) in enumerate(
        ((-0.10, 0.20, 0.11, 0.15), (0.04, 0.17, 0.09, 0.12), (0.045, 0.33, 0.10, 0.14), (-0.10, 0.38, 0.09, 0.10))
    ):
        left, tint = x + dx, shaded(papers[k], 0.35 + 0.65 * stage.mood.daylight)
        stage.box(
            left - 0.008,
            y - 0.008,
            left + wide + 0.008,
            y + high + 0.008,
            stage.tone((0.22, 0.17, 0.14), (0.08, 0.06, 0.06)),
        )
        stage.box(left, y, left + wide, y + high, tint)
        stage.disc(
            left + wide / 2, y + high * 0.52, wide * 0.26, shaded(papers[(k + 1) % 4], 0.3 + 0.7 * stage.mood.daylight)
        )


def _window_frame(stage: Stage, x: float, half: float) -> None:
    frame = stage.tone((0.16, 0.17, 0.17), (0.05, 0.05, 0.06))
    for share in (-1.0, -0.33, 0.33, 1.0):
        stage.line([(x + half * share, 0.05), (x + half * share, 0.67)], frame, 0.016)
    for y in (0.06, 0.20, 0.66):
        stage.line([(x - half - 0.008, y), (x + half + 0.008, y)], frame, 0.014)
    stage.box(x - half - 0.03, 0.665, x + half + 0.03, 0.69, stage.tone((0.70, 0.52, 0.36), (0.25, 0.17, 0.12)))


def _menu(stage: Stage, x: float) -> None:
    stage.box(x - 0.155, 0.215, x + 0.155, 0.505, stage.tone((0.62, 0.46, 0.32), (0.26, 0.18, 0.13)))
    stage.box(x - 0.145, 0.225, x + 0.145, 0.495, (0.13, 0.15, 0.15))
    for row in range(6):
        y = 0.26 + 0.038 * row
        stage.line([(x - 0.12, y), (x - 0.12 + float(stage.rng.uniform(0.08, 0.15)), y)], (0.78, 0.76, 0.70), 0.007)
        stage.line([(x + 0.085, y), (x + 0.12, y)], (0.92, 0.77, 0.50), 0.007)


def _shelves(stage: Stage, x: float) -> None:
    """Bottles, cups and jars, lit from under each board."""
    stage.box(x - 0.24, 0.16, x + 0.24, 0.60, stage.tone((0.30, 0.38, 0.36), (0.08, 0.11, 0.12)))
    for row in range(4):
        floor = 0.24 + 0.11 * row
        stage.glow(x, floor - 0.06, 0.16, LAMP, 0.20 + 0.2 * (1 - stage.mood.daylight), squash=0.3)
        stage.box(x - 0.25, floor, x + 0.25, floor + 0.012, stage.tone((0.70, 0.52, 0.35), (0.30, 0.20, 0.14)))
        left = x - 0.235
        while left < x + 0.21:
            wide, tall = float(stage.rng.uniform(0.020, 0.042)), float(stage.rng.uniform(0.035, 0.085))
            tint = shaded(GLASSES[int(stage.rng.integers(4))], 0.5 + 0.5 * stage.mood.daylight)
            stage.box(left, floor - tall, left + wide, floor, tint, corner=0.007)
            left += wide + float(stage.rng.uniform(0.006, 0.022))


def _counter(stage: Stage, end: float) -> None:
    side = 1 if end > 0 else -1
    wood = stage.tone((0.74, 0.53, 0.35), (0.34, 0.22, 0.15))
    start = end * 0.26
    stage.box(start, 0.70, end * 1.1, 0.735, shaded(wood, 1.18))
    stage.box(start + side * 0.02, 0.735, end * 1.1, 1.0, stage.tone((0.28, 0.40, 0.38), (0.09, 0.13, 0.13)))
    for x in np.arange(abs(start) + 0.05, abs(end) * 1.1, 0.07):
        stage.line(
            [(side * float(x), 0.74), (side * float(x), 1.0)], stage.tone((0.22, 0.33, 0.31), (0.07, 0.1, 0.1)), 0.006
        )
    _machine(stage, end * 0.46)
    x = end * 0.88
    stage.box(x - 0.075, 0.69, x + 0.075, 0.702, (0.94, 0.92, 0.88), corner=0.004)
    for k in range(3):
        stage.disc(
            x - 0.045 + 0.045 * k, 0.678, 0.022, mix((0.80, 0.56, 0.30), (0.55, 0.33, 0.18), 0.3 * k), squash=0.7
        )
    for k in range(3):
        cup = end * 0.62 + 0.06 * k
        stage.box(cup - 0.022, 0.668, cup + 0.022, 0.702, (0.96, 0.94, 0.90), corner=0.010)


def _machine(stage: Stage, x: float) -> None:
    steel = stage.tone((0.78, 0.79, 0.80), (0.42, 0.40, 0.42))
    stage.box(x - 0.13, 0.545, x + 0.13, 0.70, steel, corner=0.014)
    stage.box(x - 0.12, 0.60, x + 0.12, 0.668, shaded(steel, 0.40))
    stage.box(x - 0.13, 0.565, x + 0.13, 0.582, stage.tone((0.72, 0.30, 0.22), (0.35, 0.14, 0.12)))
    for k in range(4):
        stage.box(x - 0.10 + 0.055 * k, 0.522, x - 0.062 + 0.055 * k, 0.547, (0.96, 0.94, 0.91), corner=0.007)


def _table(stage: Stage, x: float) -> None:
    wood = stage.tone((0.66, 0.46, 0.30), (0.26, 0.17, 0.12))
    for edge in (-1, 1):
        back = x + edge * 0.21
        stage.line([(back, 0.64), (back - edge * 0.01, 0.98)], shaded(wood, 0.5), 0.012)
        stage.line([(back, 0.66), (back - edge * 0.09, 0.67)], shaded(wood, 0.55), 0.016)
        stage.box(back - edge * 0.11, 0.84, back, 0.86, shaded(wood, 0.6))
    stage.disc(x, 0.775, 0.15, shaded(wood, 1.12), squash=0.16)
    stage.line([(x, 0.78), (x, 1.0)], (0.15, 0.13, 0.12), 0.02)
    stage.box(x - 0.055, 0.728, x - 0.012, 0.765, (0.96, 0.94, 0.90), corner=0.010)
    stage.box(x + 0.04, 0.700, x + 0.062, 0.765, stage.tone((0.62, 0.75, 0.70), (0.2, 0.25, 0.24)), corner=0.006)
    for k in range(4):
        stage.disc(x + 0.051 + 0.016 * (k % 2) - 0.008, 0.690 - 0.012 * k, 0.011, (0.92, 0.72, 0.40))


def _plant(stage: Stage, x: float, y: float, size: float) -> None:
    """A tall plant in a basket: many leaves that overlap, the lower ones darker."""
    stage.box(
        x - 0.09 * size,
        y + 0.30 * size,
        x + 0.09 * size,
        y + 0.50 * size,
        stage.tone((0.72, 0.55, 0.36), (0.26, 0.18, 0.13)),
        corner=0.02,
    )
    leaf = stage.tone((0.34, 0.52, 0.32), (0.09, 0.17, 0.12))
    for k in range(26):
        angle, length = float(stage.rng.normal(0, 0.75)), size * float(stage.rng.uniform(0.16, 0.36))
        tip = (x + float(np.sin(angle)) * length, y + 0.30 * size - float(np.cos(angle)) * length * 1.25)
        mid = ((x + tip[0]) / 2, (y + 0.30 * size + tip[1]) / 2)
        wide = 0.035 * size
        tint = shaded(leaf, 0.70 + 0.022 * k)
        stage.area([(x, y + 0.3 * size), (mid[0] - wide, mid[1]), tip, (mid[0] + wide, mid[1] + wide * 0.5)], tint)


def _pendants(stage: Stage, end: float) -> None:
    for share in (-0.90, -0.42, 0.02, 0.40, 0.80):
        x = end * share + float(stage.rng.uniform(-0.07, 0.07))
        y = float(stage.rng.uniform(0.10, 0.24))
        metal = stage.tone((0.16, 0.22, 0.22), (0.07, 0.07, 0.07))
        stage.line([(x, 0.0), (x, y)], (0.10, 0.09, 0.09), 0.004)
        stage.glow(x, y + 0.08, 0.075, LAMP, 0.60)
        stage.area([(x - 0.014, y), (x + 0.014, y), (x + 0.058, y + 0.05), (x - 0.058, y + 0.05)], metal)
        stage.light(x, y + 0.058, (1.0, 0.92, 0.70), radius=float(stage.rng.uniform(0.016, 0.024)), strength=0.9)


def _string_lights(stage: Stage) -> None:
    """Small lamps on a slack wire, and reflections here and there."""
    height, slack = float(stage.rng.uniform(0.04, 0.16)), float(stage.rng.uniform(0.05, 0.11))
    count = 15
    for k in range(count):
        share = (k + float(stage.rng.uniform(-0.2, 0.2))) / (count - 1)
        bow = 1 - (4 * (share * 2 % 1 - 0.5) ** 2)
        stage.light(
            stage.left + 2 * stage.right * share, height + slack * bow, WARM_LIGHTS[k % 3],
            radius=float(stage.rng.uniform(0.009, 0.015)), strength=0.42 + 0.3 * (1 - stage.mood.daylight),
        )  # fmt: skip
    for _ in range(int(10 + 14 * stage.mood.bokeh)):
        stage.light(
            float(stage.rng.uniform(stage.left, stage.right)), float(stage.rng.uniform(0.05, 0.68)),
            WARM_LIGHTS[int(stage.rng.integers(3))], radius=float(stage.rng.uniform(0.008, 0.032)),
            strength=float(stage.rng.uniform(0.06, 0.20)) + 0.35 * (1 - stage.mood.daylight),
        )  # fmt: skip
