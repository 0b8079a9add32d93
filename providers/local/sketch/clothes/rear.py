"""Outfits from behind: the same cloth without what is only in front (lapels, buttons, prints, chains), closed across the back."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from providers.local.sketch.clothes.cloth import Pen, Piece
from providers.local.sketch.clothes.cuts import Tailor
from providers.local.sketch.clothes.relief import FLAT
from providers.local.sketch.geometry import Floats, Point, shaded

SMALL = 1.6
"""Square head units: pieces below it are collars, ties and chains."""


def outermost(pieces: Sequence[Piece]) -> Piece:
    """The last large piece that is put on."""
    return _large(pieces)[-1]


def _large(pieces: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in pieces if not piece.behind and sum(_area(o) for o in piece.outlines) > SMALL]


def from_behind(pieces: Sequence[Piece], tailor: Tailor) -> list[Piece]:
    """The outermost large piece closes the back; what has no sleeves keeps its own cut."""
    large, last = _large(pieces), outermost(pieces)
    if len(last.outlines) == 1:
        return [replace(piece, paint=None) for piece in large]
    sleeves = [outline for outline in last.outlines if _is_sleeve(outline)]
    back = tailor.trunk(_nape(tailor), ease=_ease(last, tailor), straight=0.4)
    below = [replace(piece, paint=None) for piece in large[:-1] if _top(piece) > 3.5]
    hem = max(float(o[:, 1].max()) for o in last.outlines if not _is_sleeve(o)) if sleeves else 9.0
    if hem < 7:
        back[:, 1] = np.minimum(back[:, 1], hem)
    seam = shaded(last.fabric.colour, 0.78)

    def sewn(pen: Pen) -> None:
        pen.line([(-tailor.shoulder * 0.82, 2.22), (0, 2.30), (tailor.shoulder * 0.82, 2.22)], seam, 0.018)
        pen.line([(0, 2.30), (0.01, 4.0), (0, 6.0)], seam, 0.012)

    return [*below, replace(last, outlines=(back, *sleeves), paint=sewn, relief=FLAT)]


def _nape(tailor: Tailor) -> list[Point]:
    return [(0, 1.56), (0.2, 1.53), tailor.on_shoulder(tailor.neck * 1.20)]


def _ease(piece: Piece, tailor: Tailor) -> float:
    widest = max(float(np.abs(o[:, 0]).max()) for o in piece.outlines if not _is_sleeve(o))
    return float(np.clip(widest - tailor.frame.body.hip, 0.04, 0.25))


def _is_sleeve(outline: Floats) -> bool:
    """It stays on one side, away from the middle."""
    return bool(np.abs(outline[:, 0]).min() > 0.45)


def _top(piece: Piece) -> float:
    return min(float(outline[:, 1].min()) for outline in piece.outlines)


def _area(outline: Floats) -> float:
    x, y = outline[:, 0], outline[:, 1]
    return abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2
