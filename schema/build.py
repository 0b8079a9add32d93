"""The schema, with what surrounds every operation."""

import strawberry
from graphql import ASTValidationRule, GraphQLError
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, ParserCache, SchemaExtension, ValidationCache
from strawberry.extensions.max_aliases import create_validator as at_most_aliases
from strawberry.extensions.query_depth_limiter import create_validator as at_most_deep
from strawberry.schema.config import StrawberryConfig
from strawberry.types.execution import ExecutionContext

from resolvers.context import Context
from schema.errors import ERROR_TYPES
from schema.live import EVENT_TYPES, Subscription
from schema.masking import MaskUnexpected
from schema.root import Mutation, Query
from schema.subjects import Influencer, Persona

MOST_TOKENS = 2_000
MOST_ALIASES = 30
DEEPEST = 12
CACHED_DOCUMENTS = 512

LIMITS: list[type[ASTValidationRule]] = [
    at_most_aliases(MOST_ALIASES),
    at_most_deep(should_ignore=None, max_depth=DEEPEST),
]
"""Made once: the cache of validated documents is keyed by its rules, and a rule made per request never hits."""


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
            MaskUnexpected,
            TellReplay,
            lambda: MaxTokensLimiter(MOST_TOKENS),
            lambda: AddValidationRules(LIMITS),
            lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
            lambda: ValidationCache(maxsize=CACHED_DOCUMENTS),
        ],
        config=StrawberryConfig(auto_camel_case=True),
    )
