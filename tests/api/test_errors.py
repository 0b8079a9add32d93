"""What nobody expected: masked for the client, told in the log, and both say the same id."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from tests.support.owner import Owner
from tests.support.studio import PROGRESS, START_PACK, Json, Studio

UNREAD = "{ viewer { unreadNotificationCount } }"
MESSAGE = re.compile(r"Something went wrong on our side\. Report it with this id: ([0-9a-f]{32})")


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """What is logged, with the ids that are bound to it."""
    capture = LogCapture()
    before = structlog.get_config()["processors"]
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, capture])
    yield capture.entries
    structlog.configure(processors=before)


def masked(error: Json, path: list[str] | None) -> str:
    """The id, once nothing but it is told."""
    found = MESSAGE.fullmatch(error["message"])
    assert found
    assert (error.get("path"), error["extensions"]) == (path, {"code": "INTERNAL", "errorId": found[1]})
    return found[1]


def told(logged: list[Any], error_id: str) -> Json:
    (line,) = [entry for entry in logged if entry.get("error_id") == error_id]
    assert (line["event"], line["log_level"]) == ("unexpected error", "error")
    assert "permission denied" in str(line["exc_info"])
    found: Json = line
    return found


async def test_over_http_an_id_is_told_and_the_log_has_the_rest(
    studio: Studio, owner: Owner, logged: list[Any]
) -> None:
    await studio.balance()
    headers = {"Authorization": f"Bearer {studio.token}", "X-Request-Id": "a-request-of-tests"}
    async with (
        owner.withholding("SELECT", "notifications"),
        studio.http.post(f"{studio.url}/graphql", json={"query": UNREAD}, headers=headers) as answer,
    ):
        assert (answer.status, answer.headers["X-Request-Id"]) == (200, "a-request-of-tests")
        body = await answer.json()
    assert body["data"] is None
    line = told(logged, masked(body["errors"][0], ["viewer", "unreadNotificationCount"]))
    assert line["request_id"] == "a-request-of-tests"
    assert "permission denied" not in str(body)


async def test_what_breaks_before_anything_runs_is_500_with_an_id(
    studio: Studio, owner: Owner, logged: list[Any]
) -> None:
    headers = {"Authorization": f"Bearer {studio.token}", "X-Request-Id": "a-first-sign-in"}
    async with (
        owner.withholding("INSERT", "users"),
        studio.http.post(f"{studio.url}/graphql", json={"query": "{ __typename }"}, headers=headers) as answer,
    ):
        assert (answer.status, answer.headers["X-Request-Id"]) == (500, "a-first-sign-in")
        body = await answer.json()
    assert list(body) == ["errors"]
    line = told(logged, masked(body["errors"][0], None))
    assert line["request_id"] == "a-first-sign-in"


async def test_a_query_over_a_socket_is_masked_as_well(studio: Studio, owner: Owner, logged: list[Any]) -> None:
    async with studio.socket() as socket, owner.withholding("SELECT", "notifications"):
        answer = await socket.run(UNREAD)
    told(logged, masked(answer["errors"][0], ["viewer", "unreadNotificationCount"]))
    assert "permission denied" not in str(answer)


async def test_a_subscription_that_cannot_begin_is_masked(studio: Studio, owner: Owner, logged: list[Any]) -> None:
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=1))["job"]["id"]
    async with studio.socket() as socket, owner.withholding("SELECT", "jobs"):
        answer = await socket.run(PROGRESS, jobId=job, after=None)
    told(logged, masked(answer["errors"][0], None))
    assert "permission denied" not in str(answer)


async def test_a_field_of_an_event_that_cannot_be_read_is_masked(
    studio: Studio, owner: Owner, logged: list[Any]
) -> None:
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=1))["job"]["id"]
    document = "subscription ($id: ID!) { jobProgress(jobId: $id) { job { images { edges { cursor } } } } }"
    async with studio.socket() as socket, owner.withholding("SELECT", "images"):
        await socket.ws.send_json(
            {"type": "subscribe", "id": "1", "payload": {"query": document, "variables": {"id": job}}}
        )
        answer = (await socket.ws.receive_json())["payload"]
    assert answer["data"] is None
    told(logged, masked(answer["errors"][0], ["jobProgress", "job", "images"]))


async def test_a_mutation_that_breaks_in_the_middle_moves_nothing(
    studio: Studio, owner: Owner, logged: list[Any]
) -> None:
    influencer = await owner.influencer_with_face(studio)
    wish = {"subjectId": influencer, "idempotencyKey": "k"}
    async with owner.nothing_moves(studio), owner.withholding("INSERT", "outbox"):
        (error,) = (await studio.post(START_PACK, {"input": wish}))["errors"]
    told(logged, masked(error, ["startPack"]))
    assert (await studio.ask(START_PACK, input=wish))["job"]["creditsReserved"] == 50


async def test_a_refusal_of_ours_is_told_as_it_is_and_not_logged(
    studio: Studio, owner: Owner, logged: list[Any]
) -> None:
    assert await studio.failure('{ job(id: "x") { id } }') == (
        "There is nothing with this id.",
        {"code": "NOT_FOUND", "path": ["id"]},
    )
    await studio.post("{ nothing }")
    await studio.post("{")
    assert [entry for entry in logged if entry["log_level"] != "info"] == []


@pytest.mark.parametrize("sent", ["short", "with space in it", "x" * 65, "ümlaut-ümlaut"])
async def test_a_request_id_of_another_form_is_replaced(studio: Studio, sent: str, logged: list[Any]) -> None:
    async with studio.http.get(f"{studio.url}/healthz", headers={"X-Request-Id": sent}) as answer:
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-Id"])


async def test_every_request_is_one_line_with_its_id(studio: Studio, logged: list[Any]) -> None:
    headers = {"X-Request-Id": "one-line-of-a-log"}
    async with studio.http.post(f"{studio.url}/graphql", json={"query": "{ __typename }"}, headers=headers) as answer:
        assert answer.status == 200
    (line,) = [entry for entry in logged if entry.get("request_id") == "one-line-of-a-log"]
    assert (line["event"], line["path"], line["status"]) == ("request", "/graphql", 200)
