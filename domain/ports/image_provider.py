"""Whoever makes pixels: fal, OpenAI, RunPod, or the local sketch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from domain.influencers.appearance import Appearance
from domain.presets.catalogue import Environment, Outfit, Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who is in the picture. Equal looks must give a recognisably equal face, whatever else the request says."""

    appearance: Appearance
    identity_seed: int
    """Chosen with the base image; tells apart two characters of the same description. 0 to 2**31 - 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderRequest:
    """One image to make. `width` and `height` are exact pixels; a provider that cannot make them resizes to them."""

    attempt_key: str
    """Unique for this try of this image: a provider that knows idempotency keys is given this one."""
    model: str
    prompt: str
    negative_prompt: str
    width: int
    height: int
    steps: int
    seed: int
    look: Look
    scene: Scene | None
    environment: Environment | None
    outfit: Outfit
    pose: int
    """Which of the pose variations; images of one pack have different ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedImage:
    """Encoded pixels as they came from the provider, before our own metadata is added."""

    data: bytes
    content_type: str
    provider: str
    model: str
    seed: int


OnProgress = Callable[[int], None]
"""Told 0 to 100 while an image forms. May be called often, from the event loop's thread; must return at once."""


class ImageProvider(Protocol):
    """Raises `RateLimited`, `ProviderUnavailable`, `ProviderRefused`, `ProviderMisconfigured` and nothing else on purpose.

    Cancelling the call must stop the work at the provider as far as the provider allows it.
    """

    async def render(self, request: RenderRequest, *, on_progress: OnProgress) -> RenderedImage: ...
