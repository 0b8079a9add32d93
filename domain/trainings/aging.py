"""Whether a LoRA is still used, and what follows where it is not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from domain.trainings.training import LoraModel

NOTICE = timedelta(days=7)
A_DAY = timedelta(days=1)


class Fate(Enum):
    KEEP = "KEEP"
    TELL = "TELL"
    EXPIRE = "EXPIRE"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgingLora:
    """A ready one. `used_at` is when a job with it was accepted or ended last; `is_in_use` while one has not ended; `is_drawn_with`
    while new jobs of its subject take it: one that a newer LoRA stands in for is given up without a word."""

    model: LoraModel
    subject_name: str
    used_at: datetime | None
    is_in_use: bool
    is_drawn_with: bool
    told_at: datetime | None

    @property
    def unused_since(self) -> datetime:
        ready_at = self.model.completed_at or self.model.created_at
        return max(ready_at, self.used_at) if self.used_at else ready_at


def fate_of(lora: AgingLora, *, keep: timedelta, now: datetime) -> tuple[Fate, datetime]:
    """And when to look at it again."""
    if lora.is_in_use:
        return Fate.KEEP, now + A_DAY
    ends_at = lora.unused_since + keep
    if not lora.is_drawn_with:
        return (Fate.EXPIRE, now) if now >= ends_at else (Fate.KEEP, ends_at)
    if now < ends_at - NOTICE:
        return Fate.KEEP, ends_at - NOTICE
    if lora.told_at is None or lora.told_at < lora.unused_since:
        return Fate.TELL, max(ends_at, now + NOTICE)
    ends_at = max(ends_at, lora.told_at + NOTICE)
    return (Fate.EXPIRE, now) if now >= ends_at else (Fate.KEEP, ends_at)
