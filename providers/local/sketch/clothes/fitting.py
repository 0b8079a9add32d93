"""One character before the mirror, and the basic garments that several outfits share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from providers.local.sketch.clothes import details
from providers.local.sketch.clothes.cloth import Fabric, Pen, Piece
from providers.local.sketch.clothes.cuts import Tailor
from providers.local.sketch.clothes.relief import Fold, Relief
from providers.local.sketch.geometry import Colour, floats, mirrored, shaded, spline
from providers.local.sketch.identity import Identity
from providers.local.sketch.palette import CLOTH

NECK_LINE = 1.58
"""Where a collar meets the trunk."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """One character before one mirror."""

    tailor: Tailor
    identity: Identity

    def colour(self, *names: str) -> Colour:
        """The one of these that this character owns."""
        return CLOTH[names[self.identity.wardrobe % len(names)]]

    @property
    def is_feminine(self) -> bool:
        return self.identity.femininity > 0.35


def jeans(f: Fitting, colour: Colour = CLOTH["denim"]) -> Piece:
    waist = f.tailor.band([(0, 4.75), (0.5, 4.74), (f.tailor.frame.body.waist, 4.70)], ease=0.05)
    return Piece(outlines=(waist,), fabric=Fabric(colour=shaded(colour, 0.8), folds=0.8), shadow=0.1)


def shirt(f: Fitting, colour: Colour, *, tie: bool) -> list[Piece]:
    t = f.tailor

    def fronted(pen: Pen) -> None:
        pen.line([(0.09, 1.7), (0.09, 4.0), (0.09, 6)], shaded(colour, 0.86), 0.016)
        pen.line([(-0.09, 1.7), (-0.09, 4.0), (-0.09, 6)], shaded(colour, 0.93), 0.012)
        details.buttons(pen, 0.0, np.arange(2.15, 6, 0.48).tolist(), shaded(colour, 0.92), radius=0.026)

    fabric = Fabric(colour=colour, folds=0.6, sharp=0.5)
    open_neck = t.crew(0.05) if tie else t.vee(2.2)
    body = Piece(outlines=(t.trunk(open_neck, ease=0.04),), fabric=fabric, paint=fronted)
    return [body, details.shirt_collar(t, fabric, point=1.98 if tie else 2.1, spread=0.34 if tie else 0.48)]


def jacket(
    f: Fitting, fabric: Fabric, *, button: float, ease: float = 0.09, paint: Callable[[Pen], None] | None = None
) -> Piece:
    t = f.tailor
    return Piece(
        outlines=(*t.open_front(t.lapel_edge(button), ease=ease), *t.sleeves(end=1.0, grow=0.075)),
        fabric=fabric,
        paint=paint,
        shadow=0.5,
    )


def roll_collar(t: Tailor, colour: Colour, *, height: float, ribs: bool = True) -> Piece:
    low = NECK_LINE
    half = [
        (0, low - height + 0.05),
        (t.neck * 0.55, low - height + 0.01),
        (t.neck * 0.95, low - height - 0.08),
        (t.neck * 1.16, low - height - 0.15),
        (t.neck * 1.26, low - 0.16),
        (t.neck * 1.1, low - 0.02),
        (t.neck * 0.6, low + 0.07),
        (0, low + 0.10),
    ]
    right = spline(half, steps=8)
    outline = np.concatenate([right, mirrored(right)])

    def ribbed(pen: Pen) -> None:
        if ribs:
            details.stripes(pen, shaded(colour, 0.80), gap=0.065, width=0.02)

    return Piece(
        outlines=(floats(outline),),
        fabric=Fabric(colour=colour, folds=0.6),
        paint=ribbed,
        shadow=0.45,
        relief=_roll(t, height),
    )


def _roll(t: Tailor, height: float) -> Relief:
    """The upper half of the collar is turned down over the lower: two soft rings round the neck."""
    rings = [
        Fold(
            tuple((t.neck * x, NECK_LINE - height * share + 0.10 * (1 - x * x)) for x in (-1.2, -0.6, 0, 0.6, 1.2)),
            deep,
            0.07,
        )
        for share, deep in ((0.72, 0.05), (0.30, -0.05), (0.02, 0.04))
    ]
    return Relief(puff=0.07, round=0.05, folds=tuple(rings))


def roll_neck(f: Fitting) -> Piece:
    colour = f.colour("ink", "cream", "navy", "wine")
    return Piece(outlines=(f.tailor.trunk(f.tailor.high(1.2)),), fabric=Fabric(colour=colour, folds=0.5))


def under_tee(f: Fitting, colour: Colour) -> Piece:
    t = f.tailor
    neckline = t.crew(0.05)
    return Piece(
        outlines=(t.trunk(neckline, ease=0.03),),
        fabric=Fabric(colour=colour, folds=0.7),
        paint=lambda pen: details.rib(pen, neckline, colour),
    )
