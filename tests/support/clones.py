"""A database of its own for a test that races, or that breaks things on purpose."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from app.settings import DatabaseSettings
from tests.support.database import drop_clone, make_clone, run_as_owner
from tests.support.servers import RunningServers


@asynccontextmanager
async def a_clone(servers: RunningServers) -> AsyncIterator[DatabaseSettings]:
    """Migrated and without rows. `servers` have the template."""
    name = _name()
    await make_clone(servers, name)
    try:
        yield addresses_of(servers, name)
    finally:
        await drop_clone(servers, name)


@asynccontextmanager
async def an_empty_database(servers: RunningServers, *, owner: str = "postgres") -> AsyncIterator[DatabaseSettings]:
    """Nothing is in it, not even a schema of ours. It belongs to `owner`, who signs in as such."""
    name = _name()
    await run_as_owner(servers, "postgres", f"CREATE DATABASE {name} OWNER {owner}")
    try:
        yield addresses_of(servers, name, owner=owner)
    finally:
        await drop_clone(servers, name)


def addresses_of(servers: RunningServers, name: str, *, owner: str = "postgres") -> DatabaseSettings:
    return DatabaseSettings(
        owner=servers.postgres.url(owner, name),
        api=servers.postgres.url("likeness_api", name),
        worker=servers.postgres.url("likeness_worker", name),
    )


def _name() -> str:
    return f"likeness_{uuid4().hex[:12]}"
