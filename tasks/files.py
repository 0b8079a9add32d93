"""A store of files that is somebody else's: its faults count, and while it is away nobody is asked."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import BinaryIO

from domain.images.image import StoredFile
from domain.models.model import Provider
from domain.ports.object_store import Download, ObjectStore, UploadSlot
from tasks.breakers import Breakers


class WatchedFiles:
    """See `domain.ports.object_store.ObjectStore`. Raises besides what `Breakers.asking` raises."""

    def __init__(self, files: ObjectStore, breakers: Breakers, provider: Provider) -> None:
        self._files, self._breakers, self._provider = files, breakers, provider

    async def put(self, file: StoredFile, data: bytes) -> None:
        async with self._breakers.asking(self._provider):
            await self._files.put(file, data)

    async def put_stream(self, file: StoredFile, stream: BinaryIO) -> None:
        async with self._breakers.asking(self._provider):
            await self._files.put_stream(file, stream)

    async def get(self, key: str) -> bytes:
        async with self._breakers.asking(self._provider):
            return await self._files.get(key)

    async def sign(self, keys: Sequence[str]) -> Mapping[str, str]:
        async with self._breakers.asking(self._provider):
            return await self._files.sign(keys)

    async def sign_for(self, key: str, life: timedelta) -> str:
        async with self._breakers.asking(self._provider):
            return await self._files.sign_for(key, life)

    async def slot(self, key: str, *, content_type: str, size_bytes: int) -> UploadSlot:
        async with self._breakers.asking(self._provider):
            return await self._files.slot(key, content_type=content_type, size_bytes=size_bytes)

    async def sign_downloads(self, files: Sequence[Download]) -> Sequence[str]:
        async with self._breakers.asking(self._provider):
            return await self._files.sign_downloads(files)

    async def remove(self, keys: Sequence[str]) -> None:
        async with self._breakers.asking(self._provider):
            await self._files.remove(keys)
