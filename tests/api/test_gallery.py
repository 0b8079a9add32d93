"""`viewer.images`: filters, orders and pages, and what they cost the database."""

import re
from uuid import UUID

import pytest

from db.queries.images import _asked, _question
from domain.images.gallery import GalleryColumns, ImageFilter, ImageOrder
from providers.local.tokens import user_id_of
from schema.ids import global_id
from tests.support.cluster import LONG
from tests.support.operations import operations
from tests.support.owner import LONG_AGO, Owner, uuids_of
from tests.support.statements import statements_of_the_api
from tests.support.studio import Json, Studio

pytestmark = pytest.mark.timeout(3600 if LONG else 120)

GALLERY = operations()["Gallery"]
IDS = """
query ($first: Int!, $after: String, $filter: ImageFilter, $orderBy: ImageOrder! = NEWEST) {
  viewer { images(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    edges { cursor node { id liked } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } }
}
"""
LIKE = "mutation ($input: LikeImagesInput!) { likeImages(input: $input) { images { id } errors { code } } }"

DELETED_BESIDE = """
INSERT INTO images
SELECT gone.* FROM images i, generate_series(1, 20000) number, jsonb_populate_record(i, jsonb_build_object(
         'id', gen_random_uuid(), 'index', 1000 + number, 'created_at', i.created_at + number * interval '1 minute', 'liked', true,
         'deleted_at', now(), 'restorable_until', now() + interval '1 day')) gone
 WHERE i.id = :id
"""
"""Twenty thousand newer ones that were deleted."""


async def page(studio: Studio, first: int, after: str | None = None, **more: object) -> Json:
    found: Json = (await studio.ask(IDS, first=first, after=after, **more))["images"]
    return found


async def ids(studio: Studio, **filter_: object) -> list[str]:
    return [edge["node"]["id"] for edge in (await page(studio, 100, filter=filter_))["edges"]]


