"""Access tokens of a project, verified by its JWKS as it comes over HTTP: rotation, outages, and what is no JWKS at all."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import jwt
import pytest

from domain.errors import ProviderUnavailable, SignInRequired
from providers.local.tokens import user_id_of
from providers.supabase import tokens as verifier
from providers.supabase.tokens import SupabaseTokens, fetch_jwks
from tests.contract.test_tokens import Ticking
from tests.support.emulators.faults import Fault
from tests.support.emulators.serving import Place, served
from tests.support.emulators.supabase import SupabaseEmulator
from tests.support.tokens import SigningKey, sign

JWKS = "/auth/v1/.well-known/jwks.json"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    place = Place()
    with served(place) as place.url:
        yield place


@pytest.fixture
def emulator(place: Place) -> SupabaseEmulator:
    emulator = SupabaseEmulator()
    place.app, emulator.url = emulator.app, place.url
    return emulator


@pytest.fixture
def tokens(emulator: SupabaseEmulator) -> SupabaseTokens:
    """As `app.wiring` makes them of SUPABASE_URL."""
    return SupabaseTokens(issuer=f"{emulator.url}/auth/v1", fetch_keys=fetch_jwks(f"{emulator.url}{JWKS}"))


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    clock = Ticking()
    monkeypatch.setattr(verifier, "time", clock)
    return clock


async def refused(tokens: SupabaseTokens, token: str) -> str:
    with pytest.raises(SignInRequired) as refusal:
        await tokens.verify(token)
    return refusal.value.message


async def test_a_signed_in_person_is_let_in(emulator: SupabaseEmulator, tokens: SupabaseTokens) -> None:
    actor = (await tokens.verify(emulator.user_token("mara"))).actor
    assert (actor.user_id, actor.email, actor.display_name, actor.is_admin) == (
        user_id_of("mara"),
        "mara@example.com",
        "Mara",
        False,
    )
    assert (await tokens.verify(emulator.user_token("root", is_admin=True))).actor.is_admin is True
    assert [call.path for call in emulator.calls] == [JWKS]


async def test_the_project_agrees_on_whom_a_token_is_of(emulator: SupabaseEmulator, tokens: SupabaseTokens) -> None:
    token = emulator.user_token("mara")
    async with httpx2.AsyncClient(headers={"apikey": emulator.key}) as http:
        told = await http.get(f"{emulator.url}/auth/v1/user", headers={"Authorization": f"Bearer {token}"})
        bad = await http.get(f"{emulator.url}/auth/v1/user", headers={"Authorization": "Bearer x.y.z"})
    assert told.json()["id"] == str((await tokens.verify(token)).actor.user_id)
    assert (bad.status_code, bad.json()["error_code"]) == (403, "bad_jwt")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"aud": None},
        {"iss": "https://elsewhere.example/auth/v1"},
        {"iss": None},
        {"role": "service_role"},
        {"role": "anon"},
        {"is_anonymous": True},
        {"sub": None},
        {"exp": None},
        {"life": timedelta(seconds=-10)},
        {"nbf": 99_999_999_999},
    ],
    ids="-".join,
)
async def test_a_good_signature_is_not_enough(
    emulator: SupabaseEmulator, tokens: SupabaseTokens, changes: dict[str, Any]
) -> None:
    await tokens.verify(emulator.user_token("mara"))
    await refused(tokens, emulator.user_token("mara", **changes))


async def test_the_project_next_door_lets_nobody_in(emulator: SupabaseEmulator, tokens: SupabaseTokens) -> None:
    other = SupabaseEmulator()
    other.url = emulator.url
    other.signing_keys = [SigningKey("ES256", "first")]
    await refused(tokens, other.user_token("mara"))
    other.signing_keys, other.url = emulator.signing_keys, "https://other.supabase.co"
    await refused(tokens, other.user_token("mara"))


async def test_the_services_own_key_is_no_person(emulator: SupabaseEmulator, tokens: SupabaseTokens) -> None:
    assert await refused(tokens, emulator.key) == "This token is not valid."


async def test_the_algorithm_is_the_keys_and_never_the_tokens(
    emulator: SupabaseEmulator, tokens: SupabaseTokens
) -> None:
    public, issuer = emulator.signing_keys[0].public, f"{emulator.url}/auth/v1"
    for secret in (str(public), public["x"] * 2):
        await refused(tokens, sign(secret, key_id="first", iss=issuer))
    await refused(tokens, SigningKey("RS256", "first").sign(iss=issuer))
    await tokens.verify(emulator.user_token("mara"))


async def test_a_critical_header_that_is_not_understood_refuses(
    emulator: SupabaseEmulator, tokens: SupabaseTokens
) -> None:
    """RFC 7515, section 4.1.11."""
    claims = jwt.decode(emulator.user_token("mara"), options={"verify_signature": False})
    headers = {"kid": "first", "crit": ["x-made-up"], "x-made-up": True}
    await refused(tokens, jwt.encode(claims, emulator.signing_keys[0]._key, algorithm="ES256", headers=headers))


async def test_keys_are_rotated_without_anybody_being_shut_out(
    emulator: SupabaseEmulator, tokens: SupabaseTokens, ticking: Ticking
) -> None:
    before = emulator.user_token("mara")
    await tokens.verify(before)
    emulator.rotate()
    ticking.now += verifier.KEYS_COOLDOWN + 1
    await tokens.verify(emulator.user_token("mara"))
    await tokens.verify(before)
    assert emulator.count("jwks") == 2

    emulator.rotate(keep=0)
    ticking.now += verifier.KEYS_LIVE + 1
    assert await refused(tokens, before) == "This token is not valid."
    await tokens.verify(emulator.user_token("mara"))
    assert emulator.count("jwks") == 3


async def test_a_crowd_with_unknown_keys_asks_once(
    emulator: SupabaseEmulator, tokens: SupabaseTokens, ticking: Ticking
) -> None:
    await tokens.verify(emulator.user_token("mara"))
    ticking.now += verifier.KEYS_COOLDOWN + 1
    forger = SigningKey("ES256", "forged")
    for _ in range(2):
        await asyncio.gather(*(refused(tokens, forger.sign(key_id=f"forged-{number}")) for number in range(50)))
    assert emulator.count("jwks") == 2


OUTAGES = {
    "503": Fault(status=503),
    "a hang-up": Fault(),
    "a page": Fault(status=200, body=b"<html>Bad Gateway</html>"),
    "a redirect": Fault(status=302, headers={"location": "https://evil.example/jwks.json"}),
    "nothing": Fault(status=200, body=b""),
    "a list": Fault(status=200, body=b"[]"),
    "null": Fault(status=200, body=b"null"),
    "no keys": Fault(status=200, body=b'{"message":"Invalid API key"}'),
    "keys that are no list": Fault(status=200, body=b'{"keys":"first"}'),
    "no UTF-8": Fault(status=200, body=b"\xff\xfe\xfd"),
}


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES.keys())
async def test_while_the_keys_cannot_be_had_those_that_are_known_go_on(
    emulator: SupabaseEmulator, tokens: SupabaseTokens, ticking: Ticking, outage: Fault
) -> None:
    token = emulator.user_token("mara")
    await tokens.verify(token)
    emulator.rotate()
    emulator.faults.plan("jwks", outage)
    ticking.now += verifier.KEYS_LIVE + 1
    await tokens.verify(token)
    assert await refused(tokens, emulator.user_token("mara")) == "This token is not valid."
    assert emulator.count("jwks") == 2
    ticking.now += verifier.KEYS_COOLDOWN + 1
    await tokens.verify(emulator.user_token("mara"))


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES.keys())
async def test_while_no_key_was_ever_had_nobody_is_told_that_the_token_is_bad(
    emulator: SupabaseEmulator, tokens: SupabaseTokens, ticking: Ticking, outage: Fault
) -> None:
    emulator.faults.plan("jwks", outage)
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            await tokens.verify(emulator.user_token("mara"))
    assert emulator.count("jwks") == 1
    ticking.now += verifier.FIRST_COOLDOWN
    await tokens.verify(emulator.user_token("mara"))


async def test_a_jwks_that_does_not_come_holds_up_one_at_the_most(
    emulator: SupabaseEmulator, tokens: SupabaseTokens, ticking: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = emulator.user_token("mara")
    await tokens.verify(token)
    monkeypatch.setattr(verifier, "FETCH_LIMIT", 0.3)
    emulator.faults.plan("jwks", Fault(status=503, wait=0.6))
    ticking.now += verifier.KEYS_LIVE + 1
    first = asyncio.create_task(tokens.verify(token))
    await asyncio.sleep(0)
    for _ in range(20):
        await tokens.verify(token)
        assert not first.done()
    await first
    assert emulator.count("jwks") == 2


async def test_one_key_that_cannot_be_read_takes_no_other_with_it(
    emulator: SupabaseEmulator, tokens: SupabaseTokens
) -> None:
    odd: list[object] = [
        1,
        None,
        {},
        {"kty": "EC", "kid": "a"},
        {"kty": "EC", "crv": "P-256", "kid": "b", "x": "!", "y": "!"},
        {"kty": "RSA", "kid": "c", "n": "", "e": "AQAB"},
        {"kty": "AKP", "alg": "ML-DSA-65", "kid": "d"},
        {"kty": "oct", "kid": "e", "k": "c2VjcmV0"},
        {"kty": ["EC"], "kid": "f"},
    ]
    keys = [*odd, emulator.signing_keys[0].public]
    emulator.faults.plan("jwks", Fault(status=200, body=json.dumps({"keys": keys}).encode()))
    await tokens.verify(emulator.user_token("mara"))


async def test_a_key_to_encrypt_by_signs_nothing(emulator: SupabaseEmulator, tokens: SupabaseTokens) -> None:
    keys = [{**emulator.signing_keys[0].public, "use": "enc"}]
    emulator.faults.plan("jwks", Fault(status=200, body=json.dumps({"keys": keys}).encode()))
    await refused(tokens, emulator.user_token("mara"))
