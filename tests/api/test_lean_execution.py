"""The executor that compiles selections answers as graphql-core's own does, whatever it is asked and whatever it finds.

Short by default; LIKENESS_CHAOS=long tries thousands.
"""

import json
from collections.abc import Sequence
from typing import Any

import pytest
import strawberry
from graphql import GraphQLObjectType
from hypothesis import given, reject
from hypothesis import strategies as st

from schema.execution.engine import Engine, GraphQLRequest
from schema.execution.executor import LeanExecutor
from schema.execution.refusals import RequestRefused
from schema.known import KNOWN_AS
from schema.permissions import SignedIn
from tests.support.cluster import LONG
from tests.support.examples import examples
from tests.support.executions import Told, told_by_graphql_core, told_by_ours
from tests.support.odd_values import FAULTS, Faults
from tests.support.selections import Drawn, Variables, operations
from tests.support.stage import Stage, StageContext, stage_schema
from tests.support.stage_props import Props

pytestmark = pytest.mark.timeout(3600 if LONG else 120)

SCHEMA = stage_schema()
CORE = SCHEMA._schema
RUNS = 3
"""The first two may take the stock way; from then on selections are compiled."""

seeds = st.integers(0, 2**32)


class Theatre:
    """The same play again and again. Where something is wrong with its props, it has new ones each time."""

    def __init__(self, drawn: Drawn, seed: int, faults: Sequence[tuple[str, int]] = ()) -> None:
        self.drawn, self._seed, self._faults = drawn, seed, faults
        self.engine = Engine(SCHEMA)
        self._sound = None if faults else self._set()

    async def compare(self) -> None:
        expected = [await self._by_graphql_core(values) for values in self.drawn.variables]
        for run in range(RUNS):
            for values, told in zip(self.drawn.variables, expected, strict=True):
                ours = await self._by_ours(values)
                if ours != told:
                    pytest.fail(f"run {run} of {self.drawn.text}\nwith {values}:\n{ours}\ninstead of\n{told}")

    async def _by_ours(self, variables: Variables) -> tuple[Told, list[str]]:
        context, faults = self._sound or self._set()
        return await told_by_ours(self.engine, self.drawn.text, variables, context), faults.fates()

    async def _by_graphql_core(self, variables: Variables) -> tuple[Told, list[str]]:
        context, faults = self._sound or self._set()
        return await told_by_graphql_core(SCHEMA, self.drawn.text, variables, context), faults.fates()

    def _set(self) -> tuple[StageContext, Faults]:
        props = Props(CORE, self._seed)
        stage = props.stage()
        faults = Faults(props)
        asked = [place for place in props.places if place.name in self.drawn.text]
        for name, number in self._faults if asked else ():
            faults.put(name, asked[number % len(asked)])
        return StageContext(stage=stage), faults


async def check(drawn: Drawn, seed: int, faults: Sequence[tuple[str, int]] = ()) -> None:
    try:
        await Theatre(drawn, seed, faults).compare()
    except RequestRefused as error:
        if error.code != "TOO_MUCH":
            raise
        reject()


@examples(40, 3000)
@given(operations(CORE), seeds)
async def test_any_operation_is_answered_as_graphql_core_answers_it(drawn: Drawn, seed: int) -> None:
    await check(drawn, seed)


faulty = st.lists(st.tuples(st.sampled_from(sorted(FAULTS)), st.integers(0, 5000)), min_size=1, max_size=8)


@examples(40, 3000)
@given(operations(CORE), seeds, faulty)
async def test_any_value_is_told_as_graphql_core_tells_it(
    drawn: Drawn, seed: int, faults: list[tuple[str, int]]
) -> None:
    await check(drawn, seed, faults)


LEAVES = CORE.type_map["Leaves"]
assert isinstance(LEAVES, GraphQLObjectType)
NAMES = list(LEAVES.fields)
LISTS = [name for name, leaf in LEAVES.fields.items() if "[" in str(leaf.type)]


