"""Packs that are paid for, over the real adapters, from a vendor that does what vendors do. One worker for each vendor.

The worker and the API are processes of their own, the vendors emulators in this one, told of as a deployment is: by
environment variables. The end is the same everywhere (`Deployment.settled`): books in order, no call left open.
"""

import base64
from collections.abc import AsyncIterator, Sequence
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.support.cluster import LONG, Process, only_long, start_packs, until
from tests.support.deployment import WITH_WEBHOOKS, Deployment, accepted, pictures_of, sizes_of
from tests.support.emulators.fal import HANGS_UP_AFTER_ACCEPTING, gateway_error
from tests.support.emulators.fal_queue import Deliveries
from tests.support.studio import CANCEL, CHOOSE, Json, Studio
from tests.support.vendors import FalVendor, RunPodVendor, Vendor

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

PORTRAIT = (768, 1365)
TRIES = "SELECT tries, waits, attempt FROM job_images ORDER BY index"
TIMES = {"once": 1, "twice": 2, "late": 1, "never": 0}
BETWEEN_CALLS = "SELECT extract(epoch FROM max(intended_at) - min(intended_at)) FROM provider_calls"
ENDS = "SELECT request_id, state, error_code FROM provider_calls ORDER BY intended_at"
TOLD = "SELECT count(*) FROM provider_calls WHERE hinted_at IS NOT NULL"


@pytest.fixture(scope="module", params=["fal", "runpod"])
async def running_vendor(
    request: pytest.FixtureRequest, running_deployment: Deployment
) -> AsyncIterator[tuple[Vendor, Process]]:
    vendor = running_deployment.vendor(request.param)
    await running_deployment.empty()
    with running_deployment.worker(vendor, **WITH_WEBHOOKS) as worker:
        await worker.has_said("worker is ready")
        yield vendor, worker


@pytest.fixture
def vendor(running_vendor: tuple[Vendor, Process], deployment: Deployment) -> Vendor:
    """With empty books. Its worker waits."""
    vendor, worker = running_vendor
    assert worker.popen.poll() is None
    vendor.open()
    return vendor


async def test_a_whole_pack_with_the_face_that_was_chosen(
    deployment: Deployment, customer: Studio, vendor: Vendor
) -> None:
    influencer = await customer.influencer()
    job = await customer.ended((await customer.start_base_images(influencer, 2))["id"])
    faces = await pictures_of(customer, job, deployment.cluster)
    images = await images_of(customer, job)
    await customer.ask(CHOOSE, input={"influencerId": influencer, "imageId": images[1]["id"]})

    (pack,) = await start_packs(customer, influencer, [3])
    job = await customer.ended(pack)
    await deployment.settled()

    assert (job["status"], job["completedCount"], job["creditsCaptured"]) == ("COMPLETED", 3, 30)
    pictures = await pictures_of(customer, job, deployment.cluster)
    assert (len(set(pictures)), sizes_of(pictures)) == (3, {PORTRAIT})
    assert [_nearest(sent, faces) for sent in faces_sent_to(vendor)] == [1, 1, 1]
    assert {(image["provider"], image["model"]) for image in await images_of(customer, job)} == {
        (vendor.name, f"{vendor.name}/flux-pulid")
    }
    await deployment.assert_paid_once(vendor, 5)


@pytest.mark.parametrize(
    ("deliveries", "most_told"),
    [
        ("twice", 1),
        ("late", 0),
        pytest.param("once", 1, marks=only_long),
        pytest.param("never", 0, marks=only_long),
    ],
)
async def test_webhooks_that_come_or_not(
    deployment: Deployment, customer: Studio, vendor: Vendor, deliveries: Deliveries, most_told: int
) -> None:
    """A webhook is no news where the worker had asked first and found the picture. Where it is the only word, a test below
    demands that it is heard."""
    vendor.open(deliveries=deliveries)
    job = await base_images(customer, 1)
    await deployment.settled()
    await until(partial(_all_are_delivered, vendor, TIMES[deliveries]), what="the webhooks")

    assert (job["status"], job["completedCount"]) == ("COMPLETED", 1)
    await deployment.assert_paid_once(vendor, 1)
    assert [status for _, status in vendor.delivered] == [200] * TIMES[deliveries]
    assert await deployment.cluster.owner.value(TOLD) <= most_told
    assert await deployment.cluster.owner.rows(TRIES) == [(1, 0, 1)]


async def test_a_busy_vendor_is_asked_again_when_it_said(
    deployment: Deployment, customer: Studio, vendor: Vendor
) -> None:
    vendor.faults.plan(vendor.submit, vendor.busy(1))
    job = await base_images(customer, 1)
    await deployment.settled()

    assert job["status"] == "COMPLETED"
    assert await deployment.cluster.owner.rows(TRIES) == [(1, 1, 2)]
    assert await deployment.states() == {"DONE": 1, "FAILED": 1}
    assert await deployment.cluster.owner.value(BETWEEN_CALLS) >= 1
    assert len(vendor.numbers) == 1


