"""A deployment with a provider that draws and a judge that looks: what is refused, and what happens while the judge is away.

fal and OpenAI are emulators in this process; worker and API are processes of their own, killed in the middle.
"""

import asyncio
from functools import partial

import pytest

from app.cli.safety import verify_decisions
from domain.images.review import AWAY, REFUSED
from providers.local.tokens import user_id_of
from tests.support.cluster import LONG, only_long, until
from tests.support.deployment import Deployment, pictures_of, sizes_of
from tests.support.emulators.fal_queue import BLACKED_OUT
from tests.support.emulators.faults import Fault
from tests.support.studio import CANCEL, JOB, Json, Studio

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800 if LONG else 120)]

GONE = Fault(status=503, headers={"x-should-retry": "false"})
FOR_GOOD = [GONE] * 1000
FAL_DRAWS = {"MODEL_CHOICES": "TEXT_TO_IMAGE=fal/flux-lora"}
WAITING = "SELECT count(*) FROM image_reviews WHERE stored_at IS NOT NULL AND cleared_at IS NULL"
DUE = (
    "UPDATE job_images SET run_after = now() WHERE state = 'QUEUED'",
    "UPDATE render_line SET due_at = now()",
)
JUDGED = """
SELECT d.judge, d.outcome, d.input_sha256 = i.sha256 FROM images i
  JOIN safety_decisions d ON (d.user_id, d.number) = (i.user_id, i.decision)
"""
DELAYS = "SELECT DISTINCT payload ->> 'reason' FROM events WHERE kind = 'IMAGE_DELAYED'"


@pytest.fixture
def keys(deployment: Deployment) -> dict[str, str]:
    """Of a worker for which fal draws and OpenAI judges, both with empty books."""
    deployment.fal.open()
    deployment.openai.open()
    return {**deployment.fal.environment, **deployment.openai.environment, **FAL_DRAWS}


async def started(customer: Studio, count: int = 1) -> Json:
    return await customer.start_base_images(await customer.influencer(), count)


def judge_is_away(deployment: Deployment) -> None:
    deployment.openai.emulator.faults.plan("moderations", *FOR_GOOD)


async def judge_is_back(deployment: Deployment) -> None:
    deployment.openai.emulator.faults.clear()
    for sql in DUE:
        await deployment.cluster.owner.run(sql)


async def are_waiting(deployment: Deployment, count: int) -> None:
    async def wait() -> bool:
        return bool(await deployment.cluster.owner.value(WAITING) == count)

    await until(wait, what=f"{count} pictures to wait for their check")


async def nothing_waits(deployment: Deployment, customer: Studio) -> bool:
    folder = deployment.cluster.settings.data_dir / "files" / "reviews" / str(user_id_of(customer.user))
    return bool(await deployment.cluster.owner.value(WAITING) == 0) and list(folder.glob("*.*")) == []


async def assert_chains_are_whole(deployment: Deployment) -> None:
    assert await asyncio.to_thread(verify_decisions, deployment.cluster.environment) == 0


async def test_a_picture_that_the_judge_refuses_is_free_and_says_why(
    deployment: Deployment, customer: Studio, keys: dict[str, str]
) -> None:
    influencer = await customer.influencer()
    deployment.openai.emulator.scores = {"violence/graphic": 0.9}
    before = await customer.balance()
    with deployment.cluster.worker(**keys):
        job = await customer.ended((await customer.start_base_images(influencer, 2))["id"])
        await deployment.settled()

    assert (job["status"], job["errorCode"], job["creditsCaptured"]) == ("FAILED", "CONTENT_POLICY", 0)
    assert job["errorMessage"] == f"{REFUSED} Nothing was charged for this image."
    assert await customer.balance() == before
    assert len(deployment.fal.numbers) == 2
    assert await deployment.states() == {"DONE": 2}
    assert await deployment.cluster.owner.value("SELECT count(*) FROM images") == 0
    assert await deployment.cluster.owner.rows(
        "SELECT outcome, rule, count(*) FROM safety_decisions WHERE operation = 'renderImage' GROUP BY 1, 2"
    ) == [("REFUSED", "MODERATED", 2)]
    await assert_chains_are_whole(deployment)


