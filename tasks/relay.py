"""What waits in Postgres is sent: live news to Redis, tasks to Dramatiq, images in their users' turns. A crash in between sends it
again, never loses it.

Many relays may run at once; each message is claimed by one. Readers put what arrives out of turn in order by its number.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import dramatiq
from redis.exceptions import RedisError

from db.dispatch import Dispatch, Message
from db.outbox import HINTED, RENDER_IMAGE
from db.render_line import Dealt, RenderLine
from domain.events import ArchiveMoved, BalanceChanged, JobEvent, ProjectMoved, TrainingMoved, UserMoved
from domain.ids import WorkerId
from domain.ports.live import RELAYS, CallHinted, JobCancelled, Nudge, user_topic
from live.inbox import BoundedInbox
from live.redis import RedisLive
from live.wire import encode, encode_json
from tasks.hints import Hints
from tasks.leases import Leases
from tasks.registry import TASKS

log = logging.getLogger("likeness.relay")

IDLE = timedelta(seconds=0.5)
"""How long a message waits at the most when its nudge was lost, or when its time has come."""


class Relay:
    """`slots` are those of the worker it runs in; it sends for all of them, for nobody knows which is quickest."""

    def __init__(
        self,
        *,
        dispatch: Dispatch,
        line: RenderLine,
        live: RedisLive,
        broker: dramatiq.Broker,
        leases: Leases,
        hints: Hints,
        worker: WorkerId,
        slots: int,
    ) -> None:
        self._dispatch, self._line, self._live, self._broker = dispatch, line, live, broker
        self._worker, self._slots = worker, slots
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
        claimed = await self._dispatch.claim()
        try:
            dealt = await self._deal() if claimed.is_anyone_in_line else 0
        except ConnectionError:
            await self._dispatch.return_messages(claimed.ids or [])
            raise
        messages = [message for message in await self._dispatch.read(claimed) if _is_known(message)]
        if messages:
            await self._send(messages)
        return len(messages) + dealt

    async def _deal(self) -> int:
        """A worker that stops deals for the others only."""
        dealt = await self._line.deal(self._worker, slots=0 if self._leases.draining else self._slots)
        try:
            await self._enqueue_all([_render_message(image) for image in dealt])
        except ConnectionError:
            await self._line.give_back(dealt)
            raise
        return len(dealt)

    async def _send(self, messages: Sequence[Message]) -> None:
        ids = [message.id for message in messages]
        try:
            await self._live.announce_encoded(_announcements([m for m in messages if m.channel == "live"]))
            await self._enqueue_all([_task_message(m) for m in messages if m.channel == "task"])
        except ConnectionError:
            await self._dispatch.return_messages(ids)
            raise
        await self._dispatch.forget_messages(ids)

    async def _enqueue_all(self, messages: Sequence[dramatiq.Message[Any]]) -> None:
        if messages:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._enqueue, messages)

    def _enqueue(self, messages: Sequence[dramatiq.Message[Any]]) -> None:
        """Blocking: Dramatiq's client is. Raises `ConnectionError`."""
        for message in messages:
            try:
                self._broker.enqueue(message)
            except (RedisError, dramatiq.DramatiqError) as error:
                raise ConnectionError("Redis took no task.") from error


def _task_message(message: Message) -> dramatiq.Message[Any]:
    return _message(message.topic, json.loads(message.payload))


def _render_message(image: Dealt) -> dramatiq.Message[Any]:
    return _message(RENDER_IMAGE, {"user_id": str(image.user_id), "job_id": str(image.job_id), "index": image.index})


def _message(task: str, values: dict[str, object]) -> dramatiq.Message[Any]:
    return dramatiq.Message(queue_name=TASKS[task].queue, actor_name=task, args=(), kwargs=values, options={})


def _is_known(message: Message) -> bool:
    """False for a task that only a newer or older version has: left for its relays, and in nobody's way here."""
    known = message.channel == "live" or message.topic in TASKS
    if not known:
        log.warning("a task of another version was left to its own workers", extra={"task": message.topic})
    return known


def _announcements(messages: Sequence[Message]) -> list[tuple[str, bytes]]:
    """Whoever watches a user is told once that there is more in the log, for all the events of theirs among these."""
    moved = {user_topic(m.user_id): encode(UserMoved()) for m in messages if m.topic.startswith(("jobs:", "users:"))}
    return [*(_announcement(m) for m in messages if not m.topic.startswith("users:")), *moved.items()]


def _announcement(message: Message) -> tuple[str, bytes]:
    if message.topic.startswith("jobs:"):
        return message.topic, encode_json(JobEvent, message.payload)
    if message.topic.startswith("credits:"):
        return message.topic, encode_json(BalanceChanged, message.payload)
    if message.topic.startswith("trainings:"):
        return message.topic, encode_json(TrainingMoved, message.payload)
    if message.topic.startswith("archives:"):
        return message.topic, encode_json(ArchiveMoved, message.payload)
    if message.topic.startswith("projects:"):
        return message.topic, encode_json(ProjectMoved, message.payload)
    return RELAYS, encode_json(CallHinted if message.topic == HINTED else JobCancelled, message.payload)
