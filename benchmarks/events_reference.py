"""A bare fan-out: one Redis connection, one set of sockets per topic, the published bytes sent on as they are."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from app.settings import Settings


class FanOut:
    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub
        self._sockets: defaultdict[str, set[WebSocket]] = defaultdict(set)

    async def serve(self, socket: WebSocket) -> None:
        """Each text of the client names a topic to join."""
        await socket.accept()
        joined = set()
        try:
            async for topic in socket.iter_text():
                if not self._sockets[topic]:
                    await self._pubsub.subscribe(topic)
                self._sockets[topic].add(socket)
                joined.add(topic)
                await socket.send_text("joined")
        finally:
            for topic in joined:
                self._sockets[topic].discard(socket)

    async def send_on(self) -> None:
        async for message in self._pubsub.listen():
            if message["type"] == "message":
                text = message["data"].decode()
                for socket in tuple(self._sockets[message["channel"].decode()]):
                    await socket.send_text(text)


def make_app(env: Mapping[str, str]) -> Starlette:
    url = Settings.from_env(env).redis.live

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        redis = Redis.from_url(url)
        pubsub = redis.pubsub()
        await pubsub.subscribe("keepalive")
        app.state.fan_out = FanOut(pubsub)
        sending = asyncio.create_task(app.state.fan_out.send_on())
        yield
        sending.cancel()
        await redis.aclose()

    async def live(socket: WebSocket) -> None:
        await socket.app.state.fan_out.serve(socket)

    return Starlette(routes=[WebSocketRoute("/live", live)], lifespan=lifespan)
