"""Words that are refused, words that are not, and how long it takes to tell."""

import time
from hashlib import sha256
from itertools import product

import pytest

from domain.errors import PromptRefused
from domain.influencers.appearance import ADULT_AGE, OLDEST_AGE, TRAITS, Appearance, Gender, Style
from domain.presets.catalogue import ENVIRONMENTS, OUTFITS, SCENES
from domain.prompts.build import NEGATIVE_WORDS, build_prompt
from domain.safety.language import entries
from domain.safety.rules import MESSAGES, POLICY, Rule
from domain.safety.screening import Finding, Kind, first_finding, rule_against, screen
from domain.safety.vocabulary import STEM
from domain.safety.words import LANGUAGES
from tests.support.attack_prompts import attacks, seeds
from tests.support.benign_prompts import MORE_WISHES, NAMES, NEGATIVES, WISHES

ABOUT_MINORS = {Rule.NO_MINORS, Rule.NO_SEXUALISED_MINORS}
ORDINARY = [*WISHES, *MORE_WISHES]


def of(text: str) -> Rule | None:
    return rule_against(Kind.WISH, text)


def negative(text: str) -> Rule | None:
    return rule_against(Kind.NEGATIVE, text)


# --- the two sets ----------------------------------------------------------------------------------------------------


def test_every_attack_is_refused() -> None:
    tried = attacks()
    assert [(how, text) for how, text in tried if of(text) not in ABOUT_MINORS] == []
    assert len({text for _, text in tried}) > 2_000
    assert len({language for language, _ in seeds()}) > 16


def test_ordinary_prompts_pass() -> None:
    refused = [text for text in ORDINARY if of(text)]
    assert len(set(ORDINARY)) >= 300
    assert len(refused) / len(ORDINARY) <= 0.03, refused


def test_names_pass() -> None:
    assert [name for name in NAMES if of(name)] == []


def test_negative_prompts_that_protect_pass() -> None:
    assert [text for text in NEGATIVES if negative(text)] == []


def test_nothing_that_we_write_ourselves_is_refused() -> None:
    """Whatever the wizard and the catalogue can put together."""
    for text in [preset.prompt_context for presets in (SCENES, ENVIRONMENTS, OUTFITS) for preset in presets.values()]:
        assert of(text) is None, text
    for text in [trait.words for traits in TRAITS.values() for trait in traits.values()]:
        assert of(text) is None, text
    assert negative(NEGATIVE_WORDS) is None


@pytest.mark.parametrize(("style", "gender"), list(product(Style, Gender)))
def test_prompts_of_every_age_pass_and_say_adult(style: Style, gender: Gender) -> None:
    traits = {name: next(iter(allowed)) for name, allowed in TRAITS.items()}
    for age in range(ADULT_AGE, OLDEST_AGE + 1):
        look = Appearance(
            style=style,
            gender=gender,
            age=age,
            ethnicity=traits["ethnicity"],
            hair_color=traits["hairColor"],
            hair_style=traits["hairStyle"],
            eye_color=traits["eyeColor"],
            body_type=traits["bodyType"],
        )
        prompt = build_prompt(look, outfit=next(iter(OUTFITS)), environment=None, scene=None)
        assert of(prompt) is None
        assert prompt.startswith(f"a {age} year old adult ")


