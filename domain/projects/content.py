"""What was read out of a project: its mood, its words, and ideas for pictures of it."""

from dataclasses import dataclass
from enum import StrEnum

from domain.personas.analysis import Analyst, LocalBecause

MOST_KEYWORDS, MOST_CONCEPTS = 12, 5
LONGEST_KEYWORD, LONGEST_TITLE, LONGEST_HEADLINE, LONGEST_ELEMENT, LONGEST_PROMPT = 40, 80, 60, 120, 600
"""Characters."""
MOST_ELEMENTS = 6


class Sentiment(StrEnum):
    POSITIVE = "POSITIVE"
    NEUTRAL = "NEUTRAL"
    NEGATIVE = "NEGATIVE"
    MIXED = "MIXED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentConcept:
    """One idea. `visual_elements` are things that can be seen; `prompt` is the picture in a sentence, without the person's looks."""

    title: str
    headline: str
    visual_elements: tuple[str, ...]
    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFound:
    """`sentiment_score` is -1 to 1. `still_count`: how many stills were shown to whoever analyzed. `model` and `because` are as
    in `domain.personas.analysis.AnalysisResult`."""

    sentiment: Sentiment
    sentiment_score: float
    keywords: tuple[str, ...]
    concepts: tuple[ContentConcept, ...]
    still_count: int
    analyzed_by: Analyst
    model: str | None = None
    because: LocalBecause | None = None
