"""A subscriber's bounded memory: a burst, a stalled browser or a lost connection cost it a gap, never the process."""

import asyncio

from domain.events import BalanceChanged, ImageProgress, JobEvent, TrainingMoved
from domain.ports.live import Arrivals, CallHinted, JobCancelled, Latest, News
from domain.thumbnails.preview import ThumbnailPreview

MOST_EVENTS = 128
"""Durable events kept for one subscriber before they are dropped for a gap. A job of ten images has about thirty."""


class BoundedInbox:
    def __init__(self) -> None:
        self._events: list[JobEvent] = []
        self._latest: dict[object, Latest] = {}
        self._gap = False
        self._waiting: asyncio.Future[None] | None = None

    def put(self, news: News) -> None:
        if isinstance(news, JobEvent):
            self._put_event(news)
        elif not self._is_stale(news):
            self._latest[_key(news)] = news
        self._wake()

    def tell_gap(self) -> None:
        self._gap = True
        self._events.clear()
        self._wake()

    async def take(self) -> Arrivals:
        if not (self._gap or self._events or self._latest):
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        arrivals = Arrivals(self._gap, self._events, list(self._latest.values()))
        self._gap, self._events = False, []
        self._latest.clear()
        return arrivals

    def _wake(self) -> None:
        """Whoever waits; one at the most."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _is_stale(self, news: Latest) -> bool:
        """Two relays may tell two balances out of turn; the number says which is newer."""
        kept = self._latest.get(_key(news))
        if isinstance(news, BalanceChanged) and isinstance(kept, BalanceChanged):
            return kept.number > news.number
        if isinstance(news, ThumbnailPreview) and isinstance(kept, ThumbnailPreview):
            return kept.sequence > news.sequence
        return isinstance(news, TrainingMoved) and isinstance(kept, TrainingMoved) and kept.number > news.number

    def _put_event(self, event: JobEvent) -> None:
        if len(self._events) >= MOST_EVENTS:
            self.tell_gap()
        else:
            self._events.append(event)


def _key(news: Latest) -> object:
    """Of two with the same key only the newer is kept."""
    if isinstance(news, ImageProgress | ThumbnailPreview):
        return (type(news), news.index)
    if isinstance(news, TrainingMoved):
        return (TrainingMoved, news.training_id)
    if isinstance(news, JobCancelled | CallHinted):
        return news
    return type(news)
