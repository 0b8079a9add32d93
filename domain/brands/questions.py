"""Five questions for whoever has no brand yet to read. Their words are the product's own; the keys are stable."""

from dataclasses import dataclass
from enum import StrEnum


class BrandQuestionKey(StrEnum):
    ABOUT = "ABOUT"
    AUDIENCE = "AUDIENCE"
    MOOD = "MOOD"
    VOICE = "VOICE"
    COLORS = "COLORS"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandOption:
    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandQuestion:
    """Answered in words where `longest` is set, by up to `most_choices` of the options where there are any."""

    key: BrandQuestionKey
    question: str
    help: str
    options: tuple[BrandOption, ...] = ()
    most_choices: int = 0
    longest: int | None = None
    is_required: bool = True


def _options(**labels: str) -> tuple[BrandOption, ...]:
    return tuple(BrandOption(key=key, label=label) for key, label in labels.items())


QUESTIONS = (
    BrandQuestion(
        key=BrandQuestionKey.ABOUT,
        question="What do you make, and what is it about?",
        help="One or two sentences, as you would tell a friend.",
        longest=400,
    ),
    BrandQuestion(
        key=BrandQuestionKey.AUDIENCE,
        question="Who is it for?",
        help="The people you have in mind: what they do, and what they come to you for.",
        longest=400,
    ),
    BrandQuestion(
        key=BrandQuestionKey.MOOD,
        question="How should it feel?",
        help="One to three. The first one counts most.",
        options=_options(
            bold="Bold",
            calm="Calm",
            playful="Playful",
            elegant="Elegant",
            warm="Warm",
            technical="Technical",
            natural="Natural",
            classic="Classic",
        ),
        most_choices=3,
    ),
    BrandQuestion(
        key=BrandQuestionKey.VOICE,
        question="How do you talk?",
        help="One to three, and anything to add in your own words.",
        options=_options(
            friendly="Friendly",
            expert="Expert",
            direct="Direct",
            witty="Witty",
            inspiring="Inspiring",
            calm="Calm",
        ),
        most_choices=3,
        longest=200,
    ),
    BrandQuestion(
        key=BrandQuestionKey.COLORS,
        question="Which colours do you see?",
        help="One. Without one, they follow from how it should feel.",
        options=_options(
            blue="Blues",
            green="Greens",
            red="Reds and pinks",
            orange="Oranges and yellows",
            purple="Purples",
            earth="Earth tones",
            mono="Black and white",
            dark="Bright on dark",
        ),
        most_choices=1,
        is_required=False,
    ),
)
