"""`deleteImages` and `restoreImages`: hidden everywhere at once, and back as they were."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from app.wiring import utc_now
from app.worker import RunningWorker
from domain.ids import JobId
from resolvers.news import cursor_of
from schema.ids import global_id, parse_id
from tests.support.operations import operations
from tests.support.owner import Owner, uuids_of
from tests.support.quick_images import QuickImages
from tests.support.studio import CANCEL, CHOOSE, RETRY, Json, Studio

OPERATIONS = operations()
DELETE, RESTORE, LIKE = (OPERATIONS[name] for name in ("DeleteImages", "RestoreImages", "LikeImages"))
SEEN = """
query ($ids: [ID!]!, $id: ID!, $job: ID!) {
  nodes(ids: $ids) { id }
  node(id: $id) { id }
  job(id: $job) { completedCount images { edges { node { id } } } }
  viewer {
    newest: images(first: 100) { edges { node { id } } }
    favourites: images(first: 100, orderBy: FAVOURITES) { edges { node { id } } }
    jobs(first: 10) { edges { node { images { edges { node { id } } } } } }
  }
}
"""
IMAGE = "query ($id: ID!) { image(id: $id) { id liked downloadCount prompt seed url createdAt } }"
COMPLETED = """
subscription ($jobId: ID!, $after: String) {
  jobProgress(jobId: $jobId, after: $after) { cursor ... on ImageCompleted { index image { id } } }
}
"""
FATES = "SELECT liked, deleted_at IS NOT NULL FROM images ORDER BY created_at"


async def delete(studio: Studio, *ids: str) -> Json:
    payload: Json = await studio.ask(DELETE, input={"imageIds": ids})
    return payload


async def restore(studio: Studio, *ids: str) -> Json:
    payload: Json = await studio.ask(RESTORE, input={"imageIds": ids})
    return payload


async def end_grace(owner: Owner, *ids: str) -> None:
    """As if they had been deleted a day before."""
    await owner.run(
        "UPDATE images SET deleted_at = deleted_at - interval '1 day', restorable_until = restorable_until - interval '1 day' "
        "WHERE id = ANY(:ids)",
        ids=uuids_of(ids),
    )


async def seen(studio: Studio, ids: list[str], job: str) -> list[list[str]]:
    """The images that each place shows, in one order."""
    answer = (await studio.post(SEEN, {"ids": ids, "id": ids[0], "job": job}))["data"]
    viewer = answer["viewer"]
    (of_job,) = [edge["node"]["images"]["edges"] for edge in viewer["jobs"]["edges"]]
    lists = [viewer["newest"]["edges"], viewer["favourites"]["edges"], of_job, answer["job"]["images"]["edges"]]
    assert answer["job"]["completedCount"] == 1  # what was made stays made
    assert (answer["node"] is None) == (answer["nodes"][0] is None)
    found = [[edge["node"]["id"] for edge in edges] for edges in lists]
    return [sorted(one) for one in [*found, [node["id"] for node in answer["nodes"] if node]]]


async def job_of(studio: Studio, image: str) -> str:
    job: str = (await studio.ask("query ($id: ID!) { image(id: $id) { job { id } } }", id=image))["job"]["id"]
    return job


async def test_deleted_images_are_hidden_everywhere_and_come_back_as_they_were(studio: Studio, owner: Owner) -> None:
    images = await owner.give_images(studio, await studio.influencer(), 3)
    job = await job_of(studio, images[0])
    await studio.ask(LIKE, input={"imageIds": [images[0]], "liked": True})
    before = await studio.ask(IMAGE, id=images[0])
    assert await seen(studio, images, job) == [sorted(images)] * 5

    payload = await delete(studio, images[0], images[2], images[0])
    until = datetime.fromisoformat(payload.pop("restorableUntil"))
    assert payload == {"deletedIds": [images[0], images[2]], "errors": []}
    assert abs(until - utc_now() - timedelta(hours=24)) < timedelta(seconds=10)
    assert await seen(studio, images, job) == [[images[1]]] * 5
    assert (await studio.failure(IMAGE, id=images[0]))[1] == {"code": "NOT_FOUND"}

    assert await restore(studio, images[2], images[0]) == {
        "images": [{"id": images[2]}, {"id": images[0]}],
        "errors": [],
    }
    assert await seen(studio, images, job) == [sorted(images)] * 5
    assert await studio.ask(IMAGE, id=images[0]) == before


async def test_twice_is_once(studio: Studio, owner: Owner) -> None:
    one, two = await owner.give_images(studio, await studio.influencer(), 2)
    first = await delete(studio, one)
    assert await delete(studio, one) == first
    assert (await delete(studio, two, one))["restorableUntil"] == first["restorableUntil"]

    back = await restore(studio, one)
    assert back == {"images": [{"id": one}], "errors": []}
    assert await restore(studio, one) == back
    assert await owner.rows(FATES) == [(False, False), (False, True)]


async def test_one_that_is_not_yours_leaves_all_as_they_were(studio: Studio, owner: Owner) -> None:
    (mine,) = await owner.give_images(studio, await studio.influencer(), 1)
    other = studio.another()
    (foreign,) = await owner.give_images(other, await other.influencer(), 1)
    for wrong in (foreign, global_id("ImageAsset", uuid4()), "nonsense"):
        for document in (DELETE, RESTORE):
            async with owner.nothing_moves(studio):
                refusal = await studio.refusal(document, input={"imageIds": [mine, wrong]})
            assert (refusal["__typename"], refusal["code"]) == ("NotFoundError", "NOT_FOUND")
    assert await owner.rows(FATES) == [(False, False)] * 2

    await delete(other, foreign)
    assert (await studio.refusal(RESTORE, input={"imageIds": [foreign]}))["code"] == "NOT_FOUND"
    assert await owner.rows(FATES) == [(False, False), (False, True)]


@pytest.mark.parametrize("document", [DELETE, RESTORE])
@pytest.mark.parametrize("count", [0, 101])
async def test_one_to_a_hundred_images_are_taken_at_once(studio: Studio, document: str, count: int) -> None:
    ids = [global_id("ImageAsset", uuid4()) for _ in range(count)]
    refusal = await studio.refusal(document, input={"imageIds": ids})
    assert (refusal["__typename"], refusal["message"]) == ("ValidationError", "Name 1 to 100 images.")


async def test_a_hundred_images_are_deleted_and_restored_at_once(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    images = [image for _ in range(10) for image in await owner.give_images(studio, influencer, 10)]
    assert (await delete(studio, *images))["deletedIds"] == images
    assert await owner.value("SELECT count(*) FROM images WHERE deleted_at IS NULL") == 0
    assert [image["id"] for image in (await restore(studio, *images))["images"]] == images


async def test_after_the_grace_they_are_gone_for_good(studio: Studio, owner: Owner) -> None:
    one, two = await owner.give_images(studio, await studio.influencer(), 2)
    await delete(studio, one)
    await end_grace(owner, one)

    refusal = await studio.refusal(RESTORE, input={"imageIds": [two, one]})
    assert (refusal["__typename"], refusal["message"]) == (
        "ConflictError",
        "One of these images was deleted too long ago and is gone for good. Nothing was restored.",
    )
    assert (await delete(studio, one))["deletedIds"] == [one]  # it is, and until when says that it is over


async def test_what_is_deleted_can_be_neither_liked_nor_downloaded_nor_chosen(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    (image,) = await owner.give_images(studio, influencer, 1, kind="BASE_IMAGES")
    await delete(studio, image)
    for document, wish in (
        (LIKE, {"imageIds": [image], "liked": True}),
        (OPERATIONS["RecordDownload"], {"imageId": image}),
        (CHOOSE, {"influencerId": influencer, "imageId": image}),
        (OPERATIONS["RequestArchive"], {"imageIds": [image], "idempotencyKey": "a"}),
    ):
        assert (await studio.refusal(document, input=wish))["code"] == "NOT_FOUND"


async def test_a_base_image_stays_until_another_is_chosen(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    base = await owner.give_face(studio, influencer)
    (other,) = await owner.give_images(studio, influencer, 1, kind="BASE_IMAGES")

    async with owner.nothing_moves(studio):
        refusal = await studio.refusal(DELETE, input={"imageIds": [other, base]})
    assert (refusal["__typename"], refusal["message"]) == (
        "ConflictError",
        "One of these images gives Mara Voss its face. Choose another base image first. Nothing was deleted.",
    )
    await studio.ask(CHOOSE, input={"influencerId": influencer, "imageId": other})
    assert (await delete(studio, base))["deletedIds"] == [base]


async def test_what_a_running_job_works_with_stays_until_it_has_ended(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await studio.influencer()
    base = await owner.give_face(studio, influencer)
    quick_images.hold()
    job = (await studio.start_pack(influencer, count=2))["job"]["id"]
    (other,) = await owner.give_images(studio, influencer, 1, kind="BASE_IMAGES")
    await studio.ask(CHOOSE, input={"influencerId": influencer, "imageId": other})

    refusal = await studio.refusal(DELETE, input={"imageIds": [base]})
    assert (refusal["__typename"], refusal["message"]) == (
        "ConflictError",
        "A job that is running works with one of these images. Wait until it has ended, or cancel it. Nothing was deleted.",
    )
    await studio.ask(CANCEL, input={"jobId": job})
    quick_images.let_go()
    assert (await delete(studio, base))["deletedIds"] == [base]


async def test_a_job_whose_base_image_was_deleted_is_not_retried_until_it_is_restored(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await studio.influencer()
    base = await owner.give_face(studio, influencer)
    quick_images.failing_poses = {0}
    job = (await studio.start_pack(influencer, count=1))["job"]["id"]
    await studio.ended(job)
    await owner.give_face(studio, influencer)
    await delete(studio, base)

    refusal = await studio.refusal(RETRY, input={"jobId": job, "idempotencyKey": "one"})
    assert (refusal["__typename"], refusal["message"]) == (
        "ConflictError",
        "An image that this job works with was deleted. Restore it, or start a new job. Nothing was charged.",
    )
    await restore(studio, base)
    assert (await studio.ask(RETRY, input={"jobId": job, "idempotencyKey": "two"}))["job"]["status"] == "QUEUED"
    await studio.ended(job)
    assert await owner.violations() == []


async def test_images_may_be_deleted_while_their_job_goes_on_and_its_stream_tells_of_them_without(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await owner.influencer_with_face(studio)
    quick_images.pace = 1.0
    job = (await studio.start_pack(influencer, count=2))["job"]["id"]
    async with studio.socket() as socket:
        async for event in socket.events(COMPLETED, jobId=job, after=None):
            if event.get("image"):
                made = event["image"]["id"]
                break
    assert (await delete(studio, made))["deletedIds"] == [made]
    ended = await studio.ended(job)

    assert (ended["status"], ended["completedCount"], ended["creditsCaptured"]) == ("COMPLETED", 2, 20)
    assert await owner.violations() == []
    first = cursor_of(JobId(parse_id(job)[1]), 0)
    async with studio.socket() as socket:
        told = [event async for event in socket.events(COMPLETED, jobId=job, after=first)]
    images = {event["index"]: event["image"] for event in told if "index" in event}
    assert images[0] is None
    assert images[1] is not None
