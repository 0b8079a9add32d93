"""Outfits for sport and beach."""

from providers.local.sketch.clothes import details
from providers.local.sketch.clothes.cloth import Fabric, Pen, Piece
from providers.local.sketch.clothes.cuts import HEM
from providers.local.sketch.clothes.fitting import Fitting, roll_collar
from providers.local.sketch.geometry import floats, mix, shaded
from providers.local.sketch.palette import CLOTH


def athleisure(f: Fitting) -> list[Piece]:
    t, colour, trim = f.tailor, f.colour("navy", "emerald", "ruby", "ink", "cobalt"), CLOTH["white"]

    def sporty(pen: Pen) -> None:
        details.zip_line(pen, [(0, 1.3), (0, 3.5), (0, 6.4)], (0.75, 0.77, 0.8))
        for offset in (0.0, 0.13):
            for arm in t.frame.arms:
                side = 1 if arm.line[0, 0] > 0 else -1
                pen.line(arm.line + floats((side * (0.06 + offset), 0)), trim, 0.05, smooth=False)
        pen.both([(0.12, 2.62), (0.7, 2.36), (t.shoulder * 0.9, 2.15)], trim, 0.045)

    jacket = Piece(
        outlines=(t.trunk(t.high(1.26), ease=0.10, straight=0.4), *t.sleeves(end=1.0, grow=0.09)),
        fabric=Fabric(colour=colour, gloss=0.14, folds=1.1, sharp=0.5),
        paint=sporty,
    )
    collar = roll_collar(t, colour, height=0.30, ribs=False)

    def zipped(pen: Pen) -> None:
        pen.line([(-0.5, 1.38), (0, 1.46), (0.5, 1.38)], trim, 0.035)
        details.zip_line(pen, [(0, 1.2), (0, 1.5), (0, 1.8)], (0.75, 0.77, 0.8))

    return [
        jacket,
        Piece(outlines=collar.outlines, fabric=collar.fabric, paint=zipped, shadow=0.4, relief=collar.relief),
    ]


def gym_wear(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, f.colour("ink", "cobalt", "coral", "olive", "teal")
    trim = mix(colour, (1, 1, 1), 0.55)
    neckline = t.scoop(2.12, 0.66)

    def bound(pen: Pen) -> None:
        details.rib(pen, neckline, trim, width=0.05)
        pen.both([(t.frame.body.chest * 0.96, 2.8), (0.80, 3.6), (0.84, 5.2)], trim, 0.035)

    tank = Piece(
        outlines=(t.trunk(neckline, strap=0.96, ease=0.02),),
        fabric=Fabric(colour=colour, gloss=0.10, folds=0.7, sharp=0.4),
        paint=bound,
    )
    return [tank]


def yoga_set(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, f.colour("sage", "lilac", "terracotta", "petrol", "rose", "plum")
    cloth = Fabric(colour=colour, gloss=0.10, folds=0.35)

    def seamless(pen: Pen) -> None:
        for y in (3.62, 3.70, 3.78):
            pen.line([(-1.3, y - 0.05), (0, y + 0.03), (1.3, y - 0.05)], shaded(colour, 0.86), 0.02)
        pen.both([(0.30, 2.6), (0.52, 3.05), (0.95, 3.3)], shaded(colour, 0.86), 0.02)

    def waistband(pen: Pen) -> None:
        pen.line([(-1.4, 4.5), (0, 4.56), (1.4, 4.5)], shaded(colour, 0.82), 0.03)

    legs = Piece(
        outlines=(t.band([(0, 4.22), (0.5, 4.20), (t.frame.body.waist, 4.15)], ease=0.015),),
        fabric=cloth,
        paint=waistband,
        shadow=0.2,
    )
    top = Piece(
        outlines=(t.trunk(t.scoop(2.20, 0.52), strap=0.80, ease=0.015, bottom=3.86),),
        fabric=cloth,
        paint=seamless,
        shadow=0.3,
    )
    return [legs, top]


def swimwear(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, f.colour("navy", "teal", "coral", "ink", "cobalt")
    accent = f.colour("coral", "white", "mustard", "sky", "lilac")

    def panelled(pen: Pen) -> None:
        chest = t.frame.body.chest
        for side in (1, -1):
            pen.area(
                [
                    (chest * 1.1 * side, 2.3),
                    (chest * 0.70 * side, 2.75),
                    (chest * 0.62 * side, 4.4),
                    (chest * 0.8 * side, 6.5),
                    (2.2 * side, 6.5),
                    (2.2 * side, 2.3),
                ],
                accent,
            )
            pen.line(
                [(chest * 0.70 * side, 2.75), (chest * 0.62 * side, 4.4), (chest * 0.8 * side, 6.5)],
                CLOTH["white"],
                0.03,
            )
        details.zip_line(pen, [(0, 1.6), (0, 2.2), (0, 2.75)], (0.85, 0.87, 0.9))

    neckline = [(0, 1.72), (0.26, 1.66), t.on_shoulder(t.neck * 1.22)]
    return [
        Piece(
            outlines=(t.trunk(neckline, strap=t.shoulder * 0.70, ease=0.01),),
            fabric=Fabric(colour=colour, gloss=0.22, folds=0.25, sharp=0.5),
            paint=panelled,
        )
    ]


def beach_cover_up(f: Fitting) -> list[Piece]:
    t, linen = f.tailor, f.colour("white", "cream", "sky", "butter")

    def woven(pen: Pen) -> None:
        details.stripes(pen, shaded(linen, 0.93), gap=0.085, width=0.022)

    edge = [t.on_shoulder(t.neck * 1.5, above=0.05), (0.56, 2.1), (0.50, 3.4), (0.62, 4.6), (0.8, HEM)]
    shirt = Piece(
        outlines=(*t.open_front(edge, ease=0.22, straight=1.0), *t.sleeves(end=0.62, grow=0.15, flare=0.06)),
        fabric=Fabric(colour=linen, folds=1.5),
        paint=woven,
        shadow=0.4,
    )
    wing = [
        (t.neck * 0.99, 1.10),
        (t.neck * 1.30, 1.14),
        (t.neck * 1.70, 1.40),
        (0.90, 1.95),
        (0.66, 2.32),
        (0.54, 2.1),
        (0.50, 1.7),
    ]
    collar = Piece(
        outlines=details.both_sides(wing),
        fabric=Fabric(colour=linen, folds=0.5),
        shadow=0.35,
        lift=0.03,
        relief=details.COLLAR,
    )
    return [*swimwear(f), shirt, collar]
