"""What RunPod's management and AI Toolkit answer, in our errors. Their texts go nowhere: only a status or a word of ours does.

Management: `{title, status, detail, errors[]}`. 400 is a broken rule, or a GPU that is not to be had; 402 an empty account; 403 a
kind of machine that the account may not rent, or a key that may not rent any. Source: RunPod's reference of v2, 2026-11.
"""

import re
from datetime import datetime

import httpx2

from domain.errors import (
    DomainError,
    ImageNotMade,
    OutcomeUnknown,
    ProviderError,
    ProviderMisconfigured,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from providers.retry_after import retry_after
from providers.runpod.errors import GAVE_UP_WAITING, NEVER_SENT
from providers.runpod.exchange import Answer

AWAY = "The training service cannot be reached right now. Please try again shortly."
BROKEN = "The training service failed. Please try again shortly."
BUSY = "The training service is busy. We will try again by ourselves."
UNSURE = "The training service did not answer. We are looking for what became of this training."
NOT_TRAINED = "The training service could not finish this training. Please try again."
NOT_UNDERSTOOD = "This training cannot be done as it was asked for. We have been told and will look into it."
NOT_SET_UP = "The training service is not set up properly. The operator has been told."
NO_MACHINE = "No machine is free for this training right now. Please try again in a few minutes."
GONE = "The training service no longer knows this training."

NO_CAPACITY = re.compile(
    r"capacity|no longer any instances|not available|no .{0,40}available|out of stock|resources", re.IGNORECASE
)
OUT_OF_MEMORY = re.compile(r"out of memory|OutOfMemory", re.IGNORECASE)
GATED = re.compile(r"gated repo|401 client error|403 client error|access to model .{0,80}restricted", re.IGNORECASE)


def refused(answer: Answer, *, now: datetime, paid: bool = False) -> DomainError:
    """`paid` for the call that rents."""
    detail, wait = f"HTTP {answer.status}", retry_after(answer.headers, now=now)
    if answer.status in (401, 402, 403):
        return ProviderMisconfigured(NOT_SET_UP, detail=detail)
    if answer.status == 429:
        return RateLimited(BUSY, retry_after=wait)
    if paid and answer.status in GAVE_UP_WAITING:
        return OutcomeUnknown(UNSURE, detail=detail)
    if 400 <= answer.status < 500 and answer.status not in (408, 409):
        return ProviderRequestInvalid(NOT_UNDERSTOOD, detail=detail)
    return ProviderUnavailable(BROKEN, detail=detail, retry_after=wait)


def unanswered(error: httpx2.RequestError | TimeoutError, *, paid: bool = False) -> ProviderError:
    detail = type(error).__name__
    if paid and not isinstance(error, NEVER_SENT):
        return OutcomeUnknown(UNSURE, detail=detail)
    return ProviderUnavailable(AWAY, detail=detail)


def is_without_machine(answer: Answer) -> bool:
    """Another kind of GPU may be had."""
    text = f"{answer.fields.get('title', '')} {answer.fields.get('detail', '')}"
    return answer.status == 400 and NO_CAPACITY.search(text[:2000]) is not None


def failed(info: str) -> ProviderError:
    """A job that ended in an error; `info` is the exception's text."""
    if GATED.search(info[:2000]):
        return ProviderMisconfigured(NOT_SET_UP, detail="the base model is gated: RUNPOD_TRAINING_HF_TOKEN")
    memory = OUT_OF_MEMORY.search(info[:2000])
    return ImageNotMade(NOT_TRAINED, detail="out_of_memory" if memory else "job_failed")
