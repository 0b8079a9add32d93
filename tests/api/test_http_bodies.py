"""Bodies that are no request: each is the client's mistake, and told as such."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator

import pytest

from app.edge.media import JSON, RESPONSE
from tests.support.http import NEW, PLAIN, TYPENAME, ask, code_of
from tests.support.studio import Studio


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
