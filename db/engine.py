"""The one way to a connection. Whoever opens a transaction says for whom, and row security is set before anything else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.unit_of_work import SqlUnitOfWork
from domain.ids import UserId

SET_USER = text("SELECT set_config('app.user_id', :user_id, true)")
BECOME_DISPATCH = text("SET LOCAL ROLE likeness_dispatch")

STATEMENT_LIMIT = timedelta(seconds=15)
LOCK_LIMIT = timedelta(seconds=5)
IDLE_LIMIT = timedelta(seconds=5)
"""How long a transaction may sit idle: a client that is stopped in the middle holds up its own user no longer than this."""


class Database:
    """A pool signed in as one role. Transactions are short; nothing that waits for a network runs inside of one."""

    def __init__(self, url: str, *, application_name: str, pool_size: int = 20) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,  # an overflow connection is closed after each use, and its prepared statements with it
            pool_timeout=10,
            connect_args={
                "timeout": 10,
                "server_settings": {
                    "application_name": application_name,
                    "jit": "off",
                    "statement_timeout": _milliseconds(STATEMENT_LIMIT),
                    "lock_timeout": _milliseconds(LOCK_LIMIT),
                    "idle_in_transaction_session_timeout": _milliseconds(IDLE_LIMIT),
                },
            },
        )

    @asynccontextmanager
    async def unit_of_work(self, user_id: UserId) -> AsyncIterator[SqlUnitOfWork]:
        """Commits on a clean exit, rolls back on any exception. Sees and writes rows of this user only."""
        async with self.engine.begin() as connection:
            await connection.execute(SET_USER, {"user_id": str(user_id)})
            yield SqlUnitOfWork(connection)

    @asynccontextmanager
    async def read(self, user_id: UserId) -> AsyncIterator[AsyncConnection]:
        """For queries of one user's rows."""
        async with self.engine.begin() as connection:
            await connection.execute(SET_USER, {"user_id": str(user_id)})
            yield connection

    @asynccontextmanager
    async def dispatch(self) -> AsyncIterator[AsyncConnection]:
        """For a worker's sweeps across owners; sees only the columns that takes (see the first migration)."""
        async with self.engine.begin() as connection:
            await connection.execute(BECOME_DISPATCH)
            yield connection

    @asynccontextmanager
    async def as_nobody(self) -> AsyncIterator[AsyncConnection]:
        """For questions about the server itself; no user's row is visible."""
        async with self.engine.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()


def _milliseconds(limit: timedelta) -> str:
    return str(int(limit.total_seconds() * 1000))
