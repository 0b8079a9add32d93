"""A user's transaction: on how many trips it goes, and what is left of it when it ends badly."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError

from app.wiring import utc_now
from db.codec import JOB_EVENT
from db.engine import Database
from db.statements import Statement
from db.transaction import transaction_of
from domain.credits.prices import PRICES
from domain.errors import InsufficientCredits
from domain.events import EventKind, JobEvent
from domain.ids import JobId, hold_id_of
from domain.jobs.accepting import start_job
from domain.jobs.job import Job
from tasks.persistence import persist
from tests.support.clones import a_clone
from tests.support.database import run_as_owner
from tests.support.jobs import Making, a_job_of
from tests.support.ledger import Bench, Purse, a_bench
from tests.support.servers import RunningServers
from tests.support.values import a_pack_request, a_wish

SLEEP = Statement("SELECT pg_sleep(30)")
RENAME = Statement("UPDATE users SET display_name = :name WHERE id = :id")
NAME = "SELECT display_name FROM users WHERE id = :id"
MY_BACKEND = Statement("SELECT pg_backend_pid() AS pid")
END = "SELECT pg_terminate_backend(:pid)"
TWICE = Statement("INSERT INTO users (id, email, created_at) VALUES (:id, :email, now())")


@pytest.fixture(scope="module")
async def bench(template: RunningServers) -> AsyncIterator[Bench]:
    """One connection for each role: what a transaction leaves behind, the next one finds."""
    async with a_clone(template) as addresses, a_bench(addresses, connections=1) as running:
        yield running


@pytest.fixture
async def purse(bench: Bench) -> Purse:
    return await bench.purse(1000)


@contextmanager
def trips(bench: Bench) -> Iterator[list[str]]:
    """The first words of each message that the API's connections are sent from now on."""
    found: list[str] = []

    def listen(connection: object, *_: object) -> None:
        driver = getattr(connection, "driver_connection")  # noqa: B009 - SQLAlchemy's own attribute, not in its stub
        driver.add_query_logger(lambda record: found.append(" ".join(record.query.split()[:3])))

    event.listen(bench.api.engine.sync_engine, "checkout", listen)
    yield found
    event.remove(bench.api.engine.sync_engine, "checkout", listen)


async def rename(purse: Purse, name: str) -> None:
    async with transaction_of(purse.bench.api.engine, purse.user_id) as transaction:
        await transaction.run(RENAME, {"name": name, "id": purse.user_id})


async def name_of(purse: Purse) -> str | None:
    name: str | None = await purse.bench.sql.value(NAME, id=purse.user_id)
    return name


async def a_pack(purse: Purse, images: int) -> Job:
    """Accepted for an influencer with a face."""
    request = a_pack_request(subject_id=purse.subject_id, image_count=images)
    async with purse.bench.api.unit_of_work(purse.user_id) as uow:
        await uow.lock_user(purse.user_id)
        accepted = await start_job(
            uow,
            purse.user_id,
            request,
            a_wish(),
            job_id=JobId(uuid4()),
            prices=PRICES,
            quote=None,
            seed=1,
            now=utc_now(),
        )
    return accepted.job


async def give_face(purse: Purse) -> None:
    image = await (await a_job_of(purse)).make()
    async with purse.bench.api.unit_of_work(purse.user_id) as uow:
        await uow.influencers.choose_base_image(purse.subject_id, image.id, 7)


async def test_a_pack_is_accepted_on_four_trips(bench: Bench, purse: Purse) -> None:
    """Its idempotency key takes none of its own."""
    await give_face(purse)

    with trips(bench) as sent:
        await a_pack(purse, 5)
        await asyncio.sleep(0)  # the log is told a turn later

    assert sent == ["BEGIN; SELECT set_config('app.user_id',", "SELECT s.id, s.user_id,", "WITH account AS", "COMMIT"]
    assert await bench.violations() == []


