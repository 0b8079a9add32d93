"""Tokens over HTTP: none, bad ones, and whose they are."""

import asyncio
import time
from uuid import uuid4

import pytest

from tests.support.owner import Owner
from tests.support.studio import BALANCE, CREATE, MARA, Studio
from tests.support.tokens import sign, unsigned

VIEWER = "{ viewer { email displayName } }"
PUBLIC = "{ creditPackages { key } }"


def bad_tokens(secret: bytes) -> dict[str, str]:
    good = sign(secret)
    head, body, mac = good.split(".")
    return {
        "garbage": "garbage",
        "two parts": f"{head}.{body}",
        "another's secret": sign(b"some other secret, long enough to be one"),
        "no signature": f"{head}.{body}.",
        "cut signature": f"{head}.{body}.{mac[:-4]}",
        "no algorithm": unsigned(),
        "another algorithm": sign(secret * 2, algorithm="HS512"),
        "expired": sign(secret, exp=int(time.time()) - 10),
        "not yet": sign(secret, nbf=int(time.time()) + 60),
        "no expiry": sign(secret, exp=None),
        "foreign issuer": sign(secret, iss="https://elsewhere.example/auth/v1"),
        "no issuer": sign(secret, iss=None),
        "foreign audience": sign(secret, aud="somebody"),
        "no audience": sign(secret, aud=None),
        "service role": sign(secret, role="service_role"),
        "anonymous role": sign(secret, role="anon"),
        "no role": sign(secret, role=None),
        "anonymous person": sign(secret, is_anonymous=True),
        "subject is no id": sign(secret, sub="mara"),
        "no subject": sign(secret, sub=None),
        "too long": sign(secret, padding="x" * 9000),
    }


def secret_of(studio: Studio) -> bytes:
    secret = studio.settings.tokens.secret
    assert secret is not None
    return secret


async def test_without_a_token_the_public_part_is_open(studio: Studio, owner: Owner) -> None:
    answer = await studio.post(PUBLIC, token="")
    assert [package["key"] for package in answer["data"]["creditPackages"]] == ["starter", "creator", "studio"]
    assert await owner.value("SELECT count(*) FROM users") == 0


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (VIEWER, "viewer"),
        ('{ node(id: "x") { id } }', "node"),
        ('{ nodes(ids: ["x"]) { id } }', "nodes"),
        ('{ job(id: "x") { id } }', "job"),
        ('{ influencer(id: "x") { id } }', "influencer"),
        ('{ image(id: "x") { id } }', "image"),
        ('{ quotePack(input: {subjectId: "x"}) { id } }', "quotePack"),
        ('mutation { cancelJob(input: {jobId: "x"}) { job { id } } }', "cancelJob"),
        ('mutation { retryJob(input: {jobId: "x", idempotencyKey: "k"}) { job { id } } }', "retryJob"),
        ("mutation { likeImages(input: {imageIds: []}) { images { id } } }", "likeImages"),
        ('mutation { startPack(input: {subjectId: "x", idempotencyKey: "k"}) { job { id } } }', "startPack"),
        ("mutation { markNotificationsRead(input: {all: true}) { unreadNotificationCount } }", "markNotificationsRead"),
    ],
)
async def test_without_a_token_the_private_part_says_sign_in(studio: Studio, document: str, field: str) -> None:
    (error,) = (await studio.post(document, token=""))["errors"]
    assert error["path"] == [field]
    assert error["extensions"] == {"code": "SIGN_IN_REQUIRED"}
    assert error["message"] == "Sign in first: send an access token as 'Authorization: Bearer <token>'."


@pytest.mark.parametrize("name", sorted(bad_tokens(b"a secret for the names alone, long enough")))
async def test_a_bad_token_is_refused_whatever_is_asked(studio: Studio, owner: Owner, name: str) -> None:
    token = bad_tokens(secret_of(studio))[name]
    for document in (VIEWER, PUBLIC):
        headers = {"Authorization": f"Bearer {token}"}
        async with studio.http.post(f"{studio.url}/graphql", json={"query": document}, headers=headers) as answer:
            assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
            assert answer.content_type == "application/json"
            body = await answer.json()
        (error,) = body.pop("errors")
        assert body == {}
        assert error["extensions"] == {"code": "SIGN_IN_REQUIRED"}
        assert "token" in error["message"]
        assert token not in error["message"]
    assert await owner.value("SELECT count(*) FROM users") == 0


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic bWU6bWU=", "token", "Bearer\tx"])
async def test_a_header_of_another_form_is_refused(studio: Studio, header: str) -> None:
    async with studio.http.post(
        f"{studio.url}/graphql", json={"query": PUBLIC}, headers={"Authorization": header}
    ) as answer:
        assert answer.status == 401


