"""Parts that several garments share: collars, lapels, buttons, zips, prints, jewellery."""

from collections.abc import Sequence

import numpy as np

from providers.local.sketch.clothes.cloth import Fabric, Pen, Piece
from providers.local.sketch.clothes.cuts import HEM, Tailor
from providers.local.sketch.clothes.relief import Relief
from providers.local.sketch.geometry import Colour, Floats, Point, floats, mirrored, mix, shaded, spline

COLLAR = Relief(puff=0.055, round=0.045)
"""Turned-over cloth: thicker than what it lies on, with a rounded edge."""


def both_sides(points: Sequence[Point], *, smooth: bool = False) -> tuple[Floats, Floats]:
    right = spline(points, closed=True, steps=6) if smooth else floats(points)
    return right, mirrored(right)


def shirt_collar(tailor: Tailor, fabric: Fabric, *, point: float = 1.95, spread: float = 0.34) -> Piece:
    neck = tailor.neck
    wing = [
        (0.03, 1.68),
        (neck * 0.75, 1.40),
        (neck * 1.12, 1.20),
        (neck * 1.42, 1.42),
        (spread + 0.10, 1.74),
        (spread, point),
        (0.16, 1.80),
    ]

    def stitched(pen: Pen) -> None:
        pen.both(
            [(neck * 1.36, 1.45), (spread + 0.06, 1.74), (spread - 0.01, point - 0.05), (0.14, 1.79)],
            shaded(fabric.colour, 0.86),
            0.012,
        )

    return Piece(outlines=both_sides(wing), fabric=fabric, paint=stitched, shadow=0.4, lift=0.05, relief=COLLAR)


def lapels(tailor: Tailor, fabric: Fabric, *, button: float, width: float = 0.46, notch: bool = True) -> Piece:
    neck = tailor.neck * 1.22
    edge = [tailor.on_shoulder(neck * 0.98, above=0.08), (neck * 0.90, 1.72), (0.27, button - 0.55), (0.01, button)]
    outer = [(0.22, button - 0.18), (width + 0.08, button - 0.86), (width + 0.20, 2.02)]
    step = [(width + 0.02, 1.96), (width + 0.13, 1.82)] if notch else []
    top = [(width * 0.98, 1.66), (neck * 1.32, 1.40)]
    shape = [*spline(edge, steps=6).tolist(), *outer, *step, *top]

    def edged(pen: Pen) -> None:
        line = [(0.05, button - 0.05), *outer, *step, *top]
        for side in (1, -1):
            pen.line([(x * side, y) for x, y in line], shaded(fabric.colour, 0.72), 0.02, smooth=False)
        if notch:
            pen.both([(width + 0.02, 1.96), (neck * 0.86, 1.74)], shaded(fabric.colour, 0.66), 0.016)

    return Piece(
        outlines=both_sides([(p[0], p[1]) for p in shape]),
        fabric=fabric,
        paint=edged,
        shadow=0.40,
        lift=0.03,
        relief=COLLAR,
    )


def buttons(pen: Pen, x: float, ys: Sequence[float], colour: Colour, *, radius: float = 0.035) -> None:
    for y in ys:
        pen.dot((x + 0.006, y + 0.012), radius * 1.15, shaded(colour, 0.45))
        pen.dot((x, y), radius, colour)
        pen.dot((x - radius * 0.3, y - radius * 0.3), radius * 0.35, mix(colour, (1, 1, 1), 0.45))


def zip_line(pen: Pen, points: Sequence[Point], colour: Colour) -> None:
    pen.line(points, shaded(colour, 0.4), 0.055)
    line = spline(points, steps=26)
    pen.line(points, colour, 0.028)
    for x, y in line[::2]:
        pen.line([(float(x) - 0.012, float(y)), (float(x) + 0.012, float(y))], shaded(colour, 0.5), 0.012)


def knit(pen: Pen, colour: Colour, *, size: float = 0.075, cables: bool = True) -> None:
    """Rows of stitches; with cables, plaits down the front."""
    dark, light = shaded(colour, 0.84), mix(colour, (1, 1, 1), 0.16)
    for column, x in enumerate(np.arange(-2.4, 2.4, size)):
        pen.line([(float(x), 1.0), (float(x), 3.4), (float(x), 6.4)], dark if column % 2 else light, 0.014)
    if cables:
        for centre in (-0.52, 0.0, 0.52):
            _cable(pen, centre, colour)


def _cable(pen: Pen, centre: float, colour: Colour) -> None:
    y = np.arange(1.5, 6.6, 0.045)
    for phase, tone in ((0.0, 0.74), (np.pi, 1.0)):
        x = centre + 0.10 * np.sin(y * 7.2 + phase)
        pen.line(floats(np.column_stack([x, y])), shaded(colour, 0.72), 0.125, smooth=False)
        pen.line(
            floats(np.column_stack([x, y])),
            mix(shaded(colour, 0.9 + 0.1 * tone), (1, 1, 1), 0.12 * tone),
            0.095,
            smooth=False,
        )


def floral(pen: Pen, petals: Sequence[Colour], leaf: Colour, *, count: int = 190, size: float = 0.085) -> None:
    for _ in range(count):
        x, y = float(pen.rng.uniform(-1.9, 1.9)), float(pen.rng.uniform(1.3, 6.3))
        radius, turn = size * float(pen.rng.uniform(0.6, 1.25)), float(pen.rng.uniform(0, 6.28))
        colour = petals[int(pen.rng.integers(len(petals)))]
        for k in (0.7, 2.6):
            tip = (x + np.cos(turn + k) * radius * 1.9, y + np.sin(turn + k) * radius * 1.9)
            pen.line([(x, y), tip], leaf, radius * 0.45)
        for k in range(5):
            angle = turn + k * 2 * np.pi / 5
            pen.dot((x + np.cos(angle) * radius * 0.62, y + np.sin(angle) * radius * 0.62), radius * 0.48, colour)
        pen.dot((x, y), radius * 0.30, (0.95, 0.80, 0.42))


