"""How many objects an operation may ask for, counted before it runs: page sizes multiply along a path.

Depth, aliases and fields are bounded elsewhere; within their bounds pages of pages could still fill a process for seconds.
What an operation asks for is read off its document once, as a tree of the fields that bring objects; only the page sizes
that are variables wait for the request.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

MOST_OBJECTS = 5_000
"""The contract's gallery, a page of 50 images with job and subject, asks for 302 with its edges."""

UNSAID = 100
"""For a page size that cannot be read off the request: the most that any page has."""

SIZES = ("first", "ids")
"""Arguments that say how many objects a field brings."""

OPERATION = 1
MUTATION = 10
"""Of each root field of a mutation: it locks, writes and is told to others."""

INTROSPECTION = {"__schema": 1_000, "__type": 100}

Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True, slots=True)
class Asked:
    """Objects that a field brings: `size` of them, or as many as the variable says, each with what is `below`."""

    size: int
    variable: str | None
    below: Sequence["Asked"]

    def objects(self, variables: Mapping[str, object]) -> int:
        size = self.size if self.variable is None else _count(variables.get(self.variable))
        each = 1
        for asked in self.below:
            each += asked.objects(variables)
        return max(1, size) * each


@dataclass(frozen=True, slots=True)
class Price:
    """What an operation costs in points: one for each object, and something for what is dear in itself."""

    base: int
    asked: Sequence[Asked]

    def points(self, variables: Mapping[str, object]) -> int:
        return self.base + sum(asked.objects(variables) for asked in self.asked)


def price_of(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Price:
    """Of a valid operation."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        raise ValueError(f"There is no {operation.operation.value}")
    reading = _Reading(schema, fragments)
    level = reading.level([(operation.selection_set, root)])
    names = [same[0][0].name.value for same in level]
    base = OPERATION + sum(INTROSPECTION.get(name, 0) for name in names)
    base += MUTATION * len(names) if operation.operation is OperationType.MUTATION else 0
    return Price(base, reading.asked(level))


Same = Sequence[tuple[FieldNode, Composite]]
"""Fields that are one in the answer, each with the type it is asked of."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """Merges fields as execution does, level by level. To follow each of two equal ones would take twice as long on each level."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]

    def asked(self, level: Sequence[Same]) -> Sequence[Asked]:
        return [asked for asked in map(self._asked, level) if asked]

    def level(self, selections: Iterable[tuple[SelectionSetNode, Composite]]) -> Sequence[Same]:
        """Fragments are known not to be cyclic, the document is valid; but one may be spread in one place many times."""
        found: dict[tuple[str, str], list[tuple[FieldNode, Composite]]] = {}
        todo, spread = list(selections), set()
        while todo:
            below, parent = todo.pop()
            for selection in below.selections:
                match selection:
                    case FieldNode():
                        name = (selection.alias or selection.name).value
                        found.setdefault((name, parent.name), []).append((selection, parent))
                    case InlineFragmentNode():
                        todo.append((selection.selection_set, self._named(selection, parent)))
                    case FragmentSpreadNode() if selection.name.value not in spread:
                        spread.add(selection.name.value)
                        fragment = self.fragments[selection.name.value]
                        todo.append((fragment.selection_set, self._named(fragment, parent)))
        return list(found.values())

    def _asked(self, same: Same) -> Asked | None:
        node, parent = same[0]  # of the others arguments are the same: the document is valid
        field = parent.fields.get(node.name.value)
        kind = get_named_type(field.type) if field else None
        if field is None or not isinstance(kind, Composite):
            return None
        size, variable = _page_size(node, field)
        below = [(each.selection_set, kind) for each, _ in same if each.selection_set]
        return Asked(size, variable, self.asked(self.level(below)))

    def _named(self, node: InlineFragmentNode | FragmentDefinitionNode, parent: Composite) -> Composite:
        named = self.schema.get_type(node.type_condition.name.value) if node.type_condition else None
        return named if isinstance(named, Composite) else parent


def _page_size(node: FieldNode, field: GraphQLField) -> tuple[int, str | None]:
    """How many objects a field brings: its `first`, as many as it is given ids, or one."""
    name = next((name for name in SIZES if name in field.args), None)
    if name is None:
        return 1, None
    match next((a.value for a in node.arguments or () if a.name.value == name), None):
        case IntValueNode(value=value) if name == "first":
            return int(value), None
        case ListValueNode(values=values):
            return len(values), None
        case VariableNode() as variable:
            return UNSAID, variable.name.value
        case _:
            default: object = field.args[name].default_value
            return (default if isinstance(default, int) else UNSAID), None


def _count(size: object) -> int:
    """Of what a variable says: a page size, or a list of ids."""
    match size:
        case int():
            return size
        case list():
            return len(size)
        case _:
            return UNSAID