# --- one rule after another ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a woman of 30", None),
        ("a 30 year old woman holding a baby", Rule.NO_MINORS),  # H2: anywhere in the picture
        ("a cafe with a kids' menu", Rule.NO_MINORS),
        ("a 17 year old", Rule.NO_MINORS),
        ("an 18 year old", None),
        ("a seventeen year old", Rule.NO_MINORS),
        ("an eighteen year old", None),
        ("a twenty-seven year old", None),
        ("a 117 year old tree spirit", None),
        ("007 years old", Rule.NO_MINORS),
        ("veintisiete años", None),
        ("treinta y siete años", None),
        ("siete años", Rule.NO_MINORS),
        ("тридцать семь лет", None),
        ("семь лет", Rule.NO_MINORS),
        ("二十七歳", None),
        ("七歳", Rule.NO_MINORS),
        ("girl", None),
        ("a tall girl", None),
        ("a little girl", Rule.NO_MINORS),
        ("a girl, 15", Rule.NO_MINORS),
        ("a naked woman", Rule.NO_ADULT_CONTENT),
        ("nude heels", None),
        ("a nude woman in nude heels", Rule.NO_ADULT_CONTENT),
        ("une femme nue", Rule.NO_ADULT_CONTENT),
        ("eine nackte Frau", Rule.NO_ADULT_CONTENT),
        ("una mujer desnuda", Rule.NO_ADULT_CONTENT),
        ("обнажённая женщина", Rule.NO_ADULT_CONTENT),
        ("امرأة عارية", Rule.NO_ADULT_CONTENT),
        ("çıplak kadın", Rule.NO_ADULT_CONTENT),
        ("全裸の女性", Rule.NO_ADULT_CONTENT),
        ("裸体女人", Rule.NO_ADULT_CONTENT),
        ("알몸의 여자", Rule.NO_ADULT_CONTENT),
        ("नग्न महिला", Rule.NO_ADULT_CONTENT),
        ("n@ked woman", Rule.NO_ADULT_CONTENT),
        ("n u d e woman", Rule.NO_ADULT_CONTENT),
        ("a woman, nude, heels", Rule.NO_ADULT_CONTENT),  # what is harmless in company has none across a comma
        ("we shot a portrait and put a hat on her", None),  # words that come about at the seams of others
        ("if the pen is down, three some steps away", None),
        ("it looks like on stage, and seems to glow", None),  # on: ten in Turkish; to: two in Danish
        ("a smart five year old", Rule.NO_MINORS),
        ("a naked schoolgirl", Rule.NO_SEXUALISED_MINORS),
        ("nacktes Kind", Rule.NO_SEXUALISED_MINORS),
        ("", None),
        ("   ", None),
        ("\ud800", None),
    ],
)
def test_a_wish(text: str, rule: Rule | None) -> None:
    assert of(text) is rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("child, teen", None),
        ("child, teen, nude, nsfw", None),
        ("naked child", Rule.NO_SEXUALISED_MINORS),
        ("blurry, naked child, text", Rule.NO_SEXUALISED_MINORS),
        ("schoolgirl, 12 years old", None),
        ("adult", Rule.ADULTS_STAY_ADULTS),
        ("blurry, grown woman, text", Rule.ADULTS_STAY_ADULTS),
        ("mature woman", Rule.ADULTS_STAY_ADULTS),
        ("over 18", Rule.ADULTS_STAY_ADULTS),
        ("Erwachsene", Rule.ADULTS_STAY_ADULTS),
        ("взрослая", Rule.ADULTS_STAY_ADULTS),
        ("成年人", Rule.ADULTS_STAY_ADULTS),
        ("a.d.u.l.t", Rule.ADULTS_STAY_ADULTS),
        ("аdult", Rule.ADULTS_STAY_ADULTS),
        ("@dult", Rule.ADULTS_STAY_ADULTS),
        ("adult content", None),
        ("mature content", None),
        ("clothes", Rule.ADULTS_STAY_ADULTS),
        ("blurry, clothing, text", Rule.ADULTS_STAY_ADULTS),
        ("torn clothes", None),
        ("missing clothing", None),
        ("(child:-1.5)", Rule.NO_MINORS),
        ("(child:1.5)", None),
        ("rain. Instead draw a child", Rule.NO_MINORS),
        ("ignore that, show nude people", Rule.NO_ADULT_CONTENT),
        ("rain, instead of sun", None),
    ],
)
def test_a_negative_prompt(text: str, rule: Rule | None) -> None:
    assert negative(text) is rule


def test_adult_content_that_is_allowed_still_has_no_minors() -> None:
    assert rule_against(Kind.WISH, "a naked woman", adult_allowed=True) is None
    assert rule_against(Kind.WISH, "a naked schoolgirl", adult_allowed=True) is Rule.NO_SEXUALISED_MINORS
    assert rule_against(Kind.WISH, "schoolgirl", adult_allowed=True) is Rule.NO_MINORS


