"""The colours that a picture consists of, with their shares. Runs where it was decoded, and leaves nothing to chance.

Clusters are those of k-means in CIE Lab, begun at the most frequent colours that are apart. A cluster is named by the very colour that
most of it has, where there is one, so that a flat colour comes out as it was painted, and by its median otherwise.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from providers.local.lab import lab_of

MOST_PIXELS_SAMPLED = 160 * 160
MOST_CLUSTERS, ROUNDS = 16, 6
APART = 9.0
"""Between the colours that clusters begin at, in Lab."""
BITS = 4
"""Of each channel, where frequencies are counted for that."""
FLAT = 0.2
"""Of a cluster's pixels that have one very colour."""
OPAQUE = 128

Pixels = NDArray[np.uint8]
Told = dict[str, object]


def palette_of(image: Image.Image, alpha: Image.Image | None = None) -> list[Told]:
    """Of what is not transparent, the most frequent first."""
    pixels = _pixels(image, alpha)
    if not len(pixels):
        return []
    lab = lab_of(np.asarray(pixels, dtype=np.float32) / 255)
    nearest = _clustered(lab, _begun(pixels, lab))
    clusters = [pixels[nearest == one] for one in np.unique(nearest)]
    named = [(_name(cluster), len(cluster) / len(pixels)) for cluster in clusters]
    return [{"hex": name, "share": round(share, 4)} for name, share in sorted(named, key=lambda one: (-one[1], one[0]))]


def _pixels(image: Image.Image, alpha: Image.Image | None) -> Pixels:
    """As they are: neighbours are not mixed into colours that nobody painted."""
    scale = min(1.0, (MOST_PIXELS_SAMPLED / (image.width * image.height)) ** 0.5)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    rows = np.asarray(image.resize(size, Image.Resampling.NEAREST), dtype=np.uint8).reshape(-1, 3)
    if alpha is None:
        return rows
    seen = np.asarray(alpha.resize(size, Image.Resampling.NEAREST), dtype=np.uint8).reshape(-1) >= OPAQUE
    kept: Pixels = rows[seen]
    return kept


def _begun(pixels: Pixels, lab: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    shift = 8 - BITS
    coarse = pixels.astype(np.int32) >> shift
    codes = (coarse[:, 0] << 2 * BITS) | (coarse[:, 1] << BITS) | coarse[:, 2]
    _, first, counts = np.unique(codes, return_index=True, return_counts=True)
    chosen: list[int] = []
    for place in first[np.argsort(-counts, kind="stable")]:
        if all(np.linalg.norm(lab[place] - lab[other]) >= APART for other in chosen):
            chosen.append(int(place))
        if len(chosen) == MOST_CLUSTERS:
            break
    return lab[chosen].copy()


def _clustered(lab: NDArray[np.floating[Any]], middles: NDArray[np.floating[Any]]) -> NDArray[np.intp]:
    """Which cluster each pixel is in."""
    nearest = np.zeros(len(lab), dtype=np.intp)
    for _ in range(ROUNDS):
        nearest = np.linalg.norm(lab[:, None] - middles[None], axis=-1).argmin(axis=1)
        for one in np.unique(nearest):
            middles[one] = lab[nearest == one].mean(axis=0)
    return nearest


def _name(cluster: Pixels) -> str:
    colors, counts = np.unique(cluster, axis=0, return_counts=True)
    most = int(counts.argmax())
    chosen = colors[most] if counts[most] >= FLAT * len(cluster) else np.median(cluster, axis=0).round()
    return "#" + bytes(int(level) for level in chosen).hex()
