"""Files of weights, and files that only look like some."""

import json
from pathlib import Path
from typing import Any

import pytest

from providers.safetensors import NotSafetensors, check_safetensors
from tests.support.safetensors import safetensors


def tensor(begin: int, end: int, **changes: Any) -> dict[str, Any]:
    return {"dtype": "F32", "shape": [(end - begin) // 4], "data_offsets": [begin, end], **changes}


def checked(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    check_safetensors(path)


def test_weights(tmp_path: Path) -> None:
    checked(tmp_path / "weights", safetensors(64, 0, 32))
    checked(tmp_path / "weights", safetensors(96, header={"a": tensor(0, 96), "b": tensor(96, 96, dtype="F4_E2M1")}))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 7,
        b"\0" * 8,
        (2**63).to_bytes(8, "little") + b"{}",
        (3).to_bytes(8, "little") + b"{}",
        (4).to_bytes(8, "little") + b"nope",
        (2).to_bytes(8, "little") + b"[]",
        (5000).to_bytes(8, "little") + b"[" * 5000,
        safetensors(header={}),
        safetensors(header={"__metadata__": {}}),
        safetensors(96, header={"a": tensor(0, 95)}),
        safetensors(96, header={"a": tensor(1, 96)}),
        safetensors(96, header={"a": tensor(0, 50), "b": tensor(40, 96)}),
        safetensors(96, header={"a": tensor(0, 96, shape=[-1])}),
        safetensors(96, header={"a": tensor(0, 96, data_offsets=["0", "96"])}),
        safetensors(96, header={"a": tensor(0, 96, shape=[96])}),
        safetensors(96, header={"a": "tensor"}),
    ],
)
def test_no_weights(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(NotSafetensors):
        checked(tmp_path / "weights", data)


def test_a_header_is_not_read_whole_where_it_is_too_long(tmp_path: Path) -> None:
    text = json.dumps({"a": tensor(0, 0)}).encode()
    with pytest.raises(NotSafetensors, match="a header of"):
        checked(tmp_path / "weights", (len(text) + 1).to_bytes(8, "little") + text)
