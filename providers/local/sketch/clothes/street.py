"""The hooded sweatshirt: the hood lies behind the neck, its edges roll over the shoulders to the front."""

import numpy as np

from providers.local.sketch.clothes.cloth import Fabric, Pen, Piece
from providers.local.sketch.clothes.cuts import Tailor
from providers.local.sketch.clothes.fitting import Fitting
from providers.local.sketch.clothes.relief import Fold, Relief, both
from providers.local.sketch.geometry import Colour, Floats, Point, floats, mirrored, shaded, spline
from providers.local.sketch.palette import CLOTH

PRINT_MIDDLE = 3.30
PRINT_RADIUS = 0.46


def streetwear(f: Fitting) -> list[Piece]:
    t, colour = f.tailor, f.colour("heather", "ink", "olive", "lilac", "teal", "mustard", "sand")
    accent = _seen_on(colour, f.colour("coral", "cream", "mustard", "cobalt", "white"))

    def printed(pen: Pen) -> None:
        _sun(pen, accent, colour)
        pen.line([(-1.0, 5.2), (-0.75, 4.4), (0.75, 4.4), (1.0, 5.2)], shaded(colour, 0.84), 0.02, smooth=False)

    body = Piece(
        outlines=(t.trunk(t.crew(0.16, 0.10), ease=0.20, straight=0.9), *t.sleeves(end=1.0, grow=0.16)),
        fabric=Fabric(colour=colour, folds=1.4),
        paint=printed,
        relief=Relief(folds=both(_pulls(t))),
    )
    cord = CLOTH["cream"] if sum(colour) < 2.1 else shaded(colour, 0.55)
    return [*_hood_behind(t, colour), body, *_hood_front(t, colour), *_cords(cord)]


def _seen_on(ground: Colour, wanted: Colour) -> Colour:
    """A print in the colour of the cloth would not be seen."""
    distance = sum(abs(a - b) for a, b in zip(ground, wanted, strict=True))
    if distance > 0.55:
        return wanted
    return CLOTH["cream"] if sum(ground) < 1.8 else CLOTH["petrol"]


def _pulls(t: Tailor) -> tuple[Fold, ...]:
    """Folds from the armpit to the chest, and along the seam of the sleeve."""
    chest = t.frame.body.chest
    return (
        Fold(((chest * 1.06, 2.62), (chest * 0.80, 2.72), (chest * 0.52, 2.98)), -0.030, 0.07),
        Fold(((chest * 1.04, 2.86), (chest * 0.84, 3.02), (chest * 0.66, 3.30)), 0.030, 0.07),
        Fold(((t.shoulder * 0.86, 1.84), (t.shoulder * 0.82, 2.2), (chest * 1.02, 2.62)), -0.020, 0.035),
        Fold(((chest * 1.0, 3.4), (chest * 0.82, 3.8), (chest * 0.88, 4.3)), -0.030, 0.09),
    )


def _sun(pen: Pen, ink: Colour, cloth: Colour) -> None:
    """A low sun over water, as on a screen print: a disc cut by lines that thicken downwards."""
    angle = np.linspace(0, 2 * np.pi, 48)
    disc = np.column_stack([np.cos(angle), np.sin(angle)]) * PRINT_RADIUS + floats((0, PRINT_MIDDLE))
    pen.area(floats(disc), ink)
    for row in range(5):
        y = PRINT_MIDDLE + 0.04 + row * 0.088
        pen.line([(-0.6, y), (0, y + 0.01), (0.6, y)], cloth, 0.016 + 0.007 * row)
    for row, reach in enumerate((0.46, 0.30, 0.16)):
        y = PRINT_MIDDLE + 0.56 + row * 0.075
        pen.line([(-reach, y), (0, y + 0.01), (reach, y)], ink, 0.022)


def _closed(half: Floats) -> Floats:
    return floats(np.concatenate([half, mirrored(half)]))


