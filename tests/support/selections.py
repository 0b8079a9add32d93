"""Operations made up by chance: valid for the schema at hand, and using all of the language that a client may.

Everything is drawn through hypothesis, so that what fails is made small.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from hypothesis import strategies as st

Variables = dict[str, Any]
Composite = GraphQLObjectType | GraphQLInterfaceType

CONDITIONS: Mapping[str, tuple[str, Sequence[Any]]] = {
    "yes": ("Boolean!", [True, False]),
    "perhaps": ("Boolean = true", [True, False, None, ...]),
}
"""Variables of @skip and @include. The second may be absent; null, which its type allows there, is an error at run time."""

LEAVES: Mapping[str, Sequence[str]] = {
    "Int": ("1", "3", "10", "-1"),
    "Float": ("0.5", "2"),
    "Boolean": ("true", "false"),
    "String": ('"a"', '""', '"ü \\" {"'),
    "ID": ('"a"', "7"),
    "DateTime": ('"2026-01-01T00:00:00Z"',),
}
VALUES: Mapping[str, Sequence[Any]] = {
    "Int": (1, 3, 10, -1),
    "Float": (0.5, 2),
    "Boolean": (True, False),
    "String": ("a", "", 'ü " {'),
    "ID": ("a", 7),
    "DateTime": ("2026-01-01T00:00:00Z",),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A document, and two sets of variables for it."""

    text: str
    variables: tuple[Variables, Variables]


@st.composite
def operations(draw: st.DrawFn, schema: GraphQLSchema, *, kind: str = "query", depth: int = 7, width: int = 5) -> Drawn:
    chance = draw(st.randoms(use_true_random=False))
    writing = Writing(schema, chance, width)
    root = {"query": schema.query_type, "subscription": schema.subscription_type}[kind]
    assert root is not None
    body = (
        f"{{ {writing.field(root, depth, may_be_left_out=False)} }}"
        if kind == "subscription"
        else writing.selection(root, depth)
    )
    return writing.drawn(kind, body)


@st.composite
def selections(draw: st.DrawFn, schema: GraphQLSchema, name: str, *, depth: int = 3, width: int = 6) -> Drawn:
    """Of a type, below whatever stands for `{}` in a document of the test's own: `text` is the part in braces, and fragments."""
    writing = Writing(schema, draw(st.randoms(use_true_random=False)), width, uses_variables=False)
    kind = schema.type_map[name]
    assert isinstance(kind, Composite)
    body = writing.selection(kind, depth)
    return Drawn("\n".join([body, *writing.fragments.values()]), ({}, {}))


