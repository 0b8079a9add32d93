"""What goes back over HTTP: one start, one body. And what is told of whatever went wrong."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from graphql import GraphQLError
from starlette.types import Receive, Send

from app.edge.media import JSON
from app.edge.refusals import Header, HttpRefusal
from domain.errors import DomainError, ProviderUnavailable, RateLimited, SignInRequired
from schema.execution.json import encode_json
from schema.execution.masking import told
from schema.execution.refusals import RequestRefused


class Reply(Protocol):
    async def send(self, receive: Receive, send: Send, common: Sequence[Header]) -> None:
        """`common` are headers that every answer has. Raises `RequestRefused` only while nothing was sent."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: Sequence[Header]

    async def send(self, receive: Receive, send: Send, common: Sequence[Header]) -> None:
        headers = [*self.headers, *common]
        if self.status != 204:
            headers.append((b"content-length", b"%d" % len(self.body)))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def answer(body: bytes, content_type: bytes, *, status: int = 200, headers: Sequence[Header] = ()) -> Answer:
    return Answer(status, body, ((b"content-type", content_type), *headers))


def refusing(refused: RequestRefused, content_type: bytes | None) -> Answer:
    """Without `data`. `content_type` is None where the client wants no JSON: then a refusal is JSON all the same."""
    body = encode_json({"errors": refused.errors})
    headers = refused.headers if isinstance(refused, HttpRefusal) else ()
    return answer(body, content_type or JSON, status=_status(refused, content_type), headers=headers)


def _status(refused: RequestRefused, content_type: bytes | None) -> int:
    """As plain JSON, a request that is well-formed is answered 200 whatever becomes of it: so the specification wants it,
    for clients that cannot tell our 4xx from a proxy's.
    """
    if isinstance(refused, HttpRefusal):
        return refused.status
    if refused.code == "INTERNAL":
        return 500
    return 200 if content_type == JSON else 400


def refusal_of(error: Exception) -> RequestRefused:
    """What is told of an error before anything was executed: ours in our words, whatever else masked and logged."""
    match error:
        case RequestRefused():
            return error
        case SignInRequired():
            return _domain(error, 401, headers=[(b"www-authenticate", b"Bearer")])
        case ProviderUnavailable():
            return _domain(error, 503, headers=[(b"retry-after", b"2")])
        case RateLimited():
            seconds = math.ceil(error.retry_after.total_seconds()) if error.retry_after else 60
            return _domain(error, 429, headers=[(b"retry-after", b"%d" % seconds)])
    return RequestRefused(told([GraphQLError(str(error), original_error=error)]))


def _domain(error: DomainError, status: int, *, headers: Sequence[Header]) -> HttpRefusal:
    data = {**error.extensions}
    return HttpRefusal(status, error.message, str(data.pop("code")), headers=headers, **data)
