"""What has to be able to make an image of a job: the best way first, and what will do where nobody can do that."""

from domain.jobs.recipe import Recipe
from domain.models.model import Ability
from domain.models.registry import MODELS
from domain.models.routing import Need
from domain.presets.models import BaseModel


def needs_of(recipe: Recipe, index: int) -> tuple[Need, ...]:
    """Never empty. A sheet is made without its skeletons where no model reads them: the prompt names each view as well."""
    ability = recipe.wanted_ability
    first = Need(
        ability=ability,
        dearest=recipe.model if recipe.model in MODELS else None,
        family=next((base for base in BaseModel if base == recipe.model), None),
        references=_reference_count(recipe, index),
        mask=recipe.mask is not None,
    )
    if ability is Ability.SHEET:
        return first, Need(ability=Ability.FACE, family=first.family, references=1)
    return (first,)


def _reference_count(recipe: Recipe, index: int) -> int:
    match recipe.wanted_ability:
        case Ability.TEXT_TO_IMAGE:
            return 0
        case Ability.FACE | Ability.INPAINT:
            return 1
        case Ability.SHEET:
            return 2  # the face and a skeleton
        case _:
            return len(recipe.needed_images) + (recipe.shot(index).style is not None)
