"""A measured palette, and the file it is kept in."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from domain.errors import LoraMissing
from providers.local.likeness.safetensors import Numbers, Weights, read, write

PARTS = ("skin", "lips", "eyes", "hair", "clothes")
"""The rows of `MeasuredPalette.parts`, in the file's order too."""
FORMAT = "likeness-palette-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredPalette:
    """Colours are red, green and blue, 0 to 1, as they are on the pictures: with the light that was there."""

    parts: Numbers
    """One colour for each of `PARTS`."""
    agreement: Numbers
    """For each of them, how far the pictures show the same: 1 all do, 0 they do not."""
    palette: Numbers
    """The colours of the pictures as a whole, the most frequent first."""
    sharpness: float
    """Of the faces; see `measuring.sharpness`."""


def written(palette: MeasuredPalette, about: Mapping[str, str]) -> bytes:
    """`about` is what the file says of its origin."""
    tensors: dict[str, Numbers] = {
        "parts": palette.parts,
        "agreement": palette.agreement,
        "palette": palette.palette,
        "sharpness": np.asarray([palette.sharpness], dtype=np.float32),
    }
    names = {"format": FORMAT, "parts": ",".join(PARTS), "simulated": "true"}
    return write(Weights(tensors, {**about, **names}))


def palette_in(data: bytes) -> MeasuredPalette:
    """Raises `LoraMissing` for weights that another trainer made, and `ProviderRequestInvalid` for a broken file."""
    weights = read(data)
    tensors = weights.tensors
    shapes = {name: numbers.shape for name, numbers in tensors.items()}
    wanted = {"parts": (len(PARTS), 3), "agreement": (len(PARTS),), "sharpness": (1,)}
    if weights.metadata.get("format") != FORMAT or not wanted.items() <= shapes.items() or "palette" not in tensors:
        raise LoraMissing("These weights were not made for the local sketch.", detail="no measured palette in them")
    return MeasuredPalette(
        parts=tensors["parts"].clip(0, 1),
        agreement=tensors["agreement"].clip(0, 1),
        palette=tensors["palette"],
        sharpness=float(tensors["sharpness"][0]),
    )
