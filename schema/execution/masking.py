"""What a client learns of an error: the product's own words with code and data, or an id that the log line carries."""

from collections.abc import Sequence
from uuid import uuid4

import structlog
from graphql import GraphQLError

from domain.errors import DomainError
from schema.execution.refusals import FormattedError

log = structlog.get_logger("likeness.graphql")


def told(errors: Sequence[GraphQLError]) -> list[FormattedError]:
    """What went wrong unexpectedly is logged here, once, and nowhere else; a client's own mistakes are not."""
    return [_masked(error) if is_unexpected(error) else _formatted(error) for error in errors]


def is_unexpected(error: GraphQLError) -> bool:
    """Neither the product's own refusal nor what graphql-core says of a client's mistake."""
    cause = error.original_error
    return cause is not None and not isinstance(cause, (DomainError, GraphQLError))


def _formatted(error: GraphQLError) -> FormattedError:
    return {**error.formatted}


def _masked(error: GraphQLError) -> FormattedError:
    masked = _report(error.original_error, path=error.path)
    return {**error.formatted, **masked}


def _report(cause: BaseException | None, *, path: Sequence[str | int] | None) -> FormattedError:
    error_id = uuid4().hex
    log.error("unexpected error", error_id=error_id, path=path, exc_info=cause)
    return {
        "message": f"Something went wrong on our side. Report it with this id: {error_id}",
        "extensions": {"code": "INTERNAL", "errorId": error_id},
    }
