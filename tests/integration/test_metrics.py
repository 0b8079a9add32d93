"""Counts of the studio are what reading every event would give: whenever they are made, by however many, in whatever order."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from db.dispatch import Dispatch
from db.metrics import EVENTS_OF_EACH
from domain.analytics.events import KEPT, Recorded, StudioEvent
from domain.analytics.times import BOUNDS_MS
from domain.errors import ProviderRefused, ProviderUnavailable
from domain.events import EventKind
from domain.jobs.job import GenerationMode, JobKind, JobStatus
from domain.presets.catalogue import Environment, Scene
from tests.support.clones import a_clone
from tests.support.examples import examples
from tests.support.jobs import a_job_of
from tests.support.ledger import Bench, a_bench
from tests.support.metrics import Happening, User, a_user, counted, metrics_of, recounted
from tests.support.servers import RunningServers


def today() -> date:
    """Asked each time: a run may begin before midnight."""
    return datetime.now(UTC).date()


@pytest.fixture
async def bench(template: RunningServers) -> AsyncIterator[Bench]:
    async with a_clone(template) as addresses, a_bench(addresses) as running:
        yield running


async def test_what_happens_to_jobs_is_counted_once(bench: Bench) -> None:
    purse = await bench.purse(200)
    good, bad, dropped = await a_job_of(purse, 2), await a_job_of(purse, 2), await a_job_of(purse)
    await good.make(0)
    await good.make(1)
    await bad.make(0)
    await bad.fail(await bad.begun(1), ProviderUnavailable("Later."))
    await bad.make_due(1)
    await bad.fail(await bad.begun(1), ProviderRefused("No."))
    await bad.retry()
    await bad.make(1)
    await dropped.cancel()

    assert await metrics_of(bench).count() == await bench.sql.value("SELECT count(*) FROM events")
    assert await metrics_of(bench).count() == 0
    assert await metrics_of(bench).count_everyone() == 0

    kind = "BASE_IMAGES"
    assert await counted(bench) == {
        (today(), "JOB_STARTED", kind, ""): (3, 50),
        (today(), "JOB_RETRIED", kind, ""): (1, 10),
        (today(), "JOB_COMPLETED", kind, ""): (2, 0),
        (today(), "JOB_PARTIAL", kind, ""): (1, 0),
        (today(), "JOB_CANCELLED", kind, ""): (1, 0),
        (today(), "IMAGE_COMPLETED", kind, ""): (4, 20),
        (today(), "IMAGE_FAILED", kind, ""): (1, 0),
        (today(), "TIME", kind, "50"): (4, 0),
        (today(), "MODEL", kind, "sketch"): (4, 40),
        (today(), "MEGAPIXELS", kind, "sketch"): (4, 8),
    }
    assert await counted(bench) == await recounted(bench)


happenings = st.builds(
    Happening,
    event=st.sampled_from(EventKind),
    kind=st.sampled_from(JobKind),
    status=st.sampled_from(JobStatus),
    round=st.integers(1, 2),
    mode=st.sampled_from([None, *GenerationMode]),
    scene=st.sampled_from([None, *Scene]),
    environment=st.sampled_from([None, *Environment]),
    credits=st.integers(0, 20),
    will_retry=st.booleans(),
    model=st.sampled_from(["local-sketch-1", "fal/flux-lora", "unheard-of"]),
    generation_ms=st.integers(0, 5_000_000) | st.sampled_from(BOUNDS_MS),
    size=st.sampled_from([(1000, 1000), (1000, 1001), (64, 64), (768, 1365)]),
)
ages = st.timedeltas(timedelta(), timedelta(days=3)) | st.just(timedelta())
steps = st.one_of(
    st.tuples(st.integers(0, 2), ages, happenings),
    st.tuples(st.integers(0, 2), ages, st.sampled_from([*StudioEvent])),
    st.sampled_from(["count", "count at once", "count everyone"]),
)


@examples(15, 500)
@given(st.lists(steps, max_size=25))
async def test_any_history_is_counted_as_reading_it_would(bench: Bench, history: list[object]) -> None:
    """One after the other in the same database: what was counted before is counted on."""
    users = [await a_user(bench) for _ in range(3)]
    for step in history:
        await take(bench, users, step)
    await metrics_of(bench).count_everyone()
    assert await counted(bench) == await recounted(bench)


async def take(bench: Bench, users: list[User], step: object) -> None:
    match step:
        case (int(user), timedelta() as age, Happening() as happening):
            await users[user].happens(happening, datetime.now(UTC) - age)
        case (int(user), timedelta() as age, StudioEvent() as type_):
            await users[user].tells(type_, datetime.now(UTC) - age, label="A")
        case "count":
            await metrics_of(bench).count()
        case "count at once":
            await asyncio.gather(*(metrics_of(bench).count() for _ in range(3)))
        case _:
            await metrics_of(bench).count_everyone()


async def test_many_may_count_while_others_write(bench: Bench) -> None:
    users = [await a_user(bench) for _ in range(4)]
    writing = True

    async def write(user: User) -> None:
        for turn in range(30):
            await user.happens(Happening(generation_ms=turn), datetime.now(UTC))
            await user.tells(StudioEvent.STUDIO_OPENED, datetime.now(UTC) - timedelta(days=turn % 3))

    async def count() -> int:
        found = 0
        while writing:
            found += await metrics_of(bench).count()
            await asyncio.sleep(0)
        return found

    counting = [asyncio.create_task(count()) for _ in range(3)]
    await asyncio.gather(*map(write, users))
    writing = False
    seen = sum(await asyncio.gather(*counting)) + await metrics_of(bench).count()

    assert seen == 4 * 30 * 2 + 4
    assert await counted(bench) == await recounted(bench)
    days = [number for (_, measure, *_), (number, _) in (await counted(bench)).items() if measure == "STUDIO_USERS"]
    assert days == [4, 4, 4]


async def test_one_user_has_more_than_is_counted_at_once(bench: Bench) -> None:
    user, many = await a_user(bench), 2 * EVENTS_OF_EACH + 7
    for _ in range(many):
        await user.happens(Happening(), datetime.now(UTC))

    assert await metrics_of(bench).count() == many + 1
    assert await counted(bench) == await recounted(bench)


async def test_what_comes_late_is_added_to_its_own_day(bench: Bench) -> None:
    user, metrics = await a_user(bench), metrics_of(bench)
    two_days_ago = datetime.now(UTC) - timedelta(days=2)
    await metrics.count()

    await user.happens(Happening(), two_days_ago)
    assert await metrics.count() == 0  # a clock that is so wrong is found out later
    assert await metrics.count_everyone() == 1
    await user.happens(Happening(), two_days_ago)
    await user.happens(Happening(), datetime.now(UTC))
    assert await metrics.count() == 2  # with the next event of the same user

    made = {day: number for (day, measure, *_), (number, _) in (await counted(bench)).items() if measure == "MODEL"}
    assert made == {two_days_ago.date(): 2, today(): 1}


async def test_whoever_dies_while_counting_leaves_all_as_it_was(bench: Bench) -> None:
    user = await a_user(bench)
    await user.tells(StudioEvent.STUDIO_OPENED, datetime.now(UTC))
    for table in ("studio_metrics", "metrics_progress"):
        await bench.sql.run(f"REVOKE INSERT ON {table} FROM likeness_dispatch")
        with pytest.raises(DBAPIError):
            await metrics_of(bench).count()
        await bench.sql.run(f"GRANT INSERT ON {table} TO likeness_dispatch")

    await metrics_of(bench).count()
    assert await counted(bench) == await recounted(bench)


async def test_events_are_not_pruned_before_they_are_counted(bench: Bench) -> None:
    user, dispatch = await a_user(bench), Dispatch(bench.worker)
    await user.happens(Happening(), datetime.now(UTC) - timedelta(days=8))
    prune = {"keep_events": timedelta(days=7), "keep_answers": timedelta(days=1)}

    await dispatch.prune(**prune)
    assert await bench.sql.value("SELECT count(*) FROM events") == 2

    await metrics_of(bench).count_everyone()
    expected = await recounted(bench)
    await dispatch.prune(**prune)
    assert await bench.sql.value("SELECT count(*) FROM events") == 1
    await metrics_of(bench).count_everyone()
    assert await counted(bench) == expected


async def test_whose_events_are_gone_is_in_nobodys_way(bench: Bench) -> None:
    gone, other = await a_user(bench), await a_user(bench)
    await bench.sql.run("DELETE FROM events WHERE user_id = :id", id=gone.purse.user_id)

    assert await metrics_of(bench).count_everyone() == 1
    progress = await bench.sql.rows("SELECT user_id, counted_to FROM metrics_progress ORDER BY user_id")
    assert progress == sorted([(gone.purse.user_id, 1), (other.purse.user_id, 1)])


async def test_an_event_of_the_studio_is_recorded_once_for_its_user(bench: Bench) -> None:
    one, other = await a_user(bench), await a_user(bench)

    told = [await user.tells(StudioEvent.STUDIO_OPENED, datetime.now(UTC), key="k") for user in (one, one, other)]
    at_once = await asyncio.gather(
        *(one.tells(StudioEvent.STUDIO_OPENED, datetime.now(UTC), key="l") for _ in range(5))
    )

    assert (told, sum(at_once)) == ([1, 0, 1], 1)
    assert await bench.sql.value("SELECT count(*) FROM studio_events") == 3


async def test_what_has_no_durable_event_is_recorded_where_it_happens(bench: Bench) -> None:
    """By a worker; as a training will be."""
    user = await a_user(bench)
    training = Recorded(key="training:1:completed", type=StudioEvent.TRAINING_COMPLETED, at=datetime.now(UTC))
    for expected in (1, 0):
        async with bench.worker.unit_of_work(user.purse.user_id) as uow:
            assert await uow.analytics.record(user.purse.user_id, [training], now=datetime.now(UTC)) == expected

    await metrics_of(bench).count()
    assert (await counted(bench))[today(), "TRAINING_COMPLETED", "", ""] == (1, 0)


async def test_a_subject_that_is_not_theirs_is_left_out(bench: Bench) -> None:
    one, other = await a_user(bench), await a_user(bench)
    events = [
        Recorded(key=key, type=StudioEvent.STUDIO_OPENED, at=datetime.now(UTC), subject_id=subject)
        for key, subject in (("a", one.purse.subject_id), ("b", other.purse.subject_id))
    ]
    async with bench.api.unit_of_work(one.purse.user_id) as uow:
        assert await uow.analytics.record(one.purse.user_id, events, now=datetime.now(UTC)) == 2

    kept = await bench.sql.rows("SELECT key, subject_id FROM studio_events ORDER BY key")
    assert kept == [("a", one.purse.subject_id), ("b", None)]


async def test_single_events_go_after_their_time_or_when_asked_and_counts_stay(bench: Bench) -> None:
    user, other, metrics = await a_user(bench), await a_user(bench), metrics_of(bench)
    for teller in (user, user, other):
        await teller.tells(StudioEvent.STUDIO_OPENED, datetime.now(UTC))
    await bench.sql.run(
        "UPDATE studio_events SET received_at = now() - CAST(:kept AS interval) WHERE user_id = :id",
        kept=KEPT + timedelta(minutes=1),
        id=other.purse.user_id,
    )
    await metrics.prune(keep=KEPT)
    assert await bench.sql.value("SELECT count(*) FROM studio_events") == 3  # not before they are counted

    await metrics.count()
    expected = await counted(bench)
    await metrics.prune(keep=KEPT)
    assert await bench.sql.value("SELECT count(*) FROM studio_events WHERE user_id = :id", id=other.purse.user_id) == 0
    assert await bench.sql.value("SELECT count(*) FROM studio_events") == 2
    await metrics.forget(user.purse.user_id)
    assert await bench.sql.value("SELECT count(*) FROM studio_events") == 0
    await metrics.count_everyone()
    assert await counted(bench) == expected
    assert expected[today(), "STUDIO_OPENED", "", ""] == (3, 0)


async def test_the_sweeps_are_shown_facts_of_events_and_no_words(bench: Bench) -> None:
    shown = await bench.sql.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'job_facts'::regclass ORDER BY attnum"
    )
    assert " ".join(name for (name,) in shown) == (
        "user_id number at event kind status mode round credits_reserved scene environment will_retry model "
        "generation_ms credits_charged pixels"
    )
    assert await bench.sql.value(
        "SELECT bool_and(has_table_privilege(r, 'job_facts', 'SELECT')) FROM unnest(ARRAY['likeness_dispatch']) r"
    )
    assert not await bench.sql.value(
        "SELECT bool_or(has_any_column_privilege(r, 'job_facts', 'SELECT')) FROM unnest(ARRAY['likeness_api', 'likeness_worker']) r"
    )
