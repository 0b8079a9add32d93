"""What an operation asks for below a field, so that a read can bring just that."""

from collections.abc import Iterator, Sequence

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
            sets = reading.level(sets).get(name, [])
        found = notes[key] = frozenset(reading.paths(sets, ()))
    return found


class _Reading:
    """Level by level, with all of a name at once: to follow each of two equal ones would take twice as long on each level."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments

    def paths(self, sets: Sequence[SelectionSetNode], way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for name, below in self.level(sets).items():
            path = (*way, name)
            yield path
            if below:
                yield from self.paths(below, path)

    def level(self, sets: Sequence[SelectionSetNode]) -> dict[str, list[SelectionSetNode]]:
        """By the names of fields, what is selected below them. Each fragment counts once, however often it is spread."""
        found: dict[str, list[SelectionSetNode]] = {}
        todo, spread = list(sets), set()
        while todo:
            for selection in todo.pop().selections:
                match selection:
                    case FieldNode():
                        below = found.setdefault(selection.name.value, [])
                        below += [selection.selection_set] if selection.selection_set else []
                    case InlineFragmentNode():
                        todo.append(selection.selection_set)
                    case FragmentSpreadNode() if selection.name.value not in spread:
                        spread.add(selection.name.value)
                        todo.append(self._fragments[selection.name.value].selection_set)
        return found