async def test_a_picture_that_fal_holds_back_is_refused_and_shown_to_nobody_else(
    deployment: Deployment, customer: Studio, keys: dict[str, str]
) -> None:
    deployment.fal.emulator.queue.endings.append(BLACKED_OUT)
    with deployment.cluster.worker(**keys):
        job = await customer.ended((await started(customer))["id"])
        await deployment.settled()

    assert (job["status"], job["errorCode"], job["creditsCaptured"]) == ("FAILED", "PROVIDER_REFUSED", 0)
    assert len(deployment.fal.numbers) == 1
    judged = [call.body["input"] for call in deployment.openai.emulator.calls]
    assert judged in ([["Mara Voss"]], [])  # the name, unless its verdict is remembered


async def test_while_the_judge_is_away_pictures_wait_and_then_complete_once_paid_once(
    deployment: Deployment, customer: Studio, keys: dict[str, str]
) -> None:
    influencer = await customer.influencer()
    judge_is_away(deployment)
    before = (await customer.balance())[0]
    with deployment.cluster.worker(**keys):
        job = await customer.start_base_images(influencer, 3)
        await are_waiting(deployment, 3)
        waiting = await customer.ask(JOB, id=job["id"])
        balance = await customer.balance()
        await judge_is_back(deployment)
        await deployment.settled()
        job = await customer.ask(JOB, id=job["id"])

    assert (waiting["status"], waiting["images"]["edges"], waiting["creditsCaptured"]) == ("PROCESSING", [], 0)
    assert balance == (before - 30, 30)
    assert (job["status"], job["completedCount"], job["creditsCaptured"]) == ("COMPLETED", 3, 30)
    assert await customer.balance() == (before - 30, 0)
    assert sizes_of(await pictures_of(customer, job, deployment.cluster)) == {(1024, 1024)}
    await deployment.assert_paid_once(deployment.fal, 3)
    assert await deployment.cluster.owner.rows(JUDGED) == [("omni-moderation-latest", "ALLOWED", True)] * 3
    assert await deployment.cluster.owner.rows(DELAYS) == [(AWAY,)]
    await assert_chains_are_whole(deployment)


@only_long
async def test_worker_killed_while_pictures_wait_or_are_looked_at_is_replaced_and_nothing_is_made_twice(
    deployment: Deployment, customer: Studio, keys: dict[str, str]
) -> None:
    influencer = await customer.influencer()
    judge_is_away(deployment)
    with deployment.cluster.worker(**keys) as first:
        job = await customer.start_base_images(influencer, 2)
        await are_waiting(deployment, 2)
        first.kill()
    with deployment.openai.counter.holding_answers():
        await judge_is_back(deployment)
        with deployment.cluster.worker(**keys) as second:
            await until(partial(_are_asked, deployment, 2), what="the judge to be asked")
            second.kill()
    with deployment.cluster.worker(**keys):
        await deployment.settled()

    job = await customer.ask(JOB, id=job["id"])
    assert (job["status"], job["completedCount"], job["creditsCaptured"]) == ("COMPLETED", 2, 20)
    await deployment.assert_paid_once(deployment.fal, 2)
    await pictures_of(customer, job, deployment.cluster)
    await assert_chains_are_whole(deployment)


@only_long
async def test_worker_killed_while_the_judge_looks_for_the_first_time_fetches_the_picture_again(
    deployment: Deployment, customer: Studio, keys: dict[str, str]
) -> None:
    influencer = await customer.influencer()
    with deployment.openai.counter.holding_answers(), deployment.cluster.worker(**keys) as first:
        job = await customer.start_base_images(influencer, 1)
        await until(partial(_are_asked, deployment, 1), what="the judge to be asked")
        first.kill()
    with deployment.cluster.worker(**keys):
        await deployment.settled()

    job = await customer.ask(JOB, id=job["id"])
    assert (job["status"], job["creditsCaptured"]) == ("COMPLETED", 10)
    await deployment.assert_paid_once(deployment.fal, 1)


async def test_a_job_that_is_cancelled_while_it_waits_leaves_no_picture(
    deployment: Deployment, customer: Studio, keys: dict[str, str]
) -> None:
    influencer = await customer.influencer()
    before = await customer.balance()
    judge_is_away(deployment)
    with deployment.cluster.worker(**keys):
        job = await customer.start_base_images(influencer, 1)
        await are_waiting(deployment, 1)
        await customer.ask(CANCEL, input={"jobId": job["id"]})
    with deployment.cluster.worker(**keys):  # it sweeps when it starts
        await until(partial(nothing_waits, deployment, customer), what="what waited to be cleared")
        await deployment.settled()

    assert await customer.balance() == before
    assert await deployment.cluster.owner.value("SELECT count(*) FROM images") == 0


async def _are_asked(deployment: Deployment, count: int) -> bool:
    return deployment.openai.counter.held >= count
