"""One answer for all who ask the same of the same event: it is executed and written once, and its bytes go to everyone."""

from collections.abc import Iterator
from typing import Any
from weakref import WeakValueDictionary

from graphql import FieldNode, VariableNode, visit
from graphql.language import Visitor

from resolvers.context import Context
from schema.execution.documents import Operation
from schema.execution.executor import LeanExecutor
from schema.execution.json import encode_json


class Question:
    """What is asked of each event: an operation, for whom, and the variables on which an answer depends. The same object for
    all who ask the same, so that nothing has to be compared for each of them.
    """

    __slots__ = ("__weakref__",)


class Reader:
    """One subscription and its events. One that is told to more than one has a memory of its own for that, `answers`."""

    def __init__(self, executor: LeanExecutor, context: Context) -> None:
        self._executor = executor
        self._question = _question(executor, context)

    def at_once(self, event: object) -> bytes | None:
        """An answer that was made before, or can be made without waiting and without an error."""
        answers: dict[Any, bytes] | None = getattr(event, "answers", None)
        if answers is not None and (kept := answers.get(self._question)):
            return kept
        data = self._executor.data_of(event)
        return None if data is None else self.keep(event, encode_json({"data": data}))

    def keep(self, event: object, answer: bytes) -> bytes:
        """Not to be called for one with errors: the next reader may be luckier."""
        answers: dict[Any, bytes] | None = getattr(event, "answers", None)
        if answers is not None:
            answers[self._question] = answer
        return answer


def _question(executor: LeanExecutor, context: Context) -> Question:
    operation, variables = executor.plan, executor.variable_values.coerced
    names = operation.notes.get("of events")
    if names is None:
        names = operation.notes["of events"] = tuple(sorted(set(_below_root(operation))))
        operation.notes["asked of events"] = WeakValueDictionary()
    values = tuple(repr(variables[name]) if name in variables else None for name in names)
    asked: WeakValueDictionary[Any, Question] = operation.notes["asked of events"]
    return asked.setdefault((context.actor, context.region, values), Question())


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
