"""What a node's input may be, checked when the graph is built: the server would only say so after the call was paid for.

Each raises `ValueError` with the node's own name for the input.
"""

import math
from collections.abc import Collection

MOST_SEED = 2**64 - 1
MOST_SIDE = 16384


def whole(name: str, value: int, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}.")
    return value


def number(name: str, value: float, least: float, most: float) -> float:
    if isinstance(value, bool) or not math.isfinite(value) or not least <= value <= most:
        raise ValueError(f"{name} must be a number from {least} to {most}.")
    return float(value)


def one_of(name: str, value: str, allowed: Collection[str]) -> str:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}.")
    return value


def side(name: str, value: int, *, multiple_of: int = 16) -> int:
    """A latent's sides are floored in silence by the server; here they have to fit."""
    if whole(name, value, 16, MOST_SIDE) % multiple_of:
        raise ValueError(f"{name} must be a multiple of {multiple_of}.")
    return value


def model_file(name: str, value: str) -> str:
    """A file below one of the worker's model folders; it may lie in a sub-folder (`styles/film.safetensors`)."""
    parts = value.split("/")
    if not all(parts) or ".." in parts or "\\" in value or value != value.strip():
        raise ValueError(f"{name} must name a file below its folder.")
    return value


def input_file(name: str, value: str) -> str:
    """A file in the worker's input folder: a plain name, for with a `/` its upload fails."""
    if not value or "/" in value or "\\" in value or value != value.strip():
        raise ValueError(f"{name} must be a plain file name.")
    return value