async def test_a_scheme_may_be_written_in_any_case(studio: Studio) -> None:
    for scheme in ("bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {studio.token}"}
        async with studio.http.post(f"{studio.url}/graphql", json={"query": VIEWER}, headers=headers) as answer:
            assert (await answer.json())["data"]["viewer"]["email"] == f"{studio.user}@example.com"


async def test_a_token_says_who_its_user_is(studio: Studio) -> None:
    token = sign(secret_of(studio), email="mara@example.com", user_metadata={"name": "Mara"})
    assert (await studio.post(VIEWER, token=token))["data"]["viewer"] == {
        "email": "mara@example.com",
        "displayName": "Mara",
    }
    for odd in ({"email": 7, "user_metadata": []}, {"email": "", "user_metadata": {"full_name": None}}):
        answer = await studio.post(VIEWER, token=sign(secret_of(studio), **odd))
        assert answer["data"]["viewer"] == {"email": None, "displayName": None}


async def test_twenty_first_requests_at_once_make_one_account_with_one_grant(studio: Studio, owner: Owner) -> None:
    answers = await asyncio.gather(*(studio.ask(BALANCE) for _ in range(20)))
    assert {answer["creditBalance"]["available"] for answer in answers} == {100}
    assert await owner.rows("SELECT type, amount FROM credit_entries") == [("GRANT", 100)]


async def test_a_body_that_is_no_request_is_the_clients_mistake(studio: Studio) -> None:
    url, token = f"{studio.url}/graphql", {"Authorization": f"Bearer {studio.token}"}
    for body in (
        b"",
        b"{",
        b"\xff",
        b'{"query": "\\ud800"}',
        b"[]",
        b'"x"',
        b"7",
        b"null",
        b"{}",
        b'{"query": 7}',
        b'{"query": ""}',
    ):
        async with studio.http.post(url, data=body, headers={**token, "Content-Type": "application/json"}) as answer:
            assert answer.status == 400, body
    async with studio.http.post(url, data=b"{ viewer { id } }", headers={**token, "Content-Type": "text/plain"}) as a:
        assert a.status == 415
    async with studio.http.post(url, json={"query": "x" * 300_000}, headers=token) as answer:
        assert answer.status == 413


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{ " + " ".join(f"a{n}: creditPackages {{ key }}" for n in range(31)) + " }", "more than 30 aliases"),
        (
            "{ viewer { jobs { edges { node { "
            + "images { edges { node { job { " * 3
            + "id"
            + " } } } }" * 3
            + " } } } } }",
            "more than 12 levels",
        ),
        ("{ " + "creditPackages { key } " * 1000 + "}", "tokens"),
    ],
)
async def test_a_document_that_asks_for_too_much_is_refused(studio: Studio, document: str, message: str) -> None:
    errors = (await studio.post(document))["errors"]
    assert message in errors[0]["message"]


@pytest.mark.parametrize("field", ["name", "idempotencyKey"])
async def test_a_zero_byte_is_the_clients_mistake_and_not_ours(studio: Studio, owner: Owner, field: str) -> None:
    await studio.balance()
    wish = {**MARA, "idempotencyKey": uuid4().hex, field: "zero\x00byte"}
    async with owner.nothing_moves(studio):
        assert (await studio.failure(CREATE, input=wish))[1] == {"code": "INVALID_INPUT"}


@pytest.mark.parametrize("written", ["\\u0000", "\\u{0}"])
async def test_a_zero_byte_in_the_document_itself_is_found_too(studio: Studio, written: str) -> None:
    document = f'{{ viewer {{ images(filter: {{models: ["{written}"]}}) {{ edges {{ cursor }} }} }} }}'
    assert (await studio.failure(document))[1] == {"code": "INVALID_INPUT"}
    (error,) = (await studio.post(document, token=""))["errors"]
    assert error["extensions"]["code"] == "INVALID_INPUT"
