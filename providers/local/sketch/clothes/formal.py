"""Outfits for work and evening."""

import numpy as np

from providers.local.sketch.clothes import details
from providers.local.sketch.clothes.cloth import Fabric, Pen, Piece
from providers.local.sketch.clothes.fitting import Fitting, jacket, shirt
from providers.local.sketch.geometry import floats, mirrored, mix, shaded, spline
from providers.local.sketch.palette import CLOTH


def business_suit(f: Fitting) -> list[Piece]:
    colour = f.colour("navy", "charcoal", "ink", "petrol", "brown")
    cloth = Fabric(colour=colour, gloss=0.06, folds=0.6, sharp=0.45)

    def tailored(pen: Pen) -> None:
        details.stripes(pen, mix(colour, (1, 1, 1), 0.05), gap=0.13, width=0.010)
        details.buttons(pen, 0.02, (3.72, 4.3), shaded(colour, 0.55))
        pen.line([(0.72, 2.78), (1.05, 2.70)], shaded(colour, 0.6), 0.035)
        pen.area([(0.76, 2.77), (0.84, 2.56), (0.92, 2.68), (1.0, 2.58), (1.03, 2.71)], CLOTH["white"])

    pieces = shirt(f, f.colour("white", "sky", "white"), tie=not f.is_feminine)
    if not f.is_feminine:
        tie = f.colour("wine", "emerald", "navy", "rust")
        pieces.append(details.necktie(tie, mix(tie, (1, 1, 1), 0.22)))
    return [*pieces, jacket(f, cloth, button=3.55, paint=tailored), details.lapels(f.tailor, cloth, button=3.55)]


def cocktail_dress(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, f.colour("ruby", "emerald", "ink", "plum", "cobalt", "teal")
    cloth = Fabric(colour=colour, gloss=0.34, folds=0.9, sharp=0.75)

    def draped(pen: Pen) -> None:
        for k in range(6):
            pen.line(
                [(-0.85 + 0.1 * k, 2.5 + 0.24 * k), (0.1, 3.0 + 0.25 * k), (1.2, 2.6 + 0.42 * k)],
                shaded(colour, 0.84),
                0.022,
            )

    if f.is_feminine:
        return [
            Piece(
                outlines=(t.trunk([(0, 2.48), (0.24, 2.22), (0.50, 1.9), t.on_shoulder(0.58)], strap=0.70, ease=0.02),),
                fabric=cloth,
                paint=draped,
            )
        ]
    return [Piece(outlines=(t.trunk(t.vee(2.4), strap=t.shoulder * 0.80, ease=0.03),), fabric=cloth, paint=draped)]


def evening_gown(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, f.colour("wine", "navy", "emerald", "plum", "ink", "petrol")
    cloth = Fabric(colour=colour, gloss=0.30, folds=1.1, sharp=0.85)
    sparkle = [mix(colour, (1, 0.95, 0.85), s) for s in (0.35, 0.6, 0.9)]

    def jewelled(pen: Pen) -> None:
        details.speckle(pen, sparkle, 1100, size=0.013)

    wide = t.shoulder * 1.02
    edge = [(0, 2.36), (0.36, 2.20), (0.80, 2.24), (wide, 2.12)]
    gown = Piece(outlines=(t.band(edge, ease=0.03),), fabric=cloth, paint=jewelled)
    collar_shape = spline(
        [
            (0, 2.30),
            (0.4, 2.14),
            (0.9, 2.10),
            (wide * 0.98, 1.90),
            (wide * 1.14, 2.15),
            (wide * 1.10, 2.42),
            (0.9, 2.50),
            (0.4, 2.52),
            (0, 2.66),
        ],
        steps=6,
    )
    band = Piece(
        outlines=(floats(np.concatenate([collar_shape, mirrored(collar_shape)])),),
        fabric=Fabric(colour=shaded(colour, 1.12), gloss=0.4, folds=0.8, sharp=1.0),
        shadow=0.45,
        lift=0.06,
    )
    return [gown, band]


def tuxedo(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, CLOTH["black"]
    satin = Fabric(colour=(0.15, 0.15, 0.17), gloss=0.55, folds=0.2, sharp=0.9)

    def pleated(pen: Pen) -> None:
        white = CLOTH["white"]
        for x in np.arange(0.12, 0.62, 0.075):
            pen.both([(float(x), 1.7), (float(x), 3.0), (float(x), 5)], shaded(white, 0.88), 0.015)
        details.buttons(pen, 0, (2.15, 2.6, 3.05, 3.5), (0.1, 0.1, 0.12), radius=0.032)

    shirt = Piece(
        outlines=(t.trunk(t.crew(0.0), ease=0.04),),
        fabric=Fabric(colour=CLOTH["white"], folds=0.3, sharp=0.5),
        paint=pleated,
    )
    collar = details.shirt_collar(t, Fabric(colour=CLOTH["white"], folds=0.1), point=1.80, spread=0.30)
    wool = Fabric(colour=colour, gloss=0.08, folds=0.6, sharp=0.4)

    def pocketed(pen: Pen) -> None:
        pen.area([(0.80, 2.80), (0.90, 2.58), (1.0, 2.72), (1.06, 2.62), (1.10, 2.76)], CLOTH["white"])
        details.buttons(pen, 0.03, (3.85,), (0.14, 0.14, 0.15), radius=0.05)

    return [
        shirt,
        collar,
        details.bow_tie((0.10, 0.10, 0.115)),
        jacket(f, wool, button=3.7, paint=pocketed),
        details.lapels(t, satin, button=3.7, width=0.44, notch=False),
    ]
