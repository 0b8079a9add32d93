"""Manners of the pen: pencil, cel animation, printed pop art."""

import numpy as np

from providers.local.restyling.fields import blurred, grain, luma, outlines, planes, saturated, strokes, unit
from providers.local.sketch.geometry import Colour, Floats, floats, hex_colour, smoothstep

POSTERS: tuple[tuple[Colour, ...], ...] = tuple(
    tuple(hex_colour(code) for code in codes)
    for codes in (
        ("1a1030", "d4145a", "fbb03b", "fff6d5"),
        ("14213d", "1f7a8c", "ffd23f", "fff8e7"),
        ("240046", "7b2cbf", "ff6d9d", "ffe9f0"),
        ("1b1b1e", "e63946", "f6bd60", "f7ede2"),
    )
)
"""From dark to light."""


def pencil(colours: Floats, seed: int) -> Floats:
    """Graphite on paper: contours, and hatching that gets denser with the shadow."""
    u = unit(colours)
    light = luma(planes(colours, 5 * u))
    soft = blurred(floats(1 - luma(colours)), 7 * u)
    contour = np.clip(luma(colours) / np.maximum(1 - soft, 0.05), 0, 1) ** 3.2  # Dodging: light but for the edges.
    fields = strokes(light.shape, seed, length=max(4, round(16 * u)))
    hatch = np.ones_like(light)
    for field, begins in ((fields[3], 0.62), (fields[1], 0.36), (fields[5], 0.20)):
        depth = smoothstep(begins, begins - 0.34, light)
        hatch *= 1 - depth * (0.30 + 0.20 * np.clip(field, -1.5, 1.5))
    tooth = 1 + 0.030 * grain(light.shape, seed + 2, size=max(1.0, 1.6 * u))
    tone = np.clip(np.minimum(contour, 1) * (0.30 + 0.70 * hatch) * tooth, 0, 1)
    graphite, paper = floats((0.16, 0.16, 0.18)), floats((0.972, 0.963, 0.938))
    return floats(graphite + (paper - graphite) * tone[..., None])


def anime(colours: Floats, seed: int) -> Floats:
    """Flat colour in few steps of light, full colours, dark lines. `seed` changes nothing: there is no chance in it."""
    u = unit(colours)
    flat = planes(colours, 6 * u)
    light = luma(flat)
    steps = blurred(light, 1.5 * u) * 5
    cel = (np.floor(steps) + smoothstep(0.36, 0.64, floats(steps % 1))) / 5
    level = np.clip(0.35 * light + 0.07 + 0.62 * cel, 0, 1.05)
    flat = saturated(floats(np.clip(flat * (level / np.maximum(light, 0.06))[..., None], 0, 1)), 1.30)
    lines = outlines(blurred(luma(colours), 0.8 * u), 1.5 * u, strength=1.3)
    ink = floats((0.10, 0.06, 0.12))
    return floats(flat + (ink - flat) * (0.88 * lines)[..., None])


def pop_art(colours: Floats, seed: int) -> Floats:
    """Four inks, dots where two of them meet, black lines. `seed` chooses the inks."""
    u = unit(colours)
    inks = POSTERS[seed % len(POSTERS)]
    light = luma(planes(colours, 8 * u))
    low, high = np.percentile(light, (3, 97))
    tone = np.clip((light - low) / max(high - low, 0.05), 0, 1) * 3
    dots = _dots(light.shape, max(3.0, 9 * u))
    share = tone % 1
    index = np.minimum((tone + smoothstep(-0.08, 0.08, floats(share - dots)) * 0.999).astype(int), 3)
    index = np.where(tone < 0.55, 0, np.maximum(index, 1))
    printed = floats(inks)[index]
    lines = outlines(luma(planes(colours, 5 * u)), 2.0 * u, strength=1.4)
    return floats(printed + (floats(inks[0]) * 0.55 - printed) * lines[..., None])


def _dots(shape: tuple[int, ...], pitch: float) -> Floats:
    """A screen of round dots at 45 degrees: 0 in the middle of a dot, 1 farthest from any."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    a, b = (x + y) / pitch * np.pi / 1.4142, (x - y) / pitch * np.pi / 1.4142
    return floats(0.5 - 0.5 * np.cos(a * 2) * 0.5 - 0.5 * np.cos(b * 2) * 0.5)
