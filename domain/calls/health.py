"""How a provider is, as far as our own calls tell."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.calls.breaker import Breaker
from domain.models.model import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderHealth:
    """`latency_ms` is of the last call that was answered: until it was accepted, where the provider has a queue."""

    provider: Provider
    breaker: Breaker = field(default_factory=Breaker)
    last_ok_at: datetime | None = None
    latency_ms: int | None = None
    last_error_at: datetime | None = None
    last_error_code: str | None = None
    last_error: str | None = None
    """For operators: what the vendor said, without secrets."""

    @property
    def is_reachable(self) -> bool | None:
        """Whether the last call was answered well; None before the first."""
        if self.last_ok_at is None and self.last_error_at is None:
            return None
        return self.last_error_at is None or (self.last_ok_at is not None and self.last_ok_at >= self.last_error_at)
