"""A migrated template, and clones of it. Code under test really commits; between tests everything is emptied."""

import asyncpg  # type: ignore[import-untyped] # it ships none
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.migrate import migrate
from tests.support.servers import RunningServers

TEMPLATE = "likeness_template"
DEADLOCKS = 5
"""So many in a row are a fault."""

EMPTY = """
DO $$
DECLARE
    owned text[] := array(SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version');
    name text;
    is_filled boolean;
BEGIN
    EXECUTE 'LOCK TABLE ' || array_to_string(owned, ', ') || ' IN EXCLUSIVE MODE';
    SET LOCAL session_replication_role = replica;
    IF (SELECT max(pg_relation_size(owned_table::regclass)) FROM unnest(owned) AS owned_table) > 1000000 THEN
        EXECUTE 'TRUNCATE ' || array_to_string(owned, ', ');
    ELSE
        FOREACH name IN ARRAY owned LOOP
            EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO is_filled;
            IF is_filled THEN EXECUTE 'DELETE FROM ' || name; END IF;
        END LOOP;
    END IF;
    PERFORM setval(quote_ident(sequencename)::regclass, start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""
"""Few tests write to more than a dozen tables. To truncate all forty makes two hundred files, which takes 110 ms, and every
connection plans its statements anew; to delete from those that hold something takes 2. Rows that are gone are still read past,
so a table that has grown is truncated after all."""


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


async def empty(owner: AsyncEngine) -> None:
    """Every table but the schema's version, once those who still write are done. The ledger refuses to be emptied, so its
    triggers are off for the moment. They lock in an order of their own: where that is a deadlock, it is tried again."""
    for tries_left in reversed(range(DEADLOCKS)):
        try:
            async with owner.begin() as connection:
                await connection.exec_driver_sql(EMPTY)
        except DBAPIError as error:
            if not tries_left or "deadlock detected" not in str(error):
                raise
        else:
            return
