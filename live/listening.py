"""One connection on which Redis tells what is published, read as it arrives.

redis-py opens it, with whatever its address asks for. Its own way of reading wakes a task, which goes through ten coroutines for
each message: a tenth of what it took to tell one to ten sockets.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import cast

from hiredis import HiredisError, Reader, pack_command
from redis.asyncio import Redis

SILENCE = timedelta(seconds=5)
"""Redis is asked for a word as often as this. A connection on which none came is given up: what is never heard from again looks
like peace otherwise.
"""

Hear = Callable[[object], None]


class Ear(asyncio.Protocol):
    """Every reply of Redis goes to `hear`."""

    def __init__(self, transport: asyncio.Transport, hear: Hear) -> None:
        self._transport, self._hear = transport, hear
        self._replies = Reader()
        self._has_heard = True
        self._lost = asyncio.Event()

    def say(self, *words: bytes) -> None:
        self._transport.write(pack_command(words))  # type: ignore[arg-type] # hiredis means a tuple of any length

    def data_received(self, data: bytes) -> None:
        self._has_heard = True
        self._replies.feed(data)
        while (reply := self._replies.gets()) is not False:
            if isinstance(reply, HiredisError):
                raise ConnectionError(str(reply))
            self._hear(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost.set()

    async def listen(self, silence: timedelta) -> None:
        """Until the connection is lost. Raises `TimeoutError` when it says nothing for so long though it was asked."""
        while not self._lost.is_set():
            if not self._has_heard:
                raise TimeoutError("Redis is silent.")
            self._has_heard = False
            self.say(b"PING")
            with suppress(TimeoutError):
                async with asyncio.timeout(silence.total_seconds()):
                    await self._lost.wait()


@asynccontextmanager
async def listening(client: Redis, hear: Hear) -> AsyncIterator[Ear]:
    """A connection of its own. Raises `RedisError` or `OSError`."""
    connection = client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    try:
        await connection.connect()
        transport = cast("asyncio.Transport", connection._writer.transport)
        ear = Ear(transport, hear)
        transport.set_protocol(ear)
        yield ear
    finally:
        await connection.disconnect(nowait=True)