async def test_an_image_is_shown_with_all_that_a_gallery_needs(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    (image,) = await owner.give_images(studio, influencer, 1)
    (edge,) = (await studio.ask(GALLERY, first=5))["images"]["edges"]
    node = edge["node"]
    assert node.pop("url").startswith(f"{studio.url}/files/images/")
    assert node.pop("thumbnailUrl").startswith(f"{studio.url}/files/thumbnails/")
    assert node.pop("job")["status"] == "COMPLETED"
    assert node == {
        "id": image,
        "width": 768,
        "height": 1365,
        "scene": "CANDID_LIFESTYLE",
        "environment": "CAFE",
        "outfit": "CASUAL_TEE",
        "aspectRatio": "PORTRAIT_9_16",
        "quality": "DRAFT",
        "nsfw": False,
        "liked": False,
        "model": "likeness-sketch-1",
        "seed": 42,
        "createdAt": "2026-01-01T00:00:00+00:00",
        "subject": {"__typename": "Influencer", "id": influencer, "name": "Mara Voss"},
    }


async def test_only_what_fits_every_filter_is_shown(studio: Studio, owner: Owner) -> None:
    one, two = await studio.influencer(), await studio.influencer()
    (base,) = await owner.give_images(studio, one, 1, kind="BASE_IMAGES")
    (cafe,) = await owner.give_images(studio, one, 1)
    (beach,) = await owner.give_images(
        studio, two, 1, scene="BEACH_DAY", environment="BEACH", outfit="SWIMWEAR", model="flux-dev", liked=True
    )

    assert await ids(studio) == [beach, cafe, base]
    for filter_, expected in (
        ({"subjectId": one}, [cafe, base]),
        ({"subjectId": two}, [beach]),
        ({"kinds": ["PACK"]}, [beach, cafe]),
        ({"kinds": ["BASE_IMAGES"]}, [base]),
        ({"kinds": ["PACK", "BASE_IMAGES"]}, [beach, cafe, base]),
        ({"scenes": ["BEACH_DAY"]}, [beach]),
        ({"environments": ["CAFE", "OFFICE"]}, [cafe]),
        ({"outfits": ["SWIMWEAR"]}, [beach]),
        ({"models": ["flux-dev"]}, [beach]),
        ({"liked": True}, [beach]),
        ({"liked": False}, [cafe, base]),
        ({"createdAfter": "2026-01-01T00:00:00Z"}, [beach, cafe]),
        ({"createdAfter": "2026-01-01T01:00:00+01:00"}, [beach, cafe]),
        ({"createdAfter": "2026-01-01T00:00:00"}, [beach, cafe]),
        ({"createdBefore": "2026-01-01T00:02:00Z"}, [cafe, base]),
        ({"createdAfter": "2026-01-01T00:00:00Z", "createdBefore": "2026-01-01T00:02:00Z"}, [cafe]),
        ({"subjectId": one, "kinds": ["PACK"], "liked": False}, [cafe]),
        ({"subjectId": one, "liked": True}, []),
        ({"kinds": []}, []),
        (
            dict.fromkeys(["subjectId", "kinds", "scenes", "environments", "outfits", "models", "liked"]),
            [beach, cafe, base],
        ),
    ):
        assert await ids(studio, **filter_) == expected, filter_


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_a_moment_at_the_end_of_time_is_no_error_of_ours(studio: Studio, owner: Owner, moment: str) -> None:
    answer = await studio.post(IDS, {"first": 5, "filter": {"createdAfter": moment}})
    codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
    assert codes in ([], ["INVALID_INPUT"])


async def test_the_subject_of_another_user_has_no_images(studio: Studio, owner: Owner) -> None:
    other = studio.another()
    foreign = await other.influencer()
    await owner.give_images(other, foreign, 2)
    assert await ids(studio, subjectId=foreign) == []
    assert await ids(studio) == []


async def test_a_filter_names_a_subject(studio: Studio, owner: Owner) -> None:
    (image,) = await owner.give_images(studio, await studio.influencer(), 1)
    _, extensions = await studio.failure(IDS, first=5, filter={"subjectId": image})
    assert extensions == {"code": "INVALID_INPUT", "path": ["filter", "subjectId"]}
    _, extensions = await studio.failure(IDS, first=5, filter={"subjectId": "nonsense"})
    assert extensions["code"] == "NOT_FOUND"


async def test_pages_show_each_image_once_while_new_ones_arrive(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    at_the_start = await owner.give_images(studio, influencer, 23)
    # Many of one moment: the id decides among them, and a page may end in their midst.
    at_the_start += await owner.give_images(studio, influencer, 9, created_at=LONG_AGO)

    first = found = await page(studio, 4)
    seen = [edge["node"]["id"] for edge in found["edges"]]
    while found["pageInfo"]["hasNextPage"]:
        await owner.give_images(studio, influencer, 1)  # newer than all
        found = await page(studio, 4, found["pageInfo"]["endCursor"])
        assert found["pageInfo"]["hasPreviousPage"] is True
        assert found["pageInfo"]["startCursor"] == found["edges"][0]["cursor"]
        seen += [edge["node"]["id"] for edge in found["edges"]]

    assert (len(seen), set(seen)) == (32, set(at_the_start))
    assert first["pageInfo"]["hasPreviousPage"] is False
    assert len((await page(studio, 100))["edges"]) == 32 + 7


async def test_favourites_come_first_and_each_part_newest_first(studio: Studio, owner: Owner) -> None:
    images = await owner.give_images(studio, await studio.influencer(), 9)
    liked = [images[1], images[4], images[7]]
    await studio.ask(LIKE, input={"imageIds": liked})

    expected = [*reversed(liked), *(image for image in reversed(images) if image not in liked)]
    seen: list[str] = []
    after = None
    for _ in range(5):
        found = await page(studio, 2, after, orderBy="FAVOURITES")
        seen += [edge["node"]["id"] for edge in found["edges"]]
        after = found["pageInfo"]["endCursor"]
    assert seen == expected
    assert found["pageInfo"]["hasNextPage"] is False


async def test_fifty_images_take_no_more_statements_than_five(studio: Studio, owner: Owner) -> None:
    for _ in range(10):
        await owner.give_images(studio, await studio.influencer(), 5)

    counts = []
    for first in (5, 50):
        with statements_of_the_api() as sent:
            found = await studio.ask(GALLERY, first=first)
        assert len(found["images"]["edges"]) == first
        counts.append(len(sent))

    # The page with its jobs and its subjects, in one trip, which names the caller to row security as well.
    assert counts == [1, 1]


async def test_a_page_steps_over_nothing_that_was_deleted(studio: Studio, owner: Owner) -> None:
    """Its plan looks at no row that it does not show, whatever lies before it: indexes of pages leave out what is deleted."""
    influencer = await studio.influencer()
    images = await owner.give_images(studio, influencer, 60)
    await owner.run(DELETED_BESIDE, id=uuids_of(images)[-1])
    await owner.run("ANALYZE images")
    columns = GalleryColumns(("created_at", "id", "liked"))
    for order, index in ((ImageOrder.NEWEST, "images_newest"), (ImageOrder.FAVOURITES, "images_favourites")):
        question = _question(columns, (), order, False).replace("me.id", "CAST(:user AS uuid)").replace("$2", "51")
        plan = await owner.rows(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {question}", user=user_id_of(studio.user))
        told = "\n".join(line for (line,) in plan)
        assert f"using {index}" in told, told
        assert "rows=51" in told, told
        assert "Removed" not in told, told
    assert len((await page(studio, 100))["edges"]) == 60


MANY_BESIDE = """
INSERT INTO images
SELECT more.* FROM images i, generate_series(1, 6000) number, jsonb_populate_record(i, jsonb_build_object(
         'id', gen_random_uuid(), 'index', 1000 + number, 'created_at', i.created_at + number * interval '1 minute')) more
 WHERE i.id = :id
"""
"""Six thousand newer ones, otherwise the same."""

JUMP = {ImageOrder.NEWEST: ("2026-01-03", UUID(int=0)), ImageOrder.FAVOURITES: ("2026-01-03", UUID(int=0), False)}
"""From where on a page far down goes on: below some three thousand."""

SHOWN = ImageFilter(kinds=["PACK"], scenes=["CANDID_LIFESTYLE"], environments=["CAFE"])
RARE = [
    (ImageFilter(kinds=["BASE_IMAGES"]), "images_of_kind"),
    (ImageFilter(scenes=["BEACH_DAY"]), "images_of_scene"),
    (ImageFilter(environments=["BEACH"]), "images_of_environment"),
    (ImageFilter(scenes=["BEACH_DAY"], environments=["CAFE"]), "images_of_scene_and_environment"),
    (ImageFilter(liked=True), "images_favourites"),
]


async def plan_of(owner: Owner, studio: Studio, wish: ImageFilter, order: ImageOrder, *, far: bool) -> str:
    """As it runs from the sixth time on: made once, for whatever values come."""
    asked, values = _asked(wish)
    question = _question(GalleryColumns(("created_at", "id", "liked")), asked, order, far)
    given = [51, *values, *(JUMP[order] if far else ())]
    literals = ", ".join(_literal(value) for value in given)
    types = ", ".join(_type_of(value) for value in given)
    user = f"'{user_id_of(studio.user)}'::uuid"
    prepared = f"PREPARE page (uuid, {types}) AS {question.replace('me.id', '$1')}"
    run = f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) EXECUTE page ({user}, {literals})"
    return "\n".join(await owner.explained(prepared, run))


def _literal(value: object) -> str:
    if isinstance(value, list):
        return f"ARRAY[{', '.join(map(_literal, value))}]"
    return str(value) if isinstance(value, bool | int) else f"'{value}'"


def _type_of(value: object) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "bigint"
        case list():
            return "text[]"
        case UUID():
            return "uuid"
    return "timestamptz"


def rows_read(plan: str) -> int:
    """The most that any part of it had, shown or not."""
    return max(int(found) for found in re.findall(r"(?:actual rows=|Removed by Filter: )(\d+)", plan))


@pytest.fixture
async def full(studio: Studio, owner: Owner) -> Studio:
    """Five of what is rare, the oldest; and then six thousand of the rest."""
    influencer = await studio.influencer()
    await owner.give_images(studio, influencer, 5, scene="BEACH_DAY", liked=True)
    await owner.give_images(studio, influencer, 5, environment="BEACH")
    await owner.give_images(studio, influencer, 5, kind="BASE_IMAGES")
    (image,) = await owner.give_images(studio, influencer, 1)
    await owner.run(MANY_BESIDE, id=uuids_of([image])[0])
    await owner.run("ANALYZE images")
    return studio


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize("order", ImageOrder)
@pytest.mark.parametrize(
    "wish", [ImageFilter(), SHOWN, ImageFilter(liked=False), ImageFilter(kinds=["PACK", "BASE_IMAGES"]),
             ImageFilter(created_after=LONG_AGO)]
)  # fmt: skip
async def test_a_page_reads_no_more_rows_far_down(
    full: Studio, owner: Owner, wish: ImageFilter, order: ImageOrder, far: bool
) -> None:
    plan = await plan_of(owner, full, wish, order, far=far)

    assert "Seq Scan" not in plan, plan
    assert "Sort" not in plan, plan
    assert rows_read(plan) == 51, plan


@pytest.mark.parametrize(("wish", "index"), RARE)
async def test_what_is_rare_is_found_without_stepping_over_the_rest(
    full: Studio, owner: Owner, wish: ImageFilter, index: str
) -> None:
    plan = await plan_of(owner, full, wish, ImageOrder.NEWEST, far=False)

    assert f"using {index}" in plan, plan
    assert rows_read(plan) == 5, plan


async def test_pages_of_jobs_load_their_images_at_once(studio: Studio, owner: Owner) -> None:
    for _ in range(20):
        await owner.give_images(studio, await studio.influencer(), 2)
    nested = "query ($first: Int!) { viewer { jobs(first: $first) { edges { node { subject { id } images { edges { node { id } } } } } } } }"
    counts = []
    for first in (2, 20):
        with statements_of_the_api() as sent:
            await studio.ask(nested, first=first)
        counts.append(len(sent))
    # The page, then all of its subjects and all of its jobs' images: four trips each, with those of the transaction.
    assert counts == [12, 12]


async def test_the_images_of_a_job_come_in_pages_of_their_own(studio: Studio, owner: Owner) -> None:
    images = await owner.give_images(studio, await studio.influencer(), 5)
    job = (await studio.ask("query ($id: ID!) { image(id: $id) { job { id } } }", id=images[0]))["job"]["id"]
    document = (
        "query ($id: ID!, $first: Int!, $after: String) { job(id: $id) { images(first: $first, after: $after) "
        "{ edges { node { id index } } pageInfo { hasNextPage endCursor } } } }"
    )
    seen: list[str] = []
    after = None
    for _ in range(3):
        found = (await studio.ask(document, id=job, first=2, after=after))["images"]
        seen += [edge["node"]["id"] for edge in found["edges"]]
        after = found["pageInfo"]["endCursor"]
    assert (seen, found["pageInfo"]["hasNextPage"]) == (images, False)
    for cursor in ("x", "-1", "999", ""):
        assert (await studio.failure(document, id=job, first=2, after=cursor))[1] == {
            "code": "INVALID_INPUT",
            "path": ["after"],
        }
    for first in (0, 21):
        assert (await studio.failure(document, id=job, first=first))[1] == {"code": "INVALID_INPUT", "path": ["first"]}
    assert global_id("GenerationJob", (await owner.rows("SELECT id FROM jobs"))[0][0]) == job
