"""What an error means for an image that was being made (PRODUCT, section 5)."""

from dataclasses import dataclass
from datetime import timedelta

from domain.errors import (
    DomainError,
    OutcomeUnknown,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from domain.personas.errors import PhotoGone

MAX_TRIES = 3
"""A failed image is tried three times in all. A worker that dies with it spends a try as well: so does poison end."""

RATE_LIMIT_WAITS = (15, 30, 60, 120)
"""Seconds to wait, in turn, when a provider answers 429 without Retry-After. Product, section 5."""

FAILURE_WAITS = (1, 5)
"""Seconds before the second and the third try."""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """`counts` is false where the try was not the image's fault and is given back."""

    wait: timedelta
    counts: bool


@dataclass(frozen=True, slots=True)
class GiveUp:
    code: str
    message: str


def after_error(error: BaseException, *, tries: int, waits: int) -> TryAgain | GiveUp:
    """Decide by the class of the error. `tries` includes the one that failed; `waits` counts earlier waits that cost none."""
    if isinstance(error, RateLimited):
        told = error.retry_after or timedelta(seconds=RATE_LIMIT_WAITS[min(waits, len(RATE_LIMIT_WAITS) - 1)])
        return TryAgain(told, counts=False)
    if why := _is_final(error):
        return why
    if isinstance(error, OutcomeUnknown) and error.retry_after:
        return TryAgain(error.retry_after, counts=False)  # it is looked for: nobody was asked this time
    if tries < MAX_TRIES:
        return TryAgain(_wait_after(error, tries), counts=True)
    return GiveUp(
        error.code if isinstance(error, DomainError) else "INTERNAL",
        f"This image failed {tries} times. Nothing was charged for it; you can retry the job.",
    )


def _is_final(error: BaseException) -> GiveUp | None:
    match error:
        case ProviderRefused():
            said = f"{error.message} Nothing was charged for this image."
        case ProviderMisconfigured():
            said = "This provider is not available right now. The operator has been told; nothing was charged."
        case ProviderRequestInvalid():
            said = "This image failed through a fault of ours, which was reported. Nothing was charged for it."
        case PhotoGone():
            said = (
                f"{error.message} Nothing was charged for this image; start a new job with the photos that are there."
            )
        case OutcomeUnknown(is_final=True):
            said = "The provider did not answer for this image. Nothing was charged for it; you can retry the job."
        case _:
            return None
    return GiveUp(error.code, said)


def _wait_after(error: BaseException, tries: int) -> timedelta:
    """As the provider says, where it says anything."""
    told = error.retry_after if isinstance(error, ProviderUnavailable) else None
    return told or timedelta(seconds=FAILURE_WAITS[tries - 1])


POISONED = GiveUp("INTERNAL", "This image stopped its worker three times and was given up. Nothing was charged for it.")
"""For an image whose workers died while they held it, as often as it may be tried."""

OUT_OF_TIME = GiveUp("TIMED_OUT", "This image was not made in time and was given up. Nothing was charged for it.")
"""For an image whose reservation ran out before it was made."""
