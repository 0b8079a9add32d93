"""What this worker holds. One statement keeps all of it alive; what can no longer be kept is let go of at once."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol

from db.dispatch import Lease
from domain.ids import JobId
from domain.jobs.job import JobImage

log = logging.getLogger("likeness.leases")

LEASE = timedelta(seconds=20)
"""How long an image stays with a worker that is not heard of."""

HEARTBEAT = timedelta(seconds=5)


class Renewal(Protocol):
    async def renew(self, leases: Sequence[Lease], *, lease: timedelta) -> set[Lease]: ...


class Leases:
    """Belongs to one event loop. `draining` tells a cancelled task why: to hand back what it holds."""

    def __init__(self, renewal: Renewal, *, lease: timedelta = LEASE, heartbeat: timedelta = HEARTBEAT) -> None:
        self._renewal, self.lease, self._heartbeat = renewal, lease, heartbeat
        self._tasks: dict[Lease, asyncio.Task[object]] = {}
        self.draining = False

    @property
    def count(self) -> int:
        return len(self._tasks)

    @contextmanager
    def holding(self, image: JobImage) -> Iterator[None]:
        """While inside, the lease is renewed; the current task is cancelled when the lease is lost."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("A lease is held by a task.")
        held = Lease(image.job_id, image.index, image.attempt)
        self._tasks[held] = task
        try:
            yield
        finally:
            del self._tasks[held]

    async def renew_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat.total_seconds())
            await self.renew_once()

    async def renew_once(self) -> None:
        asked = list(self._tasks)
        if not asked:
            return
        kept = await self._renewal.renew(asked, lease=self.lease)
        for held in asked:
            if held not in kept:
                self._let_go(held)

    def let_go_of_job(self, job_id: JobId) -> None:
        """It was cancelled. A task that finishes in this moment finds that it may not write."""
        for held in [held for held in self._tasks if held.job_id == job_id]:
            self._let_go(held)

    async def drain(self) -> None:
        """Cancel everything and wait until it was handed back."""
        self.draining = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _let_go(self, held: Lease) -> None:
        if task := self._tasks.get(held):
            log.info("let go of an image", extra={"job_id": str(held.job_id), "index": held.index})
            task.cancel()
