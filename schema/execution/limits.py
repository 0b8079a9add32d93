"""What a document may ask for, counted before it is validated: some rules of the specification take quadratic time.

Fragments are followed as execution would follow them, so that a small text which unfolds into a large one is seen as large.
Each count stops at its limit: no document costs more than the limits themselves.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    Node,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableDefinitionNode,
)

from schema.execution.refusals import RequestRefused, refusal

LONGEST_DOCUMENT = 32 * 1024
"""Characters. The largest of the contract's documents has 3,000."""

MOST_TOKENS = 2_000
MOST_COMMENTS = 500
MOST_DEFINITIONS = 50
"""Operations and fragments of one document."""

MOST_ALIASES = 30
MOST_DIRECTIVES = 50
MOST_SPREADS = 150
"""Of fragments, which validation compares pairwise too."""

MOST_VARIABLES = 100
MOST_VALUES = 200
"""Written out in the document, arguments and what is inside of them: whatever is wrong with one prints all around it."""

DEEPEST = 12
MOST_ROOT_FIELDS = 30
MOST_MUTATIONS = 10
"""Root fields of one mutation: they run one after another."""

MOST_FIELDS = 1_000
"""With every fragment unfolded where it is spread."""

MOST_PAIRS = 5_000
"""Of fields with one name in one place, which validation compares pairwise."""

INTROSPECTIONS = {"__schema": 1, "__type": 5}
"""How often one operation may ask for each: a whole schema takes as long as a hundred other answers."""

DEEPEST_INTROSPECTION = 40
"""Levels in all. GraphiQL's own query has 14; lists inside of lists the specification's rule bounds far more tightly."""


def check_limits(document: DocumentNode) -> None:
    """Raises `RequestRefused` with the code `TOO_MUCH` and the limit that was passed."""
    if len(document.definitions) > MOST_DEFINITIONS:
        raise _too_much("definitions", MOST_DEFINITIONS)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    _check_written(document)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _check_unfolded(definition, fragments)
    alone = Unfolding({})  # validation compares what stands in a fragment also where nothing uses it
    for fragment in fragments.values():
        alone.descend(alone.merged([fragment.selection_set]), depth=1, deepest=MOST_TOKENS)


def _check_written(document: DocumentNode) -> None:
    """What stands in the text, followed nowhere."""
    found: Counter[str] = Counter()
    for node in _nodes(document):
        match node:
            case FieldNode() if node.alias is not None:
                found["aliases"] += 1
            case DirectiveNode():
                found["directives"] += 1
            case FragmentSpreadNode():
                found["fragment spreads"] += 1
            case VariableDefinitionNode():
                found["variables"] += 1
            case ArgumentNode() | ObjectFieldNode() | ListValueNode():
                found["values"] += len(node.values) if isinstance(node, ListValueNode) else 1
    for what, most in MOST_WRITTEN.items():
        if found[what] > most:
            raise _too_much(what, most)


MOST_WRITTEN = {
    "aliases": MOST_ALIASES,
    "directives": MOST_DIRECTIVES,
    "fragment spreads": MOST_SPREADS,
    "variables": MOST_VARIABLES,
    "values": MOST_VALUES,
}

BELOW: dict[type[Node], tuple[str, ...]] = {
    OperationDefinitionNode: ("variable_definitions", "directives", "selection_set"),
    FragmentDefinitionNode: ("directives", "selection_set"),
    VariableDefinitionNode: ("directives", "default_value"),
    SelectionSetNode: ("selections",),
    FieldNode: ("arguments", "directives", "selection_set"),
    InlineFragmentNode: ("directives", "selection_set"),
    FragmentSpreadNode: ("directives",),
    DirectiveNode: ("arguments",),
    ArgumentNode: ("value",),
    ListValueNode: ("values",),
    ObjectValueNode: ("fields",),
    ObjectFieldNode: ("value",),
}


def _nodes(document: DocumentNode) -> Iterator[Node]:
    """Of what can be executed. Without recursion: a document may be nested deeper than Python's stack."""
    todo: list[Node] = list(document.definitions)
    while todo:
        node = todo.pop()
        yield node
        for name in BELOW.get(type(node), ()):
            below = getattr(node, name)
            if isinstance(below, Node):
                todo.append(below)
            elif below:
                todo.extend(below)


def _check_unfolded(operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]) -> None:
    unfolding = Unfolding(fragments)
    root = unfolding.merged([operation.selection_set])
    most = MOST_MUTATIONS if operation.operation is OperationType.MUTATION else MOST_ROOT_FIELDS
    if len(root) > most:
        raise _too_much("root fields", most)
    for name, allowed in INTROSPECTIONS.items():
        if sum(same[0].name.value == name for same in root.values()) > allowed:
            raise _too_much(f"times {name}", allowed)
    unfolding.descend(root, depth=1)


@dataclass(slots=True)
class Unfolding:
    fragments: dict[str, FragmentDefinitionNode]
    fields: int = 0
    pairs: int = 0

    def descend(self, level: dict[str, list[FieldNode]], *, depth: int, deepest: int = DEEPEST) -> None:
        if depth > deepest:
            raise _too_much("levels", deepest)
        for same in level.values():
            below = [node.selection_set for node in same if node.selection_set]
            if below:
                own = DEEPEST_INTROSPECTION if same[0].name.value in INTROSPECTIONS else deepest
                self.descend(self.merged(below), depth=depth + 1, deepest=own)

    def merged(self, selection_sets: Sequence[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Fields by the name they answer under, as execution collects them: each fragment once for one place."""
        found: dict[str, list[FieldNode]] = {}
        for node in _Level(self.fragments, list(reversed(selection_sets))).fields():
            same = found.setdefault((node.alias or node.name).value, [])
            self.fields += 1
            self.pairs += len(same)
            if self.fields > MOST_FIELDS:
                raise _too_much("fields", MOST_FIELDS)
            if self.pairs > MOST_PAIRS:
                raise _too_much("repetitions of fields", MOST_PAIRS)
            same.append(node)
        return found


@dataclass(slots=True)
class _Level:
    fragments: dict[str, FragmentDefinitionNode]
    todo: list[SelectionSetNode]
    spread: set[str] = field(default_factory=set)

    def fields(self) -> Iterator[FieldNode]:
        while self.todo:
            for selection in self.todo.pop().selections:
                if isinstance(selection, FieldNode):
                    yield selection
                elif isinstance(selection, InlineFragmentNode):
                    self.todo.append(selection.selection_set)
                elif isinstance(selection, FragmentSpreadNode):
                    self._spread(selection.name.value)

    def _spread(self, name: str) -> None:
        """An unknown fragment is validation's to tell."""
        if name not in self.spread and (fragment := self.fragments.get(name)):
            self.spread.add(name)
            self.todo.append(fragment.selection_set)


def _too_much(what: str, limit: int) -> RequestRefused:
    return refusal(f"This asks for more than {limit} {what}. Ask for less at once.", "TOO_MUCH", limit=limit)
