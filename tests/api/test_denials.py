"""Requests made to be dear are refused cheaply: each with its code, none at a price far above that of an honest one."""

import io
import json
import time
from contextlib import suppress

import pytest

from app.edge.media import wanted
from app.edge.origins import Origins
from app.settings import Settings
from schema.build import build_schema
from schema.execution.engine import Engine, GraphQLRequest
from schema.execution.refusals import RequestRefused
from tests.api.test_rate_limits import answer_to, limited
from tests.support.denials import DENIALS, Denial, reference
from tests.support.studio import Studio

MOST_TIMES = 20
"""What a refusal may cost, in first readings of the contract's largest operation. Measured: 7 at the most."""

OF_DOCUMENTS = [denial for denial in DENIALS if not denial.body]
HEADERS = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}


@pytest.mark.parametrize("denial", DENIALS, ids=lambda denial: denial.name)
async def test_it_is_refused(studio: Studio, denial: Denial) -> None:
    headers = {**HEADERS, "Authorization": f"Bearer {studio.token}"}
    body = io.BytesIO(denial.request(0))
    async with studio.http.post(f"{studio.url}/graphql", data=body, headers=headers) as answer:
        found = await answer.json()
    assert (answer.status, found["errors"][0]["extensions"]["code"]) == (denial.status, denial.code)
    assert "data" not in found
    assert len(found["errors"]) <= 6
    assert (await studio.post("{ __typename }"))["data"] == {"__typename": "Query"}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(build_schema())


def seconds_to_read(engine: Engine, request: bytes) -> float:
    words = json.loads(request)
    started = time.process_time()
    with suppress(RequestRefused):
        engine.prepare(GraphQLRequest(words["query"], None, words["variables"] or {}))
    return time.process_time() - started


@pytest.fixture(scope="module")
def honest(engine: Engine) -> float:
    return min(seconds_to_read(engine, reference(number)) for number in range(5))


@pytest.mark.parametrize("denial", OF_DOCUMENTS, ids=lambda denial: denial.name)
def test_to_refuse_it_takes_no_longer_than_some_honest_requests(engine: Engine, honest: float, denial: Denial) -> None:
    assert min(seconds_to_read(engine, denial.request(number)) for number in range(3)) < MOST_TIMES * honest


def test_what_strangers_send_pushes_out_nothing_of_those_who_are_signed_in() -> None:
    engine, known = Engine(build_schema()), "{ __typename }"
    engine.prepare(GraphQLRequest(known), is_open=True)
    for number in range(600):
        engine.prepare(GraphQLRequest(known + " " * number), is_open=False)
    assert engine.knows(known, is_open=True)
    assert not engine.knows(known, is_open=False)


def test_documents_are_remembered_up_to_so_many_characters() -> None:
    engine, long = Engine(build_schema()), "{ __typename }" + "," * 30_000
    texts = [long + " " * number for number in range(50)]
    for text in texts:
        engine.prepare(GraphQLRequest(text))
    assert [engine.knows(text, is_open=True) for text in texts] == [False] * 16 + [True] * 34


async def test_what_was_never_read_is_paid_before_it_is_read(settings: Settings) -> None:
    text = "{ nothing }" + "," * 789  # 800 characters: 30 points to read it, and 25 more because it is refused
    async with limited(settings, points_per_minute=1_000) as studio:
        statuses = [(await answer_to(studio, text + "," * number))[0] for number in range(20)]
        assert statuses == [200] * 18 + [429] * 2
    async with limited(settings, points_per_minute=1_000) as studio:
        statuses = [(await answer_to(studio, text))[0] for _ in range(40)]
        assert statuses == [200] * 38 + [429] * 2  # it is remembered


async def test_each_of_many_ids_is_counted(studio: Studio) -> None:
    answer = await studio.post("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ["x"] * 70})
    assert answer["extensions"]["cost"]["requested"] == 71
    answer = await studio.post('{ nodes(ids: ["x", "y"]) { id } viewer { id } }')
    assert answer["extensions"]["cost"]["requested"] == 4


async def test_equal_fields_are_counted_once(studio: Studio) -> None:
    answer = await studio.post("{ viewer { id } viewer { email } ...F } fragment F on Query { viewer { displayName } }")
    assert answer["extensions"]["cost"]["requested"] == 2


@pytest.mark.parametrize("path", ["/", "/nothing", "/files/x", "/healthz", "/static/graphiql/x", "/graphql"])
async def test_every_page_has_a_strict_policy(studio: Studio, path: str) -> None:
    async with studio.http.get(f"{studio.url}{path}", headers={"Accept": "text/html"}, allow_redirects=False) as answer:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_origin_that_names_a_user_is_nobodys() -> None:
    origins = Origins(["https://app.example"])
    assert origins.is_listed("https://app.example")
    assert not origins.is_listed("https://app.example@evil.example")
    assert not origins.is_listed("https://evil.example@app.example")


def test_of_an_accept_header_only_so_much_is_read() -> None:
    few = b"text/html;q=0.1," * 20
    assert wanted(few + b"application/json").json is not None
    assert wanted(few * 1_000 + b"application/json").json is None
