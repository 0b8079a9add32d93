"""One log line per request, with an id that is on every other line of it and in the answer."""

import os
import re
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("likeness.http")

GOOD_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
QUIET_PATHS = ("/healthz", "/readyz", "/static/")
KEYS_BELOW = "/webhooks/runpod/"
HEADER = b"x-request-id"


class RequestLog:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id.decode())
        started, status = time.monotonic(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER, request_id)]
            await send(message)

        try:  # what is told over a socket needs nothing from here, and there is much of it
            await self._app(scope, receive, sending if scope["type"] == "http" else send)
        finally:
            if not scope["path"].startswith(QUIET_PATHS):
                log.info(
                    "request" if scope["type"] == "http" else "socket closed",
                    path=_telling(scope["path"]),
                    status=status,
                    ms=round((time.monotonic() - started) * 1000, 1),
                )


def _telling(path: str) -> str:
    """A path as it may stand in a log: what follows in this one is a key to a call."""
    return KEYS_BELOW if path.startswith(KEYS_BELOW) else path


def _request_id(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == HEADER and GOOD_ID.fullmatch(value):
            found: bytes = value
            return found
    return os.urandom(16).hex().encode()
