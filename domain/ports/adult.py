"""What is known of accounts that adult content depends on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.ids import UserId
from domain.safety.policy import AdultAccount, AgeAssurance


class AdultAccounts(Protocol):
    async def get(self, user_id: UserId) -> AdultAccount:
        """Of whom nothing is known, nothing is assured."""
        ...

    async def descend_from_uploads(self, image_ids: Sequence[UUID]) -> bool:
        """Whether one of these images, or of those behind them, came of a real person or of something uploaded."""
        ...

    async def are_adult(self, image_ids: Sequence[UUID]) -> bool:
        """Whether one of these images is adult content."""
        ...

    async def opt_in(self, user_id: UserId, *, at: datetime | None) -> None:
        """None is off."""
        ...

    async def assure(self, user_id: UserId, level: AgeAssurance, *, reference: str | None, at: datetime) -> None:
        """The operator's alone: the database lets no role that serves write it."""
        ...
