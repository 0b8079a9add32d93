"""From a depth map to painted light: one model for skin, cloth and hair, tuned to look brushed rather than computed."""

from dataclasses import dataclass
from math import radians

import numpy as np

from providers.local.sketch.geometry import Colour, Floats, floats, smoothstep
from providers.local.sketch.head import light_direction, normals
from providers.local.sketch.mood import Mood


@dataclass(frozen=True, slots=True)
class Lights:
    """The lights of one picture."""

    key: Floats
    rim: Floats
    mood: Mood

    @classmethod
    def of(cls, mood: Mood, side: int) -> "Lights":
        key = light_direction(radians(mood.key_angle), mood.key_height, side)
        rim = light_direction(radians(112), 0.25, -side)
        return cls(key, rim, mood)


@dataclass(frozen=True, slots=True)
class Shade:
    """What light does at each point: `lit` 0 shadow to 1 full light, `gloss` and `rim` to be added."""

    lit: Floats
    gloss: Floats
    rim: Floats


def shade(depth: Floats, step: float, lights: Lights, *, flatten: float = 1.0, gloss_power: float = 18.0) -> Shade:
    nx, ny, nz = normals(depth, step, flatten=flatten)
    key, rim = lights.key, lights.rim
    facing = nx * key[0] + ny * key[1] + nz * key[2]
    lit = np.clip((facing + 0.30) / 1.18, 0, 1)
    half = key + floats((0, 0, 1))
    half /= np.linalg.norm(half)
    gloss = np.clip(nx * half[0] + ny * half[1] + nz * half[2], 0, 1) ** gloss_power
    edge = smoothstep(0.70, 0.15, nz) * smoothstep(-0.05, 0.75, floats(nx * rim[0] + ny * rim[1]))
    return Shade(floats(lit), floats(gloss), edge)


def painted(lit: Floats, *, levels: float, crisp: float) -> Floats:
    """Gathers smooth light into soft planes, as a painter blocks it in. `crisp` 0 leaves it smooth."""
    scaled = lit * levels
    floor = np.floor(scaled)
    steps = (floor + smoothstep(0.25, 0.75, floats(scaled - floor))) / levels
    return floats(lit * (1 - crisp) + steps * crisp)


def cel(lit: Floats) -> Floats:
    """Two tones with a narrow edge, and a hint of a third."""
    return floats(0.36 + 0.50 * smoothstep(0.30, 0.40, lit) + 0.14 * smoothstep(0.0, 1.0, lit))


def skin_colours(base: Colour, tone: Floats, shaded: Shade, mood: Mood, *, darkness: float, age: float) -> Floats:
    """`tone` 0 to 1 becomes shadow, a warm edge and light; deep skin gets more gloss, light skin more glow."""
    skin = floats(base)
    ambient = floats(mood.ambient) / max(mood.ambient)
    depth = 0.40 + 0.30 * max(mood.ambient) / 0.64
    shadow = skin * depth * (0.45 * ambient + 0.55) * floats((1.06, 0.90, 0.86))
    light = skin * floats(mood.key) * (1.05 + 0.05 * darkness)
    t = tone[..., None]
    warm = floats((0.055, 0.004, -0.008)) * (1 - 0.4 * darkness)
    colours = shadow * (1 - t) + light * t + (4 * t * (1 - t)) ** 2 * warm
    gloss = shaded.gloss[..., None] * floats(mood.key) * (0.10 + 0.13 * darkness) * (1 - 0.3 * age)
    rim = shaded.rim[..., None] * floats(mood.rim) * mood.rim_strength * 0.55
    return floats(colours + gloss + rim * (1 - 0.5 * colours))