@dataclass(slots=True)
class Writing:
    schema: GraphQLSchema
    chance: Random
    width: int
    uses_variables: bool = True
    left: int = 40
    """Parts that may still be written; then every selection is as short as can be."""
    answers: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """By the name they answer under: field, arguments and type. One name is one thing, so that all can be merged."""
    fragments: dict[str, str] = field(default_factory=dict)
    conditions_of_fragments: dict[str, str] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    choices: dict[str, Sequence[Any]] = field(default_factory=dict)

    def drawn(self, kind: str, body: str) -> Drawn:
        declared = ", ".join(f"${name}: {type_}" for name, type_ in self.declared.items())
        head = f"{kind} It({declared})" if declared else f"{kind} It"
        return Drawn("\n".join([f"{head} {body}", *self.fragments.values()]), (self._values(), self._values()))

    def _values(self) -> Variables:
        chosen = {name: self.chance.choice(values) for name, values in self.choices.items()}
        return {name: value for name, value in chosen.items() if value is not ...}

    def selection(self, kind: Composite, depth: int) -> str:
        """In braces. Never empty, though all of it may be skipped when it is run."""
        count = self.chance.randint(1, self.width) if self.left > 0 else 1
        self.left -= count
        parts = [self._part(kind, depth) for _ in range(count)]
        return "{ " + " ".join(parts) + " }"

    def _part(self, kind: Composite, depth: int) -> str:
        dice = self.chance.randint(0, 19) if self.left > 0 else 19
        if dice == 0:
            return "__typename" + self._condition()
        if dice == 1:
            return f"...{self._condition()} {self.selection(kind, depth)}"
        if dice in (2, 3):
            other = self.chance.choice(self._overlapping(kind))
            return f"... on {other.name}{self._condition()} {self.selection(other, depth)}"
        if dice == 4:
            return f"...{self._fragment(kind, depth)}{self._condition()}"
        return self.field(kind, depth)

    def field(self, kind: Composite, depth: int, *, may_be_left_out: bool = True) -> str:
        named = [
            (name, f)
            for name, f in kind.fields.items()
            if (depth > 1 and self.left > 0) or is_leaf_type(get_named_type(f.type))
        ]
        if not named:
            return "__typename"
        name, definition = self.chance.choice(named)
        arguments = self._arguments(definition)
        answer = self._answer(name, arguments, definition)
        of = get_named_type(definition.type)
        below = "" if is_leaf_type(of) else " " + self.selection(of, depth - 1)
        condition = self._condition() if may_be_left_out else ""
        return f"{answer}{arguments}{condition}{below}"

    def _answer(self, name: str, arguments: str, definition: GraphQLField) -> str:
        wanted = name if self.chance.randint(0, 7) else self.chance.choice(["a", "b", "_c"])
        thing = (name, arguments, str(definition.type))
        number = 0
        answer = wanted
        while self.answers.setdefault(answer, thing) != thing:
            number += 1
            answer = f"{wanted}{number}"
        return name if answer == name else f"{answer}: {name}"

    def _arguments(self, definition: GraphQLField) -> str:
        given = {
            name: self._value(argument)
            for name, argument in definition.args.items()
            if is_required_argument(argument) or (is_leaf_argument(argument) and self.chance.randint(0, 2) == 0)
        }
        return f"({', '.join(f'{name}: {value}' for name, value in given.items())})" if given else ""

    def _value(self, argument: GraphQLArgument) -> str:
        of = get_named_type(argument.type)
        if self.uses_variables and self.chance.randint(0, 1):
            name = f"of{len(self.declared)}"
            values = values_of(argument.type)
            is_optional = not isinstance(argument.type, GraphQLNonNull)
            self.declared[name] = str(argument.type)
            self.choices[name] = [*values, None, ...] if is_optional else values
            return f"${name}"
        text = self.chance.choice([*of.values] if isinstance(of, GraphQLEnumType) else LEAVES[of.name])
        is_list = isinstance(argument.type, GraphQLList) or "[" in str(argument.type)
        return f"[{text}]" if is_list else text

    def _condition(self) -> str:
        if self.chance.randint(0, 6):
            return ""
        word = self.chance.choice(["skip", "include"])
        if not self.uses_variables or self.chance.randint(0, 2) == 0:
            return f" @{word}(if: {self.chance.choice(['true', 'false'])})"
        name = self.chance.choice(list(CONDITIONS))
        self.declared[name], self.choices[name] = CONDITIONS[name]
        return f" @{word}(if: ${name})"

    def _fragment(self, kind: Composite, depth: int) -> str:
        overlapping = self._overlapping(kind)
        known = [name for name, on in self.conditions_of_fragments.items() if on in {o.name for o in overlapping}]
        if known and self.chance.randint(0, 1):
            return self.chance.choice(known)
        on = self.chance.choice(overlapping)
        body = self.selection(on, min(depth, 2))
        name = f"F{len(self.fragments)}"
        self.conditions_of_fragments[name] = on.name
        self.fragments[name] = f"fragment {name} on {on.name} {body}"
        return name

    def _overlapping(self, kind: Composite) -> list[Composite]:
        """Types whose fragments may stand there: those with an object in common."""
        mine = self._objects(kind)
        composites = (t for n, t in self.schema.type_map.items() if isinstance(t, Composite) and not n.startswith("__"))
        return [other for other in composites if mine & self._objects(other)]

    def _objects(self, kind: Composite) -> set[str]:
        if isinstance(kind, GraphQLInterfaceType):
            return {t.name for t in self.schema.get_possible_types(kind)}
        return {kind.name}


def is_leaf_argument(argument: GraphQLArgument) -> bool:
    return is_leaf_type(get_named_type(argument.type))


def values_of(kind: GraphQLInputType) -> list[Any]:
    """For a variable of it, as JSON."""
    if isinstance(kind, GraphQLNonNull):
        return values_of(kind.of_type)
    if isinstance(kind, GraphQLList):
        items = values_of(kind.of_type)
        return [[], items[:1], items]
    if isinstance(kind, GraphQLEnumType):
        return list(kind.values)
    assert isinstance(kind, GraphQLScalarType)
    return list(VALUES[kind.name])
