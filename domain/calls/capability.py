"""The part of a webhook's address that nobody can guess: it names one call, and only we can have made it."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from domain.errors import NotFound
from domain.ids import CallId, UserId

LIFE = timedelta(hours=12)
"""fal repeats a delivery for two hours, RunPod keeps a job for a day at the most; ours are over in minutes."""

MAC_BYTES = 32


def seal_call(user_id: UserId, call_id: CallId, *, now: datetime, secret: bytes) -> str:
    body = user_id.bytes + call_id.bytes + int((now + LIFE).timestamp()).to_bytes(5)
    return base64.urlsafe_b64encode(body + _mac(body, secret)).rstrip(b"=").decode()


def unseal_call(token: str, *, now: datetime, secret: bytes) -> tuple[UserId, CallId]:
    """Raises `NotFound` for one that was not made here, or long ago: whoever calls is not told which."""
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise NotFound("There is nothing at this address.") from None
    body, mac = sealed[:-MAC_BYTES], sealed[-MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(body, secret)) or datetime.fromtimestamp(int.from_bytes(body[32:]), UTC) < now:
        raise NotFound("There is nothing at this address.")
    return UserId(UUID(bytes=body[:16])), CallId(UUID(bytes=body[16:32]))


def _mac(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, b"call:" + body, sha256).digest()
