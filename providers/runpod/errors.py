"""What RunPod says when something goes wrong, in our errors.

A job that failed tells why in plain text: the worker's own, or ComfyUI's errors in Python's notation. What could be told of it
goes into `detail` as words of ours; the text itself goes nowhere, for it may hold a prompt.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx2

from domain.errors import (
    DomainError,
    ImageNotMade,
    LoraMissing,
    NotFound,
    OutcomeUnknown,
    ProviderError,
    ProviderMisconfigured,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from providers.retry_after import retry_after

AWAY = "The image service cannot be reached right now. Please try again shortly."
BROKEN = "The image service failed. Please try again shortly."
UNSURE = "The image service did not answer. We are finding out whether it is making the image."
NOT_MADE = "The image service could not make this image. Please try again."
NOT_UNDERSTOOD = "This image cannot be made as it was asked for."
NOT_SET_UP = "The image service is not set up properly. The operator has been told."
NO_LORA = "The trained model of this character is not on the image service."
GONE = "The image service no longer knows this image."

NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
)
GAVE_UP_WAITING = frozenset({502, 504, 524})
"""A gateway that got no answer: whoever stands behind it may have accepted the call."""

MOST_TEXT = 100_000
_WHOLE_ERRORS = (
    "Missing 'workflow' parameter",
    "'images' must be a list",
    "Please provide input",
    "Invalid JSON format",
)
_NODE_ERRORS = re.compile(r"^• Node \S+ \(errors\): (\[.*\])$", re.MULTILINE)
_NO_NODE = re.compile(r"node ([\w.-]{1,80}) does not exist")
_FAILED_NODE = re.compile(r"Node Type: ([\w.-]{1,80})")
_OUT_OF_MEMORY = re.compile(r"out of memory|allocation on device|OutOfMemory", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NodeError:
    """One of ComfyUI's errors on one input of one node."""

    type: str
    input: str


NO_SUCH_LORA = NodeError("value_not_in_list", "lora_name")


def refused(status: int, headers: Mapping[str, str], *, paid: bool, now: datetime) -> DomainError:
    """An answer that is no success. `paid` where it answers the call that starts a job."""
    detail, wait = f"HTTP {status}", retry_after(headers, now=now)
    if status in (401, 402, 403):
        return ProviderMisconfigured(NOT_SET_UP, detail=detail)
    if status == 404:
        return ProviderMisconfigured(NOT_SET_UP, detail="HTTP 404: no such endpoint") if paid else NotFound(GONE)
    if status == 429:
        return RateLimited("The image service is busy. We will try again by ourselves.", retry_after=wait)
    if status in GAVE_UP_WAITING and paid:
        return OutcomeUnknown(UNSURE, detail=detail)
    if status in (400, 405, 413, 415, 422):
        return ProviderRequestInvalid(NOT_UNDERSTOOD, detail=detail)
    return ProviderUnavailable(BROKEN, detail=detail, retry_after=wait)


def unanswered(error: httpx2.RequestError | TimeoutError, *, paid: bool) -> ProviderError:
    """No answer, or only a part of one."""
    detail = type(error).__name__
    if paid and not isinstance(error, NEVER_SENT):
        return OutcomeUnknown(UNSURE, detail=detail)
    return ProviderUnavailable(AWAY, detail=detail)


def failed(text: str, details: Sequence[str] = ()) -> ProviderError:
    """A job that ended as FAILED: `error` at the top, and what stands in `output.details`."""
    text = text[:MOST_TEXT]
    if text.startswith(_WHOLE_ERRORS):
        return ProviderRequestInvalid(NOT_UNDERSTOOD, detail="invalid_input")
    if found := _NO_NODE.search(text):
        return ProviderRequestInvalid(NOT_UNDERSTOOD, detail=f"node_missing: {found[1]}")
    if "validation failed" in text[:100] or text.startswith("Prompt "):
        return _not_valid(list(_node_errors(text)))
    if text.startswith("Failed to upload"):
        return _not_uploaded(details)
    if text.startswith("Job processing failed"):
        return ImageNotMade(NOT_MADE, detail=_what_broke("\n".join(details)[:MOST_TEXT]))
    return ImageNotMade(NOT_MADE, detail="job_failed")


def _not_valid(errors: list[NodeError]) -> ProviderError:
    if errors and all(error == NO_SUCH_LORA for error in errors):
        return LoraMissing(NO_LORA, detail="lora_missing")
    told = ", ".join(sorted({f"{error.type} {error.input}" for error in errors}))
    return ProviderRequestInvalid(NOT_UNDERSTOOD, detail=f"workflow_invalid: {told or 'unknown'}"[:300])


def _node_errors(text: str) -> Iterator[NodeError]:
    for found in _NODE_ERRORS.finditer(text):
        try:
            errors = ast.literal_eval(found[1])
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue  # then it is told as unknown
        for error in errors:
            if isinstance(error, dict):
                yield NodeError(_word(error.get("type")), _word(_input_of(error)))


def _input_of(error: Mapping[object, object]) -> object:
    extra = error.get("extra_info")
    return extra.get("input_name") if isinstance(extra, dict) else None


def _word(value: object) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"\w{1,60}", value) else "?"


def _not_uploaded(details: Sequence[str]) -> ProviderError:
    if any(detail.startswith("Error decoding base64") for detail in details):
        return ProviderRequestInvalid(NOT_UNDERSTOOD, detail="upload_unreadable")
    return ImageNotMade(NOT_MADE, detail="upload_failed")


def _what_broke(details: str) -> str:
    node = _FAILED_NODE.search(details)
    what = "out_of_memory" if _OUT_OF_MEMORY.search(details) else "execution_failed"
    return f"{what}: {node[1]}" if node else what
