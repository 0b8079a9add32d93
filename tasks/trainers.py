"""Who trains LoRAs here, and how long each may take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from domain.errors import ProviderMisconfigured
from domain.models.model import Model, Provider
from domain.models.registry import MODELS
from domain.ports.trainer import Renter, Trainer

LIMIT = timedelta(minutes=30)
"""Product, section 3; for whoever has no limit of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trainers:
    by_provider: Mapping[Provider, Trainer] = field(default_factory=dict)
    limits: Mapping[Provider, timedelta] = field(default_factory=dict)
    renters: Sequence[Renter] = ()
    """Those of them who rent machines."""

    def has(self, model: Model) -> bool:
        return model.provider in self.by_provider

    def of(self, model: Model) -> Trainer:
        """Raises `ProviderMisconfigured` for one that is not configured (any more)."""
        found = self.by_provider.get(model.provider)
        if found is None:
            raise ProviderMisconfigured("Nobody here can do this training now.", detail=f"no trainer for {model.key}")
        return found

    def limit_of(self, model: str) -> timedelta:
        """For one attempt."""
        return self.limits.get(MODELS[model].provider, LIMIT)
