"""Results, fetched from fal's own hosts before they expire. The key is not sent there: the addresses are public.

The address comes from outside, so it is only followed over https, to hosts that were named, to no redirect, up to a size.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import httpx2

from domain.errors import ImageNotMade, ProviderMisconfigured, ProviderUnavailable
from providers.fal.errors import AWAY, EXPIRED, NOT_MADE, NOT_SET_UP, malformed
from providers.saving import MOST_WEIGHTS, TooLarge, save

MEDIA_HOSTS = ("fal.media", "fal.ai", "fal.run")
"""Each stands for itself and everything below it. Source: results in fal's documentation (v3.fal.media), 2026-11."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MOST_BYTES = 40 * 1024 * 1024
PATIENCE = timedelta(seconds=60)
WEIGHTS_PATIENCE = timedelta(minutes=10)
PART = 1024 * 1024
GONE = frozenset({403, 404, 410})


class Media:
    """Belongs to the event loop that first uses it."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = tuple(host.lower() for host in hosts)
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(30, connect=10), follow_redirects=False, headers={"accept-encoding": "identity"}
        )

    async def get(self, url: str, *, most_bytes: int = MOST_BYTES) -> bytes:
        """Raises `ProviderUnavailable`, and `ProviderMisconfigured` for a host that was not named."""
        async with self._answer(url, PATIENCE) as response:
            return await _bounded(response, most_bytes)

    async def save(self, url: str, path: Path, *, most_bytes: int = MOST_WEIGHTS) -> None:
        """As `get`, into a new file."""
        async with self._answer(url, WEIGHTS_PATIENCE) as response:
            try:
                await save(response.aiter_raw(PART), path, most_bytes=most_bytes)
            except TooLarge:
                raise ImageNotMade(NOT_MADE, detail="the file is too large") from None

    @asynccontextmanager
    async def _answer(self, url: str, patience: timedelta) -> AsyncIterator[httpx2.Response]:
        self._check(url)
        try:
            async with asyncio.timeout(patience.total_seconds()), self._client.stream("GET", url) as response:
                if response.status_code in GONE:
                    raise ProviderUnavailable(EXPIRED, detail=f"the picture is gone: {response.status_code}")
                if response.status_code != 200:
                    raise ProviderUnavailable(NOT_MADE, detail=f"the picture's host: {response.status_code}")
                yield response
        except (httpx2.RequestError, TimeoutError) as error:
            raise ProviderUnavailable(AWAY, detail=f"the picture's host: {type(error).__name__}") from error

    async def close(self) -> None:
        await self._client.aclose()

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise malformed("the picture's address") from None
        if self._is_named_loopback(host):
            return
        if not _is_plain_https(parts, port):
            raise malformed("the picture's address is not one of https")
        if not any(host == known or host.endswith(f".{known}") for known in self._hosts):
            raise ProviderMisconfigured(NOT_SET_UP, detail=f"pictures lie at {host[:80]!r}, which is not allowed here")

    def _is_named_loopback(self, host: str) -> bool:
        """For emulators. Only where it was named itself."""
        return host in LOOPBACK and host in self._hosts


def _is_plain_https(parts: SplitResult, port: int | None) -> bool:
    return parts.scheme == "https" and port in (None, 443) and parts.username is None and parts.password is None


async def _bounded(response: httpx2.Response, most_bytes: int) -> bytes:
    """Counted as it arrives, and not unpacked: a length that is told need not be true, and a picture is packed already."""
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > most_bytes:
            raise ProviderUnavailable(NOT_MADE, detail="the picture is too large")
    return bytes(body)
