"""Variables of an operation, checked and converted by functions that are made once for it.

graphql-core asks each value of an input anew what its type is; of a mutation that took a twentieth of the time.
As with selections (`schema.execution.compiled`) the functions are optimists: whatever is not as expected, they raise, and
graphql-core coerces all of it and says what is wrong. `tests/api/test_lean_variables.py` compares the two.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    is_required_input_field,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.utilities.coerce_input_value import coerce_default_value

from schema.execution.compiled import LARGEST_INT, NotPlain, StepAside

Convert = Callable[[Any], Any]
Quick = Callable[[Mapping[str, object]], VariableValues | None]


def quick_variables(schema: GraphQLSchema, operation: OperationDefinitionNode) -> Quick:
    """What makes of a request's variables what `get_variable_values` would; or None, when that has to be asked."""
    try:
        declared = [_declared(schema, node) for node in operation.variable_definitions or ()]
    except NotPlain:
        return lambda given: None

    def quick(given: Mapping[str, object]) -> VariableValues | None:
        values = VariableValues({}, {})
        try:
            for name, signature, convert in declared:
                value = given[name]
                values.sources[name] = VariableValueSource(signature, value)
                values.coerced[name] = convert(value)
        except (StepAside, LookupError, TypeError):
            return None
        return values

    return quick


def _declared(schema: GraphQLSchema, node: VariableDefinitionNode) -> tuple[str, GraphQLVariableSignature, Convert]:
    signature = get_variable_signature(schema, node)
    if isinstance(signature, GraphQLError):
        raise NotPlain
    return signature.name, signature, _or_null(signature.type)


def _or_null(kind: Any) -> Convert:
    if isinstance(kind, GraphQLNonNull):
        return _present(kind.of_type)
    convert = _present(kind)
    return lambda value: None if value is None else convert(value)


def _present(kind: Any) -> Convert:
    """Of a value that is not null: of null, the function raises."""
    match kind:
        case GraphQLScalarType() if kind.name in LEAVES:
            return LEAVES[kind.name]
        case GraphQLEnumType():
            return {name: kind.coerce_input_value(name) for name in kind.values}.__getitem__
        case GraphQLList():
            return _list(_or_null(kind.of_type))
        case GraphQLInputObjectType() if not kind.is_one_of:
            return _object(kind)
        case _:
            raise NotPlain


def _text(value: Any) -> Any:
    if type(value) is not str:
        raise StepAside
    return value


def _int(value: Any) -> Any:
    if type(value) is not int or not -LARGEST_INT - 1 <= value <= LARGEST_INT:
        raise StepAside
    return value


def _boolean(value: Any) -> Any:
    if type(value) is not bool:
        raise StepAside
    return value


LEAVES: dict[str, Convert] = {"String": _text, "ID": _text, "Int": _int, "Boolean": _boolean}
"""What passes unchanged here is what the scalar's own coercion passes unchanged."""


def _list(item: Convert) -> Convert:
    def convert(values: Any) -> Any:
        if type(values) is not list:
            raise StepAside
        return [item(value) for value in values]

    return convert


def _object(kind: GraphQLInputObjectType) -> Convert:
    fields = [
        (
            name,
            field.out_name or name,
            _or_null(field.type),
            coerce_default_value(field),
            is_required_input_field(field),
        )
        for name, field in kind.fields.items()
    ]

    def convert(values: Any) -> Any:
        if type(values) is not dict:
            raise StepAside
        found, known = {}, 0
        for name, out_name, convert, default, is_required in fields:
            if name in values:
                found[out_name] = convert(values[name])
                known += 1
            elif default is not Undefined:
                found[out_name] = default
            elif is_required:
                raise StepAside
        if known != len(values):
            raise StepAside
        return found

    return convert
