"""The rows that say who has an account here."""

from datetime import datetime
from typing import Protocol

from domain.ids import UserId


class Accounts(Protocol):
    async def add_if_new(self, user_id: UserId, *, email: str | None, display_name: str | None, now: datetime) -> bool:
        """True when this call made the account."""
        ...
