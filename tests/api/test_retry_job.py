"""`retryJob`: the failed images again, at the same price, with everything else preserved."""

from uuid import uuid4

from app.worker import RunningWorker
from schema.ids import global_id
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import CANCEL, JOB, RETRY, Json, Studio


def a_wish(job_id: str) -> Json:
    return {"jobId": job_id, "idempotencyKey": uuid4().hex}


async def test_only_what_failed_is_made_and_paid_again(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await owner.influencer_with_face(studio)
    quick_images.failing_poses = {1, 3}
    job = (await studio.start_pack(influencer, count=5, seed=100))["job"]
    ended = await studio.ended(job["id"])
    assert (ended["status"], ended["completedCount"], ended["failedCount"], ended["errorCode"]) == (
        "PARTIAL",
        3,
        2,
        "PROVIDER_REFUSED",
    )
    assert await studio.balance() == (70, 0)

    quick_images.failing_poses = set()
    quick_images.hold()
    again = (await studio.ask(RETRY, input=a_wish(job["id"])))["job"]
    assert (again["status"], again["failedCount"], again["creditsReserved"], again["errorCode"]) == (
        "QUEUED",
        0,
        20,
        None,
    )
    assert (again["finishedAt"], again["percent"]) == (None, 60)
    assert await studio.balance() == (50, 20)
    quick_images.let_go()

    ended = await studio.ended(job["id"])
    assert (ended["status"], ended["completedCount"], ended["creditsCaptured"]) == ("COMPLETED", 5, 50)
    images = (await studio.ask(JOB, id=job["id"]))["images"]["edges"]
    assert [edge["node"]["seed"] for edge in images] == [100, 101, 102, 103, 104]
    assert quick_images.calls == 7
    assert await studio.balance() == (50, 0)
    assert await owner.violations() == []


async def test_a_retry_that_cannot_be_paid_moves_nothing(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await owner.influencer_with_face(studio)
    quick_images.failing_poses = {0}
    job = (await studio.start_pack(influencer, count=1))["job"]
    assert (await studio.ended(job["id"]))["status"] == "FAILED"
    quick_images.hold()
    assert (await studio.start_pack(influencer, count=10))["errors"] == []

    refusal = await studio.refusal(RETRY, input=a_wish(job["id"]))

    assert (refusal["__typename"], refusal["code"]) == ("InsufficientCreditsError", "INSUFFICIENT_CREDITS")
    found = await studio.ask(JOB, id=job["id"])
    assert (found["status"], found["failedCount"], found["creditsReserved"]) == ("FAILED", 1, 0)
    assert await studio.balance() == (0, 100)
    quick_images.let_go()


async def test_there_must_be_something_that_failed(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=1))["job"]

    running = await studio.refusal(RETRY, input=a_wish(job["id"]))
    assert (running["__typename"], running["message"]) == (
        "ConflictError",
        "This job is still running; cancel it or wait for it to end.",
    )
    await studio.ask(CANCEL, input={"jobId": job["id"]})
    async with owner.nothing_moves(studio, remembered=1):
        cancelled = await studio.refusal(RETRY, input=a_wish(job["id"]))
    assert (cancelled["__typename"], cancelled["message"]) == (
        "ConflictError",
        "There is nothing to retry: no image of this job failed.",
    )


async def test_the_job_of_another_user_does_not_exist(studio: Studio, owner: Owner) -> None:
    other = studio.another()
    job = (await other.start_pack(await owner.influencer_with_face(other), count=2))["job"]
    await studio.balance()
    for job_id in (job["id"], global_id("GenerationJob", uuid4())):
        async with owner.nothing_moves(studio, remembered=1):
            refusal = await studio.refusal(RETRY, input=a_wish(job_id))
        assert (refusal["__typename"], refusal["code"]) == ("NotFoundError", "NOT_FOUND")
