"""Many images in one file."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from resolvers import archives
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.images import ImageFilter, image_ids_of
from schema.job_words import ERRORS, KEY
from schema.packed_files import PackedFile
from schema.permissions import SignedIn


@strawberry.type(
    description=(
        "A ZIP of images, each under a name as `mara-voss_pack_2026-11-21_003.jpg`, with a `metadata.json` that tells how each "
        "was made. Ask for it again until it is READY; a notification tells of it as well."
    )
)
class Archive(PackedFile):
    node = "Archive"

    @strawberry.field(description="Images asked for.")
    def image_count(self) -> int:
        return self.value.image_count


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
