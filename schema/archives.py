"""Many images in one file."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.archives.archive import Archive as ArchiveValue
from domain.archives.archive import ArchiveStatus
from resolvers import archives
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.ids import Node, global_id
from schema.images import ImageFilter, image_ids_of
from schema.job_words import ERRORS, KEY
from schema.permissions import SignedIn


@strawberry.type(
    description=(
        "A ZIP of images, each under a name as `mara-voss_pack_2026-11-21_003.jpg`, with a `metadata.json` that tells how each "
        "was made. Ask for it again until it is READY; a notification tells of it as well."
    )
)
class Archive(Node):
    status: ArchiveStatus = strawberry.field(description="Where it is.")
    percent: int = strawberry.field(description="0 to 100.")
    image_count: int = strawberry.field(description="Images asked for.")
    packed_count: int = strawberry.field(
        description="Images in it so far. Those that are deleted before they are packed are left out."
    )
    size_bytes: float | None = strawberry.field(
        description="Size of the file in bytes, a whole number; null before it is READY."
    )
    file_name: str = strawberry.field(description="What it is saved as.")
    error_code: str | None = strawberry.field(description="Why it failed; null otherwise.")
    error_message: str | None = strawberry.field(description="The same in words; null otherwise.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    finished_at: datetime | None = strawberry.field(description="When it was ready or failed; null before.")
    expires_at: datetime | None = strawberry.field(
        description="When it goes: 24 hours after it was ready, sooner when one of its images is purged; null before."
    )
    value: strawberry.Private[ArchiveValue]

    @strawberry.field(
        description="The file, while it is READY; null otherwise. Good for 5 to 10 minutes; ask again for a fresh address."
    )
    async def url(self, info: Info[Context, None]) -> str | None:
        return await archives.url(info.context, self.value)

    @classmethod
    def of(cls, archive: ArchiveValue) -> "Archive":
        return cls(
            id=global_id("Archive", archive.id),
            status=archive.status,
            percent=archive.percent,
            image_count=archive.image_count,
            packed_count=archive.packed_count,
            size_bytes=None if archive.size_bytes is None else float(archive.size_bytes),
            file_name=archive.file_name,
            error_code=archive.error_code,
            error_message=archive.error_message,
            created_at=archive.created_at,
            finished_at=archive.finished_at,
            expires_at=archive.expires_at,
            value=archive,
        )


@strawberry.input(description="What `requestArchive` takes: either the images, or a filter.")
class RequestArchiveInput:
    idempotency_key: str = strawberry.field(description=KEY)
    image_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="1 to 500 images, in that order."
    )
    filter: ImageFilter | None = strawberry.field(
        default=None, description="All images that fit now, newest first; 500 at the most."
    )


@strawberry.type(description="What `requestArchive` answers.")
class RequestArchivePayload:
    archive: Archive | None = strawberry.field(default=None, description="The archive; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class ArchiveMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Have up to 500 images packed into one file. Free. It is kept for 24 hours. A `LimitReachedError` says that three "
            "are being made already, or twenty are kept. Downloads of its images are not counted by it."
        ),
    )
    @user_errors(RequestArchivePayload)
    async def request_archive(
        self,
        info: Info[Context, None],
        input: Annotated[RequestArchiveInput, strawberry.argument(description="Which images.")],
    ) -> RequestArchivePayload:
        archive = await archives.request(
            info.context,
            None if input.image_ids is None else image_ids_of(input.image_ids),
            input.filter.to_filter() if input.filter else None,
            key=input.idempotency_key,
        )
        return RequestArchivePayload(archive=Archive.of(archive))
