"""RunPod's serverless endpoints over HTTP. Its own package is not used: its client for asyncio drops webhook and policy, reads
no status of HTTP and loses the error's text (docs/decisions/0014).

Nothing here asks twice.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx2

from domain.errors import NotFound, OutcomeUnknown, ProviderMisconfigured, ProviderUnavailable
from providers.runpod.errors import BROKEN, NOT_SET_UP, UNSURE, refused, unanswered
from providers.runpod.exchange import Answer, Exchange, bearer

PATIENCE = timedelta(seconds=60)
"""For a whole exchange: 10 MB on their way there, or an image on its way back."""
ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    status: str
    output: object
    error: object

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


class RunPodCalls:
    """Belongs to the event loop of its first call. Raises `ProviderError`s, `RateLimited` and `NotFound`."""

    def __init__(self, *, key: str, base_url: str, patience: timedelta = PATIENCE) -> None:
        self._base_url, self._headers = base_url.rstrip("/"), bearer(key)
        self._exchange = Exchange(patience=patience)

    async def run(self, endpoint: str, body: bytes) -> str:
        """Starts a job and gives its number. One request, whatever happens."""
        answer = await self._send("POST", endpoint, "run", content=body, paid=True)
        number = answer.fields.get("id")
        if not isinstance(number, str) or not number:
            raise OutcomeUnknown(UNSURE, detail="accepted without an id")
        return number

    async def status(self, endpoint: str, job: str) -> JobReport:
        answer = await self._send("GET", endpoint, f"status/{quote(job, safe='')}")
        read = answer.fields
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
        await self._exchange.close()

    async def _send(
        self,
        method: str,
        endpoint: str,
        what: str,
        *,
        content: bytes | None = None,
        paid: bool = False,
        over: tuple[int, ...] = (),
    ) -> Answer:
        """`over` are answers that say there is nothing left to do."""
        headers = {"content-type": "application/json"} if content is not None else {}
        address = f"{self._base_url}/{quote(endpoint, safe='')}/{what}"
        request = self._exchange.client.build_request(
            method, address, content=content, headers={**self._headers, **headers}
        )
        try:
            answer = await self._exchange.send(request)
        except (httpx2.RequestError, TimeoutError) as error:
            raise unanswered(error, paid=paid) from error
        if answer.is_good or answer.status in over:
            return answer
        raise refused(answer.status, answer.headers, paid=paid, now=datetime.now(UTC))
