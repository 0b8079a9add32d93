"""Selections of plain attributes, written out as one Python function each.

graphql-core does some thirty small things for every field of every object; for a page of 50 images that is most of the time
the server spends. Where a selection asks only for attributes that are simply there, all of them can be decided beforehand:
which attribute, which type, which name in the answer. What is left is a function that reads and checks.

The function is an optimist. Whatever is not exactly as expected, a null where none may be, a value of another type, an
exception, something to await, makes it raise, and graphql-core's own path completes that value from the start. So data, errors
and paths are always graphql-core's own; `tests/api/test_lean_execution.py` compares the two.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import is_awaitable
from strawberry.schema.schema_converter import GraphQLCoreConverter

from schema.known import KNOWN_AS, UNKNOWN

Complete = Callable[[Any], Any]
Collect = Callable[[GraphQLObjectType, FieldDetailsList], Mapping[str, FieldDetailsList]]

LARGEST_INT = 2**31 - 1


class StepAside(Exception):
    """Something is not as expected."""


class NotPlain(Exception):
    """A selection that asks for more than attributes."""


def compile_selection(
    schema: GraphQLSchema, collect: Collect, kind: GraphQLOutputType, fields: FieldDetailsList
) -> Complete | None:
    """What completes a value of `kind` for the selections of `fields`; None where that takes graphql-core.

    `collect` merges the selections below a field for a type, as execution does. The function raises on whatever is unexpected.
    """
    writing = Writing(schema, collect)
    try:
        name = writing.completing(kind, fields)
    except (NotPlain, GraphQLError):  # @skip(if: null) is an error where an object meets it: an empty list has none
        return None
    return writing.function(name)


@dataclass(slots=True)
class Writing:
    """Source text under way. `names` are the constants it speaks of."""

    schema: GraphQLSchema
    collect: Collect
    names: dict[str, Any] = field(
        default_factory=lambda: {"StepAside": StepAside, "UNKNOWN": UNKNOWN, "datetime": datetime}
    )
    functions: list[str] = field(default_factory=list)
    tables: list[dict[type, Any]] = field(default_factory=list)
    """Names of functions by class, until there are functions."""

    def function(self, name: str) -> Complete:
        exec(compile("\n".join(self.functions), "<selection>", "exec"), self.names)  # noqa: S102 - our own words: see `_name`
        for table in self.tables:
            table.update({kind: self.names[function] for kind, function in table.items()})
        found: Complete = self.names[name]
        return found

    def completing(self, kind: GraphQLOutputType, fields: FieldDetailsList) -> str:
        """Name of a function of a value that is not null."""
        if isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        match kind:
            case GraphQLObjectType():
                return self._object(kind, fields)
            case GraphQLInterfaceType():
                return self._interface(kind, fields)
            case GraphQLList():
                return self._list(kind, fields)
            case _:
                raise NotPlain

    def _object(self, kind: GraphQLObjectType, fields: FieldDetailsList) -> str:
        lines = [f" if type(s) not in {self._name(origins_of(kind))}: raise StepAside"]
        parts = []
        for number, (response_name, same) in enumerate(self.collect(kind, fields).items()):
            value = f"v{number}"
            lines += self._field(kind, same, value)
            parts.append(f"{response_name!r}: {value}")  # a GraphQL name: letters, digits and underscores
        return self._define([*lines, f" return {{{', '.join(parts)}}}"])

    def _field(self, kind: GraphQLObjectType, same: FieldDetailsList, value: str) -> list[str]:
        name = same[0].node.name.value
        if name == "__typename":
            return [f" {value} = {kind.name!r}"]
        definition = self.schema.get_field(kind, name)
        if definition is None or definition.args:
            raise NotPlain
        read = [f" {value} = s.{attribute_of(definition)}"]
        if not getattr(definition.resolve, "_is_default", False):
            read.append(f" if {value} is UNKNOWN: raise StepAside")
        return read + self._checked(definition.type, same, value)

    def _checked(self, kind: GraphQLOutputType, same: FieldDetailsList, value: str) -> list[str]:
        """Lines that turn what was read into what is answered."""
        if isinstance(kind, GraphQLNonNull):
            return [f" if {value} is None: raise StepAside", *self._present(kind.of_type, same, value, " ")]
        return [f" if {value} is not None:", *self._present(kind, same, value, "  ")]

    def _present(self, kind: GraphQLOutputType, same: FieldDetailsList, value: str, indent: str) -> list[str]:
        match kind:
            case GraphQLScalarType() if kind.name in SCALARS:
                return [indent + line.format(v=value) for line in SCALARS[kind.name]]
            case GraphQLScalarType():
                return [f"{indent}{value} = {self._name(_careful(kind.coerce_output_value))}({value})"]
            case GraphQLEnumType():
                return [
                    f"{indent}{value} = {self._name(names_of(kind))}.get({value})",
                    f"{indent}if {value} is None: raise StepAside",
                ]
            case _:
                return [f"{indent}{value} = {self.completing(kind, same)}({value})"]

    def _list(self, kind: GraphQLList[Any], fields: FieldDetailsList) -> str:
        item = "i"
        lines = [" if type(s) is not list: raise StepAside", " found = []", " for i in s:"]
        lines += [" " + line for line in self._checked(kind.of_type, fields, item)]
        return self._define([*lines, "  found.append(i)", " return found"])

    def _interface(self, kind: GraphQLInterfaceType, fields: FieldDetailsList) -> str:
        possible: dict[type, Any] = {}
        for concrete in self.schema.get_possible_types(kind):
            with suppress(NotPlain):  # it is missing in the table, and steps aside
                possible[origins_of(concrete)[0]] = self._object(concrete, fields)
        if not possible:
            raise NotPlain
        self.tables.append(possible)
        return self._define([f" return {self._name(possible)}[type(s)](s)"])

    def _define(self, lines: list[str]) -> str:
        name = f"f{len(self.functions)}"
        self.functions.append("\n".join([f"def {name}(s):", *lines]))
        return name

    def _name(self, constant: object) -> str:
        """The text holds names and numbers of ours only; everything else is a constant beside it."""
        name = f"k{len(self.names)}"
        self.names[name] = constant
        return name


SCALARS = {
    "String": ["if type({v}) is not str: raise StepAside"],
    "ID": ["if type({v}) is not str: raise StepAside"],
    "Boolean": ["if type({v}) is not bool: raise StepAside"],
    "Int": [f"if type({{v}}) is not int or not {-LARGEST_INT - 1} <= {{v}} <= {LARGEST_INT}: raise StepAside"],
    "Float": ["if type({v}) is not float or {v} - {v} != 0.0: raise StepAside"],
    "DateTime": ["if type({v}) is not datetime: raise StepAside", "{v} = {v}.isoformat()"],
}
"""Lines by scalar. What passes unchanged here is what the scalar's own coercion passes unchanged."""


