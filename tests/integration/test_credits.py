"""The ledger in Postgres: exact values of each movement, what is refused, and who may do what to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.cli.credits import verify_ledger
from app.settings import Settings
from app.wiring import utc_now
from db.engine import Database
from domain.accounts.account import Actor, provision
from domain.credits.ledger import Balance
from domain.errors import InsufficientCredits
from domain.ids import HoldId, SubjectId, UserId
from tests.support.clones import a_clone
from tests.support.ledger import Bench, Purse, a_bench
from tests.support.servers import RunningServers

NO_PRIVILEGE, BY_TRIGGER, AT_COMMIT, BY_CHECK, BY_INDEX, BY_KEY = "42501", "23001", "23000", "23514", "23505", "23503"
"""Ways to be refused, as SQLSTATEs. Row security answers as a missing privilege does."""

Move = Callable[[Purse, HoldId], Awaitable[Balance | None]]


@pytest.fixture(scope="module")
async def bench(template: RunningServers) -> AsyncIterator[Bench]:
    """One database for the file: each test has users of its own."""
    async with a_clone(template) as addresses, a_bench(addresses) as running:
        yield running


def sqlstate(refusal: DBAPIError) -> str:
    return cast("str", getattr(refusal.orig, "sqlstate", ""))


async def capture(purse: Purse, hold_id: HoldId) -> Balance | None:
    return await purse.capture(hold_id)


async def release(purse: Purse, hold_id: HoldId) -> Balance | None:
    return await purse.release(hold_id)


async def expire(purse: Purse, hold_id: HoldId) -> Balance | None:
    await purse.run_out(hold_id)
    return await purse.expire(hold_id)


async def part(purse: Purse, hold_id: HoldId) -> Balance | None:
    return await purse.capture(hold_id, 1)


RESOLVE = pytest.mark.parametrize("first", [capture, part, release, expire])
AGAIN = pytest.mark.parametrize("again", [capture, part, release, expire])


# --- what each movement writes ---------------------------------------------------------------------------------------


async def test_a_grant_is_available_at_once(bench: Bench) -> None:
    purse = await bench.purse(100)

    balance = await purse.grant(25)

    assert balance == Balance(125, 0, 2)
    assert await purse.balance() == (125, 0)
    assert await purse.entries() == [(1, "GRANT", 100, 100, 0), (2, "GRANT", 25, 125, 0)]


async def test_the_same_grant_twice_is_one(bench: Bench) -> None:
    purse = await bench.purse(100)
    await purse.grant(25, key="operator:order-7")
    before = await purse.standing()

    again = await purse.grant(25, key="operator:order-7")

    assert again is None
    assert await purse.standing() == before


async def test_a_reservation_moves_credits_from_available_to_reserved(bench: Bench) -> None:
    purse = await bench.purse(100)

    holds = await purse.hold(10, 20, 30)

    assert await purse.balance() == (40, 60)
    assert await purse.entries() == [(1, "GRANT", 100, 100, 0), (2, "RESERVE", 60, 40, 60)]
    assert [await purse.resolution_of(hold) for hold in holds] == [(None, None)] * 3
    assert await bench.violations_of_movements() == []


async def test_a_capture_spends_the_whole_hold(bench: Bench) -> None:
    purse = await bench.purse(100)
    (hold, _) = await purse.hold(10, 20)

    balance = await purse.capture(hold)

    assert balance == Balance(70, 20, 3)
    assert await purse.resolution_of(hold) == ("CAPTURED", 10)
    assert (await purse.entries())[2:] == [(3, "CAPTURE", 10, 70, 20)]
    assert await bench.violations_of_movements() == []


async def test_a_capture_of_less_frees_the_rest(bench: Bench) -> None:
    purse = await bench.purse(100)
    (hold, _) = await purse.hold(10, 20)

    balance = await purse.capture(hold, 4)

    assert balance == Balance(76, 20, 3)
    assert await purse.resolution_of(hold) == ("CAPTURED", 4)
    assert (await purse.entries())[2:] == [(3, "CAPTURE", 4, 76, 20)]
    assert await bench.violations_of_movements() == []


@pytest.mark.parametrize("amount", [11, 0, -1])
async def test_a_capture_of_more_than_the_hold_or_of_nothing_is_refused(bench: Bench, amount: int) -> None:
    purse = await bench.purse(100)
    (hold,) = await purse.hold(10)
    before = await purse.standing()

    with pytest.raises(IntegrityError):
        await purse.capture(hold, amount)

    assert await purse.standing() == before


async def test_a_release_gives_back_every_hold_with_an_entry_each(bench: Bench) -> None:
    purse = await bench.purse(100)
    holds = await purse.hold(10, 20, 30)

    balance = await purse.release(*holds)

    assert balance == Balance(100, 0, 5)
    assert (await purse.entries())[2:] == [
        (3, "RELEASE", 10, 50, 50),
        (4, "RELEASE", 20, 70, 30),
        (5, "RELEASE", 30, 100, 0),
    ]
    assert [await purse.resolution_of(hold) for hold in holds] == [("RELEASED", None)] * 3
    assert await bench.violations_of_movements() == []


async def test_a_release_leaves_out_what_is_resolved_already(bench: Bench) -> None:
    purse = await bench.purse(100)
    holds = await purse.hold(10, 20, 30)
    await purse.capture(holds[1])

    balance = await purse.release(*holds)

    assert balance == Balance(80, 0, 5)
    assert (await purse.entries())[3:] == [(4, "RELEASE", 10, 50, 30), (5, "RELEASE", 30, 80, 0)]
    assert await bench.violations_of_movements() == []


async def test_a_release_of_no_holds_changes_nothing(bench: Bench) -> None:
    purse = await bench.purse(100)
    before = await purse.standing()

    assert await purse.release() is None

    assert await purse.standing() == before


async def test_a_hold_that_ran_out_expires_into_available(bench: Bench) -> None:
    purse = await bench.purse(100)
    (hold, _) = await purse.hold(10, 20)
    await purse.run_out(hold)

    balance = await purse.expire(hold)

    assert balance == Balance(80, 20, 3)
    assert await purse.resolution_of(hold) == ("EXPIRED", None)
    assert (await purse.entries())[2:] == [(3, "EXPIRE", 10, 80, 20)]
    assert await bench.violations_of_movements() == []


async def test_a_hold_that_has_time_left_does_not_expire(bench: Bench) -> None:
    purse = await bench.purse(100)
    (hold,) = await purse.hold(10)
    before = await purse.standing()

    assert await purse.expire(hold) is None

    assert await purse.standing() == before


async def test_every_entry_says_the_balance_after_it(bench: Bench) -> None:
    purse = await bench.purse(100)
    first, second, third = await purse.hold(10, 20, 30)
    await purse.capture(second, 5)
    await purse.release(first)
    await expire(purse, third)
    await purse.grant(7)

    assert await purse.entries() == [
        (1, "GRANT", 100, 100, 0),
        (2, "RESERVE", 60, 40, 60),
        (3, "CAPTURE", 5, 55, 40),
        (4, "RELEASE", 10, 65, 30),
        (5, "EXPIRE", 30, 95, 0),
        (6, "GRANT", 7, 102, 0),
    ]
    assert await purse.balance() == (102, 0)
    assert await bench.violations_of_movements() == []


# --- what changes nothing --------------------------------------------------------------------------------------------


@RESOLVE
@AGAIN
async def test_a_resolved_hold_stays_as_it_is(bench: Bench, first: Move, again: Move) -> None:
    purse = await bench.purse(100)
    (hold,) = await purse.hold(10)
    assert await first(purse, hold) is not None
    resolution, balance, entries = await purse.resolution_of(hold), await purse.balance(), await purse.entries()

    moved = await again(purse, hold)

    assert moved is None
    assert (await purse.resolution_of(hold), await purse.balance(), await purse.entries()) == (
        resolution,
        balance,
        entries,
    )
    assert await bench.violations_of_movements() == []


async def test_a_hold_that_ran_out_is_never_captured(bench: Bench) -> None:
    purse = await bench.purse(100)
    (hold,) = await purse.hold(10)
    await purse.run_out(hold)
    before = await purse.standing()

    assert await purse.capture(hold) is None
    assert await purse.capture(hold, 3) is None

    assert await purse.standing() == before


async def test_a_hold_that_ran_out_while_its_capture_waited_is_not_captured(bench: Bench) -> None:
    """The transaction is older than the end of the hold; what counts is the moment of the capture."""
    purse = await bench.purse(100)
    (hold,) = await purse.hold(10)

    async with bench.worker.unit_of_work(purse.user_id) as uow:
        await uow.lock_user(purse.user_id)  # the transaction begins
        await purse.run_out(hold)
        moved = await uow.credits.capture(purse.user_id, hold, description="Late", now=utc_now())

    assert moved is None
    assert await purse.balance() == (90, 10)
    assert await purse.resolution_of(hold) == (None, None)


async def test_more_than_is_available_cannot_be_reserved(bench: Bench) -> None:
    purse = await bench.purse(59)
    before = await purse.standing()

    with pytest.raises(InsufficientCredits) as refusal:
        await purse.hold(10, 20, 30)

    assert (refusal.value.required, refusal.value.available) == (60, 59)
    assert await purse.standing() == before
    assert await bench.sql.value("SELECT count(*) FROM jobs WHERE user_id = :id", id=purse.user_id) == 0


async def test_what_is_reserved_cannot_be_reserved_again(bench: Bench) -> None:
    purse = await bench.purse(100)
    await purse.hold(60)
    before = await purse.standing()

    with pytest.raises(InsufficientCredits) as refusal:
        await purse.hold(41)

    assert (refusal.value.required, refusal.value.available) == (41, 40)
    assert await purse.standing() == before


async def test_the_same_reservation_twice_is_refused_and_moves_nothing(bench: Bench) -> None:
    purse = await bench.purse(100)
    await purse.hold(10, key="reserve:once")
    before = await purse.standing()

    with pytest.raises(IntegrityError, match="credit_entries_user_id_movement_key_key"):
        await purse.hold(10, key="reserve:once")

    assert await purse.standing() == before


async def test_holds_of_another_user_cannot_be_moved(bench: Bench) -> None:
    theirs, mine = await bench.purse(100), await bench.purse(100)
    (hold,) = await theirs.hold(10)
    before = await theirs.standing(), await mine.standing()

    assert await mine.capture(hold) is None
    assert await mine.release(hold) is None
    await theirs.run_out(hold)
    assert await mine.expire(hold) is None

    assert await theirs.balance() == (90, 10)
    assert (await mine.standing()) == before[1]
    assert await theirs.entries() == [(1, "GRANT", 100, 100, 0), (2, "RESERVE", 10, 90, 10)]


async def test_twenty_first_requests_at_once_make_one_account_and_one_grant(bench: Bench) -> None:
    user_id = UserId(uuid4())

    async def first_request() -> None:
        async with bench.api.unit_of_work(user_id) as uow:
            await provision(uow, Actor(user_id=user_id), signup_credits=100, now=utc_now())

    await asyncio.gather(*(first_request() for _ in range(20)))

    purse = Purse(bench, user_id, SubjectId(uuid4()))
    assert await purse.balance() == (100, 0)
    assert await purse.entries() == [(1, "GRANT", 100, 100, 0)]


# --- who may do what -------------------------------------------------------------------------------------------------

SERVING = ("api", "worker", "dispatch")
ROLES = (*SERVING, "owner")


async def run_as(bench: Bench, role: str, user_id: UserId, *statements: str) -> None:
    """In one transaction, which commits."""
    database: Database = {"api": bench.api, "worker": bench.worker, "dispatch": bench.worker, "owner": bench.owner}[
        role
    ]
    async with database.read(user_id) as connection:
        if role == "dispatch":
            await connection.execute(text("SET LOCAL ROLE likeness_dispatch"))
        for statement in statements:
            await connection.execute(text(statement), {"user_id": user_id} if ":user_id" in statement else {})


async def assert_refused(bench: Bench, role: str, purse: Purse, *statements: str, by: set[str]) -> None:
    before = await purse.standing()
    with pytest.raises(DBAPIError) as refusal:
        await run_as(bench, role, purse.user_id, *statements)
    assert sqlstate(refusal.value) in by, (role, refusal.value)
    assert await purse.standing() == before, role


@pytest.mark.parametrize(
    "verb",
    [
        "UPDATE credit_entries SET amount = amount",
        "UPDATE credit_entries SET description = 'nothing to see here'",
        "DELETE FROM credit_entries",
        "TRUNCATE credit_entries",
        "TRUNCATE credit_entries CASCADE",
        "DELETE FROM credit_holds",
        "TRUNCATE credit_holds CASCADE",
        "UPDATE credit_holds SET amount = 1",
        "UPDATE credit_holds SET resolution = NULL, captured = NULL, resolved_at = NULL WHERE resolution IS NOT NULL",
    ],
)
async def test_the_ledger_is_append_only_for_every_role(bench: Bench, verb: str) -> None:
    purse = await bench.purse(100)
    first, _ = await purse.hold(10, 20)
    await purse.capture(first)

    for role in ROLES:
        await assert_refused(bench, role, purse, verb, by={NO_PRIVILEGE, BY_TRIGGER})


@pytest.mark.parametrize(
    "way",
    [
        "SET LOCAL session_replication_role = replica",
        "ALTER TABLE credit_entries DISABLE TRIGGER ALL",
        "DROP TRIGGER append_only ON credit_entries",
        "DROP TABLE credit_entries",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "ALTER TABLE credit_entries DISABLE ROW LEVEL SECURITY",
    ],
)
async def test_no_role_that_serves_can_switch_the_defences_off(bench: Bench, way: str) -> None:
    purse = await bench.purse(100)

    for role in SERVING:
        await assert_refused(bench, role, purse, way, by={NO_PRIVILEGE})


def entry(
    kind: str,
    amount: int,
    *,
    available: int,
    reserved: int,
    after: tuple[int, int],
    number: int,
    key: str,
    hold: str = "NULL",
) -> str:
    return f"""
      INSERT INTO credit_entries (user_id, number, type, amount, available_delta, reserved_delta, available_after, reserved_after,
                                  movement_key, hold_id, description, created_at)
      VALUES (:user_id, {number}, '{kind}', {amount}, {available}, {reserved}, {after[0]}, {after[1]}, '{key}', {hold}, 'Minted', now())
    """  # noqa: S608 - the test's own values


def account(available: int, reserved: int, entries: int) -> str:
    return f"UPDATE credit_accounts SET available = {available}, reserved = {reserved}, entry_count = {entries} WHERE user_id = :user_id"  # noqa: S608


A_HOLD = "(SELECT id FROM credit_holds WHERE user_id = :user_id)"

MINTS: dict[str, tuple[str, ...]] = {
    "a grant": (
        account(1095, 5, 3),
        entry("GRANT", 1000, available=1000, reserved=0, after=(1095, 5), number=3, key="gift"),
    ),
    "a second sign-up grant": (
        account(1095, 5, 3),
        entry("GRANT", 1000, available=1000, reserved=0, after=(1095, 5), number=3, key="signup"),
    ),
    "a refund": (
        account(1095, 5, 3),
        entry("REFUND", 1000, available=1000, reserved=0, after=(1095, 5), number=3, key="refund"),
    ),
    "a balance without an entry": (account(1095, 5, 2),),
    "a balance and a count without an entry": (account(1095, 5, 3),),
    "reserved credits without an entry": (account(95, 1005, 2),),
    "an entry without the balance": (entry("RESERVE", 5, available=-5, reserved=5, after=(90, 10), number=3, key="r"),),
    "an entry that says another balance": (
        account(1095, 5, 3),
        entry("RESERVE", 5, available=-5, reserved=5, after=(1095, 5), number=3, key="r"),
    ),
    "an entry that gives more than it takes": (
        account(1095, 0, 3),
        entry("RELEASE", 1000, available=1000, reserved=-5, after=(1095, 0), number=3, key="r", hold=A_HOLD),
    ),
    "a negative reservation": (
        account(100, 0, 3),
        entry("RESERVE", -5, available=5, reserved=-5, after=(100, 0), number=3, key="r"),
    ),
    "an entry with a gap before it": (
        account(1095, 5, 9),
        entry("RESERVE", 5, available=-5, reserved=5, after=(1095, 5), number=9, key="r"),
    ),
    "a chain begun anew": (
        account(1095, 5, 1),
        entry("RESERVE", 5, available=-5, reserved=5, after=(1095, 5), number=1, key="r"),
    ),
    "a balance without an entry, beside tables of one's own": (
        "CREATE TEMPORARY TABLE credit_accounts AS SELECT user_id, 1095::bigint AS available, reserved, entry_count FROM public.credit_accounts",
        "CREATE TEMPORARY TABLE credit_entries AS SELECT user_id, 2::bigint AS number, 1095::bigint AS available_after, reserved AS reserved_after "  # noqa: ISC004
        "FROM public.credit_accounts",
        "UPDATE public.credit_accounts SET available = 1095 WHERE user_id = :user_id",
    ),
    "a balance whose owner is hidden before the commit": (
        account(1095, 5, 2),
        "SELECT set_config('app.user_id', gen_random_uuid()::text, true)",
    ),
    "an account with credits from the start": (
        "INSERT INTO users (id, created_at) VALUES (:user_id, now()) ON CONFLICT DO NOTHING",
        "INSERT INTO credit_accounts (user_id, available) VALUES (:user_id, 1000)",
    ),
    "a second account": ("DELETE FROM credit_accounts", "INSERT INTO credit_accounts (user_id) VALUES (:user_id)"),
}


OWNER_MAY = ("a grant", "a refund", "an account with credits from the start")
"""An operator grants; that it takes the owner is the point of the roles."""


@pytest.mark.parametrize("way", MINTS, ids=lambda way: way.replace(" ", "-"))
async def test_no_role_that_serves_can_mint_credits(bench: Bench, way: str) -> None:
    purse = await bench.purse(100)
    await purse.hold(5)

    for role in SERVING:
        await assert_refused(
            bench, role, purse, *MINTS[way], by={NO_PRIVILEGE, BY_TRIGGER, AT_COMMIT, BY_CHECK, BY_INDEX}
        )

    assert await bench.violations_of_movements() == []


@pytest.mark.parametrize("way", [way for way in MINTS if way not in OWNER_MAY], ids=lambda way: way.replace(" ", "-"))
async def test_even_the_owner_cannot_write_what_does_not_follow(bench: Bench, way: str) -> None:
    purse = await bench.purse(100)
    await purse.hold(5)

    await assert_refused(bench, "owner", purse, *MINTS[way], by={BY_TRIGGER, AT_COMMIT, BY_CHECK, BY_INDEX, BY_KEY})

    assert await bench.violations_of_movements() == []


async def test_the_api_cannot_capture_and_the_worker_cannot_grant(bench: Bench) -> None:
    purse = await bench.purse(100)
    await purse.hold(5)

    spend = entry("CAPTURE", 5, available=0, reserved=-5, after=(95, 0), number=3, key="c", hold=A_HOLD)
    gift = entry("GRANT", 5, available=5, reserved=0, after=(100, 5), number=3, key="g")

    await assert_refused(bench, "api", purse, account(95, 0, 3), spend, by={NO_PRIVILEGE})
    await assert_refused(bench, "worker", purse, account(100, 5, 3), gift, by={NO_PRIVILEGE})


# --- the operator's check --------------------------------------------------------------------------------------------


def verify(settings: Settings) -> int:
    return verify_ledger(
        {
            "DATABASE_URL": settings.database.owner,
            "REDIS_URL": settings.redis.live,
            "LIKENESS_SECRET": settings.secret.decode(),
        }
    )


async def test_verify_says_that_nothing_is_wrong(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    async with a_bench(settings.database) as bench:
        await bench.purse(100)

    assert await asyncio.to_thread(verify, settings) == 0

    assert capsys.readouterr().out == "0 violations in 1 ledger entries.\n"


async def test_verify_exits_with_1_and_names_the_drift(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    async with a_bench(settings.database) as bench:
        purse = await bench.purse(100)
        async with bench.owner.as_nobody() as connection:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            await connection.execute(text("UPDATE credit_accounts SET available = 101"))

    assert await asyncio.to_thread(verify, settings) == 1

    assert capsys.readouterr().out == (
        f"{purse.user_id}  balance differs from the sum of entries: available 101, entries say 100; reserved 0, entries say 0\n"
        "1 violations in 1 ledger entries.\n"
    )
