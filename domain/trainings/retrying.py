"""The free retry that a failure of ours leaves behind: for the same base model, up to as many images as failed, once.

It pays for what failed and no more: each image beyond that is charged, and another base model is a training of its own, at its
own price, which leaves the right where it is (docs/decisions/0029).
"""

from dataclasses import dataclass

from domain.credits.prices import TrainingPrice
from domain.ids import LoraModelId
from domain.presets.models import BASE_MODELS, BaseModel


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRight:
    """Of a subject. There is one for a base model at the most: whatever is begun with that model uses it up."""

    training_id: LoraModelId
    """The training that failed."""
    base_model: BaseModel
    image_count: int


def price_of(price: TrainingPrice, image_count: int) -> int:
    return price.base + price.per_image * image_count


def taken_off(right: RetryRight | None, price: TrainingPrice, image_count: int) -> int:
    """Credits, off the price of `image_count` images with the right's base model."""
    return price_of(price, min(image_count, right.image_count)) if right else 0


def reason_of(right: RetryRight | None, image_count: int) -> str | None:
    """Why it is free, or cheaper; None where it is neither."""
    if right is None:
        return None
    said = f"The last training for {BASE_MODELS[right.base_model].label} failed, and not through you"
    if image_count <= right.image_count:
        return f"{said}: this one is free."
    return f"{said}: {right.image_count} images are free, and only the other {image_count - right.image_count} are charged."


def offer_of(base_model: BaseModel, image_count: int) -> str:
    """For whoever reads of a failure."""
    return f"The next training for {BASE_MODELS[base_model].label} is free, with up to {image_count} images."
