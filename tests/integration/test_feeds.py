"""Feeds of jobs while followers come and go, and when they end in ways of their own: nobody waits for ever, nothing stays."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from app.settings import Settings
from app.wiring import make_local_files
from db.engine import Database
from domain.errors import NotFound
from domain.ids import JobId, UserId
from domain.ports.object_store import ObjectStore
from live.inbox import BoundedInbox
from live.memory import MemoryLive
from providers.local.tokens import user_id_of
from resolvers.feeds import JobFeed, JobFeeds
from schema.ids import parse_id
from tests.support.owner import Owner
from tests.support.studio import Studio

PATIENCE = 10  # seconds


class SlowLive(MemoryLive):
    """Takes some turns of the loop to listen, and to stop listening, as Redis does."""

    @asynccontextmanager
    async def watch(self, topic: str, *more: str) -> AsyncIterator[BoundedInbox]:
        await asyncio.sleep(0)
        try:
            async with super().watch(topic, *more) as inbox:
                yield inbox
        finally:
            for _ in range(3):
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(0)


@dataclass
class Watched:
    """A job, and what its feeds work with."""

    database: Database
    files: ObjectStore
    user_id: UserId
    job_id: JobId
    live: SlowLive = field(default_factory=SlowLive)
    feeds: JobFeeds = field(default_factory=JobFeeds)

    async def follow(self, then: Callable[[JobFeed], object] = lambda _: None) -> None:
        async with self.feeds.follow(self, self.user_id, self.job_id) as (feed, follower):
            then(feed)
            await follower.hear()

    async def is_followed(self) -> JobFeed:
        """A follower comes, hears that the feed has begun, and goes."""
        async with asyncio.timeout(PATIENCE), self.feeds.follow(self, self.user_id, self.job_id) as (feed, _):
            assert not feed.has_ended
            assert feed.job is not None
            return feed

    async def assert_nothing_stays(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(
                *(task for task in asyncio.all_tasks() if task.get_name().startswith("feed-")), return_exceptions=True
            )
        assert self.live.watcher_count == 0
        assert self.feeds == JobFeeds()


@pytest.fixture
async def watched(studio: Studio, owner: Owner, database: Database, settings: Settings) -> Watched:
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=1))["job"]
    return Watched(database, make_local_files(settings), user_id_of(studio.user), JobId(parse_id(job["id"])[1]))


async def test_whoever_comes_while_the_last_one_leaves_is_told(watched: Watched) -> None:
    for turns in range(30):
        leaving = asyncio.create_task(watched.follow())
        for _ in range(turns):
            await asyncio.sleep(0)
        leaving.cancel()
        coming = [asyncio.create_task(watched.is_followed()) for _ in range(3)]
        await asyncio.gather(leaving, return_exceptions=True)
        await asyncio.gather(*coming)
    await watched.assert_nothing_stays()


async def test_followers_that_come_and_go_at_random_leave_nothing(watched: Watched) -> None:
    chance = random.Random(11)  # noqa: S311 - to be the same in every run

    async def come_and_go() -> None:
        for _ in range(20):
            with suppress(TimeoutError):
                async with asyncio.timeout(chance.choice((0, 0.001, 0.005, 0.02))):
                    await watched.follow()

    await asyncio.gather(*(come_and_go() for _ in range(10)))
    await watched.is_followed()
    await watched.assert_nothing_stays()


async def test_a_feed_that_cannot_begin_is_told_to_all_who_wait_and_is_forgotten(watched: Watched) -> None:
    watched.job_id, known = JobId(uuid4()), watched.job_id
    outcomes = await asyncio.gather(*(watched.follow() for _ in range(5)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [NotFound] * 5
    await watched.assert_nothing_stays()
    watched.job_id = known
    await watched.is_followed()


async def test_a_feed_that_is_ended_by_someone_else_ends_its_followers(watched: Watched) -> None:
    def end(feed: JobFeed) -> None:
        feed._task.cancel()

    async with asyncio.timeout(PATIENCE):
        outcomes = await asyncio.gather(watched.follow(end), watched.follow(), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ConnectionError] * 2
    await watched.is_followed()
    await watched.assert_nothing_stays()
