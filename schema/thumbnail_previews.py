"""Events of `thumbnailPreview`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime

import strawberry

from domain.ids import JobId
from resolvers.context import Context
from resolvers.thumbnail_previews import PreviewNews, preview_news
from schema.ids import id_of
from schema.job_types import ImageAsset


@strawberry.interface(description="A thumbnail is forming, or has ended.")
class ThumbnailPreviewEvent:
    cursor: str = strawberry.field(description="Give it as `after` to go on: what has ended by then is not told again.")
    emitted_at: datetime = strawberry.field(description="When it was made.")


@strawberry.type(
    description=(
        "The picture as far as it has formed. Each takes the place of the one before it. Live only: some are left out. It is no image "
        "of yours yet, is kept nowhere, and may never become one."
    )
)
class PartialPreview(ThumbnailPreviewEvent):
    index: int = strawberry.field(description="Which image of the job, from 0.")
    sequence: int = strawberry.field(description="Rises with each picture of this image; numbers may be missing.")
    width: int = strawberry.field(description="Pixels: at most 640.")
    height: int = strawberry.field(description="Pixels.")
    data_url: str = strawberry.field(description="`data:image/webp;base64,` and at most 60 kB, for an image's `src`.")


@strawberry.type(description="An image is finished and paid.")
class FinalPreview(ThumbnailPreviewEvent):
    image: ImageAsset | None = strawberry.field(description="The image; null when it was deleted since.")


@strawberry.type(description="An image will not be made. Its credits were released; `retryJob` tries again.")
class PreviewFailed(ThumbnailPreviewEvent):
    reason: str = strawberry.field(description="What happened, in words.")


PREVIEW_TYPES = (PartialPreview, FinalPreview, PreviewFailed)


def _dressed(news: PreviewNews) -> ThumbnailPreviewEvent:
    if news.partial:
        return PartialPreview(
            cursor=news.cursor,
            emitted_at=news.at,
            index=news.partial.index,
            sequence=news.partial.sequence,
            width=news.partial.width,
            height=news.partial.height,
            data_url=news.partial.data_url,
        )
    if news.is_final:
        image = ImageAsset.of(news.image) if news.image else None
        return FinalPreview(cursor=news.cursor, emitted_at=news.at, image=image)
    return PreviewFailed(cursor=news.cursor, emitted_at=news.at, reason=news.reason or "")


async def preview_events(ctx: Context, job_id: str, after: str | None) -> AsyncGenerator[ThumbnailPreviewEvent, None]:
    job = JobId(id_of(job_id, "GenerationJob", field="jobId"))
    async with aclosing(preview_news(ctx, job, after)) as stream:
        async for news in stream:
            yield _dressed(news)
            del news
