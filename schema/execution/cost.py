"""How many objects an operation may ask for, counted before it runs: page sizes multiply along a path.

Depth, aliases and fields are bounded elsewhere; within their bounds pages of pages could still fill a process for seconds.
What an operation asks for is read off its document once, as a tree of the fields that bring objects; only the page sizes
that are variables wait for the request.
"""

from collections.abc import Mapping, Sequence
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
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

MOST_OBJECTS = 5_000
"""The gallery's page of 100 images with job and subject asks for 300."""

UNSAID = 100
"""For a page size that cannot be read off the request: the most that any page has."""

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
        size: object = self.size if self.variable is None else variables.get(self.variable, UNSAID)
        each = 1
        for asked in self.below:
            each += asked.objects(variables)
        return (max(1, size) if isinstance(size, int) else UNSAID) * each


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
    names = [node.name.value for node, _ in reading.fields(operation.selection_set, root)]
    base = OPERATION + sum(INTROSPECTION.get(name, 0) for name in names)
    base += MUTATION * len(names) if operation.operation is OperationType.MUTATION else 0
    return Price(base, reading.below(operation.selection_set, root))


@dataclass(frozen=True, slots=True)
class _Reading:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]

    def below(self, selections: SelectionSetNode | None, parent: Composite) -> Sequence[Asked]:
        found = (self._asked(node, owner) for node, owner in self.fields(selections, parent))
        return [asked for asked in found if asked]

    def fields(self, selections: SelectionSetNode | None, parent: Composite) -> list[tuple[FieldNode, Composite]]:
        """Each with the type it is asked of. Fragments are known not to be cyclic: the document is valid."""
        found: list[tuple[FieldNode, Composite]] = []
        for selection in selections.selections if selections else ():
            match selection:
                case FieldNode():
                    found.append((selection, parent))
                case InlineFragmentNode():
                    found += self.fields(selection.selection_set, self._named(selection, parent))
                case FragmentSpreadNode():
                    fragment = self.fragments[selection.name.value]
                    found += self.fields(fragment.selection_set, self._named(fragment, parent))
        return found

    def _asked(self, node: FieldNode, parent: Composite) -> Asked | None:
        field = parent.fields.get(node.name.value)
        kind = get_named_type(field.type) if field else None
        if field is None or not isinstance(kind, Composite):
            return None
        size, variable = _page_size(node, field)
        return Asked(size, variable, self.below(node.selection_set, kind))

    def _named(self, node: InlineFragmentNode | FragmentDefinitionNode, parent: Composite) -> Composite:
        named = self.schema.get_type(node.type_condition.name.value) if node.type_condition else None
        return named if isinstance(named, Composite) else parent


def _page_size(node: FieldNode, field: GraphQLField) -> tuple[int, str | None]:
    """How many objects a field brings: its `first`, or one."""
    if "first" not in field.args:
        return 1, None
    match next((a.value for a in node.arguments or () if a.name.value == "first"), None):
        case IntValueNode(value=value):
            return int(value), None
        case VariableNode() as variable:
            return UNSAID, variable.name.value
        case _:
            default: object = field.args["first"].default_value
            return (default if isinstance(default, int) else UNSAID), None
