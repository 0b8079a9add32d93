"""What a model made, read from the many shapes of its output: `images` or `image`; a seed and flags, or none of them.

fal's models black a picture out that they find unsafe and only say so in `has_nsfw_concepts` (that it is black is
uncertain; that it is nothing to show is not).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.errors import ProviderRefused
from providers.fal.errors import BLACKED_OUT, SENTENCES, malformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    url: str
    seed: int | None
    """None where the model does not tell: Google's do not."""


def made_of(output: object) -> Made:
    """Raises `ProviderRefused` for a picture held back or none at all, `ProviderUnavailable` for what is no output."""
    if not isinstance(output, Mapping):
        raise malformed("the output is no object")
    flags = output.get("has_nsfw_concepts")
    if isinstance(flags, list) and any(flag is True for flag in flags):
        raise ProviderRefused(BLACKED_OUT, detail="has_nsfw_concepts")
    seed = output.get("seed")
    return Made(url=_address(output), seed=seed if type(seed) is int else None)


def _address(output: Mapping[object, object]) -> str:
    images = output.get("images", output.get("image"))
    if images == []:
        raise ProviderRefused(SENTENCES["no_media_generated"], detail="no images in the output")
    first = images[0] if isinstance(images, list) else images
    url = first.get("url") if isinstance(first, Mapping) else None
    if not isinstance(url, str):
        raise malformed("the output has no picture's address")
    return url
