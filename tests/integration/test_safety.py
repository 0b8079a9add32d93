"""The log of safety decisions in Postgres: append-only, chained, and walked by `likeness safety verify`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.cli.safety import verify_decisions
from db.queries.safety import Walk, walk_chains
from tests.support.clones import a_clone
from tests.support.ledger import Bench, Purse, a_bench
from tests.support.servers import RunningServers
from tests.support.values import a_decision

NO_PRIVILEGE = "42501"


@dataclass(frozen=True, slots=True)
class Log:
    """Two users: one with three decisions, one with two."""

    bench: Bench
    a: Purse
    b: Purse

    async def walk(self) -> Walk:
        async with self.bench.owner.as_nobody() as connection:
            return await walk_chains(connection)

    async def add(self, purse: Purse, **changes: object) -> None:
        async with self.bench.api.unit_of_work(purse.user_id) as uow:
            await uow.lock_user(purse.user_id)
            await uow.safety.log(purse.user_id, a_decision(**changes))

    @asynccontextmanager
    async def unguarded(self) -> AsyncIterator[None]:
        """As whoever owns the tables could: without their triggers."""
        for table in ("safety_decisions", "safety_chains"):
            await self.bench.sql.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in ("safety_decisions", "safety_chains"):
            await self.bench.sql.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
async def log(template: RunningServers) -> AsyncIterator[Log]:
    async with a_clone(template) as addresses, a_bench(addresses, connections=4) as bench:
        made = Log(bench, await bench.purse(100), await bench.purse(100))
        for purse in (made.a, made.b, made.a, made.b, made.a):
            await made.add(purse)
        yield made


async def test_chains_that_nobody_touched_are_whole(log: Log) -> None:
    walk = await log.walk()
    assert (walk.chains, walk.decisions, walk.breaks) == (2, 5, [])


async def test_decisions_of_many_at_once_form_one_chain(log: Log) -> None:
    await asyncio.gather(*(log.add(log.a, rule=f"RULE_{n}") for n in range(10)))
    walk = await log.walk()
    assert (walk.decisions, walk.breaks) == (15, [])


@pytest.mark.parametrize(
    ("harm", "number"),
    [
        ("UPDATE safety_decisions SET rule = 'OTHER' WHERE user_id = :a AND number = 2", 2),
        ("UPDATE safety_decisions SET at = at + interval '1 microsecond' WHERE user_id = :a AND number = 3", 3),
        ("UPDATE safety_decisions SET field = NULL WHERE user_id = :a AND number = 1", 1),
        ("UPDATE safety_decisions SET outcome = 'ALLOWED' WHERE user_id = :a AND number = 1", 1),
        ("UPDATE safety_decisions SET hash = repeat('a', 64) WHERE user_id = :a AND number = 2", 2),
        ("DELETE FROM safety_decisions WHERE user_id = :a AND number = 1", 1),
        ("DELETE FROM safety_decisions WHERE user_id = :a AND number = 2", 2),
        ("DELETE FROM safety_decisions WHERE user_id = :a AND number = 3", 3),
        ("DELETE FROM safety_decisions WHERE user_id = :a", 1),
        ("DELETE FROM safety_chains WHERE user_id = :a", 4),
        ("UPDATE safety_chains SET length = 2 WHERE user_id = :a", 4),
    ],
)
async def test_harm_is_found_where_it_was_done(log: Log, harm: str, number: int) -> None:
    async with log.unguarded():
        await log.bench.sql.run(harm, a=log.a.user_id)
    assert [(found.user_id, found.number) for found in (await log.walk()).breaks] == [(log.a.user_id, number)]


async def test_the_command_says_so_and_fails(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    environment = {"DATABASE_URL": log.bench.owner.engine.url.render_as_string(hide_password=False)}
    environment |= {"REDIS_URL": "redis://127.0.0.1:1/0", "LIKENESS_SECRET": "a secret of tests, long enough to be one"}
    assert await asyncio.to_thread(verify_decisions, environment) == 0
    assert capsys.readouterr().out == "0 of 2 chains are broken, 5 decisions.\n"

    async with log.unguarded():
        await log.bench.sql.run("DELETE FROM safety_decisions WHERE user_id = :a AND number = 2", a=log.a.user_id)
    assert await asyncio.to_thread(verify_decisions, environment) == 1
    assert (
        capsys.readouterr().out == f"{log.a.user_id}  decision 2 is missing\n1 of 2 chains are broken, 4 decisions.\n"
    )


@pytest.mark.parametrize("table", ["safety_decisions", "safety_chains"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_not_even_the_owner_takes_anything_out(log: Log, table: str, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        await log.bench.sql.run(statement.format(table))


async def test_not_even_the_owner_changes_a_decision(log: Log) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        await log.bench.sql.run("UPDATE safety_decisions SET rule = 'OTHER'")


async def test_the_roles_that_serve_may_only_add(log: Log) -> None:
    for database in (log.bench.api, log.bench.worker):
        for statement in ("UPDATE safety_decisions SET rule = 'OTHER'", "DELETE FROM safety_decisions"):
            with pytest.raises(DBAPIError) as refusal:
                async with database.read(log.a.user_id) as connection:
                    await connection.exec_driver_sql(statement)
            assert getattr(refusal.value.orig, "sqlstate", "") == NO_PRIVILEGE


async def test_without_the_lock_two_decisions_never_follow_the_same_one(log: Log) -> None:
    async def add_unlocked() -> None:
        async with log.bench.api.unit_of_work(log.a.user_id) as uow:
            await uow.safety.log(log.a.user_id, a_decision())

    outcomes = await asyncio.gather(*(add_unlocked() for _ in range(4)), return_exceptions=True)

    walk = await log.walk()
    assert {type(outcome) for outcome in outcomes} <= {type(None), RuntimeError}
    assert outcomes.count(None) >= 1
    assert (walk.decisions, walk.breaks) == (5 + outcomes.count(None), [])


@pytest.mark.parametrize(("age", "nsfw"), [(17, False), (18, True), (20, True), (21, True), (99, True)])
async def test_ages_and_adult_content_that_may_not_be_are_refused_by_the_database(
    log: Log, age: int, nsfw: bool
) -> None:
    """For every role that serves; and where the age forbids it for the owner as well."""
    everyone = (log.bench.api, log.bench.worker, log.bench.owner)
    for database in everyone if age < 21 else everyone[:2]:
        with pytest.raises((IntegrityError, DBAPIError)):
            async with database.read(log.a.user_id) as connection:
                await connection.exec_driver_sql(
                    f"UPDATE influencers SET age = {age}, nsfw_enabled = {nsfw} WHERE user_id = '{log.a.user_id}'"  # noqa: S608
                )


async def test_an_influencer_meant_for_adult_content_stays_21_or_older(log: Log) -> None:
    await log.bench.sql.run("UPDATE influencers SET age = 21, nsfw_enabled = true")
    with pytest.raises(IntegrityError, match="adult_content_from_21"):
        await log.bench.sql.run("UPDATE influencers SET age = 20")
