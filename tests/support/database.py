"""A migrated template, and clones of it. Code under test really commits; between tests everything is emptied."""

import asyncpg  # type: ignore[import-untyped] # it ships none
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from db.migrate import migrate
from tests.support.servers import RunningServers

TEMPLATE = "likeness_template"
KEPT = ("alembic_version",)

TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")


async def make_template(servers: RunningServers) -> None:
    await run_as_owner(servers, "postgres", f"CREATE DATABASE {TEMPLATE}")
    await migrate(servers.postgres.url("postgres", TEMPLATE))


async def make_clone(servers: RunningServers, name: str) -> None:
    """A fresh database, migrated: for a test that races or that breaks things on purpose."""
    await run_as_owner(servers, "postgres", f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")


async def drop_clone(servers: RunningServers, name: str) -> None:
    await run_as_owner(servers, "postgres", f"DROP DATABASE {name} WITH (FORCE)")


async def run_as_owner(servers: RunningServers, database: str, sql: str) -> None:
    """One statement or many, outside of any transaction."""
    connection = await asyncpg.connect(servers.postgres.url("postgres", database).replace("+asyncpg", ""))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def empty(owner_url: str) -> None:
    """Every table but the schema's version. The ledger refuses to be emptied, so its triggers are off for the moment."""
    engine = create_async_engine(owner_url)
    try:
        async with engine.begin() as connection:
            names = [name for (name,) in await connection.execute(TABLES) if name not in KEPT]
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            await connection.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))
    finally:
        await engine.dispose()
