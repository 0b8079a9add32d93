"""Nudges: one under way is enough for all who came before it left, and whoever comes later has one of their own."""

import asyncio
from collections.abc import Sequence

import pytest

from domain.ports.live import RELAYS, News, Nudge
from live.memory import MemoryLive
from tasks.enqueue import nudge_relays


class SlowLive(MemoryLive):
    """Holds what is announced until it is let go; and loses it where it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.announced: list[tuple[str, Sequence[News]]] = []
        self.gate = asyncio.Semaphore(0)
        self.is_away = False

    async def announce(self, topic: str, news: Sequence[News]) -> None:
        self.announced.append((topic, news))
        await self.gate.acquire()
        if self.is_away:
            raise ConnectionError


async def rest() -> None:
    """Until nothing can go on by itself."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_all_who_come_before_it_leaves_share_one() -> None:
    live = SlowLive()
    for _ in range(10):
        nudge_relays(live)
    await rest()
    live.gate.release()
    await rest()
    assert live.announced == [(RELAYS, [Nudge()])]


async def test_whoever_comes_while_one_is_under_way_is_told_of_after_it() -> None:
    live = SlowLive()
    nudge_relays(live)
    await rest()
    for _ in range(10):
        nudge_relays(live)
    for announced in (1, 2, 2):
        await rest()
        assert len(live.announced) == announced
        live.gate.release()


@pytest.mark.parametrize("comes_meanwhile", [False, True])
async def test_a_nudge_that_is_lost_does_not_silence_the_next(comes_meanwhile: bool) -> None:
    live = SlowLive()
    live.is_away = True
    nudge_relays(live)
    await rest()
    if comes_meanwhile:
        nudge_relays(live)
    live.gate.release()
    await rest()
    assert len(live.announced) == 1
    live.is_away = False
    nudge_relays(live)
    await rest()
    assert len(live.announced) == 2
    live.gate.release()
    await rest()
