"""One feed for each job that is watched: it follows the job once, however many subscribers it has, and tells all of them.

What is read and made for an event, its picture's address as much as its place in the job, is made once. Only the owner can
see a job, so all who follow a feed are the same user.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from db.engine import Database
from db.queries.jobs import JobStanding, job_events_since, job_standing, settled_indexes
from db.queries.subjects import subject_by_id
from domain.errors import NotFound
from domain.events import ImageProgress, JobEvent
from domain.ids import JobId, UserId
from domain.jobs.job import Job, JobStatus
from domain.jobs.subjects import Subject
from domain.ports.live import Inbox, Live, job_topic
from domain.ports.object_store import ObjectStore
from resolvers.loaders import view_images
from resolvers.news import JobNews, event_news, progress_news

MOST_WAITING = 128
"""Events kept for one follower before they are dropped for a gap. A job of ten images has about thirty."""


def never(_: JobNews) -> bool:
    return False


class Needs(Protocol):
    """What a feed works with, of the services of the API."""

    @property
    def database(self) -> Database: ...
    @property
    def live(self) -> Live: ...
    @property
    def files(self) -> ObjectStore: ...


class Follower:
    """One subscriber's bounded memory. Of percents of one image only the newest is kept.

    While it waits with nothing before it, news are offered to `tell_now` first: what that takes wakes nobody.
    """

    __slots__ = ("_error", "_events", "_forming", "_gap", "_waiting", "tell_now")

    def __init__(self) -> None:
        self.tell_now: Callable[[JobNews], bool] = never
        self._events: deque[JobNews] = deque()
        self._forming: dict[int, JobNews] = {}
        self._gap = False
        self._error: BaseException | None = None
        self._waiting: asyncio.Future[None] | None = None

    def tell(self, news: JobNews) -> None:
        if self._waiting is not None and not self._waiting.done() and self.tell_now(news):
            return
        if news.image_percent is not None and news.index is not None:
            self._forming[news.index] = news
        elif len(self._events) >= MOST_WAITING:
            self.tell_gap()
        else:
            if news.index is not None:
                self._forming.pop(news.index, None)
            self._events.append(news)
        self._wake()

    def tell_gap(self) -> None:
        self._gap = True
        self._events.clear()
        self._wake()

    def fail(self, error: BaseException) -> None:
        self._error = error
        self._wake()

    async def hear(self) -> deque[JobNews | None]:
        """What came since the last time; waits until there is something. None first where something is missing before it.

        Raises what the feed failed with.
        """
        if not (self._events or self._forming or self._gap or self._error):
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        if self._error is not None:
            raise self._error
        heard: deque[JobNews | None] = deque([None] if self._gap else [])
        heard.extend(self._events)
        heard.extend(self._forming.values())
        self._gap = False
        self._events.clear()
        self._forming.clear()
        return heard

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)


class JobFeed:
    """Begins with the job as it is when the first follower comes."""

    def __init__(self, needs: Needs, user_id: UserId, job_id: JobId) -> None:
        self._needs, self._user_id, self._job_id = needs, user_id, job_id
        self._followers: set[Follower] = set()
        self._forming: dict[int, int] = {}
        self._settled: set[int] = set()
        self._number = 0
        self.job: Job | None = None
        self.subject: Subject | None = None
        self._began = asyncio.Event()
        self._error: BaseException | None = None
        self._task = asyncio.create_task(self._run(), name=f"feed-{job_id}")

    @property
    def is_watched(self) -> bool:
        return bool(self._followers)

    @property
    def forming(self) -> int:
        """The sum of the percents of images under way."""
        return sum(self._forming.values())

    @property
    def has_ended(self) -> bool:
        return self._task.done()

    def join(self) -> Follower:
        follower = Follower()
        self._followers.add(follower)
        return follower

    def leave(self, follower: Follower) -> None:
        self._followers.discard(follower)
        if not self._followers:
            self._task.cancel()

    async def begun(self) -> None:
        """Whatever is announced from now on is heard. Raises `NotFound` for a job that is not the user's."""
        await self._began.wait()
        if self._error is not None:
            raise self._error

    async def _run(self) -> None:
        try:
            async with self._needs.live.watch(job_topic(self._job_id)) as inbox:
                await self._begin()
                self._began.set()
                await self._follow(inbox)
        except asyncio.CancelledError:  # by the last follower's leaving; by anyone else nobody may wait for ever
            self._fail(ConnectionError("What follows this job was ended."))
            raise
        except Exception as error:  # noqa: BLE001 - it is told to every follower, and masked where each is answered
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._error = error
        self._began.set()
        for follower in self._followers:
            follower.fail(error)

    async def _begin(self) -> None:
        async with self._needs.database.read(self._user_id) as connection:
            standing = await job_standing(connection, self._job_id)
            if standing is None:
                raise NotFound("There is no such job.")
            self._settled = await settled_indexes(connection, self._job_id)
            self.subject = await subject_by_id(connection, standing.job.subject_id)
        self.job, self._number = standing.job, standing.job.event_count

    async def _follow(self, inbox: Inbox) -> None:
        while self.is_watched:  # SQLAlchemy's pool may lose a cancellation too, see `live.ending`
            arrivals = await inbox.take()
            if arrivals.gap:
                await self._catch_up()
            for event in arrivals.events:
                if event.number > self._number + 1:
                    await self._catch_up()
                elif event.number == self._number + 1:
                    await self._tell(event)
            for item in arrivals.latest:
                if isinstance(item, ImageProgress):
                    self._tell_progress(item)

    async def _catch_up(self) -> None:
        """Everything in the log after what was told."""
        while events := await self.events_since(self._number):
            for event in events:
                await self._tell(event)

    async def events_since(self, number: int) -> Sequence[JobEvent]:
        """In order, some of them; none when there are none."""
        async with self._needs.database.read(self._user_id) as connection:
            return await job_events_since(connection, self._job_id, number)

    async def standing(self) -> JobStanding:
        """As it is now. Raises `NotFound` once it is gone."""
        async with self._needs.database.read(self._user_id) as connection:
            standing = await job_standing(connection, self._job_id)
        if standing is None:
            raise NotFound("There is no such job.")
        return standing

    async def news_of(self, event: JobEvent, *, forming: int = 0) -> JobNews:
        """Without the address of an adult image: who follows may be somewhere else by now, or have changed their mind."""
        told = event.image if event.image and not event.image.nsfw else None
        view = (await view_images(self._needs.files, [told]))[0] if told else None
        return event_news(event, subject=self.subject, image=view, forming=forming)

    async def _tell(self, event: JobEvent) -> None:
        self._number, self.job = event.number, event.job
        self._note(event)
        news = await self.news_of(event, forming=self.forming)
        for follower in self._followers:
            follower.tell(news)

    def _tell_progress(self, progress: ImageProgress) -> None:
        """Not one that came after its image was settled."""
        job = self.job
        if job is None or progress.index in self._settled or job.status.is_final:
            return
        self._forming[progress.index] = progress.percent
        news = progress_news(progress, job, self._number, subject=self.subject, forming=self.forming)
        for follower in self._followers:
            follower.tell(news)

    def _note(self, event: JobEvent) -> None:
        if event.index is not None:
            self._forming.pop(event.index, None)
            if not event.will_retry:
                self._settled.add(event.index)
        if event.job.status.is_final:
            self._forming.clear()
        if event.job.status is JobStatus.QUEUED:  # accepted, or to be made again
            self._settled.clear()


@dataclass(slots=True)
class JobFeeds:
    """Those that are watched in this process."""

    _feeds: dict[tuple[UserId, JobId], JobFeed] = field(default_factory=dict)

    @asynccontextmanager
    async def follow(self, needs: Needs, user_id: UserId, job_id: JobId) -> AsyncIterator[tuple[JobFeed, Follower]]:
        """Inside of it, everything is heard. Raises `NotFound`, and for a feed that fails, what it failed with."""
        key = user_id, job_id
        feed = self._feeds.get(key)
        if feed is None or feed.has_ended:
            feed = self._feeds[key] = JobFeed(needs, user_id, job_id)
        follower = feed.join()
        try:
            await feed.begun()
            yield feed, follower
        finally:
            feed.leave(follower)
            if not feed.is_watched and self._feeds.get(key) is feed:
                del self._feeds[key]
