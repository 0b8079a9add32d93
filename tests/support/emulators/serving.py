"""An ASGI application on a port of its own, in a thread, for as long as a block lasts."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

START_WAIT = 10.0  # seconds


class Stand:
    """An application that is whichever one stands there: tests put up another emulator, and need not start a server each."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class _CanHangUp:
    """Gives the application a way to cut the connection (`scope["hang_up"]`): uvicorn's own, which ASGI does not show."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cycle = send.__self__  # type: ignore[attr-defined] # a bound method of uvicorn's request
        await self._app({**scope, "hang_up": cycle.transport.abort}, receive, send)


class Place:
    """An address that stays while what answers there is changed: to serve anew takes longer than most tests.

    with served(place) as place.url: …
    """

    url = ""
    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@contextmanager
def served(app: ASGIApp, *, port: int = 0) -> Iterator[str]:
    """Its address, `http://127.0.0.1:PORT`. Port 0 is any that is free."""
    config = uvicorn.Config(
        _CanHangUp(app), host="127.0.0.1", port=port, log_level="critical", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), name="emulator", daemon=True)
    thread.start()
    try:
        _wait_for(server, thread)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_WAIT)


def _wait_for(server: uvicorn.Server, thread: threading.Thread) -> None:
    waited = threading.Event()
    for _ in range(int(START_WAIT / 0.01)):
        if server.started:
            return
        if not thread.is_alive():
            break
        waited.wait(0.01)
    raise RuntimeError("An emulator did not start.")
