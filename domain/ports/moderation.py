"""Whoever judges words and pictures before anyone sees them. What a verdict leads to is decided in the domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.images.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`scores` are 0 to 1 by category, in the judge's own words (`sexual/minors`, `violence/graphic`)."""

    flagged: bool
    scores: Mapping[str, float]
    judge: str
    """Which model, so that a decision can be explained later."""


class Moderation(Protocol):
    """Raises `RateLimited` and the `ProviderError`s. No answer is never an answer: whoever asks fails closed."""

    async def judge_texts(self, texts: Sequence[str]) -> Sequence[Verdict]:
        """Each by itself, in their order."""
        ...

    async def judge_picture(self, picture: Picture) -> Verdict: ...
