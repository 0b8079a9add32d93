"""Real workers with keys of real vendors, killed and stopped in the middle of calls that cost money: each is paid once.

The vendors are emulators in this process, told of by environment variables. The end is the same everywhere
(`Deployment.settled`): every job final, books in order, no call left open.
"""

import asyncio
import random
import signal

import pytest

from tests.support.cluster import LONG, Cluster, Process, only_long, say, start_packs, until
from tests.support.deployment import WITH_WEBHOOKS, Deployment, accepted, pictures_of, sizes_of
from tests.support.emulators.faults import Fault
from tests.support.emulators.serving import served
from tests.support.emulators.supabase import SupabaseEmulator
from tests.support.studio import CHOOSE, JOB, Json, Studio

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800 if LONG else 120)]

SQUARE, PORTRAIT = (1024, 1024), (768, 1365)
ATTEMPTS = "SELECT DISTINCT attempt, tries FROM job_images"
OPENAI_DRAWS = {"MODEL_CHOICES": "TEXT_TO_IMAGE=openai/gpt-image-2.5-flare"}
STATUS = "{ providerStatus { provider isReachable lastError { code message } breaker { cause } } }"

both_vendors = pytest.mark.parametrize("name", ["fal", pytest.param("runpod", marks=only_long)], ids=str)
either_vendor = pytest.mark.parametrize("name", [pytest.param("fal", marks=only_long), "runpod"], ids=str)


@both_vendors
async def test_worker_killed_after_its_call_was_accepted_is_found_by_the_webhook(
    deployment: Deployment, customer: Studio, name: str
) -> None:
    vendor = deployment.vendor(name)
    vendor.open(seconds=0.5)
    with vendor.counter.holding_answers(), deployment.worker(vendor, **WITH_WEBHOOKS) as first:
        job = await started(customer, 2)
        await accepted(vendor, 2)
        first.kill()
    with deployment.worker(vendor, **WITH_WEBHOOKS):
        await deployment.settled()

    await assert_made(deployment, customer, job, 2)
    await deployment.assert_paid_once(vendor, 2)


@either_vendor
async def test_worker_killed_after_its_call_was_accepted_and_never_told_costs_one_more(
    deployment: Deployment, customer: Studio, name: str
) -> None:
    """The documented case: no number, no webhook, so nobody can know. What the user pays is the same."""
    vendor = deployment.vendor(name)
    vendor.open()
    with vendor.counter.holding_answers(), deployment.worker(vendor) as first:
        job = await started(customer, 1)
        await accepted(vendor, 1)
        first.kill()
    with deployment.worker(vendor):
        await deployment.settled()

    await assert_made(deployment, customer, job, 1)
    assert (len(vendor.numbers), await deployment.states()) == (2, {"DONE": 1, "LOST": 1})


@either_vendor
async def test_worker_killed_while_it_waits_is_replaced_by_one_that_waits_on(
    deployment: Deployment, customer: Studio, name: str
) -> None:
    vendor = deployment.vendor(name)
    vendor.open(seconds=3)
    with deployment.worker(vendor) as first:
        job = await started(customer, 2)
        await deployment.are_waited_for(2)
        first.kill()
    with deployment.worker(vendor):
        await deployment.settled()

    await assert_made(deployment, customer, job, 2)
    await deployment.assert_paid_once(vendor, 2)
    assert await deployment.cluster.owner.rows(ATTEMPTS) == [(2, 2)]


@both_vendors
async def test_worker_killed_between_fetching_a_picture_and_keeping_it(
    deployment: Deployment, customer: Studio, name: str
) -> None:
    vendor = deployment.vendor(name)
    vendor.open()
    with deployment.worker(vendor) as first:
        job = await started(customer, 1)
        await deployment.are_waited_for(1)
        async with deployment.nothing_is_kept() as somebody_would:
            await somebody_would()
            first.kill()
    with deployment.worker(vendor):
        await deployment.settled()

    await assert_made(deployment, customer, job, 1)
    await deployment.assert_paid_once(vendor, 1)
    assert await deployment.cluster.owner.rows(ATTEMPTS) == [(2, 2)]


