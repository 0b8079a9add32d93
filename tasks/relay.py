"""The outbox's messages are sent: live news to Redis, tasks to Dramatiq. A crash in between sends them again, never loses them.

Many relays may run at once; each message is claimed by one. Readers put what arrives out of turn in order by its number.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import dramatiq
from redis.exceptions import RedisError

from db.dispatch import Dispatch, Message
from domain.events import BalanceChanged, JobEvent
from domain.ports.live import RELAYS, JobCancelled
from live.redis import RedisLive
from live.wire import encode_json
from tasks.leases import Leases
from tasks.registry import TASKS

log = logging.getLogger("likeness.relay")

IDLE = timedelta(seconds=0.5)
"""How long a message waits at the most when its nudge was lost, or when its time has come."""


class Relay:
    def __init__(self, *, dispatch: Dispatch, live: RedisLive, broker: dramatiq.Broker, leases: Leases) -> None:
        self._dispatch, self._live, self._broker, self._leases = dispatch, live, broker, leases

    async def run(self) -> None:
        async with self._live.watch(RELAYS) as inbox:
            while True:
                try:
                    while await self.send_due():
                        pass
                except Exception as error:  # the relay's edge: whatever is away now, it looks again
                    log.warning("the outbox could not be emptied; trying again", exc_info=error)
                    await asyncio.sleep(IDLE.total_seconds())
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE.total_seconds()):
                        arrivals = await inbox.take()
                        for news in arrivals.latest:
                            if isinstance(news, JobCancelled):
                                self._leases.let_go_of_job(news.job_id)

    async def send_due(self) -> int:
        """Send what is due, once. Returns how many messages that were."""
        messages = await self._dispatch.claim_messages()
        if not messages:
            return 0
        await self._live.announce_encoded([_announcement(m) for m in messages if m.channel == "live"])
        await asyncio.to_thread(self._enqueue, [m for m in messages if m.channel == "task"])
        await self._dispatch.forget_messages([message.id for message in messages])
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


def _announcement(message: Message) -> tuple[str, bytes]:
    if message.topic.startswith("jobs:"):
        return message.topic, encode_json(JobEvent, message.payload)
    if message.topic.startswith("credits:"):
        return message.topic, encode_json(BalanceChanged, message.payload)
    return RELAYS, encode_json(JobCancelled, message.payload)
