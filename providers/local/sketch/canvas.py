"""The painted face at full resolution, with each pixel's place on the face; features are blended into windows of it."""

from dataclasses import dataclass
from math import tan

import numpy as np

from providers.local.sketch.geometry import Box, Camera, Floats, floats
from providers.local.sketch.head import HeadForm
from providers.local.sketch.pose import HeadPlace


@dataclass(slots=True)
class FaceCanvas:
    """`colours`, `x` and `y` have one entry per pixel of `box`; `pixel` is the size of one in head units."""

    colours: Floats
    x: Floats
    y: Floats
    box: Box
    camera: Camera
    place: HeadPlace
    form: HeadForm
    is_solid: bool = False
    """Whether features stand out of it: then their pixels lie further away from the bare form."""

    @property
    def lean(self) -> float:
        """Tangent of the turn, by which what stands out of a flat face has to be moved sideways."""
        return 0.0 if self.is_solid else tan(self.place.yaw)

    @property
    def pixel(self) -> float:
        return 1.0 / self.camera.scale

    def window(self, low: tuple[float, float], high: tuple[float, float], *, margin: float = 0.06) -> "Window":
        """The pixels around a rectangle of the front view."""
        steps = np.linspace(
            0, 1, 9 if self.is_solid else 2
        )  # Of a solid, what bulges most may lie between the corners.
        corners = floats(
            [(low[0] + (high[0] - low[0]) * s, low[1] + (high[1] - low[1]) * t) for s in steps for t in steps]
        )
        flat = self.camera.pixels(self.place.project(self.form.surface(corners))) - floats(self.box.corner)
        reach = (margin + 0.24 * self.is_solid) * self.camera.scale
        left, top = np.maximum(flat.min(axis=0) - reach, 0).astype(int)
        right, bottom = (flat.max(axis=0) + reach).astype(int) + 1
        rows, columns = slice(int(top), int(max(top, bottom))), slice(int(left), int(max(left, right)))
        return Window(self.colours[rows, columns], self.x[rows, columns], self.y[rows, columns])


@dataclass(frozen=True, slots=True)
class Window:
    colours: Floats
    x: Floats
    y: Floats

    def blend(self, alpha: Floats, colour: Floats | tuple[float, float, float]) -> None:
        """Lays a colour (one, or one per pixel) over the window."""
        covering = alpha[..., None]
        np.add(self.colours, (floats(colour) - self.colours) * covering, out=self.colours)

    def darken(self, amount: Floats, tint: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> None:
        """Takes light away; `tint` says how much of each colour goes, so that shadows on skin stay warm."""
        np.multiply(self.colours, 1 - amount[..., None] * floats(tint), out=self.colours)

    def glow(self, amount: Floats, colour: Floats | tuple[float, float, float] = (1.0, 1.0, 1.0)) -> None:
        np.add(self.colours, (1 - self.colours) * (amount[..., None] * floats(colour)), out=self.colours)


WARM_SHADOW = (0.62, 0.95, 1.0)
"""Shadows on skin keep their red."""
