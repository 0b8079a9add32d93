"""Binding quotes: a price promised for one exact request, for a while, proven by a signature instead of a row.

The token is what the client gets as `quoteId`. It names the user, the request's fingerprint, the price and the time it
ends; whoever holds it can read but not change it.
"""

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from domain.errors import Conflict, InvalidInput
from domain.ids import UserId


class FreeBecause(StrEnum):
    FIRST_PORTRAITS = "FIRST_PORTRAITS"
    """A user's first set of portraits."""


QUOTE_LIFE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What `image_count` images cost, each `per_image` credits."""

    per_image: int
    image_count: int
    free_because: FreeBecause | None = None
    """Why it costs nothing; None where it has its price, even if that is 0."""

    @property
    def credits(self) -> int:
        return self.per_image * self.image_count


def seal(quote: Quote, *, user_id: UserId, fingerprint: str, now: datetime, secret: bytes) -> str:
    """The quote as a token bound to this user and request, good for `QUOTE_LIFE`."""
    body = json.dumps(
        {
            "u": str(user_id),
            "f": fingerprint,
            "p": quote.per_image,
            "n": quote.image_count,
            "x": int((now + QUOTE_LIFE).timestamp()),
            **({"w": quote.free_because} if quote.free_because else {}),
        },
        separators=(",", ":"),
    ).encode()
    return f"{_b64(body)}.{_b64(_mac(body, secret))}"


def unseal(token: str, *, user_id: UserId, fingerprint: str, now: datetime, secret: bytes) -> Quote:
    """The quote inside. Raises `InvalidInput` for a token that is not ours, `Conflict` for one that does not fit."""
    try:
        body, mac = (_unb64(part) for part in token.split("."))
    except ValueError:
        raise InvalidInput("This quote id was not made here. Ask for a quote again.", field="quoteId") from None
    if not hmac.compare_digest(mac, _mac(body, secret)):
        raise InvalidInput("This quote id was not made here. Ask for a quote again.", field="quoteId")
    content = json.loads(body)
    if content["u"] != str(user_id) or content["f"] != fingerprint:
        raise Conflict("This quote is for another request. Ask for a quote for exactly this input.")
    if datetime.fromtimestamp(content["x"], UTC) < now:
        raise Conflict("This quote has expired. Ask for a new one; nothing was charged.")
    free = FreeBecause(content["w"]) if "w" in content else None
    return Quote(per_image=content["p"], image_count=content["n"], free_because=free)


def _mac(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"quote:" + body, sha256).digest()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