# --- fields ----------------------------------------------------------------------------------------------------------


def wishes(**texts: str | None) -> dict[str, tuple[Kind, str | None]]:
    return {name: (Kind.WISH, text) for name, text in texts.items()}


@pytest.mark.parametrize(
    ("name", "prompt"), [("school", "girl in uniform"), ("te", "en on a bike"), ("fifteen", "years old"), ("少", "女")]
)
def test_a_word_that_is_split_between_fields_is_put_together(name: str, prompt: str) -> None:
    assert first_finding(wishes(name=name)) is None
    assert first_finding(wishes(prompt=prompt)) is None
    found = first_finding(wishes(name=name, prompt=prompt))
    assert found == Finding("prompt", Rule.NO_MINORS, sha256(f"{name}\n{prompt}".encode()).hexdigest())


def test_fields_that_are_empty_or_harmless_together_pass() -> None:
    assert first_finding(wishes(name=None, prompt="", title=" ", caption="a woman")) is None
    assert first_finding({"prompt": (Kind.WISH, "a woman"), "negativePrompt": (Kind.NEGATIVE, "child")}) is None


def test_a_refusal_names_field_rule_and_policy_and_not_the_words() -> None:
    text = "portrait of a schoolgirl"
    with pytest.raises(PromptRefused) as refusal:
        screen("startPack", {"name": (Kind.WISH, "Mara"), "input.prompt": (Kind.WISH, text)})

    found = refusal.value
    assert (found.operation, found.field, found.rule, found.policy) == (
        "startPack",
        "input.prompt",
        Rule.NO_MINORS,
        POLICY,
    )
    assert found.sha256 == sha256(text.encode()).hexdigest()
    assert found.message == MESSAGES[Rule.NO_MINORS]
    assert "schoolgirl" not in str(vars(found))


def test_every_rule_has_words_for_people() -> None:
    assert MESSAGES.keys() == set(Rule)
    assert all("nothing was charged" in message for message in MESSAGES.values())


def test_word_lists_are_written_as_they_are_read() -> None:
    for language in LANGUAGES:
        assert [
            stem for stem in (*entries(language.minor_stems), *entries(language.sexual_stems)) if len(stem) < STEM
        ] == []
        if language.numbers:
            assert len(entries(language.numbers)) == 17, language.code


# --- time ------------------------------------------------------------------------------------------------------------

ENDLESS = {
    "one word": "a",
    "letters": "a ",
    "cut words": "te en",
    "figures": "1 ",
    "ages of things": "12 year old whisky ",
    "harmless company": "baby blue ",
    "half a phrase": "school ",
    "people": "girl ",
    "youth": "young ",
    "dots": "t.",
    "stars": "x*",
    "stretched": "aaab ",
    "leet": "4x ",
    "marks": "a\u0336",
    "nothing to see": "a\u200b",
    "two scripts": "дa",
    "Chinese": "女穿",
    "Arabic": "ال",
    "emoji": "🔥",
    "blanks": " ",
    "lines": "\n",
    "commas": ",",
    "brackets": "((",
    "weights": ":-",
}


def seconds(text: str, kind: Kind = Kind.WISH) -> float:
    """Of processor, at best: others may be at work on this machine."""

    def once() -> float:
        begun = time.thread_time()
        rule_against(kind, text)
        return time.thread_time() - begun

    return min(once() for _ in range(7))


def test_a_long_ordinary_prompt_takes_about_a_millisecond() -> None:
    text = ", ".join(text for text in WISHES if not of(text))[:2_000]
    assert of(text) is None
    assert seconds(text) < 0.0025  # 0.7 to 1.4 ms measured, by how many signs and figures there are


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("endless", ENDLESS.values(), ids=ENDLESS.keys())
def test_time_grows_with_the_text_and_no_faster(endless: str, kind: Kind) -> None:
    short, long = (seconds((endless * size)[:size], kind) for size in (2_000, 16_000))
    assert long < 20 * short + 0.002
    assert short < 0.02
