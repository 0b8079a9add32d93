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


def rule_of_verdict(verdict: Verdict, *, of_text: bool, adult_allowed: bool = False) -> Rule | None:
    """None: let through. `adult_allowed` lifts `sexual`, and nothing else."""
    if not _is_sound(verdict, of_text=of_text):
        return Rule.MODERATED
    over = {name for name, score in verdict.scores.items() if score >= LIMITS.get(name, ANY_OTHER)}
    if "sexual/minors" in over:
        return Rule.NO_SEXUALISED_MINORS
    if over - {"sexual"}:
        return Rule.MODERATED
    if "sexual" in over:
        return None if adult_allowed else Rule.NO_ADULT_CONTENT
    return Rule.MODERATED if verdict.flagged else None


def _is_sound(verdict: Verdict, *, of_text: bool) -> bool:
    """Of text the score for minors must be there; of pictures the one for sex."""
    needed = "sexual/minors" if of_text else "sexual"
    return needed in verdict.scores and all(isfinite(score) and 0 <= score <= 1 for score in verdict.scores.values())
