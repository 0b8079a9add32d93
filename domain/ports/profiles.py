"""The profile of a user: one row, which is there once something was said."""

from typing import Protocol

from domain.ids import UserId
from domain.profiles.profile import Profile


class Profiles(Protocol):
    async def get(self, user_id: UserId) -> Profile:
        """An empty one where nothing was said yet."""
        ...

    async def save(self, profile: Profile) -> None:
        """Under the user's lock, the whole of it."""
        ...
