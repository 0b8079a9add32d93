"""Words are judged before anything is spent (PRODUCT, section 10, rules 1 and 2).

What is asked for may not name or hint at anyone under 18, in whatever part of the picture: a grown woman who holds a baby is
refused as well, since models do not keep people apart (H2: cues for minors are refused everywhere). Ambiguous words (girl,
chica, 女孩) pass alone and are refused with anything young beside them.

A negative prompt takes things out of a picture, so there the same words protect: "child, nude" passes. Refused are a child and
sex in one item of the list, and taking out adulthood or clothes. A text that does more than list, by a negative weight or by
giving orders, is read as what it is, a prompt.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from hashlib import sha256

from domain.errors import PromptRefused
from domain.safety.decisions import BY_WORDS
from domain.safety.finding import topics_of
from domain.safety.reading import folded, tokens_of, words_of
from domain.safety.rules import MESSAGES, POLICY, Rule
from domain.safety.vocabulary import Topic

ITEMS = re.compile(r"[,;\n|。、，；]")
REVERSED = re.compile(r":\s*-\s*[\d.]|(?:^|[\s,(\[])-\s?\(|weight\s*[=:]\s*-")
ORDERS = words_of("""
    instead, ignore, disregard, forget, draw, generate, render, paint, depict, portray, produce, create, make, show, add,
    include, positive, actually, override, must, should, want, need, zeichne, statt, erzeuge, dessine, genere, ajoute,
    dibuja, genera, anade, desenha, disegna, нарисуй, покажи, вместо, çiz, ciz, ارسم, 画, 描いて, 그려
""")

SEXUALISED = {Topic.MINOR, Topic.SEXUAL}
KEPT = {Topic.ADULTHOOD, Topic.CLOTHING}


class Kind(Enum):
    WISH = auto()
    """A prompt, a name, a caption: what is wanted."""
    NEGATIVE = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """What was refused, and by which rule. `sha256` is of the very text; the text itself is kept nowhere."""

    field: str
    rule: Rule
    sha256: str


def screen(operation: str, fields: Mapping[str, tuple[Kind, str | None]], *, adult_allowed: bool = False) -> None:
    """Texts of one request by their paths in the input. Raises `PromptRefused` for the first that is not allowed; each alone, then together."""
    if finding := first_finding(fields, adult_allowed=adult_allowed):
        raise PromptRefused(
            MESSAGES[finding.rule],
            operation=operation,
            field=finding.field,
            rule=finding.rule,
            policy=POLICY,
            judge=BY_WORDS,
            sha256=finding.sha256,
        )


def first_finding(fields: Mapping[str, tuple[Kind, str | None]], *, adult_allowed: bool = False) -> Finding | None:
    """Fields of one kind are read in one as well, in their order: a word may have been cut in two between them."""
    given = {name: (kind, text) for name, (kind, text) in fields.items() if text and not text.isspace()}
    for name, (kind, text) in given.items():
        if rule := rule_against(kind, text, adult_allowed=adult_allowed):
            return _finding(name, rule, text)
    for kind in Kind:
        together = {name: text for name, (its, text) in given.items() if its is kind}
        if len(together) > 1 and (rule := _against_all(kind, together.values(), adult_allowed=adult_allowed)):
            return _finding(next(reversed(together)), rule, "\n".join(together.values()))
    return None


def rule_against(kind: Kind, text: str, *, adult_allowed: bool = False) -> Rule | None:
    if kind is Kind.WISH:
        return _against_wish(text, adult_allowed=adult_allowed)
    return _against_negative(text, adult_allowed=adult_allowed)


def _against_all(kind: Kind, texts: Iterable[str], *, adult_allowed: bool) -> Rule | None:
    every = list(texts)
    return rule_against(kind, " ".join(every), adult_allowed=adult_allowed) or rule_against(
        kind, "".join(every), adult_allowed=adult_allowed
    )


def _against_wish(text: str, *, adult_allowed: bool) -> Rule | None:
    topics = topics_of(text)
    if Topic.MINOR in topics:
        return Rule.NO_SEXUALISED_MINORS if Topic.SEXUAL in topics else Rule.NO_MINORS
    if Topic.SEXUAL in topics and not adult_allowed:
        return Rule.NO_ADULT_CONTENT
    return None


def _against_negative(text: str, *, adult_allowed: bool) -> Rule | None:
    if is_list(text):
        return _against_list(text)
    return _against_wish(text, adult_allowed=adult_allowed) or _against_list(text)


def is_list(negative: str) -> bool:
    """Whether a negative prompt does no more than list what should not be seen."""
    plain = folded(negative)
    return not REVERSED.search(plain) and ORDERS.isdisjoint(tokens_of(plain))


def items_of(negative: str) -> list[str]:
    """Of a list, each once."""
    return list(dict.fromkeys(filter(None, (item.strip() for item in ITEMS.split(negative)))))


def _against_list(text: str) -> Rule | None:
    """A whole without both topics has no item with both, so most lists are read once."""
    topics = topics_of(text)
    if topics >= SEXUALISED and any(topics_of(item) >= SEXUALISED for item in ITEMS.split(text)):
        return Rule.NO_SEXUALISED_MINORS
    return None if topics.isdisjoint(KEPT) else Rule.ADULTS_STAY_ADULTS


def _finding(field: str, rule: Rule, text: str) -> Finding:
    return Finding(field, rule, fingerprint_of(text))


def fingerprint_of(text: str) -> str:
    """SHA-256, as it stands in decisions."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
