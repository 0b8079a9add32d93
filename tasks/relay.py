"""The outbox's messages are sent: live news to Redis, tasks to Dramatiq. A crash in between sends them again, never loses them.

Many relays may run at once; each message is claimed by one. Readers put what arrives out of turn in order by its number.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import dramatiq
from redis.exceptions import RedisError

from db.dispatch import Dispatch, Message
from db.outbox import HINTED
from domain.events import BalanceChanged, JobEvent
from domain.ports.live import RELAYS, CallHinted, JobCancelled, Nudge
from live.inbox import BoundedInbox
from live.redis import RedisLive
from live.wire import encode_json
from tasks.hints import Hints
from tasks.leases import Leases
from tasks.registry import TASKS

log = logging.getLogger("likeness.relay")

IDLE = timedelta(seconds=0.5)
"""How long a message waits at the most when its nudge was lost, or when its time has come."""


class Relay:
    def __init__(
        self, *, dispatch: Dispatch, live: RedisLive, broker: dramatiq.Broker, leases: Leases, hints: Hints
    ) -> None:
        self._dispatch, self._live, self._broker = dispatch, live, broker
        self._leases, self._hints = leases, hints
        self._inbox: BoundedInbox | None = None
        self._stopping, self._stopped = False, asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="relay")  # not to stand in line behind thumbnails

    def wake(self) -> None:
        """There is something in the outbox, left by this process itself."""
        if self._inbox is not None:
            self._inbox.put(Nudge())

    async def stop(self) -> None:
        """Returns when what is due was sent once more. Cancelled in the middle, it would keep messages from others for a while."""
        self._stopping = True
        self.wake()
        await self._stopped.wait()

    async def run(self) -> None:
        """Until it is stopped."""
        async with self._live.watch(RELAYS) as inbox:
            self._inbox = inbox
            while True:
                last = self._stopping
                try:
                    while await self.send_due() and not self._stopping:
                        pass
                except Exception as error:  # the relay's edge: whatever is away now, it looks again
                    log.warning("the outbox could not be emptied; trying again", exc_info=error)
                    await asyncio.sleep(IDLE.total_seconds())
                if last:
                    self._stopped.set()
                    return
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE.total_seconds()):
                        arrivals = await inbox.take()
                        for news in arrivals.latest:
                            if isinstance(news, JobCancelled):
                                self._leases.let_go_of_job(news.job_id)
                            elif isinstance(news, CallHinted):
                                self._hints.tell(news.call_id)

    async def send_due(self) -> int:
        """Send what is due, once. Returns how many messages that were."""
        messages = [message for message in await self._dispatch.claim_messages() if _is_known(message)]
        if not messages:
            return 0
        ids = [message.id for message in messages]
        try:
            await self._live.announce_encoded([_announcement(m) for m in messages if m.channel == "live"])
            tasks = [m for m in messages if m.channel == "task"]
            await asyncio.get_running_loop().run_in_executor(self._thread, self._enqueue, tasks)
        except ConnectionError:
            await self._dispatch.return_messages(ids)
            raise
        await self._dispatch.forget_messages(ids)
        return len(messages)

    def _enqueue(self, messages: Sequence[Message]) -> None:
        """Blocking: Dramatiq's client is. Raises `ConnectionError`."""
        for message in messages:
            try:
                self._broker.enqueue(
                    dramatiq.Message(
                        queue_name=TASKS[message.topic].queue,
                        actor_name=message.topic,
                        args=(),
                        kwargs=json.loads(message.payload),
                        options={},
                    )
                )
            except (RedisError, dramatiq.DramatiqError) as error:
                raise ConnectionError("Redis took no task.") from error


def _is_known(message: Message) -> bool:
    """False for a task that only a newer or older version has: left for its relays, and in nobody's way here."""
    known = message.channel == "live" or message.topic in TASKS
    if not known:
        log.warning("a task of another version was left to its own workers", extra={"task": message.topic})
    return known


def _announcement(message: Message) -> tuple[str, bytes]:
    if message.topic.startswith("jobs:"):
        return message.topic, encode_json(JobEvent, message.payload)
    if message.topic.startswith("credits:"):
        return message.topic, encode_json(BalanceChanged, message.payload)
    return RELAYS, encode_json(CallHinted if message.topic == HINTED else JobCancelled, message.payload)
