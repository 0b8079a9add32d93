"""Everyone who listens to one server, and what it costs that server to tell them."""

import asyncio
import gc
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from benchmarks.report import percentile
from benchmarks.sockets import Listener, a_few_at_a_time
from benchmarks.stage import Program

FIRST_SOCKETS = 50
"""Opened before memory is counted, so that what is made once for all is not."""

Topics = Sequence[str]


@dataclass(frozen=True, slots=True)
class Pace:
    """`count` events at `per_second`, each to the next of the topics in turn."""

    count: int
    per_second: float
    patience: timedelta = timedelta(seconds=60)
    """For the last delivery, after the last event."""


@dataclass(frozen=True, slots=True)
class Delivered:
    cpu_seconds: float = 0.0
    delays: Sequence[float] = field(default=())
    """In seconds, from publish to arrival."""

    @property
    def cpu_us(self) -> float:
        """For each delivery."""
        return 1e6 * self.cpu_seconds / len(self.delays)

    @property
    def p99_ms(self) -> float:
        return 1000 * percentile(self.delays, 0.99)

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(self.cpu_seconds + other.cpu_seconds, [*self.delays, *other.delays])


@dataclass(frozen=True, slots=True)
class Audience:
    """How a server is listened to and told news."""

    program: Program
    connect: Callable[[], Awaitable[Listener]]
    join: Callable[[str], bytes]
    publish: Callable[[str, bytes], Awaitable[None]]
    message: Callable[[str, int], bytes]
    """What is published under a topic as its event of that number, from 1."""


class Room:
    """What counts is the topic that each listener joined last."""

    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        self._topics: dict[Listener, str] = {}
        self._told: Counter[str] = Counter()

    @property
    def newest(self) -> bytes:
        """What one of them was sent last."""
        return next(iter(self._topics)).newest

    def close(self) -> None:
        for listener in self._topics:
            listener.close()

    async def fill(self, topics: Topics) -> float:
        """A socket for each. Returns what an idle subscription holds of the server's memory, in kB."""
        program = self.audience.program
        await self.open(topics[:FIRST_SOCKETS])
        before = program.resident_bytes()
        await self.open(topics[FIRST_SOCKETS:])
        gc.freeze()  # or this process pauses in the middle of measuring to look through all those sockets
        return (program.resident_bytes() - before) / (len(topics) - FIRST_SOCKETS) / 1000

    async def open(self, topics: Topics) -> None:
        await a_few_at_a_time([partial(self._open, topic) for topic in topics])

    async def join_all(self, topic: str) -> None:
        await a_few_at_a_time([partial(self._join, listener, topic) for listener in self._topics])

    async def heard(self, count: int) -> None:
        """Until each of them has been told that much since it joined."""
        await self._arrived(dict.fromkeys(self._topics.values(), count), timedelta(seconds=10))

    async def tell(self, topics: Topics, pace: Pace) -> Delivered:
        """Publish at that pace and wait for every delivery."""
        messages = [self._next(topics[number % len(topics)]) for number in range(pace.count)]
        for listener in self._topics:
            listener.arrivals.clear()
        cpu = self.audience.program.cpu_seconds()
        published = await self._publish(messages, pace)
        await self._arrived({topic: len(times) for topic, times in published.items()}, pace.patience)
        return Delivered(self.audience.program.cpu_seconds() - cpu, self._delays(published))

    def _next(self, topic: str) -> tuple[str, bytes]:
        self._told[topic] += 1
        return topic, self.audience.message(topic, self._told[topic])

    async def _open(self, topic: str) -> None:
        listener = await self.audience.connect()
        await self._join(listener, topic)

    async def _join(self, listener: Listener, topic: str) -> None:
        await listener.say(self.audience.join(topic))
        self._topics[listener] = topic

    async def _publish(self, messages: Sequence[tuple[str, bytes]], pace: Pace) -> Mapping[str, list[float]]:
        """Returns when each topic's events were sent, in order."""
        sent: defaultdict[str, list[float]] = defaultdict(list)
        begun = time.monotonic()
        for number, (topic, message) in enumerate(messages):
            await asyncio.sleep(begun + number / pace.per_second - time.monotonic())
            sent[topic].append(time.monotonic())
            await self.audience.publish(topic, message)
        return sent

    async def _arrived(self, counts: Mapping[str, int], patience: timedelta) -> None:
        """Raises `TimeoutError` when deliveries are missing: then the server is slower than this asks of it, or lost some."""
        async with asyncio.timeout(patience.total_seconds()):
            for listener, topic in self._topics.items():
                while len(listener.arrivals) < counts.get(topic, 0):  # noqa: ASYNC110 - cheaper than an event for each
                    await asyncio.sleep(0.01)

    def _delays(self, published: Mapping[str, Sequence[float]]) -> list[float]:
        """Events of one topic arrive in order, so the third to come is the third that was sent."""
        return [
            arrived - sent
            for listener, topic in self._topics.items()
            for arrived, sent in zip(listener.arrivals, published.get(topic, ()), strict=True)
        ]
