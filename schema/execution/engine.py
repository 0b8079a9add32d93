"""Runs operations: from a request to the JSON of its answer. HTTP, sockets and tests all come here.

A request that is not begun raises `RequestRefused`. Whatever happens later is part of the answer, in `errors`.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationType
from graphql.execution import create_source_event_stream, default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues, get_variable_values
from strawberry import Schema

from resolvers.context import Context, never
from schema.execution.cost import MOST_OBJECTS
from schema.execution.documents import Documents, Operation
from schema.execution.executor import LeanExecutor
from schema.execution.json import encode_json, holds_zero
from schema.execution.masking import told
from schema.execution.refusals import RequestRefused, refusal, refusal_of
from schema.execution.shared import Reader

MOST_TOLD = 10
"""Errors about variables."""

MOST_REMEMBERED = 16
LONGEST_REMEMBERED = 1_000
"""Sets of variables of one operation, and how long each may be when written out."""


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a client sent, of the right types and nothing more."""

    query: str
    operation_name: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation with its variables, ready to run. `cost` is in points: roughly the objects it may bring."""

    operation: Operation
    variables: VariableValues
    cost: int

    @property
    def kind(self) -> OperationType:
        return self.operation.kind


class Engine:
    def __init__(self, schema: Schema, *, executor: type[LeanExecutor] = LeanExecutor) -> None:
        self._schema: GraphQLSchema = schema._schema
        self._documents = Documents(self._schema)
        self._executor = executor

    def knows(self, text: str, *, is_open: bool) -> bool:
        """Whether this document was read before, and is remembered."""
        return self._documents.knows(text, is_open=is_open)

    def prepare(self, request: GraphQLRequest, *, is_open: bool = True) -> Prepared:
        """Runs nothing. Raises `RequestRefused`: the text, its limits, its variables or its cost are not as they must be.

        Where the schema is not `is_open`, introspection is refused and no suggestion is made.
        """
        operation = self._documents.read(request.query, is_open=is_open).operation(request.operation_name)
        try:
            variables = self._variables(operation, request.variables, is_open=is_open)
        except RecursionError:  # JSON may be nested deeper than Python's stack
            raise refusal("The variables are nested too deeply.", "TOO_MUCH") from None
        cost = operation.price.points(variables.coerced)
        if cost > MOST_OBJECTS:
            raise refusal(
                f"This asks for more than {MOST_OBJECTS} objects. Ask for smaller pages, or for fewer inside of pages.",
                "TOO_MUCH",
                limit=MOST_OBJECTS,
            )
        return Prepared(operation, variables, cost)

    def _variables(self, operation: Operation, given: Mapping[str, object], *, is_open: bool) -> VariableValues:
        """Of a query those that came before are remembered: nobody changes them, and clients ask the same again and again."""
        key = repr(given) if operation.kind is OperationType.QUERY else ""
        kept = operation.variables.get(key)
        if kept is not None:
            return kept
        if given and holds_zero(given):
            raise refusal("A text of this request holds a zero byte (U+0000). Leave it out.", "INVALID_INPUT")
        variables = operation.quick_variables(given) or get_variable_values(
            self._schema,
            operation.node.variable_definitions or (),
            cast("dict[str, Any]", given),
            max_errors=MOST_TOLD,
            hide_suggestions=not is_open,
        )
        if isinstance(variables, list):
            raise refusal_of(variables, "BAD_USER_INPUT")
        if 0 < len(key) <= LONGEST_REMEMBERED:
            if len(operation.variables) >= MOST_REMEMBERED:
                operation.variables.clear()
            operation.variables[key] = variables
        return variables

    async def execute(self, prepared: Prepared, context: Context) -> bytes:
        """The answer to a query or a mutation, as JSON; it always has `data`."""
        context = context.for_operation(prepared.operation.notes)
        executor = self._built(prepared, context)
        result = executor.execute_operation()
        done = cast("ExecutionResult", await result if executor.is_awaitable(result) else result)
        extensions: dict[str, object] = {"cost": {"requested": prepared.cost, "limit": MOST_OBJECTS}}
        if context.replayed:
            extensions["idempotentReplay"] = True
        return _answer(done, extensions)

    async def subscribe(
        self, prepared: Prepared, context: Context, tell_now: Callable[[bytes], bool] = never
    ) -> AsyncGenerator[bytes, None]:
        """An answer for each event, as JSON. Raises `RequestRefused` at the first step when the stream cannot begin.

        While the stream waits for its next event, one may go to `tell_now` instead, which says whether it told it.
        """
        context = context.for_operation(prepared.operation.notes)
        executor = self._built(prepared, context)
        source = create_source_event_stream(executor)
        if executor.is_awaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            raise RequestRefused(told(source.errors or []))
        reader = Reader(executor, context)

        def tell_event_now(event: object) -> bool:
            answer = reader.at_once(event)
            return answer is not None and tell_now(answer)

        context.tell_now = tell_event_now
        events = cast("AsyncGenerator[Any, None]", source)
        try:
            async for event in events:
                executor.plan.runs += 1
                answer = reader.at_once(event) or await self._answer_event(executor, reader, event)
                del event
                yield answer
                del answer
        except GraphQLError as error:
            raise RequestRefused(told([error])) from error
        except Exception as error:
            raise RequestRefused(told([GraphQLError(str(error), original_error=error)])) from error
        finally:
            context.tell_now = never  # or the two would hold each other
            await events.aclose()

    async def _answer_event(self, executor: LeanExecutor, reader: Reader, event: object) -> bytes:
        one = executor.build_per_event_executor(event)
        result = one.execute_operation(False)
        done = await result if one.is_awaitable(result) else result
        answer = _answer(done, None)
        return answer if done.errors else reader.keep(event, answer)

    def _built(self, prepared: Prepared, context: Context) -> LeanExecutor:
        operation = prepared.operation
        operation.runs += 1
        executor = self._executor(
            self._schema,
            operation.fragments,
            operation.details,
            None,
            context,
            operation.node,
            prepared.variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
        )
        executor.follow(operation)
        return executor


def _answer(result: ExecutionResult, extensions: Mapping[str, object] | None) -> bytes:
    found: dict[str, object] = {"data": result.data}
    if result.errors:
        found["errors"] = told(result.errors)
    if extensions:
        found["extensions"] = extensions
    return encode_json(found)
