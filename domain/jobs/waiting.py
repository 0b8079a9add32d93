"""Fair turns: what a job waits for, and how many images are begun before its first. Limits stand here, with what they are for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import FilesGoing, NotJudgedYet, NotSignedYet, ProviderAway, RateLimited

RENDERS_PER_USER = 10
"""Images of one user that are under way at once, where nothing else is configured: the largest pack side by side, so that an
idle system makes it as fast as its slowest image, and 4 % of one worker's room."""

MOST_UNDER_WAY = 500
"""Images of one user that may be accepted and not ended. Ten at once, half a minute each: under half an hour, and their
reservations last for two."""

MOST_COUNTED = 1000
"""Nobody is told that more images than these are ahead."""


class WaitingReason(StrEnum):
    """Why no image of a job is being made at this moment."""

    STARTING = "STARTING"
    FIRST_IN_LINE = "FIRST_IN_LINE"
    YOUR_OTHER_JOBS = "YOUR_OTHER_JOBS"
    OTHER_USERS = "OTHER_USERS"
    PROVIDER_BUSY = "PROVIDER_BUSY"
    PROVIDER_DOWN = "PROVIDER_DOWN"
    RETRY_PAUSE = "RETRY_PAUSE"
    REVIEW = "REVIEW"
    WORKERS_AWAY = "WORKERS_AWAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What all jobs of a user share. `users_ahead`: those whose turn comes before this one's; `users` and `images`: of others,
    that wait in line at all. Counted every two seconds, `images` to `MOST_COUNTED`."""

    under_way: int
    limit: int
    """0 for none."""
    users_ahead: int
    users: int
    images: int
    has_workers: bool

    @property
    def is_full(self) -> bool:
        """This user has as many images under way as may be."""
        return self.limit > 0 and self.under_way >= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class JobImages:
    """Of one job that has not ended: how many images are being made, on their way to a worker, or wait for their turn."""

    being_made: int
    sent: int
    due: int
    ahead: int
    """Images of the same user's other jobs that come before its first."""
    paused_by: WaitingReason | None
    paused_until: datetime | None
    """Of the image that goes on first, where one waits for a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """`position` is None once an image was begun; `because` is None while one is being made."""

    position: int | None
    because: WaitingReason | None
    until: datetime | None = None


def waiting_of(images: JobImages, queue: Queue, *, has_begun: bool) -> Waiting:
    position = None if has_begun else min(_position(images, queue), MOST_COUNTED)
    if images.being_made:
        return Waiting(position=position, because=None)
    if not (images.sent or images.due) and images.paused_by:
        return Waiting(position=position, because=images.paused_by, until=images.paused_until)
    return Waiting(position=position, because=_reason(images, queue))


def _reason(images: JobImages, queue: Queue) -> WaitingReason:
    if not queue.has_workers:
        return WaitingReason.WORKERS_AWAY
    if images.sent:
        return WaitingReason.STARTING
    if queue.is_full:
        return WaitingReason.YOUR_OTHER_JOBS
    if queue.users_ahead:
        return WaitingReason.OTHER_USERS
    return WaitingReason.YOUR_OTHER_JOBS if images.ahead else WaitingReason.FIRST_IN_LINE


def _position(images: JobImages, queue: Queue) -> int:
    """Each of the user's images ahead costs a round, in which every other user has a turn; but they have no more than they have.

    Who is held up by the own limit alone waits for nobody else.
    """
    if images.being_made or images.sent or not images.due:
        return 0
    if queue.is_full:
        return images.ahead
    return images.ahead + min(queue.images, queue.users_ahead + images.ahead * queue.users)


def pause_after(error: BaseException) -> WaitingReason:
    """What an image waits for that is tried again after this."""
    if isinstance(error, NotJudgedYet):
        return WaitingReason.REVIEW
    if isinstance(error, ProviderAway):
        return WaitingReason.PROVIDER_DOWN
    if isinstance(error, RateLimited) and not isinstance(error, FilesGoing | NotSignedYet):
        return WaitingReason.PROVIDER_BUSY
    return WaitingReason.RETRY_PAUSE
