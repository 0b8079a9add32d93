"""One operation on a socket: a task, from `subscribe` to the last word about it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from graphql import OperationType

from app.edge.answers import refusal_of
from app.edge.crowd import Crowd
from app.edge.frames import SayNow
from app.edge.intake import Intake
from app.edge.messages import complete_frame, error_frame, next_start
from resolvers.context import Context
from schema.execution.engine import Engine, Prepared


class Gone(Exception):
    """There is nobody to tell any more."""


Say = Callable[[str], Awaitable[None]]
"""Sends a frame. Raises `Gone`."""


class Desk:
    """Where operations are read and run."""

    def __init__(self, engine: Engine, intake: Intake, crowd: Crowd) -> None:
        self.engine, self.intake, self.crowd = engine, intake, crowd
        self._last = b"", ""

    def text_of(self, answer: bytes) -> str:
        """Decoded once where many are sent the very same bytes, one after another."""
        known, text = self._last
        if known is not answer:
            text = answer.decode()
            self._last = answer, text
        return text


class Operation:
    """Its id may be used again once it `is_over`: nothing more is said of it then, though it may still run."""

    __slots__ = ("_context", "_desk", "_is_answering", "_say", "_say_now", "id", "is_over")

    def __init__(self, id_: str, *, desk: Desk, context: Context, say: Say, say_now: SayNow) -> None:
        self.id, self.is_over, self._is_answering = id_, False, False
        self._desk, self._context, self._say, self._say_now = desk, context, say, say_now

    def begin(self, words: Mapping[str, object]) -> asyncio.Task[None]:
        """Not kept here: a cancelled task holds on to what it ran, and the two would wait for the garbage collector."""
        return asyncio.create_task(self._run(words))

    def stop(self) -> bool:
        """Say nothing more of it. True where its task is to be ended; but a query or a mutation that has begun runs to its end:
        a mutation cancelled in the middle would have happened or not, and each cancelled query costs a database connection.
        """
        self.is_over = True
        return not self._is_answering

    async def _run(self, words: Mapping[str, object]) -> None:
        try:
            prepared = await self._desk.intake.prepare(words, self._context)
            del words  # not kept for as long as a stream runs
            await (self._stream(prepared) if prepared.kind is OperationType.SUBSCRIPTION else self._answer(prepared))
            last = complete_frame(self.id)
        except Gone:
            return
        except Exception as error:  # noqa: BLE001 - one of the edges: whatever it is, it is told or masked
            last = error_frame(self.id, refusal_of(error).errors)
        if not self.is_over:
            self.is_over = True
            with suppress(Gone):
                await self._say(last)

    async def _answer(self, prepared: Prepared) -> None:
        self._is_answering = True
        answer = await self._desk.engine.execute(prepared, self._context)
        if not self.is_over:
            await self._say(next_start(self.id) + self._desk.text_of(answer) + "}")

    async def _stream(self, prepared: Prepared) -> None:
        user_id, crowd = self._context.user_id, self._desk.crowd
        crowd.begin_subscription(user_id)
        start, text_of = next_start(self.id), self._desk.text_of
        answers = self._desk.engine.subscribe(prepared, self._context, self._teller(start.encode()))
        try:
            async for answer in answers:
                if self.is_over:  # redis-py may lose a cancellation, see `live.ending`
                    return
                await self._say(start + text_of(answer) + "}")
                del answer  # its buffer is larger than it, and the next may be long in coming
        finally:
            try:
                await answers.aclose()
            finally:
                crowd.end_subscription(user_id)

    def _teller(self, start: bytes) -> Callable[[bytes], bool]:
        say_now = self._say_now
        return lambda answer: not self.is_over and say_now(start, answer, b"}")
