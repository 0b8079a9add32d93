"""Values of any input type, as clients may send them: each field there, null where that is allowed, or left out."""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    is_required_input_field,
)
from hypothesis import strategies as st

from tests.support.stage_props import BEGIN

LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "String": st.text(max_size=8),
    "ID": st.text(max_size=8) | st.integers(0, 9),
    "Int": st.integers(-(2**31), 2**31 - 1),
    "Float": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9),
    "Boolean": st.booleans(),
    "DateTime": st.datetimes().map(lambda moment: moment.isoformat()) | st.just(BEGIN.isoformat()),
    "Date": st.dates().map(str),
    "Decimal": st.decimals(-9, 9, places=2).map(str),
}


def input_values(kind: GraphQLInputType) -> st.SearchStrategy[Any]:
    """As JSON."""
    return _present(kind.of_type) if isinstance(kind, GraphQLNonNull) else st.none() | _present(kind)


def _present(kind: Any) -> st.SearchStrategy[Any]:
    match kind:
        case GraphQLList():
            return st.lists(input_values(kind.of_type), max_size=4)
        case GraphQLEnumType():
            return st.sampled_from(list(kind.values))
        case GraphQLInputObjectType():
            required = {n: input_values(f.type) for n, f in kind.fields.items() if is_required_input_field(f)}
            optional = {n: input_values(f.type) for n, f in kind.fields.items() if n not in required}
            return st.fixed_dictionaries(required, optional=optional)
        case _:
            return LEAVES[kind.name]
