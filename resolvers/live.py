"""Streams: the present state first, then what happens, gapless from a cursor.

Listen first, then read: whatever is announced in between is in the inbox. Events of a job are numbered without a hole, so
a stream knows when it missed one and reads it from the log; Redis may lose, double or reorder what it likes.
"""

import base64
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from db.queries.credits import balance_of
from db.queries.influencers import influencers_by_id
from db.queries.jobs import job_events_since, job_standing, settled_indexes
from domain.credits.ledger import Balance
from domain.errors import InvalidInput, NotFound
from domain.events import BalanceChanged, EventKind, ImageProgress, JobEvent
from domain.ids import JobId
from domain.images.image import Image
from domain.influencers.influencer import Influencer
from domain.jobs.job import Job, JobStatus
from domain.ports.live import credits_topic, job_topic
from resolvers.context import Context
from resolvers.loaders import ImageView, view_images

CURSOR = re.compile(r"([0-9a-f]{8}):(\d{1,15})")


class NewsKind(Enum):
    """The stream's own kinds, beside those of durable events."""

    SNAPSHOT = auto()
    RESYNC_REQUIRED = auto()
    IMAGE_PROGRESSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobNews:
    """One item of a stream. `cursor` resumes after it; `percent` counts what forms inside unfinished images too."""

    kind: EventKind | NewsKind
    cursor: str
    at: datetime
    job: Job
    subject: Influencer | None
    """Whose job it is, read once for a stream; None when it was deleted."""
    percent: int
    index: int | None = None
    image: ImageView | None = None
    image_percent: int | None = None
    reason: str | None = None
    will_retry: bool = False
    retry_at: datetime | None = None


def cursor_of(job_id: JobId, number: int) -> str:
    return base64.urlsafe_b64encode(f"{job_id.hex[:8]}:{number}".encode()).rstrip(b"=").decode()


def number_of(job_id: JobId, cursor: str) -> int:
    """Raises `InvalidInput` for a cursor that is not of this job's stream."""
    try:
        found = CURSOR.fullmatch(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except ValueError:
        found = None
    if found is None or found[1] != job_id.hex[:8]:
        raise InvalidInput("This cursor is not of this job's events. Subscribe without one.", field="after")
    return int(found[2])


async def job_news(ctx: Context, job_id: JobId, after: str | None) -> AsyncGenerator[JobNews, None]:
    """Ends with the event that ends the job. Raises `NotFound` for a job that is not the caller's."""
    seen = None if after is None else number_of(job_id, after)
    async with ctx.services.live.watch(job_topic(job_id)) as inbox:
        async with ctx.read() as connection:
            standing = await job_standing(connection, job_id)
            if standing is None:
                raise NotFound("There is no such job.")
            settled = await settled_indexes(connection, job_id)
            subjects = await influencers_by_id(connection, [standing.job.subject_id])
        subject = subjects.get(standing.job.subject_id)
        view = JobStream(ctx, standing.job, subject, standing.job.event_count if seen is None else seen, settled)
        if seen is None:
            yield view.tell(NewsKind.SNAPSHOT, at=ctx.now())
        elif not standing.oldest_kept - 1 <= seen <= standing.job.event_count:
            view = JobStream(ctx, standing.job, subject, standing.job.event_count, settled)
            yield view.tell(NewsKind.RESYNC_REQUIRED, at=ctx.now())
        else:
            async with aclosing(view.missed()) as missed:
                async for news in missed:
                    yield news
        while not view.job.status.is_final:
            arrivals = await inbox.take()
            if arrivals.gap:
                async with aclosing(view.missed()) as missed:
                    async for news in missed:
                        yield news
            for event in arrivals.events:
                async with aclosing(view.in_turn(event)) as told:
                    async for news in told:
                        yield news
            for item in arrivals.latest:
                if isinstance(item, ImageProgress) and (progressed := view.progressed(item, ctx.now())):
                    yield progressed


class JobStream:
    """What one subscriber has been told so far."""

    def __init__(self, ctx: Context, job: Job, subject: Influencer | None, number: int, settled: set[int]) -> None:
        self._ctx, self.job, self._subject, self._number = ctx, job, subject, number
        self._forming: dict[int, int] = {}
        self._settled = settled

    async def missed(self) -> AsyncGenerator[JobNews, None]:
        """Everything in the log after what was told."""
        while True:
            async with self._ctx.read() as connection:
                events = await job_events_since(connection, self.job.id, self._number)
            if not events:
                return
            for event in events:
                yield await self._told(event)

    async def in_turn(self, event: JobEvent) -> AsyncGenerator[JobNews, None]:
        """An event that arrived: told when it is the next, dropped when it was told, and else what is missing first."""
        if event.number > self._number + 1:
            async for news in self.missed():
                yield news
        elif event.number == self._number + 1:
            yield await self._told(event)

    def progressed(self, progress: ImageProgress, now: datetime) -> JobNews | None:
        """None for a percent that came after its image was settled."""
        if progress.index in self._settled or self.job.status.is_final:
            return None
        self._forming[progress.index] = progress.percent
        return replace(
            self.tell(NewsKind.IMAGE_PROGRESSED, at=now), index=progress.index, image_percent=progress.percent
        )

    def tell(self, kind: EventKind | NewsKind, *, at: datetime) -> JobNews:
        forming = sum(self._forming.values())
        return JobNews(
            kind=kind,
            cursor=cursor_of(self.job.id, self._number),
            at=at,
            job=self.job,
            subject=self._subject,
            percent=min(100, (100 * self.job.settled_count + forming) // self.job.image_count),
        )

    async def _told(self, event: JobEvent) -> JobNews:
        self._number, self.job = event.number, event.job
        self._note(event)
        return replace(
            self.tell(event.kind, at=event.at),
            index=event.index,
            image=await self._view(event.image),
            reason=event.reason,
            will_retry=event.will_retry,
            retry_at=event.retry_at,
        )

    def _note(self, event: JobEvent) -> None:
        if event.index is not None:
            self._forming.pop(event.index, None)
            if not event.will_retry:
                self._settled.add(event.index)
        if event.job.status.is_final:
            self._forming.clear()
        if event.job.status is JobStatus.QUEUED:  # accepted, or to be made again
            self._settled.clear()

    async def _view(self, image: Image | None) -> ImageView | None:
        return (await view_images(self._ctx.services.files, [image]))[0] if image else None


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
