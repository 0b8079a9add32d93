"""All that the API does about tasks: tell the relays that the outbox has something. Imports no task."""

import asyncio
import logging
from weakref import WeakKeyDictionary

from domain.ports.live import RELAYS, Live, Nudge

log = logging.getLogger("likeness.enqueue")


_running: set[asyncio.Task[None]] = set()
_again: WeakKeyDictionary[Live, bool] = WeakKeyDictionary()
"""Where a nudge is under way, and whether somebody has come since it left: one is enough for all who came before."""


def nudge_relays(live: Live) -> None:
    """Returns at once: no answer waits for Redis. A lost nudge costs half a second, not a job: relays look by themselves."""
    is_under_way = live in _again
    _again[live] = is_under_way
    if not is_under_way:
        task = asyncio.get_running_loop().create_task(_nudge(live))
        _running.add(task)
        task.add_done_callback(_running.discard)


async def _nudge(live: Live) -> None:
    try:
        is_wanted = True
        while is_wanted:
            _again[live] = False
            await live.announce(RELAYS, [Nudge()])
            is_wanted = _again[live]
    except ConnectionError:
        log.warning("relays could not be nudged; they will look by themselves")
    finally:
        del _again[live]