def stripes(pen: Pen, colour: Colour, *, gap: float, width: float) -> None:
    for x in np.arange(-2.4, 2.4, gap):
        pen.line([(float(x), 1.0), (float(x), 4.0), (float(x), 6.6)], colour, width)


def twill(pen: Pen, colour: Colour, *, gap: float = 0.034) -> None:
    """The fine diagonal of denim."""
    start = np.arange(-7.0, 3.0, gap)
    ends = np.stack(
        [np.column_stack([start, start * 0 + 0.8]), np.column_stack([start + 6.0, start * 0 + 6.8])], axis=1
    )
    pen.lines(floats(ends), colour, 0.008)


def speckle(pen: Pen, colours: Sequence[Colour], count: int, *, size: float = 0.016) -> None:
    at = np.column_stack([pen.rng.uniform(-2.2, 2.2, count), pen.rng.uniform(0.9, 6.4, count)])
    kinds = pen.rng.integers(len(colours), size=count)
    pen.dots(floats(at), floats(size * pen.rng.uniform(0.5, 1.3, count)), [colours[int(kind)] for kind in kinds])


def rib(pen: Pen, points: Sequence[Point], colour: Colour, *, width: float = 0.09) -> None:
    """The band round a neckline, on both sides."""
    for side in (1, -1):
        line = [(x * side, y) for x, y in points]
        pen.line(line, shaded(colour, 0.80), width + 0.02)
        pen.line(line, shaded(colour, 1.05), width)


def cuff(pen: Pen, share: float, colour: Colour, *, grow: float) -> None:
    """The seam across both sleeves at `share` of the arm's length."""
    for arm in pen.frame.arms:
        place = round(share * (len(arm.line) - 1)) - 1
        along = arm.line[place + 1] - arm.line[place]
        across = floats((-along[1], along[0])) / max(1e-4, float(np.hypot(*along))) * (arm.radius[place] + grow)
        pen.line([arm.line[place] - across, arm.line[place], arm.line[place] + across], colour, 0.016)


def necktie(colour: Colour, accent: Colour) -> Piece:
    shape = floats(
        [
            (-0.085, 1.74),
            (0.085, 1.74),
            (0.065, 1.93),
            (0.16, 3.3),
            (0.2, HEM),
            (-0.2, HEM),
            (-0.16, 3.3),
            (-0.065, 1.93),
        ]
    )

    def woven(pen: Pen) -> None:
        for y in np.arange(1.4, 6.5, 0.16):
            pen.line([(-0.4, float(y) + 0.3), (0.4, float(y) - 0.1)], accent, 0.035, smooth=False)
        pen.area([(-0.085, 1.74), (0.085, 1.74), (0.065, 1.93), (-0.065, 1.93)], shaded(colour, 1.12))
        pen.line([(-0.07, 1.94), (0.07, 1.94)], shaded(colour, 0.55), 0.03)

    return Piece(
        outlines=(shape,),
        fabric=Fabric(colour=colour, gloss=0.22, folds=0.2, sharp=0.6),
        paint=woven,
        shadow=0.4,
        lift=0.05,
    )


def bow_tie(colour: Colour) -> Piece:
    wing = spline(
        [(0.03, 1.72), (0.20, 1.63), (0.33, 1.60), (0.35, 1.74), (0.33, 1.89), (0.20, 1.84), (0.03, 1.78)], closed=True
    )
    knot = floats([(-0.055, 1.67), (0.055, 1.67), (0.06, 1.82), (-0.06, 1.82)])

    def creased(pen: Pen) -> None:
        light = mix(colour, (1, 1, 1), 0.16)
        for side in (1, -1):
            pen.line([(0.05 * side, 1.75), (0.19 * side, 1.71)], light, 0.018)
            pen.line([(0.05 * side, 1.77), (0.22 * side, 1.80)], shaded(colour, 0.5), 0.018)
        pen.area(knot, mix(colour, (1, 1, 1), 0.08))

    return Piece(
        outlines=(wing, mirrored(wing), knot),
        fabric=Fabric(colour=colour, gloss=0.35, folds=0.0, sharp=0.8),
        paint=creased,
        shadow=0.6,
        lift=0.15,
    )


def necklace(tailor: Tailor, metal: Colour, *, drop: float, beads: bool = False, pendant: bool = True) -> Piece:
    start = (tailor.neck * 1.02, 1.24)
    half = spline([start, (tailor.neck * 0.82, drop * 0.55 + 0.72), (0.0, drop)], steps=14)
    line = np.concatenate([half, mirrored(half)[1:]])
    thick = 0.030 if beads else 0.011
    outline = np.concatenate([line + floats((0, -thick)), (line + floats((0, thick)))[::-1]])
    charm = floats([(0.05 * np.cos(a), drop + 0.055 + 0.05 * np.sin(a)) for a in np.linspace(0, 6.2, 14)])

    def shining(pen: Pen) -> None:
        for k, (x, y) in enumerate(line[:: 2 if beads else 3]):
            pen.dot((float(x), float(y)), thick * 0.7, mix(metal, (1, 1, 1), 0.55 if k % 2 else 0.1))
        if pendant:
            pen.dot((-0.012, drop + 0.04), 0.02, mix(metal, (1, 1, 1), 0.7))

    return Piece(
        outlines=(floats(outline), charm) if pendant else (floats(outline),),
        fabric=Fabric(colour=metal, gloss=0.5, folds=0, sharp=1.0),
        paint=shining,
        shadow=0.3,
        lift=0.25,
    )
