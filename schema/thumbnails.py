"""Threads of thumbnails and their versions, and the operations that make, compare and finalise them."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.errors import InvalidInput
from domain.ids import SubjectId, ThreadId
from domain.pages import Page
from domain.thumbnails.thread import PromptAuthor, thread_id_of
from domain.thumbnails.thread import ThumbnailThread as ThreadValue
from domain.thumbnails.thread import ThumbnailVersion as VersionValue
from resolvers import jobs, thumbnails
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.ids import Node, global_id, id_of
from schema.job_types import GenerationJob, ImageAsset
from schema.job_words import ERRORS
from schema.pages import Connection, connection_of
from schema.permissions import SignedIn
from schema.project_types import Project
from schema.projects import project_id_of
from schema.subjects import Subject, subject_with
from schema.thumbnail_inputs import (
    FinalizeThumbnailInput,
    RefineThumbnailInput,
    StartThumbnailInput,
    StartThumbnailsInput,
    thread_id_of_input,
    version_id_of_input,
)

MOST_AT_ONCE = 50


@strawberry.type(description="One version of a thumbnail.")
class ThumbnailVersion(Node):
    number: int = strawberry.field(description="From 1, without a hole.")
    feedback: str | None = strawberry.field(
        description="The newest feedback that it follows; null where nothing was said yet."
    )
    wish: str = strawberry.field(description="What the thread was begun with, as it was written.")
    headline: str | None = strawberry.field(description="The words on it; null for none.")
    prompt: str = strawberry.field(
        description="What the model is told. Until a language model has written it, and where none does, by our own rules."
    )
    prompt_by: PromptAuthor = strawberry.field(description="Who wrote the prompt.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    value: strawberry.Private[VersionValue]

    @strawberry.field(
        description="The picture, 1920 by 1080; null until it is made, when it was not, and when it was deleted."
    )
    async def image(self, info: Info[Context, None]) -> ImageAsset | None:
        view = await info.context.loaders.images.load(self.value.image_id)
        return ImageAsset.of(view) if view else None

    @strawberry.field(description="The job that makes it. Watch it form with `thumbnailPreview`.")
    async def job(self, info: Info[Context, None]) -> GenerationJob | None:
        job = await info.context.loaders.jobs.load(self.value.job_id)
        return GenerationJob.of(job) if job else None

    @classmethod
    def of(cls, version: VersionValue) -> "ThumbnailVersion":
        return cls(
            id=global_id("ThumbnailVersion", version.id),
            number=version.number,
            feedback=version.feedback,
            wish=version.brief.wish,
            headline=version.brief.headline,
            prompt=version.prompt,
            prompt_by=version.prompt_by,
            created_at=version.created_at,
            value=version,
        )


@strawberry.type(description="One concept of a thumbnail, version after version.")
class ThumbnailThread(Node):
    version_count: int = strawberry.field(description="How many versions there are: at most 50.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    value: strawberry.Private[ThreadValue]

    @strawberry.field(description="Who is on it; null when the subject was deleted.")
    async def subject(self, info: Info[Context, None]) -> Subject | None:
        return await subject_with(info.context, self.value.subject_id)

    @strawberry.field(description="The project it is for; null for none, and when that was deleted.")
    async def project(self, info: Info[Context, None]) -> Project | None:
        found = await info.context.loaders.projects.load(self.value.project_id) if self.value.project_id else None
        return Project.of(found) if found else None

    @strawberry.field(description="The versions, the first one first.")
    async def versions(
        self,
        info: Info[Context, None],
        first: Annotated[int, strawberry.argument(description=f"1 to {MOST_AT_ONCE}.")] = 20,
        after: Annotated[str | None, strawberry.argument(description="Cursor of the last version seen.")] = None,
    ) -> Connection[ThumbnailVersion]:
        if not 1 <= first <= MOST_AT_ONCE:
            raise InvalidInput(f"A page of versions has 1 to {MOST_AT_ONCE} items.", field="first")
        start = _number_after(after)
        found = await info.context.loaders.versions_of_threads.load(self.value.id) or []
        rest = [version for version in found if version.number > start]
        shown = rest[:first]
        page = Page(shown, [str(version.number) for version in shown], len(rest) > len(shown))
        return connection_of(page, ThumbnailVersion.of, after=after)

    @strawberry.field(
        description="One version by its number; null where there is none. Ask for two under different names to compare them."
    )
    async def version(
        self, info: Info[Context, None], number: Annotated[int, strawberry.argument(description="From 1.")]
    ) -> ThumbnailVersion | None:
        found = await info.context.loaders.versions_of_threads.load(self.value.id) or []
        return next((ThumbnailVersion.of(version) for version in found if version.number == number), None)

    @strawberry.field(description="The one that was chosen; null until one is.")
    async def final_version(self, info: Info[Context, None]) -> ThumbnailVersion | None:
        if self.value.final_version_id is None:
            return None
        version = await info.context.loaders.versions.load(self.value.final_version_id)
        return ThumbnailVersion.of(version) if version else None

    @classmethod
    def of(cls, thread: ThreadValue) -> "ThumbnailThread":
        return cls(
            id=global_id("ThumbnailThread", thread.id),
            version_count=thread.version_count,
            created_at=thread.created_at,
            value=thread,
        )


def _number_after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdecimal() or len(cursor) > 3:
        raise InvalidInput("This cursor was not made here. Begin without one.", field="after")
    return int(cursor)


@strawberry.type(description="What `startThumbnail` answers.")
class StartThumbnailPayload:
    job: GenerationJob | None = strawberry.field(default=None, description="The job; null when it was refused.")
    thread: ThumbnailThread | None = strawberry.field(
        default=None, description="The thread that it begins; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `startThumbnails` answers.")
class StartThumbnailsPayload:
    job: GenerationJob | None = strawberry.field(default=None, description="The job; null when it was refused.")
    threads: list[ThumbnailThread] = strawberry.field(
        default_factory=list,
        description="One for each concept, in their order: image i of the job is the first version of thread i.",
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `refineThumbnail` answers.")
class RefineThumbnailPayload:
    job: GenerationJob | None = strawberry.field(default=None, description="The job; null when it was refused.")
    thread: ThumbnailThread | None = strawberry.field(
        default=None, description="The thread, with its new version; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type(description="What `finalizeThumbnail` answers.")
class FinalizeThumbnailPayload:
    thread: ThumbnailThread | None = strawberry.field(default=None, description="The thread; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class ThumbnailQueries:
    @strawberry.field(
        permission_classes=[SignedIn], description="A thread of yours; null, with an error, for anything else."
    )
    async def thumbnail_thread(
        self, info: Info[Context, None], id: Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
    ) -> ThumbnailThread | None:
        thread_id = ThreadId(id_of(id, "ThumbnailThread", field="id"))
        return ThumbnailThread.of(await thumbnails.thread(info.context, thread_id))

    @strawberry.field(permission_classes=[SignedIn], description="Your threads, the newest first.")
    async def thumbnail_threads(
        self,
        info: Info[Context, None],
        first: Annotated[int, strawberry.argument(description="1 to 100.")] = 20,
        after: Annotated[str | None, strawberry.argument(description="Cursor of the last thread seen.")] = None,
        persona_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Of this persona or influencer alone; null for all.")
        ] = None,
        project_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="For this project alone; null for all.")
        ] = None,
    ) -> Connection[ThumbnailThread]:
        subject = SubjectId(id_of(persona_id, "Persona", "Influencer", field="personaId")) if persona_id else None
        project = project_id_of(project_id) if project_id else None
        page = await thumbnails.page(info.context, subject, project, first=first, after=after)
        return connection_of(page, ThumbnailThread.of, after=after)


@strawberry.type
class ThumbnailMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Make a thumbnail, 1920 by 1080, from a written wish. Watch it form with `thumbnailPreview`.",
    )
    @user_errors(StartThumbnailPayload)
    async def start_thumbnail(
        self,
        info: Info[Context, None],
        input: Annotated[StartThumbnailInput, strawberry.argument(description="The thumbnail.")],
    ) -> StartThumbnailPayload:
        accepted = await jobs.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
        thread = await thumbnails.thread(info.context, thread_id_of(accepted.job.id, 0))
        job = GenerationJob.of(accepted.job, subject=accepted.subject)
        return StartThumbnailPayload(job=job, thread=ThumbnailThread.of(thread))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Make thumbnails of several concepts: one job with an image for each, paid image by image.",
    )
    @user_errors(StartThumbnailsPayload)
    async def start_thumbnails(
        self,
        info: Info[Context, None],
        input: Annotated[StartThumbnailsInput, strawberry.argument(description="The thumbnails.")],
    ) -> StartThumbnailsPayload:
        accepted = await jobs.begin(
            info.context, input.to_request(), quote_token=input.quote_id, key=input.idempotency_key
        )
        job = accepted.job
        ids = [thread_id_of(job.id, index) for index in range(job.image_count)]
        threads = await info.context.loaders.threads.load_many(ids)
        return StartThumbnailsPayload(
            job=GenerationJob.of(job, subject=accepted.subject),
            threads=[ThumbnailThread.of(thread) for thread in threads if thread],
        )

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Say what should be different: the prompt is written anew and the next version of the thread is made. Costs what a "
            "thumbnail costs (`quoteThumbnail`)."
        ),
    )
    @user_errors(RefineThumbnailPayload)
    async def refine_thumbnail(
        self,
        info: Info[Context, None],
        input: Annotated[RefineThumbnailInput, strawberry.argument(description="The feedback.")],
    ) -> RefineThumbnailPayload:
        request = input.to_request()
        accepted = await jobs.begin(info.context, request, key=input.idempotency_key)
        thread = await thumbnails.thread(info.context, request.thread_id)
        job = GenerationJob.of(accepted.job, subject=accepted.subject)
        return RefineThumbnailPayload(job=job, thread=ThumbnailThread.of(thread))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Choose the final version of a thread. It can be chosen anew; the other versions stay.",
    )
    @user_errors(FinalizeThumbnailPayload)
    async def finalize_thumbnail(
        self,
        info: Info[Context, None],
        input: Annotated[FinalizeThumbnailInput, strawberry.argument(description="Which version.")],
    ) -> FinalizeThumbnailPayload:
        thread_id, version_id = thread_id_of_input(input.thread_id), version_id_of_input(input.version_id)
        thread = await thumbnails.finalize(info.context, thread_id, version_id)
        return FinalizeThumbnailPayload(thread=ThumbnailThread.of(thread))
