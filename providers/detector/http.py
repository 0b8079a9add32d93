"""An image detector over HTTP. The contract is this small, so that any detector can be put behind it:

    POST <ADULT_DETECTOR_URL>
    Content-Type: image/jpeg, image/png or image/webp; the body is the picture
    Authorization: Bearer <ADULT_DETECTOR_KEY>, where there is one

    200 {"scores": {"sexual": 0..1, "minor_likeness": 0..1}, "model": "what judged it, optional"}

429 and 5xx are asked again later (`Retry-After` counts), 401, 403 and 404 are the operator's to mend. Anything else than two
numbers from 0 to 1 is no answer: what is missing must not count as harmless. Nothing here asks twice.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx2
import orjson

from domain.errors import DomainError, ProviderMisconfigured, ProviderRequestInvalid, ProviderUnavailable, RateLimited
from domain.images.picture import Picture
from domain.ports.image_detector import Detection
from providers.retry_after import retry_after

PATIENCE = timedelta(seconds=30)
MOST_BYTES = 64 * 1024
LONGEST_NAME = 60

AWAY = "The check of this picture is away right now; it will be tried again."
NOT_SET_UP = "The check of pictures is not set up right. The operator has been told."
NOT_TAKEN = "The check of pictures did not take this one."


class HttpDetector:
    """See `domain.ports.image_detector.ImageDetector`. Belongs to the event loop of its first call."""

    def __init__(self, *, url: str, key: str | None = None, patience: timedelta = PATIENCE) -> None:
        self._url, self._patience = url, patience.total_seconds()
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._client = httpx2.AsyncClient(headers={"accept": "application/json", **headers}, trust_env=False)

    async def detect(self, picture: Picture) -> Detection:
        request = self._client.build_request(
            "POST", self._url, content=picture.data, headers={"content-type": picture.content_type}
        )
        try:
            async with asyncio.timeout(self._patience):
                status, headers, body = await self._exchange(request)
        except (httpx2.RequestError, TimeoutError) as error:
            raise ProviderUnavailable(AWAY, detail=f"detector: {type(error).__name__}") from error
        if status != 200:
            raise _refused(status, headers, now=datetime.now(UTC))
        return self._read(body)

    async def close(self) -> None:
        await self._client.aclose()

    async def _exchange(self, request: httpx2.Request) -> tuple[int, Mapping[str, str], bytes]:
        response = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise httpx2.ReadError("too large an answer", request=request)
            return response.status_code, response.headers, bytes(body)
        finally:
            await response.aclose()

    def _read(self, body: bytes) -> Detection:
        try:
            said = orjson.loads(body)
            scores = said["scores"]
            sexual, minor_likeness = _score(scores["sexual"]), _score(scores["minor_likeness"])
            name = said.get("model") or urlsplit(self._url).hostname or "detector"
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise ProviderUnavailable(AWAY, detail="detector: an answer without both scores") from error
        return Detection(sexual=sexual, minor_likeness=minor_likeness, judge=f"detector {str(name)[:LONGEST_NAME]}")


def _score(value: object) -> float:
    """Raises `ValueError`: true is no number here, and neither is 1.2."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("no score")
    return float(value)


def _refused(status: int, headers: Mapping[str, str], *, now: datetime) -> DomainError:
    detail = f"detector: HTTP {status}"
    wait = retry_after({name.lower(): value for name, value in headers.items()}, now=now)
    if status == 429:
        return RateLimited(AWAY, retry_after=wait)
    if status >= 500:
        return ProviderUnavailable(AWAY, detail=detail, retry_after=wait)
    if status in {401, 403, 404}:
        return ProviderMisconfigured(NOT_SET_UP, detail=detail)
    return ProviderRequestInvalid(NOT_TAKEN, detail=detail)
