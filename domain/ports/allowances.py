"""Who has asked for how much."""

from typing import Protocol

from domain.allowances import Allowance


class Allowances(Protocol):
    async def spend(self, allowance: Allowance, who: str, amount: int) -> None:
        """Raises `RateLimited` with the time until there is more, and then nothing was spent.

        Never fails otherwise: while it cannot be known what was spent elsewhere, each process counts by itself.
        """
        ...
