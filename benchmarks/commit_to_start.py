"""From a pack accepted to its image begun: 100 packs of one image, one after another, on an idle system.

Both stamps are the product's own, taken as its two transactions begin (`jobs.created_at`, `jobs.started_at`): the figure holds
all of the transaction that accepts, the outbox, Redis and Dramatiq, and ends where a worker begins to claim.
"""

import asyncio
import random
import time
from datetime import timedelta
from statistics import median

import asyncpg  # type: ignore[import-untyped] # it ships none
import dramatiq
from dramatiq.brokers.redis import RedisBroker

from benchmarks.load import Connection, graphql_request
from benchmarks.people import add_influencer, add_user
from benchmarks.report import LESS, Column, Report, percentile
from benchmarks.stage import Stage
from schema.ids import global_id
from tasks.broker import POLL
from tasks.loop import THREADS
from tests.support.operations import operations, variables_of

PACKS = 100
PAUSE = 0.03  # seconds, give or take, so that no two polls fall into step
USER = "starter"
FINISHED = "SELECT count(*) FROM jobs WHERE kind = 'PACK' AND mode_reason NOT LIKE 'Given%' AND finished_at IS NOT NULL"
WAITS = (
    "SELECT extract(epoch FROM started_at - created_at)::float8 FROM jobs WHERE kind = 'PACK' AND mode_reason NOT LIKE 'Given%' "
    "ORDER BY created_at"
)


async def measure(stage: Stage) -> list[Report]:
    ours = await _packs(stage)
    theirs = await asyncio.to_thread(_bare_messages, stage.servers.redis.url(2))
    bare = "bare message"
    return [
        Report(
            f"commit_to_start: accepted to begun, {PACKS} packs of one image, one after another, idle",
            bare,
            f"of Dramatiq on the same Redis, enqueue to start; {THREADS} threads, polls of {POLL.microseconds // 1000} ms",
            [Column("median", "ms", LESS), Column("p99", "ms", LESS)],
            {
                name: [1000 * median(waits), 1000 * percentile(waits, 0.99)]
                for name, waits in (("likeness", ours), (bare, theirs))
            },
        )
    ]


async def _packs(stage: Stage) -> list[float]:
    async with stage.place("commit_to_start") as place, place.owner() as owner:
        subject_id = await add_influencer(owner, await add_user(owner, USER))
        wish = variables_of("StartPack", influencer_id=global_id("Influencer", subject_id))
        wish["input"]["imageCount"] = 1
        async with place.api() as api, place.worker(api, render=timedelta()), Connection.to(api.port) as connection:
            for number in range(-3, PACKS):  # the first few warm caches and connections
                wish["input"]["idempotencyKey"] = f"start-{number}"
                await connection.ask(graphql_request(operations()["StartPack"], wish, place.token(USER)))
                await _until_finished(owner, number + 4)
                await asyncio.sleep(PAUSE * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
        return [row[0] for row in await owner.fetch(WAITS)][-PACKS:]


async def _until_finished(owner: asyncpg.Connection, count: int) -> None:
    async with asyncio.timeout(20):
        while await owner.fetchval(FINISHED) < count:  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.01)


def _bare_messages(redis_url: str) -> list[float]:
    """In this process, which has nothing else to do meanwhile."""
    broker = RedisBroker(url=redis_url, middleware=[])  # type: ignore[no-untyped-call] # dramatiq's brokers have no types
    waits: list[float] = []

    @dramatiq.actor(broker=broker)
    def note(enqueued: float) -> None:
        waits.append(time.time() - enqueued)

    worker = dramatiq.Worker(broker, worker_threads=THREADS, worker_timeout=round(POLL.total_seconds() * 1000))
    worker.start()
    try:
        for _ in range(PACKS):
            note.send(time.time())
            time.sleep(PAUSE + PAUSE * random.uniform(0.5, 1.5))  # noqa: S311
        broker.join("default", timeout=5000)
    finally:
        worker.stop()
        broker.close()
    return waits
