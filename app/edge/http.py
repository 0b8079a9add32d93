"""GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/), as one plain ASGI application.

Each step may refuse the request; what is left at the end is executed. Nothing that a client sends ends in a 500.
"""

from collections.abc import Mapping
from typing import TypeAlias

from graphql import OperationType
from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from app.auth import Authenticator, bearer_token
from app.edge.answers import Answer, Reply, answer, refusal_of, refusing
from app.edge.bodies import ClientGone, words_of_body, words_of_query
from app.edge.forgery import ForeignPages
from app.edge.intake import Intake
from app.edge.media import Wanted, wanted
from app.edge.refusals import HttpRefusal
from app.edge.regions import region_of
from app.edge.sse import EventStreams
from app.edge.stream import COMPLETE, HEADERS, next_event
from app.http.graphiql import GraphiQLPage
from resolvers.context import ApiServices, Context
from schema.execution.engine import Engine, Prepared
from schema.execution.json import encode_json
from schema.execution.refusals import RequestRefused

OF_ONE = ((b"cache-control", b"private, no-store"),)
"""An answer is its caller's, though its address may be another's as well."""

Headers: TypeAlias = Mapping[bytes, bytes]


class GraphQLOverHttp:
    """A token that is sent must be good, whatever the operation; without one the public part is open."""

    def __init__(
        self,
        engine: Engine,
        intake: Intake,
        streams: EventStreams,
        *,
        services: ApiServices,
        authenticator: Authenticator,
        pages: ForeignPages,
        graphiql: GraphiQLPage,
    ) -> None:
        self._engine, self._intake, self._streams = engine, intake, streams
        self._services, self._authenticator = services, authenticator
        self._pages, self._graphiql = pages, graphiql

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        want = wanted(headers.get(b"accept"))
        common = self._pages.common(headers)
        try:
            reply = await self._reply(scope, headers, want, receive)
            await reply.send(receive, send, common)
        except ClientGone:
            return
        except Exception as error:  # noqa: BLE001 - one of the edges: whatever it is, it is told or masked
            await _refusing(refusal_of(error), want).send(receive, send, common)

    async def _reply(self, scope: Scope, headers: Headers, want: Wanted, receive: Receive) -> Reply:
        method = scope["method"]
        if method == "OPTIONS":
            return self._pages.preflight(headers)
        words: Mapping[str, object] | None = None
        if method == "GET":
            words = words_of_query(scope["query_string"])
            if want.page and not words:
                return self._page(scope)
        elif method != "POST":
            raise _not_allowed("Ask by POST, or by GET for queries.", b"GET, POST")
        self._pages.check(method, headers)
        if want.json is None and not want.events:
            raise _not_acceptable()
        context = await self._context(scope, headers.get(b"authorization"))
        if words is None:
            words = await words_of_body(headers, receive)
        prepared = await self._intake.prepare(words, context)
        return await self._run(prepared, context, want, method)

    async def _run(self, prepared: Prepared, context: Context, want: Wanted, method: str) -> Reply:
        is_subscription = prepared.kind is OperationType.SUBSCRIPTION
        if method == "GET" and prepared.kind is not OperationType.QUERY:
            raise _not_allowed(f"A {prepared.kind.value} is asked by POST.", b"POST")
        if is_subscription and not want.events:
            raise _needs_stream()
        if is_subscription or want.json is None or (want.events and not want.is_json_first):
            return await self._streams.reply(prepared, context)
        headers = OF_ONE if method == "GET" else ()
        return answer(await self._engine.execute(prepared, context), want.json, headers=headers)

    async def _context(self, scope: Scope, authorization: bytes | None) -> Context:
        """Raises `SignInRequired`, and `ProviderUnavailable` while tokens cannot be checked."""
        if authorization is None:
            bind_contextvars(peer=(scope.get("client") or [""])[0])
            return Context(services=self._services, peer=str((scope.get("client") or [""])[0]))
        signed_in = await self._authenticator.sign_in(bearer_token(authorization.decode("latin-1")))
        bind_contextvars(user=str(signed_in.actor.user_id))
        region = region_of(scope, self._services.region_header)
        return Context(services=self._services, actor=signed_in.actor, expires_at=signed_in.expires_at, region=region)

    def _page(self, scope: Scope) -> Answer:
        page = self._graphiql.html(Request(scope))
        headers = [pair for pair in page.raw_headers if pair[0] != b"content-length"]
        return Answer(page.status_code, bytes(page.body), headers)


def headers_of(scope: Scope) -> Headers:
    """By name. Of a header that is there more than once the last counts, but for `Accept`, which is one list."""
    pairs: list[tuple[bytes, bytes]] = scope["headers"]
    found = dict(pairs)
    if len(found) < len(pairs) and b"accept" in found:
        found[b"accept"] = b",".join(value for name, value in pairs if name == b"accept")
    return found


def _refusing(refused: RequestRefused, want: Wanted) -> Answer:
    """Whoever reads nothing but events is told in one, but for what HTTP has a status for. The log line has the code."""
    bind_contextvars(code=refused.code)
    if want.json is None and want.events and not isinstance(refused, HttpRefusal):
        return Answer(200, next_event(encode_json({"errors": refused.errors})) + COMPLETE, HEADERS)
    return refusing(refused, want.json)


def _not_allowed(message: str, allowed: bytes) -> HttpRefusal:
    return HttpRefusal(405, message, "METHOD_NOT_ALLOWED", headers=[(b"allow", allowed)])


def _not_acceptable() -> HttpRefusal:
    words = "Answers are 'application/graphql-response+json', 'application/json' or 'text/event-stream': accept one."
    return HttpRefusal(406, words, "NOT_ACCEPTABLE")


def _needs_stream() -> HttpRefusal:
    words = "A subscription is a stream. Send 'Accept: text/event-stream', or use a WebSocket (graphql-transport-ws)."
    return HttpRefusal(400, words, "INVALID_INPUT")