async def test_a_vendor_that_is_away_for_moments_is_paid_once(
    deployment: Deployment, customer: Studio, vendor: Vendor
) -> None:
    vendor.faults.plan(vendor.submit, gateway_error(503), gateway_error(503))
    vendor.faults.plan("status", *[gateway_error(503)] * 3)
    vendor.faults.plan("media", gateway_error(503))
    job = await base_images(customer, 2)
    await deployment.settled()

    assert (job["status"], job["completedCount"]) == ("COMPLETED", 2)
    assert await deployment.states() == {"DONE": 2, "FAILED": 2}
    assert len(vendor.numbers) == 2


async def test_an_answer_that_was_lost_is_found_by_the_webhook(
    deployment: Deployment, customer: Studio, vendor: Vendor
) -> None:
    vendor.faults.plan(vendor.submit, HANGS_UP_AFTER_ACCEPTING)
    job = await base_images(customer, 1)
    await deployment.settled()

    assert job["status"] == "COMPLETED"
    await deployment.assert_paid_once(vendor, 1)
    assert await deployment.cluster.owner.value(TOLD) == 1


@only_long
async def test_a_vendor_that_forgot_what_it_accepted_is_asked_anew(
    deployment: Deployment, customer: Studio, vendor: Vendor
) -> None:
    """Its machine was set up anew: it knows no number of before, and what it makes now is another picture."""
    if vendor.name == "runpod" and not LONG:
        pytest.skip("takes 8 s; LIKENESS_CHAOS=long runs it")
    vendor.open(seconds=60)
    job = await customer.start_base_images(await customer.influencer(), 1)
    await deployment.are_waited_for(1)
    forgotten = list(vendor.numbers)
    vendor.open()
    assert (await customer.ended(job["id"]))["status"] == "COMPLETED"
    await deployment.settled()

    assert (len(forgotten), len(vendor.numbers)) == (1, 1)
    assert await deployment.cluster.owner.rows(ENDS) == [
        (forgotten[0], "FAILED", "EXPIRED"),
        (vendor.numbers[0], "DONE", None),
    ]


async def test_a_cancelled_job_is_cancelled_at_the_vendor_and_costs_nothing(
    deployment: Deployment, customer: Studio, vendor: Vendor
) -> None:
    vendor.open(seconds=60)
    before = await customer.balance()
    job = await customer.start_base_images(await customer.influencer(), 3)
    await deployment.are_waited_for(3)
    await customer.ask(CANCEL, input={"jobId": job["id"]})
    await deployment.settled()

    assert len(vendor.numbers) == 3
    assert sorted(vendor.cancelled) == sorted(vendor.numbers)
    assert await deployment.states() == {"CANCELLED": 3}
    assert await customer.balance() == before


async def test_a_job_that_is_cancelled_while_its_number_is_under_way_is_cancelled_at_the_vendor(
    deployment: Deployment, customer: Studio, vendor: Vendor
) -> None:
    vendor.open(seconds=60)
    with vendor.counter.holding_answers():
        job = await customer.start_base_images(await customer.influencer(), 1)
        await accepted(vendor, 1)
        await customer.ask(CANCEL, input={"jobId": job["id"]})
    await deployment.settled()

    assert len(vendor.numbers) == 1
    assert vendor.cancelled == vendor.numbers
    assert await deployment.states() == {"CANCELLED": 1}


async def _all_are_delivered(vendor: Vendor, times: int) -> bool:
    return len(vendor.delivered) >= times


async def base_images(customer: Studio, count: int) -> Json:
    """The job, ended."""
    job = await customer.start_base_images(await customer.influencer(), count)
    return await customer.ended(job["id"], within=40)


IMAGES = "query ($id: ID!) { job(id: $id) { images { edges { node { id provider model width height } } } } }"


async def images_of(customer: Studio, job: Json) -> list[Json]:
    found = (await customer.ask(IMAGES, id=job["id"]))["images"]["edges"]
    return [edge["node"] for edge in found]


def _nearest(sent: bytes, faces: Sequence[bytes]) -> int:
    """Which of the faces it is, encoded anew or not. Fails the test where it is none."""
    apart = [_apart(sent, face) for face in faces]
    assert min(apart) < 2, apart
    return apart.index(min(apart))


def _apart(one: bytes, other: bytes) -> float:
    """Mean difference of the pixels, 0 to 255."""
    images = [Image.open(BytesIO(data)).convert("L") for data in (one, other)]
    found: float = ImageStat.Stat(ImageChops.difference(*images)).mean[0]
    return found


def faces_sent_to(vendor: Vendor) -> list[bytes]:
    """The references of all calls that had one."""
    found: list[Any] = []
    if isinstance(vendor, FalVendor):
        said: list[Any] = [call.said for call in vendor.emulator.called("submit")]
        found = [one["reference_image_url"].partition(",")[2] for one in said if "reference_image_url" in one]
    if isinstance(vendor, RunPodVendor):
        said = [call.body["input"] for call in vendor.emulator.calls if call.path.endswith("/run")]
        found = [image["image"].rpartition(",")[2] for one in said for image in one.get("images", [])]
    return [base64.b64decode(text) for text in found]
