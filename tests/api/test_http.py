"""GraphQL over HTTP as its specification has it: what is asked for, what is answered, and what is no request at all."""

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import quote, urlencode

import aiohttp
import pytest

from app.asgi import make_app
from app.edge import http as edge
from app.edge.media import JSON, RESPONSE, wanted
from app.settings import Settings
from tests.conftest import free_port, serving_app
from tests.support.http import MUTATION, NEW, PLAIN, SUBSCRIPTION, TYPENAME, ask, code_of, get
from tests.support.studio import Json, Studio

# -- what may be read


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, JSON),
        ("", None),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("APPLICATION/JSON", JSON),
        ("application/graphql-response+json", RESPONSE),
        ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", RESPONSE),
        ("application/json, application/graphql-response+json", RESPONSE),
        ("application/json, application/graphql-response+json;q=0.9", JSON),
        ("application/json;q=0.5, application/graphql-response+json;q=0.9", RESPONSE),
        ("application/graphql-response+json, */*", RESPONSE),
        ("application/json, */*", JSON),
        ("application/json;q=0, */*", RESPONSE),
        ("application/graphql-response+json;q=0.1, application/*;q=0.2", JSON),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        ("application/json; charset=utf-16", None),
        ("application/json;q=0", None),
        ("application/json;q=high", None),
        ("*/*;q=0", None),
        ("text/plain", None),
        ("text/html", None),
        ("image/*, application/xml", None),
        ("text/event-stream", None),
        (", ;;=,", None),
    ],
)
def test_the_media_type_is_the_one_a_client_likes_best(accept: str | None, answered: bytes | None) -> None:
    assert wanted(None if accept is None else accept.encode()).json == answered


def test_events_are_sent_only_where_they_are_named() -> None:
    urql = wanted(b"application/graphql-response+json, application/graphql+json, application/json, text/event-stream")
    assert (urql.json, urql.events, urql.is_json_first) == (RESPONSE, True, True)
    assert not wanted(b"*/*").events
    assert not wanted(b"text/*").events
    assert not wanted(b"text/event-stream;q=0, */*").events
    assert not wanted(b"text/event-stream, application/json;q=0.9").is_json_first


async def test_nothing_acceptable_is_406(studio: Studio) -> None:
    status, media_type, body = await ask(studio, TYPENAME, accept="text/plain")
    assert (status, media_type, code_of(body)) == (406, JSON.decode(), "NOT_ACCEPTABLE")


async def test_an_answer_says_its_media_type_and_what_it_cost(studio: Studio) -> None:
    for accept, media_type in ((PLAIN, JSON), (NEW, RESPONSE)):
        assert await ask(studio, TYPENAME, accept=accept) == (
            200,
            media_type.decode(),
            {"data": {"__typename": "Query"}, "extensions": {"cost": {"requested": 1, "limit": 5000}}},
        )


async def test_accept_may_be_said_in_two_headers(studio: Studio) -> None:
    headers = [("Content-Type", PLAIN), ("Accept", "text/plain"), ("Accept", NEW)]
    async with studio.http.post(f"{studio.url}/graphql", json=TYPENAME, headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, NEW)


# -- statuses


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query ($id: ID!) { job(id: $id) { id } }", "variables": {"id": None}}, "BAD_USER_INPUT"),
        ({"query": "query A { __typename } query B { __typename }"}, "BAD_REQUEST"),
        ({"query": "{ __typename }", "operationName": "Unknown"}, "BAD_REQUEST"),
        ({"query": "{ " + "creditPackages { key } " * 1000 + "}"}, "GRAPHQL_PARSE_FAILED"),
    ],
)
async def test_what_is_not_begun_is_400_or_as_plain_json_200(studio: Studio, request_: Json, code: str) -> None:
    status, media_type, body = await ask(studio, request_, accept=NEW)
    assert (status, media_type, code_of(body)) == (400, RESPONSE.decode(), code)
    status, media_type, body = await ask(studio, request_, accept=PLAIN)
    assert (status, media_type, code_of(body)) == (200, JSON.decode(), code)


async def test_what_was_executed_is_200_with_data_even_where_all_of_it_failed(studio: Studio) -> None:
    status, _, body = await ask(studio, {"query": "{ viewer { id } }"}, accept=NEW)
    assert (status, body["data"]) == (200, None)
    assert body["errors"][0]["extensions"] == {"code": "SIGN_IN_REQUIRED"}


async def test_a_subscription_needs_a_stream(studio: Studio) -> None:
    for accept in (PLAIN, NEW):
        status, _, body = await ask(studio, {"query": SUBSCRIPTION}, accept=accept)
        assert (status, code_of(body)) == (400, "INVALID_INPUT")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
async def test_other_methods_are_405(studio: Studio, method: str) -> None:
    async with studio.http.request(method, f"{studio.url}/graphql", json=TYPENAME) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")
        assert code_of(await answer.json()) == "METHOD_NOT_ALLOWED"


