"""The gallery: the first 50 of one user's images, newest first, as the contract's `Gallery` operation asks for them."""

import itertools
from collections.abc import Mapping
from datetime import timedelta

import orjson

from benchmarks.load import Connection, Load, Throughput, graphql_request, http_request, in_turns
from benchmarks.people import add_influencer, add_user
from benchmarks.report import LESS, MORE, Column, Report
from benchmarks.rivals import JOINED, LOADED, OWNER, rivals
from benchmarks.stage import Place, Program, Stage
from db.queries.pages import Place as Position
from db.queries.pages import cursor_of
from domain.ids import UserId
from tests.support.operations import operations, variables_of

CONNECTIONS = 16
DURATION = timedelta(seconds=3)
"""For each of those that are measured."""

USER = "gallery"
OURS, BY_HAND, STOCK, FAR = "likeness", "by hand", "Strawberry as it comes", "likeness, 90 % further down"
COLUMNS = [Column("requests", "/s", MORE), Column("server CPU per request", "ms", LESS)]
POSITION = """
SELECT created_at, id FROM images WHERE user_id = $1 AND deleted_at IS NULL AND NOT nsfw ORDER BY created_at DESC, id DESC OFFSET $2 LIMIT 1
"""


async def measure(stage: Stage) -> list[Report]:
    async with stage.place("gallery") as place:
        async with place.owner() as owner:
            user_id = await add_user(owner, USER)
            await add_influencer(owner, user_id, images=stage.rows)
            await owner.execute("VACUUM (ANALYZE) images, jobs", timeout=300)
            far = cursor_of(Position(*await owner.fetchrow(POSITION, user_id, stage.rows * 9 // 10)))
        async with (
            place.api() as api,
            place.reference("gallery") as by_hand,
            place.reference("gallery_stock") as stock,
            rivals(place, JOINED, LOADED, role=OWNER) as on_node,
        ):
            loads = _loads(place, user_id, api, by_hand, {STOCK: stock, **on_node})
            await _same_answer(loads)
            loads[FAR] = _load(api, _query(place, far))
            found = await in_turns(loads, duration=DURATION)
    return _reports(stage, found)


def _loads(
    place: Place, user_id: UserId, api: Program, by_hand: Program, others: Mapping[str, Program]
) -> dict[str, Load]:
    """Others than ours believe a header; the query that they answer is the same."""
    variables, user = variables_of("Gallery"), str(user_id)
    believed = http_request("/graphql", {"query": operations()["Gallery"], "variables": variables}, X_User=user)
    return {
        OURS: _load(api, _query(place, None)),
        BY_HAND: _load(by_hand, http_request("/gallery", variables, X_User=user)),
        **{name: _load(program, believed) for name, program in others.items()},
    }


def _load(program: Program, request: bytes) -> Load:
    return Load(program, [itertools.repeat(request)] * CONNECTIONS)


def _query(place: Place, after: str | None) -> bytes:
    variables = {**variables_of("Gallery"), "after": after}
    return graphql_request(operations()["Gallery"], variables, place.token(USER))


async def _same_answer(loads: Mapping[str, Load]) -> None:
    """A rival is one only while it says the same. Signed addresses may differ where five minutes end in between."""
    for name in loads.keys() - {OURS}:
        for _ in range(2):
            ours, theirs = await _answer(loads[OURS]), await _answer(loads[name])
            if ours == theirs:
                break
        else:
            raise AssertionError(f"{name} answers another page than the product.")


async def _answer(load: Load) -> object:
    async with Connection.to(load.program.port) as connection:
        return orjson.loads(await connection.ask(next(load.streams[0])))["data"]


def _reports(stage: Stage, found: Mapping[str, Throughput]) -> list[Report]:
    rows = {name: [one.per_second, one.cpu_ms] for name, one in found.items()}
    title = f"gallery: first 50 of {stage.rows:,} images of a user, {CONNECTIONS} connections"
    about = "Starlette + asyncpg (one joined statement) + orjson; checks no token, knows no row security"
    near = {name: row for name, row in rows.items() if name != FAR}
    deep = {name: rows[name] for name in (FAR, OURS)}
    return [
        Report(title, BY_HAND, about, COLUMNS, near),
        Report("gallery: a page far down", OURS, "its first page", COLUMNS, deep),
    ]
