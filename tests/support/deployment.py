"""A deployment with paid vendors, its API running for a whole test file, and what has to be true of it afterwards."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

import asyncpg  # type: ignore[import-untyped] # it ships none
import redis.asyncio
from PIL import Image
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from tests.support.cluster import UNSETTLED_JOBS, Cluster, Process, assert_nothing_is_wrong, until
from tests.support.database import empty
from tests.support.emulators.serving import served
from tests.support.studio import JOB, Json, Studio
from tests.support.vendors import Counter, FalVendor, OpenAIVendor, RunPodVendor, Vendor

DUE = "SELECT count(*) FROM outbox WHERE run_after <= now()"
OPEN_CALLS = "SELECT count(*) FROM provider_calls WHERE ended_at IS NULL"
STATES = "SELECT state, count(*) FROM provider_calls GROUP BY state ORDER BY state"
DONE = "SELECT request_id FROM provider_calls WHERE state = 'DONE' ORDER BY request_id"
SUBMITTED = "SELECT count(*) FROM provider_calls WHERE state = 'SUBMITTED'"
BLOCKED = """
SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'likeness-worker'
"""
FILES = "SELECT id, sha256, width, height, content_type, size_bytes FROM images"

WITH_WEBHOOKS = {"PROVIDER_WEBHOOKS": "on"}


@dataclass(frozen=True, slots=True)
class Deployment:
    """Workers are started by whoever needs one: with the keys of one vendor, and so for that one alone."""

    cluster: Cluster
    fal: FalVendor
    runpod: RunPodVendor
    openai: OpenAIVendor

    def vendor(self, name: str) -> Vendor:
        vendors: dict[str, Vendor] = {"fal": self.fal, "runpod": self.runpod}
        return vendors[name]

    @contextmanager
    def worker(self, vendor: Vendor, **more: str) -> Iterator[Process]:
        with self.cluster.worker(**{**vendor.environment, **more}) as worker:
            yield worker

    async def empty(self) -> None:
        """No user, no job, nothing in Redis."""
        engine = create_async_engine(self.cluster.settings.database.owner, poolclass=NullPool)
        await empty(engine)
        async with redis.asyncio.Redis.from_url(self.cluster.settings.redis.live) as client:
            await client.flushall()

    async def settled(self, *, within: float = 30) -> None:
        """Every job has ended, the books are in order, no call is open. A look that is due later finds nothing to do."""
        for sql, what in ((UNSETTLED_JOBS, "job to end"), (DUE, "message to be sent"), (OPEN_CALLS, "call to end")):
            await until(partial(self._is_none_left, sql), within=within, what=f"every {what}")
        await assert_nothing_is_wrong(self.cluster.owner)

    async def _is_none_left(self, sql: str) -> bool:
        return bool(await self.cluster.owner.value(sql) == 0)

    async def states(self) -> dict[str, int]:
        """How many calls ended how."""
        return dict(await self._rows(STATES))

    async def assert_paid_once(self, vendor: Vendor, images: int) -> None:
        """The vendor accepted one call for each image, all of them known to us, and each image has its own."""
        done = [number for (number,) in await self._rows(DONE)]
        assert len(done) == images
        assert sorted(vendor.numbers) == done
        assert await self.states() == {"DONE": images}

    async def are_waited_for(self, count: int) -> None:
        """So many calls have a number that is kept, and are not over."""

        async def are_submitted() -> bool:
            return bool(await self.cluster.owner.value(SUBMITTED) == count)

        await until(are_submitted, what=f"{count} calls under way")

    @asynccontextmanager
    async def nothing_is_kept(self) -> AsyncIterator[Callable[[], Awaitable[float]]]:
        """See `nothing_is_kept`."""
        async with nothing_is_kept(self.cluster) as somebody_would:
            yield somebody_would

    async def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return await self.cluster.owner.rows(sql)


@asynccontextmanager
async def nothing_is_kept(cluster: Cluster, *, locked: str = "users") -> AsyncIterator[Callable[[], Awaitable[float]]]:
    """Inside, whoever would keep an image or a LoRA, or begin one, waits. Gives a way to wait for the first who does.
    With `credit_holds` locked, only whoever would take the money for it waits."""
    connection = await asyncpg.connect(cluster.settings.database.owner.replace("+asyncpg", ""))

    async def is_waited_for() -> bool:
        return bool(await cluster.owner.value(BLOCKED))

    try:
        async with connection.transaction():
            await connection.execute(f"SELECT FROM {locked} FOR UPDATE")
            yield partial(until, is_waited_for, what="a worker to finish an image")
    finally:
        await connection.close()


async def accepted(vendor: Vendor, count: int) -> None:
    async def is_accepted() -> bool:
        return len(vendor.numbers) == count

    await until(is_accepted, what=f"{vendor.name} to accept {count}")


async def pictures_of(studio: Studio, job: Json, cluster: Cluster) -> list[bytes]:
    """Fetched by the addresses that clients are given. Fails the test where one is no picture, of another size than was asked
    for, or not what was written down of it."""
    edges = (await studio.ask(JOB, id=job["id"]))["images"]["edges"]
    known = {sha: (width, height, kind, size) for _, sha, width, height, kind, size in await cluster.owner.rows(FILES)}
    found = []
    for edge in edges:
        async with studio.http.get(edge["node"]["url"]) as answer:
            assert answer.status == 200
            data = await answer.read()
        image = Image.open(BytesIO(data))
        image.load()
        kind = Image.MIME[image.format or ""]
        assert known[hashlib.sha256(data).hexdigest()] == (*image.size, kind, len(data))
        found.append(data)
    assert len(found) == job["completedCount"]
    return found


def sizes_of(pictures: Sequence[bytes]) -> set[tuple[int, int]]:
    return {Image.open(BytesIO(data)).size for data in pictures}


@asynccontextmanager
async def deployed(cluster: Cluster) -> AsyncIterator[Deployment]:
    """With every vendor's keys in the API's environment: it answers their calls, and has OpenAI's judge read people's words."""
    counters = [Counter() for _ in range(3)]
    with served(counters[0]) as fal, served(counters[1]) as runpod, served(counters[2]) as openai:
        made = Deployment(
            cluster,
            FalVendor(fal, counters[0]),
            RunPodVendor(runpod, counters[1]),
            OpenAIVendor(openai, counters[2]),
        )
        made.openai.open()
        async with cluster.api(**made.fal.environment, **made.runpod.environment, **made.openai.environment):
            yield made
