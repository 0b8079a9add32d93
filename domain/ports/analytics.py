"""Events that are counted and have no other place to be counted from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.analytics.events import Recorded
from domain.ids import UserId


class Analytics(Protocol):
    async def record(self, user_id: UserId, events: Sequence[Recorded], *, now: datetime) -> int:
        """In the transaction of what happened; needs no lock. Returns how many are new: a key is recorded once. Of a subject
        that is not there, or not theirs, nothing is kept."""
        ...
