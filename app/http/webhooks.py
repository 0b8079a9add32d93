"""Where providers call when something has ended. What they say is a hint: whoever waits asks them, and believes only that.

| status | means |
| --- | --- |
| 200 | heard, now or before |
| 401 | not signed by whom it should be, or too long ago |
| 404 | no such call, or it has another number |
| 413, 415, 422 | not what a provider sends |
| 503 | could not be kept: send it again |
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.engine import Database
from domain.calls import service
from domain.calls.call import CalledBack
from domain.calls.capability import seal_call, unseal_call
from domain.errors import InvalidInput, NotAllowed, NotFound, ProviderError
from domain.models.model import Provider

log = structlog.get_logger("likeness.webhooks")

LARGEST_HINT = 16 * 1024 * 1024
"""Bytes. RunPod sends the whole result, pictures as base64 among it; its own limit is 10 to 20 MB. fal sends addresses."""

FAL_PATH, RUNPOD_PATH = "/webhooks/fal", "/webhooks/runpod"


class SignedDeliveries(Protocol):
    """See `providers.fal.webhooks.FalWebhooks`."""

    async def request_id_of(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        """Raises `NotAllowed` for what the provider has not signed, or not just now; `ProviderUnavailable` while its keys
        cannot be had."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a provider is told to call. `public_url` is how the world reaches us."""

    public_url: str
    secret: bytes
    now: Callable[[], datetime]

    def address_of(self, call: CalledBack) -> str:
        token = seal_call(call.user_id, call.id, now=self.now(), secret=self.secret)
        if call.provider is Provider.FAL:
            return f"{self.public_url}{FAL_PATH}?call={token}"
        return f"{self.public_url}{RUNPOD_PATH}/{token}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    database: Database
    secret: bytes
    fal: SignedDeliveries | None
    now: Callable[[], datetime]
    on_news: Callable[[], None]
    """Called when a hint was kept: relays may send it on at once."""

    def routes(self) -> list[Route]:
        return [
            Route(FAL_PATH, _answering(self._from_fal), methods=["POST"]),
            Route(
                f"{RUNPOD_PATH}/{{token}}", _answering(self._from_runpod), methods=["POST"], max_body_size=LARGEST_HINT
            ),
        ]

    async def _from_fal(self, request: Request) -> None:
        if self.fal is None:
            raise NotFound("fal is not configured here.")
        body = await request.body()
        request_id = await self.fal.request_id_of(request.headers, body, now=self.now())
        await self._hear(request.query_params.get("call", ""), request_id)

    async def _from_runpod(self, request: Request) -> None:
        """Unsigned: the address is the proof, so it is read before the body is."""
        token = request.path_params["token"]
        unseal_call(token, now=self.now(), secret=self.secret)
        try:
            said = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            raise InvalidInput("This is no JSON.") from None
        request_id = said.get("id") if isinstance(said, dict) else None
        if not isinstance(request_id, str) or not 1 <= len(request_id) <= 200:
            raise InvalidInput("This names no request.")
        await self._hear(token, request_id)

    async def _hear(self, token: str, request_id: str) -> None:
        user_id, call_id = unseal_call(token, now=self.now(), secret=self.secret)
        async with self.database.unit_of_work(user_id) as uow:
            is_news = await service.hear_of(uow, user_id, call_id, request_id=request_id)
        log.info("a provider has called", call_id=str(call_id), is_news=is_news)
        if is_news:
            self.on_news()


def _answering(handle: Callable[[Request], Awaitable[None]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            await handle(request)
        except NotAllowed as refusal:
            return _said(401, refusal.message)
        except NotFound as refusal:
            return _said(404, refusal.message)
        except InvalidInput as refusal:
            return _said(422, refusal.message)
        except (SQLAlchemyError, OSError, ProviderError) as error:
            log.warning("a webhook could not be kept; its sender will repeat it", reason=type(error).__name__)
            return _said(503, "Not now. Send it again.")
        return _said(200, "Heard.")

    return answer


def _said(status: int, message: str) -> Response:
    return Response(
        orjson.dumps({"message": message}),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
