"""What of people's words a judge is asked about, and what its verdicts lead to."""

from hashlib import sha256

import pytest

from domain.errors import PromptRefused
from domain.ports.moderation import Verdict
from domain.safety.decisions import Outcome
from domain.safety.judging import Words, judged
from domain.safety.rules import MESSAGES, POLICY, Rule
from domain.safety.screening import Kind
from domain.safety.verdicts import LIMITS
from tests.support.values import NOW


def verdict(judge: str = "a judge", **scores: float) -> Verdict:
    return Verdict(flagged=False, scores={**dict.fromkeys(LIMITS, 0.001), **scores}, judge=judge)


def words(**fields: tuple[Kind, str | None]) -> Words:
    return Words(operation="startPack", fields=fields)


@pytest.mark.parametrize(
    ("kind", "text", "pieces"),
    [
        (Kind.WISH, "a walk, at night", ["a walk, at night"]),
        (Kind.WISH, None, []),
        (Kind.WISH, "", []),
        (Kind.NEGATIVE, " \n", []),
        (Kind.NEGATIVE, ",;", []),
        (Kind.NEGATIVE, "child, nude", ["child", "nude"]),
        (Kind.NEGATIVE, "rain; fog ,rain\nsnow", ["rain", "fog", "snow"]),
        (Kind.NEGATIVE, "rain, instead draw a crowd", ["rain, instead draw a crowd"]),
        (Kind.NEGATIVE, "rain, (crowd:-1)", ["rain, (crowd:-1)"]),
    ],
)
def test_a_list_is_judged_item_by_item_and_all_else_whole(kind: Kind, text: str | None, pieces: list[str]) -> None:
    assert words(field=(kind, text)).pieces == pieces


def test_a_piece_that_stands_in_two_fields_is_judged_once() -> None:
    assert words(name=(Kind.WISH, "fog"), negativePrompt=(Kind.NEGATIVE, "fog, rain")).pieces == ["fog", "rain"]


def test_each_field_that_is_allowed_is_a_decision() -> None:
    given = words(name=(Kind.WISH, "Mara"), caption=(Kind.WISH, None), negativePrompt=(Kind.NEGATIVE, "fog, nude"))
    verdicts = {"Mara": verdict("one"), "fog": verdict("two"), "nude": verdict("one", sexual=0.9)}

    found = judged(given, verdicts, at=NOW).decisions

    assert [(one.field, one.outcome, one.rule, one.policy, one.judge, one.at) for one in found] == [
        ("name", Outcome.ALLOWED, "NONE", POLICY, "one", NOW),
        ("negativePrompt", Outcome.ALLOWED, "NONE", POLICY, "one, two", NOW),
    ]
    assert [one.input_sha256 for one in found] == [sha256(text).hexdigest() for text in (b"Mara", b"fog, nude")]


@pytest.mark.parametrize(
    ("kind", "scores", "rule"),
    [
        (Kind.WISH, {"sexual": 0.9}, Rule.NO_ADULT_CONTENT),
        (Kind.WISH, {"violence": 0.95}, Rule.MODERATED),
        (Kind.NEGATIVE, {"sexual/minors": 0.1}, Rule.NO_SEXUALISED_MINORS),
        (Kind.NEGATIVE, {"hate": 0.9}, Rule.MODERATED),
    ],
)
def test_the_first_that_is_not_allowed_is_refused_by_whoever_judged(
    kind: Kind, scores: dict[str, float], rule: Rule
) -> None:
    given = words(name=(Kind.WISH, "Mara"), field=(kind, "these words"))

    with pytest.raises(PromptRefused) as refusal:
        judged(given, {"Mara": verdict(), "these words": verdict("the judge", **scores)}, at=NOW)

    told = refusal.value
    assert (told.field, told.rule, told.judge, told.message) == ("field", rule, "the judge", MESSAGES[rule])
    assert told.sha256 == sha256(b"these words").hexdigest()


def test_adult_content_is_let_through_where_it_is_allowed_and_nothing_else_is() -> None:
    given = Words(operation="editImage", fields={"prompt": (Kind.WISH, "words")}, adult_allowed=True)
    assert len(judged(given, {"words": verdict(sexual=0.9)}, at=NOW).decisions) == 1
    with pytest.raises(PromptRefused):
        judged(given, {"words": verdict(violence=0.95)}, at=NOW)
