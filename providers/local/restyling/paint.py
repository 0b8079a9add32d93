"""Manners of the brush: watercolour and oil; and the colours that words without a manner stand for."""

import zlib

import numpy as np

from providers.local.restyling.fields import (
    along_edges,
    blurred,
    from_the_middle,
    grain,
    luma,
    outlines,
    planes,
    saturated,
    slopes,
    strokes,
    unit,
)
from providers.local.restyling.words import colours_said
from providers.local.sketch.geometry import Colour, Floats, floats, mix, smoothstep

PAPER: Colour = (0.985, 0.972, 0.940)


def watercolour(colours: Floats, seed: int) -> Floats:
    """Washes on rough paper: pigment gathers at the edge of a wash and in the hollows, and the paper stays bare at the rim."""
    u = unit(colours)
    washes = planes(colours, 8 * u)
    washes = saturated(floats(washes**0.80), 1.28)
    light = luma(washes)
    steps = light * 6
    pooled = floats((np.floor(steps) + smoothstep(0.30, 0.70, floats(steps % 1))) / 6)
    washes *= (0.45 + 0.55 * np.clip(pooled / np.maximum(light, 0.05), 0.7, 1.3))[..., None]
    across, down = slopes(blurred(light, 2.2 * u))
    rim = smoothstep(0.010 / max(u, 0.2), 0.05 / max(u, 0.2), np.hypot(across, down).astype(np.float32))
    cloud = grain(light.shape, seed, size=60 * u) * 0.6 + grain(light.shape, seed + 1, size=18 * u) * 0.4
    tooth = grain(light.shape, seed + 2, size=max(1.0, 2.2 * u))
    lines = outlines(luma(colours), 1.2 * u, strength=1.0)
    pigment = (1 - washes) * (1 + 0.26 * rim + 0.24 * lines + 0.075 * cloud + 0.055 * tooth)[..., None]
    pigment *= _brushed_rim(light.shape, cloud)[..., None]
    return floats(np.clip(floats(PAPER) * (1 - np.clip(pigment, 0, 1)), 0, 1))


def _brushed_rim(shape: tuple[int, ...], cloud: Floats) -> Floats:
    """1 where there is paint, 0 at the ragged rim of the sheet."""
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    edge = np.maximum(np.abs(x), np.abs(y)) + 0.030 * cloud
    return smoothstep(0.985, 0.925, floats(edge))


def oil(colours: Floats, seed: int) -> Floats:
    """Thick paint laid along the forms, with light on the ridges of the brush."""
    u = unit(colours)
    paint = planes(saturated(colours, 1.22), 8 * u)
    light = luma(paint)
    fields = strokes(light.shape, seed, length=max(3, round(13 * u)))
    stroke = along_edges(light, fields, 6 * u)
    lines = outlines(luma(colours), 1.2 * u, strength=1.0)
    paint = paint * ((1 + 0.055 * np.clip(stroke, -2.2, 2.2)) * (1 - 0.25 * lines))[..., None]
    height = blurred(floats(0.5 + 0.16 * np.clip(stroke, -2.5, 2.5) + 0.12 * light), max(0.6, 0.7 * u))
    across, down = slopes(height)
    ridge = np.clip(-(across + down), -0.10, 0.10)
    return floats(np.clip(paint + 1.1 * ridge[..., None] * (0.35 + 0.65 * paint), 0, 1))


def toned(colours: Floats, words: str) -> Floats:
    """For words that name no manner: painted planes in two or three colours that the words say, or that follow from them."""
    u = unit(colours)
    flat = planes(colours, 8 * u)
    light = luma(flat)
    dark, middle, bright = palette_of(words)
    stops = floats([dark, middle, bright])
    place = np.clip((light - 0.03) / 0.92, 0, 1)
    ramp = np.stack([np.interp(place, (0.0, 0.5, 1.0), stops[:, c]) for c in range(3)], axis=-1)
    lines = outlines(luma(colours), 1.3 * u, strength=1.0)
    painted = flat * 0.30 + ramp * 0.70
    painted *= (1 - 0.35 * lines)[..., None]
    return floats(np.clip(painted * (1 - 0.10 * from_the_middle(light.shape)[..., None] ** 2), 0, 1))


def palette_of(words: str) -> tuple[Colour, Colour, Colour]:
    """Shadow, middle and light. Colours that are said come first; a hue for the rest follows from the words themselves."""
    said = colours_said(words)
    number = zlib.crc32(words.strip().casefold().encode())
    first = said[0] if said else _hue((number & 0xFFFF) / 0xFFFF)
    second = said[-1] if said else _hue(((number >> 16) & 0xFFFF) / 0xFFFF)
    return mix(first, (0.05, 0.04, 0.09), 0.78), mix(first, second, 0.25), mix(second, (1.0, 0.98, 0.93), 0.72)


def _hue(turn: float) -> Colour:
    """A full colour of the wheel, 0 to 1 once round."""
    angles = 2 * np.pi * (turn - floats((0, 1 / 3, 2 / 3)))
    red, green, blue = (0.52 + 0.38 * np.cos(angles)).tolist()
    return red, green, blue
