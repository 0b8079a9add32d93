"""The socket's protocol, graphql-transport-ws: who is let in, and the codes on which clients act."""

import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from tests.api.test_sign_in import bad_tokens, secret_of
from tests.support.sockets import BALANCES, close_code, closed, init, nothing_waits, subscribe
from tests.support.studio import BALANCE, PROGRESS, Studio


async def test_a_good_token_opens_a_socket_for_every_kind_of_operation(studio: Studio) -> None:
    async with studio.socket() as socket:
        answer = await socket.run(BALANCE)
        assert answer["data"]["viewer"]["creditBalance"]["available"] == 100
        async for event in socket.events(BALANCES):
            assert event == {"available": 100}
            break


@pytest.mark.parametrize("name", sorted(bad_tokens(b"a secret for the names alone, long enough")))
async def test_a_bad_token_closes_with_4403(studio: Studio, name: str) -> None:
    async with studio.raw_socket() as ws:
        await ws.send_json(init(bad_tokens(secret_of(studio))[name]))
        assert await close_code(ws) == 4403


@pytest.mark.parametrize(
    "message",
    [
        {"type": "connection_init"},
        {"type": "connection_init", "payload": {}},
        {"type": "connection_init", "payload": {"Authorization": 7}},
        {"type": "connection_init", "payload": {"Authorization": "Basic x"}},
        {"type": "connection_init", "payload": {"token": "x"}},
    ],
)
async def test_no_token_closes_with_4403(studio: Studio, message: dict[str, Any]) -> None:
    async with studio.raw_socket() as ws:
        await ws.send_json(message)
        assert await close_code(ws) == 4403


async def test_the_name_of_the_header_may_be_written_in_any_case(studio: Studio) -> None:
    async with studio.raw_socket() as ws:
        await ws.send_json({"type": "connection_init", "payload": {"authorization": f"bearer {studio.token}"}})
        assert await ws.receive_json() == {"type": "connection_ack"}


async def test_asking_before_the_acknowledgement_closes_with_4401(studio: Studio) -> None:
    async with studio.raw_socket() as ws:
        await ws.send_json(subscribe("1"))
        assert await close_code(ws) == 4401


async def test_a_second_init_closes_with_4429(studio: Studio) -> None:
    async with studio.raw_socket() as ws:
        await ws.send_json(init(studio.token))
        await ws.send_json(init(studio.token))
        assert await closed(ws) == (4429, "Too many initialisation requests")


async def test_a_name_that_is_in_use_closes_with_4409(studio: Studio) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_json(subscribe("1"))
        await socket.ws.send_json(subscribe("1"))
        assert await closed(socket.ws) == (4409, "Subscriber for 1 already exists")


async def test_of_a_long_name_that_is_in_use_as_much_is_told_as_a_close_frame_holds(studio: Studio) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_json(subscribe("ä" * 500))
        await socket.ws.send_json(subscribe("ä" * 500))
        assert await closed(socket.ws) == (4409, "Subscriber for " + "ä" * 54)


MALFORMED = [
    "",
    "{",
    "ping",
    "\ufeff{}",
    "[]",
    "7",
    "null",
    "true",
    '"ping"',
    "{}",
    '[{"type": "ping"}]',
    '{"type": null}',
    '{"type": 7}',
    '{"type": ["ping"]}',
    '{"type": "no such type"}',
    '{"type": "start", "id": "1", "payload": {"query": "{ __typename }"}}',
    '{"type": "connection_ack"}',
    '{"type": "next", "id": "1", "payload": {}}',
    '{"type": "error", "id": "1", "payload": []}',
    '{"type": "subscribe"}',
    '{"type": "subscribe", "id": "1"}',
    '{"type": "subscribe", "id": "1", "payload": "x"}',
    '{"type": "subscribe", "id": "1", "payload": []}',
    '{"type": "subscribe", "id": "1", "payload": {}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": 7}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": null}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": []}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": "x"}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "extensions": 1}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "operationName": {}}}',
    '{"type": "subscribe", "id": {}, "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
    '{"type": "subscribe", "payload": {"query": "{ __typename }"}}',
    '{"type": "complete"}',
    '{"type": "complete", "id": []}',
    '{"type": "complete", "id": ""}',
    '{"type": "connection_init", "payload": "x"}',
    '{"type": "ping", "payload": 7}',
    '{"type": "pong", "payload": []}',
    '{"type": "ping", "payload": {"a": NaN}}',
    '{"type": "ping", "payload": {"a": "\\ud800"}}',
    '{"type": "ping", "payload": {"a": 1' + "0" * 400 + "}}",
    '{"type": "ping", "payload": ' + '{"a":' * 300 + "1" + "}" * 301,
    '{"type": "ping", "payload": ' + '{"a":' * 5_000 + "1" + "}" * 5_001,
    "[" * 30_000,
]


