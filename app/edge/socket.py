"""GraphQL over WebSockets: graphql-transport-ws, as one plain ASGI application.

One task reads what a client says, one more runs for each of its operations; a time that runs out is a timer, not a task.
Whoever ends a socket does it by ending the reading task: that one alone says goodbye and waits for the operations.
"""

import asyncio
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from datetime import timedelta

import structlog
from starlette.types import Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from app.auth import Authenticator, token_of_params
from app.edge.answers import refusal_of
from app.edge.crowd import Crowd, limit_reached
from app.edge.frames import SayNow, say_now_of
from app.edge.intake import Intake
from app.edge.messages import (
    ACK,
    PROTOCOL,
    Close,
    CloseCode,
    Complete,
    Init,
    Message,
    Ping,
    Pong,
    Subscribe,
    error_frame,
    pong_frame,
    read,
)
from app.edge.operations import Desk, Gone, Operation
from app.edge.origins import Origins
from app.edge.regions import region_of
from domain.errors import DomainError, ProviderUnavailable
from domain.ports.token_verifier import SignedIn
from live.ending import end_tasks
from resolvers.context import ApiServices, Context
from schema.execution.engine import Engine

log = structlog.get_logger("likeness.socket")

STRANGER = Close(CloseCode.NO_COMMON_PROTOCOL, "Subprotocol not acceptable")
LATE = Close(CloseCode.NO_INIT, "Connection initialisation timeout")
EXPIRED = Close(CloseCode.FORBIDDEN, "Token expired")

CLOSED = (OSError, RuntimeError)
"""What ASGI's `send` raises once the client left; and uvicorn's, once it has closed the socket itself, for its own reasons."""


class GraphQLOverSockets:
    """Nobody asks anonymously: `connection_init` brings a token, and the socket ends with it."""

    def __init__(
        self,
        engine: Engine,
        intake: Intake,
        *,
        services: ApiServices,
        authenticator: Authenticator,
        origins: Origins,
        crowd: Crowd,
    ) -> None:
        self.services, self.authenticator = services, authenticator
        self.desk = Desk(engine, intake, crowd)
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        try:
            if not self._is_welcome(scope):
                await send({"type": "websocket.close"})  # before it is accepted: 403
            elif PROTOCOL not in scope["subprotocols"]:
                await send({"type": "websocket.accept"})
                await send(_goodbye(STRANGER))
            else:
                await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
                region = region_of(scope, self.services.region_header)
                await Conversation(self, receive, send, say_now_of(scope), region=region).hold()
        except OSError:
            pass  # the client left already

    def _is_welcome(self, scope: Scope) -> bool:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        origin = headers.get(b"origin")
        host = headers.get(b"host", b"").decode("latin-1")
        return self._origins.is_allowed(origin.decode("latin-1") if origin is not None else None, host)


