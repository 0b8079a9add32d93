"""Transactions that outlast a database's absence: a restart of Postgres costs a worker seconds, not images."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import asyncpg  # type: ignore[import-untyped] # it ships none
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

T = TypeVar("T")

log = logging.getLogger("likeness.persistence")

PATIENCE = timedelta(seconds=60)
"""How long one transaction is tried. After it the reconciler sees to what was left."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0  # seconds between two tries

PASSING = (OSError, DBAPIError, PoolTimeout, asyncpg.PostgresError, asyncpg.InterfaceError)
LASTING = (DataError, IntegrityError, ProgrammingError)
"""What is no better a second later: a mistake of ours."""


async def persist(
    transaction: Callable[[], Awaitable[T]], *, patience: Callable[[], timedelta] = lambda: PATIENCE
) -> T:
    """Carry it out, again and again while the database is away. Only for what may be done twice.

    An answer that was lost on the way may have been a commit. Raises the last error when patience, which may change
    meanwhile, has ended.
    """
    loop = asyncio.get_running_loop()
    began, pause = loop.time(), FIRST_PAUSE
    while True:
        try:
            return await transaction()
        except PASSING as error:
            if isinstance(error, LASTING) or loop.time() - began > patience().total_seconds():
                raise
            log.warning("the database is away; trying again", extra={"reason": type(error).__name__})
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
