"""Inputs and payloads of projects, and the fields that take and give them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.ids import ProjectId, StillId
from domain.projects.project import LONGEST_SUMMARY, LONGEST_TITLE, LONGEST_TRANSCRIPT, MOST_PROJECTS, MOST_STILLS
from domain.projects.words import words_of
from resolvers import projects
from resolvers.context import Context
from schema.consent_types import DeletionReceipt
from schema.errors import UserError, user_errors
from schema.ids import id_of
from schema.job_words import ERRORS
from schema.permissions import SignedIn
from schema.project_types import Project
from schema.uploads import upload_ids_of

TITLE = f"1 to {LONGEST_TITLE} characters."
TRANSCRIPT = (
    f"What is said in the video, as plain text: up to {LONGEST_TRANSCRIPT:,} characters, about an hour and a half of speech. A longer one "
    "is a `ValidationError`: shorten it, or give a summary."
)
SUMMARY = f"What it is about, up to {LONGEST_SUMMARY:,} characters."
WHICH = "Which one."


@strawberry.input(description="What `createProject` takes: a transcript or a summary, or both.")
class CreateProjectInput:
    title: str = strawberry.field(description=TITLE)
    transcript: str | None = strawberry.field(default=None, description=TRANSCRIPT)
    summary: str | None = strawberry.field(default=None, description=SUMMARY)


@strawberry.input(
    description="What `updateProject` takes. What is left out, or null, stays as it is; an empty text takes away."
)
class UpdateProjectInput:
    project_id: strawberry.ID = strawberry.field(description=WHICH)
    title: str | None = strawberry.field(default=None, description=TITLE)
    transcript: str | None = strawberry.field(default=None, description=TRANSCRIPT)
    summary: str | None = strawberry.field(default=None, description=SUMMARY)


@strawberry.type(description="What mutations of a project answer.")
class ProjectPayload:
    project: Project | None = strawberry.field(default=None, description="The project; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.input(description="What `deleteProject` takes.")
class DeleteProjectInput:
    project_id: strawberry.ID = strawberry.field(description=WHICH)


@strawberry.type(description="What `deleteProject` answers.")
class DeleteProjectPayload:
    receipt: DeletionReceipt | None = strawberry.field(default=None, description="Null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.input(description="What `addProjectStills` takes.")
class AddProjectStillsInput:
    project_id: strawberry.ID = strawberry.field(description="Whose they are.")
    upload_ids: list[strawberry.ID] = strawberry.field(
        description=f"1 to {MOST_STILLS} uploads that were announced as PROJECT_STILL, their files sent."
    )


@strawberry.input(description="What `removeProjectStills` takes.")
class RemoveProjectStillsInput:
    project_id: strawberry.ID = strawberry.field(description="Whose they are.")
    still_ids: list[strawberry.ID] = strawberry.field(description=f"1 to {MOST_STILLS} stills of it.")


@strawberry.type(description="What `removeProjectStills` answers.")
class RemoveProjectStillsPayload:
    project: Project | None = strawberry.field(default=None, description="The project; null when it was refused.")
    receipt: DeletionReceipt | None = strawberry.field(
        default=None, description="Of what was removed; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.input(description="What `analyzeProject` takes.")
class AnalyzeProjectInput:
    project_id: strawberry.ID = strawberry.field(description=WHICH)


def project_id_of(value: str, *, field: str = "projectId") -> ProjectId:
    return ProjectId(id_of(value, "Project", field=field))


@strawberry.type
class ProjectQueries:
    @strawberry.field(
        permission_classes=[SignedIn], description="A project of yours; null, with an error, for anything else."
    )
    async def project(
        self, info: Info[Context, None], id: Annotated[strawberry.ID, strawberry.argument(description="A global id.")]
    ) -> Project | None:
        return Project.of(await projects.get(info.context, project_id_of(id, field="id")))


@strawberry.type
class ProjectMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Make a project of a video: its title, and what is said in it or what it is about. Free. Add stills with "
            "`addProjectStills`, then `analyzeProject`. The words are an account, not a wish: what may not be drawn is left out when a "
            f"picture is made. A `LimitReachedError`: there are {MOST_PROJECTS} projects already."
        ),
    )
    @user_errors(ProjectPayload)
    async def create_project(
        self,
        info: Info[Context, None],
        input: Annotated[CreateProjectInput, strawberry.argument(description="The project.")],
    ) -> ProjectPayload:
        words = words_of(input.title, input.transcript, input.summary)
        return ProjectPayload(project=Project.of(await projects.create(info.context, words)))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Change a project's words. What was read out of the old ones stays, and is not current any more.",
    )
    @user_errors(ProjectPayload)
    async def update_project(
        self,
        info: Info[Context, None],
        input: Annotated[UpdateProjectInput, strawberry.argument(description="Which, and what is new.")],
    ) -> ProjectPayload:
        updated = await projects.update(
            info.context,
            project_id_of(input.project_id),
            title=input.title,
            transcript=input.transcript,
            summary=input.summary,
        )
        return ProjectPayload(project=Project.of(updated))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Delete a project: its words, stills and analyses. What was made for it stays in the gallery, without a project.",
    )
    @user_errors(DeleteProjectPayload)
    async def delete_project(
        self,
        info: Info[Context, None],
        input: Annotated[DeleteProjectInput, strawberry.argument(description=WHICH)],
    ) -> DeleteProjectPayload:
        deletion = await projects.delete(info.context, project_id_of(input.project_id))
        return DeleteProjectPayload(receipt=DeletionReceipt.of(deletion))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Add still frames to a project, all or none. They may show the person that your consent is of, so they need a live one and go "
            "when it is withdrawn. A `ConsentRequiredError`: there is none. An `UploadRejectedError` says which file is not taken."
        ),
    )
    @user_errors(ProjectPayload)
    async def add_project_stills(
        self,
        info: Info[Context, None],
        input: Annotated[AddProjectStillsInput, strawberry.argument(description="Whose, and which uploads.")],
    ) -> ProjectPayload:
        uploads = upload_ids_of(input.upload_ids, field="uploadIds")
        project = await projects.add_stills(info.context, project_id_of(input.project_id), uploads)
        return ProjectPayload(project=Project.of(project))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Delete stills of a project, for good; and an analysis that was made with stills.",
    )
    @user_errors(RemoveProjectStillsPayload)
    async def remove_project_stills(
        self,
        info: Info[Context, None],
        input: Annotated[RemoveProjectStillsInput, strawberry.argument(description="Whose, and which.")],
    ) -> RemoveProjectStillsPayload:
        stills = [StillId(id_of(one, "ProjectStill", field="stillIds")) for one in input.still_ids]
        project, deletion = await projects.remove_stills(info.context, project_id_of(input.project_id), stills)
        return RemoveProjectStillsPayload(project=Project.of(project), receipt=DeletionReceipt.of(deletion))

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Have a project read: its mood, keywords, and concepts for pictures. Free. Answers at once: a worker does it, within seconds to "
            "a minute; watch it with `projectProgress`. What OpenAI has read stays the answer until the project changes. Where a "
            "deployment has a key of OpenAI's, title, transcript, summary and up to 6 stills are shown to it. A `RateLimitedError`: 30 in an hour."
        ),
    )
    @user_errors(ProjectPayload)
    async def analyze_project(
        self,
        info: Info[Context, None],
        input: Annotated[AnalyzeProjectInput, strawberry.argument(description=WHICH)],
    ) -> ProjectPayload:
        project = await projects.analyze(info.context, project_id_of(input.project_id))
        return ProjectPayload(project=Project.of(project))


async def project_events(ctx: Context, project_id: str) -> AsyncGenerator[Project, None]:
    async with aclosing(projects.news(ctx, project_id_of(project_id))) as stream:
        async for project in stream:
            yield Project.of(project)
