"""The sentences of `providers.fal.errors`, for somebody who waits for a training and not for an image."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from domain.errors import DomainError, NotFound
from providers.fal import errors

UNKNOWN = "The training service does not know of this training (any more)."
NOT_TRAINED = "The training service could not finish this training. Please try again."

WORDS: Mapping[str, str] = {
    errors.BUSY: "The training service is busy. We will try again by ourselves.",
    errors.AWAY: "The training service could not be reached. Please try again.",
    errors.NOT_MADE: NOT_TRAINED,
    errors.NOT_UNDERSTOOD: "The training service did not understand what we asked for. We have been told and will look into it.",
    errors.NOT_SET_UP: "The training service is not available right now. The operator has been told.",
    errors.UNSURE: "The training service did not answer. We are looking for what became of this training.",
    errors.EXPIRED: "The training service no longer has this training. Please try again.",
    errors.NOT_A_PICTURE: "A training picture cannot be read. Use another JPEG, PNG or WebP.",
}


@contextmanager
def in_words_of_training() -> Iterator[None]:
    """Errors stay what they are; only their sentence changes."""
    try:
        yield
    except DomainError as error:
        error.message = UNKNOWN if isinstance(error, NotFound) else WORDS.get(error.message, error.message)
        error.args = (error.message,)
        raise
