"""Texts on their way out: uvicorn's WebSocket, with a short way for one that can go at once.

An open socket that compresses nothing and splits no message says a text in ten bytes and the text. websockets finds that out anew
for each; and `send`, being a coroutine, needs a task for each subscriber of an event. Everything else is left to uvicorn.
"""

from collections.abc import Callable
from struct import Struct

from starlette.types import Scope
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

SayNow = Callable[..., bool]
"""Sends a text, given in parts, or returns false: where the client does not keep up, or there is nobody left to tell."""

EXTENSION = "likeness.say_now"
"""Of an ASGI scope."""

TEXT = 0x81
"""The whole of one. RFC 6455, section 5.2, as all of the head."""

SHORT, MEDIUM = 125, 0xFFFF
"""Longest, in bytes, whose length is said in the second byte, and in the two behind it."""

short, medium, long = (Struct(layout).pack for layout in ("!BB", "!BBH", "!BBQ"))


class QuickSocket(WebSocketsSansIOProtocol):
    async def run_asgi(self) -> None:
        extensions = self.scope["extensions"]
        extensions[EXTENSION] = self._say_now  # type: ignore[assignment] # uvicorn's type knows none
        try:
            await super().run_asgi()
        finally:
            del extensions[EXTENSION]  # or the two would hold each other

    def _say_now(self, *parts: bytes) -> bool:
        conn, transport = self.conn, self.transport
        if conn.state is not OPEN or conn.extensions or not self.writable.is_set() or transport.is_closing():
            return False
        transport.write(b"".join((head_of(sum(map(len, parts))), *parts)))
        return True


def head_of(size: int) -> bytes:
    if size <= SHORT:
        return short(TEXT, size)
    if size <= MEDIUM:
        return medium(TEXT, SHORT + 1, size)
    return long(TEXT, SHORT + 2, size)


def say_now_of(scope: Scope) -> SayNow:
    """Under another server nothing can go at once."""
    found: SayNow = scope.get("extensions", {}).get(EXTENSION, _never)
    return found


def _never(*_: bytes) -> bool:
    return False
