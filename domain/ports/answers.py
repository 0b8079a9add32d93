"""What was answered to a mutation that was sent with a key."""

from datetime import datetime
from typing import Protocol

from domain.ids import UserId
from domain.wishes import Wish


class Answers(Protocol):
    """What was answered to a key before: see `domain.idempotency`."""

    async def lock_and_find(self, user_id: UserId, key: str) -> "KeptAnswer | None":
        """Locks the user. None for a key that is new: it stays new for whoever holds that lock."""
        ...

    async def keep(self, user_id: UserId, wish: Wish, answer: str, *, now: datetime) -> None:
        """`answer` is JSON. A key is kept once: without the user's lock, the later of two fails with all its work."""
        ...


class KeptAnswer(Protocol):
    @property
    def fingerprint(self) -> str: ...

    @property
    def answer(self) -> dict[str, object]: ...
