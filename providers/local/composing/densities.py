"""How often colours are seen at their places: counts over a coarse grid of lightness, two colour axes, across and down.

Counted rather than fitted, so that a photo a pixel larger gives the same answer, and no chance is in it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from providers.local.composing.photos import Bytes, Head
from providers.local.composing.raster import opencv
from providers.local.sketch.geometry import Floats, floats

STEPS = (8.0, 9.0, 9.0, 0.45, 1.1)
"""Of the grid: CIE Lab, and the place in sizes of the face."""
FROM, TO = (0.0, -54.0, -54.0, -3.6, -2.2), (100.0, 54.0, 54.0, 3.6, 5.5)
SPREADS = 2
"""How often each count is spread over its neighbours."""
UNSEEN = 2e-6
"""Added to each share: what was seen on neither side speaks for neither."""

Cells = tuple[NDArray[np.intp], ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Which cell of the grid each pixel of a picture falls into."""

    cells: Cells

    @classmethod
    def of(cls, pixels: Bytes, head: Head) -> "Places":
        cv2 = opencv()
        lab = cv2.cvtColor(floats(pixels) / 255, cv2.COLOR_RGB2LAB)
        y, x = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]].astype(np.float32)
        axes = (*(lab[..., i] for i in range(3)), (x - head.x) / head.size, (y - head.top) / head.size)
        return cls(tuple(_steps(axis, number) for number, axis in enumerate(axes)))

    def odds(self, person: Bytes, rest: Bytes) -> Floats:
        """Log odds of each pixel for the person, where the two (as masks) are examples of person and rest."""
        return floats(np.log(self._density(person)[self.cells] / self._density(rest)[self.cells]))

    def _density(self, examples: Bytes) -> Floats:
        chosen = examples.astype(bool)
        counts = np.zeros([_count(number) for number in range(len(STEPS))], np.float32)
        np.add.at(counts, tuple(axis[chosen] for axis in self.cells), 1.0)
        for axis in range(counts.ndim):
            for _ in range(SPREADS):
                counts = _spread(counts, axis)
        return floats(counts / max(1.0, float(chosen.sum())) + UNSEEN)


def _steps(values: Floats, number: int) -> NDArray[np.intp]:
    inside = np.clip(values, FROM[number], TO[number])
    steps: NDArray[np.intp] = np.rint((inside - FROM[number]) / STEPS[number]).astype(np.intp)
    return steps


def _count(number: int) -> int:
    return round((TO[number] - FROM[number]) / STEPS[number]) + 2


def _spread(counts: Floats, axis: int) -> Floats:
    """A quarter of each to both neighbours."""
    turned = np.moveaxis(counts, axis, 0)
    done = 0.5 * turned
    done[1:] += 0.25 * turned[:-1]
    done[:-1] += 0.25 * turned[1:]
    return floats(np.moveaxis(done, 0, axis))
