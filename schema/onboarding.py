"""The way in, step by step, and what every change of it answers."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from domain.onboarding.progress import PartProgress, PartStatus, Progress, StepProgress, StepStatus
from domain.onboarding.steps import PartKey
from resolvers import onboarding
from resolvers.context import Context
from schema.errors import UserError, user_errors
from schema.job_words import ERRORS
from schema.permissions import SignedIn


@strawberry.type(description="A part of the first step. It completes itself, as soon as what it stands for is there.")
class OnboardingPart:
    key: PartKey = strawberry.field(description="Which.")
    title: str = strawberry.field(description="What to do.")
    why: str = strawberry.field(description="What it is good for.")
    status: PartStatus = strawberry.field(description="Where it is: as things are now, also after the step was done.")
    is_optional: bool = strawberry.field(description="Whether `skipOnboardingPart` takes it.")
    completed_at: datetime | None = strawberry.field(
        description="Since when what it stands for is there, or when it was last saved; null while it is not DONE."
    )

    @classmethod
    def of(cls, one: PartProgress) -> "OnboardingPart":
        return cls(
            key=one.part.key,
            title=one.part.title,
            why=one.part.why,
            status=one.status,
            is_optional=one.part.is_optional,
            completed_at=one.completed_at,
        )


@strawberry.type(description="One step of onboarding. It completes itself, as soon as what it stands for is there.")
class OnboardingStep:
    key: str = strawberry.field(description="Stable.")
    title: str = strawberry.field(description="What to do.")
    why: str = strawberry.field(description="What it is good for.")
    status: StepStatus = strawberry.field(description="Where it is.")
    completed_at: datetime | None = strawberry.field(description="When it was first done; null while it is not DONE.")
    still_holds: bool = strawberry.field(
        description="False of a step that is DONE and whose brand, avatar, account or video is gone since. It stays done: show that the "
        "thing can be made again, and nothing more."
    )
    parts: list[OnboardingPart] = strawberry.field(description="Of the first step five; no other step has any.")

    @classmethod
    def of(cls, one: StepProgress) -> "OnboardingStep":
        return cls(
            key=one.step.key,
            title=one.step.title,
            why=one.step.why,
            status=one.status,
            completed_at=one.completed_at,
            still_holds=one.still_holds,
            parts=[OnboardingPart.of(part) for part in one.parts],
        )


@strawberry.type(
    description="How far a user has come with onboarding. It forbids nothing: everything can be done at any time."
)
class Onboarding:
    percent_complete: int = strawberry.field(
        description="0 to 100. Each step is a fifth, each part of the first a twenty-fifth, skipped or done."
    )
    current_step: OnboardingStep | None = strawberry.field(description="What to do now; null when all is done.")
    steps: list[OnboardingStep] = strawberry.field(description="All of them, in order.")

    @classmethod
    def of(cls, progress: Progress) -> "Onboarding":
        steps = {one.step.key: OnboardingStep.of(one) for one in progress.steps}
        current = progress.current
        return cls(
            percent_complete=progress.percent,
            current_step=steps[current.step.key] if current else None,
            steps=list(steps.values()),
        )


@strawberry.input(description="What `skipOnboardingPart` takes.")
class SkipOnboardingPartInput:
    part: PartKey = strawberry.field(description="One with `isOptional`.")


@strawberry.type(description="What `skipOnboardingPart` answers.")
class SkipOnboardingPartPayload:
    onboarding: Onboarding | None = strawberry.field(
        default=None, description="As it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(default_factory=list, description=ERRORS)


@strawberry.type
class OnboardingMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description=(
            "Leave an optional part of the first step out. Doing it later takes that back by itself. Who skips BRAND_IDENTITY has no brand to "
            "review: that step is SKIPPED too. A second call changes nothing. A `ConflictError`: the part is done."
        ),
    )
    @user_errors(SkipOnboardingPartPayload)
    async def skip_onboarding_part(
        self,
        info: Info[Context, None],
        input: Annotated[SkipOnboardingPartInput, strawberry.argument(description="Which part.")],
    ) -> SkipOnboardingPartPayload:
        return SkipOnboardingPartPayload(onboarding=Onboarding.of(await onboarding.skip_part(info.context, input.part)))
