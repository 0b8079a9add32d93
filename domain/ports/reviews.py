"""Pictures that were made and wait for a verdict: where their bytes are, and what is known of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import JobId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPicture:
    """Of one image in one round of its job."""

    user_id: UserId
    job_id: JobId
    index: int
    round: int
    key: str
    content_type: str
    provider: str
    model: str
    seed: int
    generation_ms: int
    since: datetime
    fallback: str | None = None


class Reviews(Protocol):
    """Every call is under the user's lock. A file is written down before it is stored, so that none lies about unknown."""

    async def note(self, picture: WaitingPicture) -> None:
        """Its file is about to be stored, which this announces. What was noted for the same image and round before is replaced, and
        its file removed."""
        ...

    async def stored(self, picture: WaitingPicture) -> bool:
        """Its file is there, and kept. False when nobody waits for it any more, or it took too long: then it is to be removed."""
        ...

    async def waiting(self, job_id: JobId, index: int, round_: int) -> WaitingPicture | None:
        """One whose file is there."""
        ...

    async def forget(self, picture: WaitingPicture) -> None:
        """Its file is gone."""
        ...

    async def clear(self, user_id: UserId) -> int:
        """Those whose image is settled; asks for the removal of their files, or leaves it to their announcement. Returns how many."""
        ...
