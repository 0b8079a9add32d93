"""Allowances: counted for all processes together, and by each alone while Redis is away."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from app.settings import Settings
from domain.allowances import Allowance
from domain.errors import RateLimited
from live.allowances import RedisAllowances
from live.redis import connect

POINTS = Allowance(name="points", per_minute=100)


@dataclass(slots=True)
class Clock:
    at: datetime = datetime(2026, 1, 1, 12, 0, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    client = connect(settings.redis.live)
    yield client
    await client.aclose()


async def spent(allowances: RedisAllowances, amount: int, *, who: str = "a", allowance: Allowance = POINTS) -> bool:
    try:
        await allowances.spend(allowance, who, amount)
    except RateLimited:
        return False
    return True


async def test_a_minutes_allowance_can_be_spent_to_the_last_point_and_no_further(redis: Redis) -> None:
    allowances = RedisAllowances(redis, now=Clock())
    assert [await spent(allowances, 7) for _ in range(16)] == [True] * 14 + [False] * 2
    assert await spent(allowances, 2)
    assert not await spent(allowances, 1)


async def test_whoever_asked_too_much_is_told_when_there_is_more(redis: Redis) -> None:
    clock = Clock()
    allowances = RedisAllowances(redis, now=clock)
    assert await spent(allowances, 100)
    with pytest.raises(RateLimited) as refused:
        await allowances.spend(POINTS, "a", 1)
    assert refused.value.retry_after == timedelta(seconds=45)
    clock.at += timedelta(seconds=45)
    assert await spent(allowances, 100)


async def test_processes_share_one_allowance(redis: Redis) -> None:
    clock = Clock()
    processes = [RedisAllowances(redis, now=clock) for _ in range(4)]
    attempts = [spent(process, 1) for _ in range(50) for process in processes]
    assert sum(await asyncio.gather(*attempts)) == 100


async def test_what_one_caller_spends_another_has(redis: Redis) -> None:
    allowances = RedisAllowances(redis, now=Clock())
    assert await spent(allowances, 100)
    assert await spent(allowances, 100, who="b")
    assert await spent(allowances, 100, allowance=Allowance(name="changes", per_minute=100))
    assert not await spent(allowances, 1)


async def test_a_share_is_taken_in_one_trip(redis: Redis) -> None:
    allowances = RedisAllowances(redis, now=Clock())
    for _ in range(10):
        assert await spent(allowances, 1)
    (key,) = [key async for key in redis.scan_iter("likeness:allowance:*")]
    assert (await redis.get(key), 0 < await redis.ttl(key) <= 120) == (b"10", True)


async def test_without_redis_each_process_counts_alone() -> None:
    nowhere = connect("redis://127.0.0.1:1/0", timeout=timedelta(seconds=0.2))
    allowances = RedisAllowances(nowhere, now=Clock())
    assert [await spent(allowances, 10) for _ in range(11)] == [True] * 10 + [False]
    await nowhere.aclose()


async def test_no_limit_asks_nobody(redis: Redis) -> None:
    allowances = RedisAllowances(redis, now=Clock())
    assert await spent(allowances, 10**6, allowance=Allowance(name="points", per_minute=0))
    assert [key async for key in redis.scan_iter("likeness:allowance:*")] == []