@either_vendor
async def test_worker_stopped_after_its_call_was_accepted_waits_for_the_number(
    deployment: Deployment, customer: Studio, name: str
) -> None:
    vendor = deployment.vendor(name)
    vendor.open()
    with deployment.worker(vendor) as first:
        with vendor.counter.holding_answers():
            job = await started(customer, 2)
            await accepted(vendor, 2)
            first.send(signal.SIGTERM)
            await asyncio.sleep(0.3)  # it gives no sign of having heard; five seconds is what it may wait
        await has_stopped_well(first)
    assert await deployment.states() == {"SUBMITTED": 2}
    with deployment.worker(vendor):
        await deployment.settled()

    await assert_made(deployment, customer, job, 2)
    await deployment.assert_paid_once(vendor, 2)
    assert await deployment.cluster.owner.rows(ATTEMPTS) == [(2, 1)]


@both_vendors
async def test_worker_stopped_while_it_waits_hands_over(deployment: Deployment, customer: Studio, name: str) -> None:
    vendor = deployment.vendor(name)
    vendor.open(seconds=2)
    with deployment.worker(vendor) as first:
        job = await started(customer, 2)
        await deployment.are_waited_for(2)
        first.send(signal.SIGTERM)
        await has_stopped_well(first)
    assert vendor.cancelled == []
    with deployment.worker(vendor):
        await deployment.settled()

    await assert_made(deployment, customer, job, 2)
    await deployment.assert_paid_once(vendor, 2)
    assert await deployment.cluster.owner.rows(ATTEMPTS) == [(2, 1)]


@either_vendor
async def test_worker_stopped_between_fetching_a_picture_and_keeping_it_keeps_it(
    deployment: Deployment, customer: Studio, name: str
) -> None:
    vendor = deployment.vendor(name)
    vendor.open()
    with deployment.worker(vendor) as worker:
        job = await started(customer, 1)
        await deployment.are_waited_for(1)
        async with deployment.nothing_is_kept() as somebody_would:
            await somebody_would()
            worker.send(signal.SIGTERM)
            await asyncio.sleep(0.3)  # as above
        await has_stopped_well(worker)
    await deployment.settled()

    await assert_made(deployment, customer, job, 1)
    await deployment.assert_paid_once(vendor, 1)
    assert await deployment.cluster.owner.rows(ATTEMPTS) == [(1, 1)]


async def test_a_wrong_key_costs_nobody_anything_and_is_told_to_the_operator(
    deployment: Deployment, customer: Studio
) -> None:
    vendor = deployment.fal
    vendor.open()
    before = await customer.balance()
    with deployment.worker(vendor, FAL_KEY="not-the-key") as worker:
        first = await customer.ended((await started(customer, 2))["id"])
        asked = len(vendor.emulator.calls)
        second = await customer.ended((await started(customer, 1))["id"])
        await until(lambda: _is_told(customer), what="providerStatus to tell")
        assert worker.says("provider is not asked for a while")
        await deployment.settled()

    for job in (first, second):
        assert (job["status"], job["errorCode"], job["creditsCaptured"]) == ("FAILED", "PROVIDER_MISCONFIGURED", 0)
    assert (await customer.balance(), vendor.numbers) == (before, [])
    assert (1 <= asked <= 2, len(vendor.emulator.calls)) == (True, asked)
    status = await _status_of(customer, "FAL")
    assert (status["isReachable"], status["breaker"]["cause"]) == (False, "OPERATOR")
    assert status["lastError"]["code"] == "PROVIDER_MISCONFIGURED"
    assert "401" in status["lastError"]["message"]
    assert "not-the-key" not in str(status)


async def test_openai_draws_what_needs_no_face_and_refuses_the_rest_for_free(
    deployment: Deployment, customer: Studio
) -> None:
    deployment.openai.open()
    with deployment.cluster.worker(**deployment.openai.environment, **OPENAI_DRAWS):
        influencer = await customer.influencer()
        job = await customer.ended((await customer.start_base_images(influencer, 2))["id"])
        await choose_first(customer, influencer, job)
        before = await customer.balance()
        (pack,) = await start_packs(customer, influencer, [2])
        refused = await customer.ended(pack)
        await deployment.settled()

    await assert_made(deployment, customer, job, 2)
    assert (refused["status"], refused["errorCode"]) == ("FAILED", "PROVIDER_MISCONFIGURED")
    assert await customer.balance() == before
    assert (deployment.openai.emulator.accepted, await deployment.states()) == (2, {"DONE": 2})


