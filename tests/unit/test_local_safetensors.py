"""The safetensors of the local trainer: what is written is read, and what is not whole is refused."""

import json
from collections.abc import Mapping

import numpy as np
import pytest

from domain.errors import ProviderRequestInvalid
from providers.local.likeness.safetensors import MOST_BYTES, Weights, read, write

TENSORS = {"b": np.asarray([[0.5, -1.0], [2.0, 0.25]], np.float32), "a": np.asarray([3.0], np.float32)}
ENTRY: dict[str, object] = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def file_of(header: object, body: bytes = b"", *, length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + body


def with_entry(**changes: object) -> bytes:
    return file_of({"a": {**ENTRY, **changes}}, bytes(8))


def test_the_bytes_are_those_of_the_format() -> None:
    data = write(Weights(TENSORS, {"trigger": "ohwx"}))
    header = (
        b'{"__metadata__":{"trigger":"ohwx"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
        b'"b":{"dtype":"F32","shape":[2,2],"data_offsets":[4,20]}}'
    )
    padded = header + b" " * (-len(header) % 8)
    numbers = np.asarray([3.0, 0.5, -1.0, 2.0, 0.25], "<f4").tobytes()
    assert data == len(padded).to_bytes(8, "little") + padded + numbers


def test_what_was_written_is_read_again() -> None:
    weights = read(write(Weights(TENSORS, {"trigger": "ohwx", "ü": "é"})))
    assert weights.metadata == {"trigger": "ohwx", "ü": "é"}
    assert {name: numbers.tolist() for name, numbers in weights.tensors.items()} == {
        "a": [3.0],
        "b": [[0.5, -1.0], [2.0, 0.25]],
    }


def test_the_order_of_names_changes_no_byte() -> None:
    turned: Mapping[str, np.typing.NDArray[np.float32]] = dict(reversed(TENSORS.items()))
    assert write(Weights(turned, {"b": "2", "a": "1"})) == write(Weights(TENSORS, {"a": "1", "b": "2"}))


def test_a_file_may_have_no_metadata_and_no_tensors() -> None:
    assert read(file_of({"a": ENTRY}, bytes(8))).metadata == {}
    assert read(file_of({"__metadata__": {"a": "b"}})).tensors == {}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "0 bytes"),
        (bytes(8), "8 bytes"),
        (bytes(MOST_BYTES + 1), f"{MOST_BYTES + 1} bytes"),
        (file_of(b"{}", length=1), "a header of 1 bytes"),
        (file_of(b"{}", length=3), "a header of 3 bytes in a file of 10"),
        (file_of(b"{}", length=2**63), f"a header of {2**63} bytes"),
        (file_of(b"[]"), "no object"),
        (file_of(b" {}"), "no object"),
        (file_of(b"{]"), "no JSON"),
        (file_of(b"\xff\xfe"), "no JSON"),
        (file_of(b'{"a":' + b"[" * 100_000), "no JSON"),
        (file_of(b'{"__metadata__":{},"__metadata__":{}}'), "no JSON"),
        (file_of({"__metadata__": {"a": 1}}), "metadata that is not words"),
        (file_of({"__metadata__": ["a"]}), "metadata that is not words"),
        (file_of({"a": 7}), "'a' is no tensor"),
        (file_of({"a": {"dtype": "F32", "shape": [2]}}, bytes(8)), "'a' is no tensor"),
        (with_entry(dtype="I32"), "'a' is no tensor of float32"),
        (with_entry(shape=[-2]), "'a' has no shape or place"),
        (with_entry(shape=[2.0]), "'a' has no shape or place"),
        (with_entry(shape=[True, 2]), "'a' has no shape or place"),
        (with_entry(shape="2"), "'a' has no shape or place"),
        (with_entry(data_offsets=[0]), "'a' has no shape or place"),
        (with_entry(data_offsets=[0, 8, 8]), "'a' has no shape or place"),
        (with_entry(data_offsets=[8, 0]), "'a' lies at 8 to 0"),
        (with_entry(shape=[3]), "'a' lies at 0 to 8"),
        (with_entry(shape=[3], data_offsets=[0, 12]), "'a' lies at 0 to 12"),
        (with_entry(shape=[1], data_offsets=[4, 8]), "'a' lies at 4 to 8"),
        (with_entry(shape=[1], data_offsets=[0, 4]), "4 bytes that nothing accounts for"),
        (file_of({"a": ENTRY, "b": ENTRY}, bytes(8)), "'b' lies at 0 to 8"),
        (file_of({"a": ENTRY}, np.asarray([1.0, np.nan], "<f4").tobytes()), "'a' holds what is no number"),
        (file_of({"a": ENTRY}, np.asarray([np.inf, 1.0], "<f4").tobytes()), "'a' holds what is no number"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(ProviderRequestInvalid) as refusal:
        read(data)
    assert why in refusal.value.detail
    assert refusal.value.message == "The trained file cannot be read. Train it again."
