"""What HTTP has its own words for. Over a socket only the errors are told."""

from collections.abc import Sequence

from schema.execution.refusals import RequestRefused

Header = tuple[bytes, bytes]


class HttpRefusal(RequestRefused):
    """Answered with its own `status`, whatever media type the client asked for."""

    def __init__(self, status: int, message: str, code: str, *, headers: Sequence[Header] = (), **data: object) -> None:
        super().__init__([{"message": message, "extensions": {"code": code, **data}}])
        self.status, self.headers = status, headers


def malformed(message: str) -> HttpRefusal:
    """Of what is no GraphQL request at all: it is not even looked at what it asks for."""
    return HttpRefusal(400, message, "BAD_REQUEST")
