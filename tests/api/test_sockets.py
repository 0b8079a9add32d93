"""The socket's protocol, graphql-transport-ws: who is let in, and the codes on which clients act."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from app.auth import Authenticator
from app.http.graphiql import GraphiQLPage
from app.http.graphql import LikenessGraphQL
from app.settings import Settings
from app.wiring import make_files, make_tokens, utc_now
from db.engine import Database
from domain.credits.prices import PRICES
from live.memory import MemoryLive
from resolvers.context import ApiServices
from schema.build import build_schema
from tests.api.test_sign_in import bad_tokens, secret_of
from tests.conftest import free_port, serving_app
from tests.support.studio import BALANCE, Studio

BALANCES = "subscription { creditBalanceChanged { available } }"
PATIENCE = 10  # seconds


def init(token: str | None) -> dict[str, Any]:
    payload = {} if token is None else {"payload": {"Authorization": f"Bearer {token}"}}
    return {"type": "connection_init", **payload}


def subscribe(name: str, query: str = BALANCES) -> dict[str, Any]:
    return {"type": "subscribe", "id": name, "payload": {"query": query}}


async def close_code(ws: aiohttp.ClientWebSocketResponse) -> int | None:
    """Reads until the server closes."""
    async with asyncio.timeout(PATIENCE):
        async for _ in ws:
            pass
    return ws.close_code


async def test_a_good_token_opens_a_socket_for_every_kind_of_operation(studio: Studio) -> None:
    async with studio.socket() as socket:
        answer = await socket.run(BALANCE)
        assert answer["data"]["viewer"]["creditBalance"]["available"] == 100
        async for event in socket.events(BALANCES):
            assert event == {"available": 100}
            break


@pytest.mark.parametrize("name", sorted(bad_tokens(b"a secret for the names alone, long enough")))
async def test_a_bad_token_closes_with_4403(studio: Studio, name: str) -> None:
    async with studio.raw_socket() as ws:
        await ws.send_json(init(bad_tokens(secret_of(studio))[name]))
        assert await close_code(ws) == 4403


@pytest.mark.parametrize(
    "message",
    [
        {"type": "connection_init"},
        {"type": "connection_init", "payload": {}},
        {"type": "connection_init", "payload": {"Authorization": 7}},
        {"type": "connection_init", "payload": {"Authorization": "Basic x"}},
        {"type": "connection_init", "payload": {"token": "x"}},
    ],
)
async def test_no_token_closes_with_4403(studio: Studio, message: dict[str, Any]) -> None:
    async with studio.raw_socket() as ws:
        await ws.send_json(message)
        assert await close_code(ws) == 4403


async def test_the_name_of_the_header_may_be_written_in_any_case(studio: Studio) -> None:
    async with studio.raw_socket() as ws:
        await ws.send_json({"type": "connection_init", "payload": {"authorization": f"bearer {studio.token}"}})
        assert await ws.receive_json() == {"type": "connection_ack"}


async def test_asking_before_the_acknowledgement_closes_with_4401(studio: Studio) -> None:
    async with studio.raw_socket() as ws:
        await ws.send_json(subscribe("1"))
        assert await close_code(ws) == 4401


async def test_a_second_init_closes_with_4429(studio: Studio) -> None:
    async with studio.raw_socket() as ws:
        await ws.send_json(init(studio.token))
        await ws.send_json(init(studio.token))
        assert await close_code(ws) == 4429


async def test_a_name_that_is_in_use_closes_with_4409(studio: Studio) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_json(subscribe("1"))
        await socket.ws.send_json(subscribe("1"))
        assert await close_code(socket.ws) == 4409


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        '"ping"',
        "{}",
        '{"type": 7}',
        '{"type": "no such type"}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": "x"}',
        '{"type": "subscribe", "id": "1", "payload": {}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 7}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { id } }", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { id } }", "operationName": {}}}',
        '{"type": "subscribe", "id": {}, "payload": {"query": "{ viewer { id } }"}}',
        '{"type": "complete"}',
        '{"type": "complete", "id": []}',
        '{"type": "connection_init", "payload": "x"}',
    ],
)
async def test_a_message_that_cannot_be_read_closes_with_4400(studio: Studio, text: str) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_str(text)
        assert await close_code(socket.ws) == 4400


async def test_a_binary_message_closes_with_4400(studio: Studio) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_bytes(json.dumps({"type": "ping"}).encode())
        assert await close_code(socket.ws) == 4400


async def test_a_document_that_cannot_be_read_is_answered_and_the_socket_stays(studio: Studio) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_json(subscribe("1", "{"))
        answer = await socket.ws.receive_json()
        assert (answer["type"], answer["id"]) == ("error", "1")
        await socket.ws.send_json(subscribe("2", "{ viewer { email } }"))
        assert (await socket.ws.receive_json())["payload"]["data"]["viewer"]["email"]


async def test_a_document_that_is_not_valid_is_answered_and_the_socket_stays(studio: Studio) -> None:
    async with studio.socket() as socket:
        (error,) = (await socket.run("{ nothing }"))["errors"]
        assert error["message"] == "Cannot query field 'nothing' on type 'Query'."
        assert "data" in await socket.run(BALANCE)


async def test_pings_are_answered(studio: Studio) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_json({"type": "ping"})
        assert await socket.ws.receive_json() == {"type": "pong"}


async def test_completing_what_is_not_running_is_no_fault(studio: Studio) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_json({"type": "complete", "id": "nothing"})
        assert "data" in await socket.run(BALANCE)


async def test_twenty_operations_run_at_once_and_no_more(studio: Studio) -> None:
    async with studio.socket() as socket:
        for number in range(20):
            await socket.ws.send_json(subscribe(str(number)))
            assert (await socket.ws.receive_json())["type"] == "next"
        (error,) = (await socket.run(BALANCE))["errors"]
        assert error["message"] == "Subscription limit reached"
        await socket.ws.send_json({"type": "complete", "id": "7"})
        assert "data" in await socket.run(BALANCE)


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",), ("nonsense",)])
async def test_another_protocol_is_not_spoken(studio: Studio, protocols: tuple[str, ...]) -> None:
    async with studio.http.ws_connect(studio.url.replace("http", "ws") + "/graphql", protocols=protocols) as ws:
        assert await close_code(ws) == 4406


async def test_a_page_of_another_origin_gets_no_socket(studio: Studio) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with studio.raw_socket(origin="https://evil.example"):
            pass
    assert refused.value.status == 403
    async with studio.raw_socket(origin=studio.url) as ws:
        await ws.send_json(init(studio.token))
        assert await ws.receive_json() == {"type": "connection_ack"}


async def test_a_socket_ends_with_its_token(studio: Studio) -> None:
    async with studio.socket(studio.token_for(timedelta(seconds=2))) as socket:
        await socket.ws.send_json(subscribe("1"))
        assert (await socket.ws.receive_json())["type"] == "next"
        assert await close_code(socket.ws) == 4403


async def test_a_frame_as_large_as_a_document_may_be_is_taken(studio: Studio) -> None:
    async with studio.socket() as socket:
        answer = await socket.run("# " + "x" * 50_000 + "\n" + BALANCE)
        assert "data" in answer


@pytest.fixture
async def impatient_url(settings: Settings) -> AsyncIterator[str]:
    """A socket endpoint that waits for `connection_init` no longer than a tenth of a second."""
    database = Database(settings.database.api, application_name="test-sockets", pool_size=1)
    services = ApiServices(
        database=database,
        live=MemoryLive(),
        files=make_files(settings),
        prices=PRICES,
        quote_secret=b"",
        purchase_url="",
        now=utc_now,
        seeds=lambda: 0,
    )
    view = LikenessGraphQL(
        build_schema(),
        services=services,
        authenticator=Authenticator(make_tokens(settings.tokens), database, signup_credits=0, now=utc_now),
        page=GraphiQLPage(development_token=lambda: None, enabled=False),
        allowed_origins=(),
        init_wait=timedelta(seconds=0.1),
    )
    async with serving_app(Starlette(routes=[WebSocketRoute("/graphql", view)]), free_port()) as url:
        yield url
    await database.close()


async def test_a_socket_that_says_nothing_is_closed_with_4408(impatient_url: str, settings: Settings) -> None:
    async with aiohttp.ClientSession() as http:
        silent = Studio(impatient_url, settings, http)
        async with silent.raw_socket() as ws:
            assert await close_code(ws) == 4408
        async with silent.socket() as socket:
            await asyncio.sleep(0.2)  # longer than it may wait for the init that came
            assert "errors" not in await socket.run("{ creditPackages { key } }")
