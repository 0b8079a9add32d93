"""One event told to many: whoever asks the same gets the same bytes, made once; whoever asks otherwise gets their own."""

import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import pytest
import strawberry
from hypothesis import assume, given
from hypothesis import strategies as st
from strawberry.types import Info

from domain.accounts.account import Actor
from domain.errors import NotFound
from domain.ids import UserId
from domain.safety.adult import NOT_OFFERED, AdultOffer
from resolvers.context import ApiServices, Context
from schema.execution.engine import Engine, GraphQLRequest
from schema.execution.executor import LeanExecutor
from schema.execution.refusals import RequestRefused
from schema.job_events import EVENT_TYPES, JobEvent
from schema.subjects import Influencer, Persona
from tests.support.cluster import LONG
from tests.support.examples import examples
from tests.support.executions import StockExecutor
from tests.support.selections import Drawn, operations
from tests.support.stage import MemoryLoaders, Query
from tests.support.stage_props import Props

pytestmark = pytest.mark.timeout(3600 if LONG else 120)

MARA, NOOR = (Actor(user_id=UserId(UUID(int=n)), email=None, display_name=None) for n in (1, 2))


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def events(
        self, info: Info[Context, None], of: strawberry.ID | None = None, after: str | None = None
    ) -> AsyncGenerator[JobEvent, None]:
        for event in cast("Room", info.context).told:
            yield event


SCHEMA = strawberry.Schema(query=Query, subscription=Subscription, types=[*EVENT_TYPES, Influencer, Persona])
CORE = SCHEMA._schema


@dataclass(slots=True, kw_only=True)
class Room(Context):
    services: ApiServices = field(default=cast("ApiServices", None))
    told: Sequence[JobEvent]
    given: list["Room"] = field(default_factory=list)

    def for_operation(self, notes: dict[Any, Any]) -> "Room":
        self.given.append(Room(told=self.told, actor=self.actor, region=self.region, notes=notes))
        return self.given[-1]

    @property
    def loaders(self) -> Any:
        return MemoryLoaders

    @property
    def adult_offer(self) -> AdultOffer:
        return NOT_OFFERED


class Counting(LeanExecutor):
    executed = 0

    def data_of(self, event: object) -> dict[str, Any] | None:
        Counting.executed += 1
        return super().data_of(event)


def some_events(seed: int) -> list[JobEvent]:
    """The same for the same seed."""
    props = Props(CORE, seed)
    return [props.certain(CORE.type_map["JobEvent"]) for _ in range(4)]


async def heard(
    engine: Engine, events: Sequence[JobEvent], text: str, actor: Actor = MARA, **variables: object
) -> list[bytes]:
    prepared = engine.prepare(GraphQLRequest(text, variables=variables))
    return [answer async for answer in engine.subscribe(prepared, Room(told=events, actor=actor))]


@pytest.fixture
def engine() -> Engine:
    Counting.executed = 0
    return Engine(SCHEMA, executor=Counting)


PLAIN = (
    "subscription ($of: ID, $after: String) { events(of: $of, after: $after) { __typename cursor job { id percent } } }"
)


async def test_the_same_question_is_answered_once(engine: Engine) -> None:
    events = some_events(1)
    first = await heard(engine, events, PLAIN)
    assert Counting.executed == len(events)
    assert await heard(engine, events, PLAIN) == first
    # What the root field was given chose the stream. Whoever hears the same event asks the same of it.
    assert await heard(engine, events, PLAIN, of="2", after="x") == first
    assert Counting.executed == len(events)
    assert first == await heard(Engine(SCHEMA, executor=StockExecutor), some_events(1), PLAIN)


async def test_the_same_question_from_elsewhere_is_answered_anew(engine: Engine) -> None:
    """What may be seen depends on where somebody is."""
    events = some_events(1)
    prepared = engine.prepare(GraphQLRequest(PLAIN))
    for region, executed in (("AT", 1), ("GB", 2), ("AT", 2)):
        room = Room(told=events, actor=MARA, region=region)
        assert len([answer async for answer in engine.subscribe(prepared, room)]) == len(events)
        assert Counting.executed == executed * len(events)


