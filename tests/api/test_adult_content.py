"""Adult content, as a client meets it: off, told why, open in exactly one case, and gone the moment one condition is.

Nothing explicit is made: images are rows that are marked as adult, and jobs are only accepted.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from app.settings import Settings
from db.queries.images import _question
from domain.images.gallery import AdultFilter, GalleryColumns, ImageOrder
from domain.safety.policy import Unmet
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tests.support.adult import (
    REGION,
    a_studio,
    assure,
    give_adult_images,
    grown_up,
    meant_for_it,
    opened,
    opt_in,
)
from tests.support.operations import operations, variables_of
from tests.support.owner import Owner, uuids_of
from tests.support.statements import statements_of_the_api
from tests.support.studio import MARA, Json, Studio

ERRORS = "errors { __typename code message path ... on ContentPolicyError { unmet { code message } } }"
VIEWER = "{ viewer { ageAssurance adultContent { allowed optedIn optedInAt unmet { code message } } } }"
OPT_IN = f"""
mutation ($input: SetAdultContentInput!) {{
  setAdultContent(input: $input) {{ adultContent {{ allowed optedIn unmet {{ code }} }} {ERRORS} }}
}}
"""
CREATE = f"mutation ($input: CreateInfluencerInput!) {{ createInfluencer(input: $input) {{ influencer {{ id nsfwEnabled }} {ERRORS} }} }}"
START = f"mutation ($input: StartPackInput!) {{ startPack(input: $input) {{ job {{ id adult }} {ERRORS} }} }}"
IMAGES = """
query ($filter: ImageFilter, $first: Int! = 100, $after: String, $orderBy: ImageOrder! = NEWEST) {
  viewer { images(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    edges { node { id nsfw url thumbnailUrl } } pageInfo { hasNextPage endCursor }
  } }
}
"""
DECISIONS = "SELECT operation, field, outcome, rule, judge FROM safety_decisions WHERE user_id = :user ORDER BY number"

PUBLIC = [Unmet.DEPLOYMENT, Unmet.ACQUIRER, Unmet.DETECTOR, Unmet.REGION]


def told(*lacking: Unmet) -> list[Json]:
    return [{"code": condition.name, "message": condition.value} for condition in lacking]


def a_character(**changes: Any) -> Json:
    return {**MARA, "idempotencyKey": uuid4().hex, "nsfwEnabled": True, **changes}


async def decisions(owner: Owner, studio: Studio) -> list[tuple[Any, ...]]:
    return await owner.rows(DECISIONS, user=user_id_of(studio.user))


@pytest.fixture
async def adult(settings: Settings, owner: Owner) -> AsyncIterator[Studio]:
    """Somebody who has all it needs, in a deployment that has all it needs."""
    async with a_studio(opened(settings), REGION) as studio:
        await grown_up(owner, studio)
        yield studio


# --- off --------------------------------------------------------------------------------------------------------------


async def test_it_is_off_and_says_what_lacks(studio: Studio) -> None:
    lacking = told(*PUBLIC, Unmet.ASSURANCE, Unmet.OPT_IN)
    assert await studio.ask(VIEWER) == {
        "ageAssurance": "NONE",
        "adultContent": {"allowed": False, "optedIn": False, "optedInAt": None, "unmet": lacking},
    }


async def test_the_switch_is_refused_with_all_that_lacks_and_logged(studio: Studio, owner: Owner) -> None:
    await studio.balance()
    async with owner.nothing_moves(studio, first_logged=1):
        refusal = await studio.refusal(OPT_IN, input={"optIn": True})
    assert refusal == {
        "__typename": "ContentPolicyError",
        "code": "ADULT_CONTENT_REFUSED",
        "message": Unmet.DEPLOYMENT.value,
        "path": ["input", "optIn"],
        "unmet": told(*PUBLIC, Unmet.ASSURANCE),
    }
    assert await decisions(owner, studio) == [
        ("setAdultContent", "optIn", "REFUSED", "ADULT_DEPLOYMENT", "adult policy")
    ]


async def test_switching_off_what_is_off_changes_nothing(studio: Studio, owner: Owner) -> None:
    await studio.balance()
    async with owner.nothing_moves(studio):
        payload = await studio.ask(OPT_IN, input={"optIn": False})
    assert payload["adultContent"]["optedIn"] is False


async def test_an_influencer_meant_for_it_is_refused_and_the_refusal_is_remembered(
    studio: Studio, owner: Owner
) -> None:
    await studio.balance()
    wish = a_character()
    async with owner.nothing_moves(studio, remembered=1, first_logged=1):
        refusal = await studio.refusal(CREATE, input=wish)
    assert refusal["__typename"] == "ContentPolicyError"
    assert refusal["path"] == ["input", "nsfwEnabled"]
    # Of the model too: the offline sketch makes no such thing.
    assert refusal["unmet"] == told(*PUBLIC, Unmet.ASSURANCE, Unmet.OPT_IN, Unmet.MODEL)
    async with owner.nothing_moves(studio):
        assert await studio.refusal(CREATE, input=wish) == refusal
    assert await decisions(owner, studio) == [
        ("createInfluencer", "nsfwEnabled", "REFUSED", "ADULT_DEPLOYMENT", "adult policy")
    ]


async def test_no_model_may_while_it_is_off_and_some_may_when_it_is_on(studio: Studio, settings: Settings) -> None:
    document = "{ baseModels { key supportsNsfw } }"
    assert {model["supportsNsfw"] for model in await studio.ask(document)} == {False}


async def test_models_say_so_where_it_is_on(adult: Studio) -> None:
    found = {model["key"]: model["supportsNsfw"] for model in await adult.ask("{ baseModels { key supportsNsfw } }")}
    assert found == {"Z_IMAGE_TURBO": True, "FLUX_DEV": True, "ONE_2_1": False, "ONE_2_2": False}


# --- open in exactly one case -----------------------------------------------------------------------------------------


async def test_with_everything_met_it_is_open(settings: Settings, owner: Owner) -> None:
    async with a_studio(opened(settings), REGION) as studio:
        await assure(owner, studio)
        payload = await studio.ask(OPT_IN, input={"optIn": True})
        assert payload == {"adultContent": {"allowed": True, "optedIn": True, "unmet": []}, "errors": []}
        again = await studio.ask(OPT_IN, input={"optIn": True})
        assert again == payload
        standing = await studio.ask(VIEWER)
        assert (standing["ageAssurance"], standing["adultContent"]["allowed"]) == ("ASSURED", True)
        assert standing["adultContent"]["optedInAt"] is not None

        made = (await studio.ask(CREATE, input=a_character()))["influencer"]
        assert made["nsfwEnabled"] is True
        await owner.give_face(studio, made["id"])
        started = await studio.ask(START, input={"subjectId": made["id"], "imageCount": 1, "idempotencyKey": "k"})
        assert (started["job"]["adult"], started["errors"]) == (True, [])

        off = await studio.ask(OPT_IN, input={"optIn": False})
        assert off["adultContent"] == {"allowed": False, "optedIn": False, "unmet": [{"code": "OPT_IN"}]}
        assert await decisions(owner, studio) == [
            ("setAdultContent", None, "ALLOWED", "ADULT_OPTED_IN", "user"),
            ("setAdultContent", None, "REFUSED", "ADULT_OPTED_OUT", "user"),
        ]


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing lacks; everything else is as it has to be."""

    unmet: Unmet
    settings: dict[str, Any] = field(default_factory=dict)
    regions: tuple[str, ...] = (REGION,)
    account: Callable[[Owner, Studio], Awaitable[None]] = grown_up
    character: Json = field(default_factory=dict)
    """Of the influencer; the job's influencer is changed likewise."""


