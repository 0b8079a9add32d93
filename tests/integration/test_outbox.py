"""The outbox and the relay: what was committed leaves at least once, what was not never does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import dramatiq
import pytest
from dramatiq.brokers.stub import StubBroker
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

from app.settings import Settings
from db.dispatch import Dispatch, Message
from db.engine import Database
from db.render_line import Fairness, RenderLine
from domain.events import JobEvent
from domain.ids import ArchiveId, JobId, UserId, WorkerId
from domain.ports.live import job_topic
from live.redis import RedisLive
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tasks.hints import Hints
from tasks.leases import Leases
from tasks.relay import Relay
from tests.support.cluster import until
from tests.support.owner import Owner
from tests.support.studio import Studio

PATIENCE = 10  # seconds

MANY_LONG_MESSAGES = """
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT :user_id, 'live', 'jobs:' || n, jsonb_build_object('n', repeat('x', 5000)), now() FROM generate_series(1, 200) AS n
"""
"""A megabyte: more than a socket takes of what nobody reads."""


class CrashError(Exception):
    """The process ends here, as far as the relay can tell."""


class CrashingDispatch(Dispatch):
    """Dies between sending and forgetting, the first time."""

    crashed = False

    async def forget_messages(self, ids: Sequence[int]) -> None:
        if not self.crashed:
            self.crashed = True
            raise CrashError
        await super().forget_messages(ids)


class CountingBroker(StubBroker):
    """Takes every message and remembers it."""

    def __init__(self) -> None:
        super().__init__(middleware=[])
        self.taken: list[dict[str, Any]] = []

    def enqueue(self, message: dramatiq.Message[Any], *, delay: int | None = None) -> dramatiq.Message[Any]:
        self.taken.append({"task": message.actor_name, **message.kwargs})
        return message


@pytest.fixture
async def live(settings: Settings) -> AsyncIterator[RedisLive]:
    async with RedisLive(settings.redis.live) as found:
        yield found


@pytest.fixture
def dispatch(worker_database: Database) -> Dispatch:
    return Dispatch(worker_database)


@pytest.fixture
def user(studio: Studio) -> UserId:
    return user_id_of(studio.user)


@pytest.fixture
def line(worker_database: Database) -> RenderLine:
    return RenderLine(worker_database, Fairness(per_user=10, silence=timedelta(seconds=20)))


def a_relay(dispatch: Dispatch, line: RenderLine, live: RedisLive, broker: CountingBroker) -> Relay:
    return Relay(
        dispatch=dispatch,
        line=line,
        live=live,
        broker=broker,
        leases=Leases(dispatch),
        hints=Hints(),
        worker=WorkerId(uuid4()),
        slots=100,
    )


async def claimed_by(dispatch: Dispatch, limit: int = 200) -> Sequence[Message]:
    return await dispatch.read(await dispatch.claim(limit))


async def started(studio: Studio, owner: Owner, count: int) -> JobId:
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=count))["job"]
    return JobId(parse_id(job["id"])[1])


async def test_a_relay_that_dies_after_sending_has_it_sent_again(
    studio: Studio, owner: Owner, live: RedisLive, line: RenderLine, worker_database: Database
) -> None:
    job_id = await started(studio, owner, 3)
    broker = CountingBroker()
    relay = a_relay(CrashingDispatch(worker_database), line, live, broker)
    numbers: list[int] = []
    async with live.watch(job_topic(job_id)) as inbox, asyncio.timeout(PATIENCE):
        with pytest.raises(CrashError):
            await relay.send_due()
        assert await owner.value("SELECT count(*) FROM outbox") == 3  # the influencer, the job, the balance
        assert await relay.send_due() == 0  # still claimed by the dead one
        await owner.run("UPDATE outbox SET claimed_until = now() - interval '1 second'")
        assert await relay.send_due() == 3
        while len(numbers) < 2:
            numbers += [event.number for event in (await inbox.take()).events]
    assert numbers == [1, 1]
    assert sorted(message["index"] for message in broker.taken) == [0, 1, 2]
    assert {message["task"] for message in broker.taken} == {"jobs.render_image"}
    assert await owner.value("SELECT count(*) FROM outbox") == 0


async def test_a_claim_runs_out_by_itself(studio: Studio, owner: Owner, dispatch: Dispatch) -> None:
    await started(studio, owner, 1)
    claimed = await claimed_by(dispatch)
    assert len(claimed) == 3
    left = await owner.value("SELECT max(claimed_until) - now() FROM outbox")
    assert timedelta(seconds=2) < left <= timedelta(seconds=3)


async def test_a_relay_that_is_stopped_while_it_reads_keeps_nothing_from_the_others(
    studio: Studio, owner: Owner, dispatch: Dispatch, settings: Settings, user: UserId
) -> None:
    await studio.balance()
    stopped = Database(settings.database.worker, application_name="test-stopped", pool_size=1)
    await claimed_by(Dispatch(stopped))  # nothing, but the statement is prepared
    held: list[Any] = []

    def stop_before_its_answer(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if "payload" in statement:
            held.append(connection.connection.driver_connection)
            held[0]._transport.pause_reading()

    event.listen(stopped.engine.sync_engine, "before_cursor_execute", stop_before_its_answer)
    await owner.run(MANY_LONG_MESSAGES, user_id=user)
    reading = asyncio.create_task(claimed_by(Dispatch(stopped)))
    found: set[int] = set()

    async def are_all_claimed() -> bool:
        found.update(message.id for message in await claimed_by(dispatch))
        return len(found) == 200

    await until(lambda: asyncio.sleep(0, bool(held)), what="the relay to be stopped")
    assert await until(are_all_claimed, within=15, what="its messages to be free") > 2
    held[0].terminate()
    with pytest.raises(DBAPIError):
        await reading
    await stopped.close()


async def test_many_relays_share_the_messages(studio: Studio, owner: Owner, dispatch: Dispatch) -> None:
    await studio.balance()
    await owner.grant(studio, 1000)
    for _ in range(4):
        await started(studio, owner, 10)
    expected = {row[0] for row in await owner.rows("SELECT id FROM outbox")}

    async def claim_all() -> list[Message]:
        found: list[Message] = []
        while messages := await claimed_by(dispatch, limit=2):
            assert [m.id for m in messages] == sorted(m.id for m in messages)
            found += messages
        return found

    claimed = [message.id for part in await asyncio.gather(*(claim_all() for _ in range(6))) for message in part]
    assert len(claimed) == len(set(claimed)) == len(expected) == 13
    assert set(claimed) == expected


async def test_what_is_rolled_back_never_leaves(
    studio: Studio, owner: Owner, database: Database, dispatch: Dispatch, user: UserId
) -> None:
    await started(studio, owner, 1)
    await dispatch.forget_messages([message.id for message in await claimed_by(dispatch)])

    async def crash() -> None:
        async with database.unit_of_work(user) as uow:
            await uow.outbox.build_archive(user, ArchiveId(uuid4()))
            raise CrashError

    with pytest.raises(CrashError):
        await crash()
    assert await claimed_by(dispatch) == []


async def test_what_is_for_later_waits_until_then(
    studio: Studio, owner: Owner, database: Database, dispatch: Dispatch, user: UserId
) -> None:
    await started(studio, owner, 1)
    await dispatch.forget_messages([message.id for message in await claimed_by(dispatch)])
    async with database.unit_of_work(user) as uow:
        await uow.outbox.build_archive(user, ArchiveId(uuid4()), wait=timedelta(minutes=1))
    assert await claimed_by(dispatch) == []
    await owner.run("UPDATE outbox SET run_after = run_after - interval '1 minute'")
    assert [message.channel for message in await claimed_by(dispatch)] == ["task"]


async def test_while_redis_is_away_nothing_is_lost(
    studio: Studio, owner: Owner, dispatch: Dispatch, line: RenderLine
) -> None:
    await started(studio, owner, 2)
    broker = CountingBroker()
    async with RedisLive("redis://127.0.0.1:1/0") as away:
        with pytest.raises(ConnectionError):
            await a_relay(dispatch, line, away, broker).send_due()
    assert sorted(message["index"] for message in broker.taken) == [0, 1]
    assert await owner.value("SELECT count(*) FROM outbox") == 3


async def test_news_of_one_user_go_out_as_they_were_committed(
    studio: Studio, owner: Owner, live: RedisLive, dispatch: Dispatch, line: RenderLine
) -> None:
    job_id = await started(studio, owner, 2)
    async with live.watch(job_topic(job_id)) as inbox, asyncio.timeout(PATIENCE):
        await a_relay(dispatch, line, live, CountingBroker()).send_due()
        (event,) = (await inbox.take()).events
    assert isinstance(event, JobEvent)
    assert (event.number, event.job.id, event.job.event_count, event.job.credits_reserved) == (1, job_id, 1, 20)
