"""Free retrains of a persona: three that went well, each with other photos than before; then support has to be asked.

A retrain counts once it has begun. It counts no more when it failed, or was cancelled before its trainer was asked: nothing
was spent then. One that was cancelled later was paid by the operator (docs/decisions/0035).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.errors import Conflict

FREE_RETRAINS = 3
"""Product, section 3."""


class SupportRequired(Conflict):
    """All free retrains are used, and more are not for sale."""

    code = "SUPPORT_REQUIRED"

    def __init__(self, support: str) -> None:
        super().__init__(
            f"This persona was trained again {FREE_RETRAINS} times, which was free; more is done by hand. Write to {support} and say "
            "what the likeness lacks. Its LoRA stays as it is; nothing was charged."
        )
        self.support = support

    @property
    def extensions(self) -> Mapping[str, object]:
        return {**super().extensions, "support": self.support}


class PhotosUnchanged(Conflict):
    """The LoRA that is there was trained on these very photos: the same again would spend a free retrain on the same likeness."""

    code = "PHOTOS_UNCHANGED"

    def __init__(self) -> None:
        super().__init__(
            "The LoRA was trained on these very photos. Add better ones with `addPersonaPhotos` or remove poor ones, then train "
            "again. Nothing was charged, and no free retrain was used."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTrainings:
    """Of one persona. `photo_set` is what the LoRA it is drawn with was trained on; None where there is none (any more)."""

    is_trained: bool = False
    """Whether a training ever went well, and so was paid for."""
    used: frozenset[int] = frozenset()
    """Numbers of the free retrains that count."""
    last_retrained_at: datetime | None = None
    photo_set: str | None = None

    @property
    def remaining(self) -> int:
        """Free retrains. Before the first training there is nothing to be trained again, and all of them are left."""
        return max(0, FREE_RETRAINS - len(self.used))

    @property
    def next_number(self) -> int:
        return next(number for number in range(1, FREE_RETRAINS + 2) if number not in self.used)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """`why_not` in a sentence, with the next step; None where it may be trained again now."""

    remaining: int
    last_retrained_at: datetime | None
    why_not: str | None


def eligibility_of(past: PastTrainings, photo_set: str, *, is_under_way: bool, support: str) -> Eligibility:
    """`photo_set` is what would be trained on now."""
    return Eligibility(
        remaining=past.remaining,
        last_retrained_at=past.last_retrained_at,
        why_not=_why_not(past, photo_set, is_under_way=is_under_way, support=support),
    )


def _why_not(past: PastTrainings, photo_set: str, *, is_under_way: bool, support: str) -> str | None:
    if is_under_way:
        return "It is being trained. Wait until that has ended, or cancel it."
    if not past.is_trained:
        return "It was not trained yet: the first training is no retrain, and is paid."
    try:
        free_retrain_of(past, photo_set, support=support)
    except Conflict as refusal:
        return refusal.message
    return None


def free_retrain_of(past: PastTrainings, photo_set: str, *, support: str) -> int | None:
    """Its number; None for a first training, which is paid. Raises `PhotosUnchanged`, `SupportRequired`."""
    if not past.is_trained:
        return None
    if not past.remaining:
        raise SupportRequired(support)
    if past.photo_set == photo_set:
        raise PhotosUnchanged
    return past.next_number
