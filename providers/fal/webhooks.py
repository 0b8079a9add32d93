"""Deliveries that fal signed, told from all others. What a delivery says is a hint and no more: whoever waits asks fal.

Signed are four lines, joined by line feeds, none at the end: request id, user id, time, SHA-256 of the body in lower-case
hex. The body counts as it arrived, byte by byte. Source: fal's page on webhooks, 2026-11.

A replay inside the window is a good delivery, and has to be: fal repeats what we could not keep, and nobody says that it
signs anew. That a second one changes nothing is the inbox's business; after the window it is refused here.
"""

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import InvalidInput, NotAllowed, ProviderUnavailable

JWKS_URL = "https://rest.fal.ai/.well-known/jwks.json"
WINDOW = timedelta(seconds=300)
KEYS_LIVE = timedelta(hours=24)
KEYS_COOLDOWN = timedelta(minutes=1)
"""Between two fetches, however many deliveries arrive that no key fits."""
FIRST_COOLDOWN = timedelta(seconds=2)
"""As long as there are no keys at all."""

LARGEST_JWKS = 64 * 1024
SIGNATURE = re.compile(r"[0-9a-f]{128}")
SECONDS = re.compile(r"[0-9]{9,11}")
PREFIX = "x-fal-webhook-"

FetchKeys = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FalDelivery:
    request_id: str
    """As the queue knows it."""
    status: str
    """`OK` or `ERROR`."""


class FalWebhooks:
    """`account` is the user id that deliveries must name. None believes every account of fal's: the address alone then
    says that a delivery is meant for us."""

    def __init__(
        self, *, jwks_url: str = JWKS_URL, account: str | None = None, fetch_keys: FetchKeys | None = None
    ) -> None:
        self._account = account
        self._keys = _Keys(fetch_keys or _fetching(jwks_url))

    async def verify(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> FalDelivery:
        """Raises `NotAllowed` for what fal has not signed, not for us, or not just now; `InvalidInput` for something
        signed that is no delivery; `ProviderUnavailable` while its keys cannot be had."""
        signed = _Signed.read(headers, body)
        if abs(now - signed.at) > WINDOW:
            raise _refused("it was signed too long ago, or for later")
        if self._account is not None and signed.user_id != self._account:
            raise _refused("it is meant for another account")
        if not await self._keys.fit(signed.message, signed.signature, now=now):
            raise _refused("its signature is not fal's")
        return _delivery(body)

    async def request_id_of(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        """Of a delivery that `verify` accepts."""
        return (await self.verify(headers, body, now=now)).request_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signed:
    user_id: str
    at: datetime
    message: bytes
    signature: bytes

    @classmethod
    def read(cls, headers: Mapping[str, str], body: bytes) -> "_Signed":
        request_id, user_id, seconds, signature = (
            _only(headers, PREFIX + name) for name in ("request-id", "user-id", "timestamp", "signature")
        )
        if not SECONDS.fullmatch(seconds) or not SIGNATURE.fullmatch(signature):
            raise _refused("its time or signature is not of the right form")
        lines = (request_id, user_id, seconds, hashlib.sha256(body).hexdigest())
        return cls(
            user_id=user_id,
            at=datetime.fromtimestamp(int(seconds), UTC),
            message="\n".join(lines).encode(),
            signature=bytes.fromhex(signature),
        )


class _Keys:
    """fal names no key in a delivery, so each is tried. Where none fits there may be a new one."""

    def __init__(self, fetch: FetchKeys) -> None:
        self._fetch = fetch
        self._keys: Sequence[Ed25519PublicKey] = ()
        self._tried_at = self._fetched_at = datetime.min.replace(tzinfo=UTC)
        self._lock = asyncio.Lock()

    async def fit(self, message: bytes, signature: bytes, *, now: datetime) -> bool:
        """Raises `ProviderUnavailable` while there is no key that is fresh enough to be believed."""
        if self._are_fresh(now) and self._any_fits(message, signature):
            return True
        await self._refresh(now)
        return self._any_fits(message, signature)

    def _are_fresh(self, now: datetime) -> bool:
        return bool(self._keys) and now - self._fetched_at < KEYS_LIVE

    def _any_fits(self, message: bytes, signature: bytes) -> bool:
        return any(_fits(key, message, signature) for key in self._keys)

    async def _refresh(self, now: datetime) -> None:
        async with self._lock:
            if now - self._tried_at >= (KEYS_COOLDOWN if self._are_fresh(now) else FIRST_COOLDOWN):
                self._tried_at = now
                with suppress(httpx2.HTTPError, TimeoutError):
                    if found := _usable(await self._fetch()):
                        self._keys, self._fetched_at = found, now
        if not self._are_fresh(now):
            raise ProviderUnavailable("Deliveries cannot be verified right now. Send it again.", detail="no JWKS")


def _only(headers: Mapping[str, str], name: str) -> str:
    """A header that came twice could be read in one way here and in another by whoever signed."""
    found = [value for key, value in headers.items() if key.lower() == name]
    if len(found) != 1 or not found[0] or "\n" in found[0]:
        raise _refused(f"it needs one header {name}")
    return found[0]


def _fits(key: Ed25519PublicKey, message: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _usable(jwks: bytes) -> Sequence[Ed25519PublicKey]:
    try:
        said = json.loads(jwks)
    except ValueError:
        return ()
    listed = said.get("keys") if isinstance(said, dict) else None
    return tuple(key for one in (listed if isinstance(listed, list) else ()) if (key := _key(one)))


def _key(said: object) -> Ed25519PublicKey | None:
    if not isinstance(said, dict) or (said.get("kty"), said.get("crv")) != ("OKP", "Ed25519"):
        return None
    text = said.get("x")
    try:
        return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(f"{text}=="))
    except ValueError:
        return None


def _delivery(body: bytes) -> FalDelivery:
    try:
        said = json.loads(body)
    except ValueError:
        raise InvalidInput("This is no JSON.") from None
    request_id, status = (said.get(name) if isinstance(said, dict) else None for name in ("request_id", "status"))
    if not isinstance(request_id, str) or not 1 <= len(request_id) <= 200:
        raise InvalidInput("This names no request.")
    if status not in ("OK", "ERROR"):
        raise InvalidInput("This tells no status.")
    return FalDelivery(request_id=request_id, status=status)


def _refused(why: str) -> NotAllowed:
    return NotAllowed(f"This delivery is not accepted: {why}.")


def _fetching(url: str) -> FetchKeys:
    """With a short time-out: a delivery is waiting, and fal repeats it."""

    async def fetch() -> bytes:
        async with (
            asyncio.timeout(5),
            httpx2.AsyncClient(timeout=3.0, follow_redirects=False) as client,
            client.stream("GET", url) as answer,
        ):
            answer.raise_for_status()
            found = bytearray()
            async for part in answer.aiter_bytes():
                found += part
                if len(found) > LARGEST_JWKS:
                    return b""
            return bytes(found)

    return fetch
