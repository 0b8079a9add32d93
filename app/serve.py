"""Uvicorn, set up for sockets that live long and clients that misbehave."""

import gc
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import uvicorn

from app.asgi import make_app
from app.edge.frames import QuickSocket
from app.edge.heads import BoundedHttp
from app.settings import Settings

UNREAD_LIMIT = timedelta(seconds=20)
"""How long sent bytes may stay unacknowledged. Uvicorn's ping cannot end a connection whose buffer is full; the kernel can."""

PING = timedelta(seconds=10)
DRAIN = timedelta(seconds=5)
"""How long a stop waits for requests. Sockets are closed at once, with 1012: their clients connect again."""

RARELY = (20_000, 50, 1_000)
"""Thresholds of the garbage collector. With a thousand sockets open, full collections took a quarter of the processor."""

LARGEST_FRAME = 64 * 1024  # bytes a client may send at once


def serve_api(settings: Settings) -> None:
    """Until SIGTERM or SIGINT. Exits 1 when the port is taken."""
    listening = _listen(settings.http.host, settings.http.port)
    gc.set_threshold(*RARELY)
    app = make_app(settings)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=BoundedHttp,
        ws=QuickSocket,
        ws_per_message_deflate=False,
        ws_ping_interval=PING.total_seconds(),
        ws_ping_timeout=PING.total_seconds(),
        ws_max_size=LARGEST_FRAME,
        timeout_graceful_shutdown=round(DRAIN.total_seconds()),
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )
    with suppress(KeyboardInterrupt):  # raised anew by uvicorn when it has stopped in order
        Server(config, before_stop=app.streams.end_all).run(sockets=[listening])


class Server(uvicorn.Server):
    """A stop waits for every request, and an event stream is one that never ends by itself: `before_stop` ends them."""

    def __init__(self, config: uvicorn.Config, *, before_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._before_stop = before_stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._before_stop()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; accepted sockets inherit it
        milliseconds = round(UNREAD_LIMIT.total_seconds() * 1000)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
    listening.bind((host, port))
    return listening
