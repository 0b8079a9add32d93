"""Pub/sub over Redis: one connection per process, shared by everyone who watches in it.

Redis forgets at once what it published, so every new or renewed SUBSCRIBE is told to the watchers as a gap. redis-py would
resubscribe silently after a lost connection; its retries are off here, and this loop does it where it can be seen.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.ports.live import News
from live.ending import end_tasks
from live.inbox import BoundedInbox
from live.wire import decode, encode

log = logging.getLogger("likeness.live")

PREFIX = b"likeness:"
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds between attempts to reach Redis again
ACK_WAIT = timedelta(seconds=1)
"""How long a new watcher waits to be subscribed. Redis being away is no reason to refuse: a gap will be told later."""

KEEPALIVE = "keepalive"
SILENCE = timedelta(seconds=5)
"""After so long without a word this process tells itself one. When that is not heard either, it connects anew."""


def connect(url: str, *, timeout: timedelta = timedelta(seconds=2)) -> "Redis":
    """A client that fails soon instead of hanging a request: no retries, short time-outs."""
    return Redis.from_url(
        url,
        socket_timeout=timeout.total_seconds(),
        socket_connect_timeout=timeout.total_seconds(),
        retry=Retry(NoBackoff(), 0),
    )


class RedisLive:
    """See `domain.ports.live.Live`. Use as an async context manager; belongs to one event loop.

    Watchers never talk to Redis themselves: they say what they want and wait for an event, so that they can be cancelled
    at any moment (see `live.ending`). Two tasks do the talking, one reads and one subscribes.
    """

    def __init__(self, url: str) -> None:
        self._client = connect(url)
        self._inboxes: dict[str, set[BoundedInbox]] = {}
        self._acknowledged: dict[str, asyncio.Event] = {}
        self._pubsub: PubSub | None = None
        self._subscribed: set[str] = set()
        self._wishes_changed = asyncio.Event()
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._closed = False
        self._announcing = 0
        self._quiet = asyncio.Event()

    async def __aenter__(self) -> "RedisLive":
        self._tasks = (
            asyncio.create_task(self._listen_for_ever(), name="live-listen"),
            asyncio.create_task(self._subscribe_for_ever(), name="live-subscribe"),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Whoever announces later is refused: it would open a connection that nobody closes."""
        self._closed = True
        await end_tasks(*self._tasks)
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
        if self._closed:
            raise ConnectionError("This process is about to end.")
        self._announcing += 1
        try:
            async with self._client.pipeline(transaction=False) as pipeline:
                for topic, message in messages:
                    pipeline.publish(PREFIX + topic.encode(), message)
                await pipeline.execute()
        except (RedisError, OSError) as error:
            raise ConnectionError("Redis cannot be reached.") from error
        finally:
            self._announcing -= 1
            if not self._announcing:
                self._quiet.set()

    @asynccontextmanager
    async def watch(self, topic: str) -> AsyncIterator[BoundedInbox]:
        inbox = BoundedInbox()
        acknowledged = self._join(topic, inbox)
        try:
            try:
                async with asyncio.timeout(ACK_WAIT.total_seconds()):
                    await acknowledged.wait()
            except TimeoutError:
                acknowledged.set()  # whoever waits no longer must be told of a gap when the subscription comes about
            yield inbox
        finally:
            self._leave(topic, inbox)

    def _join(self, topic: str, inbox: BoundedInbox) -> asyncio.Event:
        self._inboxes.setdefault(topic, set()).add(inbox)
        self._wishes_changed.set()
        return self._acknowledged.setdefault(topic, asyncio.Event())

    def _leave(self, topic: str, inbox: BoundedInbox) -> None:
        inboxes = self._inboxes[topic]
        inboxes.discard(inbox)
        if not inboxes:
            del self._inboxes[topic]
            self._wishes_changed.set()

    async def _subscribe_for_ever(self) -> None:
        """Bring what is subscribed in line with what is watched, whenever that changes."""
        while True:
            await self._wishes_changed.wait()
            self._wishes_changed.clear()
            pubsub = self._pubsub
            if pubsub is None:
                continue  # the next connection begins with everything that is watched
            wanted = set(self._inboxes)
            joining, leaving = wanted - self._subscribed, self._subscribed - wanted
            self._subscribed = wanted
            for topic in self._acknowledged.keys() - wanted:
                del self._acknowledged[topic]
            try:
                if joining:
                    await pubsub.subscribe(*(PREFIX + topic.encode() for topic in joining))
                if leaving:
                    await pubsub.unsubscribe(*(PREFIX + topic.encode() for topic in leaving))
            except Exception as error:  # noqa: BLE001 - a lost connection shows itself in many classes; the next one begins anew
                log.info("subscriptions could not be changed", extra={"reason": type(error).__name__})

    async def _listen_for_ever(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                async with self._client.pubsub() as pubsub:
                    await pubsub.subscribe(PREFIX + KEEPALIVE.encode())
                    self._pubsub, self._subscribed = pubsub, set()
                    self._wishes_changed.set()
                    pause = FIRST_PAUSE
                    await self._listen(pubsub)
            except Exception as error:  # noqa: BLE001 - likewise; whoever listens must never end
                log.warning("Redis cannot be listened to; trying again", extra={"reason": type(error).__name__})
            finally:
                self._pubsub = None
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _listen(self, pubsub: PubSub) -> None:
        """Until the connection is lost or silent: what is never heard from again looks like peace otherwise."""
        asked = False
        while True:
            message = await pubsub.get_message(timeout=SILENCE.total_seconds())
            if message is None:
                if asked:
                    raise TimeoutError("Redis is silent.")
                asked = True
                await self._client.publish(PREFIX + KEEPALIVE.encode(), b"")
                continue
            asked = False
            topic = message["channel"].removeprefix(PREFIX).decode()
            if message["type"] == "subscribe":
                self._acknowledge(topic)
            elif message["type"] == "message":
                self._deliver(topic, message["data"])

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
