"""What a training costs its owner."""

from dataclasses import dataclass

from domain.credits.prices import TrainingPrice
from domain.trainings.retrying import RetryRight, price_of, reason_of, taken_off


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingQuote:
    """`list_price` is of the price book; `credits` what it costs its owner."""

    list_price: TrainingPrice
    image_count: int
    right: RetryRight | None = None
    """A free retry that covers some of it or all."""

    @property
    def taken_off(self) -> int:
        return taken_off(self.right, self.list_price, self.image_count)

    @property
    def credits(self) -> int:
        return price_of(self.list_price, self.image_count) - self.taken_off

    @property
    def free_reason(self) -> str | None:
        return reason_of(self.right, self.image_count)
