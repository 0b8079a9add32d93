"""Glasses: two lenses before the eyes, a bridge on the nose, and the arms back to the ears; in space, so that they turn with the head."""

import numpy as np
from PIL import Image, ImageDraw

from providers.local.sketch.face import Figure
from providers.local.sketch.geometry import Box, Colour, Floats, floats, local, rgb, shaded, spline
from providers.local.sketch.identity import Chance

FINE = 3
FRAMES: tuple[Colour, ...] = ((0.09, 0.08, 0.09), (0.32, 0.18, 0.10), (0.72, 0.56, 0.30), (0.20, 0.24, 0.36))
BEFORE = 0.05
"""Head units between the skin over the eyes and the glass."""


def paint_glasses(target: Image.Image, figure: Figure) -> None:
    """The same pair for the same character. Painted before the front hair, which may fall over the arms."""
    if figure.is_from_behind:
        return
    chance = Chance(figure.identity.marks_seed, 83)
    colour = FRAMES[chance.pick("frame", len(FRAMES))]
    square = chance.between("square", 2.0, 3.4)
    lines = [_lens(figure, side, square) for side in (-1, 1) if _is_seen(figure, side)]
    box = figure.camera.box(np.concatenate([*lines, _arm(figure, -1), _arm(figure, 1)]), margin=0.08)
    if box.is_empty:
        return
    layer = Image.new("RGBA", (box.width * FINE, box.height * FINE), (*rgb(colour), 0))
    pen, unit = ImageDraw.Draw(layer), figure.camera.scale * FINE
    for side in (-1, 1):
        if side * figure.pose.yaw < 0.16:  # The far arm lies behind the face.
            _stroke(pen, _arm(figure, side), box, shaded(colour, 0.8), 0.030 * unit)
    if abs(figure.pose.yaw) < 1.2:
        _stroke(pen, _bridge(figure), box, colour, 0.030 * unit)
    for line in lines:
        _glass(layer, line, box, colour, 0.034 * unit)
    done = layer.reduce(FINE)
    target.paste(done, box.corner, done)


def _is_seen(figure: Figure, side: int) -> bool:
    """In profile the far lens is behind the nose."""
    return side * figure.pose.yaw < 1.0


def _on_plane(figure: Figure, points: Floats) -> Floats:
    """Points of the front view on the canvas, standing before the face: flat, and bent back a little to the sides."""
    face = figure.identity.face
    depth = float(figure.form.surface(floats([(face.eye_x * 0.7, 0.02)]))[0, 2]) + BEFORE
    z = depth - 0.55 * np.abs(points[:, 0]) ** 2.2
    return figure.head_pixels(floats(np.column_stack([points, z])))


def _lens(figure: Figure, side: int, square: float) -> Floats:
    """A rounded rectangle (a superellipse) round the eye."""
    face = figure.identity.face
    angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    x = np.sign(c) * np.abs(c) ** (2 / square) * face.eye_width * 1.36
    y = np.sign(s) * np.abs(s) ** (2 / square) * face.eye_width * 1.08
    return _on_plane(figure, floats(np.column_stack([side * (face.eye_x + 0.012) + x, y + 0.035])))


def _bridge(figure: Figure) -> Floats:
    inner = figure.identity.face.eye_x + 0.012 - figure.identity.face.eye_width * 1.36
    points = [(-inner, -0.01), (-inner * 0.5, -0.055), (inner * 0.5, -0.055), (inner, -0.01)]
    return _on_plane(figure, spline(points, steps=6))


def _arm(figure: Figure, side: int) -> Floats:
    """From the outer edge of the lens over the temple to the ear."""
    face = figure.identity.face
    outer = face.eye_x + 0.012 + face.eye_width * 1.36
    half = float(np.interp(0.0, figure.form.y, figure.form.half_width))
    hinge = _on_plane(figure, floats([(side * outer, -0.05)]))
    back = floats(
        [(side * (half + 0.035), -0.04, 0.40), (side * (half + 0.03), -0.02, 0.08), (side * (half + 0.02), 0.06, -0.04)]
    )
    return spline(np.concatenate([hinge, figure.head_pixels(back)]), steps=6)


def _stroke(pen: ImageDraw.ImageDraw, line: Floats, box: Box, colour: Colour, width: float) -> None:
    pen.line(local(line, box, FINE), fill=(*rgb(colour), 255), width=max(1, round(width)), joint="curve")


def _glass(layer: Image.Image, line: Floats, box: Box, colour: Colour, width: float) -> None:
    """A breath of grey, a streak of light, and the rim."""
    outline = local(line, box, FINE)
    inside = Image.new("L", layer.size)
    ImageDraw.Draw(inside).polygon(outline, fill=26)
    low, high = line.min(axis=0), line.max(axis=0)
    streak = [(0.16, 0.0), (0.40, 0.0), (0.18, 1.0), (-0.06, 1.0)]
    place = [tuple((low + (high - low) * floats(p)).tolist()) for p in streak]
    bright = Image.new("L", layer.size)
    ImageDraw.Draw(bright).polygon(local(floats(place), box, FINE), fill=34)
    layer.paste((205, 222, 235, 26), (0, 0), inside)
    layer.paste((255, 255, 255, 60), (0, 0), Image.composite(bright, Image.new("L", layer.size), inside.point(_whole)))
    pen = ImageDraw.Draw(layer)
    _stroke(pen, np.concatenate([line, line[:2]]), box, colour, width)
    lit = line[line[:, 1] < (low[1] + high[1]) / 2]
    if len(lit) > 4:
        _stroke(pen, lit[2:-2], box, shaded(colour, 1.7), width * 0.22)


def _whole(level: int) -> int:
    return 255 if level else 0
