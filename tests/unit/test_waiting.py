"""What a job is told of its waiting: how many are ahead, and why."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.errors import FilesGoing, NotJudgedYet, OutcomeUnknown, ProviderAway, ProviderUnavailable, RateLimited
from domain.jobs.waiting import JobImages, Queue, Waiting, WaitingReason, pause_after, waiting_of

AT = datetime(2026, 11, 21, tzinfo=UTC)
EMPTY = Queue(under_way=0, limit=10, users_ahead=0, users=0, images=0, has_workers=True)
JOB = JobImages(being_made=0, sent=0, due=5, ahead=0, paused_by=None, paused_until=None)

LIMITED = WaitingReason.PROVIDER_BUSY
PAUSED = replace(JOB, due=0, paused_by=LIMITED, paused_until=AT)


@pytest.mark.parametrize(
    ("images", "queue", "because"),
    [
        (JOB, EMPTY, WaitingReason.FIRST_IN_LINE),
        (replace(JOB, sent=1), EMPTY, WaitingReason.STARTING),
        (replace(JOB, being_made=1), EMPTY, None),
        (replace(JOB, being_made=1), replace(EMPTY, has_workers=False), None),
        (JOB, replace(EMPTY, has_workers=False), WaitingReason.WORKERS_AWAY),
        (replace(JOB, sent=1), replace(EMPTY, has_workers=False), WaitingReason.WORKERS_AWAY),
        (JOB, replace(EMPTY, under_way=10, users_ahead=3), WaitingReason.YOUR_OTHER_JOBS),
        (JOB, replace(EMPTY, under_way=10, limit=0), WaitingReason.FIRST_IN_LINE),
        (JOB, replace(EMPTY, under_way=9), WaitingReason.FIRST_IN_LINE),
        (JOB, replace(EMPTY, users_ahead=1, users=1), WaitingReason.OTHER_USERS),
        (replace(JOB, ahead=2), EMPTY, WaitingReason.YOUR_OTHER_JOBS),
        (replace(JOB, ahead=2), replace(EMPTY, users_ahead=1, users=1), WaitingReason.OTHER_USERS),
        (PAUSED, EMPTY, WaitingReason.PROVIDER_BUSY),
        (PAUSED, replace(EMPTY, has_workers=False), WaitingReason.PROVIDER_BUSY),
        (replace(PAUSED, due=1), EMPTY, WaitingReason.FIRST_IN_LINE),
        (replace(PAUSED, being_made=1), EMPTY, None),
    ],
)
def test_nothing_waits_without_a_reason(images: JobImages, queue: Queue, because: WaitingReason | None) -> None:
    assert waiting_of(images, queue, has_begun=True).because == because


def test_a_wait_for_a_time_says_when_it_is_over() -> None:
    assert waiting_of(PAUSED, EMPTY, has_begun=True) == Waiting(position=None, because=LIMITED, until=AT)
    assert waiting_of(replace(PAUSED, due=1), EMPTY, has_begun=True).until is None


@pytest.mark.parametrize(
    ("ahead", "queue", "position"),
    [
        (0, EMPTY, 0),
        (7, EMPTY, 7),
        (0, replace(EMPTY, users_ahead=4, users=9, images=900), 4),  # one image of each whose turn comes before
        (2, replace(EMPTY, users_ahead=4, users=9, images=900), 2 + 4 + 2 * 9),  # a round more for each of the own
        (2, replace(EMPTY, users_ahead=4, users=9, images=11), 2 + 11),  # more than there are cannot be ahead
        (7, replace(EMPTY, under_way=10, users_ahead=4, users=9, images=900), 7),  # held up by the own images alone
        (400, replace(EMPTY, users=9, images=1000), 1000),  # nobody is told of more
    ],
)
def test_how_many_are_ahead(ahead: int, queue: Queue, position: int) -> None:
    assert waiting_of(replace(JOB, ahead=ahead), queue, has_begun=False).position == position


@pytest.mark.parametrize("images", [replace(JOB, sent=1), replace(JOB, being_made=1), PAUSED])
def test_nobody_is_ahead_of_what_had_its_turn(images: JobImages) -> None:
    queue = replace(EMPTY, users_ahead=4, users=9, images=900)
    assert waiting_of(images, queue, has_begun=False).position == 0
    assert waiting_of(images, queue, has_begun=True).position is None


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RateLimited(), WaitingReason.PROVIDER_BUSY),
        (ProviderAway(), WaitingReason.PROVIDER_DOWN),
        (FilesGoing(), WaitingReason.RETRY_PAUSE),
        (NotJudgedYet(), WaitingReason.REVIEW),
        (ProviderUnavailable("Down."), WaitingReason.RETRY_PAUSE),
        (OutcomeUnknown("No answer."), WaitingReason.RETRY_PAUSE),
        (RuntimeError(), WaitingReason.RETRY_PAUSE),
    ],
)
def test_a_pause_is_told_by_what_caused_it(error: Exception, reason: WaitingReason) -> None:
    assert pause_after(error) is reason
