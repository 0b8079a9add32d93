"""Key figures for an operator (PRODUCT, section 11), worked out from counts alone. A share of nothing is None, not 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.analytics.costs import Costs, costs_of
from domain.analytics.counts import Counts, Measure, RangeCounts
from domain.analytics.events import StudioEvent
from domain.analytics.times import percentile_ms
from domain.jobs.job import GenerationMode, JobKind
from domain.presets.catalogue import Environment, Scene


@dataclass(frozen=True, slots=True)
class EventCount:
    """`kind` is None for what is not of a job."""

    event: StudioEvent
    kind: JobKind | None
    count: int


@dataclass(frozen=True, slots=True)
class Use:
    """Of one scene or environment."""

    key: str
    started: int
    share: float | None
    selected: int


@dataclass(frozen=True, slots=True)
class ImageTimes:
    count: int
    mean_ms: float | None
    p50_ms: int | None
    p95_ms: int | None


@dataclass(frozen=True, slots=True)
class DayFigures:
    day: date
    studio_users: int
    mean_image_ms: float | None
    events: Sequence[EventCount]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioFigures:
    studio_opens: int
    opens_per_user: float | None
    success_rate: float | None
    outfit_change_rate: float | None
    lora_share: float | None
    training_completion: float | None
    times: ImageTimes
    scenes: Sequence[Use]
    environments: Sequence[Use]
    events: Sequence[EventCount]
    costs: Costs
    days: Sequence[DayFigures]


def figures_of(found: RangeCounts) -> StudioFigures:
    counts = found.whole
    opens, made = counts.count(StudioEvent.STUDIO_OPENED), counts.count(StudioEvent.IMAGE_COMPLETED)
    modes = counts.by_label(Measure.MODE)
    return StudioFigures(
        studio_opens=opens,
        opens_per_user=ratio(opens, counts.count(Measure.STUDIO_USERS)),
        success_rate=ratio(made, made + counts.count(StudioEvent.IMAGE_FAILED)),
        outfit_change_rate=ratio(counts.count(StudioEvent.OUTFIT_CHANGED), opens),
        lora_share=ratio(modes.get(GenerationMode.LORA, 0), sum(modes.values())),
        training_completion=ratio(
            counts.count(StudioEvent.TRAINING_COMPLETED), counts.count(StudioEvent.TRAINING_STARTED)
        ),
        times=_times_of(counts),
        scenes=_uses_of(counts, [*Scene], Measure.SCENE, StudioEvent.SCENE_SELECTED),
        environments=_uses_of(counts, [*Environment], Measure.ENVIRONMENT, StudioEvent.ENVIRONMENT_SELECTED),
        events=_events_of(counts),
        costs=costs_of(counts),
        days=[_day_of(day, of_day) for day, of_day in found.by_day],
    )


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _times_of(counts: Counts) -> ImageTimes:
    buckets = {int(bound): count for bound, count in counts.by_label(Measure.TIME).items()}
    return ImageTimes(
        counts.count(StudioEvent.IMAGE_COMPLETED),
        _mean_ms(counts),
        percentile_ms(buckets, 0.5),
        percentile_ms(buckets, 0.95),
    )


def _mean_ms(counts: Counts) -> float | None:
    return ratio(counts.total(StudioEvent.IMAGE_COMPLETED), counts.count(StudioEvent.IMAGE_COMPLETED))


def _uses_of(
    counts: Counts, keys: Sequence[Scene | Environment], used: Measure, selected: StudioEvent
) -> Sequence[Use]:
    """Every one there is, those never used too, the most used first."""
    started, chosen = counts.by_label(used), counts.by_label(selected)
    uses = [
        Use(key, started.get(key, 0), ratio(started.get(key, 0), sum(started.values())), chosen.get(key, 0))
        for key in keys
    ]
    return sorted(uses, key=lambda use: -use.started)


def _events_of(counts: Counts) -> Sequence[EventCount]:
    """Those that happened. A kind that only a newer release knows is left out."""
    return [
        EventCount(event, JobKind(kind) if kind else None, count)
        for event in StudioEvent
        for kind, count in sorted(counts.by_kind(event).items())
        if kind in {"", *JobKind}
    ]


def _day_of(day: date, counts: Counts) -> DayFigures:
    return DayFigures(day, counts.count(Measure.STUDIO_USERS), _mean_ms(counts), _events_of(counts))
