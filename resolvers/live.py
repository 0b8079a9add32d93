"""Streams: the present state first, then what happens, gapless from a cursor.

Listen first, then read: whatever is announced in between has been heard. Events of a job are numbered without a hole, so a
stream knows when it missed one and reads it from the log; Redis may lose, double or reorder what it likes.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from db.queries.credits import balance_of
from domain.credits.ledger import Balance
from domain.events import BalanceChanged
from domain.ids import JobId
from domain.ports.live import credits_topic
from resolvers.context import Context, never
from resolvers.feeds import JobFeed
from resolvers.news import JobNews, NewsKind, number_of, state_news


async def job_news(
    ctx: Context, job_id: JobId, after: str | None, tell_now: Callable[[JobNews], bool] = never
) -> AsyncGenerator[JobNews, None]:
    """Ends with the event that ends the job. Raises `NotFound` for a job that is not the caller's.

    What `tell_now` takes, while this waits for news, is not told here.
    """
    seen = None if after is None else number_of(job_id, after)
    async with ctx.services.feeds.follow(ctx.services, ctx.user_id, job_id) as (feed, follower):
        stream = JobStream(feed, tell_now)
        async with aclosing(stream.beginning(ctx, seen)) as beginning:
            async for news in beginning:
                yield news
                del news
        follower.tell_now = stream.tell_now
        while not stream.is_over:
            heard = await follower.hear()
            while heard:
                item = heard.popleft()
                if item is not None and stream.is_next(item):
                    stream.note(item)
                    yield item
                elif item is None or stream.is_behind(item):
                    async with aclosing(stream.missed()) as missed:
                        async for told in missed:
                            yield told
                            del told
                del item  # or a socket would keep what it was told last, the larger part of it, until the next


class JobStream:
    """How far one subscriber has been told."""

    __slots__ = ("_ahead", "_feed", "_tell_now", "_told", "is_over")

    def __init__(self, feed: JobFeed, tell_now: Callable[[JobNews], bool]) -> None:
        self._feed, self._tell_now = feed, tell_now
        self._told = self._ahead = 0
        self.is_over = False

    async def beginning(self, ctx: Context, seen: int | None) -> AsyncGenerator[JobNews, None]:
        """The present state, or what was missed after `seen`."""
        standing = await self._feed.standing()
        job = standing.job
        self._told = self._ahead = job.event_count
        self.is_over = job.status.is_final
        if seen is None or not standing.oldest_kept - 1 <= seen <= job.event_count:
            kind = NewsKind.SNAPSHOT if seen is None else NewsKind.RESYNC_REQUIRED
            yield state_news(kind, job, at=ctx.now(), subject=self._feed.subject, forming=self._feed.forming)
        else:
            self._told = seen
            async with aclosing(self.missed()) as missed:
                async for news in missed:
                    yield news

    async def missed(self) -> AsyncGenerator[JobNews, None]:
        """Everything in the log after what was told."""
        while events := await self._feed.events_since(self._told):
            for event in events:
                self._told = self._ahead = event.number
                self.is_over = event.job.status.is_final
                yield await self._feed.news_of(event)

    def is_next(self, news: JobNews) -> bool:
        """Whether it can be told now: the event that follows, or a percent that is not older than what was read."""
        if news.is_durable:
            return news.number == self._told + 1
        return news.number >= self._ahead and not self.is_over

    def note(self, news: JobNews) -> None:
        """It is told."""
        if news.is_durable:
            self._told, self.is_over = news.number, news.job.status.is_final

    def tell_now(self, news: JobNews) -> bool:
        """Not the last one: whoever waits for it has to end."""
        if news.job.status.is_final or not self.is_next(news) or not self._tell_now(news):
            return False
        self.note(news)
        return True

    def is_behind(self, news: JobNews) -> bool:
        """Whether something is missing before it."""
        return news.is_durable and news.number > self._told + 1


async def balances(ctx: Context) -> AsyncGenerator[Balance, None]:
    """The present balance, then every newer one that is still news when it can be told."""
    told = -1
    async with ctx.services.live.watch(credits_topic(ctx.user_id)) as inbox:
        read = True
        while True:
            if read:
                async with ctx.read() as connection:
                    current = await balance_of(connection, ctx.user_id)
                if current.number > told:
                    told = current.number
                    yield current
            arrivals = await inbox.take()
            read = arrivals.gap
            for item in arrivals.latest:
                if isinstance(item, BalanceChanged) and item.number > told:
                    told = item.number
                    yield Balance(item.available, item.reserved, item.number)
