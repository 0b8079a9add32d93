"""One question over HTTP and its answer, up to a size and within a time. Nothing here asks twice, or follows a redirect."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import httpx2
import orjson

MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Names of headers are looked up in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_good(self) -> bool:
        return self.status // 100 == 2

    @property
    def said(self) -> object:
        """None for what is no JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    @property
    def fields(self) -> Mapping[str, object]:
        """An object, or an empty one for whatever is none: who reads it misses what they need, and says so."""
        said = self.said
        return said if isinstance(said, dict) else {}


class Exchange:
    """Belongs to the event loop of its first call. Raises `httpx2.RequestError` and `TimeoutError`."""

    def __init__(self, *, patience: timedelta) -> None:
        self._patience = patience.total_seconds()
        self.client = httpx2.AsyncClient(
            headers={"accept": "application/json"},
            timeout=httpx2.Timeout(30.0, connect=10.0),
            trust_env=False,
            follow_redirects=False,
        )

    async def send(self, request: httpx2.Request) -> Answer:
        async with asyncio.timeout(self._patience):
            response = await self.client.send(request, stream=True)
            try:
                return Answer(status=response.status_code, headers=response.headers, body=await _bounded(response))
            finally:
                await response.aclose()

    async def close(self) -> None:
        await self.client.aclose()


def bearer(key: str) -> Mapping[str, str]:
    """Raises `ValueError` for what cannot stand in a header, without telling it."""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("RunPod's key must be printable ASCII without spaces.")
    return {"authorization": f"Bearer {key}"}


async def _bounded(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > MOST_BYTES:
            raise httpx2.ReadError("too large an answer", request=response.request)
    return bytes(body)
