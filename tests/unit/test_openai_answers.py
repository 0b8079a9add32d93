"""Dataclasses as strict schemas, and answers read back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pytest

from providers.openai.answers import read, schema_of
from tests.support.emulators.openai_answers import check_strict, filled


class Mood(StrEnum):
    CALM = "calm"
    LOUD = "loud"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in the picture."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a picture shows."""

    people: int
    caption: str
    is_adult: bool
    mood: Mood
    spots: tuple[Spot, ...]
    corners: tuple[int, int]
    note: str | None = None
    focus: Spot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    name: str
    twigs: tuple["Branch", ...] = ()


@dataclass(frozen=True)
class Mixed:
    pair: tuple[int, str]


@dataclass(frozen=True)
class Loose:
    anything: Mapping[str, str]


SPOT = {
    "type": "object",
    "description": "A place in the picture.",
    "properties": {"x": {"type": "number"}, "y": {"type": "number"}},
    "required": ["x", "y"],
    "additionalProperties": False,
}


def test_every_field_is_required_and_nothing_else_allowed_down_to_the_last_level() -> None:
    assert schema_of(Seen) == {
        "type": "object",
        "description": "What a picture shows.",
        "properties": {
            "people": {"type": "integer"},
            "caption": {"type": "string"},
            "is_adult": {"type": "boolean"},
            "mood": {"$ref": "#/$defs/Mood"},
            "spots": {"type": "array", "items": {"$ref": "#/$defs/Spot"}},
            "corners": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "focus": {"anyOf": [{"$ref": "#/$defs/Spot"}, {"type": "null"}]},
        },
        "required": ["people", "caption", "is_adult", "mood", "spots", "corners", "note", "focus"],
        "additionalProperties": False,
        "$defs": {"Mood": {"type": "string", "enum": ["calm", "loud"]}, "Spot": SPOT},
    }


def test_a_structure_may_contain_itself() -> None:
    schema = schema_of(Branch)

    assert schema["type"] == "object"
    assert schema["required"] == ["name", "twigs"]
    check_strict(schema)


@pytest.mark.parametrize("answer", [Mixed, Loose, str])
def test_what_a_strict_schema_cannot_say_is_the_programmers_mistake(answer: type) -> None:
    with pytest.raises(TypeError):
        schema_of(answer)


@pytest.mark.parametrize("asked", ["one", "two", "three"])
def test_what_fits_the_schema_fits_the_dataclass(asked: str) -> None:
    answer = read(Seen, json.dumps(filled(schema_of(Seen), asked)))

    assert type(answer) is Seen
    assert len(answer.corners) == 2
    assert isinstance(answer.mood, Mood)


def test_an_answer_is_read_into_values() -> None:
    text = (
        '{"people": 1, "caption": "a face", "is_adult": true, "mood": "calm", "spots": [{"x": 0.5, "y": 1}],'
        ' "corners": [1, 2], "note": null, "focus": null}'
    )

    assert read(Seen, text) == Seen(
        people=1, caption="a face", is_adult=True, mood=Mood.CALM, spots=(Spot(x=0.5, y=1.0),), corners=(1, 2)
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"x": 1',
        '{"x": 1}',
        '{"x": "1", "y": 2}',
        '{"x": null, "y": 2}',
        "[1, 2]",
    ],
)
def test_what_does_not_fit_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        read(Spot, text)
