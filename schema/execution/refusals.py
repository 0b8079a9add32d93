"""An operation that is not begun: nothing was resolved, and there is no `data` to speak of."""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

FormattedError = dict[str, Any]
"""As it goes on the wire: message, locations, path, extensions."""


class RequestRefused(Exception):
    """`errors` are what the client is told, at least one."""

    def __init__(self, errors: Sequence[FormattedError]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = list(errors)

    @property
    def code(self) -> str:
        """Of the first error."""
        return str(self.errors[0]["extensions"]["code"])


def refusal(message: str, code: str, **data: object) -> RequestRefused:
    return RequestRefused([{"message": message, "extensions": {"code": code, **data}}])


def refusal_of(errors: Sequence[GraphQLError], code: str) -> RequestRefused:
    """`code` is for those that bring none."""
    return RequestRefused([{**e.formatted, "extensions": {"code": code, **(e.extensions or {})}} for e in errors])
