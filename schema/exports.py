"""Everything there is of a user, or of one persona or influencer, in one file."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.archives.archive import Archive, ArchiveStatus
from domain.ids import ArchiveId, SubjectId
from resolvers import archives, exports
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.ids import Node, global_id, id_of
from schema.job_words import ERRORS, KEY
from schema.permissions import SignedIn
from schema.subjects import Subject, subject_with


@strawberry.type(
    description=(
        "A ZIP of all there is of you, or of one persona or influencer: photos and uploads as we keep them, images, and what is known of "
        "all of it as JSON, the ledger as CSV too; its `README.txt` says what is what. What you deleted is not in it. It is kept for "
        "24 hours, shorter when photos in it are taken back. Watch it with `exportProgress`; a notification tells of it as well."
    )
)
class Export(Node):
    status: ArchiveStatus = strawberry.field(description="Where it is.")
    percent: int = strawberry.field(description="0 to 100.")
    file_count: int = strawberry.field(
        description="Photos, uploads and images to be packed, as far as is known; how many were, once it is READY."
    )
    packed_count: int = strawberry.field(description="Of these, how many are in it so far.")
    size_bytes: float | None = strawberry.field(
        description="Size of the file in bytes, a whole number; null before it is READY."
    )
    file_name: str = strawberry.field(description="What it is saved as.")
    error_code: str | None = strawberry.field(description="Why it failed; null otherwise.")
    error_message: str | None = strawberry.field(description="The same in words; null otherwise.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    finished_at: datetime | None = strawberry.field(description="When it was ready or failed; null before.")
    expires_at: datetime | None = strawberry.field(
        description="When it goes: 24 hours after it was ready, or sooner; null before."
    )
    value: strawberry.Private[Archive]

    @strawberry.field(description="Whose; null for an export of everything, and for a persona that was deleted since.")
    async def subject(self, info: Info[Context, None]) -> Subject | None:
        return await subject_with(info.context, self.value.subject_id) if self.value.subject_id else None

    @strawberry.field(
        description="The file, while it is READY; null otherwise. Good for 5 to 10 minutes; ask again for a fresh address."
    )
    async def url(self, info: Info[Context, None]) -> str | None:
        return await archives.url(info.context, self.value)

    @classmethod
    def of(cls, export: Archive) -> "Export":
        return cls(
            id=global_id("Export", export.id),
            status=export.status,
            percent=export.percent,
            file_count=export.image_count,
            packed_count=export.packed_count,
            size_bytes=None if export.size_bytes is None else float(export.size_bytes),
            file_name=export.file_name,
            error_code=export.error_code,
            error_message=export.error_message,
            created_at=export.created_at,
            finished_at=export.finished_at,
            expires_at=export.expires_at,
            value=export,
        )


@strawberry.input(description="What `startExport` takes.")
class StartExportInput:
    idempotency_key: str = strawberry.field(description=KEY)
    subject_id: strawberry.ID | None = strawberry.field(
        default=None, description="A persona or an influencer of yours; null for everything."
    )


@strawberry.type(description="What `startExport` answers.")
class StartExportPayload:
    export: Export | None = strawberry.field(default=None, description="The export; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


def export_id_of(value: str) -> ArchiveId:
    return ArchiveId(id_of(value, "Export", field="id"))


def subject_id_of(value: strawberry.ID | None) -> SubjectId | None:
    return None if value is None else SubjectId(id_of(value, "Persona", "Influencer", field="subjectId"))


@strawberry.type
class ExportQueries:
    @strawberry.field(
        permission_classes=[SignedIn], description="An export of yours; null, with an error, for anything else."
    )
    async def export(
        self,
        info: Info[Context, None],
        id: Annotated[strawberry.ID, strawberry.argument(description="A global id.")],
    ) -> Export | None:
        return Export.of(await exports.get(info.context, export_id_of(id)))


@strawberry.type
class ExportMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Have everything packed that there is of you, or of one persona or influencer. Free. A `LimitReachedError`: one is being "
            "made already. A `RateLimitedError`: five were made within a day."
        ),
    )
    @user_errors(StartExportPayload)
    async def start_export(
        self,
        info: Info[Context, None],
        input: Annotated[StartExportInput, strawberry.argument(description="Of what.")],
    ) -> StartExportPayload:
        export = await exports.request(info.context, subject_id_of(input.subject_id), key=input.idempotency_key)
        return StartExportPayload(export=Export.of(export))


async def export_events(ctx: Context, export_id: str) -> AsyncGenerator[Export, None]:
    async with aclosing(exports.news(ctx, export_id_of(export_id))) as stream:
        async for export in stream:
            yield Export.of(export)
