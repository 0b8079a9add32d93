"""Adult content in a bucket of its own: which of the two a file lies in is told by its key."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import BinaryIO

from domain.images.image import StoredFile
from domain.ports.object_store import Download, UploadSlot, is_adult_key
from providers.supabase.files import SupabaseFiles


class TwoBuckets:
    """See `domain.ports.object_store.ObjectStore`. Each bucket refuses what belongs in the other."""

    def __init__(self, ordinary: SupabaseFiles, adult: SupabaseFiles) -> None:
        self._ordinary, self._adult = ordinary, adult

    async def put(self, file: StoredFile, data: bytes) -> None:
        await self._of(file.key).put(file, data)

    async def put_stream(self, file: StoredFile, stream: BinaryIO) -> None:
        await self._of(file.key).put_stream(file, stream)

    async def get(self, key: str) -> bytes:
        return await self._of(key).get(key)

    async def sign(self, keys: Sequence[str]) -> Mapping[str, str]:
        """A page without adult files asks the one bucket alone."""
        apart = [key for key in keys if is_adult_key(key)]
        if not apart:
            return await self._ordinary.sign(keys)
        rest = [key for key in keys if not is_adult_key(key)]
        ordinary, adult = await asyncio.gather(self._ordinary.sign(rest), self._adult.sign(apart))
        return {key: (adult if is_adult_key(key) else ordinary)[key] for key in keys}

    async def sign_for(self, key: str, life: timedelta) -> str:
        return await self._of(key).sign_for(key, life)

    async def sign_downloads(self, files: Sequence[Download]) -> Sequence[str]:
        apart = [file for file in files if is_adult_key(file.key)]
        rest = [file for file in files if not is_adult_key(file.key)]
        ordinary, adult = await asyncio.gather(self._ordinary.sign_downloads(rest), self._adult.sign_downloads(apart))
        urls = dict(zip([*rest, *apart], [*ordinary, *adult], strict=True))
        return [urls[file] for file in files]

    async def slot(self, key: str, *, content_type: str, size_bytes: int) -> UploadSlot:
        return await self._ordinary.slot(key, content_type=content_type, size_bytes=size_bytes)

    async def remove(self, keys: Sequence[str]) -> None:
        await self._ordinary.remove(keys)
        await self._adult.remove(keys)

    async def prepare(self) -> None:
        """Both, so that neither waits for its first file."""
        await self._ordinary.prepare()
        await self._adult.prepare()

    async def ping(self) -> None:
        await self._ordinary.ping()
        await self._adult.ping()

    async def close(self) -> None:
        await self._ordinary.close()
        await self._adult.close()

    def _of(self, key: str) -> SupabaseFiles:
        return self._adult if is_adult_key(key) else self._ordinary


SupabaseStore = SupabaseFiles | TwoBuckets
