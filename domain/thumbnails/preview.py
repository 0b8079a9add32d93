"""A thumbnail as far as it has formed: seen by whoever watches now, kept for a moment, and never an image of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.ids import JobId

WIDEST = 640
"""Pixels."""

MOST_BYTES = 60_000
"""Of the WebP. Source of both: issue 8."""

PACE = timedelta(seconds=0.25)
"""Between two of them, where they are made and for each who watches: four a second at most."""

KEPT = timedelta(minutes=2)
"""How long the latest one is told to whoever comes later."""

SHOWN_PER_ATTEMPT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailPreview:
    """Live only. Of two of the same image, the one with the higher `sequence` is newer, over all attempts."""

    job_id: JobId
    index: int
    sequence: int
    width: int
    height: int
    data_url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """A WebP that keeps to both limits."""

    data: bytes
    width: int
    height: int


def sequence_of(attempt: int, number: int) -> int:
    """`number` counts from 1 within an attempt."""
    return (attempt - 1) * SHOWN_PER_ATTEMPT + number
