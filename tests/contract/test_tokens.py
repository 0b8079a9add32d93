"""Who a token lets in: by secret, by the keys of a JWKS, and what happens when those change or are away."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from domain.errors import ProviderUnavailable, SignInRequired
from providers.local.tokens import LOCAL_ISSUER, issue_token, user_id_of
from providers.supabase import tokens as supabase
from providers.supabase.tokens import FIRST_COOLDOWN, SupabaseTokens
from tests.support.tokens import SigningKey, sign, unsigned

SECRET = b"a secret of tests, long enough to be one"


class Keys:
    """Stands where a project's JWKS is fetched from."""

    def __init__(self, *keys: SigningKey) -> None:
        self.keys = list(keys)
        self.fetched = 0
        self.away = False

    async def __call__(self) -> Mapping[str, Any]:
        self.fetched += 1
        await asyncio.sleep(0)
        if self.away:
            raise httpx2.ConnectError("away")
        return {"keys": [key.public for key in self.keys]}


class Ticking:
    """The part of `time` that tokens look at, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    clock = Ticking()
    monkeypatch.setattr(supabase, "time", clock)
    return clock


@pytest.fixture(scope="module")
def old() -> SigningKey:
    return SigningKey("ES256", "old")


@pytest.fixture(scope="module")
def new() -> SigningKey:
    return SigningKey("RS256", "new")


def by_secret() -> SupabaseTokens:
    return SupabaseTokens(issuer=LOCAL_ISSUER, secret=SECRET)


def by_keys(keys: Keys, secret: bytes | None = None) -> SupabaseTokens:
    return SupabaseTokens(issuer=LOCAL_ISSUER, fetch_keys=keys, secret=secret)


async def refused(tokens: SupabaseTokens, token: str) -> str:
    with pytest.raises(SignInRequired) as refusal:
        await tokens.verify(token)
    return refusal.value.message


async def test_the_embedded_issuer_and_the_verifier_agree() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    token = issue_token("mara", secret=SECRET, now=now, life=timedelta(minutes=5), is_admin=True)
    signed_in = await by_secret().verify(token)
    assert signed_in.expires_at == now + timedelta(minutes=5)
    assert signed_in.actor.user_id == user_id_of("mara")
    assert (signed_in.actor.email, signed_in.actor.display_name, signed_in.actor.is_admin) == (
        "mara@example.com",
        "Mara",
        True,
    )


async def test_who_may_administer_is_said_by_the_issuer_and_not_by_the_user() -> None:
    for changes in (
        {"user_metadata": {"role": "admin"}},
        {"app_metadata": "admin"},
        {"app_metadata": {"role": ["admin"]}},
    ):
        assert (await by_secret().verify(sign(SECRET, **changes))).actor.is_admin is False


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
async def test_a_key_of_the_jwks_lets_in(algorithm: str) -> None:
    key = SigningKey(algorithm, "k")
    user = str(uuid4())
    signed_in = await by_keys(Keys(key)).verify(key.sign(sub=user))
    assert str(signed_in.actor.user_id) == user


async def test_the_keys_are_fetched_once_for_many(old: SigningKey) -> None:
    keys = Keys(old)
    tokens = by_keys(keys)
    await asyncio.gather(*(tokens.verify(old.sign()) for _ in range(20)))
    assert keys.fetched == 1


async def test_a_rotated_key_counts_as_soon_as_a_token_names_it(
    old: SigningKey, new: SigningKey, ticking: Ticking
) -> None:
    keys = Keys(old)
    tokens = by_keys(keys)
    await tokens.verify(old.sign())
    keys.keys = [old, new]
    ticking.now += supabase.KEYS_COOLDOWN + 1

    await tokens.verify(new.sign())
    await tokens.verify(old.sign())
    assert keys.fetched == 2


async def test_a_withdrawn_key_lets_in_until_the_keys_are_stale(
    old: SigningKey, new: SigningKey, ticking: Ticking
) -> None:
    keys = Keys(old)
    tokens = by_keys(keys)
    await tokens.verify(old.sign())
    keys.keys = [new]
    ticking.now += supabase.KEYS_LIVE - 1
    await tokens.verify(old.sign())
    ticking.now += 2
    assert await refused(tokens, old.sign()) == "This token is not valid."
    await tokens.verify(new.sign())


async def test_unknown_keys_fetch_once_in_a_while_however_many_come(old: SigningKey, ticking: Ticking) -> None:
    keys = Keys(old)
    tokens = by_keys(keys)
    await tokens.verify(old.sign())
    for number in range(50):
        await refused(tokens, old.sign(key_id=f"unknown-{number}"))
    assert keys.fetched == 1
    ticking.now += supabase.KEYS_COOLDOWN + 1
    for number in range(50):
        await refused(tokens, old.sign(key_id=f"unknown-{number}"))
    assert keys.fetched == 2


async def test_while_the_jwks_is_away_known_keys_go_on(old: SigningKey, new: SigningKey, ticking: Ticking) -> None:
    keys = Keys(old)
    tokens = by_keys(keys)
    await tokens.verify(old.sign())
    keys.away = True
    ticking.now += supabase.KEYS_LIVE + 1
    await tokens.verify(old.sign())
    assert await refused(tokens, new.sign()) == "This token is not valid."
    keys.away, keys.keys = False, [new]
    ticking.now += supabase.KEYS_COOLDOWN + 1
    await tokens.verify(new.sign())


async def test_while_no_key_was_ever_seen_it_says_that_it_cannot_tell(old: SigningKey, ticking: Ticking) -> None:
    keys = Keys(old)
    keys.away = True
    tokens = by_keys(keys)
    with pytest.raises(ProviderUnavailable):
        await tokens.verify(old.sign())
    keys.away = False
    ticking.now += FIRST_COOLDOWN
    await tokens.verify(old.sign())


async def test_while_no_key_was_ever_seen_it_is_not_asked_for_by_every_request(old: SigningKey) -> None:
    keys = Keys(old)
    keys.away = True
    tokens = by_keys(keys)
    for _ in range(20):
        with pytest.raises(ProviderUnavailable):
            await tokens.verify(old.sign())
    assert keys.fetched <= 2


async def test_an_empty_jwks_is_no_reason_to_refuse_what_the_secret_signed() -> None:
    tokens = by_keys(Keys(), secret=SECRET)
    await tokens.verify(sign(SECRET, key_id="the-legacy-secret"))


async def test_a_jwks_that_is_away_is_no_reason_to_refuse_what_the_secret_signed() -> None:
    keys = Keys()
    keys.away = True
    await by_keys(keys, secret=SECRET).verify(sign(SECRET, key_id="the-legacy-secret"))


async def test_beside_a_jwks_the_secret_counts_for_tokens_that_name_no_key_of_it(old: SigningKey) -> None:
    tokens = by_keys(Keys(old), secret=SECRET)
    await tokens.verify(old.sign())
    await tokens.verify(sign(SECRET))
    await tokens.verify(sign(SECRET, key_id="unknown"))


async def test_a_token_by_secret_that_names_a_key_of_the_jwks_is_refused(old: SigningKey, new: SigningKey) -> None:
    tokens = by_keys(Keys(old, new), secret=SECRET)
    for key_id in ("old", "new"):
        assert await refused(tokens, sign(SECRET, key_id=key_id)) == "This token is not valid."


async def test_a_public_key_is_never_taken_for_a_secret(old: SigningKey) -> None:
    """The classic confusion: HS256, signed with what everybody can read."""
    for secret in (str(old.public).encode(), old.public["x"].encode() * 2):
        for tokens in (by_keys(Keys(old)), by_keys(Keys(old), secret=SECRET)):
            await refused(tokens, sign(secret, key_id="old"))
            await refused(tokens, sign(secret))


async def test_a_symmetric_key_in_a_jwks_is_not_used() -> None:
    class Leaky(Keys):
        async def __call__(self) -> Mapping[str, Any]:
            return {
                "keys": [
                    {"kty": "oct", "kid": "s", "alg": "HS256", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}
                ]
            }

    await refused(by_keys(Leaky()), sign(b"secret-secret-secret-secret-secret", key_id="s"))


async def test_a_key_is_used_with_its_own_algorithm_only(old: SigningKey, new: SigningKey) -> None:
    tokens = by_keys(Keys(old, new))
    await refused(tokens, old.sign(key_id="new"))
    await refused(tokens, new.sign(key_id="old"))
    await refused(tokens, unsigned())


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 3600},
        {"iss": "https://elsewhere.example"},
        {"aud": "another"},
        {"role": "service_role"},
        {"role": "anon"},
        {"is_anonymous": True},
        {"sub": "not-a-uuid"},
        {"sub": None},
        {"exp": None},
    ],
)
async def test_the_claims_are_checked_whichever_way_it_was_signed(old: SigningKey, changes: dict[str, Any]) -> None:
    await refused(by_secret(), sign(SECRET, **changes))
    await refused(by_keys(Keys(old)), old.sign(**changes))


async def test_clocks_may_differ_by_a_few_seconds() -> None:
    await by_secret().verify(sign(SECRET, exp=int(time.time()) - 2))
    await refused(by_secret(), sign(SECRET, exp=int(time.time()) - 8))


@pytest.mark.parametrize("junk", ["", ".", "..", "a.b.c", "é.é.é", "e30.e30.e30", "x" * 8193])
async def test_what_is_no_token_is_refused(junk: str) -> None:
    assert await refused(by_secret(), junk) == "This token is not valid."


def test_there_must_be_something_to_verify_with() -> None:
    with pytest.raises(ValueError, match="a secret or a JWKS"):
        SupabaseTokens(issuer=LOCAL_ISSUER)
