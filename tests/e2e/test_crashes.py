"""Real processes and servers that are killed, stopped and emptied in mid-pack: nothing is lost, stuck or paid twice.

The end is the same everywhere (`Cluster.settled`): every job final, each image captured once or released, one asset for
each that is done, no violation of the ledger, nothing reserved, the outbox empty.
"""

import asyncio
import random
import signal
import time
from contextlib import ExitStack
from uuid import uuid4

import aiohttp
import pytest
import redis.asyncio

from tests.support.cluster import LONG, Cluster, only_long, say, start_packs, until
from tests.support.studio import BALANCE, JOB, START_PACK, Studio
from tests.support.worker_process import POISON_SEED

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1200 if LONG else 120)]

RECOVERY = 35
"""Seconds, the product's promise: so long after a worker's death its images are in other hands, with the real lease."""

REAL_LEASE = {"WORKER_LEASE_SECONDS": ""}

ATTEMPTS = "SELECT DISTINCT attempt, tries FROM job_images ORDER BY 1, 2"
ASSETS = "SELECT id, sha256, created_at FROM images ORDER BY id"


async def test_killed_worker_is_replaced_in_the_promised_time_and_each_image_is_paid_once(
    cluster: Cluster, user: Studio
) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    for _ in range(10 if LONG else 1):
        with cluster.worker(LOCAL_FAULTS="slow=1.2", **REAL_LEASE) as first:
            before = await cluster.owner.value("SELECT count(*) FROM images WHERE kind = 'PACK'")
            await start_packs(user, influencer, [5, 5], quality="DRAFT")
            await cluster.completed(before + 1)
            assert await cluster.in_flight() > 0
            with cluster.worker_with("quick", **REAL_LEASE) as second:
                await second.has_said("worker is ready")
                first.kill()
                seconds = await cluster.settled(within=RECOVERY)
        say(f"taken over and finished {seconds:.1f} s after kill -9")


async def test_images_that_a_killed_worker_had_fetched_but_not_begun_are_made_by_another(
    cluster: Cluster, user: Studio
) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("patient", WORKER_SLOTS="2") as first:
        await start_packs(user, influencer, [10])
        await cluster.holding(2)
        first.kill()
    with cluster.worker_with("quick"):
        await cluster.settled(within=20)


