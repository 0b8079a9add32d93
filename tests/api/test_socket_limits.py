"""What sockets may have open and how long they may take; and what becomes of operations whose client lost interest."""

import asyncio
import gc
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from app.edge.crowd import SocketLimits
from app.edge.operations import Operation
from app.edge.socket import Conversation
from app.settings import Settings
from domain.errors import ProviderUnavailable
from domain.ports.token_verifier import SignedIn
from tests.support.owner import Owner
from tests.support.sockets import Served, closed, init, nothing_waits, serving_sockets, subscribe
from tests.support.studio import BALANCE, CREATE, MARA
from tests.support.waiting import until

FEW = SocketLimits(
    operations=3, sockets=2, subscriptions=4, init_wait=timedelta(seconds=0.1), read_wait=timedelta(seconds=0.5)
)
INFLUENCERS = "SELECT count(*) FROM influencers"


@pytest.fixture
async def served(settings: Settings) -> AsyncIterator[Served]:
    async with serving_sockets(settings, limits=FEW) as served:
        yield served


def create(name: str, key: str) -> dict[str, Any]:
    wish = {"input": {**MARA, "idempotencyKey": key}}
    return {"type": "subscribe", "id": name, "payload": {"query": CREATE, "variables": wish}}


async def flood(ws: aiohttp.ClientWebSocketResponse, message: dict[str, Any]) -> None:
    async with asyncio.timeout(2):
        while True:
            await ws.send_json(message)


async def watchers(served: Served, count: int) -> None:
    async def are_there() -> bool:
        return served.live.watcher_count == count

    await until(are_there)


async def test_a_socket_that_says_nothing_is_closed_with_4408(served: Served) -> None:
    async with served.studio().raw_socket() as ws:
        assert await closed(ws) == (4408, "Connection initialisation timeout")
    async with served.studio().socket() as socket:
        await asyncio.sleep(0.2)  # longer than it may wait for the init that came
        assert "errors" not in await socket.run("{ creditPackages { key } }")


async def test_pings_do_not_put_the_init_off(served: Served) -> None:
    async with served.studio().raw_socket() as ws:
        await ws.send_json({"type": "ping"})
        assert await closed(ws) == (4408, "Connection initialisation timeout")


async def test_a_user_has_so_many_sockets_and_no_more(served: Served) -> None:
    studio = served.studio()
    async with studio.socket() as first, studio.socket() as second:
        async with studio.raw_socket() as third:
            await third.send_json(init(studio.token))
            assert await closed(third) == (4429, "Too many connections")
        async with served.studio().socket() as another:
            assert "data" in await another.run("{ __typename }")
        await second.ws.close()
        assert "data" in await first.run("{ __typename }")

        async def is_welcome() -> bool:
            async with studio.raw_socket() as ws:
                await ws.send_json(init(studio.token))
                return (await ws.receive()).type is aiohttp.WSMsgType.TEXT

        await until(is_welcome)


async def test_a_user_has_so_many_subscriptions_over_all_sockets(served: Served) -> None:
    studio = served.studio()
    async with studio.socket() as first, studio.socket() as second:
        for ws, name in ((first.ws, "1"), (first.ws, "2"), (second.ws, "1"), (second.ws, "2")):
            await ws.send_json(subscribe(name))
            assert (await ws.receive_json())["type"] == "next"
        await second.ws.send_json(subscribe("3"))
        assert await second.ws.receive_json() == {
            "id": "3",
            "type": "error",
            "payload": [
                {
                    "message": "At most 4 subscriptions of one user run at once. End one of them first.",
                    "extensions": {"code": "LIMIT_REACHED", "limit": 4},
                }
            ],
        }
        assert "data" in await second.run(BALANCE)  # queries are not counted
        async with served.studio().socket() as another:
            await another.ws.send_json(subscribe("1"))
            assert (await another.ws.receive_json())["type"] == "next"
        await first.ws.send_json({"type": "complete", "id": "1"})
        await nothing_waits(first.ws)
        await second.ws.send_json(subscribe("3"))
        assert (await second.ws.receive_json())["type"] == "next"


async def test_zero_is_no_limit(settings: Settings) -> None:
    limits = SocketLimits(sockets=0, subscriptions=0)
    async with serving_sockets(settings, limits=limits) as served, AsyncExitStack() as stack:
        studio = served.studio()
        for _ in range(55):
            socket_ = await stack.enter_async_context(studio.socket())
            for name in ("1", "2"):
                await socket_.ws.send_json(subscribe(name))
                assert (await socket_.ws.receive_json())["type"] == "next"
        assert served.live.watcher_count == 110


async def test_an_ended_subscription_leaves_nobody_watching(served: Served) -> None:
    async with served.studio().socket() as socket:
        await socket.ws.send_json(subscribe("1"))
        await socket.ws.receive_json()
        assert served.live.watcher_count == 1
        await socket.ws.send_json({"type": "complete", "id": "1"})
        await nothing_waits(socket.ws)
        assert served.live.watcher_count == 0


