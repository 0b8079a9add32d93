"""One breaker for each provider, shared by all workers through Postgres every few seconds, and at once when one opens."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from domain.calls.breaker import OpenedBy
from domain.calls.health import ProviderHealth
from domain.errors import DomainError, ProviderAway, ProviderError, ProviderMisconfigured, RateLimited
from domain.models.model import Provider

log = logging.getLogger("likeness.breakers")

EXCHANGE = timedelta(seconds=2)
"""How long other workers may go on asking a provider that one of them found closed."""

PROBE_PATIENCE = timedelta(seconds=5)
"""How long others wait before they ask again whether the probe has come back."""


class HealthStore(Protocol):
    async def exchange(self, known: Iterable[ProviderHealth]) -> Sequence[ProviderHealth]: ...


class Breakers:
    """Belongs to one event loop."""

    def __init__(self, store: HealthStore, *, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._health: dict[Provider, ProviderHealth] = {}
        self._changed: set[Provider] = set()
        self._probing: set[Provider] = set()
        self._urgent = asyncio.Event()

    def usable(self, providers: Collection[Provider]) -> set[Provider]:
        """Without those that only their operator can mend. Others are asked even while they are away: that may pass."""
        return {provider for provider in providers if not self._is_closed_to_us(provider)}

    @asynccontextmanager
    async def asking(self, provider: Provider) -> AsyncIterator[None]:
        """Around one call. Raises `RateLimited` or `ProviderMisconfigured` instead of entering while the breaker is open."""
        probes = self._enter(provider)
        started = time.monotonic()
        try:
            yield
        except Exception as error:
            self._note_error(provider, error)
            raise
        else:
            self._note_success(provider, round((time.monotonic() - started) * 1000))
        finally:
            if probes:
                self._probing.discard(provider)

    async def exchange_for_ever(self) -> None:
        while True:
            try:
                await self.exchange()
            except Exception as error:  # the database may be away; what is known here still counts
                log.warning("health of providers could not be exchanged; trying again", exc_info=error)
                await asyncio.sleep(EXCHANGE.total_seconds())
            try:
                async with asyncio.timeout(EXCHANGE.total_seconds()):
                    await self._urgent.wait()
            except TimeoutError:
                continue

    async def exchange(self) -> None:
        self._urgent.clear()
        mine = [self._health[provider] for provider in self._changed]
        told = await self._store.exchange(mine)
        self._changed.difference_update(health.provider for health in mine if self._health[health.provider] is health)
        for health in told:
            if health.provider not in self._changed:
                failures = self._of(health.provider).breaker.failures
                self._health[health.provider] = replace(health, breaker=replace(health.breaker, failures=failures))

    def _enter(self, provider: Provider) -> bool:
        """Whether this call is the probe of a breaker whose pause is over."""
        breaker, now = self._of(provider).breaker, self._now()
        if breaker.open_until is None:
            return False
        if not breaker.is_open(now) and provider not in self._probing:
            self._probing.add(provider)
            return True
        if breaker.opened_by is OpenedBy.OPERATOR:
            raise ProviderMisconfigured("This provider is not available right now.", detail="breaker is open")
        raise ProviderAway(
            "The provider is away; it is asked again in a while.",
            retry_after=max(breaker.open_until - now, PROBE_PATIENCE),
        )

    def _is_closed_to_us(self, provider: Provider) -> bool:
        breaker = self._of(provider).breaker
        return breaker.opened_by is OpenedBy.OPERATOR and breaker.is_open(self._now())

    def _of(self, provider: Provider) -> ProviderHealth:
        return self._health.get(provider) or ProviderHealth(provider=provider)

    def _note_success(self, provider: Provider, latency_ms: int) -> None:
        health = self._of(provider)
        if health.breaker.open_until is not None:
            log.info("provider is back", extra={"provider": provider})
            self._urgent.set()
        self._keep(
            replace(health, breaker=health.breaker.after_success(), last_ok_at=self._now(), latency_ms=latency_ms)
        )

    def _note_error(self, provider: Provider, error: Exception) -> None:
        if not isinstance(error, ProviderError | RateLimited):
            return
        health, now = self._of(provider), self._now()
        breaker = health.breaker.after_error(error, now)
        if breaker.openings > health.breaker.openings:
            self._sound_alarm(provider, error, breaker.opened_by)
        self._keep(
            replace(health, breaker=breaker, last_error_at=now, last_error_code=error.code, last_error=_said_by(error))
        )

    def _sound_alarm(self, provider: Provider, error: DomainError, by: OpenedBy | None) -> None:
        level = logging.CRITICAL if by is OpenedBy.OPERATOR else logging.ERROR
        told = {"provider": provider, "opened_by": by, "code": error.code, "detail": _said_by(error)}
        log.log(level, "provider is not asked for a while", extra=told)
        self._urgent.set()

    def _keep(self, health: ProviderHealth) -> None:
        self._health[health.provider] = health
        self._changed.add(health.provider)


def _said_by(error: DomainError) -> str:
    detail = error.detail if isinstance(error, ProviderError) else ""
    return f"{error.message} ({detail})" if detail else error.message
