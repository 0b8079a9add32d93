"""Files in a folder, and the signed addresses under which the API serves them.

An address is good for five to ten minutes: its end is rounded, so that the same picture keeps the same address for a
while and browsers can cache it.
"""

import asyncio
import hmac
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote
from uuid import uuid4

from domain.errors import NotFound, ProviderUnavailable
from domain.images.image import StoredFile
from domain.ports.object_store import CONTENT_KEY, Download, UploadSlot, is_adult_key, is_key
from providers.local.uploads import Announced, LocalUploads

ROUND_TO = 300  # seconds
MOST_SIGNED = 20_000
"""Addresses remembered while they stay the same: whoever looks at a gallery looks at it again."""

SERVED_UNDER = "/files/"
PIECE = 1024 * 1024  # bytes read at once from what is stored


class LocalFiles:
    """See `domain.ports.object_store.ObjectStore`. Adult files lie in a folder beside `root`, named like it."""

    def __init__(self, root: Path, *, public_url: str, secret: bytes, now: Callable[[], datetime]) -> None:
        self._root, self._secret, self._now = root, secret, now
        self._adult_root = root.with_name(f"{root.name}-adult")
        self._served_under = f"{public_url.rstrip('/')}{SERVED_UNDER}"
        self.uploads = LocalUploads(root, served_under=self._served_under, secret=secret, now=now)
        self._signed: dict[str, str] = {}
        self._signed_until = 0

    async def put(self, file: StoredFile, data: bytes) -> None:
        await self.put_stream(file, BytesIO(data))

    async def put_stream(self, file: StoredFile, stream: BinaryIO) -> None:
        await asyncio.to_thread(self._write, file.key, stream)

    async def get(self, key: str) -> bytes:
        return await asyncio.to_thread(self._read, key)

    async def remove(self, keys: Sequence[str]) -> None:
        for key in filter(is_key, keys):
            await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    async def sign(self, keys: Sequence[str]) -> Mapping[str, str]:
        expires = self._end()
        if expires != self._signed_until or len(self._signed) > MOST_SIGNED:
            self._signed, self._signed_until = {}, expires
        signed = self._signed
        for key in keys:
            if key not in signed:
                signed[key] = self._url(key, expires)
        return signed

    async def sign_for(self, key: str, life: timedelta) -> str:
        return self._url(key, int((self._now() + life).timestamp()))

    async def slot(self, key: str, *, content_type: str, size_bytes: int) -> UploadSlot:
        return self.uploads.slot(Announced(key=key, content_type=content_type, size_bytes=size_bytes))

    async def sign_downloads(self, files: Sequence[Download]) -> Sequence[str]:
        expires = self._end()
        return [f"{self._url(key, expires, name)}&name={quote(name)}" for key, name in files]

    def path_of(self, key: str, *, expires: str, signature: str, name: str = "") -> Path:
        """The file behind a signed address. Raises `NotFound` for an address that is forged, expired, or of nothing.

        `name` is the one that a download was signed with.
        """
        fitting = hmac.compare_digest(signature.encode(), self._signature(key, expires, name).encode())
        if not fitting or int(expires) < self._now().timestamp() or not CONTENT_KEY.fullmatch(key):
            raise NotFound("This address is not valid any more. Ask for the image again.")
        path = self._place(key)
        if not path.is_file():
            raise NotFound("This file is gone.")
        return path

    def _end(self) -> int:
        return (int(self._now().timestamp()) // ROUND_TO + 2) * ROUND_TO

    def _path(self, key: str) -> Path:
        if not is_key(key):
            raise NotFound("There is no such file.")
        return self._place(key)

    def _place(self, key: str) -> Path:
        return (self._adult_root if is_adult_key(key) else self._root) / key

    def _read(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound("This file is gone.") from None

    def _write(self, key: str, stream: BinaryIO) -> None:
        path = self._place(key)
        if path.exists():
            return
        stream.seek(0)
        part = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                shutil.copyfileobj(stream, file, PIECE)
            os.replace(part, path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise ProviderUnavailable("The file could not be stored.") from error

    def _url(self, key: str, expires: int, name: str = "") -> str:
        signature = self._signature(key, expires, name)
        return f"{self._served_under}{key}?expires={expires}&signature={signature}"

    def _signature(self, key: str, expires: int | str, name: str = "") -> str:
        said = f"download:{key}:{expires}:{name}" if name else f"file:{key}:{expires}"
        return hmac.digest(self._secret, said.encode(), "sha256").hex()
