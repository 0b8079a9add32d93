"""`cancelJob`: what is done stays and is paid, the rest is released."""

import asyncio
from uuid import uuid4

import pytest

from app.worker import RunningWorker
from schema.ids import global_id
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import CANCEL, Studio
from tests.support.waiting import until


async def test_a_queued_job_is_cancelled_and_everything_released(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=4))["job"]

    cancelled = (await studio.ask(CANCEL, input={"jobId": job["id"]}))["job"]

    assert (cancelled["status"], cancelled["cancelledCount"], cancelled["percent"]) == ("CANCELLED", 4, 100)
    assert (cancelled["creditsReserved"], cancelled["creditsCaptured"]) == (0, 0)
    assert cancelled["finishedAt"] is not None
    assert await studio.balance() == (100, 0)
    assert await owner.violations() == []


async def test_a_second_cancel_gives_the_same_answer_and_changes_nothing(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=2))["job"]
    first = await studio.ask(CANCEL, input={"jobId": job["id"]})
    async with owner.nothing_moves(studio):
        assert await studio.ask(CANCEL, input={"jobId": job["id"]}) == first


async def test_ten_cancels_at_once_release_once(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=5))["job"]
    answers = await asyncio.gather(*(studio.ask(CANCEL, input={"jobId": job["id"]}) for _ in range(10)))
    assert all(answer == answers[0] for answer in answers)
    assert await studio.balance() == (100, 0)
    assert await owner.value("SELECT count(*) FROM credit_entries WHERE type = 'RELEASE'") == 5
    assert await owner.violations() == []


async def test_a_worker_that_holds_the_images_lets_go_of_them(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await owner.influencer_with_face(studio)
    quick_images.hold()
    job = (await studio.start_pack(influencer, count=3))["job"]
    async with studio.watching(job["id"]) as events:
        async for event in events:
            if event["job"]["status"] == "PROCESSING":
                break

    cancelled = (await studio.ask(CANCEL, input={"jobId": job["id"]}))["job"]

    assert (cancelled["status"], cancelled["completedCount"], cancelled["cancelledCount"]) == ("CANCELLED", 0, 3)

    async def holds_nothing() -> bool:
        return quick_worker.services.leases.count == 0

    await until(holds_nothing)
    assert await studio.balance() == (100, 0)
    assert await owner.value("SELECT count(*) FROM images WHERE kind = 'PACK'") == 0


async def test_a_job_that_ended_cannot_be_cancelled_any_more(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=2))["job"]
    await studio.ended(job["id"])
    refusal = await studio.refusal(CANCEL, input={"jobId": job["id"]})
    assert refusal == {
        "__typename": "ConflictError",
        "code": "CONFLICT",
        "message": "This job has ended (COMPLETED): it keeps 2 images, 20 credits were charged, nothing is reserved.",
        "path": None,
    }
    assert await studio.balance() == (80, 0)


async def test_the_job_of_another_user_does_not_exist(studio: Studio, owner: Owner) -> None:
    other = studio.another()
    job = (await other.start_pack(await owner.influencer_with_face(other), count=2))["job"]
    await studio.balance()
    for job_id in (job["id"], global_id("GenerationJob", uuid4()), "nonsense"):
        async with owner.nothing_moves(studio):
            refusal = await studio.refusal(CANCEL, input={"jobId": job_id})
        assert (refusal["__typename"], refusal["code"]) == ("NotFoundError", "NOT_FOUND")
    assert await other.balance() == (80, 20)


@pytest.mark.parametrize("type_name", ["Influencer", "ImageAsset", "Viewer"])
async def test_the_id_of_another_type_is_told_apart(studio: Studio, type_name: str) -> None:
    refusal = await studio.refusal(CANCEL, input={"jobId": global_id(type_name, uuid4())})
    assert (refusal["__typename"], refusal["path"]) == ("ValidationError", ["input", "jobId"])
