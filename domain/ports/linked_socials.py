"""Accounts that a user has linked, and not unlinked since."""

from collections.abc import Sequence
from typing import Protocol

from domain.ids import UserId
from domain.linked_socials.linked_social import LinkedSocial


class LinkedSocials(Protocol):
    async def of_user(self, user_id: UserId) -> Sequence[LinkedSocial]:
        """In the order in which they were linked."""
        ...

    async def add(self, social: LinkedSocial) -> None: ...

    async def change(self, social: LinkedSocial) -> None:
        """Network and handle."""
        ...

    async def forget(self, social: LinkedSocial) -> None:
        """What stays says that there was one on that network, and when; not which."""
        ...
