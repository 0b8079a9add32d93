"""What a subject was used for. It is counted from jobs and trainings, which stay when their images are deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

THUMBNAIL = "THUMBNAIL"
"""The kind of job that Product, section 3 counts by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindUsage:
    """`kind` is a `JobKind`. Credits are those that were charged, not those that were reserved."""

    kind: str
    images_made: int
    credits_spent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectUsage:
    """`last_used_at`: when work on it was last begun, whatever came of that."""

    by_kind: Sequence[KindUsage] = ()
    training_count: int = 0
    training_credits: int = 0
    last_used_at: datetime | None = None

    @property
    def images_made(self) -> int:
        return sum(one.images_made for one in self.by_kind)

    @property
    def thumbnails_made(self) -> int:
        return sum(one.images_made for one in self.by_kind if one.kind == THUMBNAIL)

    @property
    def credits_spent(self) -> int:
        return self.training_credits + sum(one.credits_spent for one in self.by_kind)


NEVER_USED = SubjectUsage()
