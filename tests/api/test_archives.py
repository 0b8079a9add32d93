"""`requestArchive`: many images in one file, made by a worker, fetched by a signed address."""

import asyncio
import io
import json
import zipfile
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from yarl import URL

from app.worker import RunningWorker
from db.dispatch import Dispatch
from db.engine import Database
from providers.local.tokens import user_id_of
from schema.ids import global_id, parse_id
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import JOB, Json, Studio
from tests.support.waiting import until

OPERATIONS = operations()
REQUEST, ARCHIVE = OPERATIONS["RequestArchive"], OPERATIONS["Archive"]
NOTICES = "{ viewer { notifications(first: 10) { edges { node { type title body href } } } } }"


async def request(studio: Studio, **wish: object) -> Json:
    archive: Json = (await studio.ask(REQUEST, input={"idempotencyKey": uuid4().hex, **wish}))["archive"]
    return archive


async def ended(studio: Studio, archive_id: str) -> Json:
    """Asked for until it is, as a client does."""
    found: Json = {}

    async def is_over() -> bool:
        found.update(await studio.ask(ARCHIVE, id=archive_id))
        return found["status"] in {"READY", "FAILED"}

    await until(is_over)
    return found


async def fetched(studio: Studio, archive: Json) -> tuple[str, zipfile.ZipFile]:
    """The name it is saved under, and what is in it."""
    async with studio.http.get(URL(archive["url"], encoded=True)) as answer:
        assert (answer.status, answer.content_type) == (200, "application/zip")
        data = await answer.read()
    assert len(data) == archive["sizeBytes"]
    return answer.headers["Content-Disposition"], zipfile.ZipFile(io.BytesIO(data))


async def a_pack(studio: Studio, owner: Owner, count: int, **more: object) -> list[str]:
    """Made by a worker, with files. In the order of their index."""
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=count, **more))["job"]["id"]
    await studio.ended(job)
    return [edge["node"]["id"] for edge in (await studio.ask(JOB, id=job))["images"]["edges"]]


async def test_images_are_packed_under_good_names_with_what_is_known_of_them(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    images = await a_pack(studio, owner, 3, seed=42)
    wanted = [images[2], images[0], images[1], images[0]]
    before = await studio.balance()
    asked = await request(studio, imageIds=wanted)
    assert (asked["status"], asked["percent"], asked["imageCount"], asked["url"]) == ("QUEUED", 0, 3, None)

    archive = await ended(studio, asked["id"])
    assert (archive["status"], archive["percent"], archive["packedCount"]) == ("READY", 100, 3)
    life = datetime.fromisoformat(archive["expiresAt"]) - datetime.fromisoformat(archive["finishedAt"])
    assert life == timedelta(hours=24)
    assert await studio.balance() == before

    saved_as, packed = await fetched(studio, archive)
    day = archive["createdAt"][:10]
    assert saved_as == f'attachment; filename="likeness_{day}_3-images.zip"'
    names = [f"mara-voss_pack_{day}_{number:03}.jpg" for number in (1, 2, 3)]
    assert packed.namelist() == [*names, "metadata.json"]
    assert packed.testzip() is None
    assert {info.compress_type for info in packed.infolist()} == {zipfile.ZIP_STORED}
    known = json.loads(packed.read("metadata.json"))["images"]
    assert [(one["file"], one["seed"], one["id"]) for one in known] == [
        (names[0], 44, str(parse_id(images[2])[1])),
        (names[1], 42, str(parse_id(images[0])[1])),
        (names[2], 43, str(parse_id(images[1])[1])),
    ]
    first = known[0]
    assert (first["subject"], first["model"], first["provider"], first["mode"]) == (
        "Mara Voss",
        "quick-1",
        "quick",
        "FACE_SWAP",
    )
    assert "27" in first["prompt"]
    assert first["creditsCharged"] == 10
    for name, one in zip(names, known, strict=True):
        found = await owner.value("SELECT sha256 FROM images WHERE id = CAST(:id AS uuid)", id=one["id"])
        assert (one["sha256"], len(packed.read(name)) > 100) == (found, True)

    (notice,) = [
        edge["node"]
        for edge in (await studio.ask(NOTICES))["notifications"]["edges"]
        if edge["node"]["type"].startswith("archive.")
    ]
    assert notice == {
        "type": "archive.ready",
        "title": "Your images are packed",
        "body": "3 images, kept for 24 hours.",
        "href": f"/archives/{parse_id(archive['id'])[1]}",
    }


async def test_a_filter_names_all_that_fit_now(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    images = await a_pack(studio, owner, 2)
    archive = await ended(studio, (await request(studio, filter={"kinds": ["PACK"]}))["id"])
    _, packed = await fetched(studio, archive)
    known = json.loads(packed.read("metadata.json"))["images"]
    assert {one["id"] for one in known} == {str(parse_id(image)[1]) for image in images}


async def test_an_archive_is_a_node_in_its_owners_list_and_nobody_elses(studio: Studio, owner: Owner) -> None:
    images = await owner.give_images(studio, await studio.influencer(), 2)
    ids = [(await request(studio, imageIds=[image]))["id"] for image in images]
    node = "query ($id: ID!) { node(id: $id) { __typename ... on Archive { status } } }"
    assert await studio.ask(node, id=ids[0]) == {"__typename": "Archive", "status": "QUEUED"}

    page = (await studio.ask(OPERATIONS["Archives"], first=1))["archives"]
    assert [edge["node"]["id"] for edge in page["edges"]] == [ids[1]]
    rest = (await studio.ask(OPERATIONS["Archives"], first=1, after=page["pageInfo"]["endCursor"]))["archives"]
    assert [edge["node"]["id"] for edge in rest["edges"]] == [ids[0]]

    other = studio.another()
    assert await other.ask(node, id=ids[0]) is None
    assert (await other.failure(ARCHIVE, id=ids[0]))[1] == {"code": "NOT_FOUND"}


async def test_the_same_key_is_one_archive(studio: Studio, owner: Owner) -> None:
    one, two = await owner.give_images(studio, await studio.influencer(), 2)
    first = await studio.ask(REQUEST, input={"imageIds": [one], "idempotencyKey": "key"})
    assert await studio.ask(REQUEST, input={"imageIds": [one], "idempotencyKey": "key"}) == first
    others: list[Json] = [{"imageIds": [two]}, {"filter": {}}, {"imageIds": [one, two]}]
    for other in others:
        refusal = await studio.refusal(REQUEST, input={**other, "idempotencyKey": "key"})
        assert refusal["__typename"] == "ConflictError"
    assert await owner.value("SELECT count(*) FROM archives") == 1


async def test_one_that_is_not_yours_makes_no_archive(studio: Studio, owner: Owner) -> None:
    (mine,) = await owner.give_images(studio, await studio.influencer(), 1)
    other = studio.another()
    (foreign,) = await owner.give_images(other, await other.influencer(), 1)
    for wrong in (foreign, global_id("ImageAsset", uuid4())):
        refusal = await studio.refusal(REQUEST, input={"imageIds": [mine, wrong], "idempotencyKey": uuid4().hex})
        assert (refusal["__typename"], refusal["code"]) == ("NotFoundError", "NOT_FOUND")
    assert await owner.value("SELECT count(*) FROM archives") == 0


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        ({}, ["input", "imageIds"]),
        ({"imageIds": [], "filter": {}}, ["input", "imageIds"]),
        ({"imageIds": []}, ["input", "imageIds"]),
        ({"filter": {"scenes": ["NIGHT_OUT"]}}, ["input", "filter"]),
        ({"imageIds": [global_id("ImageAsset", uuid4()) for _ in range(501)]}, ["input", "imageIds"]),
        ({"filter": {"subjectId": global_id("ImageAsset", uuid4())}}, ["input", "filter", "subjectId"]),
    ],
)
async def test_a_wish_for_nothing_or_too_much_is_refused(studio: Studio, wish: Json, path: list[str]) -> None:
    refusal = await studio.refusal(REQUEST, input={**wish, "idempotencyKey": "key"})
    assert (refusal["__typename"], refusal["path"]) == ("ValidationError", path)


