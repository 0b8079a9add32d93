"""What a base model brings with it, whoever runs it: licences, and when it ends. Read from the registry."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from domain.models.model import Ability, EndOfLife, Licence, Model, Provider
from domain.models.registry import IMAGE_MODELS, MODELS
from domain.presets.models import BaseModel


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which licence a provider runs it."""

    provider: Provider
    licence: Licence


def terms_of(base: BaseModel, models: Iterable[Model] = IMAGE_MODELS) -> tuple[Terms, ...]:
    """Each once, in the registry's order. Empty where nobody runs it: another base model then draws in its place."""
    return tuple(dict.fromkeys(Terms(model.provider, model.licence) for model in models if model.family is base))


def lora_terms_of(
    base: BaseModel, trainer: str, providers: Collection[Provider], models: Iterable[Model] = IMAGE_MODELS
) -> tuple[Terms, ...]:
    """What is to be known of a LoRA: its trainer's licence, and those of what draws with it, or by the face without it, here."""
    trained = Terms(MODELS[trainer].provider, MODELS[trainer].licence)
    here = [model for model in models if not providers or model.provider in providers]
    drawn = [model for model in here if model.most_loras and (model.any_family or model.family is base)]
    by_face = [model for model in here if Ability.FACE in model.abilities]
    return tuple(dict.fromkeys([trained, *(Terms(model.provider, model.licence) for model in (*drawn, *by_face))]))


def end_of(base: BaseModel, models: Iterable[Model] = IMAGE_MODELS) -> EndOfLife | None:
    """When the last provider that runs it stops; None as long as one goes on, or where nobody runs it."""
    ends = [model.ends for model in models if model.family is base]
    known = [end for end in ends if end]
    return max(known, key=lambda end: end.on) if known and len(known) == len(ends) else None
