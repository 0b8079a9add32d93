"""Beach and street."""

from dataclasses import dataclass

import numpy as np

from providers.local.sketch.backdrops.stage import Stage
from providers.local.sketch.geometry import Colour, Point, mix, shaded

WARM_LIGHTS: tuple[Colour, ...] = ((1.0, 0.82, 0.50), (1.0, 0.70, 0.38), (1.0, 0.92, 0.74))
CITY_LIGHTS: tuple[Colour, ...] = (
    *WARM_LIGHTS,
    (1.0, 0.35, 0.42),
    (0.45, 0.75, 1.0),
    (0.95, 0.42, 0.85),
    (0.45, 0.95, 0.85),
)


def beach(stage: Stage) -> None:
    horizon = 0.47 + 0.04 * stage.shift
    warm = max(0.0, stage.mood.warmth)
    sky_low = stage.tone(mix((0.93, 0.93, 0.88), (1.0, 0.80, 0.55), 0.3 + warm), (0.30, 0.26, 0.42))
    stage.wash(
        0.0,
        horizon,
        [
            stage.tone((0.33, 0.60, 0.84), (0.04, 0.06, 0.17)),
            stage.tone((0.62, 0.80, 0.90), (0.12, 0.13, 0.28)),
            sky_low,
        ],
    )
    sun = stage.right * (0.62 if stage.shift > 0 else -0.62)
    stage.glow(sun, horizon - 0.10, 0.20, stage.tone((1.0, 0.87, 0.62), (0.75, 0.80, 1.0)), 0.62)
    stage.disc(sun, horizon - 0.10, 0.042, stage.tone((1.0, 0.97, 0.86), (0.92, 0.94, 1.0)))
    _clouds(stage, horizon)
    _headland(stage, horizon, -1 if sun > 0 else 1)
    stage.soften(0.004)
    _sea(stage, horizon, sun)
    _sand(stage, horizon)
    for _ in range(16):
        x, y = float(stage.rng.normal(sun, 0.12)), float(horizon + stage.rng.uniform(0.01, 0.20))
        stage.light(
            x,
            y,
            stage.tone((1.0, 0.95, 0.80), (0.75, 0.85, 1.0)),
            radius=float(stage.rng.uniform(0.006, 0.016)),
            strength=0.55,
        )
    if stage.mood.daylight < 0.4:
        _string_lights(stage)


def _clouds(stage: Stage, horizon: float) -> None:
    for _ in range(6):
        x, y = float(stage.rng.uniform(stage.left, stage.right)), float(stage.rng.uniform(0.08, horizon - 0.1))
        stage.glow(
            x,
            y,
            float(stage.rng.uniform(0.10, 0.22)),
            stage.tone((1.0, 0.97, 0.94), (0.35, 0.35, 0.5)),
            0.28,
            squash=0.22,
        )


def _headland(stage: Stage, horizon: float, side: int) -> None:
    edge = stage.right * side
    colour = stage.tone((0.45, 0.57, 0.62), (0.07, 0.08, 0.16))
    hills = [
        (edge, horizon),
        (edge, horizon - 0.10),
        (edge - side * 0.10, horizon - 0.085),
        (edge - side * 0.2, horizon - 0.04),
        (edge - side * 0.33, horizon),
    ]
    stage.area(hills, colour)


def _sea(stage: Stage, horizon: float, sun: float) -> None:
    shore = horizon + 0.21
    deep, shallow = (
        stage.tone((0.10, 0.40, 0.56), (0.03, 0.06, 0.16)),
        stage.tone((0.36, 0.72, 0.74), (0.09, 0.14, 0.26)),
    )
    stage.wash(horizon, shore, [deep, mix(deep, shallow, 0.45), shallow])
    light = stage.tone((1.0, 0.95, 0.82), (0.62, 0.70, 0.95))
    for _ in range(90):
        y = horizon + float(stage.rng.uniform(0.004, 0.2)) ** 1.0
        spread = 0.03 + (y - horizon) * 0.9
        x, length = float(stage.rng.normal(sun, spread)), float(stage.rng.uniform(0.012, 0.05))
        stage.line([(x - length, y), (x + length, y)], mix(shallow, light, 0.85), 0.0035)
    for y in (horizon + 0.12, horizon + 0.165):
        wave = [
            (float(x), y + 0.006 * float(np.sin(x * 14 + y * 60))) for x in np.linspace(stage.left, stage.right, 30)
        ]
        stage.line(wave, mix(shallow, (1, 1, 1), 0.55 * stage.mood.daylight + 0.1), 0.007)


