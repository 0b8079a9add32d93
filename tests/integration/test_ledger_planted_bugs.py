"""A check that never fired proves nothing: here the ledger is broken on purpose, each time in another way.

Three kinds: wrong rows, which only `ledger_violations` can tell; wrong statements, which the database has to refuse; and wrong
statements with the defence against them taken away, which then must show in the view. All of them have to be flagged.
"""

# ruff: noqa: S608 - the statements are put together of this file's own words

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.wiring import utc_now
from db.repositories import credits as statements
from db.statements import Statement
from domain.errors import ProviderRefused
from domain.ids import HoldId
from tests.support.clones import a_clone
from tests.support.jobs import Making, a_job_of
from tests.support.ledger import Bench, Purse, a_bench
from tests.support.servers import RunningServers

LEAST_PLANTED = 13
"""Reliability, R9: at least so many, and every one of them flagged."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A user who was granted 100 credits, with a job of three images at 10: one made, one given up, one on its way."""

    bench: Bench
    purse: Purse
    making: Making


@asynccontextmanager
async def a_scene(bench: Bench) -> AsyncIterator[Scene]:
    purse = await bench.purse(100)
    making = await a_job_of(purse, 3)
    await making.make(0)
    await making.fail(await making.begun(1), ProviderRefused("They will not."))
    assert await purse.balance() == (80, 10)
    assert await bench.violations() == []
    yield Scene(bench, purse, making)


@pytest.fixture(scope="module")
async def bench(template: RunningServers) -> AsyncIterator[Bench]:
    """For bugs that leave nothing behind."""
    async with a_clone(template) as addresses, a_bench(addresses, connections=2) as running:
        yield running


@pytest.fixture(scope="module")
async def damaged(template: RunningServers) -> AsyncIterator[Scene]:
    """One scene for all wrong rows: each is undone after the view was read."""
    async with a_clone(template) as addresses, a_bench(addresses, connections=1) as running, a_scene(running) as scene:
        yield scene


async def reported_after(bench: Bench, *damage: str) -> list[str]:
    """Written past every constraint and trigger, as a broken restore or a hand in the database would, and undone."""
    async with bench.owner.as_nobody() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in damage:
            await connection.execute(text(statement))
        found = [row.violation for row in await connection.execute(text("SELECT violation FROM ledger_violations"))]
        await connection.rollback()
    return found


# --- wrong rows ------------------------------------------------------------------------------------------------------

ENTRY = (
    "INSERT INTO credit_entries (user_id, number, type, amount, available_delta, reserved_delta, available_after, reserved_after, "
    "movement_key, hold_id, job_id, description, created_at) "
)
OPEN, CAPTURED, RELEASED = "resolution IS NULL", "resolution = 'CAPTURED'", "resolution = 'RELEASED'"

