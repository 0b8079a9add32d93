"""Models are chosen by what they can do; names that meant one once are still understood."""

from dataclasses import replace
from datetime import date

import pytest

from domain.errors import InvalidInput, ProviderMisconfigured
from domain.models.model import Ability, Provider
from domain.models.registry import ALIASES, MODELS
from domain.models.routing import Choices, Need, model_of, route
from domain.presets.models import BaseModel

TODAY = date(2026, 11, 21)
EVERYONE = frozenset(Provider)


def chosen(need: Need, *providers: Provider, choices: str = "", today: date = TODAY) -> str:
    return route(need, providers=providers, choices=Choices.parse(choices), today=today).key


@pytest.mark.parametrize(
    ("need", "providers", "key"),
    [
        (Need(ability=Ability.TEXT_TO_IMAGE), [Provider.LOCAL], "local/sketch"),
        (Need(ability=Ability.FACE, references=1), [Provider.LOCAL], "local/sketch"),
        (Need(ability=Ability.SHEET, references=2), [Provider.LOCAL], "local/sketch"),
        (Need(ability=Ability.EDIT, references=5), [Provider.LOCAL], "local/sketch"),
        (Need(ability=Ability.INPAINT, references=1, mask=True), [Provider.LOCAL], "local/sketch"),
        (
            Need(ability=Ability.TEXT_TO_IMAGE, family=BaseModel.Z_IMAGE_TURBO),
            [Provider.FAL],
            "fal/z-image-turbo",
        ),
        (Need(ability=Ability.TEXT_TO_IMAGE, family=BaseModel.FLUX_DEV), [Provider.FAL], "fal/flux-lora"),
        (
            Need(ability=Ability.TEXT_TO_IMAGE, family=BaseModel.Z_IMAGE_TURBO, loras=1),
            [Provider.FAL],
            "fal/z-image-turbo-lora",
        ),
        (
            Need(ability=Ability.TEXT_TO_IMAGE, family=BaseModel.FLUX_DEV, loras=1),
            [Provider.RUNPOD, Provider.FAL],
            "runpod/flux-dev",
        ),
        (
            Need(ability=Ability.FACE, family=BaseModel.Z_IMAGE_TURBO, references=1),
            [Provider.FAL],
            "fal/flux-pulid",  # a wish, where no LoRA binds: nobody keeps a face on Z-Image
        ),
        (Need(ability=Ability.EDIT, references=4), [Provider.FAL], "fal/nano-banana-pro-edit"),
        (Need(ability=Ability.EDIT, references=2, streaming=True), [Provider.FAL, Provider.OPENAI], "openai/gpt-image-2.6-flare"),
        (Need(ability=Ability.INPAINT, references=1, mask=True), [Provider.FAL], "fal/flux-lora-fill"),
        (Need(ability=Ability.SHEET, references=2), [Provider.FAL, Provider.RUNPOD], "runpod/flux-sheet"),
        (Need(ability=Ability.WRITE), [Provider.OPENAI], "openai/gpt-6-luna"),
    ],
)  # fmt: skip
def test_the_first_that_can_do_it_is_asked(need: Need, providers: list[Provider], key: str) -> None:
    assert chosen(need, *providers) == key


def test_a_choice_of_the_deployment_comes_first_and_an_impossible_one_is_passed_over() -> None:
    need = Need(ability=Ability.EDIT, references=1)
    wish = "EDIT=openai/gpt-image-2,fal/kontext-max"
    assert chosen(need, *EVERYONE, choices=wish) == "openai/gpt-image-2"
    assert chosen(need, Provider.FAL, choices=wish) == "fal/kontext-max"
    assert chosen(replace(need, references=3), Provider.FAL, choices=wish) == "fal/nano-banana-pro-edit"


@pytest.mark.parametrize(
    "need",
    [
        Need(ability=Ability.TEXT_TO_IMAGE, family=BaseModel.ONE_2_1, loras=2),
        Need(ability=Ability.EDIT, references=99),
        Need(ability=Ability.SHEET, references=2, adult=True),
    ],
)
def test_what_nobody_can_do_is_the_operators_to_mend(need: Need) -> None:
    with pytest.raises(ProviderMisconfigured) as refusal:
        chosen(need, *EVERYONE)
    assert need.ability in refusal.value.detail
    assert "operator has been told" in refusal.value.message


def test_the_sketch_takes_a_lora_of_any_family_and_vendors_only_their_own() -> None:
    need = Need(ability=Ability.TEXT_TO_IMAGE, family=BaseModel.ONE_2_1, loras=1)
    assert chosen(need, *EVERYONE) == "local/sketch"
    with pytest.raises(ProviderMisconfigured):
        chosen(need, *(EVERYONE - {Provider.LOCAL}))
    assert [model.key for model in MODELS.values() if model.reads_weights] == ["local/sketch"]


def test_a_model_is_no_longer_chosen_from_its_last_day_on() -> None:
    need, wish = Need(ability=Ability.EDIT, references=1), "EDIT=openai/gpt-image-1.5"
    model = MODELS["openai/gpt-image-1.5"]
    assert model.ends is not None
    able = [model, MODELS["openai/gpt-image-2"]]
    choices = Choices(by_ability={Ability.EDIT: [model.key]})

    def on(today: date) -> str:
        return route(need, providers=EVERYONE, choices=choices, today=today, models=able).key

    assert on(date(2026, 11, 30)) == "openai/gpt-image-1.5"
    assert on(date(2026, 12, 1)) == "openai/gpt-image-2"
    assert Choices.parse(wish).by_ability == {Ability.EDIT: ["openai/gpt-image-1.5"]}


def test_names_of_old_lead_to_living_models_and_say_why() -> None:
    for name, alias in ALIASES.items():
        model = model_of(name)
        assert model.key == alias.now
        assert not model.has_ended(date(2027, 6, 1)), name
        assert "20" in alias.why
    choices = Choices.parse("EDIT=gpt-image-1.5; WRITE = gpt-5")
    assert choices.by_ability == {Ability.EDIT: ["openai/gpt-image-2.6-flare"], Ability.WRITE: ["openai/gpt-6-luna"]}
    assert [alias.name for alias in choices.replaced] == ["gpt-image-1.5", "gpt-5"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("PAINT=fal/flux-lora", "'PAINT' is no ability. Known: TEXT_TO_IMAGE"),
        ("EDIT=fal/unheard-of", "There is no model 'fal/unheard-of'"),
        ("EDIT=fal/flux-lora", "fal/flux-lora cannot EDIT; it can TEXT_TO_IMAGE."),
    ],
)
def test_a_choice_that_cannot_be_meant_is_told(text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        Choices.parse(text)


def test_the_registry_is_whole() -> None:
    for key, model in MODELS.items():
        assert key == model.key
        assert key.startswith(f"{model.provider}/")
        assert model.price.source
        assert model.references[0] <= model.references[1]
        if model.ends:
            assert model.ends.source
            assert not MODELS[model.ends.replaced_by].ends
    assert set(Ability) - {a for m in MODELS.values() for a in m.abilities} == set()
