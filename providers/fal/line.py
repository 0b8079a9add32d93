"""The line to fal: the paid request by our own hand, everything about it afterwards by fal's SDK.

fal's SDK sends a submission again, up to nine times, when a connection breaks or an answer is late, and each is a job that
is paid (measured: docs/decisions/0014). It has no way to switch that off. So that one request is sent from here, once.
Its handle on a submitted request is sound, and trying again costs nothing there. It gets an HTTP client of ours, because
the SDK's own has no public way to be closed; with it come time-outs of ours and an ear for 429, which the SDK would
answer by asking again at once, whatever `Retry-After` says.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx2

from domain.errors import NotFound, OutcomeUnknown, ProviderUnavailable
from providers.fal.errors import AWAY, UNSURE, Answer, error_of, malformed

if TYPE_CHECKING:
    import httpx
    from fal_client import AsyncRequestHandle

NUMBER = re.compile(r"[A-Za-z0-9_-]{1,100}")
"""What a request id may look like: it becomes part of an address."""

NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
CONNECTING = 10.0  # seconds


class Line:
    """Belongs to the event loop that first uses it."""

    def __init__(self, *, key: str, queue_url: str, patience: timedelta, submit_patience: timedelta) -> None:
        self._key, self._queue_url = key, queue_url.rstrip("/")
        self._patience, self._submit_patience = patience.total_seconds(), submit_patience.total_seconds()
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(None, connect=CONNECTING), headers=self._headers, follow_redirects=False
        )
        self._sdks: httpx.AsyncClient | None = None

    async def submit(self, endpoint: str, *, body: bytes, headers: Mapping[str, str], webhook: str | None) -> Answer:
        """One POST. Raises `ProviderUnavailable` where it was certainly not sent, `OutcomeUnknown` where it may have been."""
        address = f"{self._queue_url}/{endpoint}" + (f"?fal_webhook={quote(webhook, safe='')}" if webhook else "")
        try:
            async with asyncio.timeout(self._submit_patience):
                return await self._post(address, body, headers)
        except NEVER_SENT as error:
            raise ProviderUnavailable(AWAY, detail=f"not sent: {type(error).__name__}") from error
        except (httpx2.HTTPError, httpx2.StreamError, TimeoutError) as error:
            raise OutcomeUnknown(UNSURE, detail=f"sent, no answer: {type(error).__name__}") from error

    async def ask(self, address: str, body: bytes) -> Answer:
        """One POST that costs nothing. Raises `ProviderUnavailable`."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._post(address, body, {})
        except (httpx2.HTTPError, TimeoutError) as error:
            raise ProviderUnavailable(AWAY, detail=type(error).__name__) from error

    @asynccontextmanager
    async def about(
        self, endpoint: str, request_id: str, *, fine: Collection[int] = ()
    ) -> AsyncIterator["AsyncRequestHandle"]:
        """The SDK's handle, and for what it raises our errors: `NotFound` where fal does not know the request (any more).

        Statuses in `fine` end the block quietly.
        """
        import fal_client  # noqa: PLC0415 - an API process never asks fal, and need not load its SDK
        import httpx  # noqa: PLC0415 - the SDK's

        try:
            async with asyncio.timeout(self._patience):
                yield self._handle(endpoint, request_id)
        except fal_client.FalClientHTTPError as error:
            if error.status_code in fine:
                return
            if error.status_code == 404:
                raise NotFound("The image service does not know of this image (any more).") from None
            raise error_of(_answer(error.response), now=datetime.now(UTC)) from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise ProviderUnavailable(AWAY, detail=type(error).__name__) from error
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise malformed("an answer about a request") from error

    async def close(self) -> None:
        await self._client.aclose()
        if self._sdks is not None:
            await self._sdks.aclose()

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Key {self._key}", "accept": "application/json"}

    async def _post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        said = await self._client.post(address, content=body, headers={"content-type": "application/json", **headers})
        return Answer(status=said.status_code, headers=said.headers, body=said.content)

    def _handle(self, endpoint: str, request_id: str) -> "AsyncRequestHandle":
        """Addresses are made from what is kept, as the SDK itself does for a bare id: of the endpoint only owner and
        application count. Those in fal's answer are not followed: the key is sent to where they point."""
        from fal_client import AsyncRequestHandle  # noqa: PLC0415

        if not NUMBER.fullmatch(request_id):
            raise NotFound("The image service does not know of this image (any more).")
        owner, application = endpoint.split("/")[:2]
        address = f"{self._queue_url}/{owner}/{application}/requests/{request_id}"
        return AsyncRequestHandle(
            request_id=request_id,
            response_url=address,
            status_url=f"{address}/status",
            cancel_url=f"{address}/cancel",
            client=self._sdk_client(),
        )

    def _sdk_client(self) -> "httpx.AsyncClient":
        import httpx  # noqa: PLC0415
        from fal_client.client import AsyncBackupDomainTransport  # noqa: PLC0415 - fal's second domain, when its first is away

        if self._sdks is None:
            self._sdks = httpx.AsyncClient(
                transport=AsyncBackupDomainTransport(),
                headers=self._headers,
                event_hooks={"response": [_wait_when_told_to]},
                follow_redirects=False,
            )
        return self._sdks


async def _wait_when_told_to(response: "httpx.Response") -> None:
    if response.status_code == 429:
        raise error_of(Answer(status=429, headers=response.headers), now=datetime.now(UTC))


def _answer(response: "httpx.Response") -> Answer:
    return Answer(status=response.status_code, headers=response.headers, body=response.content)
