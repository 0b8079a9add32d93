"""The ledger in Postgres beside a model of it in Python: whatever is done, both answer the same.

Short by default; LIKENESS_CHAOS=long runs the full count. A failure names its seed, for SEED=.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import IntegrityError

from domain.credits.ledger import Balance
from domain.errors import InsufficientCredits
from domain.ids import HoldId
from tests.support.clones import addresses_of
from tests.support.database import drop_clone, make_clone
from tests.support.ledger import LONG, SEED, Bench, Purse, a_bench
from tests.support.servers import RunningServers

pytestmark = pytest.mark.timeout(3600 if LONG else 120)

EXAMPLES, STEPS = (2000, 50) if LONG else (25, 30)
CLONE = "likeness_model"
SIGN_UP = 50

T = TypeVar("T")


@dataclass(slots=True)
class ModelHold:
    index: int
    amount: int
    captured: int | None = None
    resolution: str | None = None
    ran_out: bool = False


@dataclass(slots=True)
class Model:
    """What the ledger promises, said a second time as plainly as can be."""

    available: int = 0
    reserved: int = 0
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    holds: dict[HoldId, ModelHold] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    @property
    def balance(self) -> Balance:
        return Balance(self.available, self.reserved, len(self.entries))

    def grant(self, amount: int, key: str) -> Balance | None:
        if key in self.keys:
            return None
        self.keys.add(key)
        return self._write("GRANT", amount, available=amount, reserved=0)

    def reserve(self, amounts: dict[HoldId, int]) -> Balance:
        self.holds |= {id_: ModelHold(index, amount) for index, (id_, amount) in enumerate(amounts.items())}
        total = sum(amounts.values())
        return self._write("RESERVE", total, available=-total, reserved=total)

    def capture(self, hold_id: HoldId, amount: int | None) -> Balance | None:
        hold = self.holds[hold_id]
        if hold.resolution or hold.ran_out:
            return None
        hold.resolution, hold.captured = "CAPTURED", amount or hold.amount
        return self._write("CAPTURE", hold.captured, available=hold.amount - hold.captured, reserved=-hold.amount)

    def release(self, hold_ids: list[HoldId]) -> Balance | None:
        freed = None
        for hold_id in sorted(hold_ids, key=lambda id_: (self.holds[id_].index, id_)):
            hold = self.holds[hold_id]
            if not hold.resolution:
                hold.resolution = "RELEASED"
                freed = self._write("RELEASE", hold.amount, available=hold.amount, reserved=-hold.amount)
        return freed

    def expire(self, hold_id: HoldId) -> Balance | None:
        hold = self.holds[hold_id]
        if hold.resolution or not hold.ran_out:
            return None
        hold.resolution = "EXPIRED"
        return self._write("EXPIRE", hold.amount, available=hold.amount, reserved=-hold.amount)

    def _write(self, kind: str, amount: int, *, available: int, reserved: int) -> Balance:
        self.available += available
        self.reserved += reserved
        self.entries.append((len(self.entries) + 1, kind, amount, self.available, self.reserved))
        return self.balance


@dataclass(frozen=True, slots=True)
class Run:
    """Carries out one coroutine. Hypothesis calls synchronously, so that the test has a loop beside the session's."""

    loop: asyncio.AbstractEventLoop

    def __call__(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)


