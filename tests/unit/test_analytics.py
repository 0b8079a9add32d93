"""Figures from counts, and what a frontend may tell: exact values."""

from bisect import bisect_left
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.analytics.costs import ModelCosts, TrainingCosts, training_label
from domain.analytics.counts import Count, Counts, DayRange, RangeCounts
from domain.analytics.events import ClientEvent, NewClientEvent, Recorded, StudioEvent, clamped, recorded
from domain.analytics.figures import DayFigures, EventCount, ImageTimes, StudioFigures, Use, figures_of
from domain.analytics.times import BOUNDS_MS, percentile_ms
from domain.errors import InvalidInput
from domain.jobs.job import JobKind
from domain.presets.catalogue import Environment, Outfit, Scene
from tests.support.values import NOW, SUBJECT

DAY = date(2026, 11, 21)
EVENT = NewClientEvent(client_id="a", type=ClientEvent.STUDIO_OPENED, at=NOW)


def figures(*counts: Count) -> StudioFigures:
    return figures_of(RangeCounts(Counts(counts), []))


def test_nothing_is_not_a_share_of_nothing() -> None:
    found = figures()

    assert (found.studio_opens, found.times) == (0, ImageTimes(0, None, None, None))
    assert {
        found.opens_per_user,
        found.success_rate,
        found.outfit_change_rate,
        found.lora_share,
        found.training_completion,
        found.costs.captured_share,
        found.costs.known_share,
        found.costs.credits_per_usd,
    } == {None}
    assert (found.events, found.days, found.costs.models, found.costs.provider_usd) == ([], [], [], Decimal(0))
    assert [use.key for use in found.scenes] == [*Scene]
    assert {(use.started, use.share, use.selected) for use in [*found.scenes, *found.environments]} == {(0, None, 0)}


def test_rates_are_worked_out_from_counts() -> None:
    found = figures(
        Count("STUDIO_OPENED", "", "", 12, 0),
        Count("STUDIO_USERS", "", "", 5, 0),
        Count("OUTFIT_CHANGED", "", "TUXEDO", 2, 0),
        Count("OUTFIT_CHANGED", "", "STREETWEAR", 1, 0),
        Count("IMAGE_COMPLETED", "PACK", "", 30, 60_000),
        Count("IMAGE_COMPLETED", "BASE_IMAGES", "", 6, 30_000),
        Count("IMAGE_FAILED", "PACK", "", 4, 0),
        Count("MODE", "PACK", "LORA", 1, 0),
        Count("MODE", "PACK", "FACE_SWAP", 3, 0),
        Count("TRAINING_STARTED", "", "", 4, 0),
        Count("TRAINING_COMPLETED", "", "", 3, 0),
    )

    assert (found.studio_opens, found.opens_per_user, found.outfit_change_rate) == (12, 2.4, 0.25)
    assert (found.success_rate, found.lora_share, found.training_completion) == (0.9, 0.25, 0.75)
    assert (found.times.count, found.times.mean_ms) == (36, 2500)


def test_uses_come_with_those_never_used_and_the_most_used_first() -> None:
    found = figures(
        Count("SCENE", "PACK", Scene.CANDID_LIFESTYLE, 3, 0),
        Count("SCENE", "VARIATIONS", Scene.CANDID_LIFESTYLE, 3, 0),
        Count("SCENE", "PACK", "A_SCENE_OF_LATER", 2, 0),
        Count("SCENE_SELECTED", "", Scene.CANDID_LIFESTYLE, 7, 0),
        Count("ENVIRONMENT", "PACK", Environment.CAFE, 1, 0),
    )

    assert found.scenes[0] == Use(Scene.CANDID_LIFESTYLE, 6, 0.75, 7)
    assert found.environments[0] == Use(Environment.CAFE, 1, 1.0, 0)
    assert (len(found.scenes), len(found.environments)) == (len(Scene), len(Environment))


def test_events_are_told_by_kind_and_an_unknown_kind_is_left_out() -> None:
    counts = Counts([Count("JOB_STARTED", kind, "", number, 0) for number, kind in enumerate(["PACK", "LATER"], 1)])
    found = figures_of(RangeCounts(counts, [(DAY, counts)]))

    assert found.events == [EventCount(StudioEvent.JOB_STARTED, JobKind.PACK, 1)]
    assert found.days == [DayFigures(DAY, 0, None, found.events)]


def test_costs_are_known_by_image_and_megapixel_and_told_apart_from_the_rest() -> None:
    found = figures(
        Count("JOB_STARTED", "PACK", "", 5, 300),
        Count("JOB_RETRIED", "PACK", "", 1, 100),
        Count("MODEL", "PACK", "fal/flux-lora", 10, 100),
        Count("MEGAPIXELS", "PACK", "fal/flux-lora", 10, 20),
        Count("MODEL", "PACK", "local-sketch-1", 5, 50),
        Count("MODEL", "PACK", "runpod/flux-dev", 4, 40),
        Count("MODEL", "PACK", "unheard-of", 1, 10),
    ).costs

    assert found.models == [
        ModelCosts("fal/flux-lora", 10, 100, Decimal("0.700")),
        ModelCosts("local-sketch-1", 5, 50, Decimal(0)),
        ModelCosts("runpod/flux-dev", 4, 40, None),
        ModelCosts("unheard-of", 1, 10, None),
    ]
    assert (found.credits_reserved, found.credits_captured, found.captured_share) == (400, 200, 0.5)
    assert (found.provider_usd, found.known_share) == (Decimal("0.700"), 0.75)
    assert found.credits_per_usd == pytest.approx(150 / 0.7)
    assert (found.trainings, found.training_usd) == ([], Decimal(0))


