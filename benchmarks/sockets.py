"""A WebSocket client that does next to nothing, so that a thousand of them fit beside the server they listen to."""

import asyncio
import os
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

import orjson

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
LARGEST_SMALL, LARGEST_MEDIUM = 125, 65535  # bytes; how a frame says its length, RFC 6455 section 5.2

TOGETHER = 50
"""Sockets that are opened at once."""


class Socket(asyncio.Protocol):
    """Texts go to `on_text`. Pings are answered; the end, whoever made it, is told to `on_close`."""

    def __init__(self) -> None:
        self.on_text: Callable[[bytes], None] = lambda _: None
        self.on_close: Callable[[], None] = lambda: None
        self.is_closed = False
        self._open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def to(cls, port: int, path: str, *, protocol: str = "") -> "Socket":
        loop = asyncio.get_running_loop()
        _, socket = await loop.create_connection(cls, "127.0.0.1", port)
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}", "Sec-WebSocket-Version: 13"]
        lines += [f"Sec-WebSocket-Protocol: {protocol}"] if protocol else []
        socket._write("\r\n".join([*lines, "", ""]).encode())
        await socket._open
        return socket

    def send(self, text: bytes) -> None:
        self._send(TEXT, text)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        self.on_close()
        if not self._open.done():
            self._open.set_exception(exc or ConnectionError("The server did not open the socket."))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._open.done():
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if b" 101 " not in self._buffer[:20]:
                self.close()
                return
            del self._buffer[: end + 4]
            self._open.set_result(None)
        while (frame := self._next_frame()) is not None:
            self._receive(*frame)

    def _receive(self, kind: int, content: bytes) -> None:
        if kind == TEXT:
            self.on_text(content)
        elif kind == PING:
            self._send(PONG, content)
        elif kind == CLOSE:
            self.close()

    def _next_frame(self) -> tuple[int, bytes] | None:
        """Of a server, which never masks; ours never split a message."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 0x7F, 2
        if length > LARGEST_SMALL:
            start = 4 if length == LARGEST_SMALL + 1 else 10
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return None
        frame = buffer[0] & 0x0F, bytes(buffer[start : start + length])
        del buffer[: start + length]
        return frame

    def _send(self, kind: int, content: bytes) -> None:
        """Masked with zeros: clients must mask, and this changes no byte."""
        size = len(content)
        if size > LARGEST_MEDIUM:
            raise ValueError("This client sends small frames only.")
        head = bytes([0x80 | kind, 0x80 | size]) if size <= LARGEST_SMALL else bytes([0x80 | kind, 0xFE])
        self._write(head + (b"" if size <= LARGEST_SMALL else size.to_bytes(2, "big")) + bytes(4) + content)

    def _write(self, data: bytes) -> None:
        if self._transport is None:
            raise ConnectionError("The socket is not connected.")
        self._transport.write(data)


class Listener:
    """A socket that joins topics one after another and notes when news of the last one came."""

    def __init__(self, socket: Socket) -> None:
        self.arrivals: list[float] = []
        self.newest = b""
        self._socket, self._answered = socket, asyncio.Event()
        socket.on_text, socket.on_close = self._note, self._answered.set

    async def say(self, text: bytes) -> bytes:
        """Returns the first answer. What comes after it counts as news."""
        self._answered.clear()
        self._socket.send(text)
        await self.more()
        self.arrivals.clear()
        return self.newest

    async def more(self) -> None:
        """Until another text has come since the last wait. Raises `ConnectionError` when none will."""
        await self._answered.wait()
        self._answered.clear()
        if self._socket.is_closed:
            raise ConnectionError(f"The server closed the socket. Its last words: {self.newest[:300]!r}")

    def close(self) -> None:
        self._socket.close()

    def _note(self, text: bytes) -> None:
        self.arrivals.append(time.monotonic())
        self.newest = text
        self._answered.set()


async def listen(port: int) -> Listener:
    """To the reference."""
    return Listener(await Socket.to(port, "/live"))


async def listen_signed_in(port: int, token: str) -> Listener:
    """To the product, in the words of graphql-transport-ws."""
    listener = Listener(await Socket.to(port, "/graphql", protocol="graphql-transport-ws"))
    payload = {"Authorization": f"Bearer {token}"}
    answer = await listener.say(orjson.dumps({"type": "connection_init", "payload": payload}))
    assert orjson.loads(answer)["type"] == "connection_ack", answer
    return listener


def subscribe(id_: str, query: str, variables: object) -> bytes:
    return orjson.dumps({"id": id_, "type": "subscribe", "payload": {"query": query, "variables": variables}})


async def a_few_at_a_time(steps: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """All of them, `TOGETHER` at once."""
    gate = asyncio.Semaphore(TOGETHER)

    async def through(step: Callable[[], Awaitable[None]]) -> None:
        async with gate:
            await step()

    await asyncio.gather(*(through(step) for step in steps))
