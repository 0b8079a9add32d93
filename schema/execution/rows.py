"""Pages of database rows, written out as one comprehension: a row is unpacked once, and its answer is one display of dicts.

The database made sure of types and nulls already, so that little is left to check. What is odd all the same raises, and
graphql-core completes the page from objects (see `compiled`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
)
from graphql.execution.collect_fields import FieldDetailsList

from schema.execution.compiled import (
    LARGEST_INT,
    Collect,
    Complete,
    NotPlain,
    StepAside,
    attribute_of,
    compile_selection,
    names_of,
)


@dataclass(frozen=True, slots=True, eq=False)
class RowForm:
    """How the objects of a page are read off its rows: an expression for each attribute, by type.

    `c0`, `c1` and so on are the columns, `u` the page's addresses, `names` whatever else they speak of. For an object it is the
    expression that is None where there is none. For an interface, `types` has the expression that tells which type it is.
    """

    width: int
    """Columns of a row."""
    reads: Mapping[str, Mapping[str, str]]
    types: Mapping[str, tuple[str, Mapping[str, str]]]
    names: Mapping[str, Any]


def compile_page(
    schema: GraphQLSchema, collect: Collect, kind: GraphQLOutputType, fields: FieldDetailsList, form: RowForm
) -> Complete | None:
    """What completes a connection that has its `page` (rows and addresses) and its `page_info`; None where it cannot be."""
    writing = Writing(schema, collect, form)
    try:
        return writing.page(kind, fields)
    except NotPlain:
        return None


@dataclass(slots=True)
class Writing:
    """An expression under way. `names` are the constants it speaks of."""

    schema: GraphQLSchema
    collect: Collect
    form: RowForm
    names: dict[str, Any] = field(default_factory=dict)

    def page(self, kind: GraphQLOutputType, fields: FieldDetailsList) -> Complete:
        if not isinstance(kind, GraphQLObjectType):
            raise NotPlain
        parts = [f"{name!r}: {self._part(kind, same)}" for name, same in self.collect(kind, fields).items()]
        text = f"def complete(s):\n u = s.page.urls\n return {{{', '.join(parts)}}}"
        names = {**self.form.names, **self.names, "aside": aside}
        exec(compile(text, "<page>", "exec"), names)  # noqa: S102 - our own words: names and numbers, all else in `names`
        found: Complete = names["complete"]
        return found

    def _part(self, kind: GraphQLObjectType, same: FieldDetailsList) -> str:
        """Of the connection itself: its edges are rows, and whatever else it has are objects."""
        name = same[0].node.name.value
        if name == "__typename":
            return repr(kind.name)
        definition = self.schema.get_field(kind, name)
        if definition is None:
            raise NotPlain
        attribute, inner = attribute_of(definition), _present(definition.type)
        if attribute == "edges" and isinstance(inner, GraphQLList):
            columns = ", ".join(f"c{number}" for number in range(self.form.width))
            return f"[{self._value(inner.of_type, same, 's')} for {columns} in s.page.rows]"
        complete = compile_selection(self.schema, self.collect, inner, same)
        if complete is None:
            raise NotPlain
        return f"{self._name(complete)}(s.{attribute})"

    def _value(self, kind: GraphQLOutputType, same: FieldDetailsList, read: str) -> str:
        if isinstance(kind, GraphQLNonNull):
            return self._here(kind.of_type, same, read)
        here = self._here(kind, same, read)
        return here if here == read else f"None if {read} is None else {here}"

    def _here(self, kind: GraphQLOutputType, same: FieldDetailsList, read: str) -> str:
        """Of what is not null."""
        match kind:
            case GraphQLScalarType(name="String" | "ID" | "Boolean"):
                return read
            case GraphQLScalarType(name="Int"):  # some columns are wider
                return f"({read} if {-LARGEST_INT - 1} <= {read} <= {LARGEST_INT} else aside())"
            case GraphQLScalarType(name="DateTime"):
                return f"{read}.isoformat()"
            case GraphQLEnumType():
                return f"{self._name(names_of(kind))}[{read}]"
            case GraphQLObjectType():
                return self._object(kind, same)
            case GraphQLInterfaceType() if kind.name in self.form.types:
                return self._interface(kind, same)
        raise NotPlain

    def _object(self, kind: GraphQLObjectType, fields: FieldDetailsList) -> str:
        parts = [f"{name!r}: {self._field(kind, same)}" for name, same in self.collect(kind, fields).items()]
        return f"{{{', '.join(parts)}}}"

    def _field(self, kind: GraphQLObjectType, same: FieldDetailsList) -> str:
        name = same[0].node.name.value
        if name == "__typename":
            return repr(kind.name)
        definition = self.schema.get_field(kind, name)
        if definition is None or definition.args:
            raise NotPlain
        read = self.form.reads.get(kind.name, {}).get(attribute_of(definition))
        if read is None:
            raise NotPlain
        return self._value(definition.type, same, read)

    def _interface(self, kind: GraphQLInterfaceType, fields: FieldDetailsList) -> str:
        said, words = self.form.types[kind.name]
        possible = {concrete.name: self._object(concrete, fields) for concrete in self.schema.get_possible_types(kind)}
        choices = [f"{possible[name]} if {said} == {word!r} else " for word, name in words.items()]
        return f"({''.join(choices)}aside())"

    def _name(self, constant: object) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = constant
        return name


def _present(kind: GraphQLOutputType) -> GraphQLOutputType:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def aside() -> Any:
    raise StepAside
