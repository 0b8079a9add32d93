"""What comes over the wire, straight onto the disk: weights do not fit into memory beside everything else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from providers.safetensors import check_safetensors

MOST_WEIGHTS = 2 * 1024**3
"""Bytes. LoRAs of rank 16 to 32 for these models have 80 to 400 MB."""


class TooLarge(ValueError):
    """More came than is taken."""


@asynccontextmanager
async def new_weights(folder: Path) -> AsyncIterator[Path]:
    """Where to save weights to. Gone again if the block fails, or leaves something there that is none (`NotSafetensors`)."""
    path = folder / f"{uuid4().hex}.safetensors"
    try:
        yield path
        await asyncio.to_thread(check_safetensors, path)
    except BaseException:  # also a cancelled task leaves nothing
        path.unlink(missing_ok=True)
        raise


async def save(parts: AsyncIterator[bytes], path: Path, *, most_bytes: int = MOST_WEIGHTS) -> None:
    """Into a file that did not exist. Counted as it arrives: a length that is told need not be true. Raises `TooLarge`."""
    file, size = await asyncio.to_thread(path.open, "xb"), 0
    try:
        async for part in parts:
            size += len(part)
            if size > most_bytes:
                raise TooLarge
            await asyncio.to_thread(file.write, part)
    finally:
        file.close()
