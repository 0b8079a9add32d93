"""What a judge's verdict leads to. The limits are ours, as data: a judge's own flag is drawn where it does not know our rules.

A verdict that cannot be relied on is a refusal: no scores, scores that are no numbers from 0 to 1, the category that matters
most left out, a flag that nothing explains.
"""

from collections.abc import Mapping
from math import isfinite

from domain.ports.moderation import Verdict
from domain.safety.rules import Rule

LIMITS: Mapping[str, float] = {
    "sexual/minors": 0.05,
    "sexual": 0.5,
    "violence/graphic": 0.6,
    "violence": 0.9,
    "self-harm": 0.5,
    "self-harm/intent": 0.5,
    "self-harm/instructions": 0.5,
    "hate": 0.6,
    "hate/threatening": 0.4,
    "harassment": 0.8,
    "harassment/threatening": 0.5,
    "illicit": 0.8,
    "illicit/violent": 0.5,
}
"""Refused from here on. Categories are those of omni-moderation (openai-python 3.52.0, read 2026-11); limits are our own, lowest
where a mistake is worst. Of pictures `sexual/minors` says nothing: it judges text only."""

ANY_OTHER = 0.5
"""For a category that is not known here yet."""

TAKEN_OUT = frozenset(
    {"sexual", "violence", "violence/graphic", "self-harm", "self-harm/intent", "self-harm/instructions", "illicit"}
    | {"illicit/violent"}
)
"""What a list of things that should not be seen may name: it keeps them out. Whom it insults, it insults all the same."""


def rule_of_verdict(
    verdict: Verdict, *, of_text: bool, takes_out: bool = False, adult_allowed: bool = False
) -> Rule | None:
    """None: let through. `adult_allowed` lifts `sexual` and nothing else; `takes_out` is for one item of a negative prompt."""
    if not _is_sound(verdict, of_text=of_text):
        return Rule.MODERATED
    over = {name for name, score in verdict.scores.items() if score >= LIMITS.get(name, ANY_OTHER)}
    lifted = (TAKEN_OUT if takes_out else frozenset()) | ({"sexual"} if adult_allowed else frozenset())
    if "sexual/minors" in over:
        return Rule.NO_SEXUALISED_MINORS
    if over - lifted - {"sexual"}:
        return Rule.MODERATED
    if "sexual" in over - lifted:
        return Rule.NO_ADULT_CONTENT
    if verdict.flagged and not over and max(verdict.scores, key=verdict.scores.__getitem__) not in lifted:
        return Rule.MODERATED
    return None


def _is_sound(verdict: Verdict, *, of_text: bool) -> bool:
    """Of text the score for minors must be there; of pictures the one for sex."""
    needed = "sexual/minors" if of_text else "sexual"
    return needed in verdict.scores and all(isfinite(score) and 0 <= score <= 1 for score in verdict.scores.values())
