"""What was liked since a LoRA was trained, and what training again with it would cost."""

from dataclasses import dataclass

from domain.credits.prices import TrainingPrice
from domain.ids import LoraModelId, SubjectId
from domain.presets.models import BaseModel
from domain.trainings.limits import FEWEST_IMAGES, MOST_IMAGES
from domain.trainings.quotes import TrainingQuote
from domain.trainings.retrying import RetryRight

THRESHOLDS = (FEWEST_IMAGES, 10, MOST_IMAGES)
"""As many as a training needs, twice that, and as many as one takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewlyLiked:
    """How many images of a subject were liked since the training of its LoRA, and were not in it."""

    training_id: LoraModelId
    subject_id: SubjectId
    subject_name: str
    count: int


@dataclass(frozen=True, slots=True)
class RetrainFacts:
    """`right` is the newest free retry there is, with whichever base model."""

    new_liked: int
    right: RetryRight | None

    def quote(self, base_model: BaseModel, price: TrainingPrice) -> TrainingQuote:
        """With as many images as were newly liked, as far as a training takes them."""
        fits = self.right if self.right and self.right.base_model is base_model else None
        count = min(max(self.new_liked, FEWEST_IMAGES), MOST_IMAGES)
        return TrainingQuote(list_price=price, image_count=count, right=fits)


def threshold_of(count: int) -> int | None:
    """The highest one that is reached."""
    return max((step for step in THRESHOLDS if step <= count), default=None)
