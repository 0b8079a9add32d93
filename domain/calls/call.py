"""One paid call, from the intention to its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from domain.ids import CallId, JobId, UserId
from domain.models.model import Provider
from domain.ports.image_provider import Submitted

LOOKED_FOR = timedelta(seconds=90)
"""How long a call whose number never arrived may still be told by a webhook. fal delivers within 15 s of the end, and
repeats; RunPod within 30 s. After it the call counts as lost."""

LOOK_AGAIN = timedelta(seconds=15)
"""Until then its image waits, unless the webhook comes: then it is due at once."""

PAID_RETRIES = 1
"""How often an image may be asked for again after a call was lost: the provider may have made it, and been paid for it."""


class CallState(StrEnum):
    INTENDED = "INTENDED"
    """About to be sent, or sent without an answer: nobody knows its number yet."""
    SUBMITTED = "SUBMITTED"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    LOST = "LOST"
    """It may have been carried out, and cannot be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCall:
    """An image has one open call at the most; `attempt` is the one that made it."""

    id: CallId
    user_id: UserId
    job_id: JobId
    index: int
    round: int
    attempt: int
    provider: Provider
    model: str
    state: CallState
    endpoint: str
    request_id: str | None
    intended_at: datetime
    fallback: str | None = None
    """Why it was asked for without the LoRA of its job: whoever goes on with it says the same of the picture."""

    @property
    def submitted(self) -> Submitted | None:
        """What to ask the provider about; None while nobody knows its number."""
        if self.request_id is None:
            return None
        return Submitted(model=self.model, request_id=self.request_id, endpoint=self.endpoint)


class CalledBack(Protocol):
    """Whom a provider calls about: a call for an image, or for a training."""

    @property
    def user_id(self) -> UserId: ...
    @property
    def id(self) -> CallId: ...
    @property
    def provider(self) -> Provider: ...
