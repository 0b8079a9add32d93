"""What a training costs its owner."""

from dataclasses import dataclass

from domain.credits.prices import TrainingPrice
from domain.trainings.retrains import FREE_RETRAINS
from domain.trainings.retrying import RetryRight, price_of, reason_of, taken_off


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingQuote:
    """`list_price` is of the price book; `credits` what it costs its owner."""

    list_price: TrainingPrice
    image_count: int
    right: RetryRight | None = None
    """A free retry that covers some of it or all."""
    retrain: int | None = None
    """Which of a persona's free retrains it would be, from 1. It covers all of it, and leaves a retry as it is."""
    sample_credits: int = 0
    """For display samples that follow by themselves: beside `credits`, reserved once it has succeeded."""

    @property
    def taken_off(self) -> int:
        if self.retrain:
            return price_of(self.list_price, self.image_count)
        return taken_off(self.right, self.list_price, self.image_count)

    @property
    def credits(self) -> int:
        return price_of(self.list_price, self.image_count) - self.taken_off

    @property
    def free_reason(self) -> str | None:
        if self.retrain:
            return f"Retrain {self.retrain} of {FREE_RETRAINS} with other photos: a persona's retrains are free."
        return reason_of(self.right, self.image_count)
