"""Money moved by many connections at the same moment. Short by default; LIKENESS_CHAOS=long runs the full counts."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest

from domain.credits.ledger import Balance
from domain.errors import InsufficientCredits
from domain.ids import HoldId
from tests.support.clones import a_clone
from tests.support.ledger import LONG, SEED, Bench, Purse, a_bench
from tests.support.servers import RunningServers

OVERDRAFT_ROUNDS = 200 if LONG else 5
HOLDS = 1000 if LONG else 60
RUNNING_OUT = 300 if LONG else 40
OPERATIONS = 100_000 if LONG else 800
CLIENTS = 16


pytestmark = pytest.mark.timeout(3600 if LONG else 120)


@pytest.fixture(scope="module")
async def bench(template: RunningServers) -> AsyncIterator[Bench]:
    async with a_clone(template) as addresses, a_bench(addresses, connections=16) as running:
        yield running


async def at_once(*moves: Callable[[], Awaitable[Balance | None]]) -> list[Balance | None]:
    """All let go at the same moment, each on a connection of its own."""
    start = asyncio.Barrier(len(moves))

    async def run(move: Callable[[], Awaitable[Balance | None]]) -> Balance | None:
        await start.wait()
        return await move()

    return await asyncio.gather(*(run(move) for move in moves))


async def test_of_32_reservations_at_once_only_what_the_balance_pays_for_is_made(bench: Bench) -> None:
    for _ in range(OVERDRAFT_ROUNDS):
        purse = await bench.purse(100)

        # Whatever is raised beside the refusal, a database error for one, comes out of `gather`'s list.
        outcomes = await asyncio.gather(*(purse.hold(10) for _ in range(32)), return_exceptions=True)

        assert [type(outcome) for outcome in outcomes].count(list) == 10
        assert [type(outcome) for outcome in outcomes].count(InsufficientCredits) == 22
        assert await purse.balance() == (0, 100)
        assert len(await purse.entries()) == 11
    assert await bench.violations_of_movements() == []


async def test_a_hold_that_is_captured_released_and_expired_at_once_has_one_resolution(bench: Bench) -> None:
    purse = await bench.purse(HOLDS * 10)
    holds = [hold for _ in range(HOLDS // 10) for hold in await purse.hold(*[10] * 10)]
    expected_total = HOLDS * 10

    for place, hold in enumerate(holds):
        if place % 2:  # of these the time is over: the captures come too late, and the other two race
            await purse.run_out(hold)
        moved = await at_once(
            lambda hold=hold: purse.capture(hold),  # type: ignore[misc]
            lambda hold=hold: purse.capture(hold, 4),  # type: ignore[misc]
            lambda hold=hold: purse.release(hold),  # type: ignore[misc]
            lambda hold=hold: purse.expire(hold),  # type: ignore[misc]
        )

        assert len([balance for balance in moved if balance is not None]) == 1
        resolution, captured = await purse.resolution_of(hold)
        assert resolution in ({"RELEASED", "EXPIRED"} if place % 2 else {"CAPTURED", "RELEASED"})
        expected_total -= captured or 0

    assert await purse.balance() == (expected_total, 0)
    assert len(await purse.entries()) == 1 + HOLDS // 10 + HOLDS
    assert await bench.violations_of_movements() == []


async def test_a_hold_that_runs_out_in_the_moment_of_its_capture_has_one_outcome(bench: Bench) -> None:
    purse = await bench.purse(RUNNING_OUT * 10)
    holds = [hold for _ in range(RUNNING_OUT // 10) for hold in await purse.hold(*[10] * 10)]

    async def run_out_and_expire(hold: HoldId) -> Balance | None:
        await purse.run_out(hold)
        return await purse.expire(hold)

    for hold in holds:
        moved = await at_once(
            lambda hold=hold: purse.capture(hold),  # type: ignore[misc]
            lambda hold=hold: run_out_and_expire(hold),  # type: ignore[misc]
        )

        captured, expired = moved
        assert (captured is None) != (expired is None)
        assert await purse.resolution_of(hold) == (("CAPTURED", 10) if captured else ("EXPIRED", None))
    assert await bench.violations_of_movements() == []


@dataclass(slots=True)
class Tally:
    """What was told to the callers: the sum of it has to be what is left."""

    granted: int = 0
    spent: int = 0


async def random_operation(chance: random.Random, purse: Purse, holds: list[HoldId], tally: Tally) -> None:
    match chance.choice(["grant", "replayed grant", "reserve", "reserve", "capture", "part", "release", "expire"]):
        case "grant":
            assert await purse.grant(5) is not None
            tally.granted += 5
        case "replayed grant":
            key = f"operator:{uuid4()}"
            replies = await asyncio.gather(purse.grant(5, key=key), purse.grant(5, key=key), return_exceptions=True)
            tally.granted += 5 * len([reply for reply in replies if isinstance(reply, Balance)])
            assert await purse.grant(5, key=key) is None
        case "reserve":
            with contextlib.suppress(InsufficientCredits):
                holds.extend(await purse.hold(*[chance.randint(1, 9) for _ in range(chance.randint(1, 4))]))
        case "capture" | "part" as how if holds:
            hold = chance.choice(holds)
            if await purse.capture(hold, 1 if how == "part" else None) is not None:
                _, captured = await purse.resolution_of(hold)
                tally.spent += captured or 0
        case "release" if holds:
            await purse.release(*chance.sample(holds, min(3, len(holds))))
        case "expire" if holds:
            hold = chance.choice(holds)
            await purse.run_out(hold)
            await purse.expire(hold)


@pytest.mark.parametrize("users", [50, 1], ids=["many-users", "one-user"])
async def test_credits_are_neither_made_nor_lost_by_random_operations_at_once(bench: Bench, users: int) -> None:
    purses = [await bench.purse(100) for _ in range(users)]
    holds: dict[Purse, list[HoldId]] = {purse: [] for purse in purses}
    tally = Tally()

    async def client(number: int) -> None:
        chance = random.Random(f"{SEED}:{users}:{number}")  # noqa: S311 - a test's chance, to be had again
        for _ in range(OPERATIONS // CLIENTS):
            purse = chance.choice(purses)
            await random_operation(chance, purse, holds[purse], tally)

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))

    balances = [await purse.balance() for purse in purses]
    left = sum(available + reserved for available, reserved in balances)
    assert left == 100 * users + tally.granted - tally.spent, f"SEED={SEED}"
    assert tally.granted > 0
    assert tally.spent > 0
    assert await bench.violations_of_movements() == [], f"SEED={SEED}"
