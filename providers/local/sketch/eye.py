"""The place of one eye: u from the inner corner (-1) to the outer (1), v down."""

from dataclasses import dataclass

import numpy as np

from providers.local.sketch.geometry import Floats, floats, smoothstep


@dataclass(frozen=True, slots=True)
class Eye:
    """The shape of one eye at one moment, and the pixels it covers."""

    u: Floats
    v: Floats
    upper: Floats  # v of the upper lid's edge at each pixel
    lower: Floats
    soft: float  # the width of one pixel in eye units
    side: int  # 1 on the right of the picture

    @property
    def inside(self) -> Floats:
        between = np.minimum(
            smoothstep(-self.soft, self.soft, self.v - self.upper),
            smoothstep(self.soft, -self.soft, self.v - self.lower),
        )
        return floats(between * smoothstep(1.0 + self.soft, 1.0 - self.soft, np.abs(self.u)))
