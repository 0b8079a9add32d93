"""What comes before a body: uvicorn's HTTP with an end to it, in size and in time.

llhttp and uvicorn keep headers of any length, and a header that arrives in pieces is copied anew with each: one of 100 MB took
12 seconds of processor time, 30 MB of small ones 600 MB of memory, and a request that never ended a connection for ever.
"""

import asyncio
from datetime import timedelta
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
"""Bytes of a request that are not its body. Of one that begins in a piece with the end of another, that piece is not counted."""

PATIENCE = timedelta(seconds=10)
"""For the whole of a head, and for the first one to begin."""


class BoundedHttp(HttpToolsProtocol):
    _size = 0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_come()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._expect()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._has_come()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._size -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._size = 0
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        self._size += len(data)
        super().data_received(data)
        if self._size > LARGEST_HEAD and not self.transport.is_closing():
            self._end(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _expect(self) -> None:
        self._has_come()
        self._late = self.loop.call_later(PATIENCE.total_seconds(), self._end, HTTPStatus.REQUEST_TIMEOUT)

    def _has_come(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _end(self, status: HTTPStatus) -> None:
        """Told only where no answer is under way."""
        self._has_come()
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(b"HTTP/1.1 %d %s\r\nconnection: close\r\n\r\n" % (status, status.phrase.encode()))
        self.transport.close()
