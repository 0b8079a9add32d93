"""Sockets of an API process as it is deployed: how large a frame may be, and how they end when it is stopped."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from app.serve import DRAIN
from app.settings import Settings
from tests.conftest import SECRET, free_port
from tests.support.cluster import Process, running
from tests.support.cluster import until as within
from tests.support.sockets import closed, subscribe
from tests.support.studio import BALANCE, Studio

LARGEST = 64 * 1024  # bytes


@pytest.fixture
async def api(settings: Settings, tmp_path: Path) -> AsyncIterator[tuple[Process, Studio]]:
    port = free_port()
    env = {
        "PATH": os.defpath,
        "DATABASE_URL": settings.database.owner,
        "API_DATABASE_URL": settings.database.api,
        "WORKER_DATABASE_URL": settings.database.worker,
        "REDIS_URL": settings.redis.live,
        "TASKS_REDIS_URL": settings.redis.tasks,
        "LIKENESS_SECRET": SECRET,
        "LIKENESS_DATA_DIR": str(tmp_path / "data"),
        "PORT": str(port),
    }
    argv = [sys.executable, "-m", "app.cli", "api"]
    with running(argv, env, tmp_path / "api.log") as process:
        async with aiohttp.ClientSession() as http:
            studio = Studio(f"http://127.0.0.1:{port}", settings, http)

            async def is_alive() -> bool:
                try:
                    async with http.get(f"{studio.url}/healthz") as answer:
                        return answer.status == 200
                except aiohttp.ClientError:
                    return False

            await within(is_alive, what="the API")
            yield process, studio


CONTINUED, TEXT, LAST = 0x00, 0x01, 0x80
"""Of a frame's first byte. RFC 6455, section 5.2."""


def frame(first: int, content: bytes) -> bytes:
    """Masked with zeros: clients must mask, and this changes no byte."""
    return bytes([first, 0xFE]) + len(content).to_bytes(2, "big") + bytes(4) + content


def ping_of(size: int) -> str:
    empty = json.dumps({"type": "ping", "payload": {"a": ""}})
    return empty.replace('""', '"' + "x" * (size - len(empty)) + '"')


async def test_a_frame_of_64_kb_is_taken_and_a_larger_one_closes_with_1009(api: tuple[Process, Studio]) -> None:
    _, studio = api
    async with studio.socket() as socket:
        await socket.ws.send_str(ping_of(LARGEST))
        assert (await socket.ws.receive_json())["type"] == "pong"
        await socket.ws.send_str(ping_of(LARGEST + 1))
        assert (await closed(socket.ws))[0] == 1009
    async with studio.socket() as socket:  # nor in parts
        whole = ping_of(LARGEST + 1).encode()
        transport = socket.ws._writer.transport
        assert transport is not None
        transport.write(frame(TEXT, whole[: LARGEST // 2]) + frame(LAST | CONTINUED, whole[LARGEST // 2 :]))
        assert (await closed(socket.ws))[0] == 1009


async def test_a_stop_closes_every_socket_with_1012_at_once_and_in_silence(api: tuple[Process, Studio]) -> None:
    process, studio = api
    async with AsyncExitStack() as stack:
        sockets = []
        for number in range(10):
            socket = await stack.enter_async_context(studio.another().socket())
            await socket.ws.send_json(subscribe(str(number)))
            assert (await socket.ws.receive_json())["type"] == "next"
            sockets.append(socket)
        assert "data" in await sockets[0].run(BALANCE)
        for socket in sockets[:3]:  # these vanish
            transport = socket.ws._writer.transport
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
        silent = await stack.enter_async_context(studio.raw_socket())
        begun = time.monotonic()
        process.send(signal.SIGTERM)
        codes = [await closed(ws) for ws in (*(each.ws for each in sockets[3:]), silent)]
        assert {code for code, _ in codes} == {1012}
        assert time.monotonic() - begun < DRAIN.total_seconds()
        status, _ = await process.ended(within=10)
    assert status == 0
    assert time.monotonic() - begun < DRAIN.total_seconds()  # uvicorn waits that long for what does not end by itself
    lines = [json.loads(line) for line in process.log.read_text().splitlines()]
    assert [line for line in lines if line["level"] not in {"info", "warning"}] == []
    assert sum(line["event"] == "socket closed" for line in lines) == 11
