"""Weights on their way to the disk: how much is taken, and what is left when it was none."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from providers.safetensors import NotSafetensors
from providers.saving import TooLarge, new_weights, save
from tests.support.safetensors import safetensors

DATA = safetensors(64)


async def parts(data: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(data), 50):
        yield data[begin : begin + 50]


def files_in(folder: Path) -> Sequence[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]


async def test_what_came_is_there(tmp_path: Path) -> None:
    async with new_weights(tmp_path) as path:
        await save(parts(DATA), path, most_bytes=len(DATA))
    assert files_in(tmp_path) == [DATA]


async def saved(folder: Path, data: bytes, *, most_bytes: int = 10_000) -> None:
    async with new_weights(folder) as path:
        await save(parts(data), path, most_bytes=most_bytes)


@pytest.mark.parametrize(
    ("data", "most_bytes", "error"),
    [(DATA, len(DATA) - 1, TooLarge), (DATA[:-1], 10_000, NotSafetensors), (b"", 10_000, NotSafetensors)],
)
async def test_what_is_not_taken_leaves_nothing(
    tmp_path: Path, data: bytes, most_bytes: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await saved(tmp_path, data, most_bytes=most_bytes)
    assert files_in(tmp_path) == []


async def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    await save(parts(b"first"), path)
    with pytest.raises(FileExistsError):
        await save(parts(b"second"), path)
    assert files_in(tmp_path) == [b"first"]
