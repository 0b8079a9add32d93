"""Inputs made quickly: what Strawberry works out for every value of every field is worked out once for each type.

It offers the place for that itself, `from_input`. An input that has more in it than leaves, lists and other inputs is left as
it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any

from strawberry import Schema
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
    get_object_definition,
    has_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition

Convert = Callable[[Any], Any]
LEAVES = (str, int, float, bool)


class NotSimple(Exception):
    """An input with something in it that only Strawberry converts."""


def make_inputs_fast(schema: Schema) -> None:
    """Of every input type of the schema."""
    for concrete in schema.schema_converter.type_map.values():
        definition = concrete.definition
        if isinstance(definition, StrawberryObjectDefinition) and definition.is_input:
            _make_fast(schema, definition)


def _make_fast(schema: Schema, definition: StrawberryObjectDefinition) -> None:
    try:
        build = _builder(schema, definition)
    except NotSimple:
        return
    definition.from_input = lambda cls, values, context: build(values)


def _builder(schema: Schema, definition: StrawberryObjectDefinition) -> Convert:
    name_of = schema.config.name_converter.from_field
    fields = [
        (name_of(field), field.python_name, _converter(schema, field.resolve_type(type_definition=definition)))
        for field in definition.fields
    ]
    absent = {
        field.python_name: None
        for field in definition.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }
    cls = definition.origin

    def build(values: Mapping[str, Any]) -> Any:
        given = {
            python_name: convert(values[name]) if convert else values[name]
            for name, python_name, convert in fields
            if name in values
        }
        return cls(**{**absent, **given})

    return build


def _converter(schema: Schema, kind: object) -> Convert | None:
    """None where a value stays as it is."""
    if isinstance(kind, StrawberryMaybe):
        raise NotSimple
    if isinstance(kind, StrawberryOptional):
        convert = _converter(schema, kind.of_type)
        return convert and (lambda value: None if value is None else convert(value))
    if isinstance(kind, StrawberryList):
        item = _converter(schema, kind.of_type)
        return list if item is None else lambda values: [item(value) for value in values]
    if isinstance(kind, StrawberryEnumDefinition) or has_enum_definition(kind) or _is_leaf(schema, kind):
        return None
    if has_object_definition(kind):
        return _builder(schema, get_object_definition(kind, strict=True))
    raise NotSimple


def _is_leaf(schema: Schema, kind: object) -> bool:
    return kind in LEAVES or kind in schema.schema_converter.scalar_registry
