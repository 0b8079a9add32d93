"""Allowances counted in Redis, for all processes together, without asking it each time.

A process takes a share of a caller's minute at once and hands it out by itself. What it does not use is lost to the others
for the rest of that minute, a tenth of it at the most.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.allowances import Allowance
from domain.errors import RateLimited

log = logging.getLogger("likeness.allowances")

MINUTE = 60  # seconds
KEPT = 2 * MINUTE
PREFIX = "likeness:allowance:"
MOST_REMEMBERED = 50_000
"""Callers; one that is forgotten takes a new share."""


@dataclass(slots=True)
class Share:
    """What this process holds of a caller's minute. `is_all` when there is no more to be had in it."""

    minute: int
    left: int = 0
    taken: int = 0
    is_all: bool = False
    taking: asyncio.Lock = field(default_factory=asyncio.Lock)


class RedisAllowances:
    """See `domain.ports.allowances.Allowances`."""

    def __init__(self, redis: Redis, *, now: Callable[[], datetime]) -> None:
        self._redis, self._now = redis, now
        self._shares: OrderedDict[tuple[str, str], Share] = OrderedDict()

    async def spend(self, allowance: Allowance, who: str, amount: int) -> None:
        if not allowance.per_minute:
            return
        seconds = self._now().timestamp()
        share = self._share(allowance, who, int(seconds // MINUTE))
        if share.left < amount and not share.is_all:
            async with share.taking:  # or all who wait would each take a share
                if share.left < amount and not share.is_all:
                    await self._take(allowance, who, share, amount - share.left)
        if share.left < amount:
            wait = MINUTE - seconds % MINUTE
            raise RateLimited(
                f"That is more than {allowance.per_minute} {allowance.name} in a minute. "
                f"Wait {ceil(wait)} seconds, then send it again.",
                retry_after=timedelta(seconds=wait),
            )
        share.left -= amount

    def _share(self, allowance: Allowance, who: str, minute: int) -> Share:
        key = (allowance.name, who)
        share = self._shares.get(key)
        if share is None or share.minute != minute:
            share = self._shares[key] = Share(minute)
        self._shares.move_to_end(key)
        if len(self._shares) > MOST_REMEMBERED:
            self._shares.popitem(last=False)
        return share

    async def _take(self, allowance: Allowance, who: str, share: Share, needed: int) -> None:
        wanted = max(needed, allowance.share)
        try:
            taken = await self._count(f"{PREFIX}{allowance.name}:{who}:{share.minute}", wanted)
        except (RedisError, OSError) as error:
            log.warning("allowances are counted by each process alone", extra={"reason": type(error).__name__})
            share.taken += wanted
            taken = share.taken
        granted = min(wanted, max(0, allowance.per_minute - (taken - wanted)))
        share.left += granted
        share.is_all = granted < wanted

    async def _count(self, key: str, amount: int) -> int:
        """What everyone took so far, this included."""
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.incrby(key, amount)
            pipeline.expire(key, KEPT)
            taken, _ = await pipeline.execute()
        return int(taken)
