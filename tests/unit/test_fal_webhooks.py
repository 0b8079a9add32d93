"""Which deliveries count: those that fal signed, as they arrived, just now, for us. Reliability R55."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from starlette.datastructures import Headers

from domain.errors import InvalidInput, NotAllowed, ProviderUnavailable
from providers.fal.webhooks import FalDelivery, FalWebhooks
from tests.support.emulators.fal import FalEmulator
from tests.support.emulators.fal_signing import FalSigner
from tests.support.emulators.faults import Fault
from tests.support.emulators.serving import served

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AT = NOW.timestamp()
SIGNER = FalSigner("user_1")
NUMBER = "024ca5b1-45d3-4afd-883e-ad3abe2a1c4d"
BODY = json.dumps({"request_id": NUMBER, "gateway_request_id": NUMBER, "status": "OK", "payload": {"seed": 1}}).encode()
SIGNED = SIGNER.headers(NUMBER, BODY, at=AT)
NAMES = tuple(SIGNED)


class Keys:
    """Stands in for the JWKS. Counts."""

    def __init__(self, *signers: FalSigner) -> None:
        self.signers, self.fetches, self.broken = list(signers), 0, False

    async def __call__(self) -> bytes:
        self.fetches += 1
        others = [{"kty": "RSA", "n": "x"}, {"kty": "OKP", "crv": "Ed25519", "x": "short"}, "text"]
        listed = [*others, *(signer.jwk for signer in self.signers)]
        return b"<html>busy</html>" if self.broken else json.dumps({"keys": listed}).encode()


def verifier(keys: Keys | None = None, account: str | None = "user_1") -> FalWebhooks:
    return FalWebhooks(account=account, fetch_keys=keys or Keys(SIGNER))


def flipped(text: str) -> str:
    """With one other character in its middle, of the same kind."""
    middle = len(text) // 2
    other = {"0": "1", "9": "8"}.get(text[middle], "0")
    return text[:middle] + other + text[middle + 1 :]


def with_header(name: str, change: Callable[[str], str]) -> dict[str, str]:
    return {**SIGNED, name: change(SIGNED[name])}


REFUSED: dict[str, tuple[Mapping[str, str], bytes]] = {
    "a flipped byte in the body": (SIGNED, BODY.replace(b'"seed": 1', b'"seed": 2')),
    **{f"a flipped byte in {name}": (with_header(name, flipped), BODY) for name in NAMES},
    "another key": (FalSigner("user_1").headers(NUMBER, BODY, at=AT), BODY),
    "301 s old": (SIGNER.headers(NUMBER, BODY, at=AT - 301), BODY),
    "301 s early": (SIGNER.headers(NUMBER, BODY, at=AT + 301), BODY),
    **{f"no {name}": ({key: value for key, value in SIGNED.items() if key != name}, BODY) for name in NAMES},
    **{f"an empty {name}": ({**SIGNED, name: ""}, BODY) for name in NAMES},
    "a signature in upper case": (with_header(NAMES[3], str.upper), BODY),
    "the same JSON, written anew": (SIGNED, json.dumps(json.loads(BODY), separators=(",", ":")).encode()),
    "an empty body": (SIGNED, b""),
    "two signatures in one": (with_header(NAMES[3], lambda one: f"{one}, {one}"), BODY),
    "two signatures": (
        Headers(raw=[(key.lower().encode(), value.encode()) for key, value in SIGNED.items()] * 2),
        BODY,
    ),
    "another account's": (FalSigner("user_2").headers(NUMBER, BODY, at=AT), BODY),
    "a time that is no number": (with_header(NAMES[2], lambda _: "soon"), BODY),
    "a time in another script": (
        with_header(NAMES[2], lambda one: one.replace("1", "\N{ARABIC-INDIC DIGIT ONE}")),
        BODY,
    ),
    "a time with a sign": (with_header(NAMES[2], lambda one: f"+{one}"), BODY),
    "a signature that is no hex": (with_header(NAMES[3], lambda one: f"zz{one[2:]}"), BODY),
    "a signature cut short": (with_header(NAMES[3], lambda one: one[:-2]), BODY),
}


@pytest.mark.parametrize(("headers", "body"), REFUSED.values(), ids=REFUSED.keys())
async def test_refused(headers: Mapping[str, str], body: bytes) -> None:
    with pytest.raises(NotAllowed, match=r"^This delivery is not accepted: .*\.$"):
        await verifier().verify(headers, body, now=NOW)


async def test_signed_for_another_account_by_fal_itself() -> None:
    other = FalSigner("user_2")
    webhooks = verifier(Keys(SIGNER, other))
    with pytest.raises(NotAllowed, match="another account"):
        await webhooks.verify(other.headers(NUMBER, BODY, at=AT), BODY, now=NOW)
    assert (
        await verifier(Keys(other), account=None).request_id_of(other.headers(NUMBER, BODY, at=AT), BODY, now=NOW)
        == NUMBER
    )


async def test_a_replay_is_refused_once_its_window_is_over() -> None:
    webhooks = verifier()
    for seconds in (0, 0, 300):
        delivery = await webhooks.verify(SIGNED, BODY, now=NOW + timedelta(seconds=seconds))
        assert delivery == FalDelivery(request_id=NUMBER, status="OK")
    with pytest.raises(NotAllowed, match="too long ago"):
        await webhooks.verify(SIGNED, BODY, now=NOW + timedelta(seconds=301))


@pytest.mark.parametrize("off_by", [-300, -1, 0, 1, 300])
async def test_accepted_within_the_window_whatever_the_case_of_names(off_by: int) -> None:
    signed = {key.lower(): value for key, value in SIGNER.headers(NUMBER, BODY, at=AT + off_by).items()}
    assert await verifier().request_id_of(signed, BODY, now=NOW) == NUMBER


async def test_an_error_is_a_delivery_too_and_bytes_count_not_text() -> None:
    body = b'{ "request_id":"abc",\n "status":"ERROR", "payload": {"detail":"\\u00e9 \xc3\xa9"} }\n'
    delivery = await verifier().verify(SIGNER.headers("gateway-7", body, at=AT), body, now=NOW)
    assert delivery == FalDelivery(request_id="abc", status="ERROR")


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"null", b'{"status":"OK"}', b'{"request_id":"","status":"OK"}', b'{"request_id":5,"status":"OK"}',
     b'{"request_id":"a"}', b'{"request_id":"a","status":"DONE"}'],
)  # fmt: skip
async def test_signed_but_no_delivery(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        await verifier().verify(SIGNER.headers(NUMBER, body, at=AT), body, now=NOW)


async def test_a_new_key_is_fetched_once_a_minute_at_the_most() -> None:
    keys, rotated = Keys(SIGNER), FalSigner("user_1")
    webhooks = verifier(keys)
    await webhooks.verify(SIGNED, BODY, now=NOW)

    async def refused_at(seconds: int) -> bool:
        now = NOW + timedelta(seconds=seconds)
        try:
            await webhooks.verify(rotated.headers(NUMBER, BODY, at=now.timestamp()), BODY, now=now)
        except NotAllowed:
            return True
        return False

    assert [await refused_at(seconds) for seconds in (1, 30, 59)] == [True, True, True]
    assert keys.fetches == 1
    assert (await refused_at(60), keys.fetches) == (True, 2)
    keys.signers.append(rotated)
    assert (await refused_at(119), keys.fetches) == (True, 2)
    assert (await refused_at(120), keys.fetches) == (False, 3)


async def test_keys_are_believed_for_a_day() -> None:
    keys = Keys(SIGNER)
    webhooks = verifier(keys)

    async def accepted(hours: float) -> bool:
        now = NOW + timedelta(hours=hours)
        delivery = await webhooks.verify(SIGNER.headers(NUMBER, BODY, at=now.timestamp()), BODY, now=now)
        return delivery.request_id == NUMBER

    assert [await accepted(hours) for hours in (0, 12, 23.9)] == [True, True, True]
    assert keys.fetches == 1
    keys.broken = True
    with pytest.raises(ProviderUnavailable, match="cannot be verified right now"):
        await accepted(24.1)
    keys.broken = False
    assert await accepted(24.2)
    assert keys.fetches == 3


async def test_without_any_keys_nothing_is_believed_and_fetches_stay_apart() -> None:
    keys = Keys()
    webhooks = verifier(keys)
    for seconds, fetches in ((0, 1), (1, 1), (2, 2)):
        with pytest.raises(ProviderUnavailable):
            await webhooks.verify(SIGNED, BODY, now=NOW + timedelta(seconds=seconds))
        assert keys.fetches == fetches


async def test_keys_come_over_http_from_the_address_that_was_given() -> None:
    emulator = FalEmulator()
    with served(emulator.app) as url:
        webhooks = FalWebhooks(jwks_url=f"{url}/.well-known/jwks.json", account=emulator.queue.signer.user_id)
        signed = emulator.queue.signer.headers(NUMBER, BODY)
        emulator.faults.plan(
            "jwks", Fault(status=503), Fault(status=302, headers={"location": f"{url}/.well-known/jwks.json"})
        )
        now = datetime.fromtimestamp(time.time(), UTC)
        for seconds in (0, 3):
            with pytest.raises(ProviderUnavailable):
                await webhooks.verify(signed, BODY, now=now + timedelta(seconds=seconds))
        assert await webhooks.request_id_of(signed, BODY, now=now + timedelta(seconds=6)) == NUMBER
        assert len(emulator.called("jwks")) == 3
