"""Who writes and sees in a deployment: a model is chosen by what it can do, and lives long enough to be asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.models.model import Model, Provider
from domain.models.routing import Choices, Need, route
from domain.ports.language_model import LanguageModel


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModels:
    """`by_provider` makes what asks one of a provider's models."""

    by_provider: Mapping[Provider, Callable[[Model], LanguageModel]] = field(default_factory=dict)
    choices: Choices = field(default_factory=Choices)

    def __bool__(self) -> bool:
        return bool(self.by_provider)

    def asked(self, need: Need, *, today: date) -> tuple[Model, LanguageModel]:
        """Raises `ProviderMisconfigured` where nobody can do it."""
        model = route(need, providers=frozenset(self.by_provider), choices=self.choices, today=today)
        return model, self.by_provider[model.provider](model)