async def _self_declared(owner: Owner, studio: Studio) -> None:
    await assure(owner, studio, "SELF_DECLARED")
    await opt_in(owner, studio)


LACKING = {
    "not switched on": Lacking(Unmet.DEPLOYMENT, {"is_on": False}),
    "no agreement": Lacking(Unmet.ACQUIRER, {"acquirer_agreed": False}),
    "no second detector": Lacking(Unmet.DETECTOR, {"detector": None}),
    "no regions": Lacking(Unmet.REGION, {"regions": frozenset()}),
    "no header of regions": Lacking(Unmet.REGION, {"region_header": ""}),
    "another region": Lacking(Unmet.REGION, regions=("GB",)),
    "no region": Lacking(Unmet.REGION, regions=()),
    "an empty region": Lacking(Unmet.REGION, regions=("",)),
    "a region that was said twice": Lacking(Unmet.REGION, regions=(REGION, REGION)),
    "not assured": Lacking(Unmet.ASSURANCE, account=opt_in),
    "only said so": Lacking(Unmet.ASSURANCE, account=_self_declared),
    "not opted in": Lacking(Unmet.OPT_IN, account=assure),
    "no model": Lacking(Unmet.MODEL, {"models": False}),
}


@pytest.mark.parametrize("lacking", LACKING.values(), ids=LACKING)
async def test_one_thing_that_lacks_is_enough(settings: Settings, owner: Owner, lacking: Lacking) -> None:
    """An influencer is refused, naming just that; a job of one that was made before is an ordinary one."""
    async with a_studio(opened(settings, **lacking.settings), *lacking.regions) as studio:
        await lacking.account(owner, studio)
        influencer = await meant_for_it(owner, studio)

        async with owner.nothing_moves(studio, remembered=1, first_logged=1):
            refusal = await studio.refusal(CREATE, input=a_character())
        assert refusal["unmet"] == told(lacking.unmet)
        assert (refusal["code"], refusal["message"]) == ("ADULT_CONTENT_REFUSED", lacking.unmet.value)

        started = await studio.ask(START, input={"subjectId": influencer, "imageCount": 1, "idempotencyKey": "k"})
        assert (started["job"]["adult"], started["errors"]) == (False, [])


