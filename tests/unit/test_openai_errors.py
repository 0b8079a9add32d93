"""Whose fault it is, by what OpenAI said: each shape its guides and its SDK name, as it comes over the wire."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
from openai import APIConnectionError, APIError, APITimeoutError, OpenAI

from domain.errors import (
    DomainError,
    OutcomeUnknown,
    ProviderError,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from providers.openai.errors import error_of, wait_of

CANARY = "sk-canary-8f3a51d2"
REQUEST = httpx2.Request(
    "POST", "http://127.0.0.1/v1/images/generations", headers={"Authorization": f"Bearer {CANARY}"}
)


def raised(status: int, body: bytes, headers: dict[str, str] | None = None) -> APIError:
    """As the SDK makes it of an answer."""
    sdk = OpenAI(api_key=CANARY)
    answer = httpx2.Response(
        status, content=body, headers={"x-request-id": "req_1", **(headers or {})}, request=REQUEST
    )
    return sdk._make_status_error_from_response(answer)


def said(
    code: str | None, kind: str = "invalid_request_error", param: str | None = None, message: str = "No."
) -> bytes:
    return json.dumps({"error": {"message": message, "type": kind, "param": param, "code": code}}).encode()


@dataclass(frozen=True, kw_only=True)
class Shape:
    status: int
    body: bytes
    error: type[DomainError]
    detail: str = ""
    headers: dict[str, str] = field(default_factory=dict)


BLOCKED = json.dumps(
    {
        "error": {
            "message": f"Your request was rejected by the safety system. {CANARY}",
            "type": "image_generation_user_error",
            "param": None,
            "code": "moderation_blocked",
            "moderation_details": {"moderation_stage": "output", "categories": ["sexual"]},
        }
    }
).encode()
UNVERIFIED = "Your organization must be verified to use the model `gpt-image-2`. Please go to: https://…"

SHAPES = {
    "a refused picture": Shape(
        status=400,
        body=BLOCKED,
        error=ProviderRefused,
        detail="400 moderation_blocked image_generation_user_error request=req_1",
    ),
    "a refused reference": Shape(
        status=400,
        body=said("image_content_policy_violation", param="image"),
        error=ProviderRefused,
        detail="400 image_content_policy_violation invalid_request_error param=image request=req_1",
    ),
    "a refused picture without a code": Shape(
        status=400,
        body=said(None, "image_generation_user_error"),
        error=ProviderRefused,
        detail="400 image_generation_user_error request=req_1",
    ),
    "words against the usage policy": Shape(
        status=400,
        body=said("invalid_prompt"),
        error=ProviderRefused,
        detail="400 invalid_prompt invalid_request_error request=req_1",
    ),
    "a picture that is none": Shape(
        status=400,
        body=said("invalid_image_file", "image_generation_user_error", "image"),
        error=ProviderRefused,
        detail="400 invalid_image_file image_generation_user_error param=image request=req_1",
    ),
    "a size that is none": Shape(
        status=400,
        body=said(None, "image_generation_user_error", "size"),
        error=ProviderRequestInvalid,
        detail="400 image_generation_user_error param=size request=req_1",
    ),
    "an unknown parameter": Shape(
        status=400,
        body=said("unknown_parameter", param="steps"),
        error=ProviderRequestInvalid,
        detail="400 unknown_parameter invalid_request_error param=steps request=req_1",
    ),
    "a model that is gone": Shape(
        status=404,
        body=said("model_not_found", param="model"),
        error=ProviderRequestInvalid,
        detail="404 model_not_found invalid_request_error param=model request=req_1",
    ),
    "too large a body": Shape(
        status=413, body=b"<html>Too Large</html>", error=ProviderRequestInvalid, detail="413 request=req_1"
    ),
    "unprocessable": Shape(
        status=422,
        body=said(None),
        error=ProviderRequestInvalid,
        detail="422 invalid_request_error request=req_1",
    ),
    "a wrong key": Shape(
        status=401,
        body=said("invalid_api_key", message=f"Incorrect API key provided: {CANARY}."),
        error=ProviderMisconfigured,
        detail="401 invalid_api_key invalid_request_error request=req_1",
    ),
    "no key": Shape(
        status=401,
        body=said(None),
        error=ProviderMisconfigured,
        detail="401 invalid_request_error request=req_1",
    ),
    "an unverified organisation": Shape(
        status=403,
        body=said(None, message=UNVERIFIED),
        error=ProviderMisconfigured,
        detail="403 invalid_request_error request=req_1",
    ),
    "an unverified organisation, not found": Shape(
        status=404,
        body=said("model_not_found", message=UNVERIFIED),
        error=ProviderMisconfigured,
        detail="404 model_not_found invalid_request_error request=req_1",
    ),
    "a forbidden country": Shape(
        status=403,
        body=said("unsupported_country_region_territory", "request_forbidden"),
        error=ProviderMisconfigured,
        detail="403 unsupported_country_region_territory request_forbidden request=req_1",
    ),
    "no money left": Shape(
        status=429,
        body=said("insufficient_quota", "insufficient_quota"),
        headers={"retry-after": "20"},
        error=ProviderMisconfigured,
        detail="429 insufficient_quota insufficient_quota request=req_1",
    ),
    "no money left, by type alone": Shape(
        status=429,
        body=said(None, "insufficient_quota"),
        error=ProviderMisconfigured,
        detail="429 insufficient_quota request=req_1",
    ),
    "the operator's own limit": Shape(
        status=400,
        body=said("billing_hard_limit_reached"),
        error=ProviderMisconfigured,
        detail="400 billing_hard_limit_reached invalid_request_error request=req_1",
    ),
    "a redirect": Shape(
        status=308,
        body=b"",
        headers={"location": "https://example.org/"},
        error=ProviderMisconfigured,
        detail="308 request=req_1",
    ),
    "too many requests": Shape(
        status=429, body=said("rate_limit_exceeded", "requests"), headers={"retry-after": "7"}, error=RateLimited
    ),
    "too many requests, unsaid": Shape(status=429, body=b"slow down", error=RateLimited),
    "a server's fault": Shape(
        status=500,
        body=said(None, "server_error"),
        error=ProviderUnavailable,
        detail="500 server_error request=req_1",
    ),
    "overloaded": Shape(status=503, body=b"<html>503</html>", error=ProviderUnavailable, detail="503 request=req_1"),
    "no answer from behind the gateway": Shape(
        status=504, body=b"<html>504</html>", error=OutcomeUnknown, detail="504 request=req_1"
    ),
    "timed out while reading the request": Shape(
        status=408, body=b"", error=ProviderUnavailable, detail="408 request=req_1"
    ),
    "in conflict": Shape(status=409, body=b"{}", error=ProviderUnavailable, detail="409 request=req_1"),
    "a code that is a secret": Shape(
        status=400, body=said(CANARY, CANARY, CANARY), error=ProviderRequestInvalid, detail="400 request=req_1"
    ),
    "an error of odd types": Shape(
        status=400,
        body=b'{"error": {"code": 7, "type": null, "param": ["a"], "message": {}}}',
        error=ProviderRequestInvalid,
        detail="400 request=req_1",
    ),
    "an error that is a list": Shape(
        status=400, body=b'[{"error": "x"}]', error=ProviderRequestInvalid, detail="400 request=req_1"
    ),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_complaint_says_who_has_to_act(shape: Shape) -> None:
    error = error_of(raised(shape.status, shape.body, shape.headers), paid=True)

    assert type(error) is shape.error
    if isinstance(error, ProviderError):
        assert error.detail == shape.detail
    for text in (error.message, str(error), repr(error), getattr(error, "detail", "")):
        assert "canary" not in text


@pytest.mark.parametrize(
    ("code", "kind", "error"),
    [
        ("moderation_blocked", "image_generation_user_error", ProviderRefused),
        ("insufficient_quota", "insufficient_quota", ProviderMisconfigured),
        ("rate_limit_exceeded", "requests", RateLimited),
        ("server_error", "server_error", ProviderUnavailable),
        ("something_new", "server_error", ProviderUnavailable),
        (None, None, ProviderUnavailable),
    ],
)
def test_what_fails_in_a_stream_has_no_status_but_a_code(
    code: str | None, kind: str | None, error: type[DomainError]
) -> None:
    failed = APIError("It failed.", REQUEST, body={"code": code, "type": kind, "message": CANARY})

    assert type(error_of(failed, paid=True)) is error


def connection_error(cause: Exception) -> APIConnectionError:
    error = APITimeoutError(request=REQUEST) if isinstance(cause, TimeoutError) else APIConnectionError(request=REQUEST)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "cause",
    [
        httpx2.ConnectError("refused"),
        httpx2.ConnectTimeout("slow"),
        httpx2.PoolTimeout("full"),
        httpx2.ProxyError("no"),
    ],
    ids=lambda cause: type(cause).__name__,
)
def test_what_was_never_sent_may_be_asked_again(cause: Exception) -> None:
    error = error_of(connection_error(cause), paid=True)

    assert isinstance(error, ProviderUnavailable)
    assert error.detail == type(cause).__name__


@pytest.mark.parametrize(
    "cause",
    [
        httpx2.ReadTimeout("slow"),
        httpx2.ReadError("reset"),
        httpx2.RemoteProtocolError("gone"),
        httpx2.WriteError("cut"),
    ],
    ids=lambda cause: type(cause).__name__,
)
def test_what_was_sent_and_paid_and_not_answered_is_unknown(cause: Exception) -> None:
    assert type(error_of(connection_error(cause), paid=True)) is OutcomeUnknown
    assert type(error_of(connection_error(cause), paid=False)) is ProviderUnavailable


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "7"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e300"}, 86_400.0),
        ({"retry-after": "presently"}, None),
        ({"retry-after": "Fri, 21 Nov 1997 09:00:00 GMT"}, 0.0),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    wait = wait_of(headers)

    assert (wait.total_seconds() if wait is not None else None) == seconds


def test_a_date_to_wait_for() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)

    wait = wait_of({"retry-after": until})

    assert wait is not None
    assert 85 < wait.total_seconds() <= 90


def test_a_wait_is_passed_on() -> None:
    limited = error_of(raised(429, said("rate_limit_exceeded"), {"retry-after": "7"}), paid=True)
    away = error_of(raised(503, b"", {"retry-after": "9"}), paid=True)

    assert isinstance(limited, RateLimited)
    assert limited.retry_after == timedelta(seconds=7)
    assert isinstance(away, ProviderUnavailable)
    assert away.retry_after == timedelta(seconds=9)
