"""What needs its own shape: the afro's cloud of coils, buns, tails and braids."""

import numpy as np

from providers.local.sketch.face import Figure, hairline
from providers.local.sketch.geometry import Floats, floats, smoothstep, spline
from providers.local.sketch.hair.cuts import POINTS
from providers.local.sketch.hair.strands import Strands, curves, waved


def coils(figure: Figure, rng: np.random.Generator, *, radius: tuple[float, float, float], count: int) -> Strands:
    """An afro: small open curls in a ball round the head, over broad dark ones that fill it; the face stays free."""
    inner = _curls(figure, rng, floats(radius) * 0.91, count=count // 3, width=0.12, light=0.55)
    return Strands.joined([inner, _curls(figure, rng, floats(radius), count=count, width=0.034, light=1.0)])


def _curls(
    figure: Figure, rng: np.random.Generator, radius: Floats, *, count: int, width: float, light: float
) -> Strands:
    direction = rng.normal(size=(count, 3))
    direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
    shell = 1.0 - 0.30 * rng.uniform(0, 1, (count, 1)) ** 2 + rng.normal(0, 0.018, (count, 1))
    centre = direction * radius * shell * figure.identity.hair_volume + floats((0, -0.42, -0.08))
    above = centre[:, 1] < hairline(centre[:, 0] * 0.88) - 0.01 - width * 0.4
    beside = (centre[:, 1] < -0.32 - width) | (centre[:, 2] < 0.12 - 2.5 * width) & (centre[:, 1] < 0.0)
    free = (centre[:, 2] < -0.09 - width) | above & beside
    centre, shell = centre[free], shell[free]
    count = len(centre)
    t = np.linspace(0, 2 * np.pi * 0.85, POINTS)[None, :]
    turn, size = rng.uniform(0, 6.3, (count, 1)), rng.uniform(0.035, 0.062, (count, 1))
    curl = np.stack([np.cos(t + turn) * size, np.sin(t + turn) * size, 0.3 * np.sin(t * 2) * size], axis=-1)
    depth = light * (0.55 + 0.45 * smoothstep(0.72, 1.0, shell[:, 0]))
    tone = depth * (1 + rng.normal(0, 0.16 * light, count))
    return Strands.of(floats(centre[:, None, :] + curl), width * rng.uniform(0.7, 1.3, count), floats(tone))


def bun(rng: np.random.Generator, knot: tuple[float, float, float], *, radius: float, count: int) -> Strands:
    """A knot of hair wound round itself."""
    groups = [
        _wound(rng, knot, radius, count=count // 2, width=0.13, light=0.62),
        _wound(rng, knot, radius, count=count, width=0.05, light=1.0),
    ]
    return Strands.joined(groups)


def _wound(
    rng: np.random.Generator, knot: tuple[float, float, float], radius: float, *, count: int, width: float, light: float
) -> Strands:
    turn = rng.uniform(0, 2 * np.pi, count)
    ring = radius * rng.uniform(0.0, 1.0, count) ** 0.6
    t = np.linspace(-0.9, 0.9, POINTS)[None, :]
    around = turn[:, None] + t * rng.uniform(0.7, 1.3, (count, 1))
    swirl = ring[:, None] * (1 + 0.15 * np.sin(t * 3 + turn[:, None]))
    dome = np.sqrt(np.clip(1 - (swirl / (radius * 1.2)) ** 2, 0, 1)) * radius * 0.8
    points = np.stack([np.cos(around) * swirl, np.sin(around) * swirl * 0.9, dome], axis=-1) + floats(knot)
    tone = light * (0.72 + 0.36 * ring / radius) * (1 + rng.normal(0, 0.12 * light, count))
    return Strands.of(floats(points), width * rng.uniform(0.7, 1.2, count), floats(tone))


def tail(figure: Figure, rng: np.random.Generator, knot: tuple[float, float, float], *, count: int) -> Strands:
    """A ponytail from the knot, falling to one side behind the neck and over the shoulder."""
    broad = _tail_part(figure, rng, knot, count=count // 3, width=0.12, light=0.70)
    fine = _tail_part(figure, rng, knot, count=count, width=0.042, light=0.96)
    return Strands.joined([broad, fine])


def _tail_part(
    figure: Figure,
    rng: np.random.Generator,
    knot: tuple[float, float, float],
    *,
    count: int,
    width: float,
    light: float,
) -> Strands:
    side = float(np.sign(figure.identity.part))
    stops = [(0.25, knot[1] - 0.05, -1.05), (0.62, 0.30, -0.85), (0.74, 1.2, -0.45), (0.70, 2.15, 0.1)]
    path = floats([knot, *((side * x, y, z) for x, y, z in stops)])
    spread = np.clip(rng.normal(0, 1, (count, 1, 3)), -1.7, 1.7) * floats([0.02, 0.07, 0.12, 0.12, 0.06])[None, :, None]
    points = curves(floats(path[None] + spread * floats((1.0, 0.4, 0.6))), POINTS)
    points = waved(points, size=0.04, turns=2.0, start=0.3, phase=floats(rng.normal(0, 0.25, count)))
    tone = light * (1 + rng.normal(0, 0.14 * light, count))
    return Strands.of(points, width * rng.uniform(0.6, 1.3, count), floats(tone))


def braid(rng: np.random.Generator, path: Floats, *, width: float, links: int) -> Strands:
    """A plait along `path`: lobes that cross from side to side, each made of fine strands."""
    line = spline(path, steps=24)
    place = np.linspace(0, len(line) - 1, links + 2)
    groups = []
    for link in range(links):
        here = line[int(place[link])]
        further = line[int(place[link + 2])]
        side = 1.0 if link % 2 else -1.0
        size = width * (1.0 - 0.45 * link / links)
        groups.append(_lobe(rng, here, further, side=side, size=size, rank=link))
    return Strands.joined(groups)


def _lobe(rng: np.random.Generator, start: Floats, end: Floats, *, side: float, size: float, rank: int) -> Strands:
    count = 9
    offset = np.linspace(-0.5, 0.5, count)[:, None]
    across = floats((1.0, 0.12, 0.0))
    begin = start + across * (side * size * 0.75) + across * offset * size * 0.3
    bulge = (
        (start + end) / 2 + across * (side * size * 0.42) + across * offset * size * 0.75 + floats((0, 0, size * 0.5))
    )
    finish = end - across * (side * size * 0.28) + across * offset * size * 0.35
    points = curves(floats(np.stack([begin, bulge, finish], axis=1)), POINTS)
    points[..., 2] += 0.002 * rank
    tone = (1.02 - 0.5 * np.abs(offset[:, 0]) ** 1.5) * (1 + rng.normal(0, 0.06, count))
    t = np.linspace(0, 1, POINTS)[None, :]
    return Strands.of(
        points, size * 0.44, floats(tone), floats(np.broadcast_to(0.55 + 0.5 * np.sin(np.pi * t), (count, POINTS)))
    )
