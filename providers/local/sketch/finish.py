"""The last steps, over the whole picture: glow, grade, vignette and grain."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from providers.local.sketch.geometry import floats, picture, smoothstep
from providers.local.sketch.mood import Mood

GRAIN_TILE = 512


def with_glow(image: Image.Image, mood: Mood) -> Image.Image:
    """Light areas bleed into their surroundings, as through a soft filter."""
    shrink = max(1, image.height // 170)
    small = image.reduce(shrink).point(_bright)
    small = small.filter(ImageFilter.GaussianBlur(small.height * 0.028)).point(lambda v: int(v * mood.haze))
    return ImageChops.screen(image, small.resize(image.size, Image.Resampling.BILINEAR))


def _bright(value: int) -> int:
    return max(0, int((value - 95) * 1.55))


def graded(image: Image.Image, mood: Mood) -> Image.Image:
    """Exposure, a gentle curve, warm lights and cool shadows; then saturation."""
    warm = mood.warmth * 0.055
    lifts = (0.010 + 0.3 * warm, 0.008, 0.022 - 0.3 * warm)
    gains = (1 + warm, 1.0, 1 - warm)
    values = np.arange(256) / 255.0
    curve = values + 0.045 * np.sin((values - 0.5) * 2 * np.pi) * (values * (1 - values)) * 4 * mood.contrast
    table: list[int] = []
    for lift, gain in zip(lifts, gains, strict=True):
        channel = lift + curve * (1 - lift) * gain * mood.exposure
        table += [round(float(v)) for v in np.clip(channel, 0, 1) * 255]
    toned = image.point(table)
    if abs(mood.saturation - 1) < 0.01:
        return toned
    return toned.convert("RGB", _saturating(mood.saturation))


def _saturating(share: float) -> tuple[float, ...]:
    """The matrix that mixes each channel with the picture's luma (ITU-R BT.601 weights)."""
    luma = (0.299, 0.587, 0.114)
    rows = [
        [(1 - share) * weight + (share if channel == row else 0) for channel, weight in enumerate(luma)]
        for row in range(3)
    ]
    return tuple(value for row in rows for value in (*row, 0.0))


def finished(image: Image.Image, mood: Mood, *, seed: int) -> Image.Image:
    """Vignette and grain in one pass. The grain also hides steps in smooth gradients."""
    darker = Image.merge("RGB", [_vignette(image.width, image.height, mood.vignette)] * 3)
    pixels = np.asarray(ImageChops.multiply(image, darker)).astype(np.int16)
    pixels += _grain(image.width, image.height, seed)[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _vignette(width: int, height: int, strength: float) -> Image.Image:
    y, x = np.mgrid[-1:1:48j, -1:1:48j]
    away = np.hypot(x * 0.92, y * 0.90)
    small = 1 - strength * 0.62 * smoothstep(0.55, 1.42, floats(away))
    return picture(small).resize((width, height), Image.Resampling.BICUBIC)


def _grain(width: int, height: int, seed: int) -> NDArray[np.int16]:
    """One tile of noise, laid out from a start that depends on the seed; a repeat at this strength cannot be seen."""
    rng = np.random.default_rng((seed, 41))
    size = min(GRAIN_TILE, max(width, height))
    tile = np.rint(rng.normal(0, 2.2, (size, size))).astype(np.int16)
    across, down = -(-width // size), -(-height // size)
    return np.tile(tile, (down, across))[:height, :width]
