"""A thumbnail while it forms: the latest partial picture at once, newer ones as they come, then the finished image.

How far the images of a job are is read whenever something durable was told of it; partial pictures are only heard. Whoever reads slowly
is told the newest when they are ready for it: no more than one picture of each image waits for them.
"""

import asyncio
import base64
import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from db.queries.thumbnails import FormingImage, FormingJob, forming_job
from domain.errors import InvalidInput, NotFound
from domain.ids import ImageId, JobId, image_id_of
from domain.jobs.job import ImageState, JobKind
from domain.ports.live import Arrivals, Inbox, job_topic, preview_topic
from domain.thumbnails.preview import PACE, ThumbnailPreview
from resolvers.context import Context
from resolvers.loaders import ImageView

CURSOR = re.compile(r"([0-9a-f]{8}):(\d{1,6}):([0-9a-f]{1,3}):([0-9a-f]{1,3})")
CANCELLED = "This was cancelled before it was made. Nothing was charged for it."
FAILED = "This could not be made. Nothing was charged for it."
ENDED = frozenset({ImageState.FAILED, ImageState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewNews:
    """One of a partial picture, a finished image (None where it was deleted since), and a reason why there is none."""

    cursor: str
    at: datetime
    partial: ThumbnailPreview | None = None
    is_final: bool = False
    image: ImageView | None = None
    reason: str | None = None


@dataclass(slots=True)
class Told:
    """What a subscriber knows. Images that are done are so for ever; one that failed may be tried again, in the next round."""

    job_id: JobId
    round: int = 0
    done: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    sequences: dict[int, int] = field(default_factory=dict)
    pending: dict[int, ThumbnailPreview] = field(default_factory=dict)
    """The newest of each image that was not told yet, in the order in which they first came."""

    def enter(self, round_: int) -> None:
        if round_ != self.round:
            self.round, self.failed = round_, set()

    def hear(self, preview: ThumbnailPreview) -> None:
        waiting = self.pending.get(preview.index)
        newest = max(self.sequences.get(preview.index, 0), waiting.sequence if waiting else 0)
        if preview.sequence > newest and preview.index not in self.done | self.failed:
            self.pending[preview.index] = preview

    def next_partial(self) -> ThumbnailPreview:
        preview = self.pending.pop(next(iter(self.pending)))
        self.sequences[preview.index] = preview.sequence
        return preview

    def settle(self, image: FormingImage) -> None:
        self.pending.pop(image.index, None)
        (self.failed if image.state in ENDED else self.done).add(image.index)

    @property
    def cursor(self) -> str:
        masks = (sum(1 << index for index in told) for told in (self.done, self.failed))
        word = ":".join((self.job_id.hex[:8], str(self.round), *(f"{mask:x}" for mask in masks)))
        return base64.urlsafe_b64encode(word.encode()).rstrip(b"=").decode()


def told_before(job_id: JobId, cursor: str | None) -> Told:
    """Raises `InvalidInput` for a cursor that is not of this stream."""
    if cursor is None:
        return Told(job_id)
    try:
        found = CURSOR.fullmatch(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except ValueError:
        found = None
    if found is None or found[1] != job_id.hex[:8]:
        raise InvalidInput("This cursor is not of this job's previews. Subscribe without one.", field="after")
    done, failed = (_indexes(int(mask, 16)) for mask in (found[3], found[4]))
    return Told(job_id, round=int(found[2]), done=done, failed=failed)


def _indexes(mask: int) -> set[int]:
    return {index for index in range(mask.bit_length()) if mask >> index & 1}


async def preview_news(ctx: Context, job_id: JobId, after: str | None) -> AsyncGenerator[PreviewNews, None]:
    """Ends with the job. Raises `NotFound` for one that is not the caller's, `InvalidInput` for one that is no thumbnail's."""
    told = told_before(job_id, after)
    async with ctx.services.live.watch(job_topic(job_id), preview_topic(job_id)) as inbox:
        heard, due = Arrivals(gap=True), 0.0
        loop = asyncio.get_running_loop()
        while True:
            if heard.gap or heard.events:
                job = await _read(ctx, job_id)
                told.enter(job.round)
                for news in await _settled(ctx, told, job):
                    yield news
                if job.status.is_final:
                    return
            if heard.gap:
                heard.latest = [*await _kept(ctx, job_id), *heard.latest]
            for item in heard.latest:
                if isinstance(item, ThumbnailPreview):
                    told.hear(item)
            if told.pending and loop.time() >= due:
                partial = told.next_partial()
                yield PreviewNews(cursor=told.cursor, at=partial.at, partial=partial)
                del partial  # or a slow reader would keep it beside the next
                due = loop.time() + PACE.total_seconds()
            heard = await _heard(inbox, until=due if told.pending else None)


async def _heard(inbox: Inbox, *, until: float | None) -> Arrivals:
    """What comes by then; without a time, whatever comes next."""
    try:
        async with asyncio.timeout_at(until):
            return await inbox.take()
    except TimeoutError:
        return Arrivals()


async def _read(ctx: Context, job_id: JobId) -> FormingJob:
    async with ctx.read() as connection:
        job = await forming_job(connection, job_id)
    if job is None:
        raise NotFound("There is no such job.")
    if job.kind is not JobKind.THUMBNAIL:
        raise InvalidInput("Only thumbnails are seen while they form. Watch this job with jobProgress.", field="jobId")
    return job


async def _settled(ctx: Context, told: Told, job: FormingJob) -> list[PreviewNews]:
    """Of images that were settled since, in their order."""
    new = [
        image
        for image in job.images
        if image.index not in told.done | told.failed and image.state in {ImageState.COMPLETED, *ENDED}
    ]
    views = await _views(ctx, [image_id_of(told.job_id, i.index) for i in new if i.state is ImageState.COMPLETED])
    return [_news_of(image, told, views, ctx.now()) for image in new]


async def _views(ctx: Context, ids: Sequence[ImageId]) -> dict[ImageId, ImageView]:
    found = await ctx.loaders.images.load_many(ids) if ids else []
    return {view.image.id: view for view in found if view}


def _news_of(image: FormingImage, told: Told, views: dict[ImageId, ImageView], at: datetime) -> PreviewNews:
    told.settle(image)
    match image.state:
        case ImageState.COMPLETED:
            view = views.get(image_id_of(told.job_id, image.index))
            return PreviewNews(cursor=told.cursor, at=view.image.created_at if view else at, is_final=True, image=view)
        case ImageState.CANCELLED:
            return PreviewNews(cursor=told.cursor, at=at, reason=CANCELLED)
        case _:
            return PreviewNews(cursor=told.cursor, at=at, reason=image.reason or FAILED)


async def _kept(ctx: Context, job_id: JobId) -> list[ThumbnailPreview]:
    """Of before. None where Redis is away: then there is nothing to be heard either."""
    try:
        found = await ctx.services.live.kept(preview_topic(job_id))
    except ConnectionError:
        return []
    return [item for item in found if isinstance(item, ThumbnailPreview)]
