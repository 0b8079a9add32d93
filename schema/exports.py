"""Everything there is of a user, or of one persona or influencer, in one file."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import ArchiveId, SubjectId
from resolvers import exports
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_words import ERRORS, KEY
from schema.packed_files import PackedFile
from schema.permissions import SignedIn
from schema.subjects import Subject, subject_with


@strawberry.type(
    description=(
        "A ZIP of all there is of you, or of one persona or influencer: photos and uploads as we keep them, images, and what is known of "
        "all of it as JSON, the ledger as CSV too; its `README.txt` says what is what. What you deleted is not in it. It is kept for "
        "24 hours, shorter when photos in it are taken back. Watch it with `exportProgress`; a notification tells of it as well."
    )
)
class Export(PackedFile):
    node = "Export"

    @strawberry.field(
        description="Photos, uploads and images to be packed, as far as is known; how many were, once it is READY."
    )
    def file_count(self) -> int:
        return self.value.image_count

    @strawberry.field(description="Whose; null for an export of everything, and for a persona that was deleted since.")
    async def subject(self, info: Info[Context, None]) -> Subject | None:
        return await subject_with(info.context, self.value.subject_id) if self.value.subject_id else None


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
