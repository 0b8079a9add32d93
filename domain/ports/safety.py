"""The append-only log of decisions on what may be made and shown."""

from typing import Protocol

from domain.ids import UserId
from domain.safety.decisions import Decision


class Safety(Protocol):
    async def log(self, user_id: UserId, decision: Decision) -> int:
        """Its number. Under the user's lock: a decision follows the last one."""
        ...
