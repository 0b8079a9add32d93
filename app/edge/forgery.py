"""Requests from other pages: which may run at all, and what a browser is told so that the page may read the answer (CORS).

A body of JSON makes a browser ask first; a query in an address does not, so for GET its own word on where it comes from counts.
"""

from collections.abc import Mapping, Sequence

from app.edge.answers import Answer
from app.edge.origins import Origins
from app.edge.refusals import Header, HttpRefusal

FOREIGN_SITES = {b"cross-site", b"same-site"}
VARY = (b"vary", b"Origin, Accept")
READABLE = b"X-Request-Id, WWW-Authenticate, Retry-After"
PREFLIGHT: Sequence[Header] = (
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, X-Request-Id"),
    (b"access-control-max-age", b"600"),
)


class ForeignPages:
    def __init__(self, origins: Origins) -> None:
        self._origins = origins

    def check(self, method: str, headers: Mapping[bytes, bytes]) -> None:
        """Raises `HttpRefusal` for what a page sent that is neither ours nor on the list."""
        origin, host = headers.get(b"origin"), headers.get(b"host", b"")
        if origin is not None:
            if not self._origins.is_allowed(origin.decode("latin-1"), host.decode("latin-1")):
                raise _foreign()
        elif method == "GET" and headers.get(b"sec-fetch-site") in FOREIGN_SITES:
            raise _foreign()

    def common(self, headers: Mapping[bytes, bytes]) -> list[Header]:
        """Of every answer."""
        origin = headers.get(b"origin")
        if origin is None or not self._origins.is_listed(origin.decode("latin-1")):
            return [VARY]
        return [
            VARY,
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", READABLE),
        ]

    def preflight(self, headers: Mapping[bytes, bytes]) -> Answer:
        """`common` says whose page may go on; without it a browser asks no further."""
        self.check("OPTIONS", headers)
        return Answer(204, b"", [(b"allow", b"GET, POST"), *PREFLIGHT])


def _foreign() -> HttpRefusal:
    return HttpRefusal(403, "This page may not ask here: its origin is not allowed.", "FOREIGN_ORIGIN")
