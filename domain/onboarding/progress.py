"""How far a user is, from what there is of them (docs/decisions/0039).

A part is done while what it stands for is there. A step that was done once stays done: who deletes a thing later is not sent
back, and is told that it is gone. Nothing here is written down but when a step was first seen done, and what was skipped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.onboarding.steps import PARTS_BY_KEY, STEPS, Fact, Part, PartKey, Step, StepKey


class StepStatus(StrEnum):
    OPEN = "OPEN"
    LOCKED = "LOCKED"
    DONE = "DONE"
    SKIPPED = "SKIPPED"


class PartStatus(StrEnum):
    OPEN = "OPEN"
    DONE = "DONE"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`there`: what there is now, since when. `completed`: steps that were seen done, since when. `skipped` likewise."""

    there: Mapping[Fact, datetime] = field(default_factory=dict)
    skipped: Mapping[PartKey, datetime] = field(default_factory=dict)
    completed: Mapping[StepKey, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartProgress:
    """`completed_at` is null unless it is done."""

    part: Part
    status: PartStatus
    completed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """`still_holds` is false of one that is done and whose thing is gone since."""

    step: Step
    status: StepStatus
    completed_at: datetime | None
    still_holds: bool
    parts: Sequence[PartProgress]

    @property
    def is_settled(self) -> bool:
        return self.status in {StepStatus.DONE, StepStatus.SKIPPED}

    @property
    def share(self) -> float:
        """0 to 1. A step that has parts moves with them."""
        if self.is_settled or not self.parts:
            return float(self.is_settled)
        return sum(part.status is not PartStatus.OPEN for part in self.parts) / len(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    steps: Sequence[StepProgress]

    @property
    def percent(self) -> int:
        """0 to 100, and 100 only when every step is settled."""
        return int(100 * sum(step.share for step in self.steps) / len(self.steps) + 0.001)

    @property
    def current(self) -> StepProgress | None:
        return next((step for step in self.steps if step.status is StepStatus.OPEN), None)

    @property
    def done(self) -> Mapping[StepKey, datetime]:
        return {one.step.key: one.completed_at for one in self.steps if one.completed_at}


def progress_of(facts: Facts) -> Progress:
    """A step opens when all before it are settled; one that is done without those is done nevertheless."""
    found: list[StepProgress] = []
    for step in STEPS:
        is_open = all(before.is_settled for before in found)
        found.append(_step(step, facts, is_open=is_open))
    return Progress(steps=found)


def _step(step: Step, facts: Facts, *, is_open: bool) -> StepProgress:
    parts = [_part(part, facts) for part in step.parts]
    since = _holds_since(step, parts, facts)
    completed_at = facts.completed.get(step.key, since)
    if completed_at:
        status = StepStatus.DONE
    elif is_open and _has_nothing_to_do(step, facts):
        status = StepStatus.SKIPPED
    else:
        status = StepStatus.OPEN if is_open else StepStatus.LOCKED
    return StepProgress(
        step=step,
        status=status,
        completed_at=completed_at,
        still_holds=completed_at is None or since is not None,
        parts=parts,
    )


def _part(part: Part, facts: Facts) -> PartProgress:
    """What is there counts, skipped or not."""
    since = facts.there.get(part.fact)
    is_skipped = part.is_optional and part.key in facts.skipped
    status = PartStatus.DONE if since else PartStatus.SKIPPED if is_skipped else PartStatus.OPEN
    return PartProgress(part=part, status=status, completed_at=since)


def _holds_since(step: Step, parts: Sequence[PartProgress], facts: Facts) -> datetime | None:
    """When what it stands for was there: its fact, or the last of its parts that was settled. None while it is not there."""
    if step.fact:
        return facts.there.get(step.fact)
    if any(one.status is PartStatus.OPEN for one in parts):
        return None
    return max(one.completed_at or facts.skipped[one.part.key] for one in parts)


def _has_nothing_to_do(step: Step, facts: Facts) -> bool:
    """Its part was skipped, and what it is about was not there when the first step ended. Made later, it asks for nothing: who
    was through stays through, and may do the step all the same."""
    if step.about is None or step.about not in facts.skipped:
        return False
    made = facts.there.get(PARTS_BY_KEY[step.about].fact)
    ended = facts.completed.get(StepKey.COMPLETE_ONBOARDING)
    return made is None or (ended is not None and made > ended)
