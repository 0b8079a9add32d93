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