async def test_an_accepted_pack_is_kept_announced_and_handed_on_as_it_is(bench: Bench, purse: Purse) -> None:
    await give_face(purse)
    before = await bench.sql.value("SELECT event_count FROM users WHERE id = :id", id=purse.user_id)
    await bench.sql.run("DELETE FROM outbox WHERE user_id = :id", id=purse.user_id)

    job = await a_pack(purse, 2)

    async with bench.api.unit_of_work(purse.user_id) as uow:
        assert await uow.jobs.get(job.id) == job
        balance = await uow.credits.balance(purse.user_id)
        images = await uow.jobs.unsettled_images(job.id)
    assert [(image.index, image.hold_id) for image in images] == [(i, hold_id_of(job.id, i, 1)) for i in range(2)]
    ((number, job_number, payload),) = await bench.sql.rows(
        "SELECT number, job_number, payload::text FROM events WHERE job_id = :id", id=job.id
    )
    told = JOB_EVENT.validate_json(payload)
    assert (number, job_number) == (before + 1, 1)
    assert told == JobEvent(kind=EventKind.JOB_STATE_CHANGED, job=job, at=job.created_at, number=1)
    user_id, job_id = str(purse.user_id), str(job.id)
    assert await bench.sql.rows(
        "SELECT channel, topic, payload FROM outbox WHERE user_id = :id ORDER BY id", id=purse.user_id
    ) == [
        ("live", f"jobs:{job_id}", orjson.loads(payload)),
        (
            "live",
            f"credits:{user_id}",
            {
                "user_id": user_id,
                "available": balance.available,
                "reserved": balance.reserved,
                "number": balance.number,
            },
        ),
    ]
    waiting = "SELECT state, sent_at FROM job_images WHERE job_id = :id ORDER BY index"
    assert await bench.sql.rows(waiting, id=job.id) == [("QUEUED", None)] * 2
    assert await bench.sql.value("SELECT count(*) FROM render_line WHERE user_id = :id", id=purse.user_id) == 1


async def test_a_pack_that_cannot_be_paid_writes_nothing(bench: Bench) -> None:
    purse = await bench.purse(20)
    await give_face(purse)
    making = Making(bench, purse.user_id, JobId(uuid4()))
    before = await making.standing()

    with pytest.raises(InsufficientCredits) as refusal:
        await a_pack(purse, 2)

    assert (refusal.value.required, refusal.value.available) == (20, 10)
    assert await making.standing() == before


async def test_a_unit_of_work_that_asks_nothing_sends_nothing(bench: Bench, purse: Purse) -> None:
    with trips(bench) as sent:
        async with bench.api.unit_of_work(purse.user_id):
            pass
        await asyncio.sleep(0)

    assert sent == []


async def test_an_exception_takes_back_what_was_written(purse: Purse) -> None:
    async def work() -> None:
        async with transaction_of(purse.bench.api.engine, purse.user_id) as transaction:
            await transaction.run(RENAME, {"name": "Mara", "id": purse.user_id})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()

    assert await name_of(purse) is None
    await rename(purse, "Ada")
    assert await name_of(purse) == "Ada"


async def test_a_cancelled_one_gives_back_its_connection_and_its_locks(bench: Bench, purse: Purse) -> None:
    asked = asyncio.Event()

    async def work() -> None:
        async with transaction_of(bench.api.engine, purse.user_id) as transaction:
            await transaction.lock_user(purse.user_id)
            await transaction.run(RENAME, {"name": "Mara", "id": purse.user_id})
            asked.set()
            await transaction.run(SLEEP, {})

    running = asyncio.create_task(work())
    await asked.wait()
    running.cancel()
    await asyncio.sleep(0)
    running.cancel()  # impatient: the rollback goes on all the same
    with pytest.raises(asyncio.CancelledError):
        await running

    await asyncio.wait_for(rename(purse, "Ada"), 3)
    assert await name_of(purse) == "Ada"
    assert await bench.sql.value("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%'") == 0


async def test_a_connection_that_died_in_the_pool_is_replaced(bench: Bench, purse: Purse) -> None:
    async with transaction_of(bench.api.engine, purse.user_id) as transaction:
        ((pid,),) = await transaction.rows(MY_BACKEND, {})
    await bench.sql.value(END, pid=pid)
    while not transaction._connection.is_closed():  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0)  # until the end of the socket is read

    await rename(purse, "Ada")

    assert await name_of(purse) == "Ada"


