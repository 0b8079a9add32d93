"""A question that costs nothing to the user and may be answered by ourselves: when it is asked once more, and when not."""

from datetime import datetime, timedelta

import structlog

from domain.errors import OutcomeUnknown, ProviderError, ProviderRefused, ProviderUnavailable, RateLimited
from domain.personas.analysis import LocalBecause

log = structlog.get_logger("likeness.asking")

PULSE = timedelta(seconds=1)
"""How often is asked whether it is still wanted: so long a withdrawn consent may take to break it off."""

PAUSE = timedelta(seconds=0.5)
"""Before the second try; as much more before each one after it. Whoever is away longer is not waited for."""

PATIENCE = timedelta(minutes=3)
"""How long a question waits for whoever is busy or away. After it, our own answer has to do."""


class WaitAndAskAgain(Exception):
    """Whoever sees is busy or away, and that may pass."""

    def __init__(self, wait: timedelta, *, counts: bool) -> None:
        super().__init__(str(wait))
        self.wait, self.counts = wait, counts


def because_of(
    error: ProviderError | RateLimited, *, requested_at: datetime, now: datetime, tries: int, most_tries: int
) -> LocalBecause:
    """Raises `WaitAndAskAgain` where it is worth it."""
    is_late = now - requested_at > PATIENCE
    detail = error.detail if isinstance(error, ProviderError) else ""
    log.info("nobody answered a question", code=error.code, detail=detail)
    match error:
        case RateLimited() if not is_late:
            raise WaitAndAskAgain(min(error.retry_after or PAUSE, PATIENCE), counts=False) from error
        case ProviderUnavailable() if not is_late and tries < most_tries:
            raise WaitAndAskAgain(error.retry_after or PAUSE * tries, counts=True) from error
        case OutcomeUnknown():
            return LocalBecause.OUTCOME_UNKNOWN
        case ProviderRefused():
            return LocalBecause.REFUSED
        case _:
            return LocalBecause.UNAVAILABLE