def rows_with(fault: str, names: Sequence[str]) -> tuple[StageContext, Faults]:
    """In the first row the first field has the fault, in the second the second, and so on."""
    props = Props(CORE, fault, nulls=0.1)
    stage, faults = object.__new__(Stage), Faults(props)
    stage.rows_or = rows = []
    for name in names:
        rows.append(props.certain(LEAVES))
        rows[-1].known_subject, rows[-1].known_text = None, "known"  # so that nothing but the fault is in the way
        (place,) = (place for place in props.places if place.owner is rows[-1] and place.name == name)
        faults.put(fault, place)
    return StageContext(stage=stage), faults


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_in_any_leaf_is_told_as_graphql_core_tells_it(fault: str) -> None:
    names = LISTS if fault[-1].isdigit() else NAMES
    text = f"{{ stage {{ rowsOr {{ {' '.join(names)} }} }} }}".replace("subject", "subject { __typename id }")
    context, faults = rows_with(fault, names)
    expected = await told_by_graphql_core(SCHEMA, text, {}, context), faults.fates()
    engine = Engine(SCHEMA)
    for _ in range(RUNS):
        context, faults = rows_with(fault, names)
        assert (await told_by_ours(engine, text, {}, context), faults.fates()) == expected


OBJECTS = {
    "imageOr": "id index",
    "jobsOr": "edges { cursor } pageInfo { hasNextPage }",
    "galleryOr": "edges { cursor node { id } }",
    "subjectOr": "id name",
    "influencerOr": "id name",
    "personaOr": "id name",
    "nodeOr": "id",
    "eventOr": "cursor",
    "errorOr": "code",
    "notificationOr": "id createdAt",
    "retrainOr": "credits",
    "leavesOr": "text",
    "imagesOr": "id",
}


def stage_with(fault: str) -> tuple[StageContext, Faults]:
    """Each of its objects has the fault. The plain ones are just what they should be."""
    props = Props(CORE, fault, nulls=0)
    stage = props.stage()
    faults = Faults(props)
    for place in [place for place in props.places if place.owner is stage and place.name in OBJECTS]:
        faults.put(fault, place)
    return StageContext(stage=stage), faults


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if not fault[-1].isdigit()])
async def test_a_fault_in_any_object_is_told_as_graphql_core_tells_it(fault: str) -> None:
    selections = " ".join(f"{name} {{ {below} }}" for name, below in OBJECTS.items())
    text = f"{{ stage {{ {selections} }} }}"
    context, faults = stage_with(fault)
    expected = await told_by_graphql_core(SCHEMA, text, {}, context), faults.fates()
    engine = Engine(SCHEMA)
    for _ in range(RUNS):
        context, faults = stage_with(fault)
        assert (await told_by_ours(engine, text, {}, context), faults.fates()) == expected


class Counting(LeanExecutor):
    """Counts what graphql-core itself completed."""

    completed: list[str]

    def complete_value(self, return_type: Any, field_details_list: Any, *rest: Any) -> Any:
        found = super().complete_value(return_type, field_details_list, *rest)
        self.context_value.notes["seen"].append(field_details_list[0].node.name.value)
        return found


async def test_a_plain_selection_is_left_to_its_function_once_it_is_compiled() -> None:
    stage = Props(CORE, 1, nulls=0).stage()
    for image in stage.images_or or []:
        assert image is not None
        image.known_subject = image.known_job = None
    text = "{ stage { imagesOr { id width createdAt scene subject { name } job { id } } outfits { key } said } }"
    engine, context = Engine(SCHEMA, executor=Counting), StageContext(stage=stage)
    seen = []
    for _ in range(RUNS):
        prepared = engine.prepare(GraphQLRequest(text))
        prepared.operation.notes["seen"] = []
        await engine.execute(prepared, context)
        seen.append(prepared.operation.notes["seen"])
    # Of a value that may not be null both the value and its inner type pass.
    assert seen[-1] == ["imagesOr", "outfits", "outfits", "said", "stage"]
    assert len(seen[0]) > len(seen[-1])


@strawberry.type
class Guarded:
    plain: str = strawberry.field(permission_classes=[SignedIn])
    known_words: strawberry.Private[str] = "known"

    @strawberry.field(permission_classes=[SignedIn], metadata={KNOWN_AS: "known_words"})  # type: ignore[untyped-decorator] # it carries Any
    def words(self) -> str:
        return self.known_words


@strawberry.type
class GuardedQuery:
    @strawberry.field
    def guarded(self) -> Guarded:
        return Guarded(plain="plain")


@pytest.mark.parametrize("field", ["plain", "words"])
async def test_a_field_that_not_everyone_may_read_is_never_read_past_its_permission(field: str) -> None:
    engine = Engine(strawberry.Schema(query=GuardedQuery))
    context = StageContext(stage=Props(CORE, 1).stage())
    for _ in range(RUNS):
        answer = json.loads(
            await engine.execute(engine.prepare(GraphQLRequest(f"{{ guarded {{ {field} }} }}")), context)
        )
        assert answer["data"] is None
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["SIGN_IN_REQUIRED"]
