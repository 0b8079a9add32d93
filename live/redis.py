"""Pub/sub over Redis: one connection per process, shared by everyone who watches in it.

Redis forgets at once what it published, so every new or renewed SUBSCRIBE is told to the watchers as a gap.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.ports.live import Latest, News
from live.ending import end_tasks
from live.inbox import BoundedInbox
from live.listening import SILENCE, Ear, listening
from live.wire import decode, encode

log = logging.getLogger("likeness.live")

PREFIX = b"likeness:"
KEPT = b"likeness:kept:"
"""Keys under which the latest of a topic lies for a moment; channels are no keys."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds between attempts to reach Redis again
ACK_WAIT = timedelta(seconds=1)
"""How long a new watcher waits to be subscribed. Redis being away is no reason to refuse: a gap will be told later."""


def connect(url: str, *, timeout: timedelta = timedelta(seconds=2)) -> "Redis":
    """A client that fails soon instead of hanging a request: no retries, short time-outs."""
    return Redis.from_url(
        url,
        socket_timeout=timeout.total_seconds(),
        socket_connect_timeout=timeout.total_seconds(),
        retry=Retry(NoBackoff(), 0),
        protocol=2,  # in the third, redis-py writes out every message for a log that nobody reads
    )


class RedisLive:
    """See `domain.ports.live.Live`. Use as an async context manager; belongs to one event loop.

    Watchers never wait for Redis itself: they say what they want and wait for an event, so that they can be cancelled at any
    moment (see `live.ending`). One task holds the connection.
    """

    def __init__(self, url: str, *, silence: timedelta = SILENCE) -> None:
        self._client, self._silence = connect(url), silence
        self._inboxes: dict[str, set[BoundedInbox]] = {}
        self._acknowledged: dict[str, asyncio.Event] = {}
        self._ear: Ear | None = None
        self._subscribed: set[str] = set()
        self._has_wishes = False
        self._listening: asyncio.Task[None] | None = None
        self._closed = False
        self._announcing = 0
        self._quiet = asyncio.Event()

    async def __aenter__(self) -> "RedisLive":
        self._listening = asyncio.create_task(self._listen_for_ever(), name="live-listen")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Whoever announces later is refused: it would open a connection that nobody closes."""
        self._closed = True
        if self._listening is not None:
            await end_tasks(self._listening)
        if self._announcing:
            self._quiet.clear()
            await self._quiet.wait()
        await self._client.aclose()

    @property
    def watcher_count(self) -> int:
        """How many inboxes are open in this process."""
        return sum(len(inboxes) for inboxes in self._inboxes.values())

    async def announce(self, topic: str, news: Sequence[News]) -> None:
        await self.announce_encoded([(topic, encode(item)) for item in news])

    async def announce_encoded(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Messages as `live.wire` writes them, in one round trip."""
        if not messages:
            return
        with self._asking():
            async with self._client.pipeline(transaction=False) as pipeline:
                for topic, message in messages:
                    pipeline.publish(_channel(topic), message)
                await pipeline.execute()

    async def announce_kept(self, topic: str, news: Latest, *, place: str, life: timedelta) -> None:
        message, key = encode(news), KEPT + topic.encode()
        with self._asking():
            async with self._client.pipeline(transaction=True) as pipeline:
                pipeline.hset(key, place, message)
                pipeline.pexpire(key, life)
                pipeline.publish(_channel(topic), message)
                await pipeline.execute()

    async def kept(self, topic: str) -> Sequence[News]:
        with self._asking():
            found = await self._client.hvals(KEPT + topic.encode())
        return [decode(message) for message in found if isinstance(message, bytes)]

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Around what goes to Redis on the common connections. Raises `ConnectionError`."""
        if self._closed:
            raise ConnectionError("This process is about to end.")
        self._announcing += 1
        try:
            yield
        except (RedisError, OSError) as error:
            raise ConnectionError("Redis cannot be reached.") from error
        finally:
            self._announcing -= 1
            if not self._announcing:
                self._quiet.set()

    @asynccontextmanager
    async def watch(self, topic: str, *more: str) -> AsyncIterator[BoundedInbox]:
        inbox, topics = BoundedInbox(), (topic, *more)
        joined = [self._join(each, inbox) for each in topics]
        try:
            try:
                async with asyncio.timeout(ACK_WAIT.total_seconds()):
                    for acknowledged in joined:
                        await acknowledged.wait()
            except TimeoutError:
                for acknowledged in joined:
                    acknowledged.set()  # whoever waits no longer must be told of a gap when the subscription comes about
            yield inbox
        finally:
            for each in topics:
                self._leave(each, inbox)

    def _join(self, topic: str, inbox: BoundedInbox) -> asyncio.Event:
        self._inboxes.setdefault(topic, set()).add(inbox)
        self._wish()
        return self._acknowledged.setdefault(topic, asyncio.Event())

    def _leave(self, topic: str, inbox: BoundedInbox) -> None:
        inboxes = self._inboxes[topic]
        inboxes.discard(inbox)
        if not inboxes:
            del self._inboxes[topic]
            self._wish()

    def _wish(self) -> None:
        """What is watched has changed: all changes of this turn of the loop are told to Redis together."""
        if not self._has_wishes:
            self._has_wishes = True
            asyncio.get_running_loop().call_soon(self._subscribe)

    def _subscribe(self) -> None:
        """Bring what is subscribed in line with what is watched."""
        self._has_wishes = False
        wanted = set(self._inboxes)
        for topic in self._acknowledged.keys() - wanted:
            del self._acknowledged[topic]
        if self._ear is None:
            return  # the next connection begins with everything that is watched
        joining, leaving = wanted - self._subscribed, self._subscribed - wanted
        self._subscribed = wanted
        if joining:
            self._ear.say(b"SUBSCRIBE", *map(_channel, joining))
        if leaving:
            self._ear.say(b"UNSUBSCRIBE", *map(_channel, leaving))

    async def _listen_for_ever(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                async with listening(self._client, self._hear) as ear:
                    self._ear, self._subscribed = ear, set()
                    self._subscribe()
                    pause = FIRST_PAUSE
                    await ear.listen(self._silence)
            except Exception as error:  # noqa: BLE001 - a lost connection shows itself in many classes; whoever listens must never end
                log.warning("Redis cannot be listened to; trying again", extra={"reason": type(error).__name__})
            finally:
                self._ear = None
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _hear(self, reply: object) -> None:
        match reply:
            case [b"message", bytes(channel), bytes(message)]:
                self._deliver(_topic(channel), message)
            case [b"subscribe", bytes(channel), _]:
                self._acknowledge(_topic(channel))

    def _acknowledge(self, topic: str) -> None:
        """Nothing was missed only where this is the topic's first subscription and its watcher still waits for it."""
        acknowledged = self._acknowledged.get(topic)
        if acknowledged is None:
            return
        if acknowledged.is_set():
            for inbox in self._inboxes.get(topic, ()):
                inbox.tell_gap()
        acknowledged.set()

    def _deliver(self, topic: str, message: bytes) -> None:
        inboxes = self._inboxes.get(topic)
        if not inboxes:
            return
        try:
            news = decode(message)
        except ValueError:
            log.warning("News that cannot be read was dropped", extra={"topic": topic})
            return
        for inbox in inboxes:
            inbox.put(news)


def _channel(topic: str) -> bytes:
    return PREFIX + topic.encode()


def _topic(channel: bytes) -> str:
    return channel.removeprefix(PREFIX).decode()
