"""What Supabase Storage's refusals are in our words: one mapping, from an answer (status, headers, body) to who acts.

The transport says 400 to nearly everything; the status that counts stands in the body, as a string. `code` is the newer word
for what happened, `error` the older one, and a gateway in front of it answers in a form of its own. Nothing of a message is
passed on: it may repeat a key, a path, a whole page of HTML.

Sources: storage3 2.34.1; github.com/supabase/storage at 4fa61fb (`src/internal/errors/codes.ts`, `src/http/error-handler.ts`),
read 2026-11. Uncertain: which statuses above 539 the hosted gateway still uses (540 is a paused project, by its documentation).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.errors import (
    Conflict,
    DomainError,
    NotFound,
    ProviderMisconfigured,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from providers.retry_after import retry_after

AWAY = "The store of files does not answer properly right now. Try again in a minute."
BUSY = "The store of files takes no more requests from us for the moment. Try again in a minute."
GONE = "This file is gone."
TAKEN = "A file was sent there already."
MISCONFIGURED = "The store of files cannot be used until the operator has seen to it. The operator has been told."
MISTAKEN = "We asked the store of files for something it does not take. Trying again does not help; we have been told."

NO_BUCKET = "404 NoSuchBucket"
"""The detail of what is said of a bucket that is not there, however it was worded."""

MISSING = frozenset({"not_found", "NoSuchKey", "Not found"})
MISSING_BUCKET = frozenset({"NoSuchBucket", "Bucket not found"})
MISSING_BUCKET_MESSAGES = ("Bucket not found", "The related resource does not exist")
DUPLICATE = frozenset({"Duplicate", "KeyAlreadyExists", "ResourceAlreadyExists", "BucketAlreadyExists"})
NOT_LET_IN = frozenset({"Unauthorized", "AccessDenied", "InvalidJWT", "TenantNotFound", "FeatureNotEnabled"})
BUSY_WORDS = frozenset({"SlowDown", "too_many_connections"})
PASSING = frozenset({"TransactionError", "LockTimeout", "ResourceLocked", "Aborted", "AbortedTerminate"})

PAUSED = 540
"""The project sleeps until its owner wakes it."""

_WORD = re.compile(r"[A-Za-z][A-Za-z_ ]{0,29}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One that is not a 2xx, as it came. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


def error_of(answer: Answer, *, now: datetime) -> DomainError:
    said = _said(answer.body)
    status, words = _status(said, answer.status), _words(said)
    detail = " ".join((str(status), *sorted(words)))
    if words & BUSY_WORDS or status == 429:
        return RateLimited(BUSY, retry_after=retry_after(answer.headers, now=now))
    if words & NOT_LET_IN or status in {401, 402, 403, PAUSED} or status < 400:  # a redirect: not where it lives
        return ProviderMisconfigured(MISCONFIGURED, detail=detail)
    if status == 404:
        return _missing(said, words, detail)
    if words & DUPLICATE:
        return Conflict(TAKEN)
    if status >= 500 or status in {408, 409, 423, 425} or words & PASSING:
        return ProviderUnavailable(AWAY, detail=detail, retry_after=retry_after(answer.headers, now=now))
    return ProviderRequestInvalid(MISTAKEN, detail=detail)


def _missing(said: Mapping[str, object], words: frozenset[str], detail: str) -> DomainError:
    """A file, the bucket, or the whole storage: whoever else answers there does not know these words."""
    if words & MISSING_BUCKET or said.get("message") in MISSING_BUCKET_MESSAGES:
        return ProviderMisconfigured(MISCONFIGURED, detail=NO_BUCKET)
    if words & MISSING:
        return NotFound(GONE)
    return ProviderMisconfigured(MISCONFIGURED, detail=detail)


def failure_of(error: Exception) -> DomainError:
    """Of what storage3 and httpx raise where no answer came, or none that can be read."""
    import httpx  # noqa: PLC0415 - whoever has such an error has it loaded

    detail = type(error).__name__
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol | httpx.InvalidURL | UnicodeEncodeError):
        return ProviderMisconfigured(MISCONFIGURED, detail=detail)
    return ProviderUnavailable(AWAY, detail=detail)


def _said(body: bytes) -> Mapping[str, object]:
    try:
        said = json.loads(body)
    except ValueError:  # also what is no UTF-8
        return {}
    return said if isinstance(said, dict) else {}


def _status(said: Mapping[str, object], transport: int) -> int:
    """The body's, where it has one that makes sense."""
    told = str(said.get("statusCode", ""))
    return int(told) if re.fullmatch(r"[1-5]\d\d", told) else transport


def _words(said: Mapping[str, object]) -> frozenset[str]:
    """Only short words: a key has no place in them, nor has a sentence."""
    told = (said.get("code"), said.get("error"))
    return frozenset(word for word in told if isinstance(word, str) and _WORD.fullmatch(word))
