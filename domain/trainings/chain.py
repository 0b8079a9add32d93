"""What becomes of a chosen face by itself: character sheets, then a training on them (docs/decisions/0029).

It begins only where the credits are there for all of it, so that nobody pays for sheets that lead to nothing. One base image
is charged for sheets once: choosing it again goes on with those.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.credits.prices import PriceBook
from domain.ids import ImageId, JobId, LoraModelId, SubjectId, UserId
from domain.influencers.influencer import Influencer
from domain.models.model import Provider
from domain.models.routing import Choices
from domain.trainings.retrying import price_of

SHEETS = 7
"""As few as a job of sheets makes (PRODUCT, section 4): with the base image there are eight pictures to train on."""


class HeldBackBy(StrEnum):
    SWITCHED_OFF = "SWITCHED_OFF"
    ALREADY_TRAINED = "ALREADY_TRAINED"
    UNDER_WAY = "UNDER_WAY"
    TOO_FEW_CREDITS = "TOO_FEW_CREDITS"
    NOT_OFFERED = "NOT_OFFERED"
    REFUSED = "REFUSED"
    SHEETS_FAILED = "SHEETS_FAILED"
    SHEETS_CANCELLED = "SHEETS_CANCELLED"
    FACE_CHANGED = "FACE_CHANGED"


UNTOLD = frozenset({HeldBackBy.ALREADY_TRAINED, HeldBackBy.UNDER_WAY, HeldBackBy.SHEETS_CANCELLED})
"""The owner did that just now, or is told of it already."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    by: HeldBackBy
    reason: str
    """A sentence or two, with the next step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingTerms:
    """At what prices and by whom trainings are done here."""

    prices: PriceBook
    trainers: Collection[Provider] = frozenset()
    choices: Choices = field(default_factory=Choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One that was begun. It waits for its sheets until it has a training, or was stopped."""

    sheet_job_id: JobId
    user_id: UserId
    subject_id: SubjectId
    base_image_id: ImageId
    training_id: LoraModelId | None = None
    stopped_by: HeldBackBy | None = None
    created_at: datetime

    @property
    def is_waiting(self) -> bool:
        return self.training_id is None and self.stopped_by is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPlan:
    """What it costs where it begins; `held_back` where it does not, and then nothing is spent."""

    sheet_count: int
    sheet_credits: int
    image_count: int
    training_credits: int
    available: int
    held_back: HeldBack | None = None

    @property
    def credits(self) -> int:
        return self.sheet_credits + self.training_credits

    def kept_by(self, why: HeldBack) -> "ChainPlan":
        return replace(self, held_back=why)


def plan_of(
    influencer: Influencer, prices: PriceBook, *, available: int, sheets_there: int | None, held_back: HeldBack | None
) -> ChainPlan:
    """`sheets_there` are those that were made and paid for already; None where none were asked for."""
    wanted = SHEETS if sheets_there is None else 0
    image_count = 1 + (SHEETS if sheets_there is None else sheets_there)
    plan = ChainPlan(
        sheet_count=wanted,
        sheet_credits=wanted * prices.sheet_image,
        image_count=image_count,
        training_credits=price_of(prices.training[influencer.base_model], image_count),
        available=available,
        held_back=held_back,
    )
    return plan if held_back or available >= plan.credits else _short(plan)


def _short(plan: ChainPlan) -> ChainPlan:
    made_of = f"{plan.sheet_credits} for character sheets and " if plan.sheet_count else ""
    reason = (
        f"HD training needs {plan.credits} credits ({made_of}{plan.training_credits} for the training), and you have {plan.available}. "
        "Nothing was spent. Add credits and choose the base image again, or start sheets and training yourself."
    )
    return plan.kept_by(HeldBack(HeldBackBy.TOO_FEW_CREDITS, reason))
