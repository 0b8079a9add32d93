"""A user's transaction on a connection that SQLAlchemy's pool lends. Its first statement begins it and sets row security on
the same trip; nothing can be asked before that. What goes wrong is raised as SQLAlchemy's errors, as everywhere else."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

import asyncpg  # type: ignore[import-untyped] # it ships none
from sqlalchemy import PoolProxiedConnection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, InternalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.statements import Statement

UNDO_LIMIT = timedelta(seconds=5)
"""How long a rollback may take before the connection is given up, and the server rolls back by itself."""

ADULT = ", set_config('app.adult', 'on', true)"
"""See `db.engine.Database.unit_of_work`."""

RAISED_AS: tuple[tuple[type[Exception], type[DBAPIError]], ...] = (
    (asyncpg.IntegrityConstraintViolationError, IntegrityError),
    (asyncpg.SyntaxOrAccessError, ProgrammingError),
    (asyncpg.DataError, DataError),
    (asyncpg.InterfaceError, InterfaceError),
    (asyncpg.InternalClientError, InternalError),
    (asyncpg.PostgresError, DBAPIError),
)
DRIVER_ERRORS = tuple(theirs for theirs, _ in RAISED_AS)


class Record(Protocol):
    """A row: its values by name, and in turn."""

    def __getitem__(self, name: str) -> Any: ...
    def __iter__(self) -> Any: ...
    def keys(self) -> Any: ...


class Transaction:
    def __init__(self, connection: Any, user_id: UUID, *, adult: bool = False) -> None:
        self._connection = connection
        self._begin = f"BEGIN; SELECT set_config('app.user_id', {literal(user_id)}, true){ADULT if adult else ''};"
        self._begun = False
        self.has_written = False

    async def rows(self, statement: Statement, values: Mapping[str, object]) -> Sequence[Record]:
        if not self._begun:
            await self._run(self._begin)
        self.has_written = self.has_written or statement.writes
        try:
            found: Sequence[Record] = await self._connection.fetch(statement.sql, *statement.arguments(values))
        except DRIVER_ERRORS as error:
            raise _sqlalchemy_error(error, statement.text) from error
        return found

    async def run(self, statement: Statement, values: Mapping[str, object]) -> None:
        await self.rows(statement, values)

    async def row(self, statement: Statement, values: Mapping[str, object]) -> Record | None:
        """The first one, of a statement that finds at most one."""
        return next(iter(await self.rows(statement, values)), None)

    async def lock_user(self, user_id: UUID, then: str = "") -> str:
        """On the trip that begins the transaction. Whatever is read afterwards is read after the wait for the lock:
        `then` already, a statement without parameters. Returns what the last statement says of itself."""
        lock = f"SELECT FROM users WHERE id = {literal(user_id)} FOR NO KEY UPDATE; {then}"
        return await self._run(lock if self._begun else self._begin + lock)

    async def commit(self) -> None:
        """Raises `InternalError` where a statement had failed and nobody told: Postgres answers with a rollback then."""
        if self._begun and await self._run("COMMIT") != "COMMIT":
            raise InternalError("COMMIT", None, RuntimeError("The transaction had failed and was rolled back."))
        self._begun = False

    async def rollback(self) -> None:
        """What is asked next begins anew, without the locks of before."""
        if self._begun:
            await self._run("ROLLBACK", UNDO_LIMIT)
        self._begun = self.has_written = False

    async def _run(self, script: str, limit: timedelta | None = None) -> str:
        """Without parameters, so that several statements go in one message. Returns what the last one says of itself."""
        self._begun = True  # perhaps: it may have begun before what failed
        try:
            said: str = await self._connection.execute(script, timeout=limit and limit.total_seconds())
        except DRIVER_ERRORS as error:
            raise _sqlalchemy_error(error, script) from error
        return said


@asynccontextmanager
async def transaction_of(engine: AsyncEngine, user_id: UUID, *, adult: bool = False) -> AsyncIterator[Transaction]:
    """Commits on a clean exit, rolls back on any exception."""
    lent = await lent_by(engine)
    transaction = Transaction(lent.driver_connection, user_id, adult=adult)
    try:
        yield transaction
        await transaction.commit()
    except BaseException:
        await asyncio.shield(asyncio.ensure_future(_undo(transaction, lent)))  # whoever cancels us cancels again
        raise
    lent.close()


async def lent_by(engine: AsyncEngine) -> PoolProxiedConnection:
    while True:
        lent = await _borrowed(engine)
        if lent.driver_connection is not None and not lent.driver_connection.is_closed():
            return lent
        lent.invalidate()  # the server left while it lay in the pool; another one is made in its place


async def _borrowed(engine: AsyncEngine) -> PoolProxiedConnection:
    """A server that is just starting refuses connections. What the pool raises then is the dialect's own error, which nobody
    who waits for a database would take for one."""
    try:
        return await engine.raw_connection()
    except engine.dialect.loaded_dbapi.Error as error:
        raise DBAPIError("a new connection", None, error, hide_parameters=True) from error


async def _undo(transaction: Transaction, lent: PoolProxiedConnection) -> None:
    """A connection that cannot be brought back to rest is closed: the next one to borrow it would be inside of this."""
    try:
        await transaction.rollback()
    except (DBAPIError, OSError):  # a time-out is an OSError too
        lent.invalidate()
    except BaseException:
        lent.invalidate()
        raise
    else:
        lent.close()


def _sqlalchemy_error(error: Exception, sql: str) -> DBAPIError:
    """What SQLAlchemy would have raised, with asyncpg's error as `orig`. Parameters stay out of it: they are people's."""
    cls = next(ours for theirs, ours in RAISED_AS if isinstance(error, theirs))
    return cls(sql, None, error, hide_parameters=True)


@lru_cache(4096)
def literal(user_id: UUID) -> str:
    """Safe inside of SQL: made of the number, whatever was passed as one."""
    return f"'{UUID(int=user_id.int)}'"