async def test_a_server_that_refuses_connections_is_waited_for(template: RunningServers) -> None:
    """As Postgres does while it starts."""
    async with a_clone(template) as addresses:
        takes = f"ALTER DATABASE {make_url(addresses.api).database} ALLOW_CONNECTIONS {{}}"
        await run_as_owner(template, "postgres", takes.format("false"))
        await run_as_owner(template, "postgres", takes.format("false"))
        database, tries = Database(addresses.api, application_name="test-early"), itertools.count(1)

        async def asked() -> int:
            if (number := next(tries)) == 3:
                await run_as_owner(template, "postgres", takes.format("true"))
            async with transaction_of(database.engine, uuid4()) as transaction:
                assert await transaction.row(MY_BACKEND, {})
            return number

        assert await persist(asked) == 3
        await database.engine.dispose()


async def test_a_connection_that_dies_in_the_middle_is_told_and_replaced(bench: Bench, purse: Purse) -> None:
    async def work() -> None:
        async with transaction_of(bench.api.engine, purse.user_id) as transaction:
            await transaction.run(RENAME, {"name": "Mara", "id": purse.user_id})
            ((pid,),) = await transaction.rows(MY_BACKEND, {})
            await bench.sql.value(END, pid=pid)
            await transaction.run(SLEEP, {})

    with pytest.raises(DBAPIError):
        await work()

    assert await name_of(purse) is None
    await rename(purse, "Ada")
    assert await name_of(purse) == "Ada"


async def test_a_failed_statement_that_nobody_told_of_is_not_committed_in_silence(bench: Bench, purse: Purse) -> None:
    async def work() -> None:
        async with transaction_of(bench.api.engine, purse.user_id) as transaction:
            await transaction.run(RENAME, {"name": "Mara", "id": purse.user_id})
            with pytest.raises(IntegrityError):
                await transaction.run(TWICE, {"id": purse.user_id, "email": None})

    with pytest.raises(InternalError, match="was rolled back"):
        await work()

    assert await name_of(purse) is None


async def test_an_error_names_the_constraint_and_keeps_the_values_to_itself(bench: Bench, purse: Purse) -> None:
    with pytest.raises(IntegrityError, match="users_pkey") as refusal:
        async with transaction_of(bench.api.engine, purse.user_id) as transaction:
            await transaction.run(TWICE, {"id": purse.user_id, "email": "mara@example.com"})

    assert "mara@example.com" not in str(refusal.value)
    assert getattr(refusal.value.orig, "sqlstate", None) == "23505"


async def test_after_a_rollback_the_same_transaction_begins_anew_for_the_same_user(bench: Bench, purse: Purse) -> None:
    async with transaction_of(bench.api.engine, purse.user_id) as transaction:
        await transaction.run(RENAME, {"name": "Mara", "id": purse.user_id})
        assert transaction.has_written
        await transaction.rollback()
        assert not transaction.has_written
        ((name,),) = await transaction.rows(Statement("SELECT display_name FROM users"), {})  # row security: one row
        assert name is None

    assert await name_of(purse) is None


async def test_what_reads_has_not_written(bench: Bench, purse: Purse) -> None:
    async with bench.api.unit_of_work(purse.user_id) as uow:
        await uow.lock_user(purse.user_id)
        await uow.credits.balance(purse.user_id)
        assert not uow.has_written
        await uow.outbox.job_cancelled(purse.user_id, JobId(uuid4()))
        assert uow.has_written


async def test_a_pooled_connection_serves_readers_as_before(bench: Bench, purse: Purse) -> None:
    """SQLAlchemy and we take turns on it."""
    await rename(purse, "Ada")
    async with bench.api.read(purse.user_id) as connection:
        found = (await connection.execute(text("SELECT display_name FROM users"))).scalar_one()
    await rename(purse, "Mara")

    assert found == "Ada"
    assert await name_of(purse) == "Mara"
