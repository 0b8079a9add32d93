"""What a judge's verdict leads to."""

import math

import pytest

from domain.ports.moderation import Verdict
from domain.safety.rules import Rule
from domain.safety.verdicts import LIMITS, rule_of_verdict

CLEAN = dict.fromkeys(LIMITS, 0.001)


def verdict(*, flagged: bool = False, **scores: float) -> Verdict:
    """Names of categories with a stroke are written with two underscores here."""
    told = {name.replace("__", "/").replace("_", "-"): score for name, score in scores.items()}
    return Verdict(flagged=flagged, scores={**CLEAN, **told}, judge="a judge of tests")


@pytest.mark.parametrize(
    ("given", "rule", "rule_if_adult"),
    [
        (verdict(), None, None),
        (verdict(sexual=0.49), None, None),
        (verdict(sexual=0.5), Rule.NO_ADULT_CONTENT, None),
        (verdict(sexual=0.9, flagged=True), Rule.NO_ADULT_CONTENT, None),
        (verdict(sexual__minors=0.05), Rule.NO_SEXUALISED_MINORS, Rule.NO_SEXUALISED_MINORS),
        (verdict(sexual__minors=0.04), None, None),
        (verdict(sexual__minors=0.2, sexual=0.9, flagged=True), Rule.NO_SEXUALISED_MINORS, Rule.NO_SEXUALISED_MINORS),
        (verdict(sexual=0.9, violence__graphic=0.6), Rule.MODERATED, Rule.MODERATED),
        (verdict(self_harm=0.5), Rule.MODERATED, Rule.MODERATED),
        (verdict(violence=0.89), None, None),
        (verdict(something_new=0.5), Rule.MODERATED, Rule.MODERATED),
        (verdict(something_new=0.49), None, None),
        (verdict(flagged=True), Rule.MODERATED, Rule.MODERATED),
        (verdict(sexual=math.nan), Rule.MODERATED, Rule.MODERATED),
        (verdict(sexual=1.01), Rule.MODERATED, Rule.MODERATED),
        (verdict(sexual=-0.01), Rule.MODERATED, Rule.MODERATED),
        (Verdict(flagged=False, scores={}, judge=""), Rule.MODERATED, Rule.MODERATED),
        (Verdict(flagged=False, scores={"sexual": 0.0}, judge=""), Rule.MODERATED, Rule.MODERATED),
    ],
)
def test_a_verdict_on_words(given: Verdict, rule: Rule | None, rule_if_adult: Rule | None) -> None:
    assert rule_of_verdict(given, of_text=True) is rule
    assert rule_of_verdict(given, of_text=True, adult_allowed=True) is rule_if_adult


def test_of_a_picture_nobody_scores_minors() -> None:
    assert rule_of_verdict(Verdict(flagged=False, scores={"sexual": 0.0}, judge=""), of_text=False) is None
    assert rule_of_verdict(Verdict(flagged=False, scores={"violence": 0.0}, judge=""), of_text=False) is Rule.MODERATED


@pytest.mark.parametrize("category", list(LIMITS))
def test_every_limit_refuses_from_itself_on(category: str) -> None:
    for score, is_refused in ((LIMITS[category], True), (LIMITS[category] - 0.001, False)):
        given = Verdict(flagged=False, scores={**CLEAN, category: score}, judge="")
        assert (rule_of_verdict(given, of_text=True) is not None) is is_refused


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (verdict(sexual=0.99, violence=0.99, self_harm=0.9, illicit=0.9, flagged=True), None),
        (verdict(sexual=0.49, flagged=True), None),
        (verdict(sexual__minors=0.05), Rule.NO_SEXUALISED_MINORS),
        (verdict(sexual=0.99, hate=0.7), Rule.MODERATED),
        (verdict(harassment=0.8), Rule.MODERATED),
        (verdict(something_new=0.5), Rule.MODERATED),
        (verdict(flagged=True), Rule.MODERATED),
        (verdict(sexual=math.nan), Rule.MODERATED),
    ],
)
def test_what_is_taken_out_is_not_asked_for(given: Verdict, rule: Rule | None) -> None:
    assert rule_of_verdict(given, of_text=True, takes_out=True) is rule