class LedgerMachine(RuleBasedStateMachine):
    """Every step asks both and compares the answers, the balance, and at the end every entry and hold."""

    holds: Bundle[HoldId] = Bundle("holds")

    def __init__(self, bench: Bench, run: Run) -> None:
        super().__init__()
        self.bench, self.run = bench, run
        self.purse: Purse = run(bench.purse(SIGN_UP))
        self.model = Model()
        self.model.grant(SIGN_UP, "signup")
        self.jobs = 0

    @rule(amount=st.integers(1, 50), key=st.sampled_from(["a", "b", "c", "d"]))
    def grant(self, amount: int, key: str) -> None:
        self.same(self.run(self.purse.grant(amount, key=key)), self.model.grant(amount, key))

    @rule(target=holds, amounts=st.lists(st.integers(1, 20), min_size=1, max_size=4))
    def reserve(self, amounts: list[int]) -> MultipleResults[HoldId]:
        if sum(amounts) > self.model.available:
            with pytest.raises(InsufficientCredits) as refusal:
                self.run(self.purse.hold(*amounts))
            assert (refusal.value.required, refusal.value.available) == (sum(amounts), self.model.available)
            self.same(None, None)
            return multiple()
        self.jobs += 1
        made = self.run(self.purse.hold(*amounts, key=f"reserve:{self.jobs}"))
        self.model.keys.add(f"reserve:{self.jobs}")
        self.same(self.run(self.now()), self.model.reserve(dict(zip(made, amounts, strict=True))))
        return multiple(*made)

    @rule()
    def reserve_again_with_a_key_that_was_used(self) -> None:
        used = f"reserve:{self.jobs}"
        if used in self.model.keys and self.model.available >= 1:
            with pytest.raises(IntegrityError):
                self.run(self.purse.hold(1, key=used))
        self.same(None, None)

    @rule(hold=holds)
    def capture(self, hold: HoldId) -> None:
        self.same(self.run(self.purse.capture(hold)), self.model.capture(hold, None))

    @rule(hold=holds, part=st.floats(0, 1))
    def capture_a_part(self, hold: HoldId, part: float) -> None:
        amount = max(1, round(part * self.model.holds[hold].amount))
        self.same(self.run(self.purse.capture(hold, amount)), self.model.capture(hold, amount))

    @rule(hold=holds, others=st.integers(0, 3))
    def release(self, hold: HoldId, others: int) -> None:
        """With the holds made after it, some of which may be resolved, and some of another job."""
        made = list(self.model.holds)
        chosen = made[made.index(hold) :][: others + 1]
        told, expected = self.run(self.purse.release(*reversed(chosen))), self.model.release(chosen)
        self.same(told, expected)

    @rule(hold=holds)
    def run_out(self, hold: HoldId) -> None:
        self.run(self.purse.run_out(hold))
        self.model.holds[hold].ran_out = True

    @rule(hold=holds)
    def expire(self, hold: HoldId) -> None:
        self.same(self.run(self.purse.expire(hold)), self.model.expire(hold))

    def same(self, told: Balance | None, expected: Balance | None) -> None:
        assert told == expected
        assert self.run(self.now()) == self.model.balance

    async def now(self) -> Balance:
        async with self.bench.api.unit_of_work(self.purse.user_id) as uow:
            return await uow.credits.balance(self.purse.user_id)

    def teardown(self) -> None:
        assert self.run(self.purse.entries()) == self.model.entries
        rows = self.run(
            self.bench.sql.rows(
                "SELECT id, captured, resolution FROM credit_holds WHERE user_id = :id", id=self.purse.user_id
            )
        )
        assert {row[0]: row[1:] for row in rows} == {
            id_: (hold.captured, hold.resolution) for id_, hold in self.model.holds.items()
        }
        assert self.run(self.bench.violations_of_movements()) == []


@pytest.fixture
def run() -> Iterator[Run]:
    loop = asyncio.new_event_loop()
    yield Run(loop)
    loop.close()


@pytest.fixture
def bench(template: RunningServers, run: Run) -> Iterator[Bench]:
    stack = AsyncExitStack()
    run(make_clone(template, CLONE))
    yield run(stack.enter_async_context(a_bench(addresses_of(template, CLONE), connections=2)))
    run(stack.aclose())
    run(drop_clone(template, CLONE))


def test_the_ledger_answers_as_its_model_does(bench: Bench, run: Run) -> None:
    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(bench, run)

    try:
        run_state_machine_as_test(
            seed(SEED)(Machine),
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
    except BaseException as failure:
        failure.add_note(f"SEED={SEED}")
        raise
