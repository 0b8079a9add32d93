"""Answers to the five questions, and the brand that they make by a table of ours where no model is asked.

The table pairs a mood with two well-known open fonts, and a colour family with five colours whose text can be read on their
ground. The audience and the voice are what was answered, in the answer's own words and nobody else's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.brands.brand import BrandLook, words_or_none
from domain.brands.colors import BrandColor, BrandColorRole
from domain.brands.questions import QUESTIONS, BrandQuestion, BrandQuestionKey
from domain.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandAnswer:
    key: BrandQuestionKey
    choices: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandAnswers:
    """As `checked` lets them through."""

    answers: tuple[BrandAnswer, ...]

    def of(self, key: BrandQuestionKey) -> BrandAnswer:
        return next((one for one in self.answers if one.key is key), BrandAnswer(key=key))


FONTS: Mapping[str, tuple[str, str]] = {
    "bold": ("Anton", "Inter"),
    "calm": ("Nunito", "Nunito Sans"),
    "playful": ("Baloo 2", "Quicksand"),
    "elegant": ("Playfair Display", "Lato"),
    "warm": ("Lora", "Source Sans 3"),
    "technical": ("Space Grotesk", "IBM Plex Sans"),
    "natural": ("Fraunces", "Karla"),
    "classic": ("EB Garamond", "Libre Franklin"),
}
"""For headlines and for the rest. All are under the Open Font License."""

FAMILY_OF_MOOD: Mapping[str, str] = {
    "bold": "red",
    "calm": "blue",
    "playful": "orange",
    "elegant": "mono",
    "warm": "earth",
    "technical": "dark",
    "natural": "green",
    "classic": "blue",
}
ORDER = (
    BrandColorRole.PRIMARY,
    BrandColorRole.SECONDARY,
    BrandColorRole.ACCENT,
    BrandColorRole.BACKGROUND,
    BrandColorRole.TEXT,
)
COLORS: Mapping[str, tuple[str, str, str, str, str]] = {
    "blue": ("#1d4e89", "#7fb2d9", "#f2a541", "#f7fafc", "#14213d"),
    "green": ("#2f6b4f", "#a3c9a8", "#e6b655", "#f8faf5", "#1b2a22"),
    "red": ("#c1272d", "#f4a6a8", "#23395b", "#fff8f7", "#2a1214"),
    "orange": ("#e8590c", "#ffd166", "#1b7f79", "#fffaf0", "#2d1b0e"),
    "purple": ("#5b3a8c", "#c3aee0", "#f0b429", "#faf8fd", "#221533"),
    "earth": ("#8c4a2f", "#d9b18c", "#5b6b3c", "#fbf6ef", "#2e221b"),
    "mono": ("#111111", "#8a8a8a", "#b08d57", "#ffffff", "#1f1f1f"),
    "dark": ("#4cc9f0", "#7b61ff", "#b8f35a", "#0d1117", "#f0f6fc"),
}


def checked(answers: Sequence[BrandAnswer]) -> BrandAnswers:
    """Without spaces around words. Raises `InvalidInput` at the answer that does not do."""
    given: dict[BrandQuestionKey, BrandAnswer] = {}
    for index, answer in enumerate(answers):
        if answer.key in given:
            raise InvalidInput(f"{answer.key} is answered twice.", field=f"answers.{index}.key")
        given[answer.key] = _checked(answer, field=f"answers.{index}")
    for question in QUESTIONS:
        if question.is_required and question.key not in given:
            raise InvalidInput(f"{question.key} is not answered yet: {question.question}", field="answers")
    return BrandAnswers(answers=tuple(given.values()))


def _checked(answer: BrandAnswer, *, field: str) -> BrandAnswer:
    question = next(one for one in QUESTIONS if one.key is answer.key)
    words = words_or_none(answer.text)
    if words is not None and question.longest is None:
        raise InvalidInput("This question is answered by its options alone.", field=f"{field}.text")
    if len(words or "") > (question.longest or 0):
        raise InvalidInput(f"An answer has up to {question.longest} characters.", field=f"{field}.text")
    if not all(letter.isprintable() or letter == "\n" for letter in words or ""):
        raise InvalidInput("This is plain text: take out what cannot be printed.", field=f"{field}.text")
    _check_choices(question, answer.choices, field=f"{field}.choices")
    if words is None and not answer.choices and question.is_required:
        raise InvalidInput(f"This is not answered yet: {question.question}", field=field)
    return BrandAnswer(key=answer.key, choices=answer.choices, text=words)


def _check_choices(question: BrandQuestion, choices: Sequence[str], *, field: str) -> None:
    known = [option.key for option in question.options]
    if len(choices) > question.most_choices or len(set(choices)) < len(choices):
        raise InvalidInput(f"Choose up to {question.most_choices}, each once.", field=field)
    for choice in choices:
        if choice not in known:
            raise InvalidInput(f"There is no '{choice[:40]}' here. Choose of: {', '.join(known)}.", field=field)


def look_from(answers: BrandAnswers) -> BrandLook:
    """By the table above."""
    mood = next(iter(answers.of(BrandQuestionKey.MOOD).choices), None)
    family = next(iter(answers.of(BrandQuestionKey.COLORS).choices), None) or FAMILY_OF_MOOD.get(mood or "")
    heading, body = FONTS.get(mood or "", (None, None))
    colors = tuple(
        BrandColor(hex=hex_, role=role) for hex_, role in zip(COLORS.get(family or "", ()), ORDER, strict=False)
    )
    return BrandLook(
        colors=colors,
        heading_font=heading,
        body_font=body,
        voice=_voice(answers.of(BrandQuestionKey.VOICE)),
        audience=answers.of(BrandQuestionKey.AUDIENCE).text,
    )


def _voice(answer: BrandAnswer) -> str | None:
    (question,) = (one for one in QUESTIONS if one.key is BrandQuestionKey.VOICE)
    labels = {option.key: option.label for option in question.options}
    chosen = ", ".join(labels[choice].lower() for choice in answer.choices).capitalize()
    return words_or_none(" ".join(part for part in (f"{chosen}." if chosen else "", answer.text or "") if part))