def _sand(stage: Stage, horizon: float) -> None:
    shore = horizon + 0.205
    wet, dry = stage.tone((0.72, 0.62, 0.47), (0.12, 0.11, 0.17)), stage.tone((0.93, 0.82, 0.63), (0.22, 0.19, 0.24))
    curve = [
        (float(x), shore + 0.016 * float(np.sin(x * 6.5 + stage.shift * 9)))
        for x in np.linspace(stage.left, stage.right, 40)
    ]
    stage.area([*curve, (stage.right, 1.01), (stage.left, 1.01)], wet)
    lower = [(x, y + 0.05) for x, y in curve]
    stage.area([*lower, (stage.right, 1.01), (stage.left, 1.01)], dry)
    stage.line(curve, stage.tone((0.98, 0.98, 0.96), (0.35, 0.38, 0.5)), 0.014)
    for _ in range(40):
        x, y = float(stage.rng.uniform(stage.left, stage.right)), float(stage.rng.uniform(shore + 0.09, 1.0))
        stage.line([(x - 0.03, y), (x + 0.03, y + 0.004)], shaded(dry, 0.93), 0.006)


def _string_lights(stage: Stage) -> None:
    for x in np.linspace(stage.left, stage.right, 13):
        sag = 0.07 * (1 - (float(x) / max(stage.right, 0.1)) ** 2)
        for level in (0.10, 0.26):
            stage.light(
                float(x),
                level + sag + 0.03 * stage.shift,
                WARM_LIGHTS[int(stage.rng.integers(3))],
                radius=0.020,
                strength=0.8,
            )


def street(stage: Stage) -> None:
    vanish = (0.10 * stage.shift, 0.46)
    stage.wash(
        0.0,
        0.6,
        [
            stage.tone((0.52, 0.68, 0.84), (0.05, 0.06, 0.15)),
            stage.tone((0.80, 0.87, 0.92), (0.13, 0.11, 0.25)),
            stage.tone((0.98, 0.92, 0.82), (0.40, 0.22, 0.36)),
        ],
    )
    stage.glow(vanish[0], 0.44, 0.16, stage.tone((1.0, 0.93, 0.80), (1.0, 0.5, 0.45)), 0.55)
    stage.wash(
        0.46,
        1.0,
        [
            stage.tone((0.62, 0.60, 0.60), (0.20, 0.15, 0.22)),
            stage.tone((0.44, 0.44, 0.47), (0.07, 0.07, 0.12)),
            stage.tone((0.36, 0.36, 0.40), (0.05, 0.05, 0.09)),
        ],
    )
    for side in (-1, 1):
        _facades(stage, vanish, side)
    _pavement(stage, vanish)
    _traffic(stage, vanish)


WALLS: tuple[Colour, ...] = (
    (0.70, 0.44, 0.36), (0.82, 0.76, 0.66), (0.55, 0.60, 0.66), (0.75, 0.62, 0.50), (0.48, 0.46, 0.50), (0.86, 0.82, 0.76),
)  # fmt: skip
AWNINGS: tuple[Colour, ...] = ((0.72, 0.25, 0.22), (0.16, 0.42, 0.38), (0.85, 0.66, 0.32))
HOUSE_DEPTHS = (1.0, 0.62, 0.40, 0.26, 0.17, 0.11)
"""Where one house ends and the next begins, as a share of the nearest: even steps in space."""


@dataclass(frozen=True, slots=True)
class House:
    """The front of one house, between two depths on one side of the street."""

    vanish: Point
    reach: float  # to the side at depth 1; its sign is the side
    near: float
    far: float
    tall: float
    colour: Colour

    def at(self, share: float, height: float) -> Point:
        """A place on the front: `share` 0 at its near edge, 1 at its far one."""
        depth = 1 / (1 / self.near * (1 - share) + 1 / self.far * share)  # Equal steps in space shrink on the picture.
        return self.vanish[0] + self.reach * depth, self.vanish[1] - (height - 0.25) * depth

    def panel(self, left: float, bottom: float, right: float, top: float) -> list[Point]:
        return [self.at(left, bottom), self.at(right, bottom), self.at(right, top), self.at(left, top)]


