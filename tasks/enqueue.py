"""All that the API does about tasks: tell the relays that the outbox has something. Imports no task."""

import asyncio
import logging

from domain.ports.live import RELAYS, Live, Nudge

log = logging.getLogger("likeness.enqueue")


_running: set[asyncio.Task[None]] = set()


def nudge_relays(live: Live) -> None:
    """Returns at once: no answer waits for Redis. A lost nudge costs half a second, not a job: relays look by themselves."""
    task = asyncio.get_running_loop().create_task(_nudge(live))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _nudge(live: Live) -> None:
    try:
        await live.announce(RELAYS, [Nudge()])
    except ConnectionError:
        log.warning("relays could not be nudged; they will look by themselves")
