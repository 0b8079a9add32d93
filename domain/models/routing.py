"""Which model is asked: by what it can do, what the deployment has, and what the deployment prefers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.errors import InvalidInput, ProviderMisconfigured
from domain.models.model import Ability, Alias, Model, Provider
from domain.models.registry import ALIASES, MODELS
from domain.presets.models import BaseModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is wanted of a model. `family` binds where a LoRA is used or made, and is a wish otherwise; `dearest` always is one."""

    ability: Ability
    dearest: str | None = None
    """A key of the registry: the model that the product names for this."""
    family: BaseModel | None = None
    loras: int = 0
    references: int = 0
    mask: bool = False
    streaming: bool = False
    adult: bool = False
    pixels: int = 0
    """What it has to draw by itself; 0 where less will do, and is enlarged."""

    @property
    def _is_of_a_family(self) -> bool:
        return self.loras > 0 or self.ability is Ability.TRAIN

    def is_met_by(self, model: Model) -> bool:
        least, most = model.references
        return (
            self.ability in model.abilities
            and self.loras <= model.most_loras
            and (not self._is_of_a_family or model.any_family or model.family is self.family)
            and least <= self.references <= most
            and (model.masks or not self.mask)
            and (model.streams or not self.streaming)
            and (model.adult or not self.adult)
            and self.pixels <= model.draws_pixels
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A deployment's own words on which models it wants: by ability, the dearest to it first. Keys of the registry."""

    by_ability: Mapping[Ability, Sequence[str]] = field(default_factory=dict)
    replaced: tuple[Alias, ...] = ()
    """Old names that were used, for `likeness doctor` to warn of."""

    @classmethod
    def parse(cls, text: str) -> "Choices":
        """Reads `EDIT=fal/kontext-max,fal/nano-banana-edit; WRITE=openai/gpt-6-luna`. Raises `InvalidInput`."""
        wanted: dict[Ability, list[str]] = {}
        replaced: list[Alias] = []
        for part in filter(None, (part.strip() for part in text.split(";"))):
            name, _, keys = part.partition("=")
            ability = _ability(name.strip())
            for key in filter(None, (key.strip() for key in keys.split(","))):
                if alias := ALIASES.get(key):
                    replaced.append(alias)
                wanted.setdefault(ability, []).append(_known(key, ability))
        return cls(by_ability=wanted, replaced=tuple(replaced))


def model_of(name: str) -> Model:
    """By key, or by a name that once meant one. Raises `InvalidInput`."""
    alias = ALIASES.get(name)
    model = MODELS.get(alias.now if alias else name)
    if model is None:
        raise InvalidInput(f"There is no model '{name[:60]}'. Known: {', '.join(MODELS)}.")
    return model


def route(
    need: Need,
    *,
    providers: Collection[Provider],
    choices: Choices,
    today: date,
    models: Iterable[Model] = tuple(MODELS.values()),
) -> Model:
    """The model to ask. `providers` are those that can be asked now. Raises `ProviderMisconfigured` where none can do it."""
    wanted = choices.by_ability.get(need.ability, ())

    def rank(model: Model) -> tuple[int, bool, bool]:
        preferred = wanted.index(model.key) if model.key in wanted else len(wanted)
        return preferred, model.key != need.dearest, need.family is not None and model.family is not need.family

    able = [m for m in models if m.provider in providers and need.is_met_by(m) and not m.has_ended(today)]
    if not able:
        raise ProviderMisconfigured(
            "Nothing that is configured here can make this right now. The operator has been told.",
            detail=f"no model for {need}; asked {', '.join(sorted(providers)) or 'nobody'}",
        )
    return min(able, key=rank)


def _ability(name: str) -> Ability:
    try:
        return Ability(name)
    except ValueError:
        raise InvalidInput(f"'{name[:40]}' is no ability. Known: {', '.join(Ability)}.") from None


def _known(name: str, ability: Ability) -> str:
    model = model_of(name)
    if ability not in model.abilities:
        raise InvalidInput(f"{model.key} cannot {ability}; it can {', '.join(sorted(model.abilities))}.")
    return model.key
