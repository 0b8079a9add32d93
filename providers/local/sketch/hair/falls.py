"""Hair that falls from a parting: one description for each style, from the bob to long waves.

Strands belong to locks. The strands of a lock swing together and close up towards its tip; neighbouring locks are a
little out of step. That, more than any single strand, is what makes hair look like hair.
"""

from dataclasses import dataclass

import numpy as np

from providers.local.sketch.face import Figure, hairline
from providers.local.sketch.geometry import Floats, floats, smoothstep
from providers.local.sketch.hair.cuts import over_scalp, skull
from providers.local.sketch.hair.strands import Strands, curves, waved
from providers.local.sketch.head import HeadForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """`tip` is the height at which hair ends, `lift` how far it stands off the skull."""

    tip: float
    lift: float = 0.085
    flare: float = 0.05
    tuck: float = 0.0  # tips turn in towards the neck
    wave: float = 0.0
    turns: float = 0.0
    begins: float = 0.38  # share of the strand above which it is smooth
    count: int = 340
    width: float = 0.042
    chest: bool = False  # the front falls before the shoulders
    locks: int = 10  # on each side
    gather: float = 0.3  # how far the strands of a lock close up at its tip
    ragged: float = 0.04  # unevenness of the tips, as a share of the length
    layered: float = 0.0  # how much shorter the hair round the face is
    points: int = 29  # of each ribbon: a wave needs six or more in every turn


