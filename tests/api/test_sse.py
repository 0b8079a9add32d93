"""Subscriptions as server-sent events, from the first comment to every way in which a stream ends."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

import aiohttp
import pytest
import uvicorn
from starlette.types import Message

from app.asgi import Api, make_app
from app.edge import stream
from app.edge.refusals import HttpRefusal
from app.serve import Server
from app.settings import Settings
from app.worker import RunningWorker
from domain.ids import UserId
from schema.execution.refusals import refusal
from tests.conftest import free_port, serving_app
from tests.support.owner import Owner
from tests.support.studio import PROGRESS, Json, Studio
from tests.support.waiting import until

BALANCE = "subscription { creditBalanceChanged { available } }"
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
)


@dataclass(frozen=True, slots=True)
class Running:
    studio: Studio
    app: Api

    async def has_streams(self, count: int) -> None:
        """Waits for it."""

        async def is_so() -> bool:
            return self.app.streams.count == count

        await until(is_so)


@pytest.fixture
async def running(settings: Settings) -> AsyncIterator[Running]:
    """An API whose streams can be counted."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    limits = replace(settings.limits, subscriptions=20)
    changed = replace(settings, http=replace(settings.http, port=port, public_url=url), limits=limits)
    app = make_app(changed)
    async with serving_app(app, port), aiohttp.ClientSession() as http:
        yield Running(Studio(url, changed, http), app)


@asynccontextmanager
async def listening(
    studio: Studio, query: str, *, accept: str = "text/event-stream", token: str | None = None, **variables: object
) -> AsyncIterator[aiohttp.ClientResponse]:
    headers = {"Accept": accept, "Authorization": f"Bearer {studio.token if token is None else token}"}
    body = {"query": query, "variables": variables}
    async with studio.http.post(f"{studio.url}/graphql", json=body, headers=headers) as answer:
        yield answer


async def block(answer: aiohttp.ClientResponse) -> str:
    """The next event or comment as it was sent; nothing at the end."""
    lines: list[bytes] = []
    while line := await answer.content.readline():
        if line == b"\n":
            return b"".join(lines).decode()
        lines.append(line)
    assert lines == []
    return ""


def told(event: str) -> Json:
    """The result in a `next`."""
    assert event.startswith("event: next\ndata: ")
    assert event.count("\n") == 2
    found: Json = json.loads(event.removeprefix("event: next\ndata: "))
    return found


async def test_a_subscription_brings_events_as_they_happen(
    running: Running, owner: Owner, quick_worker: RunningWorker
) -> None:
    studio = running.studio
    async with listening(studio, BALANCE) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert told(await block(answer)) == {"data": {"creditBalanceChanged": {"available": 100}}}
        assert await block(answer) == ":\n"
        await studio.start_pack(await owner.influencer_with_face(studio), count=1)
        seen = told(await block(answer))["data"]["creditBalanceChanged"]["available"]
        assert seen == 90
    await running.has_streams(0)


async def test_a_stream_that_has_told_everything_says_so(running: Running, owner: Owner) -> None:
    studio = running.studio
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=1))["job"]["id"]
    await studio.ask("mutation ($id: ID!) { cancelJob(input: {jobId: $id}) { job { id } } }", id=job)
    async with listening(studio, PROGRESS, jobId=job, after=None) as answer:
        text = (await answer.read()).decode()
    *events, last, rest = text.split("\n\n")
    assert (last, rest) == ("event: complete\ndata:", "")
    assert told(events[-1] + "\n")["data"]["jobProgress"]["job"]["status"] == "CANCELLED"


async def test_a_client_that_takes_both_gets_a_stream_for_subscriptions_alone(running: Running) -> None:
    async with listening(running.studio, BALANCE, accept=URQL) as answer:
        assert answer.content_type == "text/event-stream"
    async with listening(running.studio, "{ __typename }", accept=URQL) as answer:
        assert answer.content_type == "application/graphql-response+json"


@pytest.mark.parametrize("query", ["query Kind { __typename }", "mutation { __typename }"])
async def test_queries_and_mutations_are_one_event(running: Running, query: str) -> None:
    async with listening(running.studio, query) as answer:
        text = (await answer.read()).decode()
    event, last, rest = text.split("\n\n")
    assert told(event + "\n")["data"]["__typename"] in {"Query", "Mutation"}
    assert (last, rest) == ("event: complete\ndata:", "")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { jobProgress(jobId: "x") { cursor } }', "NOT_FOUND"),
        ("subscription ($id: ID!) { jobProgress(jobId: $id) { cursor } }", "BAD_USER_INPUT"),
    ],
)
async def test_what_is_wrong_with_an_operation_is_told_in_an_event(running: Running, query: str, code: str) -> None:
    async with listening(running.studio, query) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        event, last, rest = (await answer.read()).decode().split("\n\n")
    body = told(event + "\n")
    assert ([error["extensions"]["code"] for error in body["errors"]], "data" in body) == ([code], False)
    assert (last, rest) == ("event: complete\ndata:", "")
    assert running.app.streams.count == 0


