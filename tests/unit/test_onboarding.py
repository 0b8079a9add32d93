"""Which step is open for which facts: nothing but what there is decides, and what was done once stays done."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.onboarding.progress import Facts, PartStatus, StepStatus, progress_of
from domain.onboarding.steps import PARTS, STEPS, Fact, PartKey, StepKey

START = datetime(2026, 11, 21, 9, tzinfo=UTC)
PARTS_DONE = frozenset(part.fact for part in PARTS)
REST = frozenset({Fact.BRAND_REVIEWED, Fact.AVATAR_REVIEWED, Fact.SOCIAL_LINKED, Fact.PROJECT_MADE})
ALL = PARTS_DONE | REST
OPTIONAL = frozenset({PartKey.BRAND_IDENTITY, PartKey.CONTENT_PREFERENCES, PartKey.PLATFORMS})
NEEDED = frozenset({Fact.PROFILE_KNOWN, Fact.FACE_MADE})


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def facts(
    there: frozenset[Fact] = frozenset(),
    skipped: frozenset[PartKey] = frozenset(),
    completed: frozenset[StepKey] = frozenset(),
) -> Facts:
    return Facts(
        there=dict.fromkeys(there, at(1)),
        skipped=dict.fromkeys(skipped, at(2)),
        completed=dict.fromkeys(completed, at(3)),
    )


CASES = {
    "nothing": (facts(), "OLLLL", 0),
    "one part": (facts(frozenset({Fact.FACE_MADE})), "OLLLL", 4),
    "all but one": (facts(PARTS_DONE - {Fact.PROFILE_KNOWN}), "OLLLL", 16),
    "a part that is needed cannot be skipped": (
        facts(PARTS_DONE - {Fact.PROFILE_KNOWN}, frozenset({PartKey.PROFILE})),
        "OLLLL",
        16,
    ),
    "the first step": (facts(PARTS_DONE), "DOLLL", 20),
    "all that is optional was skipped": (facts(NEEDED, OPTIONAL), "DSOLL", 40),
    "skipped, and done after all": (facts(PARTS_DONE, OPTIONAL), "DOLLL", 20),
    "the second": (facts(PARTS_DONE | {Fact.BRAND_REVIEWED}), "DDOLL", 40),
    "the third before the second": (facts(PARTS_DONE | {Fact.AVATAR_REVIEWED}), "DODLL", 40),
    "the last before any": (facts(frozenset({Fact.PROJECT_MADE})), "OLLLD", 20),
    "all but the last": (facts(ALL - {Fact.PROJECT_MADE}), "DDDDO", 80),
    "everything": (facts(ALL), "DDDDD", 100),
    "everything, then all was deleted": (facts(completed=frozenset(StepKey)), "DDDDD", 100),
    "the first, then its parts were deleted": (facts(completed=frozenset({StepKey.COMPLETE_ONBOARDING})), "DOLLL", 20),
    "parts that were deleted before the first step was done": (facts(frozenset({Fact.PROFILE_KNOWN})), "OLLLL", 4),
}


@pytest.mark.parametrize("name", CASES)
def test_facts_say_which_step_is_open(name: str) -> None:
    given, letters, percent = CASES[name]
    progress = progress_of(given)

    assert "".join(step.status[0] for step in progress.steps) == letters
    assert progress.percent == percent
    first_open = letters.find("O")
    assert progress.current == (progress.steps[first_open] if first_open >= 0 else None)


def test_a_brand_made_after_the_first_step_asks_nobody_back() -> None:
    skipped = {PartKey.BRAND_IDENTITY: at(2)}
    ended = {StepKey.COMPLETE_ONBOARDING: at(3)}

    def second(made: int, **kept: object) -> StepStatus:
        there = {Fact.BRAND_SAVED: at(made), Fact.PROFILE_KNOWN: at(1), Fact.FACE_MADE: at(1), **kept}
        return progress_of(Facts(there=there, skipped=skipped, completed=ended)).steps[1].status  # type: ignore[arg-type]

    assert second(made=2) is StepStatus.OPEN
    assert second(made=4) is StepStatus.SKIPPED
    assert second(made=4, **{Fact.BRAND_REVIEWED: at(5)}) is StepStatus.DONE


def test_a_step_keeps_when_it_was_first_done_and_says_when_its_thing_is_gone() -> None:
    kept = frozenset({StepKey.CONNECT_SOCIALS})
    linked, unlinked = (
        progress_of(facts(frozenset({Fact.SOCIAL_LINKED}), completed=kept)),
        progress_of(facts(completed=kept)),
    )

    assert [(one.steps[3].completed_at, one.steps[3].still_holds) for one in (linked, unlinked)] == [
        (at(3), True),
        (at(3), False),
    ]
    assert [step.still_holds for step in progress_of(facts()).steps] == [True] * 5


def test_the_first_step_was_done_when_its_last_part_was_settled() -> None:
    there = {Fact.PROFILE_KNOWN: at(1), Fact.FACE_MADE: at(7)}
    progress = progress_of(Facts(there=there, skipped=dict.fromkeys(OPTIONAL, at(5))))

    assert progress.steps[0].completed_at == at(7)
    assert progress.done == {StepKey.COMPLETE_ONBOARDING: at(7)}


def test_parts_tell_what_is_there_now_even_when_their_step_is_done() -> None:
    progress = progress_of(facts(NEEDED - {Fact.FACE_MADE}, OPTIONAL, frozenset({StepKey.COMPLETE_ONBOARDING})))

    assert [(one.part.key, one.status, one.completed_at) for one in progress.steps[0].parts] == [
        (PartKey.PROFILE, PartStatus.DONE, at(1)),
        (PartKey.BRAND_IDENTITY, PartStatus.SKIPPED, None),
        (PartKey.AVATAR, PartStatus.OPEN, None),
        (PartKey.CONTENT_PREFERENCES, PartStatus.SKIPPED, None),
        (PartKey.PLATFORMS, PartStatus.SKIPPED, None),
    ]
    assert (progress.steps[0].status, progress.steps[0].still_holds) == (StepStatus.DONE, False)


def test_the_steps_are_those_of_the_product() -> None:
    assert [(step.key, len(step.parts)) for step in STEPS] == [
        (StepKey.COMPLETE_ONBOARDING, 5),
        (StepKey.REVIEW_BRAND, 0),
        (StepKey.REVIEW_AVATAR, 0),
        (StepKey.CONNECT_SOCIALS, 0),
        (StepKey.UPLOAD_FIRST_VIDEO, 0),
    ]
    assert {part.key for part in PARTS if part.is_optional} == OPTIONAL
    assert {part.fact for part in PARTS} | {step.fact for step in STEPS if step.fact} == set(Fact)
