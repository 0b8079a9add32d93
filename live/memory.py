"""The same within one process, for tests."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from domain.ports.live import News
from live.inbox import BoundedInbox


class MemoryLive:
    """See `domain.ports.live.Live`."""

    def __init__(self) -> None:
        self._inboxes: dict[str, set[BoundedInbox]] = {}

    @property
    def watcher_count(self) -> int:
        return sum(len(inboxes) for inboxes in self._inboxes.values())

    async def announce(self, topic: str, news: Sequence[News]) -> None:
        for inbox in self._inboxes.get(topic, ()):
            for item in news:
                inbox.put(item)

    @asynccontextmanager
    async def watch(self, topic: str) -> AsyncIterator[BoundedInbox]:
        inbox = BoundedInbox()
        self._inboxes.setdefault(topic, set()).add(inbox)
        try:
            yield inbox
        finally:
            self._inboxes[topic].discard(inbox)
