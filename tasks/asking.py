"""A question that costs nothing to the user and may be answered by ourselves: when it is asked once more, and when not."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from domain.errors import DomainError, OutcomeUnknown, ProviderError, ProviderRefused, ProviderUnavailable, RateLimited
from domain.models.model import Provider
from domain.personas.analysis import LocalBecause
from live.ending import end_tasks
from tasks.persistence import persist
from tasks.registry import Services

log = structlog.get_logger("likeness.asking")

PULSE = timedelta(seconds=1)
"""How often is asked whether it is still wanted: so long a withdrawn consent may take to break it off."""

PAUSE = timedelta(seconds=0.5)
"""Before the second try; as much more before each one after it. Whoever is away longer is not waited for."""

PATIENCE = timedelta(minutes=3)
"""How long a question waits for whoever is busy or away. After it, our own answer has to do."""


Answer = TypeVar("Answer")


class WaitAndAskAgain(Exception):
    """Whoever sees is busy or away, and that may pass."""

    def __init__(self, wait: timedelta, *, counts: bool) -> None:
        super().__init__(str(wait))
        self.wait, self.counts = wait, counts


def because_of(
    error: ProviderError | RateLimited, *, requested_at: datetime, now: datetime, tries: int, most_tries: int
) -> LocalBecause:
    """Raises `WaitAndAskAgain` where it is worth it."""
    is_late = now - requested_at > PATIENCE
    detail = error.detail if isinstance(error, ProviderError) else ""
    log.info("nobody answered a question", code=error.code, detail=detail)
    match error:
        case RateLimited() if not is_late:
            raise WaitAndAskAgain(min(error.retry_after or PAUSE, PATIENCE), counts=False) from error
        case ProviderUnavailable() if not is_late and tries < most_tries:
            raise WaitAndAskAgain(error.retry_after or PAUSE * tries, counts=True) from error
        case OutcomeUnknown():
            return LocalBecause.OUTCOME_UNKNOWN
        case ProviderRefused():
            return LocalBecause.REFUSED
        case _:
            return LocalBecause.UNAVAILABLE


async def hold(services: Services, working: asyncio.Task[Answer], pulse: Callable[[], Awaitable[bool]]) -> None:
    """Until it is done, is not ours any more (`pulse` keeps its lease, and says so), or this worker stops: then it is broken off."""
    beating = asyncio.create_task(_beat(services, pulse))
    await asyncio.wait([working, beating], return_when=asyncio.FIRST_COMPLETED)
    await end_tasks(working, beating)


async def _beat(services: Services, pulse: Callable[[], Awaitable[bool]]) -> None:
    lease = services.leases.lease
    while not services.leases.draining:
        await asyncio.sleep(min(PULSE, lease / 4).total_seconds())
        if not await persist(pulse, patience=lambda: lease):
            return


async def asked_once(
    services: Services,
    provider: Provider,
    ask: Callable[[], Awaitable[Answer]],
    *,
    begin: Callable[[], Awaitable[bool]],
    end: Callable[[], Awaitable[object]],
) -> Answer:
    """Written down by `begin` before it is sent, which says whether it may be; by `end`, once it is known how that ended.
    Raises the provider's errors."""
    async with services.breakers.asking(provider):
        if not await begin():
            raise asyncio.CancelledError  # as if it had been broken off a moment before
        try:
            answer = await ask()
        except OutcomeUnknown:
            raise
        except DomainError:
            await persist(end)
            raise
    await persist(end)
    return answer
