"""Pictures that a worker left in a bucket: fetched only from hosts that the operator named, over https, up to a size."""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from urllib.parse import urlsplit

import httpx2

from domain.errors import ProviderMisconfigured, ProviderUnavailable
from providers.runpod.errors import AWAY, BROKEN, NOT_SET_UP, unanswered

PATIENCE = timedelta(seconds=60)
MOST_BYTES = 50 * 1024 * 1024


class Downloads:
    """Sends no key, follows no redirect. `hosts` are exact names."""

    def __init__(
        self,
        hosts: Collection[str],
        *,
        most_bytes: int = MOST_BYTES,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._most_bytes = most_bytes
        self._hosts = frozenset(host.lower() for host in hosts)
        self._client = httpx2.AsyncClient(transport=transport, timeout=30.0, trust_env=False, follow_redirects=False)

    async def get(self, url: str) -> bytes:
        self._check(url)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()), self._client.stream("GET", url) as response:
                if response.status_code != 200:
                    raise ProviderUnavailable(BROKEN, detail=f"bucket: HTTP {response.status_code}")
                return await self._bounded(response)
        except (httpx2.RequestError, TimeoutError) as error:
            raise unanswered(error, paid=False) from error

    async def close(self) -> None:
        await self._client.aclose()

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise ProviderUnavailable(AWAY, detail="bucket: no address") from error
        if parts.scheme != "https" or port not in (None, 443) or parts.username is not None:
            raise ProviderUnavailable(BROKEN, detail="bucket: address refused")
        if host not in self._hosts:
            raise ProviderMisconfigured(NOT_SET_UP, detail="bucket: host is not among those allowed")

    async def _bounded(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > self._most_bytes:
                raise ProviderUnavailable(BROKEN, detail="bucket: picture too large")
        return bytes(body)