def attribute_of(definition: GraphQLField) -> str:
    """Where a field's value lies on its object. Raises `NotPlain` for one that has to be resolved."""
    ours = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if ours is None or ours.extensions:  # who may read it, for one
        raise NotPlain
    is_plain = getattr(definition.resolve, "_is_default", False)
    name = ours.python_name if is_plain else ours.metadata.get(KNOWN_AS)
    if not isinstance(name, str) or not name.isidentifier():
        raise NotPlain
    return name


def origins_of(kind: GraphQLObjectType) -> tuple[type, ...]:
    """The classes whose objects may stand for it: its own, and for `Page[Image]` also `Page`."""
    ours = kind.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if ours is None:
        raise NotPlain
    return (ours.origin, ours.concrete_of.origin) if ours.concrete_of else (ours.origin,)


def names_of(kind: GraphQLEnumType) -> dict[object, str]:
    members = getattr(kind, "wrapped_cls", ())
    return {member: kind.coerce_output_value(member) for member in members}


def _careful(coerce: Callable[[Any], Any]) -> Complete:
    """A scalar of which nothing is known: `str`, for one, takes an exception or a coroutine as it takes anything."""

    def complete(value: Any) -> Any:
        if value is Undefined or isinstance(value, Exception) or is_awaitable(value):
            raise StepAside
        found = coerce(value)
        if found is None or found is Undefined or is_awaitable(found):
            raise StepAside
        return found

    return complete
