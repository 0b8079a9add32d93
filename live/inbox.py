"""A subscriber's bounded memory: a burst, a stalled browser or a lost connection cost it a gap, never the process."""

import asyncio
from collections import deque

from domain.events import BalanceChanged, ImageProgress, JobEvent
from domain.ports.live import Arrivals, CallHinted, JobCancelled, News

MOST_EVENTS = 128
"""Durable events kept for one subscriber before they are dropped for a gap. A job of ten images has about thirty."""


class BoundedInbox:
    def __init__(self) -> None:
        self._events: deque[JobEvent] = deque()
        self._latest: dict[object, News] = {}
        self._gap = False
        self._wake = asyncio.Event()

    def put(self, news: News) -> None:
        if isinstance(news, JobEvent):
            self._put_event(news)
        elif not self._is_stale(news):
            self._latest[_key(news)] = news
        self._wake.set()

    def tell_gap(self) -> None:
        self._gap = True
        self._events.clear()
        self._wake.set()

    async def take(self) -> Arrivals:
        await self._wake.wait()
        self._wake.clear()
        arrivals = Arrivals(
            gap=self._gap,
            events=list(self._events),
            latest=[news for news in self._latest.values() if not isinstance(news, JobEvent)],
        )
        self._gap = False
        self._events.clear()
        self._latest.clear()
        return arrivals

    def _is_stale(self, news: News) -> bool:
        """Two relays may tell two balances out of turn; the number says which is newer."""
        kept = self._latest.get(_key(news))
        return isinstance(news, BalanceChanged) and isinstance(kept, BalanceChanged) and kept.number > news.number

    def _put_event(self, event: JobEvent) -> None:
        if len(self._events) >= MOST_EVENTS:
            self.tell_gap()
        else:
            self._events.append(event)


def _key(news: News) -> object:
    """Of two with the same key only the newer is kept."""
    if isinstance(news, ImageProgress):
        return (type(news), news.index)
    if isinstance(news, JobCancelled | CallHinted):
        return news
    return type(news)