async def test_head_has_no_body(studio: Studio) -> None:
    async with studio.http.head(f"{studio.url}/graphql?query={{__typename}}") as answer:
        assert (answer.status, await answer.read()) == (405, b"")


# -- GET


async def test_a_query_may_be_asked_by_its_address(studio: Studio) -> None:
    query = "query Type($name: String!) { __type(name: $name) { name } } query Other { __typename }"
    parameters = {"query": query, "operationName": "Type", "variables": '{"name": "ImageAsset"}', "extensions": "{}"}
    for accept in (PLAIN, NEW):
        status, body, answer = await get(studio, urlencode(parameters), accept=accept)
        assert (status, answer.content_type, body["data"]) == (200, accept, {"__type": {"name": "ImageAsset"}})


async def test_empty_parameters_count_as_none(studio: Studio) -> None:
    status, body, _ = await get(studio, "query=%7B__typename%7D&operationName=&variables=&extensions=")
    assert (status, body["data"]) == (200, {"__typename": "Query"})
    status, body, _ = await get(studio, "query=%7B__typename%7D&operationName=null&variables=null")
    assert (status, body["errors"][0]["message"]) == (200, "The document has no operation named 'null'.")


@pytest.mark.parametrize(
    "query", [MUTATION, SUBSCRIPTION, f"query Q {{ __typename }} {MUTATION.replace('tion', 'tion M', 1)}"]
)
async def test_only_queries_are_asked_by_their_address(studio: Studio, query: str) -> None:
    name = "&operationName=M" if "query Q" in query else ""
    headers = {"Authorization": f"Bearer {studio.token}"}
    status, body, answer = await get(studio, f"query={quote(query)}{name}", **headers)
    assert (status, answer.headers["Allow"], code_of(body)) == (405, "POST", "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        "query=",
        "nothing=1",
        "query=%ff",
        "query=%ED%A0%80",
        "query=%7B__typename%7D&query=%7B__typename%7D",
        "query=%7B__typename%7D&variables=%7B",
        "query=%7B__typename%7D&variables=%5B1%5D",
        "query=%7B__typename%7D&extensions=7",
        "query=%7B__typename%7D&variables=%7B%22a%22:NaN%7D",
        "&".join(f"a{n}=1" for n in range(50)),
    ],
)
async def test_an_address_that_is_no_request_is_400(studio: Studio, parameters: str) -> None:
    status, body, _ = await get(studio, parameters, accept=NEW)
    assert (status, code_of(body)) == (400, "BAD_REQUEST")


async def test_a_browser_gets_the_page_only_without_a_question(studio: Studio) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    async with studio.http.get(f"{studio.url}/graphql", headers={"Accept": browser}) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    status, body, _ = await get(studio, "query=%7B__typename%7D", accept=browser)
    assert (status, body["data"]) == (200, {"__typename": "Query"})
    status, body, _ = await get(studio, "query=%7B__typename%7D", accept="text/html")
    assert (status, code_of(body)) == (406, "NOT_ACCEPTABLE")


# -- what nobody expected


@pytest.mark.parametrize("accept", [PLAIN, NEW])
async def test_a_fault_of_ours_before_execution_is_500_and_masked(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("canary: a secret of ours")

    monkeypatch.setattr(edge, "words_of_body", explode)
    status, media_type, body = await ask(studio, TYPENAME, accept=accept)
    assert (status, media_type, code_of(body)) == (500, f"{accept}; charset=utf-8", "INTERNAL")
    assert "canary" not in str(body)
    assert body["errors"][0]["extensions"]["errorId"] in body["errors"][0]["message"]


# -- strangers, where the schema is not public


@pytest.fixture
async def closed(settings: Settings) -> AsyncIterator[Studio]:
    port = free_port()
    http_settings = replace(settings.http, port=port, public_url=f"http://127.0.0.1:{port}", public_schema=False)
    changed = replace(settings, http=http_settings)
    async with serving_app(make_app(changed), port), aiohttp.ClientSession() as http:
        yield Studio(http_settings.public_url, changed, http)


async def test_strangers_learn_nothing_of_a_schema_that_is_not_public(closed: Studio) -> None:
    introspection, slip = "{ __schema { queryType { name } } }", "{ creditPackage { key } }"
    refused = (await closed.post(introspection, token=""))["errors"][0]
    assert refused["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert "introspection" in refused["message"]
    assert (await closed.post(slip, token=""))["errors"][0]["message"] == (
        "Cannot query field 'creditPackage' on type 'Query'."
    )
    assert (await closed.post("{ creditPackages { key } }", token=""))["data"]["creditPackages"][0]["key"] == "starter"
    assert (await closed.ask(introspection))["queryType"] == {"name": "Query"}
    assert "Did you mean 'creditPackages'?" in (await closed.post(slip))["errors"][0]["message"]