def test_trainings_cost_by_the_step_where_that_is_known() -> None:
    found = figures(
        Count("TRAINING_COMPLETED", "", "", 2, 0),  # of before
        Count("TRAINING_COMPLETED", "", training_label("fal/flux-portrait-trainer", 2500), 2, 0),
        Count("TRAINING_COMPLETED", "", training_label("fal/flux-portrait-trainer", 1000), 1, 0),
        Count("TRAINING_COMPLETED", "", training_label("local/palette-trainer", 700), 1, 0),
        Count("TRAINING_COMPLETED", "", training_label("runpod/ai-toolkit-flux", 700), 1, 0),
    )

    assert found.costs.trainings == [
        TrainingCosts("fal/flux-portrait-trainer", 3, Decimal("14.40")),
        TrainingCosts("local/palette-trainer", 1, Decimal(0)),
        TrainingCosts("runpod/ai-toolkit-flux", 1, None),
    ]
    assert found.costs.training_usd == Decimal("14.40")
    assert EventCount(StudioEvent.TRAINING_COMPLETED, None, 7) in found.events


@given(st.lists(st.integers(0, 3_600_000), min_size=1), st.sampled_from([0.5, 0.95]))
def test_a_percentile_is_never_too_low_and_at_most_a_quarter_too_high(times: list[int], share: float) -> None:
    counts: dict[int, int] = {}
    for ms in times:
        bound = BOUNDS_MS[bisect_left(BOUNDS_MS, ms)]
        counts[bound] = counts.get(bound, 0) + 1
    rank = next(n for n in range(1, len(times) + 1) if n >= share * len(times))
    true = sorted(times)[rank - 1]

    found = percentile_ms(counts, share)
    assert found is not None
    assert true <= found <= max(true * 1.26, 50)


def test_buckets_rise_and_are_named_by_whole_milliseconds() -> None:
    assert (BOUNDS_MS[:3], BOUNDS_MS[-1], len(BOUNDS_MS)) == ((50, 62, 78), 3_600_000, 52)
    assert list(BOUNDS_MS) == sorted(set(BOUNDS_MS))
    assert percentile_ms({}, 0.5) is None


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        (timedelta(), timedelta()),
        (timedelta(hours=-23), timedelta(hours=-23)),
        (timedelta(days=-2), timedelta(days=-1)),
        (timedelta(seconds=1), timedelta()),
        (timedelta(days=400), timedelta()),
    ],
)
def test_a_clients_clock_is_believed_within_a_day(said: timedelta, taken: timedelta) -> None:
    assert clamped(NOW + said, NOW) == NOW + taken


def test_an_event_is_recorded_under_the_clients_name_with_what_was_chosen() -> None:
    event = replace(EVENT, client_id="s", type=ClientEvent.OUTFIT_CHANGED, outfit=Outfit.STREETWEAR, subject_id=SUBJECT)

    assert recorded([event], now=NOW) == [
        Recorded(key="client:s", type=StudioEvent.OUTFIT_CHANGED, at=NOW, label="STREETWEAR", subject_id=SUBJECT)
    ]


@pytest.mark.parametrize(
    ("events", "field"),
    [
        ([], "events"),
        ([EVENT] * 51, "events"),
        ([EVENT, replace(EVENT, client_id="")], "events.1.clientEventId"),
        ([replace(EVENT, client_id="x" * 101)], "events.0.clientEventId"),
        ([replace(EVENT, client_id="a\0b")], "events.0.clientEventId"),
        ([replace(EVENT, type=ClientEvent.SCENE_SELECTED)], "events.0.scene"),
        ([replace(EVENT, type=ClientEvent.ENVIRONMENT_SELECTED)], "events.0.environment"),
        ([replace(EVENT, type=ClientEvent.OUTFIT_CHANGED)], "events.0.outfit"),
        ([replace(EVENT, outfit=Outfit.STREETWEAR)], "events.0.outfit"),
    ],
)
def test_what_is_not_as_it_has_to_be_is_refused_by_its_place(events: list[NewClientEvent], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        recorded(events, now=NOW)
    assert refusal.value.field == field


def test_every_event_of_a_frontend_is_one_that_is_counted() -> None:
    assert {event.value for event in ClientEvent} < {event.value for event in StudioEvent}


@pytest.mark.parametrize(("days", "field"), [(-1, "range.to"), (366, "range")])
def test_a_range_runs_forward_for_at_most_a_year(days: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        DayRange(DAY, DAY + timedelta(days=days))
    assert refusal.value.field == field
    assert DayRange(DAY, DAY).last == DayRange(DAY - timedelta(days=365), DAY).last
