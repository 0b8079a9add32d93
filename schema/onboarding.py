"""The way in, step by step."""

import strawberry

from domain.onboarding import STEPS, Step, StepStatus, percent_complete, status_of

strawberry.enum(StepStatus, name="OnboardingStepStatus", description="Where a step is.")
for _value in StepStatus.__strawberry_definition__.values:  # type: ignore[attr-defined] # strawberry puts it there
    _value.description = {
        "OPEN": "To be done now.",
        "LOCKED": "Opens when the steps before it are done.",
        "DONE": "Done.",
    }[_value.name]


@strawberry.type(description="One step of onboarding.")
class OnboardingStep:
    key: str = strawberry.field(description="Stable.")
    title: str = strawberry.field(description="What to do.")
    why: str = strawberry.field(description="What it is good for.")
    status: StepStatus = strawberry.field(description="Where it is.")

    @classmethod
    def of(cls, step: Step, done: frozenset[str]) -> "OnboardingStep":
        return cls(key=step.key, title=step.title, why=step.why, status=status_of(step, done=done))


@strawberry.type(description="How far a user has come with onboarding.")
class Onboarding:
    percent_complete: int = strawberry.field(description="0 to 100.")
    current_step: OnboardingStep | None = strawberry.field(description="What to do now; null when all is done.")
    steps: list[OnboardingStep] = strawberry.field(description="All of them, in order.")

    @classmethod
    def of(cls, done: frozenset[str]) -> "Onboarding":
        steps = [OnboardingStep.of(step, done) for step in STEPS]
        current = next((step for step in steps if step.status is StepStatus.OPEN), None)
        return cls(percent_complete=percent_complete(done), current_step=current, steps=steps)
