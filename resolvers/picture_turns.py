"""Files that are looked at wait here for their turn, before they are fetched: each is 10 MB in memory, and a second of work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from db.turns import Turns
from domain.ids import UserId

AT_ONCE = 8
"""Of all users, in one process: some are fetched or stored while two are looked at."""


class PictureTurns:
    """Two of each user, so that whoever brings twenty is not in front of everybody else. Belongs to one event loop."""

    def __init__(self) -> None:
        self._users, self._all = Turns(), asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def of(self, user_id: UserId) -> AsyncIterator[None]:
        async with self._users.of(user_id), self._all:
            yield
