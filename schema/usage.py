"""What a subject was used for."""

from datetime import datetime

import strawberry

from domain.jobs.job import JobKind
from domain.subjects.usage import SubjectUsage as UsageValue
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered


@strawberry.type(description="What was made of a subject by jobs of one kind.")
class KindUsage:
    kind: JobKind = strawberry.field(description="Which kind.")
    images_made: int = strawberry.field(description="Finished images, also those that were deleted since.")
    credits_spent: int = strawberry.field(description="Credits that were charged for them.")


@strawberry.type(
    description="What a subject was used for, ever: deleting images takes nothing away from it. Nothing here is an estimate."
)
class SubjectUsage:
    images_made: int = strawberry.field(description="Finished images of all kinds.")
    thumbnails_made: int = strawberry.field(description="Thumbnails among them.")
    trainings_completed: int = strawberry.field(description="LoRAs that were trained of it.")
    credits_spent: int = strawberry.field(description="Credits charged for all of that.")
    by_kind: list[KindUsage] = strawberry.field(
        description="The images, by kind of job; kinds that were never used are left out."
    )
    last_used_at: datetime | None = strawberry.field(
        description="When work on it was last begun, whatever came of that; null where it never was."
    )

    @classmethod
    def of(cls, usage: UsageValue) -> "SubjectUsage":
        return cls(
            images_made=usage.images_made,
            thumbnails_made=usage.thumbnails_made,
            trainings_completed=usage.training_count,
            credits_spent=usage.credits_spent,
            by_kind=[
                KindUsage(kind=JobKind(one.kind), images_made=one.images_made, credits_spent=one.credits_spent)
                for one in usage.by_kind
            ],
            last_used_at=usage.last_used_at,
        )
