"""What this worker holds. One statement keeps all of it alive; what can no longer be kept is let go of at once."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Protocol

from db.dispatch import Lease
from domain.ids import JobId
from domain.jobs.job import JobImage
from live.ending import end_tasks

log = logging.getLogger("likeness.leases")

LEASE = timedelta(seconds=20)
"""How long an image stays with a worker that is not heard of."""

BEATS = 4
"""How often a worker is heard of within one lease: the database may miss three in a row."""


class Renewal(Protocol):
    async def renew(self, leases: Sequence[Lease], *, lease: timedelta) -> set[Lease]: ...


class Leases:
    """Belongs to one event loop. `draining` tells why the making of an image was broken off: to hand it back."""

    def __init__(self, renewal: Renewal, *, lease: timedelta = LEASE) -> None:
        self._renewal, self.lease = renewal, lease
        self._making: dict[Lease, asyncio.Task[Any]] = {}
        self.draining = False

    @property
    def count(self) -> int:
        return len(self._making)

    @contextmanager
    def holding(self, image: JobImage, making: asyncio.Task[Any]) -> Iterator[None]:
        """While inside, the lease is renewed. When it is lost, or nobody wants the image, `making` is cancelled.

        Only that: whoever is inside goes on, so that a transaction which settles the image is never broken off.
        """
        held = Lease(image.job_id, image.index, image.attempt)
        self._making[held] = making
        try:
            yield
        finally:
            making.cancel()
            del self._making[held]

    async def renew_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self.lease.total_seconds() / BEATS)
            try:
                await self.renew_once()
            except Exception as error:  # whatever is away now, what is held is still being made
                log.warning("leases could not be renewed; trying again", exc_info=error)

    async def renew_once(self) -> None:
        asked = list(self._making)
        if not asked:
            return
        kept = await self._renewal.renew(asked, lease=self.lease)
        for held in asked:
            if held not in kept:
                self._let_go(held)

    def let_go_of_job(self, job_id: JobId) -> None:
        """It was cancelled. A task that finishes in this moment finds that it may not write."""
        for held in [held for held in self._making if held.job_id == job_id]:
            self._let_go(held)

    async def drain(self) -> None:
        """Break off everything that is being made. Whoever waits for it hands it back."""
        self.draining = True
        await end_tasks(*self._making.values())

    def _let_go(self, held: Lease) -> None:
        if (making := self._making.get(held)) and not making.done():
            log.info("let go of an image", extra={"job_id": str(held.job_id), "index": held.index})
            making.cancel()
