"""Jobs and their images, which workers take in turn."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.credits.ledger import Balance, NewHold
from domain.events import JobEvent
from domain.ids import JobId, UserId, WorkerId
from domain.jobs.job import Job, JobImage
from domain.jobs.waiting import WaitingReason
from domain.wishes import Wish


class Jobs(Protocol):
    async def accept(
        self,
        event: JobEvent,
        holds: Sequence[NewHold],
        *,
        wish: Wish,
        movement_key: str,
        description: str,
        expires_at: datetime,
    ) -> Balance:
        """The job of `event`, its first, with an image for each hold: reserved, kept, announced with the new balance,
        handed to workers and remembered as the answer to `wish`, as one. Raises `InsufficientCredits`; nothing is
        written then. Nor is it where the user would have more images under way than may be: raises `RateLimited`."""
        ...

    async def get(self, job_id: JobId) -> Job:
        """Locked until the end of the transaction. Raises `NotFound`."""
        ...

    async def save(self, job: Job) -> None: ...

    async def unsettled_images(self, job_id: JobId) -> Sequence[JobImage]: ...

    async def failed_images(self, job_id: JobId) -> Sequence[JobImage]: ...

    async def image(self, job_id: JobId, index: int) -> JobImage:
        """Raises `NotFound`."""
        ...

    async def claim_image(self, job_id: JobId, index: int, *, worker: WorkerId, lease: timedelta) -> JobImage | None:
        """Take an image that is due, or whose worker's lease ran out by the database's clock. None: not to be had."""
        ...

    async def holds_lease(self, image: JobImage) -> bool:
        """Whether `image.attempt` is still the one that may write, and its lease has not run out."""
        ...

    async def requeue_image(
        self, image: JobImage, *, wait: timedelta, tries: int, waits: int, paused_by: WaitingReason | None = None
    ) -> None:
        """It waits for its owner's turn, which does not come before `wait` is over; `paused_by` says what that is for."""
        ...

    async def return_image(self, job_id: JobId, index: int) -> None:
        """It was sent and will not be begun here: it waits for its owner's next turn. Nothing for one that is being made."""
        ...

    async def settle_images(
        self, job_id: JobId, indexes: Sequence[int], *, state: str, code: str | None, message: str | None
    ) -> None: ...

    async def has_free_portraits(self, user_id: UserId, *, apart_from: JobId | None = None) -> bool:
        """Of any persona, deleted ones among them: one is being made, or was delivered, or was stopped after it had begun."""
        ...

    async def restart_images(self, job_id: JobId, holds: Sequence[NewHold], *, now: datetime) -> None:
        """Failed images to be made again in turn, each under its new hold, with all their tries before them."""
        ...
