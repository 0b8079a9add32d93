"""What is added to skin and cloth that are drawn finely: pores, the sheen between them, threads."""

import numpy as np
from PIL import Image, ImageChops

from providers.local.sketch.canvas import FaceCanvas, Window
from providers.local.sketch.geometry import SPECKLES, Box, Floats, bump, bumps, floats, smoothstep, speckle
from providers.local.sketch.identity import Identity

PORE = 0.0052
"""Head units: about half a millimetre."""
COARSE = 55
"""Pixels per head unit below which threads and pores cannot be told apart."""


def paint_pores(canvas: FaceCanvas, identity: Identity, fine: float) -> None:
    """Grain on all of the face, most on nose and cheeks, and light on its small hills."""
    if identity.is_anime:
        return
    window = Window(canvas.colours, canvas.x, canvas.y)
    x, y = window.x, window.y
    strength = fine * smoothstep(COARSE, 2.2 * COARSE, floats(canvas.camera.scale)).item()
    face = identity.face
    where = (
        0.55
        + 0.5 * bump(x, y, (0, face.nose_length - 0.03), (0.13, 0.12))
        + 0.4 * bumps(x, y, (0.3, 0.25), (0.17, 0.14))
    )
    where = where + 0.25 * bump(x, y, (0, -0.42), (0.35, 0.13)) + 0.20 * bump(x, y, (0, 0.9), (0.16, 0.1))
    pores = speckle(x, y, size=PORE) - 0.5
    grain = floats(pores * where)
    window.darken(floats(np.clip(-grain, 0, 1) * 0.085 * strength), (0.85, 1.0, 1.0))
    window.glow(floats(np.clip(grain, 0, 1) * 0.060 * strength), (1.0, 0.95, 0.90))
    _paint_sheen(window, identity, grain, strength)


def _paint_sheen(window: Window, identity: Identity, grain: Floats, strength: float) -> None:
    """Skin shines where it lies over bone, and the shine breaks on the pores."""
    x, y, face = window.x, window.y, identity.face
    places = (
        0.7 * bumps(x, y, (0.37, 0.14), (0.10, 0.05))
        + 0.6 * bump(x, y, (0, -0.36), (0.22, 0.08))
        + 0.8 * bump(x, y, (0, face.nose_length - 0.08), (0.035, 0.04))
        + 0.5 * bump(x, y, (0, face.mouth_y - 0.10), (0.05, 0.025))
        + 0.4 * bump(x, y, (0, 0.88), (0.07, 0.05))
    )
    lit = smoothstep(0.25, 0.75, floats(window.colours.mean(axis=-1)))
    window.glow(floats(places * lit * (0.11 + 0.16 * np.clip(grain, -0.3, 0.5)) * strength), (1.0, 0.97, 0.94))


def with_skin_grain(image: Image.Image, scale: float, fine: float) -> Image.Image:
    """The same grain on neck and arms, which have no coordinates of a face."""
    return ImageChops.overlay(image, _tiled(SPECKLES, image.size, scale * PORE, 0.07 * _seen(scale) * min(1.3, fine)))


def weave(canvas: Box, scale: float, fine: float) -> Image.Image:
    """Threads across and along, uneven as they are: grey, to be laid over cloth."""
    size = SPECKLES.shape[0]
    y, x = np.mgrid[:size, :size]
    threads = (
        127.5 + 60 * np.sin(2 * np.pi * x / 4) * np.sin(2 * np.pi * y / 4) + 0.8 * (SPECKLES.astype(np.float32) - 127.5)
    )
    return _tiled(
        np.clip(threads, 0, 255), (canvas.width, canvas.height), scale * 0.0055, 0.11 * _seen(scale) * min(1.3, fine)
    )


def _seen(scale: float) -> float:
    return smoothstep(COARSE, 2.2 * COARSE, floats(scale)).item()


def _tiled(tile: "np.typing.NDArray[np.generic]", size: tuple[int, int], pixels: float, strength: float) -> Image.Image:
    """A tile whose points are `pixels` wide, over a whole picture, around the grey that changes nothing."""
    flat = 127.5 + (np.asarray(tile, dtype=np.float32) - 127.5) * strength
    side = max(8, round(tile.shape[0] * max(1.0, pixels)))
    one = Image.fromarray(np.clip(flat + 0.5, 0, 255).astype(np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
    across, down = -(-size[0] // side), -(-size[1] // side)
    whole = np.tile(np.asarray(one), (down, across))[: size[1], : size[0]]
    return Image.fromarray(whole).convert("RGB")
