"""Counts as they are kept, added up over a range of days; and what may be asked of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.analytics.events import StudioEvent
from domain.errors import InvalidInput

LONGEST = timedelta(days=366)


class Measure(StrEnum):
    """What is counted beside the events themselves. `total` adds up what stands in brackets."""

    STUDIO_USERS = "STUDIO_USERS"
    """Users who opened the studio, once for each day of theirs."""
    MODE = "MODE"
    """Accepted jobs that keep a face, by mode."""
    SCENE = "SCENE"
    ENVIRONMENT = "ENVIRONMENT"
    """Accepted jobs, by what was chosen."""
    TIME = "TIME"
    """Images made, by the bucket of their time (`domain.analytics.times`)."""
    MODEL = "MODEL"
    """Images made, by model (credits charged)."""
    MEGAPIXELS = "MEGAPIXELS"
    """Images made, by model (megapixels, begun ones whole)."""


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days of UTC, the last one included. Raises `InvalidInput`."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInput("The last day must not be before the first.", field="range.to")
        if self.last - self.first >= LONGEST:
            raise InvalidInput(f"Ask for at most {LONGEST.days} days.", field="range")


@dataclass(frozen=True, slots=True)
class Count:
    """`kind` and `label` are empty where the measure has none. What `total` adds up: credits reserved for JOB_STARTED and
    JOB_RETRIED, milliseconds for IMAGE_COMPLETED, and as `Measure` says."""

    measure: str
    kind: str
    label: str
    count: int
    total: int


class Counts:
    """Questions to some counts. What was never counted is 0."""

    def __init__(self, counts: Sequence[Count]) -> None:
        self._counts = counts

    def count(self, measure: StudioEvent | Measure) -> int:
        return sum(found.count for found in self.of(measure))

    def total(self, measure: StudioEvent | Measure) -> int:
        return sum(found.total for found in self.of(measure))

    def by_label(
        self, measure: StudioEvent | Measure, value: Callable[[Count], int] = lambda c: c.count
    ) -> dict[str, int]:
        found: dict[str, int] = {}
        for one in self.of(measure):
            found[one.label] = found.get(one.label, 0) + value(one)
        return found

    def by_kind(self, measure: StudioEvent | Measure) -> dict[str, int]:
        found: dict[str, int] = {}
        for one in self.of(measure):
            found[one.kind] = found.get(one.kind, 0) + one.count
        return found

    def of(self, measure: StudioEvent | Measure) -> Sequence[Count]:
        return [one for one in self._counts if one.measure == measure]


@dataclass(frozen=True, slots=True)
class RangeCounts:
    """All of the range together, and each day of it that has any, without labels."""

    whole: Counts
    by_day: Sequence[tuple[date, Counts]]
