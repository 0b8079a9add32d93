"""Hair as ribbons on the head: short cuts, fringes, hair gathered in a knot. Hair that falls has its own file (falls)."""

import numpy as np

from providers.local.sketch.face import Figure, hairline
from providers.local.sketch.geometry import Floats, floats, smoothstep
from providers.local.sketch.hair.strands import Strands, curves
from providers.local.sketch.head import HeadForm

POINTS = 23
"""Points of every ribbon: enough for a curl to look round."""

FRINGE_POINTS = 35


def skull(form: HeadForm, angle: Floats, y: Floats, lift: Floats | float) -> Floats:
    """Points on the hair's surface: `angle` 0 at the forehead, pi/2 over the right ear, pi at the back."""
    half, centre, depth = form.at(floats(np.minimum(y, 0.05)))
    behind = 0.84 * np.sqrt(np.clip(1 - (np.clip(y + 0.15, -0.9, 0) / 0.92) ** 2, 0, 1))
    ahead = centre + depth
    reach = np.where(np.cos(angle) > 0, ahead, behind)
    return floats(np.stack([np.sin(angle) * (half + lift), y, np.cos(angle) * (reach + lift)], axis=-1))


SCALP_CENTRE = floats((0.0, -0.30, -0.05))
SCALP_RADII = floats((0.665, 0.755, 0.77))


def over_scalp(points: Floats, lift: Floats | float) -> Floats:
    """Moves what sank into the skull out to `lift` above it. Below the ears hair hangs free."""
    radii = SCALP_RADII + floats(lift)[..., None, None] if np.ndim(lift) else SCALP_RADII + lift
    away = (points - SCALP_CENTRE) / radii
    distance = np.maximum(np.linalg.norm(away, axis=-1, keepdims=True), 1e-3)
    pushed = SCALP_CENTRE + away / np.minimum(distance, 1.0) * radii
    free = smoothstep(-0.25, 0.10, points[..., 1])[..., None]
    return floats(pushed * (1 - free) + points * free)


def fringe(figure: Figure, rng: np.random.Generator, *, low: float = -0.29, count: int = 190) -> Strands:
    """A fringe that fans out from the crown: full in the middle, longer towards the temples, where it joins the sides."""
    form = figure.form
    x = rng.uniform(-1, 1, count)
    tip_y = low + 0.24 * np.abs(x) ** 2.4 + rng.normal(0, 0.045, count)
    lift = rng.uniform(0.05, 0.10, count)
    root = skull(form, floats(x * 0.45 + rng.normal(0, 0.03, count)), floats(rng.uniform(-0.98, -0.88, count)), lift)
    middle = skull(form, floats(x * 0.80), floats(-0.64 + 0.05 * x * x), lift + 0.035)
    bent = x * 1.02 + rng.normal(0, 0.03, count)
    tip = skull(form, floats(bent), floats(tip_y), lift * 0.6 + 0.02)
    points = over_scalp(curves(floats(np.stack([root, middle, tip], axis=1)), FRINGE_POINTS), lift)
    tone = 1 + rng.normal(0, 0.16, count)
    return Strands.of(points, 0.042 * rng.uniform(0.35, 1.25, count), floats(tone))


