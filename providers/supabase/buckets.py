"""Several buckets as one store: which of them a file lies in is told by its key (`providers.supabase.shelves`)."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import BinaryIO

from domain.images.image import StoredFile
from domain.ports.object_store import Download, UploadSlot
from providers.supabase.files import SupabaseFiles
from providers.supabase.shelves import Shelf, shelf_of


class Buckets:
    """See `domain.ports.object_store.ObjectStore`. What has no bucket of its own is the first one's, which may refuse it."""

    def __init__(self, ordinary: SupabaseFiles, others: Mapping[Shelf, SupabaseFiles]) -> None:
        self._ordinary, self._others = ordinary, others

    async def put(self, file: StoredFile, data: bytes) -> None:
        await self._of(file.key).put(file, data)

    async def put_stream(self, file: StoredFile, stream: BinaryIO) -> None:
        await self._of(file.key).put_stream(file, stream)

    async def get(self, key: str) -> bytes:
        return await self._of(key).get(key)

    async def sign(self, keys: Sequence[str]) -> Mapping[str, str]:
        """A page of one sort of files asks one bucket alone."""
        apart: dict[SupabaseFiles, list[str]] = {}
        for key in keys:
            apart.setdefault(self._of(key), []).append(key)
        signed = await asyncio.gather(*(bucket.sign(theirs) for bucket, theirs in apart.items()))
        urls = {key: url for found in signed for key, url in found.items()}
        return {key: urls[key] for key in keys}

    async def sign_for(self, key: str, life: timedelta) -> str:
        return await self._of(key).sign_for(key, life)

    async def sign_downloads(self, files: Sequence[Download]) -> Sequence[str]:
        apart: dict[SupabaseFiles, list[Download]] = {}
        for file in files:
            apart.setdefault(self._of(file.key), []).append(file)
        signed = await asyncio.gather(*(bucket.sign_downloads(theirs) for bucket, theirs in apart.items()))
        named = [file for theirs in apart.values() for file in theirs]
        urls = dict(zip(named, [url for found in signed for url in found], strict=True))
        return [urls[file] for file in files]

    async def slot(self, key: str, *, content_type: str, size_bytes: int) -> UploadSlot:
        return await self._ordinary.slot(key, content_type=content_type, size_bytes=size_bytes)

    async def remove(self, keys: Sequence[str]) -> None:
        for bucket in self._all:
            await bucket.remove(keys)

    async def prepare(self) -> None:
        """All, so that none waits for its first file. The others are ready where the last one cannot be had."""
        for bucket in self._all:
            await bucket.prepare()

    async def ping(self) -> None:
        for bucket in self._all:
            await bucket.ping()

    async def close(self) -> None:
        for bucket in self._all:
            await bucket.close()

    @property
    def _all(self) -> Sequence[SupabaseFiles]:
        return (self._ordinary, *self._others.values())

    def _of(self, key: str) -> SupabaseFiles:
        return self._others.get(shelf_of(key), self._ordinary)


SupabaseStore = SupabaseFiles | Buckets
