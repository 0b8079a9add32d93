"""Ears and what hangs from them. Drawn before the face, which covers where they grow."""

from math import sin

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from providers.local.sketch.face import Figure
from providers.local.sketch.geometry import Box, Colour, Floats, floats, local, mix, polygon_mask, rgb, shaded, spline
from providers.local.sketch.light import Shade, skin_colours

FINE = 3
RIM = [
    (0.0, 0.20),
    (0.03, 0.275),
    (0.075, 0.25),
    (0.125, 0.12),
    (0.175, 0.0),
    (0.19, -0.12),
    (0.15, -0.21),
    (0.07, -0.235),
    (0.0, -0.15),
]
BOWL = [(0.03, 0.12), (0.075, 0.14), (0.105, 0.04), (0.13, -0.07), (0.10, -0.14), (0.05, -0.12), (0.03, 0.0)]
FOLD = [(0.045, -0.17), (0.11, -0.18), (0.155, -0.09), (0.135, 0.02), (0.10, 0.11)]
LOBE = (0.05, 0.235)
COVERED = ("bob", "shoulder_length", "long_straight", "long_wavy", "curly", "afro", "braids")
"""Styles under which ears and what hangs from them are not seen."""


def paint_ears(target: Image.Image, figure: Figure) -> None:
    if figure.identity.hair_style in COVERED:
        return
    for side in (-1, 1):
        _paint_ear(target, figure, side)


def paint_near_ear(target: Image.Image, figure: Figure) -> None:
    """The ear that lies on the side of the head that is seen."""
    if figure.solid is None or figure.is_from_behind or figure.identity.hair_style in COVERED:
        return
    _paint_ear(target, figure, -1 if figure.pose.yaw > 0 else 1)


def _on_head(figure: Figure, side: int, points: list[tuple[float, float]]) -> Floats:
    """Points of the ear's own plane (backwards, down) on the canvas. The plane stands off the head to the back."""
    size, half = figure.identity.face.ear, float(np.interp(0.08, figure.form.y, figure.form.half_width))
    flat = floats(points) * size
    base = np.column_stack(
        [
            np.full(len(flat), side * half * (0.985 - 0.13 * abs(sin(figure.pose.yaw)))),
            flat[:, 1] + 0.10,
            np.full(len(flat), 0.09),
        ]
    )
    base[:, 0] += side * 0.50 * flat[:, 0]
    base[:, 2] -= 0.86 * flat[:, 0]
    return figure.head_pixels(floats(base))


def _paint_ear(target: Image.Image, figure: Figure, side: int) -> None:
    rim = spline(_on_head(figure, side, RIM), closed=True, steps=6)
    box = figure.camera.box(rim, margin=0.04)
    if box.is_empty:
        return
    skin = _skin(figure, side)
    ear = Image.new("RGB", (box.width * FINE, box.height * FINE), rgb(skin))
    pen = ImageDraw.Draw(ear)
    width = max(1, round(figure.camera.scale * FINE * 0.02))
    dark = mix(shaded(skin, 0.62), (0.55, 0.16, 0.14), 0.22)
    pen.polygon(local(spline(_on_head(figure, side, BOWL), closed=True, steps=6), box, FINE), fill=rgb(dark))
    pen.line(local(spline(_on_head(figure, side, FOLD), steps=6), box, FINE), fill=rgb(shaded(skin, 0.72)), width=width)
    soft = ear.filter(ImageFilter.GaussianBlur(figure.camera.scale * FINE * 0.010)).reduce(FINE)
    target.paste(soft, box.corner, polygon_mask(box, [rim], fine=FINE))


def _skin(figure: Figure, side: int) -> Colour:
    """One tone: an ear is small, and mostly lit or mostly not."""
    identity = figure.identity
    lit = 0.66 if side == figure.pose.light_side else 0.30
    none = floats([0.0])
    tone = skin_colours(
        identity.skin, floats([lit]), Shade(none, none, none), figure.lights.mood, darkness=identity.darkness, age=0.0
    )
    return mix(tone[0], (0.86, 0.32, 0.28), 0.07)


def paint_earrings(target: Image.Image, figure: Figure) -> None:
    kind = figure.identity.earrings
    if not kind or figure.identity.hair_style in COVERED:
        return
    for side in (-1, 1):
        if side * figure.pose.yaw > 0.16:  # The far ear is behind the face.
            continue
        ((x, y),) = _on_head(figure, side, [LOBE])
        _paint_earring(target, figure, kind, float(x), float(y))


def _paint_earring(target: Image.Image, figure: Figure, kind: str, x: float, y: float) -> None:
    scale, metal = figure.camera.scale, figure.identity.metal
    reach = 0.34 * scale
    box = Box.clipped((x - reach, y - reach * 0.3), (x + reach, y + reach * 1.4), target.size)
    if box.is_empty:
        return
    layer = Image.new("RGBA", (box.width * FINE, box.height * FINE), (*rgb(metal), 0))
    pen = ImageDraw.Draw(layer)
    cx, cy, unit = (x - box.left) * FINE, (y - box.top) * FINE, scale * FINE
    bright, dark = (*rgb(mix(metal, (1, 1, 1), 0.6)), 255), (*rgb(shaded(metal, 0.55)), 255)
    plain = (*rgb(metal), 255)
    if kind == "hoop":
        place = (cx - unit * 0.085, cy, cx + unit * 0.085, cy + unit * 0.24)
        pen.ellipse(place, outline=dark, width=max(1, round(unit * 0.030)))
        pen.ellipse(place, outline=plain, width=max(1, round(unit * 0.020)))
        pen.arc(place, 100, 170, fill=bright, width=max(1, round(unit * 0.014)))
        layer_done = layer.reduce(FINE)
        target.paste(layer_done, box.corner, layer_done)
        return
    drop = unit * 0.20 if kind == "drop" else 0.0
    if drop:
        pen.line((cx, cy, cx, cy + drop), fill=plain, width=max(1, round(unit * 0.014)))
    size = unit * (0.042 if drop else 0.030)
    pen.ellipse((cx - size, cy + drop - size, cx + size, cy + drop + size * 1.3), fill=dark)
    pen.ellipse((cx - size * 0.86, cy + drop - size * 0.9, cx + size * 0.8, cy + drop + size), fill=plain)
    pen.ellipse((cx - size * 0.5, cy + drop - size * 0.6, cx, cy + drop - size * 0.1), fill=bright)
    layer_done = layer.reduce(FINE)
    target.paste(layer_done, box.corner, layer_done)
