"""One answer for all who ask the same of the same event: it is executed and written once, and its bytes go to everyone."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import FieldNode, VariableNode, visit
from graphql.language import Visitor

from resolvers.context import Context
from schema.execution.documents import Operation


class Reader:
    """What one subscription asks of each event: its operation, for whom, and the variables on which an answer depends.

    An event that is told to more than one has a memory of its own for that, `answers`.
    """

    def __init__(self, operation: Operation, variables: Mapping[str, object], context: Context) -> None:
        names = operation.notes.get("of events")
        if names is None:
            names = operation.notes["of events"] = tuple(sorted(set(_below_root(operation))))
        self._key = (
            operation,
            context.actor,
            tuple(repr(variables[name]) if name in variables else None for name in names),
        )

    def kept(self, event: object) -> bytes | None:
        answers: dict[Any, bytes] | None = getattr(event, "answers", None)
        return None if answers is None else answers.get(self._key)

    def keep(self, event: object, answer: tuple[bytes, bool]) -> bytes:
        """Not one with errors: the next reader may be luckier."""
        written, is_good = answer
        answers: dict[Any, bytes] | None = getattr(event, "answers", None)
        if is_good and answers is not None:
            answers[self._key] = written
        return written


def _below_root(operation: Operation) -> Iterator[str]:
    """Variables that are used anywhere but in the arguments of the root field: those chose the stream."""
    root = [s.selection_set if isinstance(s, FieldNode) else s for s in operation.node.selection_set.selections]
    for node in [*operation.fragments.values(), *root]:
        if node is not None:
            collecting = _Variables()
            visit(node, collecting)
            yield from collecting.names


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.names.append(node.name.value)
