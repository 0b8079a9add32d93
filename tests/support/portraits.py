"""Drawn portraits of nobody: each seed another picture, none taken from a living person."""

import random
from io import BytesIO

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
HAIR, SKIN, SHADE, LIGHT, LIPS = (60, 45, 35), (222, 180, 150), (165, 115, 95), (238, 200, 172), (150, 60, 60)
EYE, IRIS = (245, 240, 235), (40, 30, 25)
FACE: tuple[tuple[float, float, float, float, Colour], ...] = (
    (0, -0.35, 1.12, 1.15, HAIR),
    (0, 0, 1, 1.3, SKIN),
    *((side, -0.28, 0.27, 0.17, SHADE) for side in (-0.47, 0.47)),
    *((side, -0.42, 0.25, 0.05, HAIR) for side in (-0.47, 0.47)),
    *((side, -0.24, 0.17, 0.08, EYE) for side in (-0.47, 0.47)),
    *((side, -0.24, 0.08, 0.08, IRIS) for side in (-0.47, 0.47)),
    (0, 0.05, 0.07, 0.3, LIGHT),
    *((side, 0.33, 0.05, 0.03, SHADE) for side in (-0.1, 0.1)),
    (0, 0.68, 0.33, 0.09, LIPS),
)
"""Ellipses, the lowest first: their middle, half their width and height, in parts of half a head's width. A detector takes it for
a face that looks into the camera, at any seed."""


def a_portrait(seed: int, *, size: tuple[int, int] = (1100, 1100), light: float = 1.0) -> Image.Image:
    """A face of ellipses before a patchwork, so that two seeds differ in every corner. `light` scales its brightness."""
    chance = random.Random(seed)  # noqa: S311 - a drawing, to be had again
    width, height = size
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    for row in range(8):
        for column in range(9):
            grey = chance.randrange(70, 200)
            left, top = column * width // 9, row * height // 8
            draw.rectangle((left, top, left + width // 9, top + height // 8), fill=(grey, grey, min(255, grey + 20)))
    x, y, r = width * chance.uniform(0.4, 0.6), height * chance.uniform(0.4, 0.5), min(size) * chance.uniform(0.2, 0.28)
    for across, down, wide, high, colour in FACE:
        place = (x + (across - wide) * r, y + (down - high) * r, x + (across + wide) * r, y + (down + high) * r)
        draw.ellipse(place, fill=colour)
    return picture.point(lambda level: int(level * light))


def as_jpeg(picture: Image.Image, quality: int = 92) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()
