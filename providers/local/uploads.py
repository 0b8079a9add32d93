"""What owners send by themselves, as the local store takes it: signed addresses that accept one announced file each.

Stricter than a vendor's storage: exactly the announced size and type. Everything is written beside its place, in pieces and
off the event loop, and linked there when it is whole, so that of two who send at once one is refused.
"""

import asyncio
import hmac
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from domain.errors import Conflict, NotFound
from domain.ports.object_store import UPLOAD_KEY, UploadSlot, check_announced

SLOT_LIFE = timedelta(minutes=15)
NUMBER = re.compile(r"[0-9]{1,12}")
PIECE = 256 * 1024
"""Bytes that are gathered before they are written."""


class UploadRefused(Exception):
    """With the HTTP status that says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a signed address is good for."""

    key: str
    content_type: str
    size_bytes: int


class LocalUploads:
    def __init__(self, root: Path, *, served_under: str, secret: bytes, now: Callable[[], datetime]) -> None:
        self._root, self._served_under, self._secret, self._now = root, served_under, secret, now

    def slot(self, upload: Announced) -> UploadSlot:
        """See `domain.ports.object_store.ObjectStore.slot`."""
        check_announced(upload.content_type, upload.size_bytes)
        if not UPLOAD_KEY.fullmatch(upload.key):
            raise NotFound("There is no such place for a file.")
        if (self._root / upload.key).exists():
            raise Conflict("A file was sent there already.")
        expires = int((self._now() + SLOT_LIFE).timestamp())
        said = {"expires": expires, "size": upload.size_bytes, "type": upload.content_type}
        query = urlencode({**said, "signature": self._signature(upload.key, expires, upload)})
        return UploadSlot(
            url=f"{self._served_under}{upload.key}?{query}",
            headers={"Content-Type": upload.content_type},
            expires_at=datetime.fromtimestamp(expires, UTC),
        )

    def announced(self, key: str, *, expires: str, size: str, content_type: str, signature: str) -> Announced:
        """What was signed. Raises `UploadRefused` for an address that is forged or expired."""
        if not NUMBER.fullmatch(expires) or not NUMBER.fullmatch(size) or not UPLOAD_KEY.fullmatch(key):
            raise _forged()
        upload = Announced(key=key, content_type=content_type, size_bytes=int(size))
        if not hmac.compare_digest(signature.encode(), self._signature(key, expires, upload).encode()):
            raise _forged()
        if int(expires) < self._now().timestamp():
            raise UploadRefused(403, "This address has expired. Ask for another.")
        return upload

    async def receive(self, upload: Announced, chunks: AsyncIterator[bytes]) -> None:
        """All of it or nothing. Raises `UploadRefused`, `OSError`, and whatever `chunks` raises."""
        path = self._root / upload.key
        part = path.with_name(f".{path.name}.{uuid4().hex}")
        await asyncio.to_thread(_begin, path, part)
        try:
            await _fill(part, chunks, upload.size_bytes)
            await asyncio.to_thread(_keep, part, path)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)

    def _signature(self, key: str, expires: int | str, upload: Announced) -> str:
        signed = f"upload:{key}:{expires}:{upload.size_bytes}:{upload.content_type}"
        return hmac.digest(self._secret, signed.encode(), "sha256").hex()


async def _fill(part: Path, chunks: AsyncIterator[bytes], size_bytes: int) -> None:
    gathered, total = bytearray(), 0
    async for chunk in chunks:
        total += len(chunk)
        if total > size_bytes:
            raise UploadRefused(413, f"This is more than the {size_bytes} bytes that were announced.")
        gathered += chunk
        if len(gathered) >= PIECE:
            await asyncio.to_thread(_append, part, bytes(gathered))
            gathered.clear()
    if total < size_bytes:
        raise UploadRefused(400, f"This is less than the {size_bytes} bytes that were announced.")
    await asyncio.to_thread(_append, part, bytes(gathered))


def _begin(path: Path, part: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise _taken()
    part.touch(exist_ok=False)


def _append(part: Path, data: bytes) -> None:
    """Never makes the file: it may have been given up, and taken away, while this waited for its thread."""
    with suppress(FileNotFoundError), part.open("r+b") as file:
        file.seek(0, os.SEEK_END)
        file.write(data)


def _keep(part: Path, path: Path) -> None:
    try:
        os.link(part, path)
    except FileExistsError:
        raise _taken() from None


def _forged() -> UploadRefused:
    return UploadRefused(403, "This address is not valid. Ask for another.")


def _taken() -> UploadRefused:
    return UploadRefused(409, "A file was sent there already.")
