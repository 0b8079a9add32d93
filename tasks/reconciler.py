"""What must be true is looked after on a schedule: nothing lies where its worker died, Redis forgot it, or its time ran out.

Every sweep is one short statement that is safe in many workers at once. Redis is disposable: when it is not the one that
was seen last, everything that waits in it is sent again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

from db.dispatch import Dispatch
from domain.idempotency import KEY_LIFE
from domain.ids import WorkerId

log = logging.getLogger("likeness.reconciler")

SWEEP = timedelta(seconds=2)
HEARTBEAT = timedelta(seconds=5)
EXPIRY = timedelta(seconds=30)
PRUNING = timedelta(minutes=10)

PATIENCE = timedelta(minutes=2)
"""How long a message may wait in Redis before it is sent a second time. A long queue is no reason to fill it."""

EVENTS_KEPT = timedelta(days=7)
EPOCH_KEY = "likeness:epoch"


class Reconciler:
    def __init__(self, *, dispatch: Dispatch, redis: Redis, worker: WorkerId) -> None:
        self._dispatch, self._redis, self._worker = dispatch, redis, worker
        self._epoch: str | None = None

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(_every(SWEEP, self.return_lost))
            group.create_task(_every(HEARTBEAT, self.beat))
            group.create_task(_every(EXPIRY, self.expire))
            group.create_task(_every(PRUNING, self.prune))

    async def return_lost(self) -> None:
        forgot = await self._redis_forgot()
        sent = await self._dispatch.resend_lost(patience=timedelta() if forgot else PATIENCE)
        if sent:
            log.warning("images were sent again", extra={"count": sent, "redis_forgot": forgot})

    async def beat(self) -> None:
        await self._dispatch.beat(self._worker)

    async def expire(self) -> None:
        await self._dispatch.send_expired()

    async def prune(self) -> None:
        await self._dispatch.prune(keep_events=EVENTS_KEPT, keep_answers=KEY_LIFE)

    async def _redis_forgot(self) -> bool:
        """Whether what we put into Redis may be gone: it was restarted or emptied since this worker last looked.

        The mark is the server's own run id, kept in the server: a restart changes the one, emptying loses the other.
        """
        try:
            run_id = str((await self._redis.info("server"))["run_id"])
            kept = await self._redis.get(EPOCH_KEY)
            if kept == run_id.encode():
                forgot = self._epoch not in (None, run_id)
            else:
                await self._redis.set(EPOCH_KEY, run_id)
                forgot = True
        except (RedisError, OSError):
            return False
        self._epoch = run_id
        return forgot


async def _every(pause: timedelta, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # a sweep that fails is made again; it must not end the others
            log.warning("a sweep failed; it will be made again", exc_info=error)
        await asyncio.sleep(pause.total_seconds())
