"""A pack from start to finish, as a client lives it."""

from app.worker import RunningWorker
from tests.support.studio import JOB, Studio


async def test_a_pack_arrives_image_by_image_and_is_paid_image_by_image(studio: Studio, worker: RunningWorker) -> None:
    influencer = await studio.influencer_with_face()
    assert await studio.balance() == (90, 0)

    job = (await studio.start_pack(influencer, count=5, seed=42))["job"]
    assert (job["status"], job["creditsReserved"], job["imageCount"]) == ("QUEUED", 50, 5)
    assert await studio.balance() == (40, 50)

    async with studio.watching(job["id"]) as stream:
        events = [event async for event in stream]

    completed = [event for event in events if event["__typename"] == "ImageCompleted"]
    assert sorted(event["index"] for event in completed) == [0, 1, 2, 3, 4]
    assert sorted(event["image"]["seed"] for event in completed) == [42, 43, 44, 45, 46]
    assert events[0]["__typename"] == "JobSnapshot"
    assert events[-1]["job"]["status"] == "COMPLETED"
    assert events[-1]["job"]["percent"] == 100
    assert await studio.balance() == (40, 0)
    async with studio.http.get((await studio.ask(JOB, id=job["id"]))["images"]["edges"][0]["node"]["url"]) as file:
        assert (file.status, file.content_type) == (200, "image/jpeg")