async def test_stopped_worker_that_wakes_after_its_lease_writes_nothing(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("patient") as zombie:
        await start_packs(user, influencer, [5])
        await cluster.holding(5)
        zombie.send(signal.SIGSTOP)
        zombie.send(signal.SIGUSR1)  # waits with the others: its images are done in the moment it wakes
        with cluster.worker_with("quick"):
            await cluster.settled()
        assets = await cluster.owner.rows(ASSETS)
        assert await cluster.owner.rows(ATTEMPTS) == [(2, 2)]

        zombie.send(signal.SIGCONT)
        await start_packs(user, influencer, [2])  # made by the zombie: it is alive, and through with the old
        await cluster.settled()
        assert zombie.says("image was made too late and dropped") or zombie.says("let go of an image")
        kept = await cluster.owner.rows(ASSETS)
        assert [row for row in kept if row in assets] == assets
        assert len(kept) == len(assets) + 2


@only_long
async def test_worker_that_is_stopped_with_its_users_lock_keeps_it_for_seconds_only(
    cluster: Cluster, user: Studio
) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("sleepwalking") as sleeper:
        await start_packs(user, influencer, [5])
        await sleeper.has_stopped()
        with cluster.worker_with("quick"):
            seconds = await cluster.settled(within=20)
        assert await cluster.owner.rows(ATTEMPTS) == [(1, 1)]  # what it was about to write was not written

        sleeper.send(signal.SIGCONT)
        await start_packs(user, influencer, [2])
        await cluster.settled()
    say(f"5 images done {seconds:.1f} s after their worker was stopped with their user's lock")


@only_long
async def test_workers_killed_at_random_moments_lose_nothing(cluster: Cluster, user: Studio) -> None:
    chance = random.Random(seed := random.randrange(10**6))  # noqa: S311 - no secret
    say(f"seed {seed}")
    influencer = await cluster.owner.influencer_with_face(user)
    for _ in range(40):
        with cluster.worker_with("quick", PROVIDER_SECONDS="0.3") as worker:
            await worker.has_said("worker is ready")
            await start_packs(user, influencer, [chance.randint(1, 10) for _ in range(4)])
            await asyncio.sleep(chance.uniform(0, 0.8))
            worker.kill()
    with cluster.worker_with("quick"):
        await cluster.settled()


async def test_redis_emptied_in_mid_pack_costs_nothing(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("patient", WORKER_SLOTS="2", **REAL_LEASE) as worker:
        await start_packs(user, influencer, [10, 10, 10])
        await cluster.holding(2)
        await cluster.relayed()
        client = redis.asyncio.Redis.from_url(cluster.servers.redis.url())
        await client.flushall()
        await client.aclose()
        worker.send(signal.SIGUSR1)
        seconds = await cluster.settled(within=15)
    assert await cluster.owner.rows(ATTEMPTS) == [(1, 1)]
    say(f"30 images done {seconds:.1f} s after FLUSHALL")


async def test_redis_restarted_empty_in_mid_pack_costs_nothing(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("patient", WORKER_SLOTS="2", **REAL_LEASE) as worker:
        (job, *_) = await start_packs(user, influencer, [10, 10, 10])
        await cluster.holding(2)
        await cluster.relayed()
        async with user.watching(job) as events:
            assert (await anext(events))["__typename"] == "JobSnapshot"
            with cluster.without_redis():
                pass
            worker.send(signal.SIGUSR1)
            seconds = await cluster.settled(within=30)
            async with asyncio.timeout(5):
                told = [event async for event in events if event["__typename"] == "ImageCompleted"]
    assert sorted(event["index"] for event in told) == list(range(10))
    assert await cluster.owner.rows(ATTEMPTS) == [(1, 1)]
    say(f"30 images done {seconds:.1f} s after Redis was restarted empty")


async def test_packs_started_while_redis_is_away_are_accepted_at_once_and_made_when_it_returns(
    cluster: Cluster, user: Studio
) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("quick") as worker:
        await worker.has_said("worker is ready")
        with cluster.without_redis():
            began = time.monotonic()
            await start_packs(user, influencer, [5, 5, 5])
            answered = time.monotonic() - began
            await worker.has_said("the outbox could not be emptied")
        seconds = await cluster.settled(within=20)
        assert worker.popen.poll() is None
    say(f"three packs accepted in {answered:.2f} s without Redis; done {seconds:.1f} s after its return")
    assert answered < 2


async def test_postgres_restarted_in_mid_pack_costs_nothing_that_was_made(cluster: Cluster) -> None:
    async with cluster.api() as api, cluster.client() as studio:
        influencer = await cluster.owner.influencer_with_face(studio)
        with cluster.worker_with("patient", WORKER_SLOTS="5", **REAL_LEASE) as worker:
            await start_packs(studio, influencer, [5, 5])
            await cluster.holding(5)
            async with cluster.without_postgres():
                worker.send(signal.SIGUSR1)  # images are made while nothing can be written
                await worker.has_said("the database is away")
                wish = {"subjectId": influencer, "imageCount": 1, "idempotencyKey": uuid4().hex}
                refused = await studio.post(START_PACK, {"input": wish})
                assert [error["extensions"]["code"] for error in refused["errors"]] == ["INTERNAL"]
            await until(lambda: answers(cluster), what="the API to be itself again")
            seconds = await cluster.settled(within=20)
            assert (worker.popen.poll(), api.popen.poll()) == (None, None)
        assert await cluster.owner.rows("SELECT DISTINCT tries FROM job_images") == [(1,)]
        again = await studio.ask(START_PACK, input=wish)
        assert again["job"]["status"] == "QUEUED"
    say(f"all done {seconds:.1f} s after Postgres was back")


@only_long
async def test_poison_image_stops_after_three_workers_and_the_others_are_finished(
    cluster: Cluster, user: Studio
) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with ExitStack() as stack:
        workers = [stack.enter_context(cluster.worker_with("poisonous")) for _ in range(4)]
        for worker in workers:
            await worker.has_said("worker is ready")
        balance = await user.balance()
        (job_id,) = await start_packs(user, influencer, [5], seed=POISON_SEED - 2)
        await cluster.settled(within=40)

        ended = [worker.popen.poll() for worker in workers]
        assert sorted(ended, key=str) == [-signal.SIGKILL] * 3 + [None]
    job = await user.ask(JOB, id=job_id)
    assert (job["status"], job["completedCount"], job["failedCount"]) == ("PARTIAL", 4, 1)
    assert (job["creditsCaptured"], job["creditsReserved"]) == (40, 0)
    assert job["errorMessage"].startswith("This image stopped its worker three times")
    assert await user.balance() == (balance[0] - 40, 0)


async def test_worker_whose_redis_is_away_at_its_start_begins_when_it_returns(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    await start_packs(user, influencer, [3])
    with ExitStack() as stack:
        with cluster.without_redis():
            worker = stack.enter_context(cluster.worker_with("quick"))
            await worker.has_said("the outbox could not be emptied")
        await cluster.settled(within=20)
        assert worker.popen.poll() is None


@only_long
async def test_worker_whose_postgres_is_away_at_its_start_begins_when_it_returns(
    cluster: Cluster, user: Studio
) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    await start_packs(user, influencer, [3])
    with ExitStack() as stack:
        async with cluster.without_postgres():
            worker = stack.enter_context(cluster.worker_with("quick"))
            await worker.has_said("the outbox could not be emptied")
        await cluster.settled(within=20)
        assert worker.popen.poll() is None


@only_long
async def test_one_worker_process_holds_hundreds_of_waiting_provider_calls(cluster: Cluster, user: Studio) -> None:
    # Whoever is slow to begin 250 is not dead; and each user may have fifty here.
    with cluster.worker_with("patient", RENDERS_PER_USER="50", **REAL_LEASE) as worker:
        await worker.has_said("worker is ready")
        idle = worker.rss_mb
        for name in ("ada", "ben", "cem", "dua", "eva"):
            one = user.as_user(name)
            await start_packs(one, await cluster.owner.influencer_with_face(one), [10] * 5)
        seconds = await cluster.holding(250)
        busy = worker.rss_mb
        worker.send(signal.SIGUSR1)
        done = await cluster.settled()
    say(f"250 calls held after {seconds:.1f} s: {busy:.0f} MB, idle {idle:.0f} MB; all done after {done:.1f} s")
    assert await cluster.owner.rows(ATTEMPTS) == [(1, 1)]
    assert busy < 250


async def test_an_image_is_begun_soon_after_its_pack_was_accepted(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    with cluster.worker_with("quick") as worker:
        await worker.has_said("worker is ready")
        for _ in range(50):
            await start_packs(user, influencer, [1])
            await cluster.settled()
    waits = "SELECT extract(epoch FROM started_at - created_at) * 1000 FROM jobs WHERE kind = 'PACK' AND started_at > created_at"
    found = sorted(float(wait) for (wait,) in await cluster.owner.rows(waits))
    assert len(found) == 50
    say(f"accepted to begun: median {found[25]:.0f} ms, 90 % {found[45]:.0f} ms, longest {found[-1]:.0f} ms")
    assert found[25] < 500


async def answers(cluster: Cluster) -> bool:
    async with cluster.client() as anyone:
        try:
            return "errors" not in await anyone.post(BALANCE)
        except aiohttp.ClientError:
            return False