def swept(figure: Figure, rng: np.random.Generator, *, length: float, height: float, count: int) -> Strands:
    """Short hair: tufts over the whole scalp that lie to the side of the parting and rise at the front."""
    groups = []
    for wide, number, light in (
        (0.075, count * 2 // 3, 0.66),
        (0.034, count * 4 // 3, 0.92),
        (0.016, count * 4 // 3, 1.15),
    ):
        groups.append(_tufts(figure, rng, length=length, height=height, count=number, wide=wide, light=light))
    return Strands.joined(groups)


def _tufts(
    figure: Figure, rng: np.random.Generator, *, length: float, height: float, count: int, wide: float, light: float
) -> Strands:
    root = _scalp_points(figure.form, rng, count)
    outward = (root - SCALP_CENTRE) / SCALP_RADII
    outward /= np.linalg.norm(outward, axis=-1, keepdims=True)
    side = float(np.sign(figure.identity.part))
    top = smoothstep(-0.50, -0.85, root[:, 1])[:, None]
    ahead = smoothstep(0.0, 0.6, root[:, 2])[:, None]
    sweep = floats((-side * 0.50, -0.12, 0.34)) * top + floats((-side * 0.10, 0.85, -0.25)) * (1 - top)
    flow = sweep + rng.normal(0, 0.09, (count, 3))
    reach = length * (0.28 + 0.72 * top) * rng.uniform(0.75, 1.2, (count, 1))
    rise = height * (0.15 + 0.55 * top + 0.55 * top * ahead) * rng.uniform(0.6, 1.1, (count, 1))
    middle = root + outward * rise + flow * reach * 0.45
    tip = root + outward * rise * 0.85 + flow * reach + floats((0, 0.22, 0)) * reach
    points = over_scalp(curves(floats(np.stack([root, middle, tip], axis=1)), POINTS), 0.02)
    t = np.linspace(0, 1, POINTS)[None, :]
    shade = np.broadcast_to(0.62 + 0.38 * smoothstep(0.0, 0.55, t), points.shape[:2])
    tone = light * (1 + rng.normal(0, 0.13 if light > 0.8 else 0.03, count))
    return Strands.of(points, wide * rng.uniform(0.6, 1.3, count), floats(tone), floats(shade))


def _scalp_points(form: HeadForm, rng: np.random.Generator, count: int) -> Floats:
    """Spread evenly over the hair-bearing skin, from the hairline round to the nape."""
    direction = rng.normal(size=(count * 3, 3))
    direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
    points = SCALP_CENTRE + direction * SCALP_RADII
    ahead = (points[:, 1] < hairline(points[:, 0]) - 0.02) | (points[:, 2] < 0.0)
    low = points[:, 1] < np.where(points[:, 2] > -0.2, -0.02, 0.42)
    return floats(points[ahead & low][:count])


def gathered(figure: Figure, rng: np.random.Generator, *, knot: tuple[float, float, float], count: int) -> Strands:
    """Hair drawn back from the hairline all round to one knot."""
    groups = []
    for wide, number, light in ((0.13, count // 2, 0.66), (0.042, count, 0.96), (0.018, count, 1.12)):
        root = _edge_points(figure.form, rng, number)
        lift = 0.035 + 0.03 * rng.uniform(size=number)
        aim = floats(knot) + rng.normal(0, 0.03, root.shape)
        above = floats((0, -0.16, 0.05)) * smoothstep(-0.2, 0.6, root[:, 2])[:, None]
        stops = [root * (1 - s) + aim * s + above * np.sin(np.pi * s) for s in (0.0, 0.3, 0.65, 1.0)]
        points = over_scalp(curves(over_scalp(floats(np.stack(stops, axis=1)), floats(lift)), POINTS), floats(lift))
        tone = light * (1 + rng.normal(0, 0.14 if light > 0.8 else 0.03, number))
        t = np.linspace(0, 1, POINTS)[None, :]
        shade = np.broadcast_to(
            0.80 + 0.20 * smoothstep(0.0, 0.3, t) - 0.25 * smoothstep(0.75, 1.0, t), points.shape[:2]
        )
        groups.append(Strands.of(points, wide * rng.uniform(0.7, 1.2, number), floats(tone), floats(shade)))
    return Strands.joined(groups)


def _edge_points(form: HeadForm, rng: np.random.Generator, count: int) -> Floats:
    """Along the hairline, the temples and the nape, and some way into the hair."""
    angle = rng.uniform(-2.9, 2.9, count)
    front = hairline(np.sin(angle) * 0.655)
    behind = 0.02 + 0.42 * np.clip((np.abs(angle) - 1.45) / 1.2, 0, 1)
    y = np.where(np.abs(angle) < 1.45, np.minimum(front, 0.0), behind) - 0.42 * rng.uniform(0, 1, count) ** 2.2
    return skull(form, angle, np.maximum(y, -1.0), 0.004)


def flyaways(strands: Strands, rng: np.random.Generator, count: int) -> Strands:
    """A few thin hairs that left the order: they take the helmet out of any hair style."""
    chosen = rng.integers(0, len(strands.points), count)
    t = np.linspace(0, 1, strands.points.shape[1], dtype=np.float32)[None, :, None]
    points = strands.points[chosen] * (1 + 0.025 * t) + floats(rng.normal(0, 0.02, (count, 1, 3))) * t
    points[..., 0] += (np.sin(t[..., 0] * 7 + rng.uniform(0, 6, (count, 1))) * 0.018).astype(np.float32)
    return Strands.of(points, 0.010, floats(1.15 + rng.normal(0, 0.1, count)))
