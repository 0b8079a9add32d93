"""CIE Lab and back: the colours in which distances are what an eye sees."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.floating[Any]]


def _single(values: object) -> Rows:
    return np.asarray(values, dtype=np.float32)


WHITE = _single((0.95047, 1.0, 1.08883))
TO_XYZ = _single(
    ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
)
"""sRGB to CIE XYZ under D65. Source: IEC 61966-2-1."""


def lab_of(rows: Rows) -> Rows:
    """CIE Lab of sRGB colours (0 to 1)."""
    linear = np.where(rows <= 0.04045, rows / 12.92, ((rows + 0.055) / 1.055) ** 2.4)
    xyz = linear @ TO_XYZ.T / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return _single(np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=-1))


def rgb_of(rows: Rows) -> Rows:
    """Back again, cut to what a screen can show."""
    y = (rows[:, 0] + 16) / 116
    f = np.stack([y + rows[:, 1] / 500, y, y - rows[:, 2] / 200], axis=-1)
    xyz = np.where(f > 0.206893, f**3, (f - 16 / 116) / 7.787) * WHITE
    linear = np.clip(xyz @ np.linalg.inv(TO_XYZ).T, 0, 1)
    return _single(np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055))
