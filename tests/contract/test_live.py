"""What every `Live` promises, asked of the one over Redis and of the one in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
import redis.asyncio

from app.settings import Settings
from domain.events import BalanceChanged, EventKind, ImageProgress, JobEvent
from domain.ids import JobId, UserId
from domain.ports.live import RELAYS, Arrivals, Inbox, JobCancelled, Live, News, Nudge, job_topic, preview_topic
from domain.thumbnails.preview import ThumbnailPreview
from live.inbox import MOST_EVENTS, BoundedInbox
from live.memory import MemoryLive
from live.redis import PREFIX, RedisLive
from tests.support.values import NOW, a_job
from tests.support.waiting import until

PATIENCE = 10  # seconds

JOB = JobId(uuid4())
USER = UserId(uuid4())
TOPIC = job_topic(JOB)


def event(number: int) -> JobEvent:
    return JobEvent(kind=EventKind.JOB_STATE_CHANGED, job=a_job(id=JOB), at=NOW, number=number)


def percent(index: int, value: int) -> ImageProgress:
    return ImageProgress(job_id=JOB, index=index, attempt=1, percent=value)


def a_preview(index: int, sequence: int) -> ThumbnailPreview:
    return ThumbnailPreview(
        job_id=JOB, index=index, sequence=sequence, width=640, height=360, data_url="data:image/webp;base64,", at=NOW
    )


def balance(number: int) -> BalanceChanged:
    return BalanceChanged(user_id=USER, available=number, reserved=0, number=number)


@pytest.fixture(params=["redis", "memory"])
async def live(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[RedisLive | MemoryLive]:
    if request.param == "memory":
        yield MemoryLive()
        return
    async with RedisLive(settings.redis.live) as found:
        yield found


@pytest.fixture
async def redis_live(settings: Settings) -> AsyncIterator[RedisLive]:
    async with RedisLive(settings.redis.live) as found:
        yield found


async def all_of(inbox: Inbox, enough: Callable[[Arrivals], bool]) -> Arrivals:
    """What arrives until it is enough, put together."""
    found = Arrivals()
    async with asyncio.timeout(PATIENCE):
        while not enough(found):
            arrivals = await inbox.take()
            found.gap = found.gap or arrivals.gap
            found.events += arrivals.events
            found.latest += arrivals.latest
    return found


async def test_what_is_announced_arrives_in_order(live: Live) -> None:
    async with live.watch(TOPIC) as inbox:
        for number in range(1, 11):
            await live.announce(TOPIC, [event(number)])
        found = await all_of(inbox, lambda a: len(a.events) == 10)
    assert [e.number for e in found.events] == list(range(1, 11))
    assert found.events[0] == event(1)


@pytest.mark.parametrize("news", [event(3), percent(1, 50), balance(7), Nudge(), JobCancelled(JOB)])
async def test_every_kind_of_news_arrives_as_it_was(live: Live, news: News) -> None:
    async with live.watch(TOPIC) as inbox:
        await live.announce(TOPIC, [news])
        found = await all_of(inbox, lambda a: bool(a.events or a.latest))
    assert [*found.events, *found.latest] == [news]
    assert found.gap is False


async def test_everyone_who_watches_is_told_and_nobody_else(live: Live) -> None:
    async with live.watch(TOPIC) as one, live.watch(TOPIC) as two, live.watch(RELAYS) as other:
        await live.announce(TOPIC, [event(1)])
        await live.announce(RELAYS, [Nudge()])
        for inbox in (one, two):
            assert [e.number for e in (await all_of(inbox, lambda a: bool(a.events))).events] == [1]
        found = await all_of(other, lambda a: bool(a.latest))
    assert (found.events, found.latest) == ([], [Nudge()])


async def test_who_comes_later_is_not_told_what_was(live: Live) -> None:
    await live.announce(TOPIC, [event(1)])
    async with live.watch(TOPIC) as inbox:
        await live.announce(TOPIC, [event(2)])
        found = await all_of(inbox, lambda a: bool(a.events))
    assert [e.number for e in found.events] == [2]


async def test_of_percents_and_balances_the_newest_wins(live: Live) -> None:
    async with live.watch(TOPIC) as inbox:
        await live.announce(TOPIC, [percent(0, n) for n in range(0, 101, 10)])
        await live.announce(TOPIC, [percent(1, 5), balance(1), balance(2), balance(3), event(1)])
        found = await last_of_all(inbox, event(1))
    assert percent(0, 100) in found
    assert percent(1, 5) in found
    assert balance(3) in found


async def test_what_is_kept_is_told_to_who_comes_later_for_a_moment(live: Live) -> None:
    shown = [a_preview(index, sequence) for sequence in (1, 2) for index in (0, 1)]
    async with live.watch(TOPIC, preview_topic(JOB)) as inbox:
        for preview in shown:
            await live.announce_kept(preview_topic(JOB), preview, place=str(preview.index), life=timedelta(seconds=0.5))
        await live.announce(TOPIC, [event(1)])
        found = await last_of_all(inbox, event(1))
    assert found == shown[2:]
    assert sorted(await live.kept(preview_topic(JOB)), key=str) == sorted(shown[2:], key=str)
    assert await live.kept(TOPIC) == []

    async def is_forgotten() -> bool:
        return not await live.kept(preview_topic(JOB))

    await until(is_forgotten)


async def last_of_all(inbox: Inbox, end: JobEvent) -> list[News]:
    """The newest of each kind once `end` has arrived."""
    found = await all_of(inbox, lambda a: end in a.events)
    return list(found.latest)


async def test_a_burst_that_is_not_read_costs_a_gap_and_not_the_process(live: Live) -> None:
    async with live.watch(TOPIC) as inbox, live.watch(TOPIC) as reader:
        for start in range(0, 3 * MOST_EVENTS, 64):
            await live.announce(TOPIC, [event(n) for n in range(start, start + 64)])
            await all_of(reader, lambda a, last=start + 63: any(e.number == last for e in a.events))  # type: ignore[misc]
        arrivals = await inbox.take()
    assert arrivals.gap is True
    assert len(arrivals.events) <= MOST_EVENTS


async def test_one_who_does_not_read_keeps_nobody_waiting(live: Live) -> None:
    async with live.watch(TOPIC), live.watch(TOPIC) as reader:
        for number in range(1, 2 * MOST_EVENTS):
            await live.announce(TOPIC, [event(number)])
            found = await all_of(reader, lambda a: bool(a.events or a.gap))
            assert ([e.number for e in found.events], found.gap) == ([number], False)


async def test_who_leaves_leaves_nothing_behind(live: RedisLive | MemoryLive) -> None:
    async with live.watch(TOPIC), live.watch(TOPIC), live.watch(RELAYS):
        assert live.watcher_count == 3
    assert live.watcher_count == 0
    with pytest.raises(RuntimeError):
        async with live.watch(TOPIC):
            raise RuntimeError
    assert live.watcher_count == 0


async def test_who_leaves_and_comes_again_at_once_is_told(live: Live) -> None:
    for number in range(30):
        async with live.watch(TOPIC) as inbox:
            await live.announce(TOPIC, [event(number)])
            found = await all_of(inbox, lambda a, n=number: any(e.number == n for e in a.events) or a.gap)  # type: ignore[misc]
        assert found.gap or number in [e.number for e in found.events]


async def test_a_watcher_that_is_cancelled_while_it_waits_is_gone(live: RedisLive | MemoryLive) -> None:
    entered = asyncio.Event()

    async def wait_for_ever() -> None:
        async with live.watch(TOPIC) as inbox:
            entered.set()
            await inbox.take()

    waiting = asyncio.create_task(wait_for_ever())
    await entered.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert live.watcher_count == 0


async def test_an_inbox_keeps_what_comes_after_a_gap() -> None:
    inbox = BoundedInbox()
    for number in range(MOST_EVENTS + 3):
        inbox.put(event(number))
    arrivals = await inbox.take()
    assert (arrivals.gap, [e.number for e in arrivals.events]) == (True, [MOST_EVENTS + 1, MOST_EVENTS + 2])


@asynccontextmanager
async def client_of(settings: Settings) -> AsyncIterator[redis.asyncio.Redis]:
    client = redis.asyncio.Redis.from_url(settings.redis.live)
    yield client
    await client.aclose()


async def test_a_lost_connection_is_told_as_a_gap_and_news_go_on(redis_live: RedisLive, settings: Settings) -> None:
    async with redis_live.watch(TOPIC) as one, redis_live.watch(RELAYS) as two, client_of(settings) as client:
        for _ in range(3):
            await client.client_kill_filter(_type="pubsub")
            for inbox in (one, two):
                await all_of(inbox, lambda a: a.gap)
            await redis_live.announce(TOPIC, [event(1)])
            found = await all_of(one, lambda a: bool(a.events))
            assert found.events == [event(1)]


async def test_in_redis_too_nothing_stays_subscribed(redis_live: RedisLive, settings: Settings) -> None:
    channel = PREFIX + TOPIC.encode()
    async with client_of(settings) as client:

        async def watched() -> bool:
            return channel in await client.pubsub_channels()

        async def unwatched() -> bool:
            return not await watched()

        async with redis_live.watch(TOPIC):
            await until(watched)
        await until(unwatched)


async def test_two_processes_tell_each_other(redis_live: RedisLive, settings: Settings) -> None:
    async with RedisLive(settings.redis.live) as other, other.watch(TOPIC) as inbox:
        await redis_live.announce(TOPIC, [event(1)])
        assert (await all_of(inbox, lambda a: bool(a.events))).events == [event(1)]


async def test_what_cannot_be_read_is_dropped_and_the_rest_arrives(redis_live: RedisLive, settings: Settings) -> None:
    async with redis_live.watch(TOPIC) as inbox, client_of(settings) as client:
        for junk in (b"", b"event", b"event {}", b"unknown {}", b"percent [1]", b"\xff\xfe", b"event {\xff}"):
            await client.publish(PREFIX + TOPIC.encode(), junk)
        await redis_live.announce(TOPIC, [event(1)])
        found = await all_of(inbox, lambda a: bool(a.events))
    assert (found.gap, found.events, found.latest) == (False, [event(1)], [])


async def test_without_redis_watching_waits_and_announcing_says_so() -> None:
    async with RedisLive("redis://127.0.0.1:1/0") as live:
        with pytest.raises(ConnectionError):
            await live.announce(TOPIC, [event(1)])
        async with asyncio.timeout(PATIENCE), live.watch(TOPIC):
            assert live.watcher_count == 1


async def test_without_redis_nothing_stays_of_who_has_left() -> None:
    async with RedisLive("redis://127.0.0.1:1/0") as live:

        async def come_and_go(number: int) -> None:
            async with asyncio.timeout(0.1), live.watch(f"jobs:{number}"):
                pass

        await asyncio.gather(*map(come_and_go, range(20)), return_exceptions=True)
        await asyncio.sleep(0)
        assert (live.watcher_count, live._acknowledged) == (0, {})


async def test_a_redis_that_falls_silent_is_left_and_found_again(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    silence = timedelta(seconds=0.3)
    async with (
        client_of(settings) as client,
        RedisLive(settings.redis.live, silence=silence) as live,
        live.watch(TOPIC) as inbox,
    ):
        await asyncio.sleep(3 * silence.total_seconds())  # peace alone is no silence
        assert caplog.messages == []
        await client.client_pause(1_000)
        assert await all_of(inbox, lambda a: a.gap) == Arrivals(gap=True)
        await live.announce(TOPIC, [event(1)])
        assert (await all_of(inbox, lambda a: bool(a.events))).events == [event(1)]
    assert caplog.messages == ["Redis cannot be listened to; trying again"]
    assert [record.__dict__["reason"] for record in caplog.records] == ["TimeoutError"]


async def test_once_it_is_closed_nothing_more_is_announced(settings: Settings) -> None:
    async with RedisLive(settings.redis.live) as live:
        on_its_way = asyncio.create_task(live.announce(TOPIC, [event(1)]))
        await asyncio.sleep(0)
    await on_its_way
    with pytest.raises(ConnectionError):
        await live.announce(TOPIC, [event(2)])
