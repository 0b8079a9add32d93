"""Where brands are kept: one for each user."""

from datetime import datetime
from typing import Protocol

from domain.brands.brand import Brand
from domain.ids import UserId


class Brands(Protocol):
    async def get(self, user_id: UserId) -> Brand | None:
        """None while there is none."""
        ...

    async def save(self, brand: Brand) -> None:
        """In place of the one that is there. A logo that it had, and that nothing else has, is asked to be removed."""
        ...

    async def delete(self, user_id: UserId, *, now: datetime) -> bool:
        """With its logo. False where there is none."""
        ...
