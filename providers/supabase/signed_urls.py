"""Signed addresses that are asked for once and remembered while they are good.

An address ends at a multiple of five minutes, five to ten minutes ahead, so that the same picture keeps the same address for
a while: browsers cache it, and a page of the gallery that was looked at before asks nobody. Those who want the same address
at once wait for one answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

ROUND_TO = 300  # seconds
MOST_SIGNED = 20_000
"""Addresses remembered; then it is begun anew."""

BATCH = 500
"""Of one request; the server takes 1,000 (`src/storage/limits.ts`, 2026-08)."""

Signed = Mapping[str, str]
Ask = Callable[[Sequence[str], int], Awaitable[Signed]]
"""Addresses for these keys that live so many seconds; without those that are not there."""


@dataclass(slots=True)
class _Window:
    """Of one end. A new one takes its place; who still reads the old one keeps it."""

    until: int
    urls: dict[str, str] = field(default_factory=dict)
    asked: dict[str, asyncio.Task[Signed]] = field(default_factory=dict)


class SignedUrls:
    """Belongs to one event loop."""

    def __init__(self, ask: Ask, *, now: Callable[[], datetime]) -> None:
        self._ask, self._now = ask, now
        self._window = _Window(0)

    async def of(self, keys: Sequence[str]) -> Signed:
        """Without those that are not there. Raises what asking raises; then the next caller asks again."""
        window = self._current()
        lacking = [key for key in dict.fromkeys(keys) if key not in window.urls]
        if not lacking:
            return window.urls
        unasked = [key for key in lacking if key not in window.asked]
        for start in range(0, len(unasked), BATCH):
            self._begin(window, unasked[start : start + BATCH])
        for task in {window.asked[key] for key in lacking}:
            await asyncio.shield(task)
        return window.urls

    async def close(self) -> None:
        """Whoever waits is told that it was cancelled."""
        tasks = set(self._window.asked.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _current(self) -> _Window:
        until = (int(self._now().timestamp()) // ROUND_TO + 2) * ROUND_TO
        if until != self._window.until or len(self._window.urls) > MOST_SIGNED:
            self._window = _Window(until)
        return self._window

    def _begin(self, window: _Window, keys: Sequence[str]) -> None:
        task = asyncio.create_task(self._fetch(window, keys))
        task.add_done_callback(_look)
        window.asked.update(dict.fromkeys(keys, task))

    async def _fetch(self, window: _Window, keys: Sequence[str]) -> Signed:
        """A task of its own: it goes on when one of those who wait is cancelled."""
        try:
            found = await self._ask(keys, window.until - int(self._now().timestamp()))
            window.urls.update(found)
            return found
        finally:
            for key in keys:
                del window.asked[key]


def _look(task: asyncio.Task[Signed]) -> None:
    """Nobody may be left who hears of its error."""
    if not task.cancelled():
        task.exception()
