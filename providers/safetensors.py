"""The safetensors format, read: what a file says of itself, without its numbers. A file is believed only where every byte is accounted for.

Eight bytes tell how long the header is (little endian), the header is a JSON object of tensors, and their bytes fill the rest
of the file without gaps. Source: github.com/huggingface/safetensors, README, 2026-11.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

MOST_HEADER = 100_000_000
"""Bytes, as the format's own reader allows."""
LENGTH = 8
METADATA = "__metadata__"
SIZES = {"BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2} | {
    "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
}  # fmt: skip
"""Bytes of one number. Of a type that is not here nothing is known but where it lies."""


class NotSafetensors(ValueError):
    """Says why, in words of ours."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """`begin` and `end` count from the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Header:
    """Tensors by name, as they lie one after the other."""

    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str]


def check_safetensors(path: Path) -> None:
    """Raises `NotSafetensors`, also for one without tensors. Reads the header only. Blocks: for a thread."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = header_length(file.read(LENGTH), size)
        header = header_of(file.read(length), size - LENGTH - length)
    if not header.tensors:
        raise NotSafetensors("there are no tensors")


def header_length(first: bytes, size: int, *, most: int = MOST_HEADER) -> int:
    """Of a file of that size. Raises `NotSafetensors`."""
    length = int.from_bytes(first, "little")
    if not 2 <= length <= min(most, size - LENGTH):
        raise NotSafetensors(f"a header of {length} bytes in a file of {size}")
    return length


def header_of(text: bytes, size: int) -> Header:
    """`size` is that of what comes behind it. Raises `NotSafetensors`."""
    said = _object_in(text)
    metadata = said.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise NotSafetensors("metadata that is not words")
    found = {name: _tensor(name, entry) for name, entry in said.items()}
    placed = sorted(found.items(), key=lambda one: (one[1].begin, one[1].end))
    end = 0
    for name, tensor in placed:
        if tensor.begin != end or not _fits(tensor) or tensor.end > size:
            raise NotSafetensors(f"'{name[:40]}' lies at {tensor.begin} to {tensor.end}")
        end = tensor.end
    if end != size:
        raise NotSafetensors(f"{size - end} bytes that nothing accounts for")
    return Header(dict(placed), metadata)


def _object_in(text: bytes) -> dict[str, object]:
    """JSON that begins at once and names nothing twice: readers that take the other of two would read another file."""
    try:
        said = json.loads(text.decode(), object_pairs_hook=_once)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise NotSafetensors("a header that is no JSON") from None
    if not text.startswith(b"{") or not isinstance(said, dict):
        raise NotSafetensors("a header that is no object")
    return said


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _tensor(name: str, entry: object) -> Tensor:
    match entry:
        case {"dtype": str(dtype), "shape": shape, "data_offsets": offsets, **rest} if not rest:
            match offsets:
                case [int(begin), int(end)] if _are_counts(offsets) and _are_counts(shape):
                    return Tensor(dtype, tuple(shape), begin, end)
            raise NotSafetensors(f"'{name[:40]}' has no shape or place")
    raise NotSafetensors(f"'{name[:40]}' is no tensor")


def _are_counts(values: object) -> TypeGuard[list[int]]:
    return isinstance(values, list) and all(type(value) is int and value >= 0 for value in values)


def _fits(tensor: Tensor) -> bool:
    size = SIZES.get(tensor.dtype)
    taken = tensor.end - tensor.begin
    return taken >= 0 and (size is None or taken == size * math.prod(tensor.shape))
