"""The same within one process, for tests."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic

from domain.ports.live import Latest, News
from live.inbox import BoundedInbox


class MemoryLive:
    """See `domain.ports.live.Live`."""

    def __init__(self) -> None:
        self._inboxes: dict[str, set[BoundedInbox]] = {}
        self._kept: dict[str, dict[str, News]] = {}
        self._kept_until: dict[str, float] = {}

    @property
    def watcher_count(self) -> int:
        return sum(len(inboxes) for inboxes in self._inboxes.values())

    async def announce(self, topic: str, news: Sequence[News]) -> None:
        for inbox in self._inboxes.get(topic, ()):
            for item in news:
                inbox.put(item)

    async def announce_kept(self, topic: str, news: Latest, *, place: str, life: timedelta) -> None:
        self._kept.setdefault(topic, {})[place] = news
        self._kept_until[topic] = monotonic() + life.total_seconds()
        await self.announce(topic, [news])

    async def kept(self, topic: str) -> Sequence[News]:
        if self._kept_until.get(topic, 0) <= monotonic():
            self._kept.pop(topic, None)
        return list(self._kept.get(topic, {}).values())

    @asynccontextmanager
    async def watch(self, topic: str, *more: str) -> AsyncIterator[BoundedInbox]:
        inbox = BoundedInbox()
        for each in (topic, *more):
            self._inboxes.setdefault(each, set()).add(inbox)
        try:
            yield inbox
        finally:
            for each in (topic, *more):
                self._inboxes[each].discard(inbox)
