"""Steps open one after another."""

from domain.onboarding import STEPS, StepStatus, percent_complete, status_of

KEYS = [step.key for step in STEPS]


def test_the_first_step_is_open_and_the_others_wait_for_it() -> None:
    found = [status_of(step, done=frozenset()) for step in STEPS]

    assert found == [StepStatus.OPEN, *[StepStatus.LOCKED] * 4]


def test_a_step_opens_when_all_before_it_are_done() -> None:
    done = frozenset(KEYS[:2])

    assert [status_of(step, done=done) for step in STEPS] == [
        StepStatus.DONE,
        StepStatus.DONE,
        StepStatus.OPEN,
        StepStatus.LOCKED,
        StepStatus.LOCKED,
    ]
    assert percent_complete(done) == 40
