"""A client that is stopped in mid-transaction: its user waits for a few seconds, whatever the client was at."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.engine import IDLE_LIMIT, TRANSACTION_LIMIT, Database
from domain.ids import UserId
from tasks.persistence import persist
from tests.support.values import NOW

LOCK = text("SELECT FROM users WHERE id = :user_id FOR NO KEY UPDATE")


async def between_two_statements(_: AsyncConnection) -> None:
    """It has its answer, and asks for nothing more."""


async def inside_of_a_statement(connection: AsyncConnection) -> None:
    """Of its first run on this connection: asyncpg had it prepared, and has not yet said with which values to run it."""
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    await raw.prepare("UPDATE users SET display_name = $1 WHERE id = $2")


@pytest.mark.parametrize(
    ("stop", "limit"), [(between_two_statements, IDLE_LIMIT), (inside_of_a_statement, TRANSACTION_LIMIT)]
)
async def test_a_stopped_client_holds_up_its_user_no_longer_than_the_limit(
    database: Database,
    session_owner_database: Database,
    stop: Callable[[AsyncConnection], Awaitable[None]],
    limit: timedelta,
) -> None:
    user = UserId(uuid4())
    async with database.unit_of_work(user) as uow:
        await uow.accounts.add_if_new(user, email=None, display_name=None, now=NOW)

    async def lock() -> None:
        async with database.unit_of_work(user) as uow:
            await uow.lock_user(user)

    clock = asyncio.get_running_loop().time
    async with session_owner_database.engine.connect() as stopped:
        await stopped.execute(LOCK, {"user_id": user})
        began = clock()
        await stop(stopped)
        await persist(lock)
        waited = clock() - began
        with pytest.raises(DBAPIError):  # it wakes, and may write nothing
            await stopped.commit()
    assert limit.total_seconds() - 0.5 < waited < limit.total_seconds() + 1.5
