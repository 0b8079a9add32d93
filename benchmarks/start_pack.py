"""Packs accepted per second: one transaction of job, images, holds, ledger entry, event and outbox rows."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson

from benchmarks.load import Connection, Load, graphql_request, http_request, in_turns
from benchmarks.people import add_influencer, add_user
from benchmarks.report import LESS, MORE, Column, Report
from benchmarks.rivals import API, JOINED, rivals
from benchmarks.stage import Place, Program, Stage
from domain.ids import SubjectId, UserId
from schema.ids import global_id
from tests.support.operations import operations, variables_of

CONNECTIONS = 12
PEOPLE = 50 * CONNECTIONS
"""Nobody may have more than 500 images waiting, and nothing is made here: each connection asks for one user after the other."""

DURATION = timedelta(seconds=4)
OURS, BY_HAND = "likeness", "by hand"
KEY = b"0" * 32
"""Stands in a request until it is sent, when a key of its own replaces it."""

Person = tuple[str, UserId, SubjectId]


async def measure(stage: Stage) -> list[Report]:
    async with stage.place("start_pack") as place:
        async with place.owner() as owner:
            people: list[Person] = []
            for name in (f"packs-{number}" for number in range(PEOPLE)):
                user_id = await add_user(owner, name, credits=1_000_000_000)
                people.append((name, user_id, await add_influencer(owner, user_id)))
        async with (
            place.api() as api,
            place.reference("start_pack") as by_hand,
            rivals(place, JOINED, role=API) as on_node,
        ):
            loads = {
                OURS: _load(api, [_mutation(place, person) for person in people]),
                BY_HAND: _load(by_hand, [_by_hand(person) for person in people]),
                **{name: _load(program, [_believed(person) for person in people]) for name, program in on_node.items()},
            }
            await _same_shape(loads)
            found = await in_turns(loads, duration=DURATION)
    return [
        Report(
            f"start_pack: 5 images each, {CONNECTIONS} users at once",
            BY_HAND,
            "Starlette + asyncpg: the same rows under row security and idempotency key, in 9 statements; no token",
            [Column("packs accepted", "/s", MORE), Column("server CPU per pack", "ms", LESS)],
            {name.removesuffix(", joined"): [one.per_second, one.cpu_ms] for name, one in found.items()},
        )
    ]


def _load(program: Program, requests: Sequence[bytes]) -> Load:
    return Load(program, [_keyed(requests[number::CONNECTIONS]) for number in range(CONNECTIONS)])


def _wish(subject_id: SubjectId) -> dict[str, Any]:
    wish = variables_of("StartPack", influencer_id=global_id("Influencer", subject_id))
    wish["input"]["idempotencyKey"] = KEY.decode()
    return wish


def _mutation(place: Place, person: Person) -> bytes:
    name, _, subject_id = person
    return graphql_request(operations()["StartPack"], _wish(subject_id), place.token(name))


def _believed(person: Person) -> bytes:
    """For servers that believe a header."""
    _, user_id, subject_id = person
    asked = {"query": operations()["StartPack"], "variables": _wish(subject_id)}
    return http_request("/graphql", asked, X_User=str(user_id))


def _by_hand(person: Person) -> bytes:
    _, user_id, subject_id = person
    return http_request("/start-pack", _wish(subject_id), X_User=str(user_id))


def _keyed(requests: Sequence[bytes]) -> Iterator[bytes]:
    return (request.replace(KEY, uuid4().hex.encode()) for request in itertools.cycle(requests))


async def _same_shape(loads: Mapping[str, Load]) -> None:
    """A rival is one only while it answers with the same fields."""
    answers = {name: await _answer(load) for name, load in loads.items()}  # all of the same user, the first
    ours = answers[OURS]
    for name, theirs in answers.items():
        assert ours["errors"] == theirs["errors"] == [], name
        assert set(ours["job"]) == set(theirs["job"]), name
        assert ours["job"]["subject"] == theirs["job"]["subject"], name


async def _answer(load: Load) -> dict[str, Any]:
    async with Connection.to(load.program.port) as connection:
        answer: dict[str, Any] = orjson.loads(await connection.ask(next(load.streams[0])))["data"]["startPack"]
        return answer
