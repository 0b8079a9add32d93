"""Heads of requests that are too large, or never end: refused with little memory, on the protocol that `likeness api` runs."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app.edge import heads
from app.edge.heads import LARGEST_HEAD, BoundedHttp
from app.serve import serve_api
from tests.conftest import free_port

START = b"POST / HTTP/1.1\r\nHost: here\r\n"
MIB = 2**20


@dataclass
class Served:
    port: int
    bodies: list[int] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads all of a body, and answers with nothing."""
        size, is_more = 0, True
        while is_more:
            message = await receive()
            size, is_more = size + len(message.get("body", b"")), message.get("more_body", False)
        self.bodies.append(size)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def answers(self, *pieces: bytes) -> list[int]:
        """To all pieces, until the connection is closed; as much is sent as is taken."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            async with asyncio.timeout(10):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                return [int(line.split()[1]) for line in (await reader.read()).split(b"\r\n") if b"HTTP/1.1 " in line]
        except ConnectionError:
            return []
        finally:
            writer.transport.abort()


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    app = Served(free_port())
    config = uvicorn.Config(app, port=app.port, http=BoundedHttp, lifespan="off", log_config=None, timeout_keep_alive=1)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    yield app
    server.should_exit = True
    await running


def test_it_is_what_the_api_runs_on() -> None:
    assert "BoundedHttp" in serve_api.__code__.co_names


async def test_a_header_beyond_the_limit_is_refused(served: Served) -> None:
    assert await served.answers(START + b"X: " + b"a" * (LARGEST_HEAD + 100)) == [431]
    assert await served.answers(START, *[b"a: b\r\n"] * (LARGEST_HEAD // 6)) == [431]
    assert await served.answers(b"GET /" + b"a" * 70_000) in ([431], [400])
    assert served.bodies == []


async def test_of_a_header_without_end_little_is_taken(served: Served) -> None:
    assert await served.answers(START + b"X: ", *[b"a" * MIB] * 64) in ([], [431])
    assert served.bodies == []


async def test_headers_within_the_limit_and_bodies_of_any_size_pass(served: Served) -> None:
    large = b"X: " + b"a" * (LARGEST_HEAD - 1_000) + b"\r\n"
    request = START + large + b"Content-Length: %d\r\n\r\n" % (2 * MIB) + b"b" * 2 * MIB
    assert await served.answers(request, request) == [204, 204]
    chunk = b"40000\r\n" + b"b" * 0x40000 + b"\r\n"
    assert await served.answers(START + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 4, b"0\r\n\r\n") == [204]
    assert served.bodies == [2 * MIB, 2 * MIB, MIB]


async def test_trailers_without_end_are_refused(served: Served) -> None:
    answers = await served.answers(START + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", *[b"a: b\r\n" * 1_000] * 100)
    assert 204 not in answers


@pytest.mark.parametrize("begun", [b"", START, START + b"X: a"])
async def test_a_head_that_does_not_come_in_time_is_waited_for_no_longer(
    served: Served, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(heads, "PATIENCE", timedelta(seconds=0.2))
    assert await served.answers(begun) == [408]
