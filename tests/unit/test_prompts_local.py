"""The local provider reads the same words as models do: it hears what was wished, and nothing in what we add."""

from dataclasses import replace
from io import BytesIO
from itertools import product

import pytest
from PIL import Image

from domain.images.picture import Picture
from domain.influencers.appearance import ETHNICITIES, Gender
from domain.jobs.recipe import Recipe
from domain.models.model import Ability
from domain.presets.catalogue import Environment, Scene
from domain.prompts.edits import RESTYLES, Restyle, edit_instruction
from domain.prompts.headshots import HeadshotStyle, headshot_prompt_from_references, headshot_shots
from domain.prompts.inpaint import inpaint_prompt
from providers.local.grading import change_asked
from providers.local.making import DRAWN, EDITED, Origin, made
from providers.local.restyling import manner_of
from providers.local.restyling.ink import anime, pencil, pop_art
from providers.local.restyling.paint import oil, watercolour
from providers.local.restyling.photo import film, neon, noir
from providers.local.restyling.words import colours_said
from providers.local.retouching import CLEARING
from providers.local.retouching.things import thing_said
from tests.support.values import BASE_IMAGE, LOOK, a_recipe

LOOKS = [None, *(replace(LOOK, ethnicity=e, gender=g) for e, g in product(ETHNICITIES, Gender))]
HEADSHOT = a_recipe(
    ability=Ability.EDIT,
    scene=Scene.PROFESSIONAL_PORTRAIT,
    prompt=headshot_prompt_from_references(LOOK),
    shots=headshot_shots([HeadshotStyle.CREATIVE_OFFICE], 1),
)
EDIT = a_recipe(
    ability=Ability.EDIT,
    scene=Scene.BEACH_DAY,
    environment=Environment.BEACH,
    prompt=edit_instruction("make it golden hour", LOOK),
    source_image_id=BASE_IMAGE,
)


def a_photo() -> Picture:
    file = BytesIO()
    Image.new("RGB", (96, 96), (10, 200, 30)).save(file, "PNG")
    return Picture(file.getvalue(), "image/png")


def test_every_restyle_of_the_catalogue_has_its_manner() -> None:
    assert {key: manner_of(preset.prompt_context) for key, preset in RESTYLES.items()} == {
        Restyle.WATERCOLOR: watercolour,
        Restyle.OIL_PAINTING: oil,
        Restyle.PENCIL_SKETCH: pencil,
        Restyle.ANIME: anime,
        Restyle.NOIR: noir,
        Restyle.CYBERPUNK: neon,
        Restyle.VINTAGE_FILM: film,
        Restyle.POP_ART: pop_art,
    }


@pytest.mark.parametrize("wish", ["a vase of tulips", "sunglasses", "a blue cup", "brick", "remove the cup"])
def test_what_we_add_to_an_inpaint_names_no_thing_and_no_colour(wish: str) -> None:
    for look in LOOKS:
        prompt = inpaint_prompt(wish, look)
        assert thing_said(prompt) == thing_said(wish)
        assert colours_said(prompt) == colours_said(wish)
        assert [word for word in CLEARING if word in prompt] == [word for word in CLEARING if word in wish]


@pytest.mark.parametrize("wish", ["make it golden hour", "warmer", "dark and moody", "a blue tone"])
def test_what_we_add_to_an_edit_asks_for_no_change_of_its_own(wish: str) -> None:
    assert {change_asked(edit_instruction(wish, look)) for look in LOOKS} == {change_asked(wish)}


@pytest.mark.parametrize(("recipe", "origin"), [(HEADSHOT, DRAWN), (EDIT, EDITED)], ids=["headshot", "edit"])
def test_a_headshot_is_drawn_anew_and_an_edit_works_on_its_picture(recipe: Recipe, origin: Origin) -> None:
    request = replace(recipe.request_for(0, attempt_key="x"), references=(a_photo(),), width=96, height=96)

    assert made(request, lambda _: None).origin == origin