async def test_what_can_be_told_at_once_is_the_same_answer_and_what_cannot_waits(engine: Engine) -> None:
    events, told = some_events(1), list[bytes]()
    waiting = Room(told=events, actor=MARA)

    def tell_now(answer: bytes) -> bool:
        told.append(answer)
        return True

    stream = engine.subscribe(engine.prepare(GraphQLRequest(PLAIN)), waiting, tell_now)
    first = await anext(stream)
    assert [waiting.given[0].tell_now(event) for event in events] == [True] * 4
    assert told == await heard(engine, some_events(1), PLAIN)
    assert told[0] == first
    broken = some_events(1)[1]
    broken.cursor = NotFound("Gone.")  # type: ignore[assignment] # that is the point
    assert not waiting.given[0].tell_now(broken)
    await stream.aclose()
    assert not waiting.given[0].tell_now(events[0])
    assert len(told) == 4


async def test_users_do_not_share(engine: Engine) -> None:
    events = some_events(1)
    assert await heard(engine, events, PLAIN, MARA) == await heard(engine, events, PLAIN, NOOR)
    assert Counting.executed == 2 * len(events)


async def test_events_do_not_share(engine: Engine) -> None:
    for seed in (1, 2):
        assert await heard(engine, some_events(seed), PLAIN) == await heard(
            Engine(SCHEMA, executor=StockExecutor), some_events(seed), PLAIN
        )


BELOW = {
    "a field's argument": "($n: Int) { events { job { images(first: $n) { edges { cursor } } } } }",
    "@include": "($n: Boolean!) { events { cursor job @include(if: $n) { id } } }",
    "a fragment": "($n: Boolean!) { events { ...F } } fragment F on JobEvent { cursor emittedAt @skip(if: $n) }",
    "a fragment at the root": "($n: Boolean!) { ...R } fragment R on Subscription { events { cursor job @skip(if: $n) { id } } }",
    "an inline fragment": "($n: Boolean!) { events { ... @include(if: $n) { emittedAt } cursor } }",
    "an inline fragment at the root": "($n: Boolean!) { ... on Subscription { events { cursor job @skip(if: $n) { id } } } }",
    "a fragment within one at the root": "($n: Boolean!) { ... { ... { events { cursor job @skip(if: $n) { id } } } } }",
}


@pytest.mark.parametrize("place", BELOW)
async def test_who_gives_other_variables_below_the_root_is_told_otherwise(engine: Engine, place: str) -> None:
    text, events = "subscription " + BELOW[place], some_events(1)
    values: list[object] = [1, 2] if "Int" in text else [True, False]
    for value in values:
        expected = await heard(Engine(SCHEMA, executor=StockExecutor), some_events(1), text, n=value)
        assert await heard(engine, events, text, n=value) == expected
    assert len({answer for (event) in events for answer in event.answers.values()}) >= 2


async def test_null_is_not_taken_for_a_variable_left_out(engine: Engine) -> None:
    text, events = "subscription " + BELOW["a field's argument"], some_events(1)
    left_out = await heard(engine, events, text)
    null = await heard(engine, events, text, n=None)
    assert ["errors" in json.loads(answer) for answer in left_out] == [False] * 4
    assert ["errors" in json.loads(answer) for answer in null] == [True] * 4


async def test_an_answer_with_errors_is_not_kept(engine: Engine) -> None:
    events = some_events(1)
    sound = await heard(engine, some_events(1), PLAIN)
    good, events[1].cursor = events[1].cursor, NotFound("Gone.")  # type: ignore[assignment] # that is the point
    broken = await heard(engine, events, PLAIN)
    assert [b'"errors"' in answer for answer in broken] == [False, True, False, False]
    events[1].cursor = good
    assert await heard(engine, events, PLAIN) == sound


@examples(30, 1000)
@given(operations(CORE, kind="subscription"), st.integers(0, 2**32))
async def test_sharing_changes_no_answer(drawn: Drawn, seed: int) -> None:
    engine, events = Engine(SCHEMA), some_events(seed)
    for _ in range(2):
        for variables in drawn.variables:
            try:
                alone = await heard(Engine(SCHEMA, executor=StockExecutor), some_events(seed), drawn.text, **variables)
            except RequestRefused as refused:  # chance asked for more than anyone may
                assume(refused.code != "TOO_MUCH")
                raise
            assert await heard(engine, events, drawn.text, **variables) == alone
