"""All that the API does about tasks: tell the relays that the outbox has something. Imports no task."""

import logging

from domain.ports.live import RELAYS, Live, Nudge

log = logging.getLogger("likeness.enqueue")


async def nudge_relays(live: Live) -> None:
    """A lost nudge costs a second, not a job: relays look by themselves as well."""
    try:
        await live.announce(RELAYS, [Nudge()])
    except ConnectionError:
        log.warning("relays could not be nudged; they will look by themselves")
