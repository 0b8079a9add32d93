"""How much one caller may ask for in a minute: refused in time, typed, and nothing moves."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from math import ceil

import aiohttp
import pytest

from app.settings import Settings
from tests.conftest import free_port, serving
from tests.support.owner import Owner
from tests.support.studio import BALANCE, START_PACK, Json, Studio

LONGEST = 8  # seconds that a test may take
NOBODYS = "{ scenePresets { key } }"


@asynccontextmanager
async def limited(settings: Settings, **limits: int) -> AsyncIterator[Studio]:
    """A user of an API with these limits and no others."""
    port = free_port()
    none = {"points_per_minute": 0, "anonymous_points_per_minute": 0, "changes_per_minute": 0}
    theirs = replace(
        settings,
        http=replace(settings.http, port=port, public_url=f"http://127.0.0.1:{port}"),
        limits=replace(settings.limits, **{**none, **limits}),
    )
    if (left := 60 - time.time() % 60) < LONGEST:  # or a new minute would begin in the middle
        await asyncio.sleep(left)
    async with serving(theirs), aiohttp.ClientSession() as http:
        yield Studio(theirs.http.public_url, theirs, http)


async def answer_to(studio: Studio, query: str, *, token: str | None = None) -> tuple[int, str | None, Json]:
    """Status, `Retry-After`, and the body."""
    headers = {"Authorization": f"Bearer {studio.token}"} if token is None else {}
    async with studio.http.post(f"{studio.url}/graphql", json={"query": query}, headers=headers) as answer:
        return answer.status, answer.headers.get("Retry-After"), await answer.json()


async def test_more_points_than_allowed_are_refused_with_the_time_to_wait(settings: Settings) -> None:
    async with limited(settings, points_per_minute=10) as studio:
        answers = [await answer_to(studio, BALANCE) for _ in range(5)]
        assert [status for status, _, _ in answers] == [200, 200, 200, 429, 429]
        assert [body["extensions"]["cost"]["requested"] for _, _, body in answers[:3]] == [3, 3, 3]
        _, retry_after, body = answers[3]
        (error,) = body["errors"]
        wait = error["extensions"].pop("retryAfterSeconds")
        words = f"That is more than 10 points in a minute. Wait {ceil(wait)} seconds, then send it again."
        assert error["message"] == words
        assert (error["extensions"], "data" in body) == ({"code": "RATE_LIMITED"}, False)
        assert 0 < wait <= 60
        assert retry_after is not None
        assert wait <= int(retry_after) < wait + 2
        other = await answer_to(studio.another(), BALANCE)
        assert other[0] == 200


async def test_a_socket_outlives_a_refusal(settings: Settings) -> None:
    async with limited(settings, points_per_minute=3) as studio, studio.socket() as socket:
        assert (await socket.run(BALANCE))["data"]["viewer"]["creditBalance"]["available"] == 100
        for _ in range(2):
            (error,) = (await socket.run(BALANCE))["errors"]
            assert error["extensions"]["code"] == "RATE_LIMITED"


async def test_too_many_changes_are_a_typed_error_and_move_nothing(settings: Settings, owner: Owner) -> None:
    async with limited(settings, changes_per_minute=10) as studio:
        influencer = await owner.influencer_with_face(studio)
        wish = {"subjectId": influencer, "imageCount": 1, "idempotencyKey": "the same"}
        for _ in range(9):  # and one made the influencer
            assert (await studio.ask(START_PACK, input=wish))["errors"] == []
        async with owner.nothing_moves(studio):
            error = await studio.refusal(START_PACK, input={**wish, "idempotencyKey": "another"})
        assert (error["__typename"], error["code"]) == ("RateLimitedError", "RATE_LIMITED")
        assert (await studio.ask(BALANCE))["creditBalance"]["reserved"] == 10


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query ($id: ID!) { node(id: $id) { id } }"])
async def test_requests_that_are_refused_are_counted_as_well(settings: Settings, query: str) -> None:
    async with limited(settings, points_per_minute=60) as studio:
        statuses = [(await answer_to(studio, query))[0] for _ in range(4)]
        assert statuses == [200, 200, 429, 429]


async def test_strangers_are_counted_by_their_address(settings: Settings) -> None:
    async with limited(settings, anonymous_points_per_minute=40) as studio:
        statuses = [(await answer_to(studio, NOBODYS, token=""))[0] for _ in range(40)]
        assert statuses == [200] * statuses.index(429) + [429] * (40 - statuses.index(429))
        assert (await answer_to(studio, NOBODYS))[0] == 200
