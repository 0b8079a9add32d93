"""Outfits whose point is the jacket or coat."""

import numpy as np

from providers.local.sketch.clothes import details
from providers.local.sketch.clothes.cloth import Fabric, Pen, Piece
from providers.local.sketch.clothes.cuts import HEM, Tailor
from providers.local.sketch.clothes.fitting import Fitting, jacket, roll_neck, under_tee
from providers.local.sketch.clothes.relief import Fold, Relief
from providers.local.sketch.geometry import Colour, floats, mix, shaded, spline
from providers.local.sketch.palette import CLOTH


def leather_jacket(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, (0.115, 0.11, 0.12)
    steel = (0.80, 0.81, 0.84)

    def hardware(pen: Pen) -> None:
        details.zip_line(pen, [(0.72, 2.2), (0.52, 3.4), (0.40, 6.4)], steel)
        details.zip_line(pen, [(-1.06, 3.6), (-0.72, 3.9)], steel)
        pen.both([(t.shoulder * 0.75, 1.82), (1.02, 2.5), (0.98, 3.2)], (0.2, 0.2, 0.21), 0.02)
        pen.both([(1.02, 1.72), (t.shoulder * 0.98, 2.02)], (0.24, 0.24, 0.25), 0.02)

    leather = Fabric(colour=colour, gloss=0.62, folds=1.3, sharp=1.0)
    jacket = Piece(
        outlines=(
            *t.open_front([t.on_shoulder(t.neck * 1.25, above=0.05), (0.55, 1.9), (0.42, 3.2), (0.46, HEM)], ease=0.10),
            *t.sleeves(end=1.0, grow=0.08),
        ),
        fabric=leather,
        paint=hardware,
        shadow=0.6,
    )
    wing = [
        t.on_shoulder(t.neck * 1.15, above=0.10),
        (0.50, 1.9),
        (0.40, 3.05),
        (0.98, 2.42),
        (0.86, 2.10),
        (1.02, 1.92),
        (0.70, 1.62),
        (t.neck * 1.65, 1.30),
    ]

    def studded(pen: Pen) -> None:
        for s in (1, -1):
            pen.line([(x * s, y) for x, y in wing[2:]], (0.34, 0.34, 0.36), 0.022, smooth=False)
            pen.dot((0.84 * s, 2.42), 0.035, steel)
            pen.dot((0.88 * s, 1.90), 0.030, steel)

    collar = Piece(
        outlines=details.both_sides(wing), fabric=leather, paint=studded, shadow=0.55, lift=0.10, relief=details.COLLAR
    )
    return [under_tee(f, f.colour("white", "heather", "wine", "cream")), jacket, collar]


def trench_coat(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, CLOTH["sand"]
    dark = shaded(colour, 0.74)
    horn = (0.32, 0.20, 0.13)

    def belted(pen: Pen) -> None:
        for x in (-0.30, 0.34):
            details.buttons(pen, x, (3.05, 3.65), horn, radius=0.055)
        pen.line([(0.42, 2.9), (0.42, 4.3), (0.44, 6.5)], dark, 0.02)
        pen.line([(-1.5, 4.46), (0, 4.56), (1.5, 4.46)], shaded(colour, 0.86), 0.30)
        pen.line([(-1.5, 4.33), (0, 4.42), (1.5, 4.33)], dark, 0.018)
        pen.line([(-1.5, 4.60), (0, 4.70), (1.5, 4.60)], dark, 0.018)
        pen.line([(-0.16, 4.40), (0.2, 4.40), (0.2, 4.70), (-0.16, 4.70), (-0.16, 4.40)], horn, 0.045, smooth=False)
        pen.line([(-1.6, 2.62), (-1.0, 2.9), (-0.4, 2.7)], dark, 0.025)
        pen.both([(0.98, 1.66), (t.shoulder * 0.98, 1.98)], dark, 0.022)

    cloth = Fabric(colour=colour, gloss=0.05, folds=1.0, sharp=0.4)
    return [
        roll_neck(f),
        jacket(f, cloth, button=2.95, ease=0.14, paint=belted),
        details.lapels(t, cloth, button=2.95, width=0.60),
    ]


def denim_jacket(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, mix(CLOTH["denim"], CLOTH["sky"], 0.15)
    thread, light = (0.85, 0.62, 0.35), mix(colour, (1, 1, 1), 0.15)

    def sewn(pen: Pen) -> None:
        details.twill(pen, light)
        pen.both([(0.5, 2.36), (0.9, 2.32), (t.shoulder, 2.3)], thread, 0.018)
        pen.both([(0.60, 2.42), (0.60, 2.86), (0.82, 3.0), (1.04, 2.86), (1.04, 2.42)], thread, 0.018)
        pen.both([(0.58, 3.1), (0.50, 4.4), (0.48, 5.2)], thread, 0.018)
        pen.both([(0.98, 3.1), (0.80, 4.4), (0.78, 5.2)], thread, 0.018)
        for s in (1, -1):
            details.buttons(pen, 0.40 * s, (2.6, 3.3, 4.0, 4.7), (0.80, 0.62, 0.42), radius=0.04)
            details.buttons(pen, 0.82 * s, (2.52,), (0.80, 0.62, 0.42), radius=0.035)

    cloth = Fabric(colour=colour, folds=0.9, sharp=0.5)
    front = [t.on_shoulder(t.neck * 1.35, above=0.05), (0.46, 1.95), (0.34, 2.5), (0.34, 4.4), (0.36, HEM)]
    jacket = Piece(
        outlines=(*t.open_front(front, ease=0.12, bottom=5.4, straight=0.7), *t.sleeves(end=1.0, grow=0.09)),
        fabric=cloth,
        paint=sewn,
        shadow=0.5,
    )
    wing = [
        (t.neck * 0.99, 1.10),
        (t.neck * 1.30, 1.14),
        (t.neck * 1.72, 1.36),
        (0.92, 1.74),
        (0.70, 2.18),
        (0.40, 1.98),
        (t.neck * 1.12, 1.56),
    ]

    def collar_twill(pen: Pen) -> None:
        details.twill(pen, light)
        pen.both([(0.88, 1.70), (0.69, 2.12), (0.44, 1.96)], thread, 0.016)

    collar = Piece(
        outlines=details.both_sides(wing),
        fabric=cloth,
        paint=collar_twill,
        shadow=0.45,
        lift=0.04,
        relief=details.COLLAR,
    )
    return [under_tee(f, CLOTH["white"]), jacket, collar]


def winter_coat(f: Fitting) -> list[Piece]:
    t, wool = f.tailor, f.colour("camel", "gray", "charcoal", "petrol", "wine")
    scarf = f.colour("cream", "rust", "mustard", "rose", "sage")

    def woolly(pen: Pen) -> None:
        details.speckle(pen, [mix(wool, (1, 1, 1), 0.12), shaded(wool, 0.86)], 1500, size=0.016)
        details.buttons(pen, -0.28, (3.3, 4.1), shaded(wool, 0.5), radius=0.06)
        details.buttons(pen, 0.28, (3.3, 4.1), shaded(wool, 0.5), radius=0.06)
        pen.line([(0.44, 2.9), (0.46, 4.4), (0.48, 6.5)], shaded(wool, 0.74), 0.022)

    cloth = Fabric(colour=wool, gloss=0.0, folds=0.8, sharp=0.1)
    coat = jacket(f, cloth, button=2.9, ease=0.20, paint=woolly)
    return [roll_neck(f), coat, details.lapels(t, cloth, button=2.95, width=0.66), *_scarf(t, scarf)]


def _wrapped(t: Tailor) -> Relief:
    """Turns of the scarf, one under the other."""
    turns = [
        Fold(tuple((t.neck * x, y - 0.10 * x * x) for x in (-1.5, -0.75, 0, 0.75, 1.5)), height, 0.08)
        for y, height in ((1.34, 0.06), (1.50, -0.07), (1.66, 0.06), (1.83, -0.06))
    ]
    return Relief(puff=0.12, round=0.08, folds=tuple(turns))


def _scarf(t: Tailor, colour: Colour) -> list[Piece]:
    """A loop round the neck and one end that hangs."""
    fabric = Fabric(colour=colour, gloss=0.0, folds=1.2, sharp=0.1)

    def ribbed(pen: Pen) -> None:
        for k in np.arange(0.9, 5.2, 0.075):
            pen.line(
                [(-0.95, float(k) - 0.12), (0, float(k) + 0.10), (0.95, float(k) - 0.12)], shaded(colour, 0.88), 0.02
            )

    def hanging(pen: Pen) -> None:
        details.stripes(pen, shaded(colour, 0.87), gap=0.065, width=0.02)
        for x in np.arange(0.0, 0.7, 0.06):
            pen.line([(float(x), 3.9), (float(x), 4.2)], shaded(colour, 0.7), 0.02)

    tail = floats([(0.06, 1.8), (0.52, 1.75), (0.60, 3.0), (0.56, 4.05), (0.10, 4.1), (0.12, 3.0)])
    wide = t.neck * 1.48
    loop = spline(
        [
            (0, 1.26),
            (t.neck, 1.18),
            (wide, 1.12),
            (wide * 1.18, 1.40),
            (wide * 0.92, 1.82),
            (0.1, 2.10),
            (-wide * 0.82, 1.86),
            (-wide * 1.18, 1.42),
            (-wide, 1.12),
            (-t.neck, 1.18),
        ],
        closed=True,
        steps=8,
    )
    return [
        Piece(
            outlines=(spline(tail, closed=True, steps=6),),
            fabric=fabric,
            paint=hanging,
            shadow=0.5,
            lift=0.02,
            relief=Relief(puff=0.08, round=0.06),
        ),
        Piece(outlines=(loop,), fabric=fabric, paint=ribbed, shadow=0.55, lift=0.03, relief=_wrapped(t)),
    ]
