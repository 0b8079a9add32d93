"""One subscription as server-sent events, from its first word to its end, whoever ends it.

Plain asyncio tasks, each ended and waited for: a cancelled anyio scope would kill whatever a generator awaits in `finally`.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractContextManager, aclosing, suppress
from datetime import timedelta

import structlog
from starlette.types import Receive, Send

from app.edge.answers import refusal_of
from app.edge.media import EVENTS
from app.edge.refusals import Header
from live.ending import end_tasks
from schema.execution.json import encode_json

log = structlog.get_logger("likeness.sse")

BEGIN_WAIT = timedelta(seconds=0.5)
"""How long a subscription may take to be refused with a 4xx, or to bring its first event. Then the stream begins anyway."""

BEAT = timedelta(seconds=12)
"""Between comments, which keep proxies from closing what is silent."""

SEND_WAIT = timedelta(seconds=10)
"""How long one write may wait for a client to read."""

HEADERS: Sequence[Header] = (
    (b"content-type", EVENTS),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
COMPLETE = b"event: complete\ndata:\n\n"
COMMENT = b":\n\n"

Opening = Callable[[], AbstractContextManager[asyncio.Future[None]]]
"""Gives what is done when the stream has to end. Raises `RequestRefused` where there is no room for it."""


def next_event(result: bytes) -> bytes:
    """`result` is JSON on one line."""
    return b"event: next\ndata: " + result + b"\n\n"


class Stuck(Exception):
    """The client reads no more."""


class Writer:
    """Begins the answer with its first words. Two tasks write: whole events, in turn."""

    def __init__(self, send: Send, headers: Sequence[Header]) -> None:
        self._send, self._headers = send, headers
        self._turn = asyncio.Lock()
        self.has_begun = False

    async def write(self, text: bytes, *, is_last: bool = False) -> None:
        """Raises `Stuck`."""
        try:
            async with asyncio.timeout(SEND_WAIT.total_seconds()), self._turn:
                if not self.has_begun:
                    await self._send({"type": "http.response.start", "status": 200, "headers": self._headers})
                    self.has_begun = True
                await self._send({"type": "http.response.body", "body": text, "more_body": not is_last})
        except TimeoutError:
            raise Stuck from None


class EventStream:
    """`events` are results as JSON. `life` is how long its client may listen; None is for ever."""

    def __init__(self, events: AsyncGenerator[bytes, None], *, life: timedelta | None, opening: Opening) -> None:
        self._events, self._life, self._opening = events, life, opening

    async def send(self, receive: Receive, send: Send, common: Sequence[Header]) -> None:
        with self._opening() as cut:
            writer = Writer(send, [*HEADERS, *common])
            telling = asyncio.create_task(self._tell(writer))
            beating = asyncio.create_task(_beat(writer))
            leaving = asyncio.create_task(_left(receive))
            life = None if self._life is None else self._life.total_seconds()
            try:
                await asyncio.wait({telling, beating, leaving, cut}, timeout=life, return_when=asyncio.FIRST_COMPLETED)
            finally:
                is_gone, is_told = leaving.done(), telling.done()
                await end_tasks(telling, beating, leaving)
            if not is_gone:
                await self._end(writer, [telling, beating], is_told=is_told)

    async def _tell(self, writer: Writer) -> None:
        async with aclosing(self._events) as events:
            async for result in events:
                await writer.write(next_event(result))

    async def _end(self, writer: Writer, tasks: Sequence[asyncio.Task[None]], *, is_told: bool) -> None:
        """The last words. Raises what refused the subscription, while there is still an answer to be given."""
        error = _error_of(tasks)
        with suppress(Stuck):
            match error:
                case Stuck():
                    log.info("stream dropped: its client does not read")
                case Exception():
                    refused = refusal_of(error)
                    if not writer.has_begun:
                        raise refused
                    last = next_event(encode_json({"errors": refused.errors}))
                    await writer.write(last + COMPLETE, is_last=True)
                case None:
                    await writer.write(COMPLETE if is_told else b"", is_last=True)


def _error_of(tasks: Sequence[asyncio.Task[None]]) -> Exception | None:
    errors = [task.exception() for task in tasks if not task.cancelled()]
    return next((error for error in errors if isinstance(error, Exception)), None)


async def _beat(writer: Writer) -> None:
    await asyncio.sleep(BEGIN_WAIT.total_seconds())
    while True:
        await writer.write(COMMENT)
        await asyncio.sleep(BEAT.total_seconds())


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