def _facades(stage: Stage, vanish: Point, side: int) -> None:
    """A row of houses that recedes, from the far to the near."""
    order = stage.rng.permutation(len(WALLS))
    reach = side * stage.right + side * 0.28 - vanish[0]
    sunny = 1.0 if side * stage.shift > 0 else 0.80
    for rank in range(len(HOUSE_DEPTHS) - 1, 0, -1):
        near, far = HOUSE_DEPTHS[rank - 1], HOUSE_DEPTHS[rank]
        wall = WALLS[int(order[rank])]
        hazy = mix(wall, (0.92, 0.88, 0.84), 0.55 * (1 - near) ** 2)
        colour = stage.tone(shaded(hazy, sunny), shaded(wall, 0.24))
        _paint_house(stage, House(vanish, reach, near, far, float(stage.rng.uniform(0.95, 1.35)), colour))


def _paint_house(stage: Stage, house: House) -> None:
    day = stage.mood.daylight
    stage.area(house.panel(0, -0.25, 1, house.tall), house.colour)
    stage.line([house.at(0, house.tall), house.at(1, house.tall)], shaded(house.colour, 0.7), 0.006)
    for row in np.arange(0.42, house.tall - 0.08, 0.20):
        for column in np.arange(0.12, 0.9, 0.26):
            _window(
                stage, house.panel(float(column), float(row), float(column) + 0.15, float(row) + 0.12), house.colour
            )
    shop = stage.tone((0.98, 0.88, 0.66), (1.0, 0.74, 0.40))
    stage.area(house.panel(0.06, -0.22, 0.94, 0.13), mix(house.colour, shop, 0.85 - 0.5 * day))
    awning = AWNINGS[int(stage.rng.integers(len(AWNINGS)))]
    stage.area(house.panel(0.03, 0.11, 0.97, 0.22), shaded(awning, 0.35 + 0.65 * day))


def _window(stage: Stage, corners: list[tuple[float, float]], wall: Colour) -> None:
    lit = stage.rng.uniform() < 0.25 + 0.40 * (1 - stage.mood.daylight)
    glass = stage.tone((0.50, 0.60, 0.68), (0.06, 0.07, 0.13))
    colour = mix(glass, (1.0, 0.80, 0.48), 0.30 + 0.6 * (1 - stage.mood.daylight)) if lit else mix(glass, wall, 0.2)
    stage.area(corners, colour)


def _pavement(stage: Stage, vanish: tuple[float, float]) -> None:
    kerb = stage.tone((0.78, 0.76, 0.73), (0.17, 0.15, 0.21))
    for side in (-1, 1):
        stage.area(
            [vanish, (side * (stage.right + 0.25), 0.82), (side * (stage.right + 0.25), 1.05), (side * 0.22, 1.05)],
            kerb,
        )
    for k in range(5):
        y0, y1 = 0.60 + 0.10 * k, 0.64 + 0.10 * k
        stage.line(
            [(vanish[0] * (1 - k / 6), y0), (vanish[0] * (1 - k / 6), y1)],
            stage.tone((0.85, 0.84, 0.80), (0.35, 0.33, 0.36)),
            0.008 + 0.003 * k,
        )


def _traffic(stage: Stage, vanish: tuple[float, float]) -> None:
    """Lamps along the kerb, headlights and brake lights in the distance."""
    night = 1 - stage.mood.daylight
    for side in (-1, 1):
        for depth in (0.75, 0.5, 0.34, 0.24):
            x, y = vanish[0] + side * depth * (stage.right + 0.06), vanish[1] - depth * 0.36
            stage.line(
                [(x, y), (x, vanish[1] + depth * 0.3)],
                stage.tone((0.25, 0.27, 0.28), (0.08, 0.08, 0.1)),
                0.006 + 0.004 * depth,
            )
            stage.light(x, y, (1.0, 0.85, 0.60), radius=0.012 + 0.026 * depth, strength=0.40 + 0.45 * night)
    for _ in range(int(10 + 26 * night + 8 * stage.mood.bokeh)):
        x, y = float(stage.rng.normal(vanish[0], 0.16)), float(stage.rng.normal(0.53, 0.045))
        colour = (
            CITY_LIGHTS[int(stage.rng.integers(len(CITY_LIGHTS)))]
            if night > 0.5
            else ((1.0, 0.35, 0.28), (1.0, 0.95, 0.85))[int(stage.rng.integers(2))]
        )
        stage.light(
            x,
            y,
            colour,
            radius=float(stage.rng.uniform(0.010, 0.032)),
            strength=float(stage.rng.uniform(0.30, 0.50) + 0.3 * night),
        )
