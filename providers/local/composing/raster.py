"""OpenCV's few functions that are used here, with types. It is loaded on the first call: nobody else pays for it."""

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from providers.local.composing.photos import Bytes
from providers.local.sketch.geometry import Floats, floats

Pixels = NDArray[np.floating[Any]] | Bytes
SEED = 7
"""Of OpenCV's own chance, which GrabCut starts its colour models from. It counts for the calling thread alone."""


@cache
def opencv() -> ModuleType:
    """On one processor: the pool of the local provider already has a thread for each."""
    import cv2  # noqa: PLC0415

    cv2.setNumThreads(1)
    return cv2


def shrunk(pixels: Bytes, longest: int) -> tuple[Bytes, float]:
    """With at most `longest` pixels a side, and the share of the size that is."""
    cv2 = opencv()
    share = min(1.0, longest / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * share)), max(1, round(pixels.shape[0] * share)))
    small: Bytes = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return small, share


def resized(values: Floats, size: tuple[int, int]) -> Floats:
    cv2 = opencv()
    return floats(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR))


def blurred(values: Floats, radius: float) -> Floats:
    """`radius` is the Gaussian's sigma in pixels. A wide one is worked out on a smaller copy: nobody sees the difference."""
    cv2 = opencv()
    shrink = int(max(1, min(radius / 4, *(side / 8 for side in values.shape[:2]))))
    if shrink == 1:
        return floats(cv2.GaussianBlur(values, (0, 0), max(0.3, radius)))
    high, wide = values.shape[:2]
    small = cv2.resize(values, (-(-wide // shrink), -(-high // shrink)), interpolation=cv2.INTER_AREA)
    return resized(floats(cv2.GaussianBlur(small, (0, 0), radius / shrink)), (wide, high))


def averaged(values: Floats, reach: int) -> Floats:
    """The mean of the square of `2 * reach + 1` pixels around each."""
    return floats(opencv().blur(values, (2 * reach + 1, 2 * reach + 1)))


def calmed(pixels: Bytes, strength: float) -> Bytes:
    """Noise and the blocks of strong compression smoothed away; edges stay."""
    calm: Bytes = opencv().bilateralFilter(pixels, 5, strength, 2.0)
    return calm


def moved(pixels: Pixels, matrix: Floats, size: tuple[int, int], *, clear: bool) -> Floats:
    """Through an affine map into a picture of `size`. Outside of the source: 0 where `clear`, else its nearest pixel."""
    cv2 = opencv()
    border = cv2.BORDER_CONSTANT if clear else cv2.BORDER_REPLICATE
    return floats(cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=border))


def grab_cut(pixels: Bytes, labels: Bytes, *, rounds: int) -> Bytes:
    """Labels as GrabCut knows them, sharper than they were."""
    cv2 = opencv()
    cv2.setRNGSeed(SEED)
    done = labels.copy()
    if len(set(np.unique(done).tolist()) & {0, 2}) == 0 or len(set(np.unique(done).tolist()) & {1, 3}) == 0:
        return done
    cv2.grabCut(pixels, done, None, np.zeros((1, 65)), np.zeros((1, 65)), rounds, cv2.GC_INIT_WITH_MASK)
    return done