@pytest.mark.parametrize(
    "last", ['{"type": "complete", "id": "1"}', "{", '{"type": "subscribe", "id": "1", "payload": {}}']
)
async def test_an_ended_socket_leaves_nothing_to_the_garbage_collector(served: Served, last: str) -> None:
    """It runs rarely in an API process: what waits for it is memory until then."""
    gc.collect()
    gc.disable()
    try:
        async with served.studio().socket() as socket_:
            await socket_.ws.send_json(subscribe("1"))
            await socket_.ws.receive_json()
            assert "errors" in await socket_.run("{ nothing }")
            await socket_.ws.send_str(last)

        async def are_gone() -> bool:
            return not [each for each in gc.get_objects() if isinstance(each, Conversation | Operation)]

        await until(are_gone)
    finally:
        gc.enable()


async def test_what_is_completed_before_its_answer_is_not_answered_and_its_name_is_free(served: Served) -> None:
    async with served.studio().socket() as socket:
        served.gate.shut()
        await socket.ws.send_json(subscribe("a", "{ __typename }"))
        await served.gate.begun.acquire()
        await socket.ws.send_json({"type": "complete", "id": "a"})
        await socket.ws.send_json(subscribe("a", "{ second: __typename }"))
        await served.gate.begun.acquire()
        served.gate.open()
        assert (await socket.ws.receive_json())["payload"]["data"] == {"second": "Query"}
        assert await socket.ws.receive_json() == {"id": "a", "type": "complete"}
        await nothing_waits(socket.ws)


async def test_what_runs_though_nobody_waits_for_it_counts_until_its_end(served: Served) -> None:
    async with served.studio().socket() as socket:
        served.gate.shut()
        for _ in range(FEW.operations):
            await socket.ws.send_json(subscribe("a", "{ __typename }"))
            await served.gate.begun.acquire()
            await socket.ws.send_json({"type": "complete", "id": "a"})
        (error,) = (await socket.run("{ __typename }"))["errors"]
        assert error["extensions"] == {"code": "LIMIT_REACHED", "limit": 3}
        served.gate.open()
        await nothing_waits(socket.ws)
        assert (await socket.run("{ __typename }"))["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("leaving", ["complete", "close"])
async def test_a_mutation_that_has_begun_is_finished(served: Served, owner: Owner, leaving: str) -> None:
    async with served.studio().socket() as socket:
        served.gate.shut()
        await socket.ws.send_json(create("a", "k"))
        await served.gate.begun.acquire()
        if leaving == "complete":
            await socket.ws.send_json({"type": "complete", "id": "a"})
            await nothing_waits(socket.ws)
        else:
            await socket.ws.close()
        assert await owner.value(INFLUENCERS) == 0
        served.gate.open()

        async def is_made() -> bool:
            return bool(await owner.value(INFLUENCERS) == 1)

        await until(is_made)


async def test_a_client_that_does_not_read_is_dropped(served: Served) -> None:
    """Its pings are answered until nothing more fits between the two; then it is neither read nor waited for."""
    studio = served.studio()
    ping = {"type": "ping", "payload": {"a": "x" * 60_000}}
    with capture_logs() as logs:
        async with studio.socket() as socket_:
            await socket_.ws.send_json(subscribe("1"))
            await socket_.ws.receive_json()
            await watchers(served, 1)
            transport = socket_.ws._writer.transport
            assert isinstance(transport, asyncio.Transport)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            transport.pause_reading()
            with pytest.raises((ConnectionError, TimeoutError)):
                await flood(socket_.ws, ping)
            await watchers(served, 0)
            transport.abort()
    assert "socket given up" in [entry["event"] for entry in logs]
    assert [entry for entry in logs if entry["log_level"] != "info"] == []


@pytest.mark.parametrize("how", ["abort", "shutdown"])
async def test_a_client_that_vanishes_is_no_error(served: Served, caplog: pytest.LogCaptureFixture, how: str) -> None:
    with capture_logs() as logs:
        async with served.studio().socket() as socket_:
            served.gate.shut()
            await socket_.ws.send_json(subscribe("1"))
            await socket_.ws.receive_json()
            await socket_.ws.send_json(subscribe("2", "{ __typename }"))
            await served.gate.begun.acquire()
            transport = socket_.ws._writer.transport
            assert isinstance(transport, asyncio.Transport)
            if how == "abort":
                transport.abort()
            else:
                transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            await watchers(served, 0)
            served.gate.open()
            await asyncio.sleep(0.05)  # what would be said of it is said by then
    assert [entry for entry in logs if entry["log_level"] != "info"] == []
    assert [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []


class Broken:
    """A `TokenVerifier` that fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def verify(self, token: str) -> SignedIn:
        raise self._error


async def test_what_breaks_while_signing_in_is_masked_and_told_with_its_id(settings: Settings) -> None:
    broken = Broken(RuntimeError("canary"))
    async with serving_sockets(settings, tokens=broken) as served, served.studio().raw_socket() as ws:
        with capture_logs() as logs:
            await ws.send_json(init("x"))
            code, reason = await closed(ws)
    found = re.fullmatch(r"Something went wrong on our side\. Report it with this id: ([0-9a-f]{32})", reason)
    assert code == 4500
    (line,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert found
    assert (line["error_id"], line["exc_info"]) == (found[1], broken._error)


async def test_while_tokens_cannot_be_checked_clients_are_told_to_come_again(settings: Settings) -> None:
    away = Broken(ProviderUnavailable("Sign-in cannot be checked right now. Try again in a moment."))
    async with serving_sockets(settings, tokens=away) as served, served.studio().raw_socket() as ws:
        with capture_logs() as logs:
            await ws.send_json(init("x"))
            assert await closed(ws) == (1013, "Sign-in cannot be checked right now. Try again in a moment.")
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
