"""The few colours that a part of a picture consists of."""

import numpy as np
from PIL import Image

from providers.local.lab import lab_of
from providers.local.sketch.geometry import Floats, floats

ROUNDS = 8
MOST_ROWS = 4096
"""Pixels that are looked at: more say nothing new about colours."""


def lab_rows(image: Image.Image) -> Floats:
    """The pixels of a picture in CIE Lab, a row each, from a copy that is small enough."""
    small = image.copy()
    side = round(MOST_ROWS**0.5)
    small.thumbnail((side, side), Image.Resampling.BOX)
    return lab_of(floats(np.asarray(small, dtype=np.float32).reshape(-1, 3) / 255))


def clustered(rows: Floats, count: int) -> tuple[Floats, Floats]:
    """k-means: the middles (Lab), the most frequent first, and the share of each. No chance: it starts from the lightness."""
    order = np.argsort(rows[:, 0], kind="stable")
    starts = order[((np.arange(count) + 0.5) / count * len(rows)).astype(int)]
    middles = rows[starts].copy()
    nearest = np.zeros(len(rows), dtype=int)
    for _ in range(ROUNDS):
        nearest = np.linalg.norm(rows[:, None] - middles[None], axis=-1).argmin(axis=1)
        for k in range(count):
            if (nearest == k).any():
                middles[k] = np.median(rows[nearest == k], axis=0)
    shares = np.bincount(nearest, minlength=count) / len(rows)
    ranks = np.argsort(-shares, kind="stable")
    return floats(middles[ranks]), floats(shares[ranks])
