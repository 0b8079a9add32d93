"""fal's answers, body by body, and what they mean to us."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

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
from providers.fal.errors import SENTENCES, Answer, error_of, submit_error
from providers.retry_after import retry_after

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OURS = {"x-fal-request-id": "1d4f3c60-0000-4000-8000-000000000000"}
CANARY = "fal-canary-5f2e:8c1d"


def model_says(code: str, status: int = 422, headers: Mapping[str, str] | None = None) -> Answer:
    item = {
        "loc": ["body", "prompt"],
        "msg": f"no {CANARY}",
        "type": code,
        "url": "https://docs.fal.ai/errors",
        "input": CANARY,
    }
    return Answer(status=status, headers={**OURS, **(headers or {})}, body=json.dumps({"detail": [item]}).encode())


def queue_says(code: str, status: int) -> Answer:
    body = {"detail": f"It broke: {CANARY}", "error_type": code}
    return Answer(status=status, headers={**OURS, "x-fal-error-type": code}, body=json.dumps(body).encode())


def plainly(status: int, detail: str, **headers: str) -> Answer:
    return Answer(status=status, headers=headers, body=json.dumps({"detail": detail}).encode())


LOCKED = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."
NGINX = b"<html><head><title>502 Bad Gateway</title></head><body><hr><center>nginx</center></body></html>"


@pytest.mark.parametrize(
    ("answer", "error", "detail"),
    [
        *((queue_says(code, 504), ProviderUnavailable, f"504 {code}") for code in ("request_timeout", "startup_timeout")),
        *(
            (queue_says(code, 503), ProviderUnavailable, f"503 {code}")
            for code in (
                "runner_scheduling_failure",
                "runner_connection_timeout",
                "runner_disconnected",
                "runner_connection_refused",
                "runner_connection_error",
            )
        ),
        (queue_says("runner_incomplete_response", 502), ProviderUnavailable, "502 runner_incomplete_response"),
        (queue_says("runner_server_error", 500), ProviderUnavailable, "500 runner_server_error"),
        (queue_says("internal_error", 500), ProviderUnavailable, "500 internal_error"),
        (queue_says("client_disconnected", 499), ProviderRequestInvalid, "499 client_disconnected"),
        (queue_says("client_cancelled", 499), ProviderRequestInvalid, "499 client_cancelled"),
        (queue_says("bad_request", 400), ProviderRequestInvalid, "400 bad_request"),
        (model_says("internal_server_error", 500), ProviderUnavailable, "500 internal_server_error"),
        (model_says("downstream_service_unavailable", 500), ProviderUnavailable, "500 downstream_service_unavailable"),
        (model_says("generation_timeout", 504), ProviderUnavailable, "504 generation_timeout"),
        (model_says("downstream_service_error", 400), ProviderUnavailable, "400 downstream_service_error"),
        *((model_says(code), ProviderRefused, f"422 {code}") for code in SENTENCES),
        *(
            (model_says(code), ProviderRequestInvalid, f"422 {code}")
            for code in (
                "greater_than",
                "less_than_equal",
                "multiple_of",
                "one_of",
                "sequence_too_long",
                "missing",
                "feature_not_supported",
                "value_error.number.not_le",
            )
        ),
        (model_says(f"Whatever {CANARY}"), ProviderRequestInvalid, "422 untyped"),
        (model_says("content_policy_violation", headers={"x-fal-retryable": "false"}), ProviderRefused, "422 content_policy_violation"),
        (model_says("no_media_generated", headers={"x-fal-retryable": "true"}), ProviderUnavailable, "422 no_media_generated"),
        (
            model_says("internal_server_error", 500, headers={"x-fal-retryable": "false"}),
            ProviderRequestInvalid,
            "500 internal_server_error, not to be tried again",
        ),
        (
            model_says("downstream_service_error", 400, headers={"x-fal-needs-retry": "1"}),
            ProviderUnavailable,
            "400 downstream_service_error",
        ),
        (plainly(401, "Invalid key"), ProviderMisconfigured, "401 not accepted with this key"),
        (plainly(402, "Payment required"), ProviderMisconfigured, "402 not accepted with this key"),
        (plainly(403, LOCKED), ProviderMisconfigured, "403 account locked: exhausted balance"),
        (plainly(403, "User is locked. Reason: Admin lock."), ProviderMisconfigured, "403 account locked: admin lock"),
        (plainly(403, "User is locked. Reason: TOP_UP."), ProviderMisconfigured, "403 account locked: locked"),
        (plainly(404, "Application not found"), ProviderRequestInvalid, "404"),
        (plainly(408, "Took too long"), ProviderUnavailable, "408"),
        (plainly(422, "Nothing typed"), ProviderRequestInvalid, "422"),
        (plainly(503, "Away"), ProviderUnavailable, "503"),
        (Answer(status=502, body=NGINX), ProviderUnavailable, "502"),
        (Answer(status=302, body=b""), ProviderUnavailable, "302"),
        (Answer(status=500, body=b"\xff\xfe"), ProviderUnavailable, "500"),
        (Answer(status=422, body=b'["a list"]'), ProviderRequestInvalid, "422"),
        (Answer(status=422, body=b'{"detail": ["text", {"type": 5}]}'), ProviderRequestInvalid, "422 untyped untyped"),
    ],
)  # fmt: skip
def test_each_answer_has_one_meaning(answer: Answer, error: type[ProviderError], detail: str) -> None:
    found = error_of(answer, now=NOW)
    assert type(found) is error
    assert isinstance(found, ProviderError)
    assert found.detail == detail
    assert CANARY not in f"{found!r} {found.message} {found.detail} {answer!r}"


def test_users_read_our_sentence_for_each_refusal() -> None:
    assert [error_of(model_says(code), now=NOW).args[0] for code in SENTENCES] == list(SENTENCES.values())
    assert all(sentence.endswith(".") and code not in sentence for code, sentence in SENTENCES.items())


def test_a_refusal_among_others_is_what_users_are_told() -> None:
    items = [{"msg": "", "type": code} for code in ("missing", "face_detection_error")]
    found = error_of(Answer(status=422, body=json.dumps({"detail": items}).encode()), now=NOW)
    assert isinstance(found, ProviderRefused)
    assert (found.message, found.detail) == (SENTENCES["face_detection_error"], "422 missing face_detection_error")


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ({"retry-after": "7"}, timedelta(seconds=7)),
        ({"retry-after": " 1.5 "}, timedelta(seconds=1.5)),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, timedelta(seconds=30)),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, timedelta()),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "9" * 400}, None),
        ({}, None),
    ],
)
def test_a_limit_says_how_long_it_lasts_where_fal_does(header: dict[str, str], wait: timedelta | None) -> None:
    assert retry_after(header, now=NOW) == wait
    found = error_of(Answer(status=429, headers=header, body=b'{"detail": "Too many requests"}'), now=NOW)
    assert isinstance(found, RateLimited)
    assert found.retry_after == wait


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(status=502, body=NGINX), OutcomeUnknown),
        (Answer(status=504, body=b"upstream request timeout"), OutcomeUnknown),
        (Answer(status=200, body=b"{}"), OutcomeUnknown),
        (Answer(status=503, body=NGINX), ProviderUnavailable),
        (Answer(status=500, body=b"oops"), ProviderUnavailable),
        (queue_says("request_timeout", 504), ProviderUnavailable),
        (plainly(504, "Took too long", **OURS), ProviderUnavailable),
        (plainly(403, LOCKED), ProviderMisconfigured),
    ],
)
def test_a_gateway_may_have_passed_on_what_was_paid_for(answer: Answer, error: type[DomainError]) -> None:
    assert type(submit_error(answer, now=NOW)) is error