WRONG_ROWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "the last entry is lost": ("entry count differs", ("DELETE FROM credit_entries WHERE number = 4",)),
    "an entry in the middle is lost": (
        "entry does not follow the one before it",
        ("DELETE FROM credit_entries WHERE number = 3",),
    ),
    "an entry says a wrong balance after it": (
        "entry does not follow the one before it",
        ("UPDATE credit_entries SET available_after = available_after + 1 WHERE number = 3",),
    ),
    "a balance rises without an entry": (
        "balance differs from the sum of entries",
        ("UPDATE credit_accounts SET available = available + 50",),
    ),
    "a reservation stays after its holds are gone": (
        "reserved differs from open holds",
        (f"DELETE FROM credit_holds WHERE {OPEN}",),
    ),
    "a hold is lost with its place in the job": (
        "reservation differs from its holds",
        (f"DELETE FROM credit_holds WHERE {RELEASED}",),
    ),
    "a hold is resolved without an entry": (
        "hold and its resolving entry disagree",
        (f"UPDATE credit_holds SET resolution = 'RELEASED', resolved_at = now() WHERE {OPEN}",),
    ),
    "a hold was released and its entry says expired": (
        "hold and its resolving entry disagree",
        ("UPDATE credit_entries SET type = 'EXPIRE' WHERE type = 'RELEASE'",),
    ),
    "less was captured of a hold than its entry says": (
        "hold and its resolving entry disagree",
        (f"UPDATE credit_holds SET captured = 9 WHERE {CAPTURED}",),
    ),
    "a hold is released twice": (
        "reserved differs from open holds",
        (
            "DROP INDEX credit_entries_one_resolution",
            ENTRY + "SELECT user_id, 5, 'RELEASE', 10, 10, -10, 90, 0, 'again', id, job_id, 'Again', now() "
            f"FROM credit_holds WHERE {RELEASED}",
            "UPDATE credit_accounts SET available = 90, reserved = 0, entry_count = 5",
        ),
    ),
    "a captured hold is released as well": (
        "hold and its resolving entry disagree",
        (
            "DROP INDEX credit_entries_one_resolution",
            ENTRY + "SELECT user_id, 5, 'RELEASE', 10, 10, -10, 90, 0, 'again', id, job_id, 'Again', now() "
            f"FROM credit_holds WHERE {CAPTURED}",
            "UPDATE credit_accounts SET available = 90, reserved = 0, entry_count = 5",
        ),
    ),
    "a balance is below zero": (
        "balance below zero",
        (
            "ALTER TABLE credit_accounts DROP CONSTRAINT credit_accounts_available_check",
            "UPDATE credit_accounts SET available = -1",
        ),
    ),
    "a job says more was captured": (
        "job totals differ from its holds",
        ("UPDATE jobs SET credits_captured = credits_captured + 10",),
    ),
    "a job says nothing is reserved": ("job totals differ from its holds", ("UPDATE jobs SET credits_reserved = 0",)),
    "a job ended with a hold left open": (
        "open hold on an ended job",
        ("UPDATE jobs SET status = 'PARTIAL', finished_at = now(), credits_reserved = 0",),
    ),
    "an image was paid for and is not there": ("captured without an image", ("DELETE FROM images",)),
    "an image is there and was not paid for": (
        "image price differs from its captures",
        (f"UPDATE credit_holds SET resolution = 'RELEASED', captured = NULL WHERE {CAPTURED}",),
    ),
    "an image was paid for twice, in two rounds": (
        "image price differs from its captures",
        ("UPDATE credit_holds SET resolution = 'CAPTURED', captured = 10, image_index = 0 WHERE image_index = 1",),
    ),
    "an image is done and its hold still open": (
        "image state differs from its hold",
        ("UPDATE job_images SET state = 'COMPLETED' WHERE state = 'QUEUED'",),
    ),
    "an image waits and its hold is gone": (
        "image state differs from its hold",
        ("UPDATE job_images SET state = 'QUEUED' WHERE state = 'FAILED'",),
    ),
}


@pytest.mark.parametrize("bug", WRONG_ROWS, ids=lambda bug: bug.replace(" ", "-"))
async def test_wrong_rows_are_reported(damaged: Scene, bug: str) -> None:
    violation, sql = WRONG_ROWS[bug]

    reported = await reported_after(damaged.bench, *sql)

    assert violation in reported
    assert await damaged.bench.violations() == []


async def test_the_report_names_the_user_whose_ledger_is_wrong(bench: Bench) -> None:
    async with a_scene(bench) as scene, a_scene(bench), bench.owner.as_nobody() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            text("UPDATE credit_accounts SET available = 1 WHERE user_id = :id"), {"id": scene.purse.user_id}
        )

        named = (await connection.execute(text("SELECT DISTINCT user_id FROM ledger_violations"))).scalars().all()

        await connection.rollback()
    assert named == [scene.purse.user_id]


# --- wrong statements ------------------------------------------------------------------------------------------------

