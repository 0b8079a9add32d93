"""GraphQL over HTTP as its specification has it: what is asked for, what is answered, and what is no request at all."""

import asyncio
import gzip
import json
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
from tests.support.studio import Json, Studio

PLAIN, NEW = "application/json", "application/graphql-response+json"
TYPENAME = {"query": "{ __typename }"}
MUTATION = 'mutation { cancelJob(input: {jobId: "x"}) { job { id } } }'
SUBSCRIPTION = "subscription { creditBalanceChanged { available } }"


async def ask(studio: Studio, body: Json | bytes, **headers: str) -> tuple[int, str, Json]:
    """Status, media type and JSON of an answer to a POST. A header `content_type` is written `Content-Type`."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": PLAIN, **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with studio.http.post(
        f"{studio.url}/graphql", data=data, headers=sent, skip_auto_headers=["Accept"]
    ) as found:
        return found.status, found.headers["Content-Type"], await found.json(content_type=None)


async def get(studio: Studio, parameters: str, **headers: str) -> tuple[int, Json, aiohttp.ClientResponse]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with studio.http.get(f"{studio.url}/graphql?{parameters}", headers=sent) as found:
        return found.status, await found.json(content_type=None), found


def code_of(body: Json) -> str:
    assert "data" not in body
    (error,) = body["errors"]
    found: str = error["extensions"]["code"]
    return found


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


# -- bodies


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"query": "{ __typename }"',
        b"null",
        b"true",
        b"7",
        b'"{ __typename }"',
        b"[]",
        b'[{"query": "{ __typename }"}]',
        b"\xff\xfe",
        b'{"query": "\xff"}',
        b'\xef\xbb\xbf{"query": "{ __typename }"}',
        '{"query": "{ __typename }"}'.encode("utf-16"),
        b'{"query": "\\ud800"}',
        b'{"query": "{ __typename }", "variables": {"a": NaN}}',
        b'{"query": "{ __typename }", "variables": {"a": 01}}',
        b'{"query": "{ __typename }"} {}',
        b"[" * 100_000,
        b'{"query": ' + b"[" * 2_000 + b"]" * 2_000 + b"}",
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
        b"{}",
        b'{"query": null}',
        b'{"query": ""}',
        b'{"query": 7}',
        b'{"query": {}}',
        b'{"query": ["{ __typename }"]}',
        b'{"query": "{ __typename }", "operationName": 7}',
        b'{"query": "{ __typename }", "operationName": []}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "{ __typename }", "variables": "{}"}',
        b'{"query": "{ __typename }", "variables": 0}',
        b'{"query": "{ __typename }", "extensions": false}',
        b'{"query": "{ __typename }", "extensions": ["a"]}',
        b'{"query": "{ __typename }", "extensions": {"persistedQuery": "x"}}',
        b'{"documentId": 7}',
        b"\x00" * 200,
    ],
)
async def test_a_body_that_is_no_request_is_400_as_json(studio: Studio, body: bytes) -> None:
    for accept, media_type in ((PLAIN, JSON), (NEW, RESPONSE)):
        status, answered, found = await ask(studio, body, accept=accept)
        assert (status, answered, code_of(found)) == (400, media_type.decode(), "BAD_REQUEST")


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        (b'{"first": 1' + b"0" * 400 + b"}", "BAD_REQUEST"),
        (b'{"first": 99999999999999999999999}', "BAD_USER_INPUT"),
        (b'{"first": 1e400}', "BAD_REQUEST"),
        (b'{"first": ' + b"[" * 900 + b"]" * 900 + b"}", "BAD_USER_INPUT"),
        (b'{"first": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}", "BAD_USER_INPUT"),
        (b'{"first": "\xf0\x9f\x8f\x83"}', "BAD_USER_INPUT"),
    ],
)
async def test_odd_values_of_variables_are_the_clients_mistake(studio: Studio, variables: bytes, code: str) -> None:
    query = b"query ($first: Int!) { viewer { images(first: $first) { edges { cursor } } } }"
    body = b'{"query": "' + query + b'", "variables": ' + variables + b"}"
    status, _, found = await ask(studio, body, accept=NEW)
    assert (status, code_of(found)) == (400, code)


async def test_a_name_that_is_there_twice_counts_as_it_was_said_last(studio: Studio) -> None:
    status, _, found = await ask(studio, b'{"query": "{", "query": "{ __typename }"}')
    assert (status, found["data"]) == (200, {"__typename": "Query"})


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/jsonp",
        "application/json, text/plain",
        "json",
    ],
)
async def test_a_body_of_another_type_is_415(studio: Studio, content_type: str) -> None:
    status, _, body = await ask(studio, TYPENAME, content_type=content_type)
    assert (status, code_of(body)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "content_type",
    ["application/json;charset=utf-8", 'APPLICATION/JSON ; charset="UTF-8"', "application/json; charset=utf8; x=y"],
)
async def test_json_may_be_named_in_many_ways(studio: Studio, content_type: str) -> None:
    assert (await ask(studio, TYPENAME, content_type=content_type))[0] == 200


async def test_a_body_without_any_type_is_415(studio: Studio) -> None:
    async with studio.http.post(
        f"{studio.url}/graphql", data=b'{"query": "{ __typename }"}', skip_auto_headers=["Content-Type"]
    ) as answer:
        assert (answer.status, code_of(await answer.json())) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "aes128gcm", "unknown"])
async def test_a_body_that_is_packed_is_415(studio: Studio, encoding: str) -> None:
    packed = gzip.compress(json.dumps(TYPENAME).encode())
    status, _, body = await ask(studio, packed, content_encoding=encoding)
    assert (status, code_of(body)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_body_may_be_said_to_be_as_it_is(studio: Studio) -> None:
    assert (await ask(studio, TYPENAME, content_encoding="identity"))[0] == 200


async def test_a_body_beyond_the_limit_is_413_before_it_is_read(studio: Studio) -> None:
    status, _, body = await ask(studio, b" " * (256 * 1024 + 1))
    assert (status, code_of(body), body["errors"][0]["extensions"]["limit"]) == (413, "TOO_MUCH", 262_144)
    padded = b'{"query": "{ __typename }"}'.ljust(256 * 1024)
    assert (await ask(studio, padded))[0] == 200


async def test_a_body_without_an_end_is_413(studio: Studio) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 10_000

    headers = {"Content-Type": PLAIN}
    async with studio.http.post(f"{studio.url}/graphql", data=chunks(), headers=headers) as answer:
        assert (answer.status, code_of(await answer.json())) == (413, "TOO_MUCH")


async def test_a_body_in_pieces_is_read_as_one(studio: Studio) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for piece in (b'{"que', b'ry": "{ __type', b'name }"}'):
            yield piece
            await asyncio.sleep(0.01)

    headers = {"Content-Type": PLAIN}
    async with studio.http.post(f"{studio.url}/graphql", data=chunks(), headers=headers) as answer:
        assert (answer.status, (await answer.json())["data"]) == (200, {"__typename": "Query"})


async def test_a_client_that_leaves_in_the_middle_disturbs_nobody(studio: Studio) -> None:
    host, port = "127.0.0.1", studio.settings.http.port
    _, writer = await asyncio.open_connection(host, port)
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await ask(studio, TYPENAME))[0] == 200


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
