"""Supabase access tokens: ES256 or RS256 by the project's JWKS, or HS256 by its (older) shared secret.

Which algorithm counts is decided here and never by the token's header: a key of the JWKS is only ever used with its own
asymmetric algorithm, and HS256 only where a secret is configured and the token names no key of the JWKS. Checked are
signature, `exp`, `nbf`, `aud`, `iss`, a UUID `sub`, and that this is a person's session (`role` authenticated, not
anonymous): Supabase signs its service keys with the same secret.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import jwt

from domain.accounts.account import Actor
from domain.errors import ProviderUnavailable, SignInRequired
from domain.ids import UserId
from domain.ports.token_verifier import SignedIn

ASYMMETRIC = frozenset({"ES256", "RS256"})
KEYS_LIVE = 600.0  # seconds; Supabase's edge caches its JWKS as long
KEYS_COOLDOWN = 30.0  # seconds between two fetches, however many unknown key ids arrive
FIRST_COOLDOWN = 2.0  # seconds between two fetches while none has succeeded: nobody can sign in meanwhile
LEEWAY = 5  # seconds of difference between clocks
LONGEST_TOKEN = 8192
FETCH_LIMIT = 3.0  # seconds for the whole of a JWKS: requests are waiting for it

FetchKeys = Callable[[], Awaitable[Mapping[str, Any]]]


class SupabaseTokens:
    """See `domain.ports.token_verifier.TokenVerifier`."""

    def __init__(
        self,
        *,
        issuer: str,
        audience: str = "authenticated",
        secret: bytes | None = None,
        fetch_keys: FetchKeys | None = None,
    ) -> None:
        if secret is None and fetch_keys is None:
            raise ValueError("Tokens need a secret or a JWKS to be verified with.")
        self._issuer, self._audience, self._secret = issuer, audience, secret
        self._keys = KeySet(fetch_keys) if fetch_keys else None

    async def verify(self, token: str) -> SignedIn:
        if len(token) > LONGEST_TOKEN:
            raise SignInRequired("This token is not valid.")
        try:
            key, algorithm = await self._key_for(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "sub", "aud", "iss"]},
            )
        except jwt.ExpiredSignatureError:
            raise SignInRequired("This token has expired. Sign in again.") from None
        except (jwt.PyJWTError, ValueError):
            raise SignInRequired("This token is not valid.") from None
        return _signed_in(claims)

    async def _key_for(self, token: str) -> tuple[Any, str]:
        header = jwt.get_unverified_header(token)
        key_id, by_secret = header.get("kid"), self._secret is not None and header.get("alg") == "HS256"
        key = await self._asymmetric(key_id, or_none=by_secret)
        if key is not None:
            return key.key, key.algorithm_name
        if by_secret:
            return self._secret, "HS256"
        raise SignInRequired("This token is not valid.")

    async def _asymmetric(self, key_id: object, *, or_none: bool) -> jwt.PyJWK | None:
        """With `or_none`, keys that cannot be had now are no reason to refuse: the secret will judge the token."""
        if self._keys is None:
            return None
        try:
            return await self._keys.get(key_id)
        except ProviderUnavailable:
            if or_none:
                return None
            raise


def _signed_in(claims: Mapping[str, Any]) -> SignedIn:
    if claims.get("role") != "authenticated" or claims.get("is_anonymous") is True:
        raise SignInRequired("This token is not a signed-in user's.")
    try:
        user_id, expires_at = UserId(UUID(claims["sub"])), datetime.fromtimestamp(claims["exp"], UTC)
    except (ValueError, TypeError, AttributeError, OverflowError, OSError):
        raise SignInRequired("This token is not valid.") from None
    user, app = (_mapping(claims.get(name)) for name in ("user_metadata", "app_metadata"))
    actor = Actor(
        user_id=user_id,
        email=_text(claims.get("email")),
        display_name=_text(user.get("full_name") or user.get("name")),
        is_admin=app.get("role") == "admin",
    )
    return SignedIn(actor=actor, expires_at=expires_at)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value.replace("\0", "")[:320] if isinstance(value, str) and value else None


class KeySet:
    """A JWKS that is fetched when a new key id turns up, but not more often than every `KEYS_COOLDOWN`.

    While it cannot be fetched the keys known so far go on serving, and while it is being fetched nobody but the first waits
    who has one of them; nothing is ever accepted unverified.
    """

    def __init__(self, fetch: FetchKeys) -> None:
        self._fetch = fetch
        self._keys: dict[str, jwt.PyJWK] = {}
        self._tried_at = self._fetched_at = -float("inf")
        self._lock = asyncio.Lock()

    async def get(self, key_id: object) -> jwt.PyJWK | None:
        if not isinstance(key_id, str):
            return None
        stale = time.monotonic() - self._fetched_at > KEYS_LIVE
        if key_id not in self._keys or (stale and not self._lock.locked()):
            await self._refresh()
        return self._keys.get(key_id)

    async def _refresh(self) -> None:
        """Raises `ProviderUnavailable` while nothing was ever fetched."""
        async with self._lock:
            never = self._fetched_at == -float("inf")
            if time.monotonic() - self._tried_at >= (FIRST_COOLDOWN if never else KEYS_COOLDOWN):
                self._tried_at = time.monotonic()
                with suppress(httpx2.HTTPError, TimeoutError, ValueError):
                    self._keys = _usable(await self._fetch())
                    self._fetched_at = time.monotonic()
                    never = False
        if never:
            raise ProviderUnavailable("Tokens cannot be verified right now. Try again shortly.")


def _usable(answer: object) -> dict[str, jwt.PyJWK]:
    """By key id. None is fine: a project that still signs by its secret has an empty JWKS. Raises `ValueError` for what is none.

    One key that cannot be read takes no other with it.
    """
    listed = answer.get("keys") if isinstance(answer, Mapping) else None
    if not isinstance(listed, list):
        raise ValueError("This is no JWKS.")
    found = (_key(each) for each in listed)
    return {key.key_id: key for key in found if key and key.key_id and key.algorithm_name in ASYMMETRIC}


def _key(listed: object) -> jwt.PyJWK | None:
    try:
        return jwt.PyJWK(listed) if isinstance(listed, dict) and listed.get("use", "sig") == "sig" else None
    except (jwt.PyJWTError, ValueError, TypeError):
        return None


def fetch_jwks(url: str) -> FetchKeys:
    """Over HTTP. Raises what httpx2 raises, `TimeoutError` and `ValueError`. A redirect is not followed: keys come from here."""

    async def fetch() -> Mapping[str, Any]:
        async with asyncio.timeout(FETCH_LIMIT), httpx2.AsyncClient(follow_redirects=False) as client:
            answer = await client.get(url)
            answer.raise_for_status()
            keys: Mapping[str, Any] = answer.json()
            return keys

    return fetch
