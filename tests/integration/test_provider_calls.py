"""An image made by a provider that is paid: asked once, whatever breaks, and found again by whoever goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from app.settings import Settings
from app.worker import running_worker
from domain.errors import (
    ProviderError,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from domain.models.model import Provider
from tasks.images import ImageProviders
from tests.support.owner import Owner
from tests.support.queued_images import QueuedImages
from tests.support.quick_images import QuickImages
from tests.support.studio import Json, Studio
from tests.support.waiting import until

CALLS = "SELECT state, provider, model, request_id, error_code FROM provider_calls ORDER BY intended_at"


@pytest.fixture
def vendor() -> QueuedImages:
    return QueuedImages()


@asynccontextmanager
async def a_worker(settings: Settings, vendor: QueuedImages, *, webhooks: bool = False) -> AsyncIterator[None]:
    told = replace(settings, providers=replace(settings.providers, webhooks=webhooks))
    async with running_worker(told, images=ImageProviders(answering={}, queued={Provider.RUNPOD: vendor})):
        yield


async def started(studio: Studio, count: int = 1) -> str:
    job_id: str = (await studio.start_base_images(await studio.influencer(), count))["id"]
    return job_id


async def settled(studio: Studio, owner: Owner, job: Json) -> None:
    """Whatever became of it, the books are in order and no call is left open."""
    assert job["creditsReserved"] == 0
    assert await owner.violations() == []
    assert await owner.value("SELECT count(*) FROM provider_calls WHERE ended_at IS NULL") == 0


async def test_each_image_is_asked_for_once_and_its_call_ends_with_it(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    async with a_worker(settings, vendor):
        job = await studio.ended(await started(studio, 3))

    assert (job["status"], job["creditsCaptured"]) == ("COMPLETED", 30)
    assert len(vendor.accepted) == 3
    assert sorted(await owner.rows(CALLS)) == sorted(
        ("DONE", "runpod", "runpod/z-image-turbo", number, None) for number in vendor.accepted
    )
    assert await owner.rows("SELECT DISTINCT provider, model FROM images") == [("runpod", "runpod/z-image-turbo")]
    assert vendor.webhooks == [None] * 3
    await settled(studio, owner, job)


async def test_the_number_is_kept_before_anyone_waits_and_the_next_worker_goes_on_with_it(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.held = True
    async with a_worker(settings, vendor):
        job_id = await started(studio)
        await until(lambda: _is_submitted(owner))
    (kept,) = await owner.rows("SELECT state, request_id, attempt FROM provider_calls")
    assert kept == ("SUBMITTED", vendor.accepted[0], 1)
    assert vendor.cancelled == []

    vendor.held = False
    async with a_worker(settings, vendor):
        job = await studio.ended(job_id)

    assert job["status"] == "COMPLETED"
    assert len(vendor.accepted) == 1
    await settled(studio, owner, job)


async def test_a_worker_that_stops_while_it_submits_waits_for_the_number(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.may_answer.clear()
    job_id = ""
    async with a_worker(settings, vendor):
        job_id = await started(studio)
        await vendor.submitting.wait()
        asyncio.get_running_loop().call_later(0.3, vendor.may_answer.set)

    assert await owner.rows("SELECT state, request_id FROM provider_calls") == [("SUBMITTED", vendor.accepted[0])]
    async with a_worker(settings, vendor):
        job = await studio.ended(job_id)
    assert (job["status"], len(vendor.accepted)) == ("COMPLETED", 1)


async def test_a_refusal_that_comes_while_its_worker_stops_ends_the_call(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.may_answer.clear()
    vendor.late_refusals = [ProviderUnavailable("Not now.")]
    async with a_worker(settings, vendor):
        job_id = await started(studio)
        await vendor.submitting.wait()
        asyncio.get_running_loop().call_later(0.3, vendor.may_answer.set)
    assert [(row[0], row[4]) for row in await owner.rows(CALLS)] == [("FAILED", "PROVIDER_UNAVAILABLE")]

    async with a_worker(settings, vendor, webhooks=True):  # which would wait, were the call still open
        job = await studio.ended(job_id, within=8)
    assert (job["status"], len(vendor.accepted)) == ("COMPLETED", 1)
    await settled(studio, owner, job)


async def test_an_answer_that_comes_after_its_call_was_given_up_is_cancelled(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    """Its worker stood still for longer than its lease, and another asked anew."""
    vendor.may_answer.clear()
    async with a_worker(settings, vendor):
        job_id = await started(studio)
        await vendor.submitting.wait()
        await owner.run("UPDATE provider_calls SET state = 'LOST', ended_at = now()")
        vendor.may_answer.set()
        job = await studio.ended(job_id)

    orphan, paid = vendor.accepted
    assert (job["status"], vendor.cancelled) == ("COMPLETED", [orphan])
    assert [(row[0], row[3]) for row in await owner.rows(CALLS)] == [("LOST", orphan), ("DONE", paid)]
    await settled(studio, owner, job)


async def test_a_call_whose_provider_was_taken_away_is_lost_and_another_provider_makes_the_image(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, quick_images: QuickImages
) -> None:
    vendor.held = True
    async with a_worker(settings, vendor):
        job_id = await started(studio)
        await until(lambda: _is_submitted(owner))

    async with running_worker(settings, images=ImageProviders(answering={Provider.OPENAI: quick_images})):
        job = await studio.ended(job_id)

    assert job["status"] == "COMPLETED"
    assert await owner.rows("SELECT tries FROM job_images") == [(1,)]
    assert [(row[0], row[1]) for row in await owner.rows(CALLS)] == [("LOST", "runpod"), ("DONE", "openai")]
    await settled(studio, owner, job)


async def test_an_answer_that_was_lost_is_paid_for_once_more_and_no_more(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.lose_answers = 1
    async with a_worker(settings, vendor):
        job = await studio.ended(await started(studio))
    assert (job["status"], len(vendor.accepted)) == ("COMPLETED", 2)
    assert [row[0] for row in await owner.rows(CALLS)] == ["LOST", "DONE"]

    vendor.lose_answers = 99
    async with a_worker(settings, vendor):
        job = await studio.ended(await started(studio))
    assert (job["status"], job["errorCode"], job["creditsCaptured"]) == ("FAILED", "UNKNOWN_OUTCOME", 0)
    assert len(vendor.accepted) == 2 + 2
    assert "retry the job" in job["errorMessage"]
    await settled(studio, owner, job)


async def test_a_webhook_brings_the_number_of_a_call_whose_answer_was_lost(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.lose_answers = 1
    async with a_worker(settings, vendor, webhooks=True):
        job_id = await started(studio)
        await until(lambda: _is_requeued(owner))
        await until(lambda: _is_looked_for(owner))
        assert len(vendor.accepted) == 1
        (address,) = vendor.webhooks
        assert address is not None

        status = await _call(studio, address, {"id": vendor.accepted[0], "status": "COMPLETED"})

        job = await studio.ended(job_id, within=8)
    assert status == 200
    assert (job["status"], len(vendor.accepted)) == ("COMPLETED", 1)
    await settled(studio, owner, job)


async def test_a_hint_ends_the_pause_and_decides_nothing(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.held = True
    async with a_worker(settings, vendor, webhooks=True):
        job_id = await started(studio)
        await until(lambda: _is_submitted(owner))
        (number,), (address,) = vendor.accepted, vendor.webhooks
        assert address is not None

        assert await _call(studio, address, {"id": number, "status": "COMPLETED", "output": {"images": []}}) == 200
        await asyncio.sleep(1)
        assert await owner.value("SELECT count(*) FROM images") == 0

        vendor.held = False
        job = await studio.ended(job_id)
    assert job["status"] == "COMPLETED"


async def test_a_webhook_says_nothing_twice_and_nothing_to_strangers(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.held = True
    async with a_worker(settings, vendor, webhooks=True):
        job_id = await started(studio)
        await until(lambda: _is_submitted(owner))
        (number,), (address,) = vendor.accepted, vendor.webhooks
        assert address is not None
        good = {"id": number}
        assert await _call(studio, address, good) == 200
        before = await owner.rows("SELECT * FROM provider_calls")

        token = address.rsplit("/", 1)[1]
        flipped = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
        assert await _call(studio, address, good) == 200  # a replay
        assert await _call(studio, address, {"id": "another"}) == 404
        assert await _call(studio, address.replace(token, flipped), good) == 404
        assert await _call(studio, address.replace(token, token[:-4]), good) == 404
        assert await _call(studio, address.replace(token, "%ff%00"), good) == 404
        assert await _call(studio, address, b"\xff{") == 422
        assert await _call(studio, address, b'["id"]') == 422
        assert await _call(studio, address, {"id": "x" * 201}) == 422
        assert await _call(studio, address, b" " * (16 * 1024 * 1024 + 1)) == 413
        async with studio.http.get(address.replace("http://127.0.0.1:8000", studio.url)) as answer:
            assert answer.status == 405
        assert await _call(studio, f"{studio.url}/webhooks/fal?call={token}", good) == 404  # fal is not configured

        assert await owner.rows("SELECT * FROM provider_calls") == before
        await studio.ask("mutation ($i: CancelJobInput!) { cancelJob(input: $i) { job { id } } }", i={"jobId": job_id})
        await until(lambda: _has_ended(owner))
        ended = await owner.rows("SELECT * FROM provider_calls")
        assert await _call(studio, address, good) == 200  # late
        assert await owner.rows("SELECT * FROM provider_calls") == ended


async def test_a_cancelled_job_is_cancelled_at_the_provider(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.held = True
    async with a_worker(settings, vendor):
        job_id = await started(studio, 2)
        await until(lambda: _is_submitted(owner, 2))
        await studio.ask("mutation ($i: CancelJobInput!) { cancelJob(input: $i) { job { id } } }", i={"jobId": job_id})
        await until(lambda: _has_ended(owner))

    assert sorted(vendor.cancelled) == sorted(vendor.accepted)
    assert {row[0] for row in await owner.rows(CALLS)} == {"CANCELLED"}
    assert await studio.balance() == (100, 0)


@pytest.mark.parametrize(
    "outcome",
    [
        (ProviderRefused("That is not made here."), "That is not made here."),
        (ProviderRequestInvalid("Steps are missing."), "a fault of ours"),
    ],
)
async def test_what_asking_again_cannot_mend_is_not_asked_again(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, outcome: tuple[ProviderError, str]
) -> None:
    error, said = outcome
    code, vendor.refusals = error.code, [error]
    async with a_worker(settings, vendor):
        job = await studio.ended(await started(studio))

    assert (job["status"], job["errorCode"], job["creditsCaptured"]) == ("FAILED", code, 0)
    assert said in job["errorMessage"]
    assert vendor.accepted == []
    assert [(row[0], row[4]) for row in await owner.rows(CALLS)] == [("FAILED", code)]
    await settled(studio, owner, job)


async def test_a_rate_limit_waits_as_told_and_is_no_failure(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.refusals = [RateLimited(retry_after=timedelta(seconds=1))] * 4  # more than an image has tries
    async with a_worker(settings, vendor):
        job = await studio.ended(await started(studio))

    assert (job["status"], len(vendor.accepted)) == ("COMPLETED", 1)
    assert await owner.rows("SELECT tries, waits FROM job_images") == [(1, 4)]


async def test_a_result_that_does_not_come_at_once_is_fetched_again_and_not_made_again(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.bad_fetches = [ProviderUnavailable("The line is bad.")]
    async with a_worker(settings, vendor):
        job = await studio.ended(await started(studio))

    assert (job["status"], len(vendor.accepted)) == ("COMPLETED", 1)


async def test_a_result_that_is_gone_is_made_again(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.held = True
    async with a_worker(settings, vendor):
        job_id = await started(studio)
        await until(lambda: _is_submitted(owner))
        vendor.forgotten.update(vendor.accepted)
        vendor.held = False
        job = await studio.ended(job_id)

    assert (job["status"], len(vendor.accepted)) == ("COMPLETED", 2)
    assert [(row[0], row[4]) for row in await owner.rows(CALLS)] == [("FAILED", "EXPIRED"), ("DONE", None)]


async def test_a_bad_key_costs_nobody_anything_and_nobody_is_asked_again(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    vendor.refusals = [ProviderMisconfigured("The key is not valid.", detail="401")]
    async with a_worker(settings, vendor):
        first = await studio.ended(await started(studio))
        vendor.submitting.clear()
        second = await studio.ended(await started(studio))
        await until(lambda: _is_told(owner))

    for job in (first, second):
        assert (job["status"], job["errorCode"], job["creditsCaptured"]) == ("FAILED", "PROVIDER_MISCONFIGURED", 0)
        assert "operator has been told" in job["errorMessage"]
    assert not vendor.submitting.is_set()
    assert await owner.rows(
        "SELECT provider, breaker, opened_by, last_error_code, last_error FROM provider_health"
    ) == [("runpod", "OPEN", "OPERATOR", "PROVIDER_MISCONFIGURED", "The key is not valid. (401)")]
    assert await studio.balance() == (100, 0)


async def test_a_call_that_goes_on_without_its_image_is_found_and_cancelled(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    """Its worker died, and the job was cancelled before another came."""
    vendor.held = True
    async with a_worker(settings, vendor):
        job_id = await started(studio)
        await until(lambda: _is_submitted(owner))
    await studio.ask("mutation ($i: CancelJobInput!) { cancelJob(input: $i) { job { id } } }", i={"jobId": job_id})
    assert [row[0] for row in await owner.rows(CALLS)] == ["SUBMITTED"]
    await owner.run("UPDATE provider_calls SET intended_at = intended_at - interval '1 minute'")

    async with a_worker(settings, vendor):
        await until(lambda: _has_ended(owner))

    assert vendor.cancelled == vendor.accepted
    assert [row[0] for row in await owner.rows(CALLS)] == ["CANCELLED"]


async def _is_submitted(owner: Owner, count: int = 1) -> bool:
    return bool(await owner.value("SELECT count(*) = :n FROM provider_calls WHERE state = 'SUBMITTED'", n=count))


async def _is_requeued(owner: Owner) -> bool:
    return bool(await owner.value("SELECT count(*) FROM job_images WHERE state = 'QUEUED' AND tries = 1"))


async def _is_looked_for(owner: Owner) -> bool:
    """An attempt found the call without a number, and left its image to wait: that costs no try."""
    return bool(
        await owner.value(
            "SELECT count(*) FROM job_images WHERE state = 'QUEUED' AND (tries, waits, attempt) = (1, 1, 2)"
        )
    )


async def _has_ended(owner: Owner) -> bool:
    return not await owner.value("SELECT count(*) FROM provider_calls WHERE ended_at IS NULL")


async def _is_told(owner: Owner) -> bool:
    return bool(await owner.value("SELECT count(*) FROM provider_health WHERE breaker = 'OPEN'"))


async def _call(studio: Studio, address: str, body: Json | bytes) -> int:
    """As a provider would, at the address it was given."""
    here = studio.url + address[address.index("/webhooks") :]
    if isinstance(body, bytes):
        async with studio.http.post(here, data=BytesIO(body), headers={"Content-Type": "application/json"}) as answer:
            return answer.status
    async with studio.http.post(here, json=body) as answer:
        return answer.status