async def test_nobody_subscribes_without_a_token(running: Running) -> None:
    url, headers = f"{running.studio.url}/graphql", {"Accept": "text/event-stream"}
    async with running.studio.http.post(url, json={"query": BALANCE}, headers=headers) as answer:
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert (await answer.json())["errors"][0]["extensions"] == {"code": "SIGN_IN_REQUIRED"}


async def test_silence_is_filled_with_comments(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BEGIN_WAIT", timedelta(seconds=0.05))
    monkeypatch.setattr(stream, "BEAT", timedelta(seconds=0.05))
    async with listening(running.studio, BALANCE) as answer:
        told(await block(answer))
        assert [await block(answer) for _ in range(3)] == [":\n"] * 3


async def test_a_stream_ends_with_its_token_and_without_complete(running: Running) -> None:
    token = running.studio.token_for(timedelta(seconds=2))
    async with asyncio.timeout(5), listening(running.studio, BALANCE, token=token) as answer:
        assert answer.status == 200
        assert b"complete" not in await answer.read()
    assert running.app.streams.count == 0


async def test_one_user_has_at_most_twenty(running: Running) -> None:
    studio = running.studio
    answers = [listening(studio, BALANCE) for _ in range(20)]
    for answer in answers:
        told(await block(await answer.__aenter__()))
    async with listening(studio, BALANCE) as refused:
        assert refused.status == 429
        assert (await refused.json())["errors"][0]["extensions"] == {"code": "LIMIT_REACHED", "limit": 20}
    async with listening(studio.another(), BALANCE) as other:
        assert other.status == 200
    await answers[0].__aexit__(None, None, None)
    await running.has_streams(19)
    async with listening(studio, BALANCE) as again:
        assert again.status == 200
    for answer in answers[1:]:
        await answer.__aexit__(None, None, None)
    await running.has_streams(0)


async def test_a_client_that_stops_reading_is_dropped(
    running: Running, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it does not read is made large: comments of 64 kB, one after another."""
    monkeypatch.setattr(stream, "SEND_WAIT", timedelta(seconds=0.3))
    monkeypatch.setattr(stream, "BEAT", timedelta(0))
    monkeypatch.setattr(stream, "COMMENT", b":" + b" " * 65536 + b"\n\n")
    studio = running.studio
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(deaf, ("127.0.0.1", studio.settings.http.port))
    body = json.dumps({"query": BALANCE}).encode()
    await loop.sock_sendall(
        deaf,
        b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n%b" % (studio.token.encode(), len(body), body),
    )
    await running.has_streams(1)
    await running.has_streams(0)
    deaf.close()


async def test_a_stop_of_the_server_waits_for_no_stream(settings: Settings) -> None:
    port = free_port()
    http_settings = replace(settings.http, port=port, public_url=f"http://127.0.0.1:{port}")
    changed = replace(settings, http=http_settings)
    app = make_app(changed)
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    server = Server(config, before_stop=app.streams.end_all)
    serving = asyncio.create_task(server._serve())
    await until(partial(_is_started, server))
    async with (
        aiohttp.ClientSession() as http,
        listening(Studio(http_settings.public_url, changed, http), BALANCE) as answer,
    ):
        told(await block(answer))
        server.should_exit = True
        async with asyncio.timeout(4):
            assert b"complete" not in await answer.read()
            await serving
    with pytest.raises(HttpRefusal) as refused, app.streams._open(UserId(uuid4())):
        pass
    assert refused.value.status == 503


async def _is_started(server: uvicorn.Server) -> bool:
    return server.started


async def test_a_field_of_an_event_that_breaks_is_masked(running: Running, owner: Owner) -> None:
    studio = running.studio
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=1))["job"]["id"]
    document = "subscription ($id: ID!) { jobProgress(jobId: $id) { job { images { edges { cursor } } } } }"
    async with owner.withholding("SELECT", "images"), listening(studio, document, id=job) as answer:
        event = await block(answer)
    (error,) = told(event)["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "permission denied" not in event


@pytest.mark.parametrize("error", [refusal("Not any more.", "NOT_FOUND"), RuntimeError("canary: a secret of ours")])
async def test_a_stream_that_breaks_in_the_middle_says_so_and_ends(error: Exception) -> None:
    async def events() -> AsyncGenerator[bytes, None]:
        yield b'{"data":{}}'
        raise error

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

    async def receive() -> Message:
        return await never

    @contextmanager
    def opening() -> Iterator[asyncio.Future[None]]:
        yield asyncio.get_running_loop().create_future()

    await stream.EventStream(events(), life=None, opening=opening).send(receive, send, [])
    start, first, last = sent
    assert (start["status"], first["body"]) == (200, b'event: next\ndata: {"data":{}}\n\n')
    event, end, rest = last["body"].decode().split("\n\n")
    code = "NOT_FOUND" if error.args == ("Not any more.",) else "INTERNAL"
    assert [each["extensions"]["code"] for each in told(event + "\n")["errors"]] == [code]
    assert (end, rest, last["more_body"], "canary" in event) == ("event: complete\ndata:", "", False, False)
