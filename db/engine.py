"""The one way to a connection. Whoever opens a transaction says for whom, and row security is set before anything else."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.transaction import lent_by, transaction_of
from db.unit_of_work import SqlUnitOfWork
from domain.ids import UserId

SET_USER = text("SELECT set_config('app.user_id', :user_id, true)")
SET_USER_AND_ADULT = text("SELECT set_config('app.user_id', :user_id, true), set_config('app.adult', 'on', true)")
AS_ME = "SELECT answer.* FROM (SELECT set_config('app.user_id', $1, true)::uuid AS id OFFSET 0) me, LATERAL ({}) answer"
AS_ADULT_ME = AS_ME.replace("AS id", "AS id, set_config('app.adult', 'on', true)")
BECOME_DISPATCH = text("SET LOCAL ROLE likeness_dispatch")

IDLE_LIMIT = timedelta(seconds=2)
LOCK_LIMIT = timedelta(seconds=3)
STATEMENT_LIMIT = timedelta(seconds=4)
TRANSACTION_LIMIT = timedelta(seconds=5)
"""A client that is stopped in mid-transaction holds up its own user no longer than this. The milder end comes first.

The last is there for what the others miss. To run a statement for the first time on a connection, asyncpg has it prepared
and then, in a second message, executed. For a server that waits for the second one the transaction is not idle, and it puts
off the cancel that is all a statement's limit does: the lock stayed until the client woke.
"""
# Postgres knows that limit since version 17; an older one refuses a connection that asks for it as it begins.
LIMIT_TRANSACTIONS = """
SELECT set_config('transaction_timeout', '{limit}', false) WHERE current_setting('transaction_timeout', true) IS NOT NULL
"""


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
        event.listen(self.engine.sync_engine, "connect", _limit_transactions)

    @asynccontextmanager
    async def unit_of_work(self, user_id: UserId, *, adult: bool = False) -> AsyncIterator[SqlUnitOfWork]:
        """Commits on a clean exit, rolls back on any exception. Sees and writes rows of this user only.

        `adult`, here and below: whether adult images may be seen, as far as that depends on the deployment and on where the
        caller is. What depends on the account is asked by row security itself. Without it there are none for the API.
        """
        async with transaction_of(self.engine, user_id, adult=adult) as transaction:
            uow = SqlUnitOfWork(transaction)
            yield uow
            await uow.finish()

    @asynccontextmanager
    async def read(self, user_id: UserId, *, adult: bool = False) -> AsyncIterator[AsyncConnection]:
        """For queries of one user's rows."""
        async with self.engine.begin() as connection:
            await connection.execute(SET_USER_AND_ADULT if adult else SET_USER, {"user_id": str(user_id)})
            yield connection

    async def fetch(self, user_id: UserId, question: str, *values: object, adult: bool = False) -> Sequence[Any]:
        """Rows of one SELECT, as this user, in one round trip; without a transaction around it there is nothing to begin or end.

        In `question` the user is `me.id`, and values count from $2. Row security is set by what stands before it: `me` is made
        first, since all that follows depends on it, and the setting ends with the statement. Were it not made, no row would
        be seen at all.
        """
        lent = await lent_by(self.engine)
        try:
            driver: Any = lent.driver_connection
            as_me = AS_ADULT_ME if adult else AS_ME
            found: Sequence[Any] = await driver.fetch(as_me.format(question), str(user_id), *values)
        except BaseException:
            lent.invalidate()
            raise
        lent.close()
        return found

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


def _limit_transactions(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(LIMIT_TRANSACTIONS.format(limit=_milliseconds(TRANSACTION_LIMIT)))
    cursor.close()
    connection.commit()


def _milliseconds(limit: timedelta) -> str:
    return str(int(limit.total_seconds() * 1000))
