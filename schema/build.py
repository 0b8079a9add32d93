"""The schema, with what surrounds every operation."""

import re
from collections.abc import Iterator
from contextlib import suppress

import strawberry
from graphql import ASTValidationRule, GraphQLError
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, ParserCache, SchemaExtension, ValidationCache
from strawberry.extensions.max_aliases import create_validator as at_most_aliases
from strawberry.extensions.query_depth_limiter import create_validator as at_most_deep
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext
from strawberry.types.graphql import OperationType

from domain.errors import InvalidInput
from resolvers.context import Context
from schema.cost import ObjectBudget
from schema.errors import ERROR_TYPES
from schema.execution import ForgetfulExecution
from schema.live import EVENT_TYPES, Subscription
from schema.masking import MaskUnexpected
from schema.root import Mutation, Query
from schema.subjects import Influencer, Persona

MOST_TOKENS = 2_000
MOST_ALIASES = 30
DEEPEST = 12
CACHED_DOCUMENTS = 512

ZERO = re.compile(r"\0|\\u(0000|\{0+\})")
"""As it is, and as GraphQL's strings may write it."""

LIMITS: list[type[ASTValidationRule]] = [
    at_most_aliases(MOST_ALIASES),
    at_most_deep(should_ignore=None, max_depth=DEEPEST),
]
"""Made once: the cache of validated documents is keyed by its rules, and a rule made per request never hits."""


class OwnContext(SchemaExtension):
    """Gives each operation a context of its own: on a socket all of them start from one, which would carry marks along."""

    def on_operation(self) -> Iterator[None]:
        if isinstance(context := self.execution_context.context, Context):
            self.execution_context.context = context.for_operation()
        yield


class KeptDocuments(ParserCache):
    """A document that cannot be parsed is left to the schema: on a socket, an error from here would end in the log alone."""

    def on_parse(self) -> Iterator[None]:
        operation = self.execution_context
        with suppress(GraphQLError):
            operation.graphql_document = self.cached_parse_document(operation.query or "", **operation.parse_options)
        yield


class NoZeroBytes(SchemaExtension):
    """Refuses strings that Postgres cannot keep, wherever in an operation they stand. Last of those that validate."""

    def on_validate(self) -> Iterator[None]:
        operation = self.execution_context
        written = operation.query is not None and ZERO.search(operation.query)
        if not operation.pre_execution_errors and (written or _holds_zero(operation.variables)):
            refusal = InvalidInput("A text of this request holds a zero byte (U+0000). Leave it out.")
            operation.pre_execution_errors = [GraphQLError(refusal.message, extensions=dict(refusal.extensions))]
        yield


class SocketsOnly(SchemaExtension):
    """A subscription has nowhere to stream to over HTTP: that is the client's mistake, and said as such."""

    def on_validate(self) -> Iterator[None]:
        operation = self.execution_context
        context = operation.context
        if (
            not operation.pre_execution_errors
            and isinstance(context, Context)
            and context.connection_params is None
            and operation.operation_type is OperationType.SUBSCRIPTION
        ):
            refusal = InvalidInput("Subscriptions are sent over a WebSocket, by the protocol graphql-transport-ws.")
            operation.pre_execution_errors = [GraphQLError(refusal.message, extensions=dict(refusal.extensions))]
        yield


def _holds_zero(value: object) -> bool:
    """Without recursion: variables may be nested deeper than Python's stack."""
    todo = [value]
    while todo:
        found = todo.pop()
        if isinstance(found, str) and "\0" in found:
            return True
        if isinstance(found, dict):
            todo.extend(found.values())
        elif isinstance(found, list):
            todo.extend(found)
    return False


class TellReplay(SchemaExtension):
    """Marks an answer that was given before: `extensions.idempotentReplay`."""

    def get_results(self) -> dict[str, object]:
        context = self.execution_context.context
        return {"idempotentReplay": True} if isinstance(context, Context) and context.replayed else {}


class LikenessSchema(strawberry.Schema):
    """Errors are logged where they are masked, once, and clients' mistakes not at all."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        return None


def build_schema() -> LikenessSchema:
    return LikenessSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[*ERROR_TYPES, *EVENT_TYPES, Influencer, Persona],
        extensions=[
            OwnContext,
            MaskUnexpected,
            TellReplay,
            lambda: MaxTokensLimiter(MOST_TOKENS),
            lambda: AddValidationRules(LIMITS),
            lambda: KeptDocuments(maxsize=CACHED_DOCUMENTS),
            lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
            NoZeroBytes,
            SocketsOnly,
            ObjectBudget,
        ],
        config=StrawberryConfig(auto_camel_case=True),
        execution_context_class=ForgetfulExecution,
    )
