"""Who can make an image here: the providers of this deployment, and the choice of a model among all they offer."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from domain.models.model import Model, Provider
from domain.models.registry import MODELS
from domain.models.routing import Choices, Need, route
from domain.ports.image_provider import ImageProvider, QueuedImageProvider


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageProviders:
    """A provider is in one of the two: it answers with the picture, or takes the wish and is asked about it."""

    answering: Mapping[Provider, ImageProvider]
    queued: Mapping[Provider, QueuedImageProvider] = field(default_factory=dict)
    choices: Choices = field(default_factory=Choices)

    @property
    def all(self) -> Set[Provider]:
        return self.answering.keys() | self.queued.keys()

    @property
    def cost_money(self) -> bool:
        return self.all != {Provider.LOCAL}

    def model_for(self, need: Need, *, usable: Set[Provider], today: date) -> Model:
        """Raises `ProviderMisconfigured` where nobody can make it now."""
        return route(need, providers=usable, choices=self.choices, today=today)

    def queue_of(self, model: str) -> QueuedImageProvider | None:
        """None for a model of a provider that is not configured (any more), or that has no queue."""
        known = MODELS.get(model)
        return self.queued.get(known.provider) if known else None
