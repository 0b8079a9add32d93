"""How a synthetic character looks. Traits are keys of a catalogue, so that every client shows the same choices.

The age floor of 18 is part of the type: an `Appearance` below it cannot be built (PRODUCT, section 10, rule 1).
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidInput

ADULT_AGE = 18
OLDEST_AGE = 99


class Style(StrEnum):
    REALISTIC = "REALISTIC"
    ANIME = "ANIME"


class Gender(StrEnum):
    FEMALE = "FEMALE"
    MALE = "MALE"
    NON_BINARY = "NON_BINARY"


@dataclass(frozen=True, slots=True)
class Trait:
    """A choice within one question of the wizard. `words` is what a model is told."""

    key: str
    label: str
    words: str


def _traits(*rows: tuple[str, str]) -> dict[str, Trait]:
    return {key: Trait(key, key.replace("_", " ").capitalize(), words) for key, words in rows}


ETHNICITIES = _traits(
    ("african", "African"),
    ("east_asian", "East Asian"),
    ("european", "European"),
    ("indigenous", "Indigenous American"),
    ("latin", "Latin American"),
    ("mediterranean", "Mediterranean"),
    ("middle_eastern", "Middle Eastern"),
    ("mixed", "mixed heritage"),
    ("nordic", "Nordic"),
    ("south_asian", "South Asian"),
    ("southeast_asian", "Southeast Asian"),
)

HAIR_COLORS = _traits(
    ("black", "black"),
    ("dark_brown", "dark brown"),
    ("brown", "brown"),
    ("auburn", "auburn"),
    ("red", "red"),
    ("blonde", "blonde"),
    ("platinum", "platinum blonde"),
    ("gray", "gray"),
    ("white", "white"),
    ("pink", "pink"),
    ("blue", "blue"),
)

HAIR_STYLES = _traits(
    ("bald", "bald"),
    ("buzz_cut", "buzz cut"),
    ("short", "short"),
    ("pixie", "pixie cut"),
    ("bob", "bob cut"),
    ("shoulder_length", "shoulder-length"),
    ("long_straight", "long straight"),
    ("long_wavy", "long wavy"),
    ("curly", "curly"),
    ("afro", "afro"),
    ("ponytail", "ponytail"),
    ("bun", "bun"),
    ("braids", "braided"),
)

EYE_COLORS = _traits(
    ("amber", "amber"),
    ("blue", "blue"),
    ("brown", "brown"),
    ("dark_brown", "dark brown"),
    ("gray", "gray"),
    ("green", "green"),
    ("hazel", "hazel"),
)

BODY_TYPES = _traits(
    ("slim", "slim"),
    ("average", "average build"),
    ("athletic", "athletic"),
    ("curvy", "curvy"),
    ("muscular", "muscular"),
    ("plus_size", "plus-size"),
)

TRAITS: dict[str, dict[str, Trait]] = {
    "ethnicity": ETHNICITIES,
    "hairColor": HAIR_COLORS,
    "hairStyle": HAIR_STYLES,
    "eyeColor": EYE_COLORS,
    "bodyType": BODY_TYPES,
}
"""The wizard's questions by their input name, each with its allowed answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A checked description. Raises `InvalidInput` naming the field when a trait is unknown or the age is not an adult's."""

    style: Style
    gender: Gender
    age: int
    ethnicity: str
    hair_color: str
    hair_style: str
    eye_color: str
    body_type: str

    def __post_init__(self) -> None:
        if not ADULT_AGE <= self.age <= OLDEST_AGE:
            raise InvalidInput(
                f"Age must be {ADULT_AGE} to {OLDEST_AGE}: every character is an adult.", field="appearance.age"
            )
        answers = (self.ethnicity, self.hair_color, self.hair_style, self.eye_color, self.body_type)
        for (question, allowed), answer in zip(TRAITS.items(), answers, strict=True):
            if answer not in allowed:
                raise InvalidInput(
                    f"'{answer[:40]}' is not a known {question}. Allowed: {', '.join(allowed)}.",
                    field=f"appearance.{question}",
                )
