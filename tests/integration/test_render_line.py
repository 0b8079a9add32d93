"""Turns between users: nobody's images hold up another's, nobody has more under way than may be, and nobody is forgotten."""

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.wiring import utc_now
from db.dispatch import Dispatch
from db.render_line import CALL_UP, DEAL, Dealt, RenderLine
from domain.errors import ProviderUnavailable, RateLimited
from domain.ids import UserId, WorkerId
from domain.jobs import rendering
from domain.jobs.rendering import RenderTask
from domain.jobs.waiting import MOST_UNDER_WAY
from tests.support.clones import a_clone
from tests.support.crowd import NOBODY, SILENCE, Crowd, by_user
from tests.support.jobs import LEASE, Making, a_job_of
from tests.support.ledger import SEED, Bench, Purse, a_bench
from tests.support.servers import RunningServers

UNDER_WAY = "SELECT count(*) FROM job_images WHERE state IN ('QUEUED', 'RENDERING') AND sent_at IS NOT NULL"
LIMIT = 3


@pytest.fixture
async def bench(template: RunningServers) -> AsyncIterator[Bench]:
    async with a_clone(template) as addresses, a_bench(addresses, connections=12) as running:
        yield running


@pytest.fixture
def crowd(bench: Bench) -> Crowd:
    return Crowd(bench.owner, bench.worker)


async def ended(crowd: Crowd, dealt: list[Dealt]) -> None:
    """They were made. What that does to the line is `SETTLE`'s, which is tested by the services below."""
    for image in dealt:
        done = "UPDATE job_images SET state = 'COMPLETED' WHERE job_id = :job_id AND index = :index"
        await crowd.run(done, job_id=image.job_id, index=image.index)
        joins = "INSERT INTO render_line (user_id) VALUES (:user_id) ON CONFLICT DO NOTHING"
        await crowd.run(joins, user_id=image.user_id)


# --- whose turn it is ------------------------------------------------------------------------------------------------


async def test_one_image_is_next_however_many_another_user_has(crowd: Crowd) -> None:
    users = await crowd.come(500, 1)
    line = crowd.line(per_user=100)

    first = [*await line.deal(NOBODY, slots=2)]

    assert by_user(first, users) == [1, 1]


async def test_whoever_comes_later_waits_for_no_more_than_one_round(crowd: Crowd) -> None:
    users = await crowd.come(500, 500, 500)
    line = crowd.line(per_user=100)
    under_way = [*await line.deal(NOBODY, slots=6)]
    assert by_user(under_way, users) == [2, 2, 2]
    late = UserId(uuid4())
    await crowd.run(
        "INSERT INTO job_images (job_id, index, user_id, state, hold_id, run_after) "
        "VALUES (gen_random_uuid(), 0, :late, 'QUEUED', gen_random_uuid(), now())",
        late=late,
    )
    await crowd.run("INSERT INTO render_line (user_id) VALUES (:late)", late=late)

    turns = []
    for image in under_way[:4]:  # a slot is free each time one has ended
        await ended(crowd, [image])
        turns += [dealt.user_id for dealt in await line.deal(NOBODY, slots=6)]

    assert sorted(turns) == sorted([*users, late])


async def test_few_users_share_all_the_room_there_is(crowd: Crowd) -> None:
    users = await crowd.come(30, 4)
    line = crowd.line(per_user=10)

    dealt = [*await line.deal(NOBODY, slots=256)]

    assert by_user(dealt, users) == [10, 4]
    assert await line.deal(NOBODY, slots=256) == []


