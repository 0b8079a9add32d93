"""Copies of a likeness at those who drew it, were trained on it or looked at it, and when they are gone there.

Nothing is left to be removed by a call: fal is told with every request to store none of it and how long to keep what it made, RunPod
lets results go by itself, and OpenAI's logs against abuse cannot be deleted by us (reference: their documents, 2026-11-21).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.models.model import Provider

KEPT_FOR: Mapping[Provider, timedelta] = {
    Provider.FAL: timedelta(hours=1),
    Provider.RUNPOD: timedelta(minutes=30),
    Provider.OPENAI: timedelta(days=30),
}
"""From the end of a call. fal: as our requests demand (`providers.fal.submission`). RunPod: results of endpoints, by its documents.
OpenAI: logs against abuse, by its documents. What draws in our own processes keeps nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCalls:
    """To one provider, with photos or images of a likeness: to draw it, to train on it, or to judge its photos."""

    provider: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCopies:
    """`gone_by`: when the last of them is gone there, if the provider keeps to what it says."""

    provider: str
    call_count: int
    last_sent_at: datetime
    gone_by: datetime


def copies_of(calls: Sequence[SentCalls]) -> Sequence[ProviderCopies]:
    return tuple(
        ProviderCopies(
            provider=one.provider,
            call_count=one.count,
            last_sent_at=one.last_at,
            gone_by=one.last_at + KEPT_FOR[Provider(one.provider)],
        )
        for one in calls
        if Provider(one.provider) in KEPT_FOR
    )
