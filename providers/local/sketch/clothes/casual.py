"""Everyday outfits."""

import numpy as np

from providers.local.sketch.clothes import details
from providers.local.sketch.clothes.cloth import Fabric, Pen, Piece
from providers.local.sketch.clothes.fitting import Fitting, jacket, jeans, roll_collar
from providers.local.sketch.geometry import Floats, mix, shaded
from providers.local.sketch.palette import CLOTH


def casual_tee(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, f.colour("white", "sage", "heather", "sky", "rust", "butter", "ink", "rose")
    neckline = t.crew(0.04) if f.identity.wardrobe % 3 else t.vee(2.02)

    def sewn(pen: Pen) -> None:
        details.rib(pen, neckline, colour, width=0.075)
        details.cuff(pen, 0.29, shaded(colour, 0.82), grow=0.085)

    shirt = Piece(
        outlines=(t.trunk(neckline, ease=0.06, bottom=5.2), *t.sleeves(end=0.30, grow=0.06, flare=0.06)),
        fabric=Fabric(colour=colour, folds=1.0),
        paint=sewn,
    )
    return [jeans(f), shirt]


def summer_dress(f: Fitting) -> list[Piece]:
    t, ground = f.tailor, f.colour("cream", "butter", "sky", "blush", "white", "petrol")
    petals = [CLOTH[n] for n in ("coral", "rose", "wine", "mustard", "cobalt")]

    def printed(pen: Pen) -> None:
        details.floral(pen, petals, CLOTH["sage"])
        pen.line([(-1.4, 4.05), (0, 4.12), (1.4, 4.05)], shaded(ground, 0.8), 0.05)

    if f.is_feminine:
        cut: tuple[Floats, ...] = (t.trunk(t.scoop(2.26, 0.70), strap=0.92, ease=0.03),)
    else:
        cut = (t.trunk(t.vee(2.2), ease=0.06), *t.sleeves(end=0.3, grow=0.07, flare=0.08))
    return [Piece(outlines=cut, fabric=Fabric(colour=ground, folds=0.9), paint=printed)]


def smart_casual(f: Fitting) -> list[Piece]:
    t, knit, coat = (
        f.tailor,
        f.colour("cream", "ink", "blush", "heather"),
        f.colour("camel", "sage", "heather", "teal", "rust"),
    )

    def fine_knit(pen: Pen) -> None:
        details.stripes(pen, shaded(knit, 0.93), gap=0.07, width=0.014)

    top = Piece(outlines=(t.trunk(t.high(1.16), ease=0.02),), fabric=Fabric(colour=knit, folds=0.7), paint=fine_knit)
    roll = roll_collar(t, knit, height=0.34)
    cloth = Fabric(colour=coat, gloss=0.04, folds=0.8)
    return [top, roll, jacket(f, cloth, button=4.0, ease=0.12), details.lapels(t, cloth, button=4.0, width=0.42)]


def cozy_knit(f: Fitting) -> list[Piece]:
    t, wool = f.tailor, f.colour("cream", "mustard", "rose", "sage", "heather", "rust", "sky")

    def knitted(pen: Pen) -> None:
        details.knit(pen, wool)

    sweater = Piece(
        outlines=(t.trunk(t.high(1.3), ease=0.20, straight=0.7), *t.sleeves(end=1.0, grow=0.16)),
        fabric=Fabric(colour=wool, gloss=0.0, folds=1.0),
        paint=knitted,
    )
    return [sweater, roll_collar(t, wool, height=0.46)]


def pajamas(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, f.colour("sky", "blush", "lilac", "navy", "sage")
    piping = CLOTH["white"] if sum(colour) < 2.2 else CLOTH["navy"]
    neckline = t.vee(2.25)

    def piped(pen: Pen) -> None:
        details.stripes(pen, mix(colour, (1, 1, 1), 0.45), gap=0.15, width=0.03)
        pen.line([(0.07, 2.2), (0.07, 4), (0.07, 6)], piping, 0.022)
        details.buttons(pen, 0.0, np.arange(2.5, 6, 0.5).tolist(), CLOTH["white"], radius=0.034)
        pen.line([(0.50, 3.05), (1.0, 3.05), (1.0, 3.65), (0.50, 3.65), (0.50, 3.05)], piping, 0.022, smooth=False)

    shirt = Piece(
        outlines=(t.trunk(neckline, ease=0.14, straight=0.7), *t.sleeves(end=1.0, grow=0.13)),
        fabric=Fabric(colour=colour, folds=1.25),
        paint=piped,
    )
    wing = [
        (0.02, 2.28),
        (t.neck * 0.8, 1.62),
        (t.neck * 1.12, 1.24),
        (t.neck * 1.55, 1.42),
        (0.78, 1.86),
        (0.56, 1.92),
        (0.60, 2.06),
    ]

    def edged(pen: Pen) -> None:
        for s in (1, -1):
            pen.line([(x * s, y) for x, y in (wing[0], *wing[:2:-1])], piping, 0.04, smooth=False)

    collar = Piece(
        outlines=details.both_sides(wing),
        fabric=Fabric(colour=colour, folds=0.4),
        paint=edged,
        shadow=0.4,
        lift=0.03,
        relief=details.COLLAR,
    )
    return [shirt, collar]


def boho(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, f.colour("cream", "white", "blush", "terracotta")
    threads = [CLOTH[n] for n in ("rust", "teal", "mustard", "wine")]

    def embroidered(pen: Pen) -> None:
        for row, y in enumerate((2.30, 2.46, 2.62)):
            for x in np.arange(-0.95, 0.96, 0.11):
                tone = threads[(row + round((float(x) + 1) / 0.11)) % 4]
                pen.dot((float(x), y + 0.06 * abs(float(x))), 0.034, tone)
                pen.line([(float(x), y + 0.10), (float(x) + 0.055, y + 0.04)], threads[row], 0.016)
        pen.both([(0.02, 2.2), (0.16, 1.92), (t.neck * 1.2, 1.5)], threads[0], 0.05)
        pen.line([(0.0, 2.25), (-0.10, 2.7), (-0.06, 3.2)], threads[0], 0.024)
        pen.line([(0.0, 2.25), (0.13, 2.7), (0.12, 3.1)], threads[0], 0.024)

    blouse = Piece(
        outlines=(t.trunk(t.vee(2.22, 0.06), ease=0.20, straight=0.8), *t.sleeves(end=1.0, grow=0.15, flare=0.12)),
        fabric=Fabric(colour=colour, folds=1.7),
        paint=embroidered,
    )
    metal = f.identity.metal
    chains = [
        details.necklace(t, (0.72, 0.42, 0.28), drop=2.45, beads=True),
        details.necklace(t, metal, drop=2.05),
        details.necklace(t, (0.20, 0.52, 0.55), drop=2.95, beads=True, pendant=True),
    ]
    return [blouse, *chains]
