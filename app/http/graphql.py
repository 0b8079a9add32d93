"""The GraphQL endpoint: Strawberry's view with our tokens, our JSON, and sockets that end when their time has come."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from cross_web import HTTPException
from graphql import GraphQLError
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage, Message
from strawberry.types.unset import UNSET, UnsetType

from app.auth import Authenticator, bearer_token, token_of_params
from app.http.graphiql import GraphiQLPage
from domain.errors import DomainError, ProviderUnavailable, SignInRequired
from resolvers.context import ApiServices, Context
from schema.build import LikenessSchema

INIT_WAIT = timedelta(seconds=5)
SEND_WAIT = timedelta(seconds=10)
"""How long one frame may wait for a client to read. Then its socket is given up; nobody else waits with it."""

MOST_OPERATIONS = 20
"""Running at once on one socket."""

FORBIDDEN = 4403
"""The close code on which clients of graphql-transport-ws fetch a fresh token and connect again."""


class QuietWhenGone(logging.Filter):
    """A client that leaves in mid-answer is no error of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, WebSocketDisconnected) and "websocket.close" not in str(error)


logging.getLogger("strawberry.ws.task").addFilter(QuietWhenGone())


class TimedSocket(ASGIWebSocketAdapter):
    """Text frames by orjson, and no waiting for ever on a client that stopped reading."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        try:
            async with asyncio.timeout(SEND_WAIT.total_seconds()):
                await self.ws.send_text(orjson.dumps(message).decode())
        except (TimeoutError, WebSocketDisconnect) as error:
            raise WebSocketDisconnected from error


class ExpiringHandler(BaseGraphQLTransportWSHandler[Context, None]):
    """Closes the socket when the token it was opened with expires, and on messages of another shape."""

    _expiry: asyncio.Task[None] | None = None

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        """Never: a document that cannot be read is its own operation's error, and the others go on."""
        return None

    async def handle_message(self, message: Message) -> None:
        """Strawberry's own takes the shape on trust, and ends with a `TypeError` where it is another."""
        if _is_message(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        await super().handle_connection_init(message)
        if self.connection_acknowledged and self._expiry is None and self.context.expires_at is not None:
            self._expiry = asyncio.create_task(self._close_at(self.context.expires_at))

    async def shutdown(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        await super().shutdown()

    async def _close_at(self, moment: datetime) -> None:
        await asyncio.sleep(max(0.0, (moment - self.context.now()).total_seconds()))
        await self.websocket.close(code=FORBIDDEN, reason="Token expired")


def _is_message(message: object) -> bool:
    """Whether it is an object with a type, and what else it holds is of the protocol's types."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    if message["type"] == "complete":
        return isinstance(message.get("id"), str)
    if message["type"] != "subscribe":
        return True
    payload = message.get("payload")
    return (
        isinstance(message.get("id"), str)
        and isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )


class LikenessGraphQL(GraphQL[Context, None]):
    websocket_adapter_class = TimedSocket
    graphql_transport_ws_handler_class = ExpiringHandler

    def __init__(
        self,
        schema: LikenessSchema,
        *,
        services: ApiServices,
        authenticator: Authenticator,
        page: GraphiQLPage,
        allowed_origins: tuple[str, ...],
        init_wait: timedelta = INIT_WAIT,
    ) -> None:
        super().__init__(
            schema,
            allow_queries_via_get=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=init_wait,
            max_subscriptions_per_connection=MOST_OPERATIONS,
            allowed_origins=allowed_origins,
        )
        self._services, self._authenticator, self._page = services, authenticator, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A token that is sent must be good, whatever the operation; without one the public part is open."""
        if scope["type"] == "http" and (header := HTTPConnection(scope).headers.get("authorization")) is not None:
            try:
                scope.setdefault("state", {})["signed_in"] = await self._authenticator.sign_in(bearer_token(header))
            except (SignInRequired, ProviderUnavailable) as refusal:
                await _refusal(refusal)(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        signed_in = request.scope.get("state", {}).get("signed_in")
        if signed_in is None:
            return Context(services=self._services)
        return Context(services=self._services, actor=signed_in.actor, expires_at=signed_in.expires_at)

    async def on_ws_connect(self, context: Context) -> UnsetType | dict[str, object] | None:
        try:
            signed_in = await self._authenticator.sign_in(token_of_params(context.connection_params))
        except DomainError as refusal:
            raise ConnectionRejectionError(dict(refusal.extensions)) from refusal
        context.actor, context.expires_at = signed_in.actor, signed_in.expires_at
        accepted: UnsetType = UNSET
        return accepted

    async def render_graphql_ide(self, request: Request) -> Response:
        return self._page.html(request)

    def encode_json(self, data: object) -> str | bytes:
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        """Raises `json.JSONDecodeError`, which the view and the socket answer each in their own way."""
        found: object = orjson.loads(data)
        return found

    def parse_json(self, data: str | bytes) -> Any:
        """The body of a request: an object, and nothing else that JSON can be."""
        found = super().parse_json(data)
        if not isinstance(found, dict):
            raise HTTPException(400, "The body is not a JSON object.")
        return found


def _refusal(refusal: DomainError) -> Response:
    body = {"errors": [{"message": refusal.message, "extensions": dict(refusal.extensions)}]}
    is_ours = isinstance(refusal, ProviderUnavailable)
    return Response(
        orjson.dumps(body),
        status_code=503 if is_ours else 401,
        media_type="application/json",
        headers={} if is_ours else {"WWW-Authenticate": "Bearer"},
    )
