"""The five steps a new user is led through, each with its reason (PRODUCT, section 9).

None of what they stand for can be done through this API yet, so none is done; the first is open, the others follow it.
"""

from dataclasses import dataclass
from enum import StrEnum


class StepStatus(StrEnum):
    OPEN = "OPEN"
    LOCKED = "LOCKED"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    title: str
    why: str


STEPS = (
    Step("complete_onboarding", "Complete onboarding", "What you tell us once, every picture and text can use."),
    Step("review_brand", "Review your brand", "Colours and voice you have checked make graphics that look like yours."),
    Step("review_avatar", "Review your avatar", "Everything we make shows this face; it should be one you like."),
    Step("connect_socials", "Connect your socials", "We make each graphic in the size of the place it goes to."),
    Step("upload_first_video", "Upload your first video", "One video gives you its thumbnails and social graphics."),
)


def status_of(step: Step, *, done: frozenset[str]) -> StepStatus:
    """A step opens when all before it are done."""
    if step.key in done:
        return StepStatus.DONE
    earlier = STEPS[: STEPS.index(step)]
    return StepStatus.OPEN if all(before.key in done for before in earlier) else StepStatus.LOCKED


def percent_complete(done: frozenset[str]) -> int:
    return 100 * len(done) // len(STEPS)
