"""Outlines of garments on a frame: necklines, trunks, sleeves, open fronts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from providers.local.sketch.body import ARMPIT, NECK_BASE, Frame
from providers.local.sketch.geometry import Floats, Point, floats, mirrored, spline

HEM = 9.0
"""Below any picture."""


@dataclass(frozen=True, slots=True)
class Tailor:
    """Cuts garments to one frame. Half outlines run on the right side, from the middle outwards."""

    frame: Frame
    femininity: float

    @property
    def neck(self) -> float:
        return self.frame.body.neck

    @property
    def shoulder(self) -> float:
        return self.frame.body.shoulder

    def on_shoulder(self, x: float, *, above: float = 0.03) -> Point:
        return x, self.frame.shoulder_y(x) - above

    def side(self, top: float, bottom: float, ease: float, *, straight: float = 0.0) -> list[Point]:
        """The outer edge from `top` to `bottom`. `straight` 1 falls from the armpit as a box."""
        ys = np.linspace(top, bottom, 14)
        own = self.frame.half_width(floats(ys)) + ease
        box = np.maximum(own, self.frame.body.chest + ease)
        xs = own * (1 - straight) + box * straight
        return [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]

    def trunk(
        self,
        neckline: Sequence[Point],
        *,
        ease: float = 0.04,
        bottom: float = HEM,
        straight: float = 0.0,
        strap: float | None = None,
    ) -> Floats:
        """A closed front. With `strap` (outer x on the shoulder) it is sleeveless, else it runs to the shoulder."""
        edge = list(spline(neckline, steps=8).tolist())
        if strap is None:
            tip = self.shoulder * 0.93
            xs = np.linspace(max(neckline[-1][0] + 0.05, 0.1), tip, 8)
            edge += [self.on_shoulder(float(x)) for x in xs]
            edge += [(self.shoulder * 0.95, 2.2)]
        else:
            chest = self.frame.body.chest + ease
            hole = [self.on_shoulder(strap), (strap * 0.97, 2.0), (strap * 0.5 + chest * 0.46, 2.42), (chest, ARMPIT)]
            edge += list(spline(hole, steps=8).tolist())
        edge += self.side(ARMPIT, bottom, ease, straight=straight)
        return self._closed(edge)

    def band(self, top: Sequence[Point], *, ease: float = 0.02, bottom: float = HEM) -> Floats:
        """A front without straps: from the middle of the upper edge to the side, then down."""
        start = top[-1][1]
        return self._closed([*spline(top, steps=8).tolist(), *self.side(start, bottom, ease)])

    def open_front(
        self, edge: Sequence[Point], *, ease: float = 0.08, bottom: float = HEM, straight: float = 0.5
    ) -> tuple[Floats, Floats]:
        """Two fronts. `edge` is the inner edge on the right, from the neck down."""
        inner = spline(edge, steps=8)
        tip = self.shoulder * 0.95
        top = [self.on_shoulder(float(x), above=0.05) for x in np.linspace(edge[0][0], tip, 8)]
        outer = [*top, (self.shoulder * 0.97, 2.2), *self.side(ARMPIT, bottom, ease, straight=straight)]
        right = floats([*inner[::-1].tolist(), *outer])
        return right, mirrored(right)

    def sleeves(self, *, end: float, grow: float = 0.04, flare: float = 0.0, start: float = 0.0) -> tuple[Floats, ...]:
        return tuple(arm.outline(start=start, end=end, grow=grow, flare=flare) for arm in self.frame.arms)

    def _closed(self, half: Sequence[Sequence[float]]) -> Floats:
        right = floats(half)
        return floats(np.concatenate([right, mirrored(right)]))

    def crew(self, depth: float = 0.0, width: float = 0.0) -> list[Point]:
        return [(0, 1.70 + depth), (0.22 + width * 0.5, 1.65 + depth * 0.8), self.on_shoulder(self.neck * 1.22 + width)]

    def vee(self, depth: float = 2.25, width: float = 0.0) -> list[Point]:
        side = self.on_shoulder(self.neck * 1.26 + width)
        return [(0, depth), (side[0] * 0.5, (depth + side[1]) / 2 + 0.03), side]

    def scoop(self, depth: float = 2.2, strap: float = 0.62) -> list[Point]:
        return [(0, depth), (strap * 0.55, depth - 0.06), (strap * 0.9, depth - 0.42), self.on_shoulder(strap)]

    def high(self, top: float = 1.12) -> list[Point]:
        """Closed round the neck."""
        return [
            (0, top + 0.05),
            (self.neck * 0.7, top + 0.02),
            (self.neck * 1.1, top - 0.03),
            (self.neck * 1.25, NECK_BASE - 0.06),
        ]

    def lapel_edge(self, button: float, *, wide: float = 0.0) -> list[Point]:
        """The inner edge of a jacket that closes at `button`."""
        neck = self.neck * 1.22
        return [
            self.on_shoulder(neck, above=0.05),
            (neck * 0.92 + wide, 1.75),
            (0.27 + wide, button - 0.55),
            (-0.03 + wide, button),
            (-0.03 + wide, button + 0.9),
            (0.10 + wide * 1.4, HEM),
        ]
