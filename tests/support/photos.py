"""Real photos (tests/photos), and what becomes of them: cropped, lit, blurred, turned."""

from functools import cache
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

PHOTOS = Path(__file__).parents[1] / "photos"
HEADS = {"astronaut": (178, 69, 92), "hopper": (149, 102, 229)}
"""Left, top and side of the face."""


@cache
def photo(name: str) -> Image.Image:
    """`astronaut`, `hopper` or `cat`. Not to be changed: everyone is given the same."""
    return Image.open(BytesIO((PHOTOS / f"{name}.jpg").read_bytes())).convert("RGB")


def portrait(name: str, *, side: int = 1024, left: float = -0.7, top: float = -0.8, width: float = 2.4) -> Image.Image:
    """Head and shoulders: a square of `width` faces, which begins `left` and `top` faces from the face's corner."""
    x, y, face = HEADS[name]
    begin_x, begin_y = max(0, round(x + left * face)), max(0, round(y + top * face))
    box = (begin_x, begin_y, begin_x + round(width * face), begin_y + round(width * face))
    return photo(name).crop(box).resize((side, side), Image.Resampling.LANCZOS)


def lit(picture: Image.Image, by: float) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(by)


def blurred(picture: Image.Image, radius: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(radius))


def head_turned(name: str, degrees: float) -> Image.Image:
    """As if the photo were painted on a cylinder as wide as the head: a turned face, near enough for its angle."""
    x, _, face = HEADS[name]
    pixels = np.asarray(photo(name))
    height, width = pixels.shape[:2]
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    middle, radius = x + face / 2, face * 0.62
    across = (columns - middle) / radius
    angle = np.arcsin(np.clip(across, -1, 1)) - np.radians(degrees)
    on_it = middle + radius * np.sin(np.clip(angle, -np.pi / 2, np.pi / 2))
    source = np.where(np.abs(across) < 1, on_it, columns).astype(np.float32)
    turned = cv2.remap(pixels, source, rows.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Image.fromarray(turned.astype(np.uint8))


def beside(one: Image.Image, other: Image.Image) -> Image.Image:
    both = Image.new("RGB", (one.width + other.width, max(one.height, other.height)))
    both.paste(one, (0, 0))
    both.paste(other, (one.width, 0))
    return both
