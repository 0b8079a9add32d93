"""The one connection to OpenAI that pictures, words and verdicts share.

Two faces of the SDK over one pool of connections: for what costs money it never repeats a request (it would, twice, and
sends no idempotency key), for what is free it may. Nothing is built, and the SDK is not imported, before the first call;
from then on it belongs to the loop that made it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

import httpx2

from domain.errors import ProviderMisconfigured
from providers.openai.errors import MISCONFIGURED, error_of, lost

if TYPE_CHECKING:
    from openai import AsyncOpenAI

BASE_URL = "https://api.openai.com/v1"
CONNECT_TIMEOUT = 5.0  # seconds
POOL_TIMEOUT = 10.0  # seconds
FREE_TIMEOUT = 10.0  # seconds, for each try of a free call
FREE_LIMIT = timedelta(seconds=30)
"""For a free call with all its repetitions: the SDK alone would wait up to two minutes before each of them."""

FREE_REPETITIONS = 2  # the SDK's own default


class OpenAIClient:
    """Reads no environment, although the SDK would: organisation, project and headers are what the key implies."""

    def __init__(self, *, key: str, base_url: str = BASE_URL) -> None:
        self._key, self._base_url = key, base_url
        self._http: httpx2.AsyncClient | None = None
        self._paid: AsyncOpenAI | None = None
        self._free: AsyncOpenAI | None = None

    @asynccontextmanager
    async def paid(self, limit: timedelta) -> AsyncIterator["AsyncOpenAI"]:
        """To make one call that costs money. What goes wrong inside, `limit` included, comes out as our errors."""
        async with _mapped(limit, paid=True):
            self._paid = self._paid or self._built(read=None, max_retries=0)
            yield self._paid

    @asynccontextmanager
    async def free(self, limit: timedelta = FREE_LIMIT) -> AsyncIterator["AsyncOpenAI"]:
        async with _mapped(limit, paid=False):
            self._free = self._free or self._built(read=FREE_TIMEOUT, max_retries=FREE_REPETITIONS)
            yield self._free

    async def ping(self) -> None:
        """Whether it answers and knows our key, for free. Raises the `ProviderError`s and `RateLimited`."""
        await self.shutdown_dates()

    async def shutdown_dates(self) -> Mapping[str, date]:
        """By model, where an end is announced. What is no date is left out."""
        async with self.free() as sdk:
            try:
                found = {model.id: _date(model.shutdown_date) for model in (await sdk.models.list()).data}
            except (AttributeError, TypeError):  # The SDK builds its objects from whatever came.
                raise lost(paid=False, detail="no list of models in the answer") from None
        return {name: on for name, on in found.items() if on}

    async def close(self) -> None:
        """A second call is fine; a call after it builds anew."""
        http, self._http, self._paid, self._free = self._http, None, None, None
        if http is not None:
            await http.aclose()

    def _built(self, *, read: float | None, max_retries: int) -> "AsyncOpenAI":
        """`read` is the longest silence in seconds; None leaves that to the call's own limit."""
        from openai import AsyncOpenAI  # noqa: PLC0415 - 0.4 s and 50 MB that only whoever asks OpenAI pays

        if not (self._key and self._key.isascii() and self._key.isprintable()):  # A header's error would repeat it.
            raise ProviderMisconfigured(MISCONFIGURED, detail="the key is empty, or has characters that no key has")
        self._http = self._http or _pool()
        sdk = AsyncOpenAI(
            api_key=self._key,
            admin_api_key="",
            webhook_secret="",
            base_url=self._base_url,
            timeout=httpx2.Timeout(read, connect=CONNECT_TIMEOUT, pool=POOL_TIMEOUT),
            max_retries=max_retries,
            http_client=self._http,
        )
        # The constructor takes these from the environment when it is given None, and there is no other way to say "none".
        sdk.organization = sdk.project = None
        sdk._custom_headers = {}
        return sdk


def _pool() -> httpx2.AsyncClient:
    """Redirects are not followed: a paid POST would be sent twice, and our key elsewhere."""
    limits = httpx2.Limits(max_connections=1000, max_keepalive_connections=100)
    return httpx2.AsyncClient(limits=limits, follow_redirects=False)


@asynccontextmanager
async def _mapped(limit: timedelta, *, paid: bool) -> AsyncIterator[None]:
    """Causes are not chained: the SDK's errors repeat the answer's body, and a body may repeat the key or the prompt."""
    from openai import APIError  # noqa: PLC0415 - as above

    try:
        async with asyncio.timeout(limit.total_seconds()):
            yield
    except APIError as error:
        raise error_of(error, paid=paid) from None
    except TimeoutError:
        raise lost(paid=paid, detail=f"no answer in {limit.total_seconds():g} s") from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise lost(paid=paid, detail="unreadable answer") from None


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