class Conversation:
    """One socket, from its acceptance to its end. `_context` is there once the caller is known."""

    __slots__ = (
        "_begun",
        "_context",
        "_done",
        "_done_before",
        "_end",
        "_is_over",
        "_receive",
        "_region",
        "_running",
        "_say_now",
        "_send",
        "_server",
        "_task",
        "_timer",
    )

    def __init__(
        self, server: GraphQLOverSockets, receive: Receive, send: Send, say_now: SayNow, *, region: str = ""
    ) -> None:
        self._server, self._receive, self._send, self._say_now = server, receive, send, say_now
        self._region = region
        self._context: Context | None = None
        self._running: dict[asyncio.Task[None], Operation] = {}
        self._is_over = False
        self._end: Close | None = None
        self._begun = self._done = self._done_before = 0  # sends
        self._task = asyncio.current_task()
        self._timer = self._end_in(self._crowd.limits.init_wait, LATE)

    @property
    def _crowd(self) -> Crowd:
        return self._server.desk.crowd

    async def hold(self) -> None:
        self._crowd.watch(self)
        close: Close | None = None
        try:
            while True:
                await self._take(await self._next())
        except Close as refused:
            close = Close(refused.code, refused.reason)  # anew: what was raised holds on to this frame
        except Gone:
            pass
        except asyncio.CancelledError:
            close = (
                self._end
            )  # none where nobody reads, or where uvicorn's own patience is over: there it ends in silence
            if close is None:
                log.info("socket given up")
        except Exception as error:  # noqa: BLE001 - one of the edges: masked and logged
            close = Close(CloseCode.INTERNAL, str(refusal_of(error)))
        await self._leave(close)

    async def say(self, frame: str) -> None:
        """Raises `Gone`."""
        if self._is_over:
            raise Gone
        self._begun += 1
        try:
            await self._send({"type": "websocket.send", "text": frame})
        except CLOSED:
            raise Gone from None
        finally:
            self._done += 1

    def is_stuck(self) -> bool:
        before, self._done_before = self._done_before, self._done
        return self._begun > self._done == before

    def drop(self) -> None:
        """Without a word: nobody would read it."""
        if self._task is not None:
            self._task.cancel()

    def _end_in(self, wait: timedelta, close: Close) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(max(0.0, wait.total_seconds()), self._end_with, close)

    def _end_with(self, close: Close) -> None:
        self._end = close
        self.drop()

    async def _next(self) -> Message:
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            raise Gone
        return read(event.get("text"))

    async def _take(self, message: Message) -> None:
        match message:
            case Init(params):
                await self._begin(params)
            case Ping(payload):
                await self.say(pong_frame(payload))
            case Pong():
                pass
            case Subscribe():
                await self._subscribe(message)
            case Complete(id_):
                await self._complete(id_)

    async def _begin(self, params: Mapping[str, object]) -> None:
        if self._context is not None:
            raise Close(CloseCode.TOO_MANY, "Too many initialisation requests")
        self._timer.cancel()
        signed_in = await self._sign_in(params)
        bind_contextvars(user=str(signed_in.actor.user_id))
        self._crowd.enter(signed_in.actor.user_id)
        services = self._server.services
        self._context = Context(
            services=services, actor=signed_in.actor, expires_at=signed_in.expires_at, region=self._region
        )
        self._timer = self._end_in(signed_in.expires_at - services.now(), EXPIRED)
        await self.say(ACK)

    async def _sign_in(self, params: Mapping[str, object]) -> SignedIn:
        try:
            return await self._server.authenticator.sign_in(token_of_params(params))
        except ProviderUnavailable as error:
            raise Close(CloseCode.TRY_AGAIN_LATER, error.message) from None
        except DomainError as error:
            raise Close(CloseCode.FORBIDDEN, error.message) from None

    async def _subscribe(self, message: Subscribe) -> None:
        if self._context is None:
            raise Close(CloseCode.UNAUTHORIZED, "Unauthorized")
        if self._task_of(message.id) is not None:
            raise Close(CloseCode.ID_IN_USE, f"Subscriber for {message.id} already exists")
        most = self._crowd.limits.operations
        if len(self._running) >= most:
            await self.say(error_frame(message.id, limit_reached("operations of one socket", most).errors))
            return
        operation = Operation(
            message.id, desk=self._server.desk, context=self._context, say=self.say, say_now=self._say_now
        )
        task = operation.begin(message.words)
        self._running[task] = operation
        task.add_done_callback(self._running.__delitem__)

    async def _complete(self, id_: str) -> None:
        task = self._task_of(id_)
        if task is not None and self._running[task].stop():
            await end_tasks(task)

    def _task_of(self, id_: str) -> asyncio.Task[None] | None:
        return next((task for task, each in self._running.items() if each.id == id_ and not each.is_over), None)

    async def _leave(self, close: Close | None) -> None:
        if close is not None:
            bind_contextvars(close_code=int(close.code), reason=close.reason)
        self._timer.cancel()
        self._is_over = True
        tasks = list(self._running)
        idle = [task for task, operation in self._running.items() if operation.stop()]
        try:
            if close is not None:
                with suppress(*CLOSED):
                    await self._send(_goodbye(close))
            await end_tasks(*idle)
            if tasks:
                await asyncio.wait(tasks)
        except asyncio.CancelledError:
            await end_tasks(*tasks)
        finally:
            self._crowd.forget(self)
            if self._context is not None:
                self._crowd.leave(self._context.user_id)


def _goodbye(close: Close) -> MutableMapping[str, object]:
    return {"type": "websocket.close", "code": int(close.code), "reason": close.reason}
