"""An image from claim to settlement: every step twice, out of order, and after its worker was given up for dead."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.errors import (
    Conflict,
    InsufficientCredits,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)
from domain.files.removal import announce_image
from domain.jobs.job import JobStatus
from domain.jobs.rendering import RenderTask
from domain.jobs.retry import GiveUp, TryAgain
from tests.support.clones import a_clone
from tests.support.jobs import Making, a_job_of
from tests.support.ledger import Bench, Purse, a_bench
from tests.support.servers import RunningServers

DOWN = ProviderUnavailable("The provider is away.")


@pytest.fixture(scope="module")
async def bench(template: RunningServers) -> AsyncIterator[Bench]:
    """One database for the file: each test has a user of its own."""
    async with a_clone(template) as addresses, a_bench(addresses, connections=4) as running:
        yield running


@pytest.fixture
async def purse(bench: Bench) -> AsyncIterator[Purse]:
    """100 credits. Whatever the test did, the whole ledger adds up afterwards."""
    made = await bench.purse(100)
    yield made
    assert await bench.violations() == []


async def notifications(making: Making) -> list[tuple[str, str]]:
    found = await making.bench.sql.rows(
        "SELECT type, body FROM notifications WHERE job_id = :id ORDER BY created_at", id=making.job_id
    )
    return [(kind, body) for kind, body in found]


# --- twice is once ---------------------------------------------------------------------------------------------------


async def test_an_accepted_job_holds_a_price_for_each_image(purse: Purse) -> None:
    making = await a_job_of(purse, 3)

    job = await making.job()
    assert (job.status, job.credits_reserved, job.credits_captured, job.round) == (JobStatus.QUEUED, 30, 0, 1)
    assert [await making.image_row(index) for index in range(3)] == [("QUEUED", 0, 0, 0, None, False)] * 3
    assert await purse.balance() == (70, 30)
    assert await making.events() == ["JOB_STATE_CHANGED"]


async def test_a_job_that_cannot_be_paid_leaves_nothing_behind(purse: Purse) -> None:
    accepted = await a_job_of(purse)
    before = await accepted.standing()

    with pytest.raises(InsufficientCredits) as refusal:
        await a_job_of(purse, 10)

    assert (refusal.value.required, refusal.value.available) == (100, 90)
    assert await accepted.standing() == before


async def test_an_image_that_is_being_made_cannot_be_claimed_again(purse: Purse) -> None:
    making = await a_job_of(purse)
    claim = await making.begun()
    before = await making.standing()

    assert await making.begin() is None

    assert (claim.image.attempt, claim.image.tries) == (1, 1)
    assert await making.image_row() == ("RENDERING", 1, 1, 0, None, True)
    assert await making.standing() == before


async def test_a_finished_image_is_charged_and_kept_once(purse: Purse) -> None:
    making = await a_job_of(purse)
    claim = await making.begun()

    image = await making.finish(claim)

    assert image is not None
    assert image.credits_charged == 10
    job = await making.job()
    assert (job.status, job.credits_reserved, job.credits_captured) == (JobStatus.COMPLETED, 0, 10)
    assert await purse.balance() == (90, 0)
    assert await making.events() == ["JOB_STATE_CHANGED", "JOB_STATE_CHANGED", "IMAGE_COMPLETED"]
    assert await notifications(making) == [("job.completed", "1 of 1 images were made; 10 credits were charged.")]
    before = await making.standing()

    assert await making.finish(claim) is None
    assert await making.fail(claim, DOWN) is None
    assert await making.begin() is None
    await making.hand_back(claim)

    assert await making.standing() == before


async def test_a_failed_try_is_written_down_once(purse: Purse) -> None:
    making = await a_job_of(purse)
    claim = await making.begun()

    assert await making.fail(claim, DOWN) == TryAgain(timedelta(seconds=1), counts=True)
    before = await making.standing()

    assert await making.fail(claim, DOWN) is None
    assert await making.finish(claim) is None

    assert await making.image_row() == ("QUEUED", 1, 1, 0, None, False)
    assert await making.standing() == before
    assert await making.events() == ["JOB_STATE_CHANGED", "JOB_STATE_CHANGED", "IMAGE_FAILED"]


async def test_an_image_that_waits_cannot_be_claimed_before_its_time(purse: Purse) -> None:
    making = await a_job_of(purse)
    await making.fail(await making.begun(), RateLimited(retry_after=timedelta(hours=1)))
    before = await making.standing()

    assert await making.begin() is None

    assert await making.standing() == before


async def test_a_handed_back_image_has_spent_no_try(purse: Purse) -> None:
    making = await a_job_of(purse)
    claim = await making.begun()

    await making.hand_back(claim)
    before = await making.standing()
    await making.hand_back(claim)

    assert await making.standing() == before
    assert await making.image_row() == ("QUEUED", 1, 0, 0, None, False)
    again = await making.begun()
    assert (again.image.attempt, again.image.tries) == (2, 1)


# --- errors ----------------------------------------------------------------------------------------------------------


async def test_the_third_failure_gives_the_image_up_at_no_charge(purse: Purse) -> None:
    making = await a_job_of(purse)
    decisions = []
    for _ in range(3):
        await making.make_due()
        decisions.append(await making.fail(await making.begun(), DOWN))

    assert decisions[:2] == [TryAgain(timedelta(seconds=1), counts=True), TryAgain(timedelta(seconds=5), counts=True)]
    assert isinstance(decisions[2], GiveUp)
    assert decisions[2].code == "PROVIDER_UNAVAILABLE"
    job = await making.job()
    assert (job.status, job.failed_count, job.credits_captured) == (JobStatus.FAILED, 1, 0)
    assert await making.image_row() == ("FAILED", 3, 3, 0, "PROVIDER_UNAVAILABLE", False)
    assert await purse.balance() == (100, 0)
    assert await notifications(making) == [("job.failed", "0 of 1 images were made; 0 credits were charged.")]


@pytest.mark.parametrize("error", [ProviderRefused("They will not."), ProviderMisconfigured("No key.")])
async def test_an_error_that_will_not_pass_ends_the_image_at_the_first_try(purse: Purse, error: Exception) -> None:
    making = await a_job_of(purse)

    decision = await making.fail(await making.begun(), error)

    assert isinstance(decision, GiveUp)
    assert (await making.job()).status is JobStatus.FAILED
    assert await purse.balance() == (100, 0)


async def test_a_rate_limit_waits_as_told_and_gives_the_try_back(purse: Purse) -> None:
    making = await a_job_of(purse)

    decision = await making.fail(await making.begun(), RateLimited(retry_after=timedelta(seconds=7)))

    assert decision == TryAgain(timedelta(seconds=7), counts=False)
    assert await making.image_row() == ("QUEUED", 1, 0, 1, None, False)
    assert await making.events() == ["JOB_STATE_CHANGED", "JOB_STATE_CHANGED", "IMAGE_DELAYED"]
    waits = await making.bench.sql.value(
        "SELECT run_after > now() + interval '6 seconds' AND run_after <= now() + interval '7 seconds' FROM job_images WHERE job_id = :id",
        id=making.job_id,
    )
    assert waits


async def test_ten_rate_limits_leave_all_three_tries(purse: Purse) -> None:
    making = await a_job_of(purse)
    waited = []
    for _ in range(10):
        await making.make_due()
        decision = await making.fail(await making.begun(), RateLimited())
        assert isinstance(decision, TryAgain)
        waited.append(decision.wait.seconds)

    assert waited == [15, 30, 60, 120, 120, 120, 120, 120, 120, 120]
    assert await making.image_row() == ("QUEUED", 10, 0, 10, None, False)
    await making.make_due()
    assert (await making.make()).credits_charged == 10


# --- workers that die, or seem to ------------------------------------------------------------------------------------


async def test_a_worker_that_wakes_after_its_lease_was_taken_writes_nothing(purse: Purse) -> None:
    making = await a_job_of(purse)
    zombie = await making.begun()
    await making.lose_lease()
    successor = await making.begun()
    before = await making.standing()

    assert await making.finish(zombie) is None
    assert await making.fail(zombie, DOWN) is None
    await making.hand_back(zombie)

    assert (zombie.image.attempt, successor.image.attempt) == (1, 2)
    assert await making.standing() == before
    assert await making.finish(successor) is not None
    after = await making.standing()

    assert await making.finish(zombie) is None
    assert await making.fail(zombie, DOWN) is None
    await making.hand_back(zombie)

    assert await making.standing() == after
    assert await purse.balance() == (90, 0)


async def test_a_worker_whose_lease_ran_out_writes_nothing_even_when_nobody_took_it(purse: Purse) -> None:
    making = await a_job_of(purse)
    claim = await making.begun()
    await making.lose_lease()
    before = await making.standing()

    assert await making.finish(claim) is None
    assert await making.fail(claim, DOWN) is None
    await making.hand_back(claim)

    assert await making.standing() == before


async def test_an_image_that_killed_three_workers_is_given_up(purse: Purse) -> None:
    making = await a_job_of(purse)
    for attempt in (1, 2, 3):
        assert (await making.begun()).image.attempt == attempt
        await making.lose_lease()

    assert await making.begin() is None

    assert await making.image_row() == ("FAILED", 4, 4, 0, "INTERNAL", False)
    job = await making.job()
    assert (job.status, job.error_code, job.failed_count) == (JobStatus.FAILED, "INTERNAL", 1)
    assert await purse.balance() == (100, 0)
    assert (await purse.entries())[-1][1:3] == ("RELEASE", 10)
    before = await making.standing()

    assert await making.begin() is None

    assert await making.standing() == before


# --- cancelled, retried, out of time ---------------------------------------------------------------------------------


async def test_what_is_made_after_the_cancel_is_dropped_and_not_charged(purse: Purse) -> None:
    making = await a_job_of(purse, 3)
    await making.make(0)
    claim = await making.begun(1)

    cancelled = await making.cancel()

    assert (cancelled.status, cancelled.completed_count, cancelled.cancelled_count) == (JobStatus.CANCELLED, 1, 2)
    assert await purse.balance() == (90, 0)
    before = await making.standing()

    assert await making.finish(claim) is None
    assert await making.fail(claim, DOWN) is None
    await making.hand_back(claim)
    assert await making.begin(1) is None
    assert await making.begin(2) is None

    assert await making.standing() == before
    assert [(await making.image_row(index))[0] for index in range(3)] == ["COMPLETED", "CANCELLED", "CANCELLED"]


async def test_files_are_announced_while_their_attempt_counts_and_never_after_the_cancel(purse: Purse) -> None:
    making = await a_job_of(purse)
    zombie = await making.begun()
    await making.lose_lease()
    claim = await making.begun()
    assert [await announced(making, one, key) for one, key in ((zombie, "a"), (claim, "b"), (claim, "b"))] == [
        False,
        True,
        True,
    ]
    await making.cancel()
    assert await announced(making, claim, "c") is False
    assert await making.bench.sql.rows(
        "SELECT key, asked_at > now() + interval '9 minutes' FROM file_removals WHERE user_id = :id", id=purse.user_id
    ) == [("b", True)]


async def announced(making: Making, claim: RenderTask, key: str) -> bool:
    async with making.bench.worker.unit_of_work(making.user_id) as uow:
        return await announce_image(uow, making.user_id, claim.image, [key])


async def test_a_second_cancel_changes_nothing(purse: Purse) -> None:
    making = await a_job_of(purse, 2)
    first = await making.cancel()
    before = await making.standing()

    again = await making.cancel()

    assert (again.status, again.finished_at) == (first.status, first.finished_at)
    assert await making.standing() == before


async def test_a_completed_job_can_be_neither_cancelled_nor_retried(purse: Purse) -> None:
    making = await a_job_of(purse)
    await making.make()
    before = await making.standing()

    with pytest.raises(Conflict, match="it keeps 1 image, 10 credits were charged, nothing is reserved"):
        await making.cancel()
    with pytest.raises(Conflict, match="nothing to retry"):
        await making.retry()

    assert await making.standing() == before


async def test_a_retry_makes_again_only_what_failed(purse: Purse) -> None:
    making = await a_job_of(purse, 3)
    await making.make(0)
    await making.fail(await making.begun(1), ProviderRefused("They will not."))
    await making.make(2)
    partial = await making.job()
    assert (partial.status, partial.completed_count, partial.failed_count) == (JobStatus.PARTIAL, 2, 1)
    assert await purse.balance() == (80, 0)

    again = await making.retry()

    assert (again.status, again.round, again.credits_reserved, again.failed_count) == (JobStatus.QUEUED, 2, 10, 0)
    assert await purse.balance() == (70, 10)
    assert await making.image_row(1) == ("QUEUED", 1, 0, 0, None, False)
    assert await making.begin(0) is None
    assert await making.begin(2) is None
    await making.make(1)
    done = await making.job()
    assert (done.status, done.completed_count, done.credits_captured) == (JobStatus.COMPLETED, 3, 30)
    assert await purse.balance() == (70, 0)
    holds = await making.bench.sql.rows(
        "SELECT image_index, resolution FROM credit_holds WHERE job_id = :id ORDER BY image_index, resolution DESC",
        id=making.job_id,
    )
    assert holds == [(0, "CAPTURED"), (1, "RELEASED"), (1, "CAPTURED"), (2, "CAPTURED")]
    assert [kind for kind, _ in await notifications(making)] == ["job.completed", "job.completed"]


async def test_a_second_retry_is_refused_while_the_first_runs(purse: Purse) -> None:
    making = await a_job_of(purse)
    await making.fail(await making.begun(), ProviderRefused("They will not."))
    await making.retry()
    before = await making.standing()

    with pytest.raises(Conflict, match="still running"):
        await making.retry()

    assert await making.standing() == before


async def test_a_retry_that_cannot_be_paid_changes_nothing(purse: Purse) -> None:
    making = await a_job_of(purse, price=60)
    await making.fail(await making.begun(), ProviderRefused("They will not."))
    await purse.hold(50)
    await purse.bench.violations_of_movements()
    before = await making.standing()

    with pytest.raises(InsufficientCredits) as refusal:
        await making.retry()

    assert (refusal.value.required, refusal.value.available) == (60, 50)
    assert await making.standing() == before


async def test_the_worker_of_the_round_before_cannot_write_into_the_next(purse: Purse) -> None:
    making = await a_job_of(purse)
    zombie = await making.begun()
    await making.run_out()
    await making.expire()
    await making.retry()
    before = await making.standing()

    assert await making.finish(zombie) is None
    assert await making.fail(zombie, DOWN) is None

    assert await making.standing() == before
    successor = await making.begun()
    assert await making.finish(zombie) is None
    assert (await making.finish(successor)) is not None
    assert await purse.balance() == (90, 0)


async def test_a_reservation_that_ran_out_ends_its_image_at_no_charge(purse: Purse) -> None:
    making = await a_job_of(purse, 2)
    await making.make(0)
    claim = await making.begun(1)
    await making.run_out()

    assert await making.finish(claim) is None  # made in time by its worker's clock, too late by the database's
    await making.expire(1)

    assert await making.image_row(1) == ("FAILED", 1, 1, 0, "TIMED_OUT", False)
    job = await making.job()
    assert (job.status, job.completed_count, job.failed_count, job.credits_captured) == (JobStatus.PARTIAL, 1, 1, 10)
    assert await purse.balance() == (90, 0)
    before = await making.standing()

    await making.expire(1)
    assert await making.finish(claim) is None

    assert await making.standing() == before


async def test_a_reservation_with_time_left_does_not_expire(purse: Purse) -> None:
    making = await a_job_of(purse)
    before = await making.standing()

    await making.expire()

    assert await making.standing() == before


async def test_all_of_a_job_that_nobody_took_runs_out(purse: Purse) -> None:
    making = await a_job_of(purse, 3)
    await making.run_out()

    for index in range(3):
        await making.expire(index)

    job = await making.job()
    assert (job.status, job.failed_count, job.error_code) == (JobStatus.FAILED, 3, "TIMED_OUT")
    assert await purse.balance() == (100, 0)
    assert await making.events() == ["JOB_STATE_CHANGED", "IMAGE_FAILED", "IMAGE_FAILED", "IMAGE_FAILED"]
