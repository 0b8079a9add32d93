"""Approval of preview samples: rounds that are kept, and what they amount to. It is given for one set of photos, and for no other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from domain.errors import Conflict, InvalidInput
from domain.ids import JobId, RoundId, SubjectId, UserId
from domain.personas.persona import PersonaPhoto
from domain.personas.samples import Reading, SampleIssue

LONGEST_COMMENT = 1000
MOST_ROUNDS = 100
"""Of one persona: more than anybody makes who means it."""

READ_WITHIN = timedelta(minutes=5)
"""After it nobody reads a feedback any more: what was read of it at once stays."""


class ApprovalStatus(StrEnum):
    NOT_REVIEWED = "NOT_REVIEWED"
    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    VOID = "VOID"
    NOT_REQUIRED = "NOT_REQUIRED"


class ApprovalRequired(Conflict):
    """Nothing is trained before somebody has looked at preview samples of these photos."""

    code = "APPROVAL_REQUIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What somebody says of the samples. Without words where these were deleted."""

    approved: bool
    issues: tuple[SampleIssue, ...]
    comment: str


def feedback_of(*, approved: bool, issues: Sequence[SampleIssue], comment: str) -> Feedback:
    """As it comes in. Raises `InvalidInput` for what says nothing, or too much."""
    words = comment.strip()
    if len(words) > LONGEST_COMMENT:
        raise InvalidInput(f"A comment has at most {LONGEST_COMMENT} characters.", field="comment")
    if len(set(issues)) < len(issues):
        raise InvalidInput("Name each issue once.", field="issues")
    if not approved and not issues and not words:
        raise InvalidInput("Say what is wrong: name an issue, or write a comment. Or approve.", field="issues")
    return Feedback(approved=approved, issues=tuple(issues), comment=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRound:
    """`photo_set` is what its samples were made of. `is_being_read`: somebody may still read it better than it is read now."""

    id: RoundId
    user_id: UserId
    persona_id: SubjectId
    job_id: JobId
    photo_set: str
    feedback: Feedback
    reading: Reading
    is_being_read: bool
    created_at: datetime

    def may_still_change(self, now: datetime) -> bool:
        return self.is_being_read and now - self.created_at < READ_WITHIN


def photo_set_of(photos: Iterable[PersonaPhoto]) -> str:
    """The same for the same pictures, whatever their order and however often they were added and removed."""
    return sha256(",".join(sorted({photo.file.sha256 for photo in photos})).encode()).hexdigest()


def approval_status_of(
    rounds: Sequence[ApprovalRound], photos: Sequence[PersonaPhoto], *, required: bool
) -> ApprovalStatus:
    """`rounds` newest first. Of a set, its newest round counts; an approval of another one is void."""
    now = photo_set_of(photos)
    newest = next((one for one in rounds if one.photo_set == now), None)
    if newest:
        return ApprovalStatus.APPROVED if newest.feedback.approved else ApprovalStatus.CHANGES_REQUESTED
    if not required:
        return ApprovalStatus.NOT_REQUIRED
    return ApprovalStatus.VOID if any(one.feedback.approved for one in rounds) else ApprovalStatus.NOT_REVIEWED


WHY_NOT = {
    ApprovalStatus.NOT_REVIEWED: "Look at preview samples first: startPreviewSamples, then reviewPreviewSamples.",
    ApprovalStatus.CHANGES_REQUESTED: (
        "The preview samples of these photos were not approved. Follow the recommendations, or approve them, then train."
    ),
    ApprovalStatus.VOID: (
        "The photos have changed since the preview samples were approved. Make samples of this set and approve them."
    ),
}


def check_approved(rounds: Sequence[ApprovalRound], photos: Sequence[PersonaPhoto], *, required: bool) -> None:
    """For whatever is trained. Where a deployment lets approval be skipped, nothing is held back. Raises `ApprovalRequired`."""
    status = approval_status_of(rounds, photos, required=required)
    if required and status is not ApprovalStatus.APPROVED:
        raise ApprovalRequired(f"{WHY_NOT[status]} Nothing was charged.")
