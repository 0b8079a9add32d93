"""What was said of preview samples: what it amounts to, and what our own reading makes of it."""

from datetime import timedelta

import pytest

from domain.errors import InvalidInput
from domain.personas.approval import (
    READ_WITHIN,
    ApprovalRequired,
    ApprovalStatus,
    Feedback,
    approval_status_of,
    check_approved,
    feedback_of,
    photo_set_of,
)
from domain.personas.later_steps import later_step
from domain.personas.persona import PersonaStatus
from domain.personas.samples import REMEDIES, ReadBy, Reading, SampleIssue, read_locally
from domain.prompts.feedback import FeedbackAnswer, feedback_question, reading_of
from tests.support.values import NOW, a_persona, a_photo, a_round

PHOTOS = [a_photo(number) for number in range(1, 6)]
NOW_SET, OTHER_SET = photo_set_of(PHOTOS), photo_set_of(PHOTOS[1:])
YES, NO = Feedback(approved=True, issues=(), comment=""), Feedback(approved=False, issues=(), comment="no")


@pytest.mark.parametrize(
    ("rounds", "required", "status"),
    [
        ([], True, ApprovalStatus.NOT_REVIEWED),
        ([], False, ApprovalStatus.NOT_REQUIRED),
        ([(NOW_SET, YES)], True, ApprovalStatus.APPROVED),
        ([(NOW_SET, NO), (NOW_SET, YES)], True, ApprovalStatus.CHANGES_REQUESTED),
        ([(OTHER_SET, NO), (NOW_SET, YES)], True, ApprovalStatus.APPROVED),
        ([(OTHER_SET, YES)], True, ApprovalStatus.VOID),
        ([(OTHER_SET, NO)], True, ApprovalStatus.NOT_REVIEWED),
        ([(OTHER_SET, YES)], False, ApprovalStatus.NOT_REQUIRED),
    ],
)
def test_of_a_set_its_newest_round_counts(
    rounds: list[tuple[str, Feedback]], required: bool, status: ApprovalStatus
) -> None:
    made = [a_round(photo_set=photo_set, feedback=feedback) for photo_set, feedback in rounds]

    assert approval_status_of(made, PHOTOS, required=required) is status
    if not required or status is ApprovalStatus.APPROVED:
        check_approved(made, PHOTOS, required=required)
        return
    with pytest.raises(ApprovalRequired) as refused:
        check_approved(made, PHOTOS, required=required)
    assert refused.value.code == "APPROVAL_REQUIRED"


@pytest.mark.parametrize(
    ("issues", "comment", "approved", "proceed", "first"),
    [
        ([], "", True, True, "The samples are approved."),
        ([SampleIssue.LIGHTING], "", True, True, "The samples are approved."),
        ([SampleIssue.LIGHTING, SampleIssue.BACKGROUND], "", False, True, "The light"),
        ([SampleIssue.LIGHTING, SampleIssue.HAIR], "", False, False, "The hair"),
        ([], "my nose", False, False, "Your words were kept."),
        ([SampleIssue.ARTIFACTS], "six fingers", False, True, "Faults in one picture"),
    ],
)
def test_issues_are_read_without_anybody(
    issues: list[SampleIssue], comment: str, approved: bool, proceed: bool, first: str
) -> None:
    reading = read_locally(issues, comment, approved=approved)
    assert (reading.should_proceed, reading.read_by) == (proceed, ReadBy.LOCAL)
    assert reading.recommendations[0].startswith(first)
    assert len(reading.recommendations) == max(1, len(issues) + approved)


@pytest.mark.parametrize(
    ("status", "rounds", "previewed", "required", "code"),
    [
        (PersonaStatus.PENDING_UPLOAD, [], None, True, "MAKE_PORTRAITS"),
        (PersonaStatus.READY, [], None, True, "MAKE_SAMPLES"),
        (PersonaStatus.READY, [], OTHER_SET, True, "MAKE_SAMPLES"),
        (PersonaStatus.READY, [], NOW_SET, True, "REVIEW_SAMPLES"),
        (PersonaStatus.READY, [], f"{NOW_SET} {OTHER_SET}", True, "REVIEW_SAMPLES"),
        (PersonaStatus.READY, [(NOW_SET, NO)], NOW_SET, True, "FOLLOW_ADVICE"),
        (PersonaStatus.READY, [(NOW_SET, YES)], NOW_SET, True, "TRAIN"),
        (PersonaStatus.READY, [(OTHER_SET, YES)], OTHER_SET, True, "MAKE_SAMPLES"),
        (PersonaStatus.READY, [], None, False, "TRAIN"),
    ],
)
def test_the_way_leads_from_portraits_to_a_training(
    status: PersonaStatus, rounds: list[tuple[str, Feedback]], previewed: str | None, required: bool, code: str
) -> None:
    step = later_step(
        a_persona(status=status),
        PHOTOS,
        [a_round(photo_set=photo_set, feedback=feedback) for photo_set, feedback in rounds],
        previewed_sets=frozenset((previewed or "").split()),
        approval_required=required,
    )
    assert step.code == code


@pytest.mark.parametrize(
    ("said", "words"),
    [(("Other photos.", "More light."), "More light."), (("Other photos.", ""), "See `approvalRounds`.")],
)
def test_the_advice_that_is_to_be_followed_is_of_the_present_photos(said: tuple[str, str], words: str) -> None:
    rounds = [
        a_round(
            photo_set=photo_set,
            feedback=NO,
            reading=Reading(should_proceed=False, recommendations=(advice,) if advice else (), read_by=ReadBy.LOCAL),
        )
        for photo_set, advice in zip((OTHER_SET, NOW_SET), said, strict=True)
    ]
    step = later_step(
        a_persona(status=PersonaStatus.READY),
        PHOTOS,
        rounds,
        previewed_sets=frozenset({NOW_SET}),
        approval_required=True,
    )
    assert (step.code, step.message) == ("FOLLOW_ADVICE", f"Something is wrong with the samples. {words}")


def test_every_issue_has_words_and_a_next_step() -> None:
    assert set(REMEDIES) == set(SampleIssue)


def test_a_feedback_says_something() -> None:
    assert feedback_of(approved=False, issues=[], comment=" my nose ").comment == "my nose"
    for issues, comment in (([], " "), ([SampleIssue.HAIR] * 2, ""), ([], "x" * 1001)):
        with pytest.raises(InvalidInput):
            feedback_of(approved=False, issues=issues, comment=comment)


def test_nobody_reads_for_longer_than_some_minutes() -> None:
    waiting = a_round(is_being_read=True)
    assert waiting.may_still_change(NOW + timedelta(seconds=1))
    assert not waiting.may_still_change(NOW + READ_WITHIN)
    assert not a_round().may_still_change(NOW)


def test_a_model_is_told_the_issues_and_the_words_and_its_answer_is_kept_short() -> None:
    question = feedback_question(
        Feedback(approved=False, issues=(SampleIssue.HAIR,), comment="my nose is off"), asker="a hash"
    )
    assert question.text == (
        "Issues that were ticked:\n- HAIR: The hair is wrong.\n\nComment, between the lines:\n---\nmy nose is off\n---"
    )
    assert (question.asker, question.pictures) == ("a hash", ())

    answer = FeedbackAnswer(should_proceed=True, recommendations=(" a ", "", "b" * 400, *"cdefgh"))
    assert reading_of(answer) == Reading(
        should_proceed=True, recommendations=("a", "b" * 300, *"cdef"), read_by=ReadBy.OPENAI
    )
    assert reading_of(FeedbackAnswer(should_proceed=True, recommendations=(" ",))) is None
