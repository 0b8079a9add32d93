"""What the second detector's answer leads to. It refuses far below where it is sure: a mistake here is the worst there is.

Numbers that are none refuse as well. There is no limit for how sexual an adult image may be: whether it may be at all was
decided before it was made.
"""

from datetime import datetime
from math import isfinite

from domain.errors import ProviderRefused
from domain.ports.image_detector import Detection
from domain.safety.decisions import Decision, Outcome
from domain.safety.rules import POLICY

MINOR_LIMIT = 0.1
"""Refused from here on, of 0 to 1. Our own; a deployment cannot raise it."""

REFUSAL = (
    "A check of this picture did not let it through. It was not kept, nothing was charged, and trying the same again will "
    "not help."
)


def rule_of_detection(found: Detection) -> str | None:
    """None: let through."""
    if not all(isfinite(score) and 0 <= score <= 1 for score in (found.sexual, found.minor_likeness)):
        return "DETECTOR_UNSOUND"
    return "ADULT_MINOR_LIKENESS" if found.minor_likeness >= MINOR_LIMIT else None


def decision_of_detection(found: Detection, *, sha256: str, at: datetime) -> Decision:
    """For the audit log, which every adult image has one in. `sha256` is of the picture."""
    rule = rule_of_detection(found)
    return Decision(
        operation="renderImage",
        field=None,
        outcome=Outcome.REFUSED if rule else Outcome.ALLOWED,
        rule=rule or "ADULT_DETECTED",
        policy=POLICY,
        judge=found.judge,
        input_sha256=sha256,
        at=at,
    )


def check_detection(found: Detection) -> None:
    """Raises `ProviderRefused`: final, told plainly, free."""
    if rule := rule_of_detection(found):
        raise ProviderRefused(REFUSAL, detail=rule)
