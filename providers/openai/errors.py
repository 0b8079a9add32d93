"""What OpenAI's refusals and failures are in our words: one mapping, from what was said (code, type, status) to who acts.

The code decides before the status does: a spent quota is answered with 429, a refused prompt with 400 like our own
mistakes, and what fails in the middle of a stream has no status at all. Nothing of a message or a body is passed on: a 401
repeats part of the key, a refusal repeats the prompt.

Sources: openai 3.52.0 (`_exceptions.py`, `types/responses/response_error.py`), OpenAI's guides on error codes and image
generation, 2026-11. Whether image routes send Retry-After is uncertain: without it the wait is the caller's to choose.
"""

import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx2

from domain.errors import (
    DomainError,
    OutcomeUnknown,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)

if TYPE_CHECKING:
    from openai import APIError

REFUSALS = frozenset(
    {
        "moderation_blocked",
        "content_policy_violation",
        "image_content_policy_violation",
        "content_filter",
        "invalid_prompt",
        "bio_policy",
        "misalignment_policy_violation",
        "invalid_image",
        "invalid_image_file",
        "invalid_image_format",
        "invalid_image_mode",
        "image_too_large",
        "image_too_small",
        "image_parse_error",
        "image_file_too_large",
        "unsupported_image_media_type",
        "empty_image_file",
    }
)
"""The words or pictures have to change. `invalid_prompt` is what word models say of a prompt against the usage policy."""

MISCONFIGURATIONS = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "account_deactivated",
        "invalid_api_key",
        "invalid_organization",
        "mismatched_organization",
        "unsupported_country_region_territory",
        "ip_not_authorized",
        "model_not_available",
        "data_residency_mismatch",
    }
)
"""For the operator: key, account, money, permissions."""

OUR_MISTAKES = frozenset(
    {"model_not_found", "invalid_image_url", "invalid_base64_image", "failed_to_download_image", "image_file_not_found"}
)
PASSING = frozenset({"server_error", "engine_overloaded", "slow_down", "vector_store_timeout"})
LIMITS = frozenset({"rate_limit_exceeded"})

IMAGE_FAULT = "image_generation_user_error"
"""The type of refused pictures, but also of a wrong `size`: without a code we know, a `param` makes it our mistake."""

UNVERIFIED = "must be verified"
"""In the message when a model wants the organisation verified: with 403, with 404 for some models (uncertain which)."""

GAVE_UP_WAITING = frozenset({504, 524})
"""A gateway's word that no answer came in time from behind it. What is behind it may still be at work, and bill."""

NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)

LONGEST_WAIT = timedelta(days=1)
"""A longer Retry-After is taken for this much."""

_WORD = re.compile(r"[a-z][a-z0-9_]{0,59}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")

AWAY = "OpenAI does not answer properly right now. Try again in a minute."
LOST = "OpenAI was asked and its answer got lost. We look into it before asking again."
BUSY = "OpenAI takes no more requests from us for the moment. Try again in a minute."
REFUSED = "OpenAI will not do this as it is asked. Change the words or the pictures, then try again."
MISCONFIGURED = "OpenAI cannot be used here until the operator has seen to it. The operator has been told."
MISTAKEN = "We asked OpenAI for this in a way it does not understand. Trying again does not help; we have been told."


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What OpenAI said, wherever it said it: in an error response, in the middle of a stream, in a failed response."""

    status: int | None = None
    code: str | None = None
    type: str | None = None
    param: str | None = None
    unverified: bool = False
    request_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def detail(self) -> str:
        """Its own short words, and only such: a key has no place in `[a-z0-9_]`, nor has a sentence."""
        words = [str(self.status)] if self.status else []
        words += [word for word in (self.code, self.type) if word and _WORD.fullmatch(word)]
        if self.param and _WORD.fullmatch(self.param):
            words.append(f"param={self.param}")
        if self.request_id and _REQUEST_ID.fullmatch(self.request_id):
            words.append(f"request={self.request_id}")
        return " ".join(words)


def error_of(error: "APIError", *, paid: bool) -> DomainError:
    """Of anything the SDK raises. `paid`: whether the call costs money, so that a lost answer is not an absent one."""
    from openai import APIConnectionError, APIStatusError  # noqa: PLC0415 - whoever has an APIError has the SDK loaded

    if isinstance(error, APIConnectionError):
        return lost(paid=paid and not isinstance(error.__cause__, NEVER_SENT), detail=type(error.__cause__).__name__)
    status = error.status_code if isinstance(error, APIStatusError) else None
    return judged(
        Complaint(
            status=status,
            code=text_of(error.code),
            type=text_of(error.type),
            param=text_of(error.param),
            unverified=UNVERIFIED in error.message,
            request_id=error.request_id if isinstance(error, APIStatusError) else None,
            headers=error.response.headers if isinstance(error, APIStatusError) else {},
        ),
        paid=paid,
    )


def text_of(said: object) -> str | None:
    """The SDK builds its objects from whatever came, and calls it by the type it should have."""
    return said if isinstance(said, str) else None


def lost(*, paid: bool, detail: str) -> DomainError:
    """No answer, or none that can be read."""
    return OutcomeUnknown(LOST, detail=detail) if paid else ProviderUnavailable(AWAY, detail=detail)


def judged(complaint: Complaint, *, paid: bool) -> DomainError:
    said = {complaint.code, complaint.type}
    if said & MISCONFIGURATIONS or complaint.unverified:
        return ProviderMisconfigured(MISCONFIGURED, detail=complaint.detail)
    if said & REFUSALS or (complaint.type == IMAGE_FAULT and not complaint.code and not complaint.param):
        return ProviderRefused(REFUSED, detail=complaint.detail)
    if said & OUR_MISTAKES:
        return ProviderRequestInvalid(MISTAKEN, detail=complaint.detail)
    if said & LIMITS and complaint.status in {None, 429}:
        return RateLimited(BUSY, retry_after=wait_of(complaint.headers))
    if complaint.status is None or said & PASSING:
        return ProviderUnavailable(AWAY, detail=complaint.detail, retry_after=wait_of(complaint.headers))
    return _by_status(complaint, complaint.status, paid=paid)


def _by_status(complaint: Complaint, status: int, *, paid: bool) -> DomainError:
    if status == 429:
        return RateLimited(BUSY, retry_after=wait_of(complaint.headers))
    if status in GAVE_UP_WAITING:
        return lost(paid=paid, detail=complaint.detail)
    if status >= 500 or status in {408, 409}:
        return ProviderUnavailable(AWAY, detail=complaint.detail, retry_after=wait_of(complaint.headers))
    if status in {401, 402, 403} or status < 400:  # A redirect is not followed: the base URL is wrong.
        return ProviderMisconfigured(MISCONFIGURED, detail=complaint.detail)
    return ProviderRequestInvalid(MISTAKEN, detail=complaint.detail)


def wait_of(headers: Mapping[str, str]) -> timedelta | None:
    """`retry-after-ms`, or `retry-after` in seconds or as an HTTP date. None where neither says anything sensible."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        seconds = _number(headers.get(name, ""))
        if seconds is not None:
            return min(timedelta(seconds=max(0.0, min(seconds * unit, 1e9))), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(timedelta(seconds=max(0.0, until.timestamp() - time.time())), LONGEST_WAIT)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
