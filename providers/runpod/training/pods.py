"""Machines, rented and given back: RunPod's management API v2 (`api.runpod.io`; `.ai` is the serverless one)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx2
import orjson

from domain.errors import NotFound, OutcomeUnknown, ProviderUnavailable
from providers.runpod.exchange import Answer, Exchange, bearer
from providers.runpod.training.errors import BROKEN, GONE, UNSURE, refused, unanswered

OVER = frozenset({"TERMINATED"})
"""Given back: it costs nothing any more, and is listed for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    id: str
    name: str
    status: str
    """PROVISIONING, STARTING, RUNNING, EXITED, ERROR, TERMINATED."""
    created_at: str
    """As RunPod writes it: ISO 8601, so that it sorts."""


class Pods:
    """Belongs to the event loop of its first call. Nothing here asks twice."""

    def __init__(self, *, key: str, management_url: str, patience: timedelta) -> None:
        self._url, self._headers = f"{management_url.rstrip('/')}/pods", bearer(key)
        self._exchange = Exchange(patience=patience)

    async def all(self) -> Sequence[Pod]:
        """That cost something, the oldest first."""
        listed = (await self._asked("GET")).fields.get("pods")
        if not isinstance(listed, list):
            raise ProviderUnavailable(BROKEN, detail="a list of pods without pods")
        found = [pod for one in listed if (pod := _pod(one)) and pod.status not in OVER]
        return sorted(found, key=lambda pod: (pod.created_at, pod.id))

    async def rent(self, wish: Mapping[str, object]) -> Pod | Answer:
        """One POST. An answer that is no pod is for the caller to read. Raises `OutcomeUnknown` where one may be running."""
        answer = await self._exchanged("POST", content=orjson.dumps(wish), paid=True)
        if not answer.is_good:
            return answer
        pod = _pod(answer.fields)
        if pod is None:
            raise OutcomeUnknown(UNSURE, detail="a pod without an id")
        return pod

    async def get(self, pod_id: str) -> Pod:
        """Raises `NotFound`, also for one that was given back."""
        pod = _pod((await self._asked("GET", pod_id)).fields)
        if pod is None:
            raise ProviderUnavailable(BROKEN, detail="a pod without an id")
        if pod.status in OVER:
            raise NotFound(GONE)
        return pod

    async def give_back(self, pod_id: str) -> None:
        """With everything on its own disk. Twice is once."""
        answer = await self._exchanged("DELETE", pod_id)
        if not answer.is_good and answer.status not in (404, 410):
            raise refused(answer, now=datetime.now(UTC))

    async def close(self) -> None:
        await self._exchange.close()

    async def _asked(self, method: str, pod_id: str | None = None) -> Answer:
        answer = await self._exchanged(method, pod_id)
        if answer.status == 404 and pod_id is not None:
            raise NotFound(GONE)
        if not answer.is_good:
            raise refused(answer, now=datetime.now(UTC))
        return answer

    async def _exchanged(
        self, method: str, pod_id: str | None = None, *, content: bytes | None = None, paid: bool = False
    ) -> Answer:
        address = self._url if pod_id is None else f"{self._url}/{quote(pod_id, safe='')}"
        headers = {**self._headers, **({"content-type": "application/json"} if content is not None else {})}
        request = self._exchange.client.build_request(method, address, content=content, headers=headers)
        try:
            return await self._exchange.send(request)
        except (httpx2.RequestError, TimeoutError) as error:
            raise unanswered(error, paid=paid) from error


def _pod(said: object) -> Pod | None:
    match said:
        case {"id": str(id), "name": str(name), "status": str(status), **rest} if id:
            created_at = rest.get("createdAt")
            return Pod(id=id, name=name, status=status, created_at=created_at if isinstance(created_at, str) else "")
    return None
