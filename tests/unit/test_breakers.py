"""A provider that does not work is not asked: at once where only its operator can mend it, after a while where it is away."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from domain.calls.breaker import FIRST_PAUSE, LONGEST_PAUSE, OUTAGE_AFTER, Breaker, OpenedBy
from domain.calls.health import ProviderHealth
from domain.errors import (
    OutcomeUnknown,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from domain.models.model import Provider
from tasks.breakers import Breakers

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BAD_KEY, AWAY = ProviderMisconfigured("The key is not valid.", detail="401"), ProviderUnavailable("It is away.")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Store:
    """What all workers know, in memory."""

    def __init__(self) -> None:
        self.rows: dict[Provider, ProviderHealth] = {}

    async def exchange(self, known: Iterable[ProviderHealth]) -> Sequence[ProviderHealth]:
        self.rows.update({health.provider: health for health in known})
        return list(self.rows.values())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def breakers(store: Store, clock: Clock) -> Breakers:
    return Breakers(store, now=clock)


async def fail(breakers: Breakers, error: Exception) -> None:
    with pytest.raises(type(error)):
        async with breakers.asking(Provider.FAL):
            raise error


async def succeed(breakers: Breakers) -> None:
    async with breakers.asking(Provider.FAL):
        pass


def test_the_operators_errors_open_at_once_and_pauses_double_up_to_ten_minutes() -> None:
    breaker, now, pauses = Breaker(), NOON, []
    for _ in range(7):
        breaker = breaker.after_error(BAD_KEY, now)
        assert breaker.open_until is not None
        pauses.append(breaker.open_until - now)
        now = breaker.open_until
    assert pauses == [FIRST_PAUSE * 2**n for n in range(5)] + [LONGEST_PAUSE] * 2
    assert breaker.after_success() == Breaker()


def test_an_outage_takes_twenty_passing_faults_in_a_row() -> None:
    breaker = Breaker()
    for n in range(OUTAGE_AFTER - 1):
        breaker = breaker.after_error(AWAY if n % 2 else OutcomeUnknown("No answer."), NOON)
    assert not breaker.is_open(NOON)
    assert breaker.after_success().after_error(AWAY, NOON).failures == 1
    opened = breaker.after_error(AWAY, NOON)
    assert (opened.opened_by, opened.is_open(NOON), opened.is_open(NOON + FIRST_PAUSE)) == (
        OpenedBy.OUTAGE,
        True,
        False,
    )


@pytest.mark.parametrize("error", [ProviderRefused("no"), ProviderRequestInvalid("no"), RateLimited(), ValueError()])
def test_what_says_nothing_of_the_provider_leaves_it_as_it_is(error: Exception) -> None:
    breaker = Breaker(failures=OUTAGE_AFTER - 1)
    assert breaker.after_error(error, NOON) == breaker


def test_several_that_fail_together_are_one_opening() -> None:
    once = Breaker().after_error(BAD_KEY, NOON)
    assert once.after_error(BAD_KEY, NOON + timedelta(seconds=1)) == once


async def test_nobody_is_asked_while_the_operator_has_to_act(breakers: Breakers, clock: Clock) -> None:
    await fail(breakers, BAD_KEY)

    assert breakers.usable({Provider.FAL, Provider.OPENAI}) == {Provider.OPENAI}
    with pytest.raises(ProviderMisconfigured) as refusal:
        await succeed(breakers)
    assert refusal.value.detail == "breaker is open"
    clock.now += FIRST_PAUSE
    assert breakers.usable({Provider.FAL}) == {Provider.FAL}
    await succeed(breakers)
    await succeed(breakers)


async def test_one_call_probes_and_the_others_wait_for_it(breakers: Breakers, clock: Clock) -> None:
    for _ in range(OUTAGE_AFTER):
        await fail(breakers, AWAY)
    with pytest.raises(RateLimited) as wait:
        await succeed(breakers)
    assert wait.value.retry_after == FIRST_PAUSE
    assert breakers.usable({Provider.FAL}) == {Provider.FAL}  # that may pass: jobs wait for it

    clock.now += FIRST_PAUSE
    async with breakers.asking(Provider.FAL):
        with pytest.raises(RateLimited) as wait:
            await succeed(breakers)
        assert wait.value.retry_after == timedelta(seconds=5)
    await succeed(breakers)


async def test_a_probe_that_fails_opens_it_for_twice_as_long(breakers: Breakers, clock: Clock) -> None:
    for _ in range(OUTAGE_AFTER):
        await fail(breakers, AWAY)
    clock.now += FIRST_PAUSE
    await fail(breakers, AWAY)
    with pytest.raises(RateLimited) as wait:
        await succeed(breakers)
    assert wait.value.retry_after == 2 * FIRST_PAUSE


async def test_what_one_worker_found_all_know(store: Store, clock: Clock) -> None:
    first, second = Breakers(store, now=clock), Breakers(store, now=clock)
    await fail(first, BAD_KEY)
    await first.exchange()
    await second.exchange()
    assert second.usable({Provider.FAL}) == set()

    clock.now += FIRST_PAUSE
    await succeed(second)
    await second.exchange()
    await first.exchange()
    await succeed(first)
    assert store.rows[Provider.FAL].is_reachable
    assert store.rows[Provider.FAL].last_error == "The key is not valid. (401)"
