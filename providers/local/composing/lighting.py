"""The light of a scene on a person who was photographed in another: its colour, its side, its edge, what shines round them.

Nobody is made lighter or darker as a whole: a complexion is kept, and shadows only fall on the side away from the light.
"""

from math import radians, sin

import numpy as np

from providers.local.composing.photos import Head
from providers.local.composing.raster import blurred
from providers.local.sketch.geometry import Floats, floats, smoothstep
from providers.local.sketch.mood import Mood

DEEPEST = 0.50
"""Share of the light that a shadow takes at most."""
LUMA = floats((0.299, 0.587, 0.114))


def relit(colours: Floats, face: Head, mood: Mood, *, side: int) -> Floats:
    """The light comes from `side`: -1 left, 1 right."""
    lit = _lit(colours.shape, face, side, mood.key_angle)
    shadow = min(DEEPEST, 0.25 * mood.contrast * sin(radians(mood.key_angle)))
    ambient = floats(mood.ambient) / max(mood.ambient)
    dark = (1 - shadow) * (0.6 + 0.4 * ambient)
    light = 1 + 0.05 * mood.contrast
    done = colours * (dark + (light - dark) * lit[..., None]) * _tint(mood)
    return floats(done * _falling_off(colours.shape[0], face)[:, None, None])


def edged(lit: Floats, share: Floats, face: Head, mood: Mood, *, side: int, behind: Floats) -> Floats:
    """With light on the outline, where one is known: `share` says how much of each pixel is the person's."""
    return floats(lit + _wrapped(share, face, behind) + _rim(lit, share, face, mood, -side))


def _tint(mood: Mood) -> Floats:
    """Half of the light's own colour, as bright as white would be."""
    key = floats(mood.key)
    return floats(1 + 0.5 * (key / float(key @ LUMA) - 1))


def _lit(shape: tuple[int, ...], face: Head, side: int, angle: float) -> Floats:
    """0 on the side away from the light to 1 towards it, around a head and wider shoulders. From far aside less is lit."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    down = (y - face.top) / face.size
    half = (0.62 + 1.0 * smoothstep(1.0, 2.2, floats(down))) * face.size
    further = (angle - 38) / 100
    return smoothstep(-1.05 + further, 0.55 + 0.7 * further, floats(side * (x - face.x) / half))


def _falling_off(rows: int, face: Head) -> Floats:
    """The light is on the face: it falls off below the chest."""
    down = (np.arange(rows, dtype=np.float32) - face.top) / face.size
    return floats(1 - 0.20 * smoothstep(1.6, 4.0, floats(down)))


def _wrapped(share: Floats, face: Head, behind: Floats) -> Floats:
    """What shines behind spills over the edges."""
    inside = smoothstep(0.55, 1.0, blurred(share, 0.05 * face.size))
    return floats((1 - inside)[..., None] * share[..., None] * blurred(behind, 0.12 * face.size) * 0.20)


def _rim(colours: Floats, share: Floats, face: Head, mood: Mood, side: int) -> Floats:
    """An edge of light on hair and shoulders from behind, where the outline turns to `side` or up."""
    soft = blurred(share, 0.045 * face.size)
    down, across = np.gradient(soft)
    steep = np.hypot(across, down) + 1e-6
    facing = np.clip((-across * side * 0.85 + down * 0.45) / steep, 0, 1)
    edge = np.clip(steep * 0.045 * face.size * 2.2, 0, 1) ** 1.6 * share
    texture = 0.35 + 0.9 * (colours @ LUMA)
    strength = 0.42 * mood.rim_strength
    return floats((edge * facing * texture * strength)[..., None] * floats(mood.rim))
