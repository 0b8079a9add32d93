"""What reaches a client of an error: the product's own words with code and data, or an id that the log line carries."""

from uuid import uuid4

import structlog
from graphql import GraphQLError
from strawberry.extensions import MaskErrors

from domain.errors import DomainError

log = structlog.get_logger("likeness.graphql")


class MaskUnexpected(MaskErrors):
    """Implements `on_operation` and, inherited, `on_stream_result`: a subscription leaks nothing either."""

    def __init__(self) -> None:
        super().__init__(should_mask_error=is_unexpected)

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        error_id = uuid4().hex
        log.error("unexpected error", error_id=error_id, path=error.path, exc_info=error.original_error)
        return GraphQLError(
            message=f"Something went wrong on our side. Report it with this id: {error_id}",
            nodes=error.nodes,
            path=error.path,
            extensions={"code": "INTERNAL", "errorId": error_id},
        )


def is_unexpected(error: GraphQLError) -> bool:
    """Neither the product's own refusal nor what graphql-core says of a client's mistake."""
    cause = error.original_error
    return cause is not None and not isinstance(cause, (DomainError, GraphQLError))
