"""Colours as an eye tells them apart: CIE Lab under D65 (IEC 61966-2-1), of `#rrggbb`."""

from math import dist, hypot

Lab = tuple[float, float, float]

WHITE = (0.95047, 1.0, 1.08883)
TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)


def lab_of(hex_: str) -> Lab:
    """Lightness is 0 to 100."""
    light = [linear(level / 255) for level in bytes.fromhex(hex_[1:])]
    x, y, z = (
        _bent(sum(weight * level for weight, level in zip(row, light, strict=True)) / white)
        for row, white in zip(TO_XYZ, WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def chroma_of(lab: Lab) -> float:
    """0 is grey; what a screen shows goes to about 130."""
    return hypot(lab[1], lab[2])


def distance(one: str, other: str) -> float:
    """Between two colours (CIE 1976): 2 is hardly seen, 100 is from black to white."""
    return dist(lab_of(one), lab_of(other))


def linear(level: float) -> float:
    """Light of a level of sRGB, both 0 to 1."""
    return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4


def _bent(part: float) -> float:
    return part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
