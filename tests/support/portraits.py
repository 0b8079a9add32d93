"""Drawn portraits of nobody: each seed another picture, none taken from a living person."""

import random
from io import BytesIO

from PIL import Image, ImageDraw


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
    draw.ellipse((x - r, y - 1.3 * r, x + r, y + 1.3 * r), fill=(222, 180, 150))
    for side in (-0.4, 0.4):
        draw.ellipse((x + side * r - r / 8, y - r / 3, x + side * r + r / 8, y - r / 8), fill=(50, 40, 30))
    draw.arc((x - r / 3, y + r / 3, x + r / 3, y + r * 0.8), 10, 170, fill=(150, 60, 60), width=max(2, int(r / 15)))
    return picture.point(lambda level: int(level * light))


def as_jpeg(picture: Image.Image, quality: int = 92) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()
