"""`viewer.images`: filters, orders and pages, and what they cost the database."""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type, is_leaf_type
from hypothesis import assume, given

from app.settings import Settings
from db.engine import Database
from domain.accounts.account import Actor
from domain.credits.prices import PRICES
from domain.ports.live import Live
from providers.local.files import LocalFiles
from providers.local.tokens import user_id_of
from resolvers.context import ApiServices, Context
from schema.build import build_schema
from schema.execution.engine import Engine, GraphQLRequest
from schema.execution.refusals import RequestRefused
from schema.ids import global_id
from tests.support.cluster import LONG
from tests.support.examples import examples
from tests.support.executions import StockExecutor
from tests.support.operations import operations
from tests.support.owner import LONG_AGO, Owner, uuids_of
from tests.support.selections import Drawn, selections
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
    for first in (0, 11):
        assert (await studio.failure(document, id=job, first=first))[1] == {"code": "INVALID_INPUT", "path": ["first"]}
    assert global_id("GenerationJob", (await owner.rows("SELECT id FROM jobs"))[0][0]) == job


SCHEMA = build_schema()
CORE = SCHEMA._schema
PAGE = "{{ viewer {{ images(first: 100) {{ edges {{ node {} }} }} }} }}"
NODES = "query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on ImageAsset {} }} }}"

FORGET = """
DO $$
DECLARE job uuid; subject uuid;
BEGIN
  SET LOCAL session_replication_role = replica;
  SELECT job_id, subject_id INTO job, subject FROM images WHERE id = '{image}';
  DELETE FROM jobs WHERE id = job;
  DELETE FROM influencers WHERE subject_id = subject;
  DELETE FROM subjects WHERE id = subject;
END $$
"""
"""Rows that an image names, gone without it."""


@dataclass(slots=True)
class Shown:
    """What was told of each image, and what was wrong with each."""

    images: list[str]
    errors: list[tuple[int, str, str]]


@dataclass(slots=True)
class Gallery:
    """One user's images, read by the engine itself at one and the same moment."""

    context: Context
    newest_first: Sequence[str]

    async def page(self, engine: Engine, selection: Drawn) -> Shown:
        body, fragments = _parts(selection)
        answer = await self._ask(engine, PAGE.format(body) + fragments)
        edges = answer["data"]["viewer"]["images"]["edges"]
        return _shown([edge["node"] for edge in edges], answer, place=3)

    async def nodes(self, engine: Engine, selection: Drawn) -> Shown:
        body, fragments = _parts(selection)
        answer = await self._ask(engine, NODES.format(body) + fragments, ids=self.newest_first)
        return _shown(answer["data"]["nodes"], answer, place=1)

    async def _ask(self, engine: Engine, text: str, **variables: object) -> Json:
        answer: Json = json.loads(
            await engine.execute(engine.prepare(GraphQLRequest(text, variables=variables)), self.context)
        )
        return answer


def _parts(selection: Drawn) -> tuple[str, str]:
    body, _, fragments = selection.text.partition("\n")
    return body, "\n" + fragments


def _shown(nodes: list[Json], answer: Json, *, place: int) -> Shown:
    """`place` is that of the image's number in an error's path."""
    behind = place + (2 if place == 3 else 1)
    errors = sorted(
        (error["path"][place], str(error["path"][behind:]), error["message"]) for error in answer.get("errors", [])
    )
    return Shown([json.dumps(node) for node in nodes], errors)


def frozen_files(settings: Settings, now: datetime) -> LocalFiles:
    """Signs the same address each time."""
    secret = settings.derived_secret("files")
    return LocalFiles(settings.data_dir / "files", public_url=settings.http.public_url, secret=secret, now=lambda: now)


