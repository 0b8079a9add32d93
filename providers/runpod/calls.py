"""RunPod's serverless endpoints over HTTP. Its own package is not used: its client for asyncio drops webhook and policy, reads
no status of HTTP and loses the error's text (docs/decisions/0014).

Nothing here asks twice.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx2
import orjson

from domain.errors import NotFound, OutcomeUnknown, ProviderMisconfigured, ProviderUnavailable
from providers.runpod.errors import BROKEN, NOT_SET_UP, UNSURE, refused, unanswered

PATIENCE = timedelta(seconds=60)
"""For a whole exchange: 10 MB on their way there, or an image on its way back."""
MOST_BYTES = 64 * 1024 * 1024
ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    status: str
    output: object
    error: object

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class RunPodCalls:
    """Belongs to the event loop of its first call. Raises `ProviderError`s, `RateLimited` and `NotFound`."""

    def __init__(self, *, key: str, base_url: str, patience: timedelta = PATIENCE) -> None:
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise ValueError("RunPod's key must be printable ASCII without spaces.")  # and is not told
        self._patience = patience.total_seconds()
        self._client = httpx2.AsyncClient(
            base_url=base_url.rstrip("/"),
            headers={"authorization": f"Bearer {key}", "accept": "application/json"},
            timeout=httpx2.Timeout(30.0, connect=10.0),
            trust_env=False,
        )

    async def run(self, endpoint: str, body: bytes) -> str:
        """Starts a job and gives its number. One request, whatever happens."""
        answer = await self._send("POST", endpoint, "run", content=body, paid=True)
        number = _read(answer.body).get("id")
        if not isinstance(number, str) or not number:
            raise OutcomeUnknown(UNSURE, detail="accepted without an id")
        return number

    async def status(self, endpoint: str, job: str) -> JobReport:
        answer = await self._send("GET", endpoint, f"status/{quote(job, safe='')}")
        read = _read(answer.body)
        status = read.get("status")
        if not isinstance(status, str):
            raise ProviderUnavailable(BROKEN, detail="status without a status")
        return JobReport(status=status, output=read.get("output"), error=read.get("error"))

    async def cancel(self, endpoint: str, job: str) -> None:
        await self._send("POST", endpoint, f"cancel/{quote(job, safe='')}", over=(400, 404, 409))

    async def health(self, endpoint: str) -> None:
        """Raises `ProviderMisconfigured` for an endpoint that is not there."""
        try:
            await self._send("GET", endpoint, "health")
        except NotFound as error:
            raise ProviderMisconfigured(NOT_SET_UP, detail="HTTP 404: no such endpoint") from error

    async def close(self) -> None:
        await self._client.aclose()

    async def _send(
        self,
        method: str,
        endpoint: str,
        what: str,
        *,
        content: bytes | None = None,
        paid: bool = False,
        over: tuple[int, ...] = (),
    ) -> _Answer:
        """`over` are answers that say there is nothing left to do."""
        headers = {"content-type": "application/json"} if content is not None else {}
        request = self._client.build_request(
            method, f"/{quote(endpoint, safe='')}/{what}", content=content, headers=headers
        )
        try:
            async with asyncio.timeout(self._patience):
                answer = await self._exchange(request)
        except (httpx2.RequestError, TimeoutError) as error:
            raise unanswered(error, paid=paid) from error
        if answer.status // 100 == 2 or answer.status in over:
            return answer
        raise refused(answer.status, answer.headers, paid=paid, now=datetime.now(UTC))

    async def _exchange(self, request: httpx2.Request) -> _Answer:
        response = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise httpx2.ReadError("too large an answer", request=request)
            return _Answer(response.status_code, response.headers, bytes(body))
        finally:
            await response.aclose()


def _read(body: bytes) -> Mapping[str, object]:
    """An object, or an empty one for whatever is none: who reads it misses what they need, and says so."""
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}
