"""Packs accepted per second: one transaction of job, images, holds, ledger entry, event and outbox rows."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson

from benchmarks.load import Connection, Load, graphql_request, http_request, in_turns
from benchmarks.people import add_influencer, add_user
from benchmarks.report import LESS, MORE, Figure, Report
from benchmarks.stage import Place, Program, Stage
from domain.ids import SubjectId, UserId
from schema.ids import global_id
from tests.support.operations import operations, variables_of

CONNECTIONS = 12
DURATION = timedelta(seconds=4)
KEY = b"0" * 32
"""Stands in a request until it is sent, when a key of its own replaces it."""

Person = tuple[str, UserId, SubjectId]


async def measure(stage: Stage) -> Report:
    async with stage.place("start_pack") as place:
        async with place.owner() as owner:
            people: list[Person] = []
            for name in (f"packs-{number}" for number in range(CONNECTIONS)):
                user_id = await add_user(owner, name, credits=1_000_000_000)
                people.append((name, user_id, await add_influencer(owner, user_id)))
        async with place.api() as api, place.reference("start_pack") as reference:
            asked = [_mutation(place, person) for person in people]
            by_hand = [_by_hand(person) for person in people]
            await _same_shape(api, asked[0], reference, by_hand[0])
            ours, theirs = await in_turns(
                Load(api, [_keyed(request) for request in asked]),
                Load(reference, [_keyed(request) for request in by_hand]),
                duration=DURATION,
            )
    return Report(
        f"start_pack: 5 images each, {CONNECTIONS} users at once",
        "Starlette + asyncpg, by hand: the same rows under row security and idempotency key, in 9 statements; no token",
        [
            Figure("packs accepted", "/s", MORE, ours.per_second, theirs.per_second),
            Figure("server CPU per pack", "ms", LESS, ours.cpu_ms, theirs.cpu_ms),
        ],
    )


def _wish(subject_id: SubjectId) -> dict[str, Any]:
    wish = variables_of("StartPack", influencer_id=global_id("Influencer", subject_id))
    wish["input"]["idempotencyKey"] = KEY.decode()
    return wish


def _mutation(place: Place, person: Person) -> bytes:
    name, _, subject_id = person
    return graphql_request(operations()["StartPack"], _wish(subject_id), place.token(name))


def _by_hand(person: Person) -> bytes:
    _, user_id, subject_id = person
    return http_request("/start-pack", _wish(subject_id), X_User=str(user_id))


def _keyed(request: bytes) -> Iterator[bytes]:
    return (request.replace(KEY, uuid4().hex.encode()) for _ in itertools.count())


async def _same_shape(api: Program, asked: bytes, reference: Program, by_hand: bytes) -> None:
    """The reference is one only while it answers with the same fields."""
    async with Connection.to(api.port) as one, Connection.to(reference.port) as other:
        ours = orjson.loads(await one.ask(next(_keyed(asked))))["data"]["startPack"]
        theirs = orjson.loads(await other.ask(next(_keyed(by_hand))))["data"]["startPack"]
    assert ours["errors"] == theirs["errors"] == []
    assert set(ours["job"]) == set(theirs["job"])
    assert ours["job"]["subject"] == theirs["job"]["subject"]