async def test_pictures_of_two_vendors_are_kept_in_supabase_although_it_fails_now_and_then(
    deployment: Deployment, cluster: Cluster
) -> None:
    """Each vendor is asked for what it can. A store that fails for a moment has nothing made twice."""
    fal, openai, supabase = deployment.fal, deployment.openai, SupabaseEmulator()
    fal.open()
    openai.open()
    with served(supabase.app) as supabase.url:
        stored = {"SUPABASE_SERVICE_KEY": supabase.key, "SUPABASE_STORAGE_URL": supabase.url}
        with cluster.worker(**stored, **fal.environment, **openai.environment, **OPENAI_DRAWS):
            async with cluster.api(**stored), cluster.client() as customer:
                supabase.faults.plan("put", BRIEFLY_AWAY)
                influencer = await customer.influencer()
                faces = await customer.ended((await customer.start_base_images(influencer, 1))["id"])
                await choose_first(customer, influencer, faces)
                supabase.faults.plan("put", BRIEFLY_AWAY, BRIEFLY_AWAY)
                (pack,) = await start_packs(customer, influencer, [2])
                job = await customer.ended(pack)
                await cluster.settled()
                pictures = await pictures_of(customer, job, cluster)

    assert (faces["status"], job["status"], sizes_of(pictures)) == ("COMPLETED", "COMPLETED", {PORTRAIT})
    assert (openai.emulator.accepted, len(fal.numbers)) == (1, 2)
    assert len(supabase.storage.buckets["likeness"].objects) == 2 * 3  # each with its thumbnail
    assert not (cluster.settings.data_dir / "files").exists()
    assert await cluster.owner.rows(ATTEMPTS) == [(1, 1)]


@only_long
@pytest.mark.parametrize("name", ["fal", "runpod"])
async def test_workers_killed_at_random_moments_pay_once(deployment: Deployment, customer: Studio, name: str) -> None:
    chance = random.Random(seed := random.randrange(10**6))  # noqa: S311 - no secret
    say(f"seed {seed}")
    vendor = deployment.vendor(name)
    vendor.open(seconds=0.5)
    images = 0
    for _ in range(15):
        with deployment.worker(vendor, **WITH_WEBHOOKS) as worker:
            await worker.has_said("worker is ready")
            await started(customer, 3)
            images += 3
            await asyncio.sleep(chance.uniform(0, 2.5))
            worker.kill()
    with deployment.worker(vendor, **WITH_WEBHOOKS):
        await deployment.settled(within=200)  # a call that was written down and never sent is looked for for 90 s

    assert len(vendor.numbers) == images
    states = await deployment.states()
    say(f"{images} images, killed 15 times: {states}")
    assert states["DONE"] == images


BRIEFLY_AWAY = Fault(status=503, body=b'{"message":"not now"}')


async def started(customer: Studio, count: int) -> Json:
    return await customer.start_base_images(await customer.influencer(), count)


async def choose_first(customer: Studio, influencer: str, job: Json) -> None:
    (first, *_) = (await customer.ask(JOB, id=job["id"]))["images"]["edges"]
    await customer.ask(CHOOSE, input={"influencerId": influencer, "imageId": first["node"]["id"]})


async def has_stopped_well(worker: Process) -> None:
    assert (await worker.ended())[0] == 0


async def assert_made(deployment: Deployment, customer: Studio, job: Json, count: int) -> None:
    """All of it, and each picture lies where clients are told it does."""
    ended = await customer.ask(JOB, id=job["id"])
    assert (ended["status"], ended["completedCount"], ended["creditsCaptured"]) == ("COMPLETED", count, 10 * count)
    assert sizes_of(await pictures_of(customer, ended, deployment.cluster)) == {SQUARE}


async def _status_of(customer: Studio, provider: str) -> Json:
    customer.is_admin = True
    (found,) = [one for one in await customer.ask(STATUS) if one["provider"] == provider]
    status: Json = found
    return status


async def _is_told(customer: Studio) -> bool:
    return (await _status_of(customer, "FAL"))["breaker"] is not None
