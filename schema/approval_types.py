"""Approval of preview samples, as it is told."""

from datetime import datetime

import strawberry

from domain.personas.approval import ApprovalRound as RoundValue
from domain.personas.samples import ReadBy, SampleIssue
from schema import enums as _registered  # noqa: F401 - a type may only name enums that are registered


@strawberry.type(description="What you once said of preview samples, and what was made of it.")
class ApprovalRound:
    approved: bool = strawberry.field(description="Whether you approved them.")
    issues: list[SampleIssue] = strawberry.field(description="What you found wrong.")
    comment: str | None = strawberry.field(description="In your own words; null where there are none.")
    should_proceed: bool = strawberry.field(description="Whether to go on with these photos. Advice: you decide.")
    recommendations: list[str] = strawberry.field(description="What to do, the most important first.")
    read_by: ReadBy = strawberry.field(description="Who gives this advice.")
    is_being_read: bool = strawberry.field(
        description="Whether OpenAI may still read it, and give better advice: ask again in some seconds."
    )
    is_current: bool = strawberry.field(description="Whether it is about the photos that the persona has now.")
    created_at: datetime = strawberry.field(description="When you said so.")

    @classmethod
    def of(cls, value: RoundValue, *, photo_set: str, now: datetime) -> "ApprovalRound":
        return cls(
            approved=value.feedback.approved,
            issues=list(value.feedback.issues),
            comment=value.feedback.comment or None,
            should_proceed=value.reading.should_proceed,
            recommendations=list(value.reading.recommendations),
            read_by=value.reading.read_by,
            is_being_read=value.may_still_change(now),
            is_current=value.photo_set == photo_set,
            created_at=value.created_at,
        )
