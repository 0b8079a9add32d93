"""What manners are made of: smoothing that keeps edges, lines, grain. On colours or brightness of a whole picture, 0 to 1."""

import numpy as np
from PIL import ImageFilter

from providers.local.sketch.geometry import Floats, floats, picture, smoothstep

TILE = 512
DIRECTIONS = 8


def luma(colours: Floats) -> Floats:
    return floats(colours @ floats((0.299, 0.587, 0.114)))


def unit(colours: Floats) -> float:
    """A thousandth of the shorter side, in pixels: strokes are as large in a small picture as in a large one."""
    return float(min(colours.shape[:2])) / 1000


def blurred(values: Floats, radius: float) -> Floats:
    """A soft blur, in eight bits: for what is smooth afterwards."""
    return floats(np.asarray(picture(values).filter(ImageFilter.GaussianBlur(radius)), dtype=np.float32) / 255)


def box_mean(values: Floats, radius: int) -> Floats:
    """The mean of the square around each point."""
    for axis in (0, 1):
        pad = [(radius + 1, radius) if a == axis else (0, 0) for a in range(values.ndim)]
        total = np.cumsum(np.pad(values, pad, mode="edge"), axis=axis, dtype=np.float64)
        span = 2 * radius + 1
        upper, lower = [slice(None)] * values.ndim, [slice(None)] * values.ndim
        upper[axis], lower[axis] = slice(span, None), slice(None, -span)
        values = floats((total[tuple(upper)] - total[tuple(lower)]) / span)
    return values


def planes(colours: Floats, radius: float) -> Floats:
    """Gathers colours into patches with clear edges (Kuwahara's filter): each point takes the calmest of its four corners."""
    reach = max(1, round(radius / 2))
    mean = floats(np.asarray(picture(colours).filter(ImageFilter.BoxBlur(reach)), dtype=np.float32) / 255)
    light = luma(colours)
    calm = box_mean(floats(light * light), reach) - box_mean(light, reach) ** 2
    best, least = np.empty_like(mean), np.full_like(calm, np.inf)
    for down in (-reach, reach):
        for across in (-reach, reach):
            here = shifted(calm, down, across)
            nearer = here < least
            np.copyto(least, here, where=nearer)
            np.copyto(best, shifted(mean, down, across), where=nearer[..., None])
    return best


def shifted(values: Floats, down: int, across: int) -> Floats:
    """The value `down` and `across` from each point; at the edge the outermost one goes on."""
    rows = np.clip(np.arange(values.shape[0]) + down, 0, values.shape[0] - 1)
    columns = np.clip(np.arange(values.shape[1]) + across, 0, values.shape[1] - 1)
    return floats(values[rows][:, columns])


def slopes(light: Floats) -> tuple[Floats, Floats]:
    """How fast brightness changes, across and down."""
    down, across = np.gradient(light)
    return floats(across), floats(down)


def outlines(light: Floats, width: float, *, strength: float) -> Floats:
    """Dark lines along edges, 0 to 1: where the picture is darker than its own near surroundings."""
    fine, wide = blurred(light, width), blurred(light, width * 1.7)
    return smoothstep(0.006, 0.03 / strength, floats(wide - fine))


def grain(shape: tuple[int, ...], seed: int, *, size: float = 1.0) -> Floats:
    """Irregular noise around 0, of standard deviation 1; `size` in pixels."""
    rng = np.random.default_rng((seed, 47))
    tile = rng.normal(0, 1, (TILE, TILE)).astype(np.float32)
    if size > 1:
        tile = _wrapped_blur(tile, size)
    return _laid_out(tile, shape)


def strokes(shape: tuple[int, ...], seed: int, *, length: int) -> list[Floats]:
    """Noise drawn out in each of eight directions, of standard deviation 1."""
    rng = np.random.default_rng((seed, 53))
    tile = _wrapped_blur(rng.normal(0, 1, (TILE, TILE)).astype(np.float32), 1.2)
    fields = []
    for k in range(DIRECTIONS):
        angle = np.pi * k / DIRECTIONS
        total = np.zeros_like(tile)
        for step in range(-length, length + 1):
            total += np.roll(tile, (round(step * np.sin(angle)), round(step * np.cos(angle))), axis=(0, 1))
        fields.append(_laid_out(floats(total / total.std()), shape))
    return fields


def along_edges(light: Floats, fields: list[Floats], radius: float) -> Floats:
    """Of each point the stroke that runs along the edges around it."""
    across, down = slopes(blurred(light, radius))
    xx, yy, xy = (box_mean(floats(v), max(1, round(radius))) for v in (across**2, down**2, across * down))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    index = np.rint(angle / np.pi * DIRECTIONS).astype(int) % DIRECTIONS
    chosen = np.zeros_like(light)
    for k, field in enumerate(fields):
        np.copyto(chosen, field, where=index == k)
    return chosen


def _wrapped_blur(tile: Floats, size: float) -> Floats:
    """Blurs without a seam, and keeps the standard deviation at 1."""
    frequency = np.fft.fftfreq(TILE)
    fall = np.exp(-2 * (np.pi * size * 0.5) ** 2 * (frequency[:, None] ** 2 + frequency[None, :] ** 2))
    soft = np.fft.ifft2(np.fft.fft2(tile) * fall).real
    return floats(soft / soft.std())


def _laid_out(tile: Floats, shape: tuple[int, ...]) -> Floats:
    down, across = -(-shape[0] // TILE), -(-shape[1] // TILE)
    return floats(np.tile(tile, (down, across))[: shape[0], : shape[1]])


def saturated(colours: Floats, share: float) -> Floats:
    light = luma(colours)[..., None]
    return floats(np.clip(light + (colours - light) * share, 0, 1))


def from_the_middle(shape: tuple[int, ...]) -> Floats:
    """0 in the middle, 1 in the middle of each edge, more in the corners."""
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    return floats(np.hypot(x, y))
