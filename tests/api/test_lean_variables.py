"""Variables that our own functions convert are what graphql-core makes of the same values; and what it refuses, they leave to it."""

from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
)
from graphql.execution.values import VariableValues, get_variable_values
from hypothesis import given
from hypothesis import strategies as st

from schema.build import build_schema
from schema.execution.variables import quick_variables
from tests.api.test_lean_inputs import INPUTS, NESTED
from tests.support.cluster import LONG
from tests.support.examples import examples
from tests.support.input_values import input_values
from tests.support.operations import operations, variables_of

pytestmark = pytest.mark.timeout(3600 if LONG else 120)

SCHEMA: GraphQLSchema = build_schema()._schema
ODD: list[Any] = [None, "", "NO_SUCH", 0, -1, 1.0, 2**31, 1e400, True, [], [None], [[]], {}, {"noSuch": 1}]


def declaring(text: str) -> OperationDefinitionNode:
    (operation,) = (d for d in parse(text).definitions if isinstance(d, OperationDefinitionNode))
    return operation


def as_core_does(schema: GraphQLSchema, operation: OperationDefinitionNode, values: dict[str, Any]) -> Any:
    return get_variable_values(schema, operation.variable_definitions or (), values)


def wrapped(kind: GraphQLInputObjectType) -> list[GraphQLInputType]:
    return [kind, GraphQLNonNull(kind), GraphQLList(kind), GraphQLNonNull(GraphQLList(GraphQLNonNull(kind)))]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Each place in a JSON value: what holds it, and under which key."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("is_odd", [False, True])
@examples(25, 1000)
@given(data=st.data())
def test_variables_are_what_graphql_core_makes_of_them(name: str, is_odd: bool, data: st.DataObject) -> None:
    ours, each = INPUTS[name]
    kind = data.draw(st.sampled_from(wrapped(each.core)))
    operation = declaring(f"query ($first: {kind}, $second: Int, $third: {kind}) {{ __typename }}")
    values = {"first": data.draw(input_values(kind)), "second": 2, "third": data.draw(input_values(kind))}
    if is_odd:
        holder, key = data.draw(st.sampled_from(places(values)))
        if isinstance(holder, dict) and data.draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = data.draw(st.sampled_from(ODD))

    quick = quick_variables(ours._schema, operation)(values)

    assert quick is None or repr(quick) == repr(as_core_does(ours._schema, operation, values))


@pytest.mark.parametrize("name", ["StartPack", "StartBaseImages", "CreateInfluencer", "RetryJob", "LikeImages"])
def test_mutations_of_the_contract_are_quick(name: str) -> None:
    operation = declaring(operations()[name])
    values = variables_of(name)

    quick = quick_variables(SCHEMA, operation)(values)

    assert isinstance(quick, VariableValues)
    assert repr(quick) == repr(as_core_does(SCHEMA, operation, values))


def test_what_only_graphql_core_converts_is_left_to_it() -> None:
    operation = declaring("query ($inner: Inner) { __typename }")

    assert quick_variables(NESTED._schema, operation)({"inner": None}) is None
