"""Balances, holds and the ledger beside them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.credits.ledger import Balance, NewHold
from domain.ids import HoldId, JobId, LoraModelId, UserId


class Credits(Protocol):
    """Every call writes one ledger entry beside the balance it changes. A grant that was made already, or a hold that is
    resolved already, is not made or resolved again: the call says so by returning None."""

    async def balance(self, user_id: UserId) -> Balance: ...

    async def grant(
        self, user_id: UserId, amount: int, *, movement_key: str, description: str, now: datetime
    ) -> Balance | None: ...

    async def reserve(
        self,
        user_id: UserId,
        holds: Sequence[NewHold],
        *,
        job_id: JobId,
        movement_key: str,
        description: str,
        expires_at: datetime,
        now: datetime,
    ) -> Balance:
        """Raises `InsufficientCredits`; nothing has moved then. A `movement_key` serves once: who may come twice asks
        first whether the work was accepted already (see `domain.idempotency`)."""
        ...

    async def reserve_training(
        self,
        user_id: UserId,
        hold_id: HoldId,
        amount: int,
        *,
        training_id: LoraModelId,
        expires_at: datetime,
        now: datetime,
    ) -> Balance:
        """One hold for all of a training. Raises `InsufficientCredits`."""
        ...

    async def capture(
        self, user_id: UserId, hold_id: HoldId, *, amount: int | None = None, description: str, now: datetime
    ) -> Balance | None:
        """Spend `amount` (all, unless told less) of a hold; what is left of it becomes available again."""
        ...

    async def release(
        self, user_id: UserId, hold_ids: Sequence[HoldId], *, description: str, now: datetime
    ) -> Balance | None:
        """None when none of the holds was open."""
        ...

    async def expire(self, user_id: UserId, hold_id: HoldId, *, description: str, now: datetime) -> Balance | None:
        """None when the hold is resolved already or has not run out by the database's clock."""
        ...
