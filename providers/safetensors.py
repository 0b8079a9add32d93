"""Whether a file is what trainers call their weights: safetensors, looked at without loading any of it.

Eight bytes tell how long the header is (little endian), the header is a JSON object of tensors, and their bytes fill the rest
of the file without gaps. Source: github.com/huggingface/safetensors, README, 2026-11.
"""

import json
from collections.abc import Mapping
from pathlib import Path

MOST_HEADER = 100_000_000
"""Bytes, as the format's own reader allows."""
LENGTH = 8
METADATA = "__metadata__"


class NotSafetensors(ValueError):
    """Says why, in words of ours."""


def check_safetensors(path: Path) -> None:
    """Raises `NotSafetensors`. Reads the header only. Blocks: for a thread."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(LENGTH), "little")
        if not 2 <= length <= min(MOST_HEADER, size - LENGTH):
            raise NotSafetensors("the header's length is not that of a header")
        header = _object_in(file.read(length))
    _check_tensors({name: tensor for name, tensor in header.items() if name != METADATA}, size - LENGTH - length)


def _object_in(text: bytes) -> Mapping[str, object]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise NotSafetensors("the header is no JSON") from None
    if not isinstance(header, dict):
        raise NotSafetensors("the header is no object")
    return header


def _check_tensors(tensors: Mapping[str, object], data: int) -> None:
    if not tensors:
        raise NotSafetensors("there are no tensors")
    end = 0
    for begin, stop in sorted(_range_of(tensor) for tensor in tensors.values()):
        if begin != end or stop < begin:
            raise NotSafetensors("tensors overlap or leave gaps")
        end = stop
    if end != data:
        raise NotSafetensors("the file is not as long as its tensors")


def _range_of(tensor: object) -> tuple[int, int]:
    match tensor:
        case {"dtype": str(), "shape": [*shape], "data_offsets": [int(begin), int(end)]}:
            if all(type(side) is int and side >= 0 for side in shape):
                return begin, end
    raise NotSafetensors("a tensor is not described as one")
