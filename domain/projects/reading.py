"""What is found in a project without a model: keywords, mood, and concepts that are put together of both."""

from collections.abc import Sequence

from domain.personas.analysis import Analyst, LocalBecause
from domain.projects.content import MOST_KEYWORDS, ContentConcept, ContentFound, Sentiment
from domain.projects.keywords import keywords_of, words_in
from domain.projects.project import Project
from domain.projects.sentiment import sentiment_of
from domain.projects.snippet import is_let_through
from domain.projects.words import ProjectWords

EXPRESSIONS = {
    Sentiment.POSITIVE: "an excited, confident smile",
    Sentiment.NEGATIVE: "a worried, serious look",
    Sentiment.MIXED: "a thoughtful look with one raised eyebrow",
    Sentiment.NEUTRAL: "a curious, attentive look",
}
LIGHTS = {
    Sentiment.POSITIVE: "bright, warm light and vivid colours",
    Sentiment.NEGATIVE: "dark background with a hard side light",
    Sentiment.MIXED: "half warm, half cold light",
    Sentiment.NEUTRAL: "clean, even light and one strong colour",
}


def found_here(project: Project, *, because: LocalBecause) -> ContentFound:
    words = ProjectWords(title=project.title, transcript=project.transcript, summary=project.summary)
    sentiment, score = sentiment_of(words_in(words.told))
    keywords = [word for word in keywords_of(words.title, words.told, most=2 * MOST_KEYWORDS) if is_let_through(word)]
    keywords = keywords[:MOST_KEYWORDS]
    return ContentFound(
        sentiment=sentiment,
        sentiment_score=score,
        keywords=tuple(keywords),
        concepts=tuple(one for one in _concepts(keywords, sentiment) if is_let_through(*words_of_concept(one))),
        still_count=0,
        analyzed_by=Analyst.LOCAL,
        because=because,
    )


def words_of_concept(concept: ContentConcept) -> tuple[str, ...]:
    return concept.title, concept.headline, *concept.visual_elements, concept.prompt


def _concepts(keywords: Sequence[str], sentiment: Sentiment) -> list[ContentConcept]:
    """Three ideas, each around a keyword of its own; fewer where there are fewer."""
    makers = (_close_up, _two_sides, _surrounded)
    return [make(keyword, sentiment) for make, keyword in zip(makers, keywords, strict=False)]


def _close_up(keyword: str, sentiment: Sentiment) -> ContentConcept:
    return ContentConcept(
        title=f"Face to face with {keyword}",
        headline=_headline(keyword, "{}!"),
        visual_elements=(
            EXPRESSIONS[sentiment],
            f"one large object that stands for {keyword}, held up beside the face",
            LIGHTS[sentiment],
        ),
        prompt=f"A close-up with {EXPRESSIONS[sentiment]}, holding up one large object that stands for {keyword}, in {LIGHTS[sentiment]}",
    )


def _two_sides(keyword: str, sentiment: Sentiment) -> ContentConcept:
    return ContentConcept(
        title=f"{keyword}: before and after",
        headline=_headline(keyword, "{}?"),
        visual_elements=(
            "a background in two halves, one dull and grey, one bright and colourful",
            f"{keyword} on the bright side",
            "pointing from one half to the other",
        ),
        prompt=f"Before a background in two halves, the left dull and grey, the right bright with {keyword} in it, pointing to the right half",
    )


def _surrounded(keyword: str, sentiment: Sentiment) -> ContentConcept:
    return ContentConcept(
        title=f"In the middle of {keyword}",
        headline=_headline(keyword, "{}, explained"),
        visual_elements=(
            f"many small objects of {keyword} floating around",
            "open hands and raised eyebrows",
            "a plain background in one deep colour",
        ),
        prompt=f"With open hands and raised eyebrows, many small objects of {keyword} floating around, a plain background in one deep colour",
    )


def _headline(keyword: str, form: str) -> str:
    """Short: a second line would come near the face."""
    said = form.format(keyword)
    return said[:1].upper() + said[1:]
