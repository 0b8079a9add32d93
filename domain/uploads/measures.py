"""What is measured of a photo's pixels, by whoever decodes it. What it is worth is decided in `domain.personas.quality`."""

from dataclasses import dataclass

LOOK_BITS = 64
LOOK_DIGITS = LOOK_BITS // 4

SAME_LOOK = 6
"""Bits in which two looks may differ and still be of one picture. A choice of ours. Real photos that were saved anew, resized or
brightened by half differ in 0 to 5, turned by 2 degrees in 3, shifted by a tenth of a face in 12, different ones in 30
(tests/photos, 2026-11-21)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoMeasures:
    """Parts of 1, but for `sharpness`: the variance of the Laplacian of grey (0 to 255), its range stretched to the full one and its
    shortest side scaled to 512 pixels."""

    brightness: float
    dark: float
    """Pixels of the darkest eighth."""
    light: float
    """Pixels of the lightest sixteenth."""
    sharpness: float
    look: str
    """A difference hash: 64 bits in hexadecimal digits."""


def looks_alike(one: str, other: str) -> bool:
    return (int(one, 16) ^ int(other, 16)).bit_count() <= SAME_LOOK
