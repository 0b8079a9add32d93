"""A user's transactions wait for their turn here, and not on connections that other users need.

Each of them begins with the user's lock, so they follow one another in any case. While somebody else held that lock, images
or mutations of one user would take every connection of the pool, and wait on it.
"""

import asyncio
from weakref import WeakValueDictionary

from domain.ids import UserId

AT_ONCE = 2
"""One works, and one waits in Postgres to go on in the moment the lock is free."""


class Turns:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._gates: WeakValueDictionary[UserId, asyncio.Semaphore] = WeakValueDictionary()

    def of(self, user_id: UserId) -> asyncio.Semaphore:
        """To be entered: first come, first served. It lives as long as somebody is at it."""
        return self._gates.setdefault(user_id, asyncio.Semaphore(AT_ONCE))
