"""Texts that go out at once: the frames a client reads, and when there is nothing to be said at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from app.edge.frames import EXTENSION, SayNow, say_now_of
from tests.conftest import free_port, serving_app
from tests.support.waiting import until

PATIENCE = 10  # seconds


@dataclass(slots=True)
class Server:
    """Says nothing by itself."""

    say_now: SayNow = field(init=False)
    scope: Scope = field(init=False)
    send: Send = field(init=False)
    is_open: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        self.scope, self.say_now, self.send = scope, say_now_of(scope), send
        assert not self.say_now(b"before it is accepted")
        await send({"type": "websocket.accept"})
        self.is_open.set()
        while (await receive())["type"] != "websocket.disconnect":
            pass


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    app = Starlette(routes=[WebSocketRoute("/", server)])
    async with (
        serving_app(app, free_port()) as url,
        aiohttp.ClientSession() as http,
        http.ws_connect(url, max_msg_size=0) as ws,
        asyncio.timeout(PATIENCE),
    ):
        await server.is_open.wait()
        yield ws


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
async def test_a_text_of_any_length_arrives_whole_and_in_turn(size: int) -> None:
    server, text = Server(), "ä" * (size // 2) + "x" * (size % 2)
    async with connected(server) as ws:
        assert server.say_now(text[:1].encode(), text[1:].encode())
        await server.send({"type": "websocket.send", "text": "then this"})
        assert server.say_now(b"and ", b"that")
        assert [await ws.receive_str() for _ in range(3)] == [text, "then this", "and that"]


async def test_to_a_client_that_does_not_read_nothing_is_said_at_once_until_it_does() -> None:
    server, text = Server(), "x" * 60_000
    async with connected(server) as ws:
        transport = ws._writer.transport
        transport.pause_reading()
        count = 0
        while server.say_now(text.encode()):
            count += 1
            assert count < 1000

        async def is_taken() -> bool:
            return server.say_now(b"last")

        transport.resume_reading()
        await until(is_taken)
        assert [await ws.receive_str() for _ in range(count + 1)] == [text] * count + ["last"]


async def test_once_a_socket_is_closed_nothing_is_said() -> None:
    server = Server()
    async with connected(server) as ws:
        await ws.close()

        async def is_gone() -> bool:
            return EXTENSION not in server.scope["extensions"]

        await until(is_gone)
        assert not server.say_now(b"too late")


async def test_under_another_server_nothing_can_go_at_once() -> None:
    assert not say_now_of({"type": "websocket"})(b"a text")
