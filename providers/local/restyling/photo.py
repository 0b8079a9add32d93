"""Manners of the darkroom: noir, neon nights, old film."""

import numpy as np

from providers.local.restyling.fields import blurred, from_the_middle, grain, luma, saturated, shifted, unit
from providers.local.sketch.geometry import Floats, floats, smoothstep


def noir(colours: Floats, seed: int) -> Floats:
    """Black and white, hard and dark, with grain; the light falls from one side, which `seed` chooses."""
    u = unit(colours)
    light = floats(colours @ floats((0.42, 0.43, 0.15)))  # A warm filter: skin stays light, skies go dark.
    low, high = np.percentile(light, (2, 98))
    tone = np.clip((light - low) / max(high - low, 0.1), 0, 1)
    tone = tone + 0.45 * (tone - blurred(floats(tone), 26 * u)) * (1 - tone)
    tone = smoothstep(0.02, 1.02, floats(np.clip(tone, 0, 1))) ** 1.12
    side = 1 if seed % 2 else -1
    x = np.linspace(-1, 1, light.shape[1], dtype=np.float32)[None, :] * side
    tone *= (0.72 + 0.28 * smoothstep(-1.0, 0.5, floats(x))) * (
        1 - 0.52 * smoothstep(0.55, 1.35, from_the_middle(light.shape))
    )
    tone += 0.030 * grain(light.shape, seed, size=max(1.0, 1.3 * u))
    return floats(np.clip(tone[..., None] * floats((1.0, 0.992, 0.975)), 0, 1))


def neon(colours: Floats, seed: int) -> Floats:
    """Night in the city: shadows go blue, one side is lit cyan, the other magenta; lights bleed, colours part at edges."""
    u = unit(colours)
    light = luma(colours)
    tone = floats(np.clip(light * 1.12 - 0.05, 0, 1) ** 1.35)
    x = np.linspace(-1, 1, light.shape[1], dtype=np.float32)[None, :] * (1 if seed % 2 else -1)
    share = smoothstep(-0.55, 0.55, floats(x + 0.25 * (light - 0.5)))[..., None]
    lamp = floats((0.05, 0.90, 1.0)) * (1 - share) + floats((1.0, 0.12, 0.72)) * share
    night = floats((0.035, 0.02, 0.12)) + floats((0.30, 0.16, 0.62)) * tone[..., None]
    lit = night + (lamp * 0.62 + 0.48) * smoothstep(0.25, 0.95, tone)[..., None] * 0.85
    mixed = lit * 0.74 + saturated(colours, 1.3) * tone[..., None] * 0.36
    glow = blurred(floats(np.clip(mixed - 0.42, 0, 1) * 1.4), 16 * u)
    mixed = 1 - (1 - np.clip(mixed, 0, 1)) * (1 - 0.55 * glow)
    apart = max(1, round(1.8 * u))
    mixed[..., 0], mixed[..., 2] = shifted(mixed[..., 0], 0, apart), shifted(mixed[..., 2], 0, -apart)
    lines = 1 - 0.05 * (np.arange(light.shape[0]) // max(1, round(2 * u)) % 2).astype(np.float32)
    return floats(np.clip(mixed * lines[:, None, None], 0, 1))


def film(colours: Floats, seed: int) -> Floats:
    """A print of the seventies: faded blacks, warm lights, greenish shadows, grain, and light that leaked in at a corner."""
    u = unit(colours)
    faded = saturated(colours, 0.72)
    light = luma(faded)[..., None]
    curve = 0.085 + 0.86 * faded**0.94
    toned = curve * floats((1.06, 0.985, 0.84)) + (1 - light) ** 2 * floats((0.010, 0.030, 0.045))
    height, width = light.shape[:2]
    rng = np.random.default_rng((seed, 61))
    corner = (float(rng.integers(2)) * width, float(rng.uniform(0.1, 0.9)) * height)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    leak = np.exp(-(np.hypot((x - corner[0]) / 0.42, (y - corner[1]) / 0.9) ** 2) / (0.42 * max(height, width)) ** 2)
    toned = 1 - (1 - np.clip(toned, 0, 1)) * (1 - 0.50 * leak[..., None] * floats((1.0, 0.46, 0.14)))
    toned *= (1 - 0.34 * smoothstep(0.6, 1.42, from_the_middle(light.shape[:2])))[..., None]
    speck = 0.026 * grain(light.shape[:2], seed, size=max(1.0, 1.2 * u))
    return floats(np.clip(toned + speck[..., None], 0, 1))
