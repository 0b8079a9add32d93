"""The thirteen hair styles as ribbons on the head. Styles differ in numbers where they can, in functions where they must."""

from dataclasses import dataclass

import numpy as np

from providers.local.sketch.face import Figure, hairline
from providers.local.sketch.geometry import Floats, floats, smoothstep
from providers.local.sketch.hair.strands import Strands, curves, waved
from providers.local.sketch.head import HeadForm

POINTS = 22
"""Points of every ribbon: enough for a curl to look round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """Hair that falls from a parting. `tip` is the height at which it ends, `lift` how far it stands off the skull."""

    tip: float
    lift: float = 0.085
    flare: float = 0.05
    tuck: float = 0.0  # tips turn in towards the neck
    wave: float = 0.0
    turns: float = 0.0
    count: int = 340
    width: float = 0.042
    chest: bool = False  # the front falls before the shoulders
    locks: int = 0  # gathers into so many ringlets on each side; 0 is one smooth sheet
    points: int = 24  # of each ribbon: a curl needs six or more in every turn


FALLS = {
    "bob": Fall(tip=0.86, lift=0.105, flare=0.07, tuck=0.16),
    "shoulder_length": Fall(tip=1.55, lift=0.10, flare=0.10, tuck=0.05, wave=0.05, turns=1.8),
    "long_straight": Fall(tip=2.75, lift=0.085, flare=0.05, chest=True),
    "long_wavy": Fall(tip=2.6, lift=0.12, flare=0.16, wave=0.11, turns=2.6, chest=True, points=30, count=320),
    "curly": Fall(tip=1.45, lift=0.20, flare=0.30, wave=0.07, turns=5.5, count=280, width=0.05, locks=15, points=44),
    "braids": Fall(tip=0.75, lift=0.06, flare=-0.05, tuck=0.10, count=240, width=0.036),
}


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


def falling(figure: Figure, fall: Fall, rng: np.random.Generator) -> Strands:
    """Both sides of the parting, from the face-framing front round to the nape."""
    groups = []
    for wide, count in ((3.0, fall.count // 3), (0.62, fall.count * 3 // 2), (0.30, fall.count * 5 // 4)):
        layer = {3.0: (0.70, 0.0), 0.62: (0.94, 0.13), 0.30: (1.12, 0.22)}[wide]
        groups.append(_fall_group(figure, fall, rng, count=count, width=fall.width * wide, layer=layer))
    return Strands.joined(groups)


def _fall_group(
    figure: Figure, fall: Fall, rng: np.random.Generator, *, count: int, width: float, layer: tuple[float, float]
) -> Strands:
    identity = figure.identity
    side = np.where(rng.uniform(size=count) < 0.5, -1.0, 1.0)
    u = _along_parting(fall, rng, count, broad=layer[1] == 0)
    lift = fall.lift * identity.hair_volume * rng.uniform(0.75, 1.05, count) * (0.9 if layer[1] == 0 else 1.0)
    controls = _fall_controls(figure, fall, rng, u=u, side=side, lift=lift)
    points = over_scalp(curves(controls, fall.points, ease=1.25), floats(lift * 0.8))
    points += floats(rng.normal(0, 0.010, (count, 1, 3)))
    broad = layer[1] == 0
    if fall.wave:
        lock = np.floor(u * fall.locks) * 2.4 if fall.locks else u * 6.5
        phase = floats(lock + side * 0.8 + rng.normal(0, 0.35 if fall.locks else 0.10, count))
        points = waved(
            points, size=fall.wave * (0.45 if broad and fall.locks else 1.0), turns=fall.turns, start=0.34, phase=phase
        )
    tone = layer[0] * (1 + rng.normal(0, layer[1] + 0.02, count))
    return Strands.of(
        points,
        width * rng.uniform(0.7, 1.25, count) * (1.5 if broad and fall.locks else 1.0),
        floats(tone),
        _fall_shade(points, u),
    )


def _along_parting(fall: Fall, rng: np.random.Generator, count: int, *, broad: bool) -> Floats:
    """0 at the front of the parting, 1 at the back, a little denser in front, where it is seen."""
    u = rng.uniform(0, 1, count) ** 1.35
    if not fall.locks or broad:
        return floats(u)
    middle = (np.floor(u * fall.locks) + 0.5) / fall.locks
    return floats(np.clip(middle + rng.normal(0, 0.25 / fall.locks, count), 0, 1))


def _fall_controls(
    figure: Figure, fall: Fall, rng: np.random.Generator, *, u: Floats, side: Floats, lift: Floats
) -> Floats:
    form, part = figure.form, figure.identity.part
    angle = side * np.radians(63 + 115 * u**1.15)
    part_y = np.interp(u, [0, 0.25, 0.6, 1.0], [-0.66, -0.95, -1.09, -0.98])
    part_z = np.interp(u, [0, 0.25, 0.6, 1.0], [0.62, 0.46, 0.02, -0.42])
    root = np.stack([part * (1 - 0.6 * u) + side * 0.012, part_y - 0.35 * fall.lift, part_z], axis=-1)
    high_angle = side * np.radians(36 + 136 * u)
    high = skull(form, floats(high_angle), floats(np.interp(u, [0, 0.4, 1], [-0.60, -0.88, -0.80])), lift * 0.85)
    temple = skull(form, floats(angle), floats(np.full_like(u, -0.30)), lift)
    ear = skull(form, floats(angle), floats(np.full_like(u, 0.16)), lift * 1.1 + 0.2 * fall.flare)
    return floats(np.stack([root, high, temple, ear, *_hanging(form, fall, rng, angle=angle, u=u, lift=lift)], axis=1))


def _hanging(
    form: HeadForm, fall: Fall, rng: np.random.Generator, *, angle: Floats, u: Floats, lift: Floats
) -> list[Floats]:
    """From the ear to the tip: free hair, which comes forward over the chest or stays behind the shoulders."""
    tip = fall.tip * (1 + rng.normal(0, 0.035, len(u))) - 0.12 * (1 - u) * (fall.tip < 1)
    forward = (0.42 * smoothstep(0.35, 0.0, floats(u))) if fall.chest else np.zeros_like(u)
    pieces = []
    for share in (0.5, 1.0):
        y = 0.16 + (tip - 0.16) * share
        place = skull(
            form, floats(angle), floats(y), lift * 1.1 + fall.flare * (0.4 + 0.6 * share) - fall.tuck * share**2
        )
        place[:, 2] = place[:, 2] * (1 - 0.25 * share) + forward * share
        if fall.tip > 1.2:  # Hair gathers as it falls past the shoulders.
            place[:, 0] *= 1 - 0.10 * share * (place[:, 2] > -0.2)
        pieces.append(place)
    return pieces


def _fall_shade(points: Floats, u: Floats) -> Floats:
    """Darker at the parting, in the hollow of the neck, and where the back lies in the shadow of the head."""
    t = np.linspace(0, 1, points.shape[1], dtype=np.float32)[None, :]
    root = 0.72 + 0.28 * smoothstep(0.0, 0.16, t)
    hollow = 1 - 0.50 * smoothstep(0.1, 0.6, points[..., 1]) * smoothstep(0.62, 0.30, np.abs(points[..., 0]))
    behind = 1 - 0.45 * smoothstep(0.0, -0.6, points[..., 2]) * smoothstep(-0.1, 0.5, points[..., 1])
    return floats(root * hollow * behind)


def fringe(figure: Figure, rng: np.random.Generator, *, low: float = -0.27, count: int = 120) -> Strands:
    """A fringe from the crown over the forehead."""
    form = figure.form
    x = rng.uniform(-1, 1, count)
    tip_y = low - 0.05 * (1 - x * x) + rng.normal(0, 0.035, count) + 0.10 * np.abs(x) ** 3
    lift = rng.uniform(0.05, 0.09, count)
    root = skull(form, floats(x * 0.9), floats(np.full(count, -0.93)), lift)
    middle = skull(form, floats(x * 0.88), floats(np.full(count, -0.66)), lift + 0.03)
    tip = skull(form, floats(x * 0.86), floats(tip_y), lift * 0.6 + 0.02)
    points = over_scalp(curves(floats(np.stack([root, middle, tip], axis=1)), POINTS), lift)
    tone = 1 + rng.normal(0, 0.15, count)
    return Strands.of(points, 0.05 * rng.uniform(0.4, 1.3, count), floats(tone))


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
    points = strands.points[chosen] * (1 + 0.03 * t) + floats(rng.normal(0, 0.03, (count, 1, 3))) * t
    points[..., 0] += (np.sin(t[..., 0] * 7 + rng.uniform(0, 6, (count, 1))) * 0.018).astype(np.float32)
    return Strands.of(points, 0.010, floats(1.15 + rng.normal(0, 0.1, count)))