@pytest.mark.parametrize("age", [18, 20])
async def test_an_influencer_of_less_than_21_is_refused(adult: Studio, owner: Owner, age: int) -> None:
    look = {**MARA["appearance"], "age": age}
    async with owner.nothing_moves(adult, remembered=1, first_logged=1):
        refusal = await adult.refusal(CREATE, input=a_character(appearance=look))
    assert refusal["unmet"] == told(Unmet.AGE)


async def test_a_model_that_nobody_has_for_it_is_refused(adult: Studio, owner: Owner) -> None:
    refusal = await adult.refusal(CREATE, input=a_character(baseModel="ONE_2_1"))
    assert refusal["unmet"] == told(Unmet.MODEL)


async def test_a_job_of_an_influencer_not_meant_for_it_is_an_ordinary_one(adult: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(adult)
    started = await adult.ask(START, input={"subjectId": influencer, "imageCount": 1, "idempotencyKey": "k"})
    assert started["job"]["adult"] is False


async def test_a_job_with_a_face_that_was_uploaded_is_an_ordinary_one(adult: Studio, owner: Owner) -> None:
    influencer = await meant_for_it(owner, adult)
    (parent,) = await owner.give_images(adult, influencer, 1, descends_from_upload=True)
    await owner.run(
        "UPDATE jobs SET recipe = jsonb_set(recipe, '{base_image_id}', to_jsonb(CAST(:id AS text)))",
        id=str(uuids_of([parent])[0]),
    )
    started = await adult.ask(START, input={"subjectId": influencer, "imageCount": 1, "idempotencyKey": "k"})
    assert started["job"]["adult"] is False


async def test_only_an_influencer_meant_for_it_costs_more_statements(adult: Studio, owner: Owner) -> None:
    ordinary, meant = await owner.influencer_with_face(adult), await meant_for_it(owner, adult)
    counts = []
    for influencer in (ordinary, meant):
        with statements_of_the_api() as sent:
            await adult.start_pack(influencer, count=1)
        counts.append(len(sent))
    assert counts == [4, 6]  # the account, and what is behind the face


# --- lists ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shelf:
    """One influencer: an ordinary image, then an adult one made from it, then an ordinary one made from that."""

    influencer: str
    first: str
    adult: str
    last: str

    @classmethod
    async def of(cls, owner: Owner, studio: Studio) -> "Shelf":
        influencer = await owner.influencer_with_face(studio)
        await owner.run("UPDATE influencers SET nsfw_enabled = true WHERE subject_id = :id", id=parse_id(influencer)[1])
        await owner.run("UPDATE images SET liked = false")
        (first,) = await owner.give_images(studio, influencer, 1)
        (adult,) = await give_adult_images(owner, studio, influencer, 1, source_image_id=uuids_of([first])[0])
        (last,) = await owner.give_images(studio, influencer, 1, source_image_id=uuids_of([adult])[0])
        return cls(influencer, first, adult, last)


async def listed(studio: Studio, **filter_: object) -> list[str]:
    found = await studio.ask(IMAGES, filter={"kinds": ["PACK"], **filter_})
    return [edge["node"]["id"] for edge in found["images"]["edges"]]


async def test_lists_leave_them_out_unless_they_are_asked_for(adult: Studio, owner: Owner) -> None:
    shelf = await Shelf.of(owner, adult)
    assert await listed(adult) == [shelf.last, shelf.first]
    assert await listed(adult, adult="EXCLUDE") == [shelf.last, shelf.first]
    assert await listed(adult, adult="INCLUDE") == [shelf.last, shelf.adult, shelf.first]
    assert await listed(adult, adult="ONLY") == [shelf.adult]
    assert await listed(adult, adult="ONLY", subjectId=shelf.influencer, liked=True) == []
    (edge,) = (await adult.ask(IMAGES, filter={"adult": "ONLY"}))["images"]["edges"]
    assert edge["node"]["nsfw"] is True
    assert edge["node"]["url"].startswith(f"{adult.url}/files/adult/images/")
    assert edge["node"]["thumbnailUrl"].startswith(f"{adult.url}/files/adult/thumbnails/")


@pytest.mark.parametrize("order", ImageOrder)
async def test_pages_of_both_together_show_each_image_once_in_order(
    adult: Studio, owner: Owner, order: ImageOrder
) -> None:
    influencer = await meant_for_it(owner, adult)
    made: list[tuple[bool, str]] = []
    for number in range(12):
        liked = number % 5 == 0
        give = give_adult_images if number % 3 == 0 else Owner.give_images
        made += [(liked, image) for image in await give(owner, adult, influencer, 1, liked=liked)]
    newest = [image for _, image in reversed(made)]
    favourites = [image for liked, image in reversed(made) if liked]
    expected = newest if order is ImageOrder.NEWEST else favourites + [i for i in newest if i not in favourites]

    seen: list[str] = []
    after = None
    while True:
        wish = {"adult": "INCLUDE", "kinds": ["PACK"]}
        found = (await adult.ask(IMAGES, filter=wish, first=5, after=after, orderBy=order))["images"]
        seen += [edge["node"]["id"] for edge in found["edges"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert seen == expected


LINEAGE = """
query ($id: ID!, $adult: AdultFilter! = EXCLUDE) {
  image(id: $id) { id source { id } edits(adult: $adult) { edges { node { id } } } job { adult images(adult: $adult) { edges { node { id } } } } }
}
"""


async def test_lineage_and_jobs_list_them_when_they_are_asked_for(adult: Studio, owner: Owner) -> None:
    shelf = await Shelf.of(owner, adult)
    none: Json = {"edges": []}
    one = {"edges": [{"node": {"id": shelf.adult}}]}
    first = await adult.ask(LINEAGE, id=shelf.first)
    assert first["edits"] == none
    assert (await adult.ask(LINEAGE, id=shelf.first, adult="INCLUDE"))["edits"] == one
    assert (await adult.ask(LINEAGE, id=shelf.first, adult="ONLY"))["edits"] == one
    own = await adult.ask(LINEAGE, id=shelf.adult)  # asked for by its name
    assert (own["source"], own["job"]["images"]) == ({"id": shelf.first}, none)
    assert (await adult.ask(LINEAGE, id=shelf.adult, adult="ONLY"))["job"]["images"] == one
    assert (await adult.ask(LINEAGE, id=shelf.last))["source"] == {"id": shelf.adult}


async def test_nothing_ordinary_is_made_of_one(adult: Studio, owner: Owner) -> None:
    """No model that may make adult content edits, so an edit would be none."""
    shelf = await Shelf.of(owner, adult)
    wish = variables_of("StartEdit", image_id=shelf.adult)
    async with owner.nothing_moves(adult, remembered=1):
        answer = await adult.post(operations()["StartEdit"], wish)
    (payload,) = answer["data"].values()
    (error,) = payload["errors"]
    assert (error["code"], error["message"]) == (
        "CONFLICT",
        "This works with an adult image, and what comes of it would be none. Choose another image.",
    )


ARCHIVE = f"mutation ($input: RequestArchiveInput!) {{ requestArchive(input: $input) {{ archive {{ id imageCount }} {ERRORS} }} }}"


async def test_they_are_not_packed(adult: Studio, owner: Owner) -> None:
    shelf = await Shelf.of(owner, adult)
    refusal = await adult.refusal(ARCHIVE, input={"imageIds": [shelf.first, shelf.adult], "idempotencyKey": "a"})
    assert (refusal["__typename"], refusal["message"]) == (
        "NotFoundError",
        "One of these images does not exist, or cannot be packed. No archive is made.",
    )
    refusal = await adult.refusal(ARCHIVE, input={"filter": {"adult": "INCLUDE"}, "idempotencyKey": "b"})
    assert (refusal["__typename"], refusal["path"]) == ("ValidationError", ["input", "filter", "adult"])
    packed = await adult.ask(ARCHIVE, input={"filter": {"kinds": ["PACK"]}, "idempotencyKey": "c"})
    assert packed["archive"]["imageCount"] == 2


# --- gone -------------------------------------------------------------------------------------------------------------

EVERYWHERE = """
query ($id: ID!, $first: ID!, $last: ID!, $influencer: ID!) {
  node(id: $id) { id } nodes(ids: [$id]) { id }
  viewer {
    images { edges { node { id url } } }
    jobs { edges { node { id images { edges { node { id url } } } } } }
  }
  first: node(id: $first) { ... on ImageAsset { id edits { edges { node { id url } } } } }
  last: node(id: $last) { ... on ImageAsset { id source { id url downloadUrl } references { id url } } }
  influencer(id: $influencer) { baseImage { id url } }
}
"""
IMAGE = "query ($id: ID!) { image(id: $id) { id url } }"
MUTATIONS = {
    "likeImages": "mutation ($ids: [ID!]!) { likeImages(input: {imageIds: $ids}) { images { id url } errors { __typename } } }",
    "deleteImages": "mutation ($ids: [ID!]!) { deleteImages(input: {imageIds: $ids}) { deletedIds errors { __typename } } }",
    "restoreImages": "mutation ($ids: [ID!]!) { restoreImages(input: {imageIds: $ids}) { images { id } errors { __typename } } }",
}
DOWNLOAD = "mutation ($id: ID!) { recordDownload(input: {imageId: $id}) { image { id url } errors { __typename } } }"


async def assert_gone(studio: Studio, owner: Owner, shelf: Shelf, lacking: Unmet) -> None:
    """By no field, no id, no mutation, no error; and nothing about it was signed."""
    ids = {"id": shelf.adult, "first": shelf.first, "last": shelf.last, "influencer": shelf.influencer}
    answer = await studio.post(EVERYWHERE, ids)
    assert "errors" not in answer, answer
    found = answer["data"]
    assert (found["node"], found["nodes"]) == (None, [None])
    assert (found["first"]["edits"], found["last"]["source"], found["influencer"]["baseImage"]) == (
        {"edges": []},
        None,
        None,
    )
    said = json.dumps(answer) + json.dumps(await studio.post(IMAGE, {"id": shelf.adult}))
    assert "/adult/" not in said
    assert shelf.adult not in said
    assert (await studio.failure(IMAGE, id=shelf.adult))[1]["code"] == "NOT_FOUND"
    for document in MUTATIONS.values():
        payload = await studio.ask(document, ids=[shelf.adult])
        assert payload["errors"] == [{"__typename": "NotFoundError"}]
    assert (await studio.ask(DOWNLOAD, id=shelf.adult))["errors"] == [{"__typename": "NotFoundError"}]
    for wish in ("INCLUDE", "ONLY"):
        message, extensions = await studio.failure(IMAGES, filter={"adult": wish})
        assert (message, extensions) == (
            lacking.value,
            {"code": "ADULT_CONTENT_REFUSED", "path": ["filter", "adult"], "unmet": told(lacking)},
        )
        for named in (shelf.first, shelf.last):
            assert "ADULT_CONTENT_REFUSED" in json.dumps(await studio.post(LINEAGE, {"id": named, "adult": wish}))
    assert await owner.value("SELECT count(*) FROM images WHERE nsfw AND deleted_at IS NULL") == 1, "it is kept"


async def a_shelf_with_an_adult_face(owner: Owner, studio: Studio) -> Shelf:
    """Where even the face is an adult image, so that there is one more way to it."""
    shelf = await Shelf.of(owner, studio)
    await owner.run("UPDATE influencers SET base_image_id = :id", id=uuids_of([shelf.adult])[0])
    return shelf


CEASES = {name: each for name, each in LACKING.items() if each.unmet is not Unmet.MODEL}


@pytest.mark.parametrize("lacking", CEASES.values(), ids=CEASES)
async def test_what_there_is_is_gone_while_one_thing_lacks(settings: Settings, owner: Owner, lacking: Lacking) -> None:
    async with a_studio(opened(settings, **lacking.settings), *lacking.regions) as studio:
        await lacking.account(owner, studio)
        await assert_gone(studio, owner, await a_shelf_with_an_adult_face(owner, studio), lacking.unmet)


async def test_another_user_never_finds_it(adult: Studio, owner: Owner) -> None:
    shelf = await Shelf.of(owner, adult)
    other = adult.another()
    await grown_up(owner, other)
    assert await listed(other, adult="INCLUDE") == []
    assert await other.ask("query ($id: ID!) { node(id: $id) { id } }", id=shelf.adult) is None


async def test_it_is_there_again_when_everything_is_met_again(adult: Studio, owner: Owner) -> None:
    shelf = await a_shelf_with_an_adult_face(owner, adult)
    assert await listed(adult, adult="ONLY") == [shelf.adult]
    assert (await adult.ask(OPT_IN, input={"optIn": False}))["adultContent"]["allowed"] is False
    await assert_gone(adult, owner, shelf, Unmet.OPT_IN)
    await assure(owner, adult, "NONE")
    await opt_in(owner, adult)
    await assert_gone(adult, owner, shelf, Unmet.ASSURANCE)
    await assure(owner, adult)
    assert await listed(adult, adult="ONLY") == [shelf.adult]


async def test_a_socket_that_was_opened_before_sees_nothing_either(adult: Studio, owner: Owner) -> None:
    shelf = await Shelf.of(owner, adult)
    only = {"filter": {"adult": "ONLY"}}
    async with adult.socket() as socket:
        before = await socket.run(IMAGES, **only)
        assert [edge["node"]["id"] for edge in before["data"]["viewer"]["images"]["edges"]] == [shelf.adult]
        await assure(owner, adult, "NONE")
        after = await socket.run(IMAGES, **only)
        assert after["errors"][0]["extensions"]["unmet"] == told(Unmet.ASSURANCE)
        found = await socket.run("query ($id: ID!) { node(id: $id) { id } }", id=shelf.adult)
        assert found["data"] == {"node": None}


# --- what a page costs ------------------------------------------------------------------------------------------------

BESIDE = """
INSERT INTO images
SELECT other.* FROM images i, generate_series(1, 20000) number, jsonb_populate_record(i, jsonb_build_object(
         'id', gen_random_uuid(), 'index', 1000 + number, 'created_at', i.created_at + number * interval '1 minute', 'liked', true)) other
 WHERE i.id = :id
"""


async def test_a_page_steps_over_no_adult_image_and_a_page_of_those_over_no_other(adult: Studio, owner: Owner) -> None:
    influencer = await meant_for_it(owner, adult)
    await owner.run("UPDATE influencers SET base_image_id = NULL")
    ordinary = await owner.give_images(adult, influencer, 60)
    apart = await give_adult_images(owner, adult, influencer, 60)
    await owner.run("ALTER TABLE images DISABLE TRIGGER adult_images_are_synthetic")
    try:
        await owner.run(BESIDE, id=uuids_of(apart)[-1])
    finally:
        await owner.run("ALTER TABLE images ENABLE TRIGGER adult_images_are_synthetic")
    await owner.run("ANALYZE images")
    columns = GalleryColumns(("created_at", "id", "liked"))
    for order, name in ((ImageOrder.NEWEST, "images_newest"), (ImageOrder.FAVOURITES, "images_favourites")):
        for wish, indexes in (
            (AdultFilter.EXCLUDE, [name]),
            (AdultFilter.ONLY, [f"adult_{name}"]),
            (AdultFilter.INCLUDE, [name, f"adult_{name}"]),
        ):
            question = _question(columns, (), order, False, wish)
            question = question.replace("me.id", "CAST(:user AS uuid)").replace("$2", "51")
            plan = await owner.rows(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {question}", user=user_id_of(adult.user))
            text = "\n".join(line for (line,) in plan)
            assert [index for index in indexes if f"using {index} " not in text] == [], text
            assert "Removed" not in text, text
    assert len(await listed(adult)) == len(ordinary)
    with statements_of_the_api() as sent:
        assert len(await listed(adult, adult="EXCLUDE")) == 60
    assert len(sent) == 1
