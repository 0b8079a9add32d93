"""Whoever judges people's words for one API process: verdicts are kept in memory for a while, by the hash of what they are about.

Without an answer there is no verdict: it fails closed.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from domain.calls.breaker import Breaker
from domain.errors import DomainError, ProviderError, ProviderUnavailable, RateLimited
from domain.ports.moderation import Moderation, Verdict

log = logging.getLogger("likeness.moderation")

PATIENCE = timedelta(seconds=5)
"""How long somebody waits for a verdict on all their words."""

KEPT_FOR, MOST_KEPT = timedelta(minutes=15), 4096
"""A judge learns, so no verdict is kept for long; 4,096 take about 6 MB."""

AWAY = (
    "The check of these words is away right now. Nothing was done and nothing was charged: "
    "try again in a minute, with the same idempotencyKey."
)


class WordsJudge:
    """One for a process. While its judge is away it is not asked for every request: a breaker of its own sees to that."""

    def __init__(self, moderation: Moderation, *, now: Callable[[], datetime], patience: timedelta = PATIENCE) -> None:
        self._moderation, self._now, self._patience = moderation, now, patience
        self._kept: dict[bytes, tuple[datetime, Verdict]] = {}
        self._breaker = Breaker()

    def knows(self, texts: Sequence[str]) -> bool:
        return all(self._verdict_on(text) for text in texts)

    async def verdicts(self, texts: Sequence[str]) -> Mapping[str, Verdict]:
        """By text. Raises `ProviderUnavailable`."""
        found = {text: self._verdict_on(text) for text in texts}
        if missing := [text for text, verdict in found.items() if verdict is None]:
            found |= zip(missing, await self._ask(missing), strict=True)
        return {text: verdict for text, verdict in found.items() if verdict}

    async def _ask(self, texts: Sequence[str]) -> Sequence[Verdict]:
        if self._breaker.is_open(self._now()):
            raise ProviderUnavailable(AWAY, detail="it is not asked for a while")
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                verdicts = await self._moderation.judge_texts(texts)
        except TimeoutError:
            raise self._failed(ProviderUnavailable(AWAY, detail="no verdict in time")) from None
        except (ProviderError, RateLimited) as error:
            raise self._failed(error) from error
        self._breaker = self._breaker.after_success()
        for text, verdict in zip(texts, verdicts, strict=True):
            self._keep(text, verdict)
        return verdicts

    def _failed(self, error: DomainError) -> ProviderUnavailable:
        """Whatever it was, for whoever waits it is the same."""
        self._breaker = self._breaker.after_error(error, self._now())
        detail = error.detail if isinstance(error, ProviderError) else ""
        log.warning("words could not be judged", extra={"code": error.code, "detail": detail})
        return ProviderUnavailable(AWAY, detail=f"{error.code} {detail}".strip())

    def _verdict_on(self, text: str) -> Verdict | None:
        at, verdict = self._kept.get(_key(text), (None, None))
        return verdict if at and self._now() - at < KEPT_FOR else None

    def _keep(self, text: str, verdict: Verdict) -> None:
        self._kept.pop(_key(text), None)
        self._kept[_key(text)] = self._now(), verdict
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]


def _key(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()
