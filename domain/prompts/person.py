"""Whom a picture is of, in words. The age is always said, or at least that it is an adult's."""

from domain.influencers.appearance import (
    BODY_TYPES,
    ETHNICITIES,
    EYE_COLORS,
    HAIR_COLORS,
    HAIR_STYLES,
    Appearance,
    Gender,
)

GENDER_WORDS = {Gender.FEMALE: "woman", Gender.MALE: "man", Gender.NON_BINARY: "androgynous person"}

KEEP_PERSON = "Keep the person's face, age and identity unchanged."
"""Said to every model that is shown a person and told to change the picture."""

WORN = {
    "buzz cut": "in a buzz cut",
    "pixie cut": "in a pixie cut",
    "bob cut": "in a bob cut",
    "ponytail": "in a ponytail",
    "bun": "in a bun",
    "afro": "in an afro",
}
"""Styles that hair is worn in. The others say how it is, and stand before its colour."""


def person_words(appearance: Appearance | None) -> str:
    """Without an appearance it is a person of photos, of whom only this much is known."""
    if appearance is None:
        return "an adult"
    ethnicity, gender = ETHNICITIES[appearance.ethnicity].words, GENDER_WORDS[appearance.gender]
    return f"a {appearance.age} year old adult {ethnicity} {gender}"


def stays_adult(appearance: Appearance | None) -> str:
    """A sentence for instructions that change a picture."""
    return f"The person is {person_words(appearance)}."


def appearance_words(appearance: Appearance | None) -> str:
    """Whoever a model is shown photos of is described by nothing else: the photos say it."""
    if appearance is None:
        return f"the person in the reference photos, {person_words(None)}"
    hair = hair_words(HAIR_COLORS[appearance.hair_color].words, HAIR_STYLES[appearance.hair_style].words)
    eyes, body = EYE_COLORS[appearance.eye_color].words, BODY_TYPES[appearance.body_type].words
    return f"{person_words(appearance)}, {hair}, {eyes} eyes, {body}"


def subject_words(appearance: Appearance | None, *, trigger: str | None) -> str:
    """A real person whose LoRA is in use is named by its trigger: no model is shown photos then."""
    return person_words(None) if trigger and appearance is None else appearance_words(appearance)


def hair_words(color: str | None, style: str | None) -> str:
    """Empty where neither is said. A bald head has no colour."""
    if style == "bald":
        return style
    if style in WORN:
        return " ".join(filter(None, (color, "hair", WORN[style])))
    return " ".join(filter(None, (style, color, "hair"))) if style or color else ""
