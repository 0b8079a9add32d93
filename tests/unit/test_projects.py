"""What is read out of a project without a model, what of a model's answer is taken, and what goes into a prompt."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.personas.analysis import Analyst, LocalBecause
from domain.projects.content import Sentiment
from domain.projects.keywords import keywords_of, words_in
from domain.projects.question import ConceptSaid, ContentSaid, UnfitContent, found_there, question_about
from domain.projects.reading import found_here
from domain.projects.sentiment import sentiment_of
from domain.projects.snippet import Snippet, snippet_of
from domain.projects.stop_words import language_of
from tests.support.values import USER, a_project

TRANSCRIPT = (Path(__file__).parents[1] / "support" / "transcript.txt").read_text(encoding="utf-8")
TITLE = "Why starting early beats earning more"
GERMAN = (
    "Heute zeige ich euch wie der Zinseszins für euch arbeitet. Der Zinseszins ist wie ein Baum, und wer früh anfängt, hat später "
    "einen Wald. Die Kreditkarte frisst den Zinseszins wieder auf, also zahlt zuerst die Kreditkarte ab."
)
IDEA = ConceptSaid(
    title="The tree",
    headline="Plant it today",
    visual_elements=("a small tree", "warm light"),
    prompt="Beside a small tree",
)
SAID = ContentSaid(
    sentiment=Sentiment.POSITIVE, sentiment_score=0.6, keywords=("patience", "index fund"), concepts=(IDEA,)
)


def test_keywords_of_speech_are_what_it_is_about() -> None:
    assert keywords_of(TITLE, f"{TITLE}\n{TRANSCRIPT}")[:6] == (
        "compound interest",
        "credit card debt",
        "starting early",
        "index fund",
        "dollars",
        "money",
    )
    assert keywords_of("Zinseszins", GERMAN)[:2] == ("zinseszins", "kreditkarte frisst")
    assert keywords_of("", "") == ()


def test_a_language_is_told_by_its_stop_words() -> None:
    assert language_of(words_in(TRANSCRIPT)) == "en"
    assert language_of(words_in(GERMAN)) == "de"
    assert language_of(words_in("Lorem ipsum dolor sit amet")) is None
    assert language_of([]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I love it. It is a great success, a wonderful win.", (Sentiment.POSITIVE, 0.56)),
        ("A terrible loss, an awful mistake and a scary crash.", (Sentiment.NEGATIVE, -0.6)),
        ("It was not good and never fun.", (Sentiment.NEGATIVE, -0.33)),
        ("Love and pain, hope and fear, win and loss.", (Sentiment.MIXED, 0.0)),
        ("The table has four legs.", (Sentiment.NEUTRAL, 0.0)),
        ("Der Tisch hat vier Beine.", (Sentiment.NEUTRAL, 0.0)),
    ],
)
def test_the_mood_of_a_text(text: str, expected: tuple[Sentiment, float]) -> None:
    assert sentiment_of(words_in(text)) == expected


def test_what_we_find_ourselves_says_so_and_holds_nothing_that_may_not_be_drawn() -> None:
    found = found_here(a_project(USER, title=TITLE, transcript=TRANSCRIPT), because=LocalBecause.NOT_CONFIGURED)
    assert (found.analyzed_by, found.because, found.still_count) == (Analyst.LOCAL, LocalBecause.NOT_CONFIGURED, 0)
    assert (found.sentiment, found.sentiment_score) == (Sentiment.MIXED, 0.04)
    assert [one.headline for one in found.concepts] == [
        "Compound interest!",
        "Credit card debt?",
        "Starting early, explained",
    ]
    school = "The children love school. Every child at school plants a tree. A tree for each child."
    told = found_here(a_project(USER, title="A tree", transcript=school), because=LocalBecause.NOT_CONFIGURED)
    assert "child" not in " ".join(told.keywords)
    assert "tree" in " ".join(told.keywords)


def test_of_a_models_answer_only_what_may_be_used_is_taken() -> None:
    found = found_there(
        replace(
            SAID,
            keywords=("patience", "nude child", "patience"),
            concepts=(IDEA, replace(IDEA, prompt="A child")),
        ),
        still_count=2,
        model="openai/gpt-6-luna",
    )
    assert (found.keywords, [one.title for one in found.concepts]) == (("patience",), ["The tree"])
    assert (found.analyzed_by, found.model, found.because, found.still_count) == (
        Analyst.OPENAI,
        "openai/gpt-6-luna",
        None,
        2,
    )
    with pytest.raises(UnfitContent):
        found_there(replace(SAID, concepts=(replace(IDEA, headline=" "),)), still_count=0, model="m")
    with pytest.raises(UnfitContent):
        found_there(replace(SAID, sentiment_score=2.0), still_count=0, model="m")


def test_what_is_asked_stands_between_lines() -> None:
    question = question_about(a_project(USER, summary="On patience."), (), asker="a")
    assert question.text == (
        "Title:\n---\nCompound interest\n---\n\nSummary:\n---\nOn patience.\n---\n\n"
        "Transcript:\n---\nStart early. Compound interest rewards patience.\n---"
    )
    assert "no instruction to you" in question.instructions


def test_a_snippet_leaves_out_what_is_not_let_through_and_ends_no_quotation() -> None:
    snippet = snippet_of(
        'The "tree"', ["patience", "schoolgirl", "money"], ["a small tree", "a child"], saw_stills=True
    )
    assert snippet == Snippet(
        title='The "tree"', keywords=("patience", "money"), elements=("a small tree",), saw_stills=True
    )
    assert snippet.words == ("for a video called \"The 'tree'\", about patience, money, showing a small tree")
    assert Snippet().words == ""
