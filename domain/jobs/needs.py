"""What has to be able to make an image of a job: the best way first, and what will do where nobody can do that."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from domain.errors import NotOffered
from domain.jobs.recipe import Recipe
from domain.models.model import Ability, Provider
from domain.models.registry import MODELS
from domain.models.routing import Need
from domain.presets.models import BaseModel
from domain.trainings.lora import PinnedLora


def needs_of(recipe: Recipe, index: int) -> tuple[Need, ...]:
    """Never empty. A sheet is made without its skeletons where no model reads them: the prompt names each view as well."""
    ability = recipe.wanted_ability
    first = Need(
        ability=ability,
        dearest=recipe.model if recipe.model in MODELS else None,
        family=next((base for base in BaseModel if base == recipe.model), None),
        references=_reference_count(recipe, index),
        mask=recipe.mask is not None,
        adult=recipe.adult,
        pixels=recipe.width * recipe.height if recipe.by_resolution else 0,
    )
    if ability is Ability.SHEET:
        return first, Need(ability=Ability.FACE, family=first.family, references=1, adult=recipe.adult)
    if recipe.lora is None or ability is not Ability.FACE:
        return (first,)
    return with_lora_of(first, recipe.lora), first


def with_lora_of(need: Need, lora: PinnedLora) -> Need:
    """Drawn from words, with the LoRA: nobody is shown a face."""
    return replace(need, ability=Ability.TEXT_TO_IMAGE, family=lora.base_model, loras=1, references=0)


def _reference_count(recipe: Recipe, index: int) -> int:
    match recipe.wanted_ability:
        case Ability.TEXT_TO_IMAGE:
            return 0
        case Ability.FACE | Ability.INPAINT:
            return 1
        case Ability.SHEET:
            return 2  # the face and a skeleton
        case _:
            images = {recipe.base_image_id, recipe.source_image_id, *recipe.reference_images_of(index)} - {None}
            shown = len(recipe.photo_keys_of(index)) + len(recipe.still_keys)
            return len(images) + shown + (recipe.shot(index).style is not None)


def check_offered(recipe: Recipe, *, providers: Collection[Provider], today: date) -> None:
    """Raises `NotOffered` where nothing of a deployment can ever make it. Whether somebody can just now is seen when it is made."""
    needs = needs_of(recipe, 0)
    models = [model for model in MODELS.values() if model.provider in providers and not model.has_ended(today)]
    if not any(need.is_met_by(model) for need in needs for model in models):
        raise NotOffered("This deployment has no model that can make this. Nothing was charged.")