async def test_jobs_of_one_user_are_sent_as_they_were_accepted(crowd: Crowd, bench: Bench) -> None:
    await crowd.come(35)
    line = crowd.line(per_user=100)
    dealt: list[Dealt] = []
    while found := await line.deal(NOBODY, slots=len(dealt) + 3):
        dealt += found

    in_turn = await bench.sql.rows("SELECT job_id, index FROM job_images ORDER BY in_line_since, index")
    places = {(image.job_id, image.index): n // 3 for n, image in enumerate(dealt)}
    assert [places[job_id, index] for job_id, index in in_turn] == [n // 3 for n in range(35)]


async def test_an_image_that_paused_has_lost_no_place_before_its_owners_later_ones(crowd: Crowd, bench: Bench) -> None:
    await crowd.come(20)
    line = crowd.line(per_user=1)
    (first,) = await line.deal(NOBODY, slots=1)
    retried = "UPDATE job_images SET sent_at = NULL, run_after = now() + interval '1 hour' WHERE sent_at IS NOT NULL"
    await crowd.run(retried)
    await crowd.run("INSERT INTO render_line (user_id) VALUES (:user_id)", user_id=first.user_id)
    (second,) = await line.deal(NOBODY, slots=1)
    assert (second.job_id, second.index) != (first.job_id, first.index)

    await crowd.run("UPDATE job_images SET run_after = now()")
    await ended(crowd, [second])

    assert await line.deal(NOBODY, slots=1) == [first]


async def test_all_workers_have_room_for_what_their_slots_say(crowd: Crowd, bench: Bench) -> None:
    await crowd.come(*[5] * 40)
    dispatch, line = Dispatch(bench.worker), crowd.line()
    mine, other, silent = (WorkerId(uuid4()) for _ in range(3))
    await dispatch.beat(mine, slots=1000)  # what it says of itself counts
    await dispatch.beat(other, slots=30)
    await dispatch.beat(silent, slots=1000)
    await bench.sql.run(
        "UPDATE worker_heartbeats SET seen_at = now() - CAST(:ago AS interval) WHERE worker_id = :silent",
        ago=SILENCE * 1.1,
        silent=silent,
    )

    assert len(await line.deal(mine, slots=7)) == 37
    assert await line.deal(mine, slots=7) == []
    assert await bench.sql.value(UNDER_WAY) == 37


async def test_who_only_waits_for_a_time_holds_up_nobody_and_is_looked_at_then(crowd: Crowd, bench: Bench) -> None:
    paused, other = await crowd.come(1, 1)
    await crowd.run(
        "UPDATE job_images SET run_after = now() + interval '1 hour' WHERE user_id = :paused", paused=paused
    )
    line = crowd.line()

    assert [image.user_id for image in await line.deal(NOBODY, slots=9)] == [other]
    assert not (await Dispatch(bench.worker).claim()).is_anyone_in_line
    due = "SELECT due_at > now() + interval '59 minutes' FROM render_line WHERE user_id = :paused"
    assert await bench.sql.value(due, paused=paused) is True

    await crowd.run("UPDATE job_images SET run_after = now()")
    await crowd.run("UPDATE render_line SET due_at = now()")
    assert (await Dispatch(bench.worker).claim()).is_anyone_in_line
    assert [image.user_id for image in await line.deal(NOBODY, slots=9)] == [paused]


# --- at the same time ------------------------------------------------------------------------------------------------


async def test_many_relays_at_once_send_each_image_once_and_no_more_of_a_user_than_may_be(
    crowd: Crowd, bench: Bench
) -> None:
    users = await crowd.come(*[40] * 6)
    line, dealt = crowd.line(per_user=LIMIT), list[Dealt]()
    most: list[int] = []

    async def relay() -> None:
        while len(dealt) < 240:
            found = [*await line.deal(NOBODY, slots=1000)]
            dealt.extend(found)
            counted = await bench.sql.rows(f"{UNDER_WAY} GROUP BY user_id")
            most.extend(count for (count,) in counted)
            await ended(crowd, found)

    async with asyncio.timeout(60):
        await asyncio.gather(*(relay() for _ in range(5)))

    assert len({(image.job_id, image.index) for image in dealt}) == len(dealt) == 240
    assert by_user(dealt, users) == [40] * 6
    assert max(most) == LIMIT


async def test_a_relay_that_is_stopped_while_it_deals_keeps_nobody_else_from_a_turn(crowd: Crowd, bench: Bench) -> None:
    users = await crowd.come(5, 5)
    line = crowd.line()
    values = {"slots": 1, "worker": NOBODY, "silence": SILENCE}
    with suppress(DBAPIError):  # its connection is ended by the server in the end
        async with bench.worker.dispatch() as stopped:
            await stopped.execute(CALL_UP, values)  # it has called up the first, and goes no further
            began = time.monotonic()
            assert {image.user_id for image in await line.deal(NOBODY, slots=9)} == {users[1]}
            assert time.monotonic() - began < 1
            await stopped.rollback()
    assert {image.user_id for image in await line.deal(NOBODY, slots=9)} == {users[0]}


async def test_who_has_a_seat_again_while_a_relay_finds_none_is_in_line_afterwards(bench: Bench) -> None:
    """The relay takes the user's place away in the moment in which an image ends: one of them waits for the other."""
    purse = await bench.purse(100)
    making = await a_job_of(purse, 2)
    line = Crowd(bench.owner, bench.worker).line(per_user=1)
    (first,) = await line.deal(NOBODY, slots=9)
    claim = await claimed(making, first)
    assert await bench.sql.value("SELECT count(*) FROM render_line") == 0
    await bench.sql.run("INSERT INTO render_line (user_id) VALUES (:id)", id=purse.user_id)  # one too many is harmless

    async with bench.worker.dispatch() as relay:
        _, users = (await relay.execute(CALL_UP, {"slots": 9, "worker": NOBODY, "silence": SILENCE})).one()
        settling = asyncio.create_task(making.finish(claim))
        await asyncio.sleep(0.2)
        assert not settling.done()  # it waits for the relay, which does not see it
        assert (await relay.execute(DEAL, {"users": users, "share": 9, "limit": 1})).all() == []
    await settling

    assert [image.index for image in await line.deal(NOBODY, slots=9)] == [1 - first.index]


# --- nobody is forgotten ---------------------------------------------------------------------------------------------


async def test_what_could_not_be_sent_waits_again(crowd: Crowd, bench: Bench) -> None:
    users = await crowd.come(12)
    line = crowd.line(per_user=10)
    dealt = await line.deal(NOBODY, slots=99)
    assert await bench.sql.value("SELECT count(*) FROM render_line") == 0

    await line.give_back(dealt)

    assert await bench.sql.value(UNDER_WAY) == 0
    assert by_user([*await line.deal(NOBODY, slots=99)], users) == [10]


async def test_what_a_dead_relay_dealt_and_never_sent_is_sent_by_another(crowd: Crowd, bench: Bench) -> None:
    await crowd.come(2)
    dispatch, dead = Dispatch(bench.worker), WorkerId(uuid4())
    await dispatch.beat(dead, slots=5)
    dealt = await crowd.line().deal(dead, slots=5)
    assert len(dealt) == 2

    await bench.sql.run("UPDATE worker_heartbeats SET seen_at = now() - interval '1 minute'")
    assert await dispatch.resend_lost(silence=SILENCE, patience=SILENCE, redis_forgot=False) == 2
    tasks = await bench.sql.rows("SELECT payload ->> 'job_id', CAST(payload ->> 'index' AS integer) FROM outbox")
    assert sorted(tasks) == sorted((str(image.job_id), image.index) for image in dealt)


async def test_images_that_were_never_sent_are_not_sent_again_when_redis_forgets(crowd: Crowd, bench: Bench) -> None:
    await crowd.come(500)
    assert len(await crowd.line(per_user=4).deal(NOBODY, slots=99)) == 4

    sent = await Dispatch(bench.worker).resend_lost(silence=SILENCE, patience=SILENCE, redis_forgot=True)

    assert sent == 4


async def test_users_who_fell_out_of_line_are_found(crowd: Crowd, bench: Bench) -> None:
    full, lost, _ = await crowd.come(5, 5, 5)
    line = crowd.line(per_user=LIMIT)
    await crowd.run(
        "UPDATE job_images SET sent_at = now() WHERE user_id = :full AND index < :limit", full=full, limit=LIMIT
    )
    await crowd.run("DELETE FROM render_line WHERE user_id = ANY(:gone)", gone=[full, lost])

    assert await line.rejoin() == [lost]
    assert await line.rejoin() == []


# --- the services put users in line ----------------------------------------------------------------------------------


async def claimed(making: Making, image: Dealt) -> RenderTask:
    """As a worker that found its message: `Making.begin` would send it first."""
    async with making.bench.worker.unit_of_work(making.user_id) as uow:
        claim = await rendering.begin_image(
            uow, making.user_id, image.job_id, image.index, worker=NOBODY, lease=LEASE, now=utc_now()
        )
    assert claim is not None
    return claim


async def test_a_message_for_an_image_that_waits_for_its_turn_begins_nothing(bench: Bench) -> None:
    making = await a_job_of(await bench.purse(100))
    dealt = await Crowd(bench.owner, bench.worker).line().deal(NOBODY, slots=9)
    await Crowd(bench.owner, bench.worker).line().give_back(dealt)

    async with bench.worker.unit_of_work(making.user_id) as uow:
        stale = await rendering.begin_image(
            uow, making.user_id, making.job_id, 0, worker=NOBODY, lease=LEASE, now=utc_now()
        )

    assert stale is None
    assert await making.image_row() == ("QUEUED", 0, 0, 0, None, False)


async def test_more_images_than_may_be_are_refused_and_nothing_is_written(bench: Bench) -> None:
    purse = await bench.purse(100_000)
    for _ in range(MOST_UNDER_WAY // 10):
        making = await a_job_of(purse, 10)
    before = await making.standing()

    with pytest.raises(
        RateLimited, match="You have 500 images that are not made yet, and 1 more would be over the 500"
    ):
        await a_job_of(purse, 1)

    assert await making.standing() == before
    await making.cancel()
    await a_job_of(purse, 10)


class Story:
    """Users, relays and workers, one thing after another at random; what must hold is looked at after each."""

    def __init__(self, bench: Bench, chance: random.Random) -> None:
        self.bench, self.chance = bench, chance
        self.line = Crowd(bench.owner, bench.worker).line(per_user=LIMIT)
        self.purses: list[Purse] = []
        self.makings: dict[object, Making] = {}
        self.sent: list[Dealt] = []
        self.held: list[tuple[Making, RenderTask]] = []

    async def begin(self) -> None:
        self.purses = [await self.bench.purse(10_000) for _ in range(4)]

    async def step(self) -> None:
        acts = [
            self.accept,
            self.deal,
            self.deal,
            self.take,
            self.take,
            self.settle,
            self.settle,
            self.settle,
            self.cancel,
        ]
        await self.chance.choice(acts)()
        await self.check()

    async def check(self) -> None:
        counted = await self.bench.sql.rows(f"{UNDER_WAY} GROUP BY user_id")
        assert max((count for (count,) in counted), default=0) <= LIMIT
        assert await self.line.rejoin() == []

    async def accept(self) -> None:
        making = await a_job_of(self.chance.choice(self.purses), self.chance.randint(1, 10))
        self.makings[making.job_id] = making

    async def deal(self) -> None:
        dealt = await self.line.deal(NOBODY, slots=self.chance.randint(0, 12))
        if self.chance.random() < 0.2:
            await self.line.give_back(dealt)
        else:
            self.sent += dealt

    async def take(self) -> None:
        """Sometimes a second time: messages are delivered at least once."""
        if self.sent:
            image = self.chance.choice(self.sent)
            making = self.makings[image.job_id]
            async with self.bench.worker.unit_of_work(making.user_id) as uow:
                claim = await rendering.begin_image(
                    uow, making.user_id, making.job_id, image.index, worker=NOBODY, lease=LEASE, now=utc_now()
                )
            if claim:
                self.held.append((making, claim))

    async def settle(self) -> None:
        if self.held:
            making, claim = self.held.pop(self.chance.randrange(len(self.held)))
            match self.chance.randrange(5):
                case 0:
                    await making.fail(claim, ProviderUnavailable("Down."))
                case 1:
                    await making.hand_back(claim)
                case _:
                    await making.finish(claim)

    async def cancel(self) -> None:
        if self.makings and self.chance.random() < 0.2:
            making = self.chance.choice([*self.makings.values()])
            if not (await making.job()).status.is_final:
                await making.cancel()

    async def end(self) -> None:
        """What waits for a time is due now, and everything else goes as it should: then all is made."""
        while await self.bench.sql.value("SELECT count(*) FROM job_images WHERE state IN ('QUEUED', 'RENDERING')"):
            await self.bench.sql.run(
                "UPDATE job_images SET run_after = now() WHERE state = 'QUEUED' AND run_after > now()"
            )
            await self.bench.sql.run("UPDATE render_line SET due_at = now() WHERE due_at > now()")
            self.sent += await self.line.deal(NOBODY, slots=100)
            assert self.sent or self.held
            for image in self.sent:
                self.sent = [image]
                await self.take()
            self.sent = []
            for making, claim in self.held:
                await making.finish(claim)
            self.held = []


@pytest.mark.parametrize("story_number", range(3))
async def test_whatever_happens_every_image_that_waits_is_sent_in_the_end(bench: Bench, story_number: int) -> None:
    story = Story(bench, random.Random(SEED + story_number))  # noqa: S311 - no secret
    await story.begin()
    for _ in range(120):
        await story.step()

    await story.end()

    assert await bench.violations() == []
    states = {state for (state,) in await bench.sql.rows("SELECT DISTINCT state FROM job_images")}
    assert states <= {"COMPLETED", "CANCELLED", "FAILED"}


# --- however long the line is ----------------------------------------------------------------------------------------

READ = re.compile(r"Scan[^\n]* on (?:\w+\.)?job_images[^\n]*actual rows=([\d.]+) loops=(\d+)")


async def rows_read(bench: Bench, line: RenderLine) -> int:
    """Rows of `job_images` that one deal of ten looks at, by the server's own count; carried out, then taken back."""
    total = 0
    async with bench.worker.dispatch() as connection:
        values = {"slots": 10, "worker": NOBODY, "silence": SILENCE}
        _, users = (await connection.execute(CALL_UP, values)).one()
        for statement, given in ((CALL_UP, values), (DEAL, {"users": users, "share": 1, "limit": 10})):
            explained = text(f"EXPLAIN (ANALYZE, TIMING OFF) {statement.text}")
            plan = "\n".join((await connection.execute(explained, given)).scalars())
            assert "Seq Scan on job_images" not in plan, plan
            total += sum(round(float(rows) * int(loops)) for rows, loops in READ.findall(plan))
        await connection.rollback()
    return total


async def test_a_turn_costs_the_same_with_a_hundred_thousand_images_of_a_thousand_users(
    crowd: Crowd, bench: Bench
) -> None:
    line = crowd.line()
    found = {}
    for users in (100, 1000):
        await crowd.run("DELETE FROM job_images")
        await crowd.run("DELETE FROM render_line")
        await crowd.run("DELETE FROM users")
        await crowd.come(*[100] * users)
        async with bench.owner.engine.connect() as connection:
            vacuuming = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await vacuuming.execute(text("VACUUM ANALYZE job_images, render_line"))
        began = time.monotonic()
        found[users] = await rows_read(bench, line)
        rounds = [len(await line.deal(NOBODY, slots=10 * n)) for n in range(1, 6)]
        assert rounds == [10] * 5
        print(f"{users} users: {found[users]} rows, {time.monotonic() - began:.3f} s")  # noqa: T201

    assert 10 <= found[1000] <= 300  # the other images of their jobs among them
    assert found[1000] <= 1.2 * found[100]
