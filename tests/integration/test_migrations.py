"""The schema goes up, down and up again; by whoever owns the database, and by two at once."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from app.embedded import EmbeddedPostgres
from app.settings import DatabaseSettings, Settings
from db.migrate import SIGN_IN_ROLES, migrate, newest_revision, role_password
from db.repositories.images import FIELDS
from tests.support.catalogue import DUMP, columns_of, relations_of
from tests.support.clones import a_clone, an_empty_database
from tests.support.database import run_as_owner
from tests.support.jobs import a_job_of
from tests.support.ledger import Bench, a_bench
from tests.support.servers import RunningServers, passable_directory

SECRET = b"a secret of tests, long enough to be one"
PLAIN_OWNER = "plain_owner"


@pytest.fixture
async def empty(template: RunningServers) -> AsyncIterator[DatabaseSettings]:
    """A database without a schema, on a server where the roles exist already."""
    async with an_empty_database(template) as addresses:
        yield addresses


async def schema_of(bench: Bench) -> set[tuple[object, ...]]:
    return set(await bench.sql.rows(DUMP))


async def revision_of(bench: Bench) -> list[tuple[str]]:
    return [(revision,) for (revision,) in await bench.sql.rows("SELECT version_num FROM alembic_version")]


async def test_up_down_and_up_again_is_the_same_schema(empty: DatabaseSettings) -> None:
    await migrate(empty.owner)
    async with a_bench(empty, connections=1) as bench:
        first = await schema_of(bench)
        assert await revision_of(bench) == [(newest_revision(),)]

        await migrate(empty.owner, revision="base")

        async with bench.owner.as_nobody() as connection:
            assert [relation.name for relation in await relations_of(connection)] == ["alembic_version"]
        assert await revision_of(bench) == []
        assert {kind for kind, *_ in await schema_of(bench)} <= {
            "column",
            "relation",
            "constraint",
            "index",
            "type",
            "grant on schema",
            "grant on relation",
        }
        assert [row for row in await schema_of(bench) if "likeness" in str(row)] == []

        await migrate(empty.owner)

        assert await schema_of(bench) == first
        assert {"policy", "trigger", "function", "view", "grant on column"} <= {kind for kind, *_ in first}


async def test_a_database_with_rows_goes_down_and_up(template: RunningServers) -> None:
    async with a_clone(template) as addresses:
        async with a_bench(addresses, connections=1) as bench:
            making = await a_job_of(await bench.purse(100))
            await making.make()

        await migrate(addresses.owner, revision="base")
        await migrate(addresses.owner)

        async with a_bench(addresses, connections=1) as bench:
            assert await bench.sql.value("SELECT count(*) FROM users") == 0
            assert await (await bench.purse(100)).balance() == (100, 0)


async def test_a_second_migrate_changes_nothing(template: RunningServers) -> None:
    async with a_clone(template) as addresses, a_bench(addresses, connections=1) as bench:
        purse = await bench.purse(100)
        before = await schema_of(bench)

        await migrate(addresses.owner)

        assert await schema_of(bench) == before
        assert await purse.balance() == (100, 0)


async def test_four_migrates_at_once_are_one(empty: DatabaseSettings) -> None:
    await asyncio.gather(*(migrate(empty.owner) for _ in range(4)))

    async with a_bench(empty, connections=1) as bench:
        assert await revision_of(bench) == [(newest_revision(),)]
        assert await (await bench.purse(100)).balance() == (100, 0)


async def test_a_migration_that_fails_leaves_nothing_behind(empty: DatabaseSettings) -> None:
    async with a_bench(empty, connections=1) as bench:
        await bench.sql.run("CREATE TABLE worker_heartbeats (taken boolean)")
        before = await schema_of(bench)

        with pytest.raises(Exception, match='relation "worker_heartbeats" already exists'):
            await migrate(empty.owner)

        assert await schema_of(bench) == before


@pytest.fixture
def new_server(servers: RunningServers) -> Iterator[RunningServers]:
    """A Postgres where nobody has migrated anything, and an owner who may make roles and databases and no more."""
    with passable_directory() as directory, EmbeddedPostgres(directory / "postgres", fast=True) as postgres:
        yield RunningServers(postgres=postgres, redis=servers.redis)


async def test_an_owner_who_is_no_superuser_can_migrate_and_see_the_whole_ledger(new_server: RunningServers) -> None:
    """As on hosted Postgres: row security binds it. `credits verify` and `credits grant` run as this role."""
    await run_as_owner(new_server, "postgres", f"CREATE ROLE {PLAIN_OWNER} LOGIN CREATEROLE")
    async with an_empty_database(new_server, owner=PLAIN_OWNER) as addresses:
        await migrate(addresses.owner, role_secret=SECRET)
        async with a_bench(addresses, connections=1) as bench:
            first, second = await bench.purse(100), await bench.purse(100)
            await (await a_job_of(first)).make()

            assert await first.grant(5) is not None
            assert await bench.sql.value("SELECT count(*) FROM credit_accounts") == 2
            assert await bench.sql.value("SELECT count(*) FROM users") == 2
            assert await bench.violations() == []
            assert (await first.balance(), await second.balance()) == ((95, 0), (100, 0))
            await bench.sql.run("ALTER TABLE credit_accounts DISABLE TRIGGER USER")
            await bench.sql.run("UPDATE credit_accounts SET available = 1")
            assert len(await bench.violations()) == 2
        await migrate(addresses.owner, revision="base")
        await migrate(addresses.owner)


async def test_passwords_are_set_only_when_asked_for(template: RunningServers, empty: DatabaseSettings) -> None:
    async with a_bench(empty, connections=1) as bench:
        passwords = f"SELECT rolname, rolpassword FROM pg_authid WHERE rolname IN {SIGN_IN_ROLES} ORDER BY rolname"  # noqa: S608
        assert await bench.sql.rows(passwords) == [(role, None) for role in SIGN_IN_ROLES]

        await migrate(empty.owner)
        assert await bench.sql.rows(passwords) == [(role, None) for role in SIGN_IN_ROLES]

        try:
            await migrate(empty.owner, role_secret=SECRET)
            stored = await bench.sql.rows(passwords)
        finally:
            for role in SIGN_IN_ROLES:
                await bench.sql.run(f"ALTER ROLE {role} PASSWORD NULL")

    assert [role for role, _ in stored] == list(SIGN_IN_ROLES)
    assert all(password.startswith("SCRAM-SHA-256$") for _, password in stored)
    assert await dispatch_password(template) is None


async def dispatch_password(template: RunningServers) -> str | None:
    async with a_clone(template) as addresses, a_bench(addresses, connections=1) as bench:
        found: str | None = await bench.sql.value(
            "SELECT rolpassword FROM pg_authid WHERE rolname = 'likeness_dispatch'"
        )
        return found


def test_a_roles_password_follows_from_the_secret_and_is_its_own() -> None:
    passwords = {role_password(role, secret) for role in SIGN_IN_ROLES for secret in (SECRET, SECRET[::-1])}

    assert len(passwords) == 4
    assert role_password("likeness_api", SECRET) == role_password("likeness_api", SECRET)


async def test_an_image_and_its_row_are_the_same_list(settings: Settings) -> None:
    async with a_bench(settings.database, connections=1) as bench, bench.owner.as_nobody() as connection:
        found = await columns_of(connection, "images")

    assert sorted(found) == sorted([*FIELDS, "deleted_at", "restorable_until", "purged_at", "decision", "liked_at"])


async def test_every_foreign_key_carries_the_owner_along(settings: Settings) -> None:
    """So that a row can only ever point at rows of the same user."""
    async with a_bench(settings.database, connections=1) as bench:
        keys = await bench.sql.rows(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
        )

    assert [key for key in keys if "user_id)" not in key[1].split(" REFERENCES ")[0]] == []