async def test_who_asks_for_what_is_not_there_is_told_what_to_do(studio: Studio) -> None:
    refusal = await studio.refusal(REQUEST, input={"filter": {"scenes": ["NIGHT_OUT"]}, "idempotencyKey": "key"})
    assert refusal["message"] == "No image fits, so there is nothing to pack. Ask for others, or widen the filter."


async def test_a_filter_that_fits_too_many_is_refused_and_500_are_not(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    await owner.give_images(studio, influencer, 500)
    assert (await request(studio, filter={}))["imageCount"] == 500
    await owner.give_images(studio, influencer, 1)
    refusal = await studio.refusal(REQUEST, input={"filter": {}, "idempotencyKey": "key"})
    assert (refusal["message"], refusal["path"]) == (
        "An archive holds at most 500 images. Ask for several.",
        ["input", "filter"],
    )


async def test_three_are_made_at_once_and_twenty_are_kept(studio: Studio, owner: Owner) -> None:
    (image,) = await owner.give_images(studio, await studio.influencer(), 1)
    for _ in range(3):
        await request(studio, imageIds=[image])
    refusal = await studio.refusal(REQUEST, input={"imageIds": [image], "idempotencyKey": "fourth"})
    assert (refusal["__typename"], refusal["code"], refusal["limit"]) == ("LimitReachedError", "LIMIT_REACHED", 3)

    ready = (
        "UPDATE archives SET status = 'READY', storage_key = 'k', size_bytes = 1, finished_at = now(), expires_at = now() + "
        "interval '1 hour' WHERE status = 'QUEUED'"
    )
    await owner.run(ready)
    for _ in range(17):
        await request(studio, imageIds=[image])
        await owner.run(ready)
    refusal = await studio.refusal(REQUEST, input={"imageIds": [image], "idempotencyKey": "twenty-first"})
    assert (refusal["__typename"], refusal["limit"]) == ("LimitReachedError", 20)
    assert user_id_of(studio.user) == await owner.value("SELECT DISTINCT user_id FROM archives")


async def test_what_was_deleted_since_is_left_out_and_an_archive_of_nothing_fails(
    studio: Studio,
    owner: Owner,
    quick_worker: RunningWorker,
    quick_images: QuickImages,
    worker_database: Database,
) -> None:
    images = await a_pack(studio, owner, 2)
    quick_worker.services.leases.draining = True  # nothing is begun for now
    some, none = await request(studio, imageIds=images), await request(studio, imageIds=images[:1])
    await studio.ask(OPERATIONS["DeleteImages"], input={"imageIds": images[:1]})
    await until(lambda: _is_empty(owner))
    await asyncio.sleep(0.2)
    quick_worker.services.leases.draining = False
    assert await Dispatch(worker_database).resend_archives(patience=timedelta()) == 2

    packed = await ended(studio, some["id"])
    assert (packed["status"], packed["imageCount"], packed["packedCount"]) == ("READY", 2, 1)
    failed = await ended(studio, none["id"])
    assert (failed["status"], failed["errorCode"], failed["errorMessage"], failed["url"]) == (
        "FAILED",
        "NOT_FOUND",
        "All of its images were deleted before they were packed.",
        None,
    )


async def _is_empty(owner: Owner) -> bool:
    return bool(await owner.value("SELECT count(*) FROM outbox") == 0)