Misuse = Callable[[Scene], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Slip:
    """`wrong` in place of `right` in one of the repository's statements, and what then brings it to light."""

    statement: str
    right: str
    wrong: str
    misuse: Misuse
    refused_by: str
    """What the database says."""
    without: tuple[str, ...]
    """SQL that takes the defence away."""
    violation: str
    """What the view says then."""


async def hold_of(scene: Scene, index: int) -> HoldId:
    found: HoldId = await scene.bench.sql.value(
        "SELECT hold_id FROM job_images WHERE job_id = :id AND index = :index", id=scene.making.job_id, index=index
    )
    return found


async def capture_again(scene: Scene) -> None:
    await scene.purse.capture(await hold_of(scene, 0))


async def release_what_was_captured(scene: Scene) -> None:
    await scene.purse.release(await hold_of(scene, 0))


async def capture_a_part(scene: Scene) -> None:
    await scene.purse.capture(await hold_of(scene, 2), 4)


async def release_the_open_one(scene: Scene) -> None:
    await scene.purse.release(await hold_of(scene, 2))


async def expire_too_early(scene: Scene) -> None:
    await scene.purse.expire(await hold_of(scene, 2))


async def capture_too_late(scene: Scene) -> None:
    await scene.making.run_out()
    await scene.purse.capture(await hold_of(scene, 2))


async def reserve_too_much(scene: Scene) -> None:
    await scene.purse.hold(81)


async def reserve(scene: Scene) -> None:
    await scene.purse.hold(10)


async def sign_up_again(scene: Scene) -> None:
    await scene.purse.grant(100, key="signup")


async def reserve_during_a_grant(scene: Scene) -> None:
    """The reservation reads the balance before the grant has committed, and writes after."""
    async with scene.bench.owner.unit_of_work(scene.purse.user_id) as uow:
        await uow.credits.grant(scene.purse.user_id, 20, movement_key="gift", description="Gift", now=utc_now())
        reservation = asyncio.create_task(scene.purse.hold(10))
        while not await scene.bench.sql.value("SELECT count(*) FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110 - Postgres tells nobody
            await asyncio.sleep(0)
    await reservation


RESOLVES_ONCE = "DROP TRIGGER resolves_once ON credit_holds"
ONE_RESOLUTION = "DROP INDEX credit_entries_one_resolution"
ONE_KEY = "ALTER TABLE credit_entries DROP CONSTRAINT credit_entries_user_id_movement_key_key"
FOLLOWS = ("DROP TRIGGER follows_entries ON credit_accounts", "DROP TRIGGER follows_entries ON credit_entries")
NOT_BELOW_ZERO = (
    "ALTER TABLE credit_accounts DROP CONSTRAINT credit_accounts_available_check",
    "ALTER TABLE credit_entries DROP CONSTRAINT credit_entries_available_after_check",
)

SLIPS: dict[str, Slip] = {
    "a capture that asks for no open hold": Slip(
        "CAPTURE", "AND resolution IS NULL", "", capture_again, "was CAPTURED already",
        (RESOLVES_ONCE, ONE_RESOLUTION, ONE_KEY), "reserved differs from open holds",
    ),
    "a release that asks for no open hold": Slip(
        "RELEASE", "AND resolution IS NULL", "", release_what_was_captured, "was CAPTURED already",
        (RESOLVES_ONCE, ONE_RESOLUTION, ONE_KEY, "ALTER TABLE credit_holds DROP CONSTRAINT credit_holds_check1"),
        "hold and its resolving entry disagree",
    ),
    "a reservation that asks for no balance": Slip(
        "RESERVE", "AND available >= :amount", "", reserve_too_much, "credit_accounts_available_check",
        NOT_BELOW_ZERO, "balance below zero",
    ),
    "a reservation of a balance that was read before": Slip(
        "RESERVE", "SET available = available - :amount",
        "SET available = (SELECT old.available FROM credit_accounts old WHERE old.user_id = :user_id) - :amount",
        reserve_during_a_grant, "does not follow", FOLLOWS, "entry does not follow the one before it",
    ),
    "a reservation that is not counted": Slip(
        "RESERVE", ", entry_count = entry_count + 1", "", reserve, "credit_entries_user_id_number_key",
        ("ALTER TABLE credit_entries DROP CONSTRAINT credit_entries_user_id_number_key", *FOLLOWS), "entry count differs",
    ),
    "a capture that keeps what is left of its hold": Slip(
        "CAPTURE", "a.available + hold.amount - hold.captured", "a.available", capture_a_part, "does not follow",
        FOLLOWS, "balance differs from the sum of entries",
    ),
    "a capture that frees the hold and does not spend": Slip(
        "CAPTURE", "a.available + hold.amount - hold.captured", "a.available + hold.amount", capture_a_part, "does not follow",
        FOLLOWS, "balance differs from the sum of entries",
    ),
    "a release that leaves the credits reserved": Slip(
        "RELEASE", "reserved = a.reserved - given.total", "reserved = a.reserved", release_the_open_one, "does not follow",
        FOLLOWS, "balance differs from the sum of entries",
    ),
    "a release that leaves its entry out": Slip(
        "RELEASE", "FROM account, in_turn ORDER BY place", "FROM account, in_turn WHERE false ORDER BY place",
        release_the_open_one, "does not follow",
        FOLLOWS, "entry count differs",
    ),
    "a sign-up grant that can be had again": Slip(
        "GRANT", "AND NOT EXISTS (SELECT FROM credit_entries WHERE user_id = :user_id AND movement_key = :movement_key)", "",
        sign_up_again, "credit_entries_user_id_movement_key_key", (), "",
    ),
    "a capture that does not look at the clock": Slip(
        "CAPTURE", "AND expires_at > clock_timestamp()", "", capture_too_late, "ran out and cannot be captured", (), "",
    ),
    "an expiry that does not look at the clock": Slip(
        "EXPIRE", "AND expires_at <= now()", "", expire_too_early, "has not run out", (), "",
    ),
}  # fmt: skip


def plant(monkeypatch: pytest.MonkeyPatch, slip: Slip) -> None:
    right = getattr(statements, slip.statement).text
    assert right.count(slip.right) == 1
    monkeypatch.setattr(statements, slip.statement, Statement(right.replace(slip.right, slip.wrong)))


@pytest.mark.parametrize("bug", SLIPS, ids=lambda bug: bug.replace(" ", "-"))
async def test_wrong_statements_are_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    slip = SLIPS[bug]
    async with a_scene(bench) as scene:
        plant(monkeypatch, slip)

        with pytest.raises(DBAPIError, match=slip.refused_by):
            await slip.misuse(scene)


@pytest.mark.parametrize("bug", [bug for bug in SLIPS if SLIPS[bug].violation], ids=lambda bug: bug.replace(" ", "-"))
async def test_wrong_statements_are_reported_where_nothing_refuses_them(
    template: RunningServers, monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    slip = SLIPS[bug]
    async with a_clone(template) as addresses, a_bench(addresses, connections=2) as bench, a_scene(bench) as scene:
        plant(monkeypatch, slip)
        for statement in slip.without:
            await bench.sql.run(statement)
        await slip.misuse(scene)

        reported = [name for name, _ in await bench.violations_of_movements()]

    assert slip.violation in reported


MINT = (
    """CREATE TEMPORARY TABLE credit_accounts AS
       SELECT user_id, 1080::bigint AS available, reserved, entry_count FROM public.credit_accounts""",
    """CREATE TEMPORARY TABLE credit_entries AS
       SELECT user_id, 4::bigint AS number, 1080::bigint AS available_after, reserved AS reserved_after FROM public.credit_accounts""",
    "UPDATE public.credit_accounts SET available = 1080",
)


async def test_a_check_at_commit_that_reads_the_callers_tables_would_be_fooled(template: RunningServers) -> None:
    """Why the trigger names its tables with their schema; without that, this mint of 1,000 credits goes through."""
    async with a_clone(template) as addresses, a_bench(addresses, connections=2) as bench, a_scene(bench) as scene:
        check = await bench.sql.value("SELECT pg_get_functiondef('account_follows_entries'::regproc)")
        await bench.sql.run(check.replace("public.", "").replace("TO 'pg_catalog'", "TO 'public', 'pg_catalog'"))
        async with bench.api.read(scene.purse.user_id) as connection:
            for statement in MINT:
                await connection.execute(text(statement))

        reported = [name for name, _ in await bench.violations()]

    assert reported == ["balance differs from the sum of entries"]


def test_enough_bugs_are_planted() -> None:
    assert len(WRONG_ROWS) + len(SLIPS) == 32
    assert len(WRONG_ROWS) + len(SLIPS) >= LEAST_PLANTED
