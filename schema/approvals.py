"""Preview samples are reviewed."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.personas.approval import feedback_of
from domain.personas.samples import SampleIssue
from resolvers import approvals
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.job_words import ERRORS
from schema.permissions import SignedIn
from schema.personas import persona_id_of
from schema.subjects import Persona, persona_of


@strawberry.input(description="What you think of a persona's preview samples.")
class ReviewPreviewSamplesInput:
    persona_id: strawberry.ID = strawberry.field(description="Whose.")
    approved: bool = strawberry.field(description="True approves the photos that they were made from, for training.")
    issues: list[SampleIssue] = strawberry.field(
        default_factory=list, description="What is wrong, each once. Needed, or a comment, where they are not approved."
    )
    comment: str = strawberry.field(
        default="",
        description="In your own words, up to 1,000 characters. Screened as all words are; read by OpenAI and nobody else.",
    )


@strawberry.type(description="What `reviewPreviewSamples` answers.")
class ReviewPreviewSamplesPayload:
    persona: Persona | None = strawberry.field(default=None, description="The persona; null when it was refused.")
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class ApprovalMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Approve preview samples, or say what is wrong with them. Free. Each call is a round that is kept; the newest one of "
            "a set of photos counts, and none counts once the photos change. A `ConflictError` with the code `SAMPLES_REQUIRED`: "
            "there are no samples of these photos yet."
        ),
    )
    @user_errors(ReviewPreviewSamplesPayload)
    async def review_preview_samples(
        self,
        info: Info[Context, None],
        input: Annotated[ReviewPreviewSamplesInput, strawberry.argument(description="Whose, and what you think.")],
    ) -> ReviewPreviewSamplesPayload:
        feedback = feedback_of(approved=input.approved, issues=input.issues, comment=input.comment)
        persona = await approvals.review(info.context, persona_id_of(input.persona_id), feedback)
        return ReviewPreviewSamplesPayload(persona=persona_of(persona))
