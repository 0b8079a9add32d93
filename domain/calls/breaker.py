"""When to stop asking a provider, and for how long. A pure state machine; `tasks.breakers` keeps one for each provider."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import OutcomeUnknown, ProviderMisconfigured, ProviderUnavailable

OUTAGE_AFTER = 20
"""Passing faults in a row, over all images, after which a provider counts as away."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)
"""Between two probes; doubled each time, as nothing is gained by asking a closed account twice a minute."""


class OpenedBy(StrEnum):
    OPERATOR = "OPERATOR"
    """Bad key, no quota: only its operator can mend that."""
    OUTAGE = "OUTAGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """Closed while `open_until` is None. Once that time has come one call may probe; the others wait for what it brings."""

    failures: int = 0
    openings: int = 0
    opened_by: OpenedBy | None = None
    open_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.open_until is not None and now < self.open_until

    def after_success(self) -> "Breaker":
        return Breaker()

    def after_error(self, error: BaseException, now: datetime) -> "Breaker":
        """An error that says nothing about the provider's health (a refusal, a rate limit) leaves it as it is."""
        if isinstance(error, ProviderMisconfigured):
            return self._opened(OpenedBy.OPERATOR, now)
        if not isinstance(error, ProviderUnavailable | OutcomeUnknown):
            return self
        counted = replace(self, failures=self.failures + 1)
        if self.open_until is not None or counted.failures >= OUTAGE_AFTER:
            return counted._opened(OpenedBy.OUTAGE, now)
        return counted

    def _opened(self, by: OpenedBy, now: datetime) -> "Breaker":
        if self.is_open(now) and self.opened_by is by:
            return self  # several were under way; that is one opening
        pause = min(FIRST_PAUSE * 2 ** min(self.openings, 10), LONGEST_PAUSE)
        return replace(self, openings=self.openings + 1, opened_by=by, open_until=now + pause)
