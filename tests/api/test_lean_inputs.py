"""Inputs that our own functions build are what Strawberry makes of the same values."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from decimal import Decimal

import pytest
import strawberry
from graphql import GraphQLInputObjectType, GraphQLNonNull
from graphql.utilities import coerce_input_value
from hypothesis import given
from hypothesis import strategies as st
from strawberry.types.arguments import convert_argument
from strawberry.types.base import StrawberryObjectDefinition

from domain.presets.catalogue import Scene
from schema.build import build_schema
from schema.inputs import make_inputs_fast
from tests.support.cluster import LONG
from tests.support.examples import examples
from tests.support.input_values import input_values

pytestmark = pytest.mark.timeout(3600 if LONG else 120)


@dataclass(frozen=True)
class Input:
    """An input type of the schema, as both know it."""

    name: str
    ours: StrawberryObjectDefinition
    core: GraphQLInputObjectType


def inputs_of(schema: strawberry.Schema) -> list[Input]:
    return [
        Input(name, found.definition, found.implementation)
        for name, found in schema.schema_converter.type_map.items()
        if isinstance(found.definition, StrawberryObjectDefinition)
        and isinstance(found.implementation, GraphQLInputObjectType)
    ]


@strawberry.input
class Inner:
    word: str
    at: datetime | None
    amounts: list[Decimal] = strawberry.field(default_factory=lambda: [Decimal(1)])
    scene: Scene = Scene.BEACH_DAY


@strawberry.input
class Nested:
    inner: Inner
    inner_or: Inner | None = None
    many: list[Inner]
    many_or: list[Inner | None] | None
    grid: list[list[int | None]]
    words: list[str] | None = strawberry.UNSET
    maybe_scenes: list[Scene | None] | None = None
    ratio: float = 0.5
    count_or: int | None = 3


@strawberry.type
class TakesInputs:
    @strawberry.field
    def taken(self, nested: Nested) -> str:
        return repr(nested)


NESTED = strawberry.Schema(query=TakesInputs)
OURS = build_schema()
make_inputs_fast(NESTED)
INPUTS = {each.name: (schema, each) for schema in (OURS, NESTED) for each in inputs_of(schema)}


def converted(schema: strawberry.Schema, kind: type, values: object) -> object:
    return convert_argument(values, kind, schema.schema_converter.scalar_registry, schema.config)


@contextmanager
def as_strawberry_does() -> Iterator[None]:
    """Inside, no input is built by our functions."""
    definitions = [each.ours for _, each in INPUTS.values()]
    ours = [definition.from_input for definition in definitions]
    for definition in definitions:
        definition.from_input = None
    try:
        yield
    finally:
        for definition, built in zip(definitions, ours, strict=True):
            definition.from_input = built


def test_every_input_of_ours_is_built_quickly() -> None:
    assert [name for name, (_, each) in INPUTS.items() if each.ours.from_input is None] == []
    assert len(INPUTS) == 93


@pytest.mark.parametrize("name", INPUTS)
@examples(25, 1000)
@given(data=st.data())
def test_an_input_is_what_strawberry_makes_of_it(name: str, data: st.DataObject) -> None:
    schema, each = INPUTS[name]
    values = coerce_input_value(data.draw(input_values(GraphQLNonNull(each.core))), each.core)
    built = converted(schema, each.ours.origin, values)
    with as_strawberry_does():
        expected = converted(schema, each.ours.origin, values)
    assert type(built) is each.ours.origin
    assert built == expected
    assert repr(built) == repr(expected)
    assert lists_of(built).isdisjoint(lists_of(values))


def lists_of(value: object) -> set[int]:
    """Identities of all lists in it."""
    if isinstance(value, list):
        return {id(value)}.union(*(lists_of(item) for item in value))
    inside: Iterable[object] = (
        value.values() if isinstance(value, dict) else vars(value).values() if is_dataclass(value) else ()
    )
    return set[int]().union(*(lists_of(item) for item in inside))
