"""The gallery's page is read as rows, with no more columns than are asked for: it tells what the objects themselves tell."""

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
from tests.support.cluster import LONG
from tests.support.examples import examples
from tests.support.executions import StockExecutor
from tests.support.owner import Owner, uuids_of
from tests.support.selections import Drawn, selections
from tests.support.studio import Json, Studio

pytestmark = pytest.mark.timeout(3600 if LONG else 120)

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