def _hood_behind(t: Tailor, colour: Colour) -> list[Piece]:
    """Two soft folds on the upper back, seen on both sides of the neck, and the dark lining between them."""
    n = t.neck
    outer = spline([(0, 0.72), (n * 1.3, 0.76), (n * 2.05, 0.98), (n * 2.6, 1.34), (n * 2.7, 1.72), (0, 2.0)], steps=8)
    lining = spline([(0, 0.92), (n * 1.15, 0.96), (n * 1.62, 1.14), (n * 1.70, 1.5), (0, 2.0)], steps=8)
    crease = (
        Fold(((n * 2.35, 1.62), (n * 2.1, 1.22), (n * 1.5, 0.98), (0, 0.90)), -0.05, 0.05),
        Fold(((n * 2.55, 1.62), (n * 2.25, 1.12), (n * 1.5, 0.86), (0, 0.80)), 0.05, 0.05),
    )
    cloth, inside = Fabric(colour=shaded(colour, 0.92), folds=0.7), Fabric(colour=shaded(colour, 0.50), folds=0.6)
    back = Relief(puff=0.16, round=0.10, folds=both(crease))
    return [
        Piece(outlines=(_closed(outer),), fabric=cloth, shadow=0.0, behind=True, depth=0.25, relief=back),
        Piece(outlines=(_closed(lining),), fabric=inside, shadow=0.45, behind=True, depth=0.25),
    ]


def _hood_front(t: Tailor, colour: Colour) -> list[Piece]:
    """The rolled edge of the hood, from beside the neck to where both sides meet; the left lies over the right."""
    n = t.neck
    side: list[Point] = [
        (-0.06, 2.10),
        (n * 0.52, 1.83),
        (n * 0.98, 1.46),
        (n * 1.26, 1.14),
        (n * 1.52, 0.92),
        (n * 1.98, 0.98),
        (n * 2.38, 1.22),
        (n * 2.46, 1.52),
        (n * 2.02, 1.84),
        (n * 1.30, 2.10),
        (0.22, 2.34),
        (0.0, 2.36),
    ]
    folds = (
        Fold(((n * 1.62, 1.04), (n * 1.36, 1.40), (n * 0.86, 1.78), (0.08, 2.16)), 0.05, 0.06),
        Fold(((n * 1.98, 1.12), (n * 1.72, 1.50), (n * 1.22, 1.86), (0.30, 2.20)), -0.055, 0.05),
        Fold(((n * 2.24, 1.36), (n * 1.98, 1.62), (n * 1.58, 1.86)), 0.045, 0.05),
    )
    right = spline(side, closed=True, steps=6)
    fabric = Fabric(colour=shaded(colour, 1.04), folds=0.8)

    def stitched(pen: Pen) -> None:
        for s in (1, -1):
            line = [(x * s, y) for x, y in ((0.0, 2.17), (n * 0.66, 1.88), (n * 1.12, 1.50), (n * 1.40, 1.17))]
            pen.line(line, shaded(colour, 0.86), 0.014)

    def half(outline: Floats, own: tuple[Fold, ...]) -> Piece:
        relief = Relief(puff=0.13, round=0.09, folds=own)
        return Piece(outlines=(outline,), fabric=fabric, paint=stitched, shadow=0.5, lift=0.04, relief=relief)

    return [half(right, folds), half(mirrored(right), tuple(fold.mirrored for fold in folds))]


def _cords(colour: Colour) -> list[Piece]:
    """Two drawstrings of unequal length, each with its eyelet and its tip."""
    cloth = Fabric(colour=colour, folds=0.2)
    pieces = []
    for line in (
        [(0.20, 2.16), (0.235, 2.35), (0.21, 2.62), (0.225, 2.94)],
        [(-0.19, 2.18), (-0.23, 2.40), (-0.225, 2.58), (-0.205, 2.80)],
    ):
        path = spline(line, steps=8)
        width = np.where(np.arange(len(path)) > len(path) - 6, 0.030, 0.022)[:, None] * floats((1.0, 0.0))
        outline = floats(np.concatenate([path + width, (path - width)[::-1]]))
        x, y = line[0]

        def drawn(pen: Pen, at: Point = (x, y)) -> None:
            pen.dot(at, 0.05, shaded(colour, 0.45))

        angle = np.linspace(0, 2 * np.pi, 16)
        eyelet = floats(np.column_stack([x + 0.034 * np.cos(angle), y - 0.005 + 0.034 * np.sin(angle)]))
        pieces.append(Piece(outlines=(outline, eyelet), fabric=cloth, shadow=0.55, lift=0.10, paint=drawn))
    return pieces
