"""The prompt of a picture: what it says, in which order, and what it says whatever else is chosen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.influencers.appearance import ADULT_AGE, HAIR_STYLES, OLDEST_AGE, TRAITS, Appearance, Gender, Style
from domain.presets.catalogue import ENVIRONMENTS, OUTFITS, SCENES, Environment, Outfit, Scene
from domain.prompts.build import NEGATIVE_WORDS, QUALITY_WORDS, build_negative_prompt, build_prompt
from domain.prompts.person import appearance_words, hair_words, person_words
from domain.prompts.shots import Shot, prompt_of
from tests.support.values import LOOK

WHO = "a 27 year old adult Mediterranean woman, long wavy auburn hair, green eyes, athletic"
PHOTO = "photorealistic, sharp focus, natural skin texture, high detail"
DRAWN = "anime style, clean line art, detailed shading, adult proportions"
OURS = (
    "child, teenager, underage, nude, low quality, blurry, deformed, extra fingers, extra limbs, bad anatomy, "
    "watermark, text, logo"
)
ANIME = replace(LOOK, style=Style.ANIME)

appearances = st.builds(
    Appearance,
    style=st.sampled_from(Style),
    gender=st.sampled_from(Gender),
    age=st.integers(ADULT_AGE, OLDEST_AGE),
    ethnicity=st.sampled_from(list(TRAITS["ethnicity"])),
    hair_color=st.sampled_from(list(TRAITS["hairColor"])),
    hair_style=st.sampled_from(list(TRAITS["hairStyle"])),
    eye_color=st.sampled_from(list(TRAITS["eyeColor"])),
    body_type=st.sampled_from(list(TRAITS["bodyType"])),
)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (
            build_prompt(LOOK, outfit=Outfit.TUXEDO, environment=Environment.CAFE, scene=Scene.NIGHT_OUT),
            (
                f"{WHO}, wearing a black tuxedo with a bow tie, in a trendy cafe, coffee shop ambiance, warm interior, "
                f"glamorous night look, sophisticated, elegant pose, {PHOTO}"
            ),
        ),
        (
            build_prompt(
                LOOK,
                outfit=Outfit.STREETWEAR,
                environment=Environment.CAFE,
                scene=Scene.CANDID_LIFESTYLE,
                trigger="maravoss",
            ),
            (
                f"maravoss, {WHO}, wearing an oversized hoodie and cargo trousers, in a trendy cafe, coffee shop ambiance, "
                f"warm interior, candid moment, natural pose, authentic lifestyle shot, {PHOTO}"
            ),
        ),
        (
            build_prompt(ANIME, outfit=Outfit.YOGA_SET, environment=Environment.BEACH, scene=Scene.FITNESS_MOTIVATION),
            (
                f"{WHO}, wearing a matching seamless yoga set, on a sunny beach, ocean in background, golden hour lighting, "
                f"fitness pose, athletic, energetic, motivational, {DRAWN}"
            ),
        ),
        (
            build_prompt(LOOK, outfit=Outfit.CASUAL_TEE, environment=None, scene=None, trigger="  "),
            (
                f"{WHO}, wearing a plain fitted t-shirt and jeans, plain studio background, even soft light, "
                f"front view portrait, neutral expression, eye contact, {PHOTO}"
            ),
        ),
    ],
    ids=["realistic", "with a LoRA", "anime", "base image"],
)
def test_a_prompt(prompt: str, expected: str) -> None:
    assert prompt == expected


@given(
    look=appearances,
    outfit=st.sampled_from(Outfit),
    environment=st.sampled_from(Environment),
    scene=st.sampled_from(Scene),
    trigger=st.sampled_from(["maravoss", "dnrs woman", "ohwx"]),
)
def test_trigger_appearance_outfit_environment_scene_and_quality_come_in_that_order(
    look: Appearance, outfit: Outfit, environment: Environment, scene: Scene, trigger: str
) -> None:
    prompt = build_prompt(look, outfit=outfit, environment=environment, scene=scene, trigger=trigger)

    assert prompt == ", ".join(
        (
            trigger,
            appearance_words(look),
            OUTFITS[outfit].prompt_context,
            ENVIRONMENTS[environment].prompt_context,
            SCENES[scene].prompt_context,
            QUALITY_WORDS[look.style],
        )
    )
    assert f"a {look.age} year old adult " in prompt


@pytest.mark.parametrize(
    ("color", "style", "words"),
    [
        ("auburn", "long wavy", "long wavy auburn hair"),
        ("dark brown", "shoulder-length", "shoulder-length dark brown hair"),
        ("black", "braided", "braided black hair"),
        ("black", "bun", "black hair in a bun"),
        ("red", "afro", "red hair in an afro"),
        ("platinum blonde", "pixie cut", "platinum blonde hair in a pixie cut"),
        ("red", "bald", "bald"),
        (None, "bald", "bald"),
        (None, "bob cut", "hair in a bob cut"),
        (None, "short", "short hair"),
        ("brown", None, "brown hair"),
        (None, None, ""),
    ],
)
def test_hair(color: str | None, style: str | None, words: str) -> None:
    assert hair_words(color, style) == words


def test_every_hair_style_of_the_wizard_reads_as_one_says_it() -> None:
    assert [hair_words("black", trait.words) for trait in HAIR_STYLES.values()] == [
        "bald",
        "black hair in a buzz cut",
        "short black hair",
        "black hair in a pixie cut",
        "black hair in a bob cut",
        "shoulder-length black hair",
        "long straight black hair",
        "long wavy black hair",
        "curly black hair",
        "black hair in an afro",
        "black hair in a ponytail",
        "black hair in a bun",
        "braided black hair",
    ]


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (LOOK, "a 27 year old adult Mediterranean woman"),
        (replace(LOOK, gender=Gender.MALE, age=18), "a 18 year old adult Mediterranean man"),
        (replace(LOOK, gender=Gender.NON_BINARY), "a 27 year old adult Mediterranean androgynous person"),
        (None, "an adult"),
    ],
)
def test_a_person_is_an_adult(look: Appearance | None, words: str) -> None:
    assert person_words(look) == words


@pytest.mark.parametrize(
    ("wish", "negative"),
    [(None, OURS), ("", OURS), ("  \n", OURS), ("  hats ", f"{OURS}, hats"), ("hats, rain", f"{OURS}, hats, rain")],
)
def test_the_users_negative_words_come_behind_ours(wish: str | None, negative: str) -> None:
    assert build_negative_prompt(wish) == negative
    assert NEGATIVE_WORDS == OURS


@given(wish=st.none() | st.text())
def test_our_negative_words_cannot_be_taken_away(wish: str | None) -> None:
    negative = build_negative_prompt(wish)

    assert negative == OURS or negative.startswith(f"{OURS}, ")
    assert (wish or "").strip() in negative


@pytest.mark.parametrize(
    ("prompt", "shot", "expected"),
    [
        ("maravoss, a woman", Shot(), "maravoss, a woman"),
        ("maravoss, a woman", Shot(words="side view", pose=3), "maravoss, a woman, side view"),
        ("Make a portrait.", Shot(words="side view"), "Make a portrait. In this picture: side view."),
        ("Make a portrait.", Shot(pose=2), "Make a portrait."),
    ],
)
def test_the_words_of_one_image_come_last(prompt: str, shot: Shot, expected: str) -> None:
    assert prompt_of(prompt, shot) == expected
