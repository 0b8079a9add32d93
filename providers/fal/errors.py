"""What fal answers, in our errors. The one place that knows its words.

Two shapes. The queue's own: `{"detail": "text", "error_type": "..."}`, the type also in `X-Fal-Error-Type`. The model's:
`{"detail": [{"loc", "msg", "type"}]}`, with `X-Fal-Retryable`, which is believed before any type is looked at (older
models call it `X-Fal-Needs-Retry`). Not all models keep to either, so that what is left goes by its status.
Source: fal's pages on request errors and model errors, 2026-11; the locked account: github.com/fal-ai/fal, issue 1147.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
from providers.retry_after import retry_after

BUSY = "The image service is busy. We will try again by ourselves."
AWAY = "The image service could not be reached. Please try again."
NOT_MADE = "The image service could not make this image. Please try again."
NOT_UNDERSTOOD = "The image service did not understand what we asked for. We have been told and will look into it."
NOT_SET_UP = "The image service is not available right now. The operator has been told."
UNSURE = "The image service did not answer. We are looking for what it made of this image."
EXPIRED = "The image service no longer has this image. Please try again."
BLACKED_OUT = "The image service held this image back as unsafe. Change the description or the outfit, then try again."
NOT_A_PICTURE = "A picture this image is made from cannot be read. Use another JPEG, PNG or WebP."

SENTENCES: Mapping[str, str] = {
    "content_policy_violation": "The image service will not make this: it breaks its content policy. Change the description.",
    "no_media_generated": "The image service made no picture of this. Change the description, then try again.",
    "face_detection_error": "No face was found in the picture. Use one in which a single face is seen clearly from the front.",
    "image_too_small": "A picture this image is made from is too small. Use a larger one.",
    "image_too_large": "A picture this image is made from is too large. Use a smaller one.",
    "file_too_large": "A picture this image is made from is too large. Use a smaller one.",
    "image_load_error": NOT_A_PICTURE,
    "unsupported_image_format": NOT_A_PICTURE,
    "file_download_error": "The image service could not read a file this image is made from. Choose another one.",
    "invalid_archive": "The training pictures could not be opened. Upload them again.",
    "archive_file_count_below_minimum": "There are too few training pictures. Add some.",
    "archive_file_count_exceeds_maximum": "There are too many training pictures. Remove some.",
}
"""What users are told, by the model's error type. All of these are theirs to change."""

PASSING = frozenset(
    {
        "request_timeout",
        "startup_timeout",
        "runner_scheduling_failure",
        "runner_connection_timeout",
        "runner_disconnected",
        "runner_connection_refused",
        "runner_connection_error",
        "runner_incomplete_response",
        "runner_server_error",
        "internal_error",
        "internal_server_error",
        "downstream_service_unavailable",
        "downstream_service_error",
        "generation_timeout",
    }
)
"""Worth another try; how often is not decided here."""

OURS = frozenset({"client_disconnected", "client_cancelled", "bad_request"})
WITHOUT_AN_ANSWER = frozenset({502, 504})
"""A gateway's: it passed the request on, and cannot say what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer. Names of headers are looked up in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


def error_of(answer: Answer, *, now: datetime) -> DomainError:
    """For any answer that is not what was hoped for."""
    wait = retry_after(answer.headers, now=now)
    said = _said(answer.body)
    if answer.status == 429:
        return RateLimited(BUSY, retry_after=wait)
    if answer.status in (401, 402, 403):
        return ProviderMisconfigured(NOT_SET_UP, detail=f"{answer.status} {_why_locked_out(said)}")
    types = [*_types(said, answer.headers)]
    detail = " ".join((str(answer.status), *types))
    match _retryable(answer.headers):
        case True:
            return ProviderUnavailable(NOT_MADE, detail=detail, retry_after=wait)
        case False if not _is_users(types):
            return ProviderRequestInvalid(NOT_UNDERSTOOD, detail=f"{detail}, not to be tried again")
    return _by_type(types, answer.status, detail, wait)


def submit_error(answer: Answer, *, now: datetime) -> DomainError:
    """As `error_of`, for the paid request: a gateway in front of fal may have passed on what it has no answer to."""
    if answer.status in WITHOUT_AN_ANSWER and not {"x-fal-request-id", "x-fal-error-type"} & set(answer.headers):
        return OutcomeUnknown(UNSURE, detail=f"{answer.status} from a gateway")
    if answer.status < 300:
        return OutcomeUnknown(UNSURE, detail="accepted without a number")
    return error_of(answer, now=now)


def malformed(what: str) -> ProviderError:
    """`what` is ours to word: nothing that was sent goes into it."""
    return ProviderUnavailable(NOT_MADE, detail=f"malformed: {what}")


def _by_type(types: list[str], status: int, detail: str, wait: timedelta | None) -> ProviderError:
    for code in types:
        if sentence := SENTENCES.get(code):
            return ProviderRefused(sentence, detail=detail)
    passing = bool(types) and all(code in PASSING for code in types)
    if passing or (status >= 500 and not OURS & set(types)) or status in (408, 409) or status < 400:
        return ProviderUnavailable(NOT_MADE, detail=detail, retry_after=wait)
    return ProviderRequestInvalid(NOT_UNDERSTOOD, detail=detail)


def _is_users(types: list[str]) -> bool:
    return any(code in SENTENCES for code in types)


def _retryable(headers: Mapping[str, str]) -> bool | None:
    told = headers.get("x-fal-retryable", headers.get("x-fal-needs-retry", "")).strip().lower()
    return {"true": True, "1": True, "false": False, "0": False}.get(told)


def _said(body: bytes) -> Mapping[str, object]:
    try:
        said = json.loads(body)
    except ValueError:  # also what is no UTF-8
        return {}
    return said if isinstance(said, dict) else {}


def _types(said: Mapping[str, object], headers: Mapping[str, str]) -> Iterator[str]:
    detail = said.get("detail")
    for item in detail if isinstance(detail, list) else ():
        yield _word(item.get("type")) if isinstance(item, dict) else "untyped"
    if told := said.get("error_type") or headers.get("x-fal-error-type"):
        yield _word(told)


def _word(code: object) -> str:
    """A vendor's code as it may stand in a log: anything longer than a code could be anything."""
    return code if isinstance(code, str) and re.fullmatch(r"[a-z][a-z0-9_.]{0,59}", code) else "untyped"


def _why_locked_out(said: Mapping[str, object]) -> str:
    text = str(said.get("detail", "")).lower()
    for word in ("exhausted balance", "admin lock", "locked"):
        if word in text:
            return f"account locked: {word}"
    return "not accepted with this key"
