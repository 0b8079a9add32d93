"""The second image detector: it looks at every adult image before anybody else does. Without one there is no adult content."""

from dataclasses import dataclass
from typing import Protocol

from domain.images.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """0 to 1 each: how sure it is that the picture is sexual, and that whoever is in it looks like a minor."""

    sexual: float
    minor_likeness: float
    judge: str
    """Which detector, so that a decision can be explained later."""


class ImageDetector(Protocol):
    """Raises `RateLimited` and the `ProviderError`s. No answer is never an answer: whoever asks fails closed."""

    async def detect(self, picture: Picture) -> Detection: ...
