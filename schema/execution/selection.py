"""What an operation asks for below a field, so that a read can bring just that."""

from collections.abc import Iterator

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode
from strawberry.types import Info

from resolvers.context import Context


def asked_below(info: Info[Context, None], *way: str) -> frozenset[tuple[str, ...]]:
    """Names of fields, in GraphQL's spelling, each with those on the way to it: `("job", "status")`.

    `way` leads from the field itself to where the names begin, as `edges`, `node` do in a connection. Whatever @skip, @include
    or a type condition may leave out counts as asked for.
    """
    raw = info._raw_info
    notes, key = info.context.notes, ("asked", way, *(id(node) for node in raw.field_nodes))
    found: frozenset[tuple[str, ...]] | None = notes.get(key)
    if found is None:
        sets = [node.selection_set for node in raw.field_nodes if node.selection_set]
        reading = _Reading(raw.fragments)
        for name in way:
            sets = [below for selections in sets for below in reading.below(selections, name)]
        found = notes[key] = frozenset(path for selections in sets for path in reading.paths(selections, ()))
    return found


class _Reading:
    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments

    def below(self, selections: SelectionSetNode, name: str) -> Iterator[SelectionSetNode]:
        for node in self._fields(selections):
            if node.name.value == name and node.selection_set:
                yield node.selection_set

    def paths(self, selections: SelectionSetNode, way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for node in self._fields(selections):
            path = (*way, node.name.value)
            yield path
            if node.selection_set:
                yield from self.paths(node.selection_set, path)

    def _fields(self, selections: SelectionSetNode) -> Iterator[FieldNode]:
        for selection in selections.selections:
            match selection:
                case FieldNode():
                    yield selection
                case InlineFragmentNode():
                    yield from self._fields(selection.selection_set)
                case FragmentSpreadNode():
                    yield from self._fields(self._fragments[selection.name.value].selection_set)
