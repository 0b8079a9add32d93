"""The safetensors format, as much of it as the local stand-in writes: float32 tensors and words about them.

Eight bytes with the header's length (little-endian), the header as JSON, then the numbers as they lie in memory. Reading is
strict: a file is believed only where its header accounts for every byte. Source: safetensors' README, "Format", 2026-11.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.errors import ProviderRequestInvalid

Numbers = NDArray[np.float32]
LENGTH = 8
MOST_HEADER = 1024 * 1024
MOST_BYTES = 16 * 1024 * 1024
"""Of a whole file that is read into memory. Ours have some kilobytes."""
FLOAT = "F32"


@dataclass(frozen=True, slots=True)
class Weights:
    tensors: Mapping[str, Numbers]
    metadata: Mapping[str, str]


def write(weights: Weights) -> bytes:
    """The same bytes for the same weights: names are sorted, and the header is padded with blanks to a multiple of eight."""
    header: dict[str, object] = {"__metadata__": dict(sorted(weights.metadata.items()))}
    body = bytearray()
    for name in sorted(weights.tensors):
        numbers = np.ascontiguousarray(weights.tensors[name], dtype="<f4")
        offsets = [len(body), len(body) + numbers.nbytes]
        header[name] = {"dtype": FLOAT, "shape": list(numbers.shape), "data_offsets": offsets}
        body += numbers.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % LENGTH)
    return len(text).to_bytes(LENGTH, "little") + text + bytes(body)


def read(data: bytes) -> Weights:
    """Raises `ProviderRequestInvalid` for what is no such file, whole, and for numbers that are not float32 or not finite."""
    if not LENGTH < len(data) <= MOST_BYTES:
        raise _broken(f"{len(data)} bytes")
    length = int.from_bytes(data[:LENGTH], "little")
    if not 2 <= length <= min(MOST_HEADER, len(data) - LENGTH):
        raise _broken(f"a header of {length} bytes in a file of {len(data)}")
    header = _header(data[LENGTH : LENGTH + length])
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise _broken("metadata that is not words")
    return Weights(_tensors(header, data[LENGTH + length :]), metadata)


def _header(text: bytes) -> dict[str, Any]:
    """JSON that begins at once and names nothing twice: readers that take the other of two would read another file."""
    try:
        header = json.loads(text.decode(), object_pairs_hook=_once)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise _broken("a header that is no JSON") from None
    if not text.startswith(b"{") or not isinstance(header, dict):
        raise _broken("a header that is no object")
    return header


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _tensors(header: Mapping[str, object], body: bytes) -> dict[str, Numbers]:
    """Each lies where the one before it ended, and the last one ends the file."""
    placed = sorted(((*_entry(name, entry), name) for name, entry in header.items()), key=lambda found: found[0])
    tensors: dict[str, Numbers] = {}
    end = 0
    for begin, stop, shape, name in placed:
        if begin != end or stop - begin != 4 * math.prod(shape) or stop > len(body):
            raise _broken(f"'{name[:40]}' lies at {begin} to {stop}")
        numbers = np.frombuffer(body[begin:stop], dtype="<f4").astype(np.float32)
        if not np.isfinite(numbers).all():
            raise _broken(f"'{name[:40]}' holds what is no number")
        tensors[name] = numbers.reshape(shape)
        end = stop
    if end != len(body):
        raise _broken(f"{len(body) - end} bytes that nothing accounts for")
    return tensors


def _entry(name: str, entry: object) -> tuple[int, int, list[int]]:
    """Where it begins and ends, and its shape."""
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"} or entry["dtype"] != FLOAT:
        raise _broken(f"'{name[:40]}' is no tensor of float32")
    shape, offsets = entry["shape"], entry["data_offsets"]
    if not _are_counts(shape) or not _are_counts(offsets) or len(offsets) != 2:
        raise _broken(f"'{name[:40]}' has no shape or place")
    return offsets[0], offsets[1], shape


def _are_counts(values: object) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value <= MOST_BYTES for value in values)


def _broken(why: str) -> ProviderRequestInvalid:
    return ProviderRequestInvalid("The trained file cannot be read. Train it again.", detail=f"safetensors: {why}")
