"""Many requests at once over HTTP, by a client so plain that the server stays what is measured."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from benchmarks.stage import Program

FIRST_WARM_UP = timedelta(seconds=1.5)
"""What V8 needs to compile what runs often; the same for everyone."""

WARM_UP = timedelta(seconds=0.3)
"""Before each turn."""


def http_request(path: str, body: object = None, **headers: str) -> bytes:
    """GET without a body, POST with one (as JSON)."""
    data = b"" if body is None else orjson.dumps(body)
    lines = [f"{'POST' if data else 'GET'} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += ["Content-Type: application/json"] if data else []
    return "\r\n".join([*lines, "", ""]).encode() + data


def graphql_request(query: str, variables: object, token: str) -> bytes:
    return http_request("/graphql", {"query": query, "variables": variables}, Authorization=f"Bearer {token}")


class Connection:
    """One kept-alive connection; one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    @asynccontextmanager
    async def to(cls, port: int) -> AsyncIterator["Connection"]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        try:
            yield cls(reader, writer)
        finally:
            writer.close()

    async def ask(self, request: bytes) -> bytes:
        """The body of the answer. Raises `ValueError` for any but 200."""
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        _, _, rest = head.partition(b"content-length: ")
        body = await self._reader.readexactly(int(rest.partition(b"\r\n")[0]))
        if not head.startswith(b"http/1.1 200 "):
            raise ValueError(f"{head[:30]!r} {body[:300]!r}")
        return body


@dataclass(frozen=True, slots=True)
class Throughput:
    requests: int
    seconds: float
    cpu_seconds: float
    """Of the server's process."""

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """For each request."""
        return 1000 * self.cpu_seconds / self.requests

    def __add__(self, other: "Throughput") -> "Throughput":
        return Throughput(
            self.requests + other.requests, self.seconds + other.seconds, self.cpu_seconds + other.cpu_seconds
        )


@dataclass(frozen=True, slots=True)
class Load:
    """What one server is asked: as many connections as `streams`, each of which sends its stream one by one."""

    program: "Program"
    streams: Sequence[Iterator[bytes]]

    async def run(self, duration: timedelta) -> Throughput:
        async with AsyncExitStack() as stack:
            connections = [await stack.enter_async_context(Connection.to(self.program.port)) for _ in self.streams]
            await self._ask_all(connections, WARM_UP)
            cpu, started = self.program.cpu_seconds(), time.monotonic()
            requests = await self._ask_all(connections, duration)
            return Throughput(requests, time.monotonic() - started, self.program.cpu_seconds() - cpu)

    async def _ask_all(self, connections: Sequence[Connection], duration: timedelta) -> int:
        until = time.monotonic() + duration.total_seconds()
        pairs = zip(connections, self.streams, strict=True)
        return sum(await asyncio.gather(*(_ask_until(until, connection, stream) for connection, stream in pairs)))


async def _ask_until(until: float, connection: Connection, stream: Iterator[bytes]) -> int:
    count = 0
    while time.monotonic() < until:
        body = await connection.ask(next(stream))
        if b'"errors":[{' in body:
            raise ValueError(body[:500].decode())
        count += 1
    return count


async def in_turns(loads: Mapping[str, Load], *, duration: timedelta, rounds: int = 3) -> dict[str, Throughput]:
    """Each for `duration` in all, taking turns, so that a disturbance of the machine meets all of them."""
    for load in loads.values():
        await load.run(FIRST_WARM_UP)
    totals = dict.fromkeys(loads, Throughput(0, 0.0, 0.0))
    for _ in range(rounds):
        for name, load in loads.items():
            totals[name] += await load.run(duration / rounds)
    return totals