FALLS = {
    "bob": Fall(tip=0.86, lift=0.105, flare=0.07, tuck=0.16, gather=0.1),
    "shoulder_length": Fall(
        tip=1.62, lift=0.11, flare=0.12, tuck=0.06, wave=0.045, turns=3.4, locks=11, gather=0.45, ragged=0.06,
        layered=0.16, points=35,
    ),
    "long_straight": Fall(
        tip=2.75, lift=0.095, flare=0.07, wave=0.018, turns=2.4, chest=True, locks=12, gather=0.5, ragged=0.07,
        layered=0.14,
    ),
    "long_wavy": Fall(
        tip=2.75, lift=0.125, flare=0.22, wave=0.118, turns=3.9, chest=True, locks=9, gather=0.40, ragged=0.07,
        layered=0.18, points=47, count=225, width=0.049,
    ),
    "curly": Fall(
        tip=1.60, lift=0.20, flare=0.32, wave=0.075, turns=7.5, begins=0.22, count=270, width=0.046, locks=15, gather=0.35,
        ragged=0.12, layered=0.12, points=51,
    ),
    "braids": Fall(tip=0.75, lift=0.06, flare=-0.05, tuck=0.10, count=240, width=0.036),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """Broad dark ribbons fill the mass, finer and lighter ones lie on it."""

    wide: float
    many: float
    tone: float
    spread: float  # of the tone

    @property
    def is_broad(self) -> bool:
        return self.wide > 1


LAYERS = (
    Layer(5.5, 0.10, 0.62, 0.02),
    Layer(3.0, 0.40, 0.72, 0.02),
    Layer(0.85, 1.2, 0.95, 0.11),
    Layer(0.32, 1.15, 1.15, 0.20),
)


@dataclass(frozen=True, slots=True)
class Locks:
    """What all strands of one lock share, by its number: those on the left come first."""

    each_side: int
    phase: Floats
    pace: Floats
    length: Floats
    tone: Floats

    @classmethod
    def drawn(cls, fall: Fall, rng: np.random.Generator) -> "Locks":
        count = fall.locks
        phase = np.concatenate([np.arange(count) * 0.5, np.arange(count) * 0.5 + 2.6]) + rng.normal(0, 0.30, 2 * count)
        return cls(
            count,
            floats(phase),
            floats(rng.uniform(0.94, 1.06, 2 * count)),
            floats(1 + rng.normal(0, fall.ragged, 2 * count)),
            floats(1 + rng.normal(0, 0.10, 2 * count)),
        )

    def number(self, u: Floats, side: Floats) -> "np.typing.NDArray[np.intp]":
        within = np.minimum((u * self.each_side).astype(np.intp), self.each_side - 1)
        return within + np.where(side > 0, self.each_side, 0)


def falling(figure: Figure, fall: Fall, rng: np.random.Generator) -> Strands:
    """Both sides of the parting, from the face-framing front round to the nape."""
    locks = Locks.drawn(fall, rng)
    groups = [_fall_group(figure, fall, locks, layer, rng) for layer in LAYERS]
    if figure.is_from_behind:
        groups += [_fall_group(figure, fall, locks, layer, rng, nape=True) for layer in LAYERS[1:]]
    return Strands.joined(groups)


def _fall_group(
    figure: Figure, fall: Fall, locks: Locks, layer: Layer, rng: np.random.Generator, *, nape: bool = False
) -> Strands:
    """`nape` adds hair at the back alone, for views from there."""
    count = int(fall.count * layer.many)
    side = np.where(rng.uniform(size=count) < 0.5, -1.0, 1.0)
    u = floats(rng.uniform(0, 1, count) ** 1.35)  # Denser in front, where it is seen.
    if layer.wide > 4:
        u = floats(0.5 + 0.5 * u)  # The nape alone: no light may come through beside the neck.
    if nape:
        u = floats(0.66 + 0.34 * u)
    lock = locks.number(u, floats(side))
    offset = u * fall.locks - np.floor(u * fall.locks) - 0.5  # From the middle of the lock, -0.5 to 0.5.
    lift = fall.lift * figure.identity.hair_volume * rng.uniform(0.75, 1.05, count) * (0.9 if layer.is_broad else 1.0)
    tip = _tips(fall, locks.length[lock], u, rng) * (0.98 if layer.is_broad else 1.0)
    across = -0.07 if layer.is_broad else 0.010  # The mass closes the parting from below.
    controls = _controls(figure, fall, rng, u=u, side=floats(side), lift=floats(lift), tip=floats(tip), across=across)
    points = over_scalp(curves(controls, fall.points, ease=1.05), floats(lift * 0.8))
    points = _closed_up(
        points, lock, fall.gather * (0.4 if layer.is_broad else 1.0) * (1 - 0.8 * smoothstep(0.3, 0.6, u))
    )
    points += floats(rng.normal(0, 0.009, (count, 1, 3)))
    if layer.is_broad:
        points[..., 2] -= 0.09
    shade = _fall_shade(points, u, shadowed=not figure.is_from_behind)
    if fall.wave:
        phase = locks.phase[lock] + rng.normal(0, 0.10, count)
        swing = fall.wave * rng.uniform(0.8, 1.15)
        still = points
        points = waved(
            points, size=swing, turns=fall.turns * float(rng.uniform(0.97, 1.03)), start=fall.begins, ramp=0.25,
            phase=floats(phase + 2 * (locks.pace[lock] - 1) * fall.turns),
        )  # fmt: skip
        crest = (points[..., 2] - still[..., 2]) / swing  # What swings forward catches the light.
        shade *= floats(1 + (0.16 if layer.is_broad else 0.30) * crest)
    tone = layer.tone * locks.tone[lock] * (1.06 - 0.5 * offset**2 * 2) * (1 + rng.normal(0, layer.spread, count))
    width = fall.width * layer.wide * rng.uniform(0.7, 1.25, count)
    return Strands.of(points, width, floats(tone), shade)


def _tips(fall: Fall, length: Floats, u: Floats, rng: np.random.Generator) -> Floats:
    """No two strands end at the same height: most near the lock's tip, some well above it."""
    own = 1 + rng.normal(0, 0.4 * fall.ragged, len(u)) - fall.ragged * rng.exponential(0.7, len(u))
    front = 1 - fall.layered * smoothstep(0.30, 0.0, u)
    return floats(fall.tip * length * own * front - 0.12 * (1 - u) * (fall.tip < 1))


def _closed_up(points: Floats, lock: "np.typing.NDArray[np.intp]", gather: Floats) -> Floats:
    """Draws the strands of a lock towards its middle, the more the nearer to the tip."""
    many = int(lock.max()) + 1
    total = np.zeros((many, *points.shape[1:]), np.float32)
    np.add.at(total, lock, points)
    middle = total / np.maximum(np.bincount(lock, minlength=many), 1)[:, None, None]
    t = np.linspace(0, 1, points.shape[1], dtype=np.float32)[None, :, None]
    share = gather[:, None, None] * smoothstep(0.42, 1.0, t) * floats((1.0, 0.0, 0.8))
    return floats(points + (middle[lock] - points) * share)


def _controls(
    figure: Figure,
    fall: Fall,
    rng: np.random.Generator,
    *,
    u: Floats,
    side: Floats,
    lift: Floats,
    tip: Floats,
    across: float,
) -> Floats:
    form, part = figure.form, figure.identity.part
    angle = side * np.radians(63 + 115 * u**1.15)
    stray = floats(rng.normal(0, 0.018, len(u)) * smoothstep(0.25, 0.0, u))  # The edge over the forehead is not a line.
    part_y = np.interp(u, [0, 0.25, 0.6, 1.0], [-0.66, -0.95, -1.09, -0.98]) + stray
    part_z = np.interp(u, [0, 0.25, 0.6, 1.0], [0.62, 0.46, 0.02, -0.42])
    root = np.stack([part * (1 - 0.6 * u) + side * across, part_y - 0.60 * fall.lift, part_z], axis=-1)
    high_angle = side * np.radians(36 + 136 * u)
    high_y = np.interp(u, [0, 0.4, 1], [-0.62, -0.90, -0.82]) + stray
    high = skull(form, floats(high_angle), floats(high_y), lift * 1.05)
    temple = skull(form, floats(angle), floats(-0.30 + 1.5 * stray), lift * 1.05)
    ear = skull(form, floats(angle), floats(np.full_like(u, 0.16)), lift * 1.05 + 0.25 * fall.flare)
    hanging = _hanging(form, fall, angle=floats(angle), u=u, lift=lift, tip=tip)
    return floats(np.stack([root, high, temple, ear, *hanging], axis=1))


def _hanging(form: HeadForm, fall: Fall, *, angle: Floats, u: Floats, lift: Floats, tip: Floats) -> list[Floats]:
    """From the ear to the tip: free hair, widest half way, which comes forward over the chest or stays behind."""
    forward = (0.42 * smoothstep(0.42, 0.0, u)) if fall.chest else np.zeros_like(u)
    pieces = []
    for share, flare in ((0.33, 0.72), (0.66, 1.0), (1.0, 0.85)):
        y = 0.16 + (tip - 0.16) * share
        place = skull(form, angle, floats(y), lift * 1.05 + fall.flare * flare - fall.tuck * share**2)
        place[:, 2] = place[:, 2] * (1 - 0.25 * share) + forward * share
        if fall.tip > 1.2:  # Hair gathers as it falls past the shoulders.
            inward = 0.06 + (0.20 if fall.chest else 0.0) * smoothstep(0.35, 0.0, u)
            place[:, 0] *= 1 - inward * share**1.5 * (place[:, 2] > -0.2)
        pieces.append(place)
    return pieces


def _fall_shade(points: Floats, u: Floats, *, shadowed: bool) -> Floats:
    """Darker at the parting, in the hollow of the neck, and where the back lies in the shadow of the head."""
    t = np.linspace(0, 1, points.shape[1], dtype=np.float32)[None, :]
    root = 0.74 + 0.26 * smoothstep(0.0, 0.14, t)
    hollow = 1 - 0.50 * smoothstep(0.1, 0.6, points[..., 1]) * smoothstep(0.62, 0.30, np.abs(points[..., 0]))
    behind = 1 - (0.45 if shadowed else 0.0) * smoothstep(0.0, -0.6, points[..., 2]) * smoothstep(
        -0.1, 0.5, points[..., 1]
    )
    return floats(root * hollow * behind)


def wisps(figure: Figure, rng: np.random.Generator, *, count: int = 70, points: int = 13) -> Strands:
    """Baby hair along the hairline: it leaves the edge of the hair outwards and lies down on the temples."""
    x = figure.identity.part + rng.normal(0, 0.27, count)
    x = np.clip(x, -0.52, 0.52)
    outward = np.sign(x - figure.identity.part)
    start = np.column_stack([x, hairline(floats(x)) - 0.045 + rng.normal(0.0, 0.012, count)])
    reach = rng.uniform(0.10, 0.26, count)
    fall = 0.16 + 0.55 * np.abs(x)
    middle = start + np.column_stack([outward * reach * 0.55, reach * fall * 0.75])
    end = start + np.column_stack([outward * reach, reach * fall * 1.9])
    stops = [_on_skin(figure.form, place, out) for place, out in ((start, 0.03), (middle, 0.02), (end, 0.015))]
    down = curves(floats(np.stack(stops, axis=1)), points)
    tone = 1.0 + rng.normal(0, 0.1, count)
    return Strands.of(down, 0.0075 * rng.uniform(0.6, 1.2, count), floats(tone))


def _on_skin(form: HeadForm, place: Floats, out: float) -> Floats:
    surface = form.surface(floats(place))
    surface[:, 2] += out
    return surface
