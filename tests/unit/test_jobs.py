"""How a job may move on, and what its counts and credits say on the way."""

from datetime import timedelta

import pytest

from domain.errors import (
    Conflict,
    InvalidInput,
    OutcomeUnknown,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)
from domain.jobs.job import MOVES, JobStatus, images_in_words
from domain.jobs.recipe import MAX_SEED
from domain.jobs.retry import GiveUp, TryAgain, after_error
from tests.support.values import NOW, a_job, a_pack_request, a_recipe


def test_one_image_is_not_told_as_several() -> None:
    assert [images_in_words(count) for count in (0, 1, 2)] == ["0 images", "1 image", "2 images"]


def test_every_status_has_its_moves_and_final_ones_lead_only_to_a_retry() -> None:
    assert set(MOVES) == set(JobStatus)
    for status in JobStatus:
        if status.is_final:
            assert MOVES[status] <= {JobStatus.QUEUED}


def test_the_last_completed_image_completes_the_job() -> None:
    job = a_job().started(NOW)
    for _ in range(3):
        job = job.with_image_completed(10, NOW)

    assert (job.status, job.completed_count, job.percent) == (JobStatus.COMPLETED, 3, 100)
    assert (job.credits_reserved, job.credits_captured) == (0, 30)
    assert (job.started_at, job.finished_at) == (NOW, NOW)


def test_some_failed_images_make_a_job_partial_and_all_make_it_failed() -> None:
    begun = a_job().started(NOW)
    partial = begun.with_image_completed(10, NOW).with_image_failed("X", "no", NOW).with_image_failed("X", "no", NOW)
    failed = begun.with_image_failed("X", "no", NOW).with_image_failed("X", "no", NOW).with_image_failed("X", "no", NOW)

    assert (partial.status, partial.credits_captured, partial.credits_reserved) == (JobStatus.PARTIAL, 10, 0)
    assert (failed.status, failed.error_code, failed.credits_reserved) == (JobStatus.FAILED, "X", 0)


def test_a_cancel_keeps_what_is_done_and_drops_the_rest() -> None:
    job = a_job().started(NOW).with_image_completed(10, NOW).cancelled(NOW)

    assert (job.status, job.completed_count, job.cancelled_count) == (JobStatus.CANCELLED, 1, 2)
    assert (job.credits_reserved, job.credits_captured) == (0, 10)


def test_a_retry_reserves_for_what_failed_only() -> None:
    partial = (
        a_job()
        .started(NOW)
        .with_image_completed(10, NOW)
        .with_image_failed("X", "no", NOW)
        .with_image_failed("X", "no", NOW)
    )

    again = partial.retried()

    assert (again.status, again.round, again.failed_count, again.completed_count) == (JobStatus.QUEUED, 2, 0, 1)
    assert (again.credits_reserved, again.credits_captured, again.error_code) == (20, 10, None)


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.CANCELLED, JobStatus.PROCESSING, JobStatus.QUEUED])
def test_only_a_job_with_failed_images_that_has_ended_can_be_retried(status: JobStatus) -> None:
    with pytest.raises(Conflict):
        a_job(status=status).retried()


def test_seeds_count_up_and_wrap_around() -> None:
    recipe = a_recipe(seed=MAX_SEED)

    assert [recipe.seed_of(index) for index in range(3)] == [MAX_SEED, 0, 1]


def test_a_base_image_proposes_a_face_of_its_own_and_a_pack_keeps_the_chosen_one() -> None:
    proposing, keeping = a_recipe(identity_seed=None, seed=5), a_recipe(identity_seed=7, seed=5)

    assert [proposing.identity_of(index) for index in range(3)] == [5, 6, 7]
    assert [keeping.identity_of(index) for index in range(3)] == [7, 7, 7]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"image_count": 0}, "imageCount"),
        ({"image_count": 11}, "imageCount"),
        ({"seed": -1}, "seed"),
        ({"seed": MAX_SEED + 1}, "seed"),
        ({"negative_prompt": "x" * 1001}, "negativePrompt"),
    ],
)
def test_a_pack_request_that_cannot_be_is_refused_by_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        a_pack_request(**changes)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("error", "tries", "waits", "decision"),
    [
        (RateLimited(retry_after=timedelta(seconds=7)), 1, 0, TryAgain(timedelta(seconds=7), counts=False)),
        (RateLimited(), 1, 0, TryAgain(timedelta(seconds=15), counts=False)),
        (RateLimited(), 3, 2, TryAgain(timedelta(seconds=60), counts=False)),
        (RateLimited(), 3, 99, TryAgain(timedelta(seconds=120), counts=False)),
        (ProviderUnavailable("away"), 1, 0, TryAgain(timedelta(seconds=1), counts=True)),
        (OutcomeUnknown("no answer"), 1, 0, TryAgain(timedelta(seconds=1), counts=True)),
        (
            OutcomeUnknown("is looked for", retry_after=timedelta(seconds=9)),
            3,
            0,
            TryAgain(timedelta(seconds=9), counts=False),
        ),
        (ProviderUnavailable("away"), 2, 0, TryAgain(timedelta(seconds=5), counts=True)),
        (RuntimeError("bug"), 2, 0, TryAgain(timedelta(seconds=5), counts=True)),
    ],
)
def test_what_is_worth_another_try(error: Exception, tries: int, waits: int, decision: TryAgain) -> None:
    assert after_error(error, tries=tries, waits=waits) == decision


@pytest.mark.parametrize(
    ("error", "tries", "code"),
    [
        (ProviderRefused("Not this."), 1, "PROVIDER_REFUSED"),
        (ProviderMisconfigured("key"), 1, "PROVIDER_MISCONFIGURED"),
        (ProviderUnavailable("away"), 3, "PROVIDER_UNAVAILABLE"),
        (RuntimeError("secret dsn"), 3, "INTERNAL"),
    ],
)
def test_what_is_given_up_says_that_nothing_was_charged_and_leaks_nothing(
    error: Exception, tries: int, code: str
) -> None:
    decision = after_error(error, tries=tries, waits=0)

    assert isinstance(decision, GiveUp)
    assert decision.code == code
    assert "othing was charged" in decision.message
    assert "dsn" not in decision.message
