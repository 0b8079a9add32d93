"""One operation executed by us and by graphql-core alone, each told so exactly that any difference shows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import strawberry
from graphql import ExecutionResult, GraphQLError, execute, parse
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.context import Context
from schema.execution.engine import Engine, GraphQLRequest
from schema.execution.executor import LeanExecutor
from schema.execution.json import encode_json

ADDRESS = re.compile(rb"(?<= at )0x[0-9a-f]+")
"""Of an object in memory, in the words that Python finds for it."""


class StockExecutor(LeanExecutor):
    """Ours in everything but how values are completed."""

    complete_value = StrawberryGraphQLCoreExecutionContext.complete_value

    def data_of(self, event: object) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Told:
    """`data` as the bytes of its JSON, so that the order of fields counts. Errors by what a client and a log see of them."""

    data: bytes
    errors: tuple[Any, ...]

    @classmethod
    def by(cls, result: ExecutionResult) -> "Told":
        return cls(ADDRESS.sub(b"", encode_json(result.data)), tuple(_told(error) for error in result.errors or ()))


def _told(error: GraphQLError) -> tuple[Any, ...]:
    cause = error.original_error
    places = tuple((place.line, place.column) for place in error.locations or ())
    return error.message, tuple(error.path or ()), places, str(error.extensions), type(cause), str(cause)


async def told_by_ours(engine: Engine, text: str, variables: Mapping[str, object], context: Context) -> Told:
    """Compiled, once the engine has seen the document twice. Raises `RequestRefused`."""
    prepared = engine.prepare(GraphQLRequest(text, variables=variables))
    executor = engine._built(prepared, context.for_operation(prepared.operation.notes))
    result = executor.execute_operation()
    return Told.by(cast("ExecutionResult", await result if executor.is_awaitable(result) else result))


async def told_by_graphql_core(
    schema: strawberry.Schema, text: str, variables: Mapping[str, object], context: Context
) -> Told:
    found = execute(
        schema._schema,
        parse(text),
        context_value=context.for_operation({}),
        variable_values=dict(variables),
        executor_class=StrawberryGraphQLCoreExecutionContext,
    )
    return Told.by(found if isinstance(found, ExecutionResult) else await cast("Any", found))