@pytest.fixture
async def gallery(studio: Studio, owner: Owner, database: Database, settings: Settings) -> Gallery:
    """Six images of three subjects; the job and the subject of the last two are gone."""
    groups = [
        await owner.give_images(studio, await studio.influencer(), 2, kind=kind)
        for kind in ("PACK", "BASE_IMAGES", "PACK")
    ]
    await owner.run(FORGET.format(image=uuids_of(groups[2])[0]))
    now = datetime.now(UTC)
    services = ApiServices(
        database=database,
        live=cast("Live", None),
        files=frozen_files(settings, now),
        prices=PRICES,
        quote_secret=b"",
        purchase_url="",
        now=lambda: now,
        seeds=lambda: secrets.randbelow(9),
    )
    context = Context(services=services, actor=Actor(user_id=user_id_of(studio.user)))
    return Gallery(context, [image for group in reversed(groups) for image in reversed(group)])


@examples(50, 2000)
@given(selection=selections(CORE, "ImageAsset"))
async def test_a_page_tells_of_its_images_what_they_tell_of_themselves(gallery: Gallery, selection: Drawn) -> None:
    lean, stock = Engine(SCHEMA), Engine(SCHEMA, executor=StockExecutor)
    try:
        expected = await gallery.nodes(stock, selection)
        page = await gallery.page(stock, selection)
    except RequestRefused as refused:  # pages inside of pages: chance asked for more than anyone may
        assume(refused.code != "TOO_MUCH")
        raise
    assert page == expected
    for _ in range(3):  # the last one is compiled
        assert await gallery.page(lean, selection) == expected
    assert await gallery.nodes(lean, selection) == expected


ODD: dict[str, tuple[dict[str, object], bool]] = {
    "a seed that is no Int": ({"seed": 2**31}, True),
    "the largest seed": ({"seed": 2**31 - 1}, False),
    "a scene that we do not know": ({"scene": "NOWHERE"}, True),
    "a kind that we do not know": ({"kind": "VIDEO"}, True),
    "text that JSON escapes": ({"prompt": '\u2028 " \\ \n <'}, False),
}
"""Columns of one image, and whether that is an error."""


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_row_of_a_page_is_told_as_graphql_core_tells_it(
    gallery: Gallery, studio: Studio, owner: Owner, odd: str
) -> None:
    columns, is_error = ODD[odd]
    ((name, value),) = columns.items()
    await owner.run(
        f"UPDATE images SET {name} = :value WHERE id = :id",  # noqa: S608 - our own words
        value=value,
        id=uuids_of(gallery.newest_first)[3],
    )
    text = "{ viewer { images(first: 100) { edges { node { id seed scene kind prompt } } } } }"
    lean, stock = Engine(SCHEMA), Engine(SCHEMA, executor=StockExecutor)
    request = GraphQLRequest(text)
    expected = await stock.execute(stock.prepare(request), gallery.context)
    assert (b'"errors"' in expected) is is_error
    for _ in range(3):
        assert await lean.execute(lean.prepare(request), gallery.context) == expected


def alone(name: str) -> Iterator[str]:
    """A selection for each field of a type, and nothing beside it."""
    kind = CORE.type_map[name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    for field, definition in kind.fields.items():
        yield f"{{ {field} }}" if is_leaf_type(get_named_type(definition.type)) else f"{{ {field} {{ __typename }} }}"


ALONE = [
    *alone("ImageAsset"),
    *(f"{{ job {selection} }}" for selection in alone("GenerationJob")),
    *(f"{{ subject {selection} }}" for selection in alone("Subject")),
    *(f"{{ subject {{ ... on Influencer {selection} }} }}" for selection in alone("Influencer")),
    *(f"{{ subject {{ ... on Persona {selection} }} }}" for selection in alone("Persona")),
    "{ __typename }",
    "{ job { __typename } subject { __typename } }",
    "{ a: job { id } b: job { prompt } c: subject { id } d: subject { ... on Influencer { loraStatus } } }",
    "{ ... on Node { id ... on ImageAsset { job { ... on Node { id } } } } }",
]


async def test_every_field_of_a_page_can_be_asked_for_alone(gallery: Gallery) -> None:
    lean, stock = Engine(SCHEMA), Engine(SCHEMA, executor=StockExecutor)
    for text in ALONE:
        selection = Drawn(text, ({}, {}))
        expected = await gallery.nodes(stock, selection)
        assert len(expected.images) == 6
        assert expected.errors == []
        for _ in range(3):
            assert await gallery.page(lean, selection) == expected, text
