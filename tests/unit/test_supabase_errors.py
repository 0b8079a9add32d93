"""Supabase Storage's answers, as they are documented and as its source writes them, in our errors."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import (
    Conflict,
    DomainError,
    NotFound,
    ProviderError,
    ProviderMisconfigured,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from providers.retry_after import retry_after
from providers.supabase.errors import NO_BUCKET, Answer, error_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CANARY = "sb_secret_CANARY0123456789"


def body(status: object, code: object, error: object, message: str = CANARY) -> bytes:
    return json.dumps({"statusCode": status, "code": code, "error": error, "message": message}).encode()


def old(status: str, error: str, message: str) -> bytes:
    """Before `code` was there."""
    return json.dumps({"statusCode": status, "error": error, "message": message}).encode()


HTML = b"<html><head><title>502 Bad Gateway</title></head><body>" + CANARY.encode() + b"</body></html>"

TABLE: list[tuple[str, int, bytes, type[DomainError], str]] = [
    ("no file", 400, body("404", "NoSuchKey", "not_found", "Object not found"), NotFound, ""),
    ("no file, older", 400, old("404", "not_found", "Object not found"), NotFound, ""),
    (
        "no file in the backend",
        400,
        old("404", "Not found", "The resource was not found"),
        NotFound,
        "",
    ),
    ("no file, by the transport", 404, body("404", "NoSuchKey", "not_found"), NotFound, ""),
    ("no bucket", 400, body("404", "NoSuchBucket", "Bucket not found"), ProviderMisconfigured, NO_BUCKET),
    ("no bucket, older", 400, old("404", "Bucket not found", "Bucket not found"), ProviderMisconfigured, NO_BUCKET),
    (
        "no bucket to put into",
        400,
        body("404", "InvalidRequest", "InvalidRequest", "The related resource does not exist"),
        ProviderMisconfigured,
        NO_BUCKET,
    ),
    ("nobody there", 404, b'{"message":"no Route matched with those values"}', ProviderMisconfigured, "404"),
    ("a page there", 404, HTML, ProviderMisconfigured, "404"),
    ("moved", 301, b"", ProviderMisconfigured, "301"),
    (
        "a bad token",
        400,
        body("403", "AccessDenied", "Unauthorized", "Invalid Compact JWS"),
        ProviderMisconfigured,
        "403 AccessDenied Unauthorized",
    ),
    ("a bad token, 400", 400, old("400", "InvalidJWT", "jwt expired"), ProviderMisconfigured, "400 InvalidJWT"),
    (
        "row security",
        400,
        body("403", "AccessDenied", "Unauthorized", "new row violates row-level security policy"),
        ProviderMisconfigured,
        "403 AccessDenied Unauthorized",
    ),
    ("a bad key at the gate", 401, b'{"message":"Invalid API key","hint":"x"}', ProviderMisconfigured, "401"),
    ("no key at the gate", 401, b'{"message":"No API key found in request"}', ProviderMisconfigured, "401"),
    ("unpaid", 402, b'{"message":"exceed_storage_size_quota"}', ProviderMisconfigured, "402"),
    ("paused", 540, b"", ProviderMisconfigured, "540"),
    (
        "another tenant",
        400,
        body("400", "TenantNotFound", "TenantNotFound"),
        ProviderMisconfigured,
        "400 TenantNotFound",
    ),
    ("there already", 400, body("409", "KeyAlreadyExists", "Duplicate"), Conflict, ""),
    ("there already, older", 400, old("409", "Duplicate", "The resource already exists"), Conflict, ""),
    ("the bucket too", 400, body("409", "BucketAlreadyExists", "Duplicate"), Conflict, ""),
    (
        "too large",
        400,
        body("413", "EntityTooLarge", "Payload too large"),
        ProviderRequestInvalid,
        "413 EntityTooLarge Payload too large",
    ),
    ("too large for the gateway", 413, HTML, ProviderRequestInvalid, "413"),
    (
        "another type",
        400,
        body("415", "InvalidMimeType", "invalid_mime_type"),
        ProviderRequestInvalid,
        "415 InvalidMimeType invalid_mime_type",
    ),
    ("a bad name", 400, body("400", "InvalidKey", "InvalidKey"), ProviderRequestInvalid, "400 InvalidKey"),
    ("a bad body", 400, body("400", "InvalidRequest", "Error"), ProviderRequestInvalid, "400 Error InvalidRequest"),
    ("busy", 429, body("429", "SlowDown", "too_many_connections"), RateLimited, ""),
    ("busy, wrapped", 400, old("429", "too_many_connections", "Too many connections"), RateLimited, ""),
    ("busy gateway", 429, b"", RateLimited, ""),
    ("locked", 400, body("423", "ResourceLocked", "x1"), ProviderUnavailable, "423 ResourceLocked"),
    ("a lost race", 400, body("409", "TransactionError", "x1"), ProviderUnavailable, "409 TransactionError"),
    ("broken", 500, body("500", "InternalError", "Internal"), ProviderUnavailable, "500 Internal InternalError"),
    ("read only", 400, body("503", "DatabaseReadOnly", "x1"), ProviderUnavailable, "503 DatabaseReadOnly"),
    ("its database is away", 544, body("544", "DatabaseTimeout", "x1"), ProviderUnavailable, "544 DatabaseTimeout"),
    ("a gateway's page", 502, HTML, ProviderUnavailable, "502"),
    ("its connection was cut", 520, b"", ProviderUnavailable, "520"),
    ("no JSON after all", 503, b'{"statusCode":', ProviderUnavailable, "503"),
    ("no UTF-8", 503, b"\xff\xfe", ProviderUnavailable, "503"),
    ("a list", 400, b"[1]", ProviderRequestInvalid, "400"),
    ("words of another sort", 400, body(404, ["x"], {"a": 1}), ProviderMisconfigured, "404"),
    ("a status that is none", 400, body("999999", None, None), ProviderRequestInvalid, "400"),
    ("sentences for words", 400, body("400", CANARY, f"the key {CANARY} is bad"), ProviderRequestInvalid, "400"),
]


@pytest.mark.parametrize(("name", "status", "said", "expected", "detail"), TABLE, ids=[row[0] for row in TABLE])
def test_what_an_answer_means(name: str, status: int, said: bytes, expected: type[DomainError], detail: str) -> None:
    answer = Answer(status=status, body=said, headers={"x-key": CANARY})
    error = error_of(answer, now=NOW)
    assert type(error) is expected
    assert (error.detail if isinstance(error, ProviderError) else "") == detail
    for told in (str(error), repr(error), error.message, repr(answer), repr(error.extensions)):
        assert CANARY not in told


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("Sat, 21 Nov 2026 13:00:30 +0100", 30),
        ("999999999", 86_400),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
    ],
)
def test_how_long_to_wait_is_told_in_seconds_or_by_a_date(text: str, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    headers = {"retry-after": text}
    assert retry_after(headers, now=NOW) == expected
    busy = error_of(Answer(status=429, headers=headers), now=NOW)
    assert isinstance(busy, RateLimited)
    assert busy.retry_after == expected
    away = error_of(Answer(status=503, headers=headers), now=NOW)
    assert isinstance(away, ProviderUnavailable)
    assert away.retry_after == expected
