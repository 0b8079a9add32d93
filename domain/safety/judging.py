"""What is put to a judge of words, after our own lists have let it through, and what its verdicts lead to (PRODUCT, section 10).

A wish is judged whole. A negative prompt that only lists is judged item by item: "child, nude" keeps two things out, "nude child"
asks for one. One that gives orders is read as a wish, here as by the lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.errors import PromptRefused
from domain.ports.moderation import Verdict
from domain.safety.decisions import NO_RULE, Decision, Outcome
from domain.safety.rules import MESSAGES, POLICY, Rule
from domain.safety.screening import Kind, fingerprint_of, is_list, items_of
from domain.safety.verdicts import rule_of_verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What people wrote in one request, by its path in the input, as `domain.safety.screening.screen` takes it."""

    operation: str
    fields: Mapping[str, tuple[Kind, str | None]]
    adult_allowed: bool = False

    @property
    def given(self) -> Mapping[str, tuple[Kind, str]]:
        return {name: (kind, text) for name, (kind, text) in self.fields.items() if text and not text.isspace()}

    @property
    def pieces(self) -> list[str]:
        """Each of which needs a verdict of its own."""
        return list(dict.fromkeys(piece for kind, text in self.given.values() for piece in _pieces(kind, text)))


@dataclass(frozen=True, slots=True)
class Judged:
    """Nothing was refused: `decisions` say by whom each field was allowed. They are logged with what is done about the wish."""

    decisions: tuple[Decision, ...] = ()


def judged(words: Words, verdicts: Mapping[str, Verdict], *, at: datetime) -> Judged:
    """`verdicts` by piece. Raises `PromptRefused` for the first field that is not allowed."""
    asked = {name: (kind, text) for name, (kind, text) in words.given.items() if _pieces(kind, text)}
    return Judged(tuple(_decided(words, name, kind, text, verdicts, at=at) for name, (kind, text) in asked.items()))


def _pieces(kind: Kind, text: str) -> list[str]:
    return items_of(text) if _takes_out(kind, text) else [text]


def _takes_out(kind: Kind, text: str) -> bool:
    return kind is Kind.NEGATIVE and is_list(text)


def _decided(
    words: Words, field: str, kind: Kind, text: str, verdicts: Mapping[str, Verdict], *, at: datetime
) -> Decision:
    judges = set()
    for verdict in (verdicts[piece] for piece in _pieces(kind, text)):
        judges.add(verdict.judge)
        rule = rule_of_verdict(
            verdict, of_text=True, takes_out=_takes_out(kind, text), adult_allowed=words.adult_allowed
        )
        if rule:
            raise _refusal(words.operation, field, text, rule, verdict.judge)
    return Decision(
        operation=words.operation,
        field=field,
        outcome=Outcome.ALLOWED,
        rule=NO_RULE,
        policy=POLICY,
        judge=", ".join(sorted(judges)),
        input_sha256=fingerprint_of(text),
        at=at,
    )


def _refusal(operation: str, field: str, text: str, rule: Rule, judge: str) -> PromptRefused:
    return PromptRefused(
        MESSAGES[rule],
        operation=operation,
        field=field,
        rule=rule,
        policy=POLICY,
        judge=judge,
        sha256=fingerprint_of(text),
    )
