"""Percents on their way to whoever watches: at most a few a second, the newest wins, and nobody waits for them."""

import asyncio
import logging

from domain.events import ImageProgress
from domain.ports.live import Live

log = logging.getLogger("likeness.progress")

INTERVAL = 0.1  # seconds between two announcements of one image


class ProgressReporter:
    """Sends in a task of its own that ends by itself, so that nothing waits for Redis, not even the end of the work."""

    def __init__(self, live: Live, topic: str) -> None:
        self._live, self._topic = live, topic
        self._newest: ImageProgress | None = None
        self._sending: asyncio.Task[None] | None = None

    def report(self, progress: ImageProgress) -> None:
        self._newest = progress
        if self._sending is None:
            self._sending = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        while (news := self._newest) is not None:
            self._newest = None
            try:
                await self._live.announce(self._topic, [news])
            except ConnectionError:
                log.debug("a percent was dropped")  # it is live only; the image itself is not affected
            await asyncio.sleep(INTERVAL)
        self._sending = None
