"""The gallery: the first 50 of one user's images, newest first, as the contract's `Gallery` operation asks for them."""

import itertools
from datetime import timedelta

import orjson

from benchmarks.load import Connection, Load, Throughput, graphql_request, http_request, in_turns
from benchmarks.people import add_influencer, add_user
from benchmarks.report import LESS, MORE, Figure, Report
from benchmarks.stage import Place, Program, Stage
from db.queries.pages import Place as Position
from db.queries.pages import cursor_of
from tests.support.operations import operations, variables_of

CONNECTIONS = 16
DURATION = timedelta(seconds=3)
"""For each of the three that are measured."""

USER = "gallery"
POSITION = "SELECT created_at, id FROM images WHERE user_id = $1 ORDER BY created_at DESC, id DESC OFFSET $2 LIMIT 1"


async def measure(stage: Stage) -> Report:
    async with stage.place("gallery") as place:
        async with place.owner() as owner:
            user_id = await add_user(owner, USER)
            await add_influencer(owner, user_id, images=stage.rows)
            await owner.execute("VACUUM (ANALYZE) images, jobs", timeout=300)
            far = cursor_of(Position(*await owner.fetchrow(POSITION, user_id, stage.rows * 9 // 10)))
        async with place.api() as api, place.reference("gallery") as reference:
            asked, asked_far = _query(place, None), _query(place, far)
            by_hand = http_request("/gallery", variables_of("Gallery"), X_User=str(user_id))
            await _same_answer(api, asked, reference, by_hand)
            ours, theirs, deep = await in_turns(
                Load(api, [itertools.repeat(asked)] * CONNECTIONS),
                Load(reference, [itertools.repeat(by_hand)] * CONNECTIONS),
                Load(api, [itertools.repeat(asked_far)] * CONNECTIONS),
                duration=DURATION,
            )
    return _report(stage, ours, theirs, deep)


def _query(place: Place, after: str | None) -> bytes:
    variables = {**variables_of("Gallery"), "after": after}
    return graphql_request(operations()["Gallery"], variables, place.token(USER))


async def _same_answer(api: Program, asked: bytes, reference: Program, by_hand: bytes) -> None:
    """The reference is one only while it says the same. Signed addresses may differ where five minutes end in between."""
    async with Connection.to(api.port) as one, Connection.to(reference.port) as other:
        for _ in range(2):
            ours, theirs = orjson.loads(await one.ask(asked)), orjson.loads(await other.ask(by_hand))
            if ours["data"] == theirs["data"]:
                return
    raise AssertionError("The reference answers another page than the product.")


def _report(stage: Stage, ours: Throughput, theirs: Throughput, deep: Throughput) -> Report:
    return Report(
        f"gallery: first 50 of {stage.rows:,} images of a user, {CONNECTIONS} connections",
        "Starlette + asyncpg (one joined statement) + orjson, by hand; checks no token, knows no row security",
        [
            Figure("requests", "/s", MORE, ours.per_second, theirs.per_second),
            Figure("server CPU per request", "ms", LESS, ours.cpu_ms, theirs.cpu_ms),
            Figure("90 % further down, against page 1: CPU", "ms", LESS, deep.cpu_ms, ours.cpu_ms),
            Figure("90 % further down, against page 1: requests", "/s", MORE, deep.per_second, ours.per_second),
        ],
    )