@pytest.mark.parametrize("text", MALFORMED)
async def test_a_message_that_cannot_be_read_closes_with_4400(studio: Studio, text: str) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_str(text)
        assert await close_code(socket.ws) == 4400
    async with studio.raw_socket() as ws:  # before it is even known who says it
        await ws.send_str(text)
        assert await close_code(ws) == 4400


async def test_a_binary_message_closes_with_4400(studio: Studio) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_bytes(json.dumps({"type": "ping"}).encode())
        assert await close_code(socket.ws) == 4400


async def test_a_document_that_cannot_be_read_is_answered_and_the_socket_stays(studio: Studio) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_json(subscribe("1", "{"))
        answer = await socket.ws.receive_json()
        assert (answer["type"], answer["id"]) == ("error", "1")
        await socket.ws.send_json(subscribe("2", "{ viewer { email } }"))
        assert (await socket.ws.receive_json())["payload"]["data"]["viewer"]["email"]


async def test_a_document_that_is_not_valid_is_answered_and_the_socket_stays(studio: Studio) -> None:
    async with studio.socket() as socket:
        (error,) = (await socket.run("{ nothing }"))["errors"]
        assert error["message"] == "Cannot query field 'nothing' on type 'Query'."
        assert "data" in await socket.run(BALANCE)


