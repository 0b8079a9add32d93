"""Files of weights as the local stand-in writes and reads them: float32 tensors and words about them, whole and in memory.

What is a file of this format at all is decided by `providers.safetensors`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.errors import ProviderRequestInvalid
from providers.safetensors import LENGTH, NotSafetensors, Tensor, header_length, header_of

Numbers = NDArray[np.float32]
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
    try:
        length = header_length(data[:LENGTH], len(data), most=MOST_HEADER)
        header = header_of(data[LENGTH : LENGTH + length], len(data) - LENGTH - length)
    except NotSafetensors as error:
        raise _broken(str(error)) from error
    body = data[LENGTH + length :]
    return Weights({name: _numbers(name, tensor, body) for name, tensor in header.tensors.items()}, header.metadata)


def _numbers(name: str, tensor: Tensor, body: bytes) -> Numbers:
    if tensor.dtype != FLOAT:
        raise _broken(f"'{name[:40]}' is no tensor of float32")
    numbers = np.frombuffer(body[tensor.begin : tensor.end], dtype="<f4").astype(np.float32)
    if not np.isfinite(numbers).all():
        raise _broken(f"'{name[:40]}' holds what is no number")
    return numbers.reshape(tensor.shape)


def _broken(why: str) -> ProviderRequestInvalid:
    return ProviderRequestInvalid("The trained file cannot be read. Train it again.", detail=f"safetensors: {why}")
