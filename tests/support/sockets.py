"""Words of graphql-transport-ws, and sockets served with limits and parts of the test's choosing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from app.auth import Authenticator
from app.edge.crowd import Crowd, SocketLimits
from app.edge.intake import Intake
from app.edge.origins import Origins
from app.edge.persisted import AutomaticDocuments
from app.edge.socket import GraphQLOverSockets
from app.settings import Settings
from app.wiring import make_local_files, make_tokens, utc_now
from db.engine import Database
from domain.credits.prices import PRICES
from domain.ports.token_verifier import TokenVerifier
from live.memory import MemoryLive
from resolvers.context import ApiServices, Context
from schema.build import build_schema
from schema.execution.engine import Engine, Prepared
from tests.conftest import free_port, serving_app
from tests.support.studio import Studio

BALANCES = "subscription { creditBalanceChanged { available } }"
PATIENCE = 10  # seconds


def init(token: str | None) -> dict[str, Any]:
    payload = {} if token is None else {"payload": {"Authorization": f"Bearer {token}"}}
    return {"type": "connection_init", **payload}


def subscribe(name: str, query: str = BALANCES) -> dict[str, Any]:
    return {"type": "subscribe", "id": name, "payload": {"query": query}}


async def close_code(ws: aiohttp.ClientWebSocketResponse) -> int | None:
    return (await closed(ws))[0]


async def closed(ws: aiohttp.ClientWebSocketResponse) -> tuple[int | None, str]:
    """Reads until the server closes. Code and reason."""
    ws._autoclose = False  # or the frame with the reason is kept from us
    async with asyncio.timeout(PATIENCE):
        while True:
            message = await ws.receive()
            if message.type is aiohttp.WSMsgType.CLOSE:
                await ws.close()
                return message.data, message.extra or ""
            if message.type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.ERROR}:
                return ws.close_code, ""


async def nothing_waits(ws: aiohttp.ClientWebSocketResponse) -> None:
    """Fails the test when anything was told that was not read: a ping overtakes nothing."""
    await ws.send_json({"type": "ping", "payload": {"anything": "else"}})
    async with asyncio.timeout(PATIENCE):
        assert await ws.receive_json() == {"type": "pong", "payload": {"anything": "else"}}


class Gate:
    """Operations that were begun wait here, while it is shut."""

    def __init__(self) -> None:
        self.begun = asyncio.Semaphore(0)
        self._open = asyncio.Event()
        self._open.set()

    def shut(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def through(self) -> None:
        self.begun.release()
        await self._open.wait()


class GatedEngine(Engine):
    gate: Gate

    async def execute(self, prepared: Prepared, context: Context) -> bytes:
        await self.gate.through()
        return await super().execute(prepared, context)


@dataclass(slots=True)
class Served:
    url: str
    live: MemoryLive
    settings: Settings
    http: aiohttp.ClientSession
    gate: Gate = field(default_factory=Gate)

    def studio(self) -> Studio:
        """A new user of it, by sockets alone."""
        return Studio(self.url, self.settings, self.http)


@asynccontextmanager
async def serving_sockets(
    settings: Settings, *, limits: SocketLimits | None = None, tokens: TokenVerifier | None = None
) -> AsyncIterator[Served]:
    """The socket alone, with news that stay in this process."""
    database = Database(settings.database.api, application_name="test-sockets", pool_size=5)
    live, engine, gate = MemoryLive(), GatedEngine(build_schema()), Gate()
    engine.gate = gate
    services = ApiServices(
        database=database,
        live=live,
        files=make_local_files(settings),
        prices=PRICES,
        quote_secret=b"",
        purchase_url="",
        now=utc_now,
        seeds=lambda: 0,
    )
    sockets = GraphQLOverSockets(
        engine,
        Intake(engine, AutomaticDocuments(None), is_open=True),
        services=services,
        authenticator=Authenticator(tokens or make_tokens(settings.tokens), database, signup_credits=100, now=utc_now),
        origins=Origins(),
        crowd=Crowd(limits or SocketLimits()),
    )
    app = Starlette(routes=[WebSocketRoute("/graphql", sockets)])
    async with serving_app(app, free_port()) as url, aiohttp.ClientSession() as http:
        yield Served(url, live, settings, http, gate)
    await database.close()