REFUSED = {
    "syntax": ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
    "no operation": ({"query": "fragment F on Query { __typename }"}, "GRAPHQL_VALIDATION_FAILED"),
    "empty": ({"query": ""}, "BAD_REQUEST"),
    "not valid": ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
    "no such name": ({"query": "query A { __typename } query B { __typename }", "operationName": "C"}, "BAD_REQUEST"),
    "variables": ({"query": "query ($id: ID!) { job(id: $id) { id } }", "variables": {"id": {}}}, "BAD_USER_INPUT"),
    "zero": ({"query": "query ($id: ID!) { job(id: $id) { id } }", "variables": {"id": "\0"}}, "INVALID_INPUT"),
    "too much": ({"query": "# " + "x" * 40_000 + "\n" + BALANCE}, "TOO_MUCH"),
    "not found": ({"query": PROGRESS, "variables": {"jobId": "R2VuZXJhdGlvbkpvYjo3"}}, "NOT_FOUND"),
    "unknown document": (
        {"query": "", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
        "PERSISTED_QUERY_NOT_FOUND",
    ),
    "unknown document without a query": (
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
        "PERSISTED_QUERY_NOT_FOUND",
    ),
    "a document's name of another type": ({"documentId": 7}, "BAD_REQUEST"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_refused_is_one_error_of_that_operation_and_the_socket_stays(studio: Studio, name: str) -> None:
    payload, code = REFUSED[name]
    async with studio.socket() as socket:
        for _ in range(2):  # the name is free again at once
            await socket.ws.send_json({"type": "subscribe", "id": "a", "payload": payload})
            answer = await socket.ws.receive_json()
            assert (answer["type"], answer["id"], set(answer)) == ("error", "a", {"type", "id", "payload"})
            assert answer["payload"][0]["extensions"]["code"] == code
        await nothing_waits(socket.ws)
        assert (await socket.run("{ __typename }"))["data"] == {"__typename": "Query"}


async def test_a_query_is_answered_by_next_and_complete(studio: Studio) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_json(subscribe("a", "{ __typename }"))
        answer = await socket.ws.receive_json()
        assert answer.pop("payload")["data"] == {"__typename": "Query"}
        assert answer == {"id": "a", "type": "next"}
        assert await socket.ws.receive_json() == {"id": "a", "type": "complete"}
        await nothing_waits(socket.ws)


NAMES = ["0", " ", "ä", "😀", '"', "\\", "\0", "\u2028", "__proto__", "constructor", "x" * 50_000, "😀" * 10_000]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
async def test_any_text_that_is_not_empty_may_be_a_name(studio: Studio, name: str) -> None:
    async with studio.socket() as socket:
        for _ in range(2):
            await socket.ws.send_str(json.dumps(subscribe(name, "{ __typename }"), ensure_ascii=False))
            told = [await socket.ws.receive_json() for _ in range(2)]
            assert [(message["id"], message["type"]) for message in told] == [(name, "next"), (name, "complete")]


@pytest.mark.parametrize("payload", [{}, {"a": None}, {"a": [1.5, "ä", {"b": True}]}, {"type": "ping"}])
async def test_a_ping_is_answered_with_what_it_brings(studio: Studio, payload: dict[str, Any]) -> None:
    async with studio.raw_socket() as ws:  # also before the acknowledgement
        await ws.send_json({"type": "ping", "payload": payload})
        assert await ws.receive_json() == {"type": "pong", "payload": payload}


@pytest.mark.parametrize("message", [{"type": "ping"}, {"type": "ping", "payload": None}])
async def test_a_ping_that_brings_nothing_is_answered_with_nothing(studio: Studio, message: dict[str, Any]) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_json(message)
        assert await socket.ws.receive_json() == {"type": "pong"}


@pytest.mark.parametrize("message", [{"type": "pong"}, {"type": "pong", "payload": {"a": 1}}])
async def test_a_pong_that_nobody_asked_for_is_ignored(studio: Studio, message: dict[str, Any]) -> None:
    async with studio.raw_socket() as ws:
        await ws.send_json(message)
        await ws.send_json(init(studio.token))
        assert await ws.receive_json() == {"type": "connection_ack"}
        await ws.send_json(message)
        await nothing_waits(ws)


async def test_what_the_client_completes_is_told_of_no_more_and_its_name_is_free(studio: Studio) -> None:
    async with studio.socket() as socket:
        for _ in range(3):
            await socket.ws.send_json(subscribe("a"))
            assert (await socket.ws.receive_json())["payload"]["data"]["creditBalanceChanged"]["available"] == 100
            await socket.ws.send_json({"type": "complete", "id": "a"})
        await nothing_waits(socket.ws)


async def test_completing_and_asking_again_without_waiting_tells_of_the_last_alone(studio: Studio) -> None:
    async with studio.socket() as socket:
        for _ in range(50):  # more than may run at once
            await socket.ws.send_json(subscribe("a"))
            await socket.ws.send_json({"type": "complete", "id": "a"})
        await socket.ws.send_json(subscribe("a", "{ __typename }"))
        told = [await socket.ws.receive_json()]
        while told[-1]["type"] != "complete":
            told.append(await socket.ws.receive_json())
        assert told[-2]["payload"]["data"] == {"__typename": "Query"}
        assert {message["id"] for message in told} == {"a"}
        await nothing_waits(socket.ws)


async def test_completing_what_is_not_running_is_no_fault(studio: Studio) -> None:
    async with studio.socket() as socket:
        await socket.ws.send_json({"type": "complete", "id": "nothing"})
        assert "data" in await socket.run(BALANCE)


async def test_twenty_operations_run_at_once_and_no_more(studio: Studio) -> None:
    async with studio.socket() as socket:
        for number in range(20):
            await socket.ws.send_json(subscribe(str(number)))
            assert (await socket.ws.receive_json())["type"] == "next"
        (error,) = (await socket.run(BALANCE))["errors"]
        assert error == {
            "message": "At most 20 operations of one socket run at once. End one of them first.",
            "extensions": {"code": "LIMIT_REACHED", "limit": 20},
        }
        await socket.ws.send_json({"type": "complete", "id": "7"})
        assert "data" in await socket.run(BALANCE)


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",), ("nonsense",), ("GraphQL-Transport-WS",)])
async def test_another_protocol_is_not_spoken(studio: Studio, protocols: tuple[str, ...]) -> None:
    async with studio.http.ws_connect(studio.url.replace("http", "ws") + "/graphql", protocols=protocols) as ws:
        assert await closed(ws) == (4406, "Subprotocol not acceptable")


@pytest.mark.parametrize("others", [("graphql-ws",), ("soap", "graphql-ws", "mqtt")])
async def test_of_several_protocols_the_one_that_is_spoken_is_chosen(studio: Studio, others: tuple[str, ...]) -> None:
    url = studio.url.replace("http", "ws") + "/graphql"
    async with studio.http.ws_connect(url, protocols=(*others, "graphql-transport-ws")) as ws:
        assert ws.protocol == "graphql-transport-ws"
        await ws.send_json(init(studio.token))
        assert await ws.receive_json() == {"type": "connection_ack"}


async def test_a_page_of_another_origin_gets_no_socket(studio: Studio) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with studio.raw_socket(origin="https://evil.example"):
            pass
    assert refused.value.status == 403
    async with studio.raw_socket(origin=studio.url) as ws:
        await ws.send_json(init(studio.token))
        assert await ws.receive_json() == {"type": "connection_ack"}


async def test_a_socket_ends_with_its_token(studio: Studio) -> None:
    async with studio.socket(studio.token_for(timedelta(seconds=2))) as socket:
        await socket.ws.send_json(subscribe("1"))
        assert (await socket.ws.receive_json())["type"] == "next"
        assert await closed(socket.ws) == (4403, "Token expired")


async def test_a_frame_as_large_as_a_document_may_be_is_taken(studio: Studio) -> None:
    async with studio.socket() as socket:
        answer = await socket.run("# " + "x" * 32_000 + "\n" + BALANCE)
        assert "data" in answer
