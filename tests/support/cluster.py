"""Our own processes, as a deployment runs them, over a test's servers; and the proof that nothing was lost or paid twice."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import redis.asyncio

from app.embedded.lifeline import ends_with_parent
from app.settings import DatabaseSettings, Settings
from db.engine import Database
from tests.support.owner import Owner
from tests.support.processes import ROOT_OF_REPOSITORY
from tests.support.servers import RunningServers
from tests.support.studio import Studio

LONG = os.environ.get("LIKENESS_CHAOS") == "long"
"""Whether the long forms run, which take many minutes. Read here because tests themselves see no LIKENESS_ variable."""

only_long = pytest.mark.skipif(not LONG, reason="LIKENESS_CHAOS=long runs it")

SHORT_LEASE = 2
"""Seconds. What waits for a lease to run out is then quick; one test uses the real one."""

UNSETTLED_JOBS = "SELECT count(*) FROM jobs WHERE status NOT IN ('COMPLETED', 'PARTIAL', 'FAILED', 'CANCELLED')"
MISCOUNTED_JOBS = """
SELECT j.id FROM jobs j JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'COMPLETED') AS completed, count(*) FILTER (WHERE state = 'FAILED') AS failed,
           count(*) FILTER (WHERE state = 'CANCELLED') AS cancelled, count(*) AS images
      FROM job_images WHERE job_id = j.id) seen ON true
 WHERE seen.images > 0 AND (
       (j.completed_count, j.failed_count, j.cancelled_count, j.image_count) <> (seen.completed, seen.failed, seen.cancelled, seen.images)
    OR j.completed_count + j.failed_count + j.cancelled_count <> j.image_count
    OR j.credits_captured <> j.completed_count * j.price_per_image OR j.credits_reserved <> 0
    OR j.status <> CASE WHEN j.cancelled_count > 0 THEN 'CANCELLED' WHEN j.completed_count = j.image_count THEN 'COMPLETED'
                        WHEN j.completed_count > 0 THEN 'PARTIAL' ELSE 'FAILED' END)
"""
"""Of jobs that a test was given (`Owner.give_images`) there is nothing to count."""
MISPAID_IMAGES = """
SELECT ji.job_id, ji.index, ji.state, h.resolution, count(DISTINCT i.id), count(DISTINCT e.id)
  FROM job_images ji
  LEFT JOIN credit_holds h ON h.id = ji.hold_id
  LEFT JOIN images i ON i.job_id = ji.job_id AND i.index = ji.index
  LEFT JOIN credit_holds held ON held.job_id = ji.job_id AND held.image_index = ji.index
  LEFT JOIN credit_entries e ON e.hold_id = held.id AND e.type = 'CAPTURE'
 GROUP BY ji.job_id, ji.index, ji.state, h.resolution
HAVING (ji.state, h.resolution, count(DISTINCT i.id), count(DISTINCT e.id)) NOT IN
       (('COMPLETED', 'CAPTURED', 1, 1), ('FAILED', 'RELEASED', 0, 0), ('FAILED', 'EXPIRED', 0, 0), ('CANCELLED', 'RELEASED', 0, 0))
"""
RESERVED = "SELECT coalesce(sum(reserved), 0) FROM credit_accounts"
OPEN_HOLDS = "SELECT count(*) FROM credit_holds WHERE resolution IS NULL"
UNCOVERED_EVENTS = """
SELECT id FROM jobs j
 WHERE event_count <> (SELECT count(*) FROM events WHERE job_id = j.id)
    OR event_count <> (SELECT max(job_number) FROM events WHERE job_id = j.id)
"""
OUTBOX = "SELECT count(*) FROM outbox"
COMPLETED = "SELECT count(*) FROM job_images WHERE state = 'COMPLETED'"
IN_FLIGHT = "SELECT count(*) FROM job_images WHERE state = 'RENDERING' AND lease_until > now()"

IMAGES = """
SELECT 'image', index, state, 'attempt', attempt, 'tries', tries, 'lease', round(extract(epoch FROM lease_until - now()), 1),
       'sent', round(extract(epoch FROM now() - sent_at), 1) FROM job_images ORDER BY job_id, index
"""
SESSIONS = r"""
SELECT application_name, pid, coalesce(state, '-'), coalesce(wait_event, '-'), 'blocked by', pg_blocking_pids(pid),
       'transaction', round(extract(epoch FROM clock_timestamp() - xact_start), 1), backend_xid,
       'statement', round(extract(epoch FROM clock_timestamp() - query_start), 1), left(regexp_replace(query, '\s+', ' ', 'g'), 100)
  FROM pg_stat_activity WHERE datname = current_database() ORDER BY xact_start
"""


def say(words: str) -> None:
    """For whoever runs pytest with -s, or looks at a failure."""
    print(words)  # noqa: T201 - pytest captures it


async def until(
    condition: Callable[[], Awaitable[bool]], *, within: float = 30, what: str = "the condition", every: float = 0.02
) -> float:
    """Wait for it; returns the seconds that took. Fails the test when it does not hold in time."""
    began = time.monotonic()
    while not await condition():
        assert time.monotonic() - began < within, f"still waiting for {what} after {within:g} s"
        await asyncio.sleep(every)
    return time.monotonic() - began


@dataclass(frozen=True, slots=True)
class Process:
    """One of ours. Its log is shown by pytest when the test fails, as it is printed on leaving."""

    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.popen.pid

    def send(self, number: signal.Signals) -> None:
        self.popen.send_signal(number)

    def kill(self) -> None:
        """-9, and gone when this returns."""
        self.popen.kill()
        self.popen.wait()

    async def ended(self, *, within: float = 15) -> tuple[int, float]:
        """Its exit status, and the seconds until it was there."""

        async def is_gone() -> bool:
            return self.popen.poll() is not None

        seconds = await until(is_gone, within=within, what=f"process {self.pid} to end")
        return self.popen.returncode, seconds

    async def has_stopped(self, *, within: float = 30) -> None:
        """By SIGSTOP: it is there, and does nothing."""

        async def is_stopped() -> bool:
            return self.state == "T"

        await until(is_stopped, within=within, what=f"process {self.pid} to stop")

    def says(self, words: str) -> bool:
        return words in self.log.read_text(errors="replace")

    async def has_said(self, words: str, *, within: float = 30) -> None:
        async def is_said() -> bool:
            return self.says(words)

        await until(is_said, within=within, what=f"'{words}'")

    @property
    def state(self) -> str:
        """A letter: see proc(5)."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2][0]

    @property
    def rss_mb(self) -> float:
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def running(argv: Sequence[str], env: dict[str, str], log: Path) -> Iterator[Process]:
    """Killed on leaving, with all that it started in its session; and with us, whatever ends us."""
    with log.open("ab") as output:
        popen = subprocess.Popen(  # noqa: S603 - the tests' own programs
            argv,
            cwd=ROOT_OF_REPOSITORY,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=ends_with_parent(signal.SIGKILL),  # noqa: PLW1509 - it does two system calls
        )
    try:
        yield Process(popen, log)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(popen.pid, signal.SIGKILL)
        popen.wait()
        say(f"---- {log.name}\n{log.read_text(errors='replace')[-6000:]}")


@dataclass(slots=True)
class Cluster:
    """Settings of a deployment, and its processes. `environment` says the same as `settings`, for them."""

    environment: dict[str, str]
    settings: Settings
    owner: Owner
    logs: Path
    servers: RunningServers
    _database: Database
    _started: int = field(default=0, init=False)

    @contextmanager
    def worker(self, **more: str) -> Iterator[Process]:
        """`more` are further variables."""
        with self._process("worker", [sys.executable, "-m", "app.cli", "worker"], more) as process:
            yield process

    @contextmanager
    def worker_with(self, images: str, **more: str) -> Iterator[Process]:
        """A worker whose provider is a class of `tests.support.worker_process`."""
        argv = [sys.executable, "-m", "tests.support.worker_process", images]
        with self._process(images, argv, more) as process:
            yield process

    @asynccontextmanager
    async def api(self, **more: str) -> AsyncIterator[Process]:
        """Answers when the block begins."""
        with self._process("api", [sys.executable, "-m", "app.cli", "api"], more) as process:
            async with aiohttp.ClientSession() as http:
                await until(lambda: self._is_alive(http), what="the API")
            yield process

    @asynccontextmanager
    async def studio(self) -> AsyncIterator[Studio]:
        """A new user of an API in a process of its own."""
        async with self.api(), self.client() as studio:
            yield studio

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Studio]:
        """A new user of the API that runs already."""
        async with aiohttp.ClientSession() as http:
            yield Studio(self.settings.http.public_url, self.settings, http)

    @asynccontextmanager
    async def without_postgres(self) -> AsyncIterator[None]:
        """It is stopped, and started again on the same data when the block ends."""
        await self._database.close()  # or the test's own pool would find its connections broken
        self.servers.postgres.stop()
        try:
            yield
        finally:
            self.servers.postgres.start()

    @contextmanager
    def without_redis(self) -> Iterator[None]:
        """It is stopped, and started again without data when the block ends: a test's Redis keeps nothing on disk."""
        self.servers.redis.stop()
        try:
            yield
        finally:
            self.servers.redis.start()

    async def relayed(self) -> None:
        """Nothing is left in the outbox: what waits now waits in Redis alone."""

        async def is_empty() -> bool:
            return bool(await self.owner.value(OUTBOX) == 0)

        await until(is_empty, what="the outbox to be empty")

    async def in_flight(self) -> int:
        """Images that a worker holds."""
        found: int = await self.owner.value(IN_FLIGHT)
        return found

    async def holding(self, count: int) -> float:
        """Returns when workers hold that many images; the seconds that took."""

        async def are_held() -> bool:
            return await self.in_flight() >= count

        return await until(are_held, what=f"{count} images in flight")

    async def completed(self, count: int) -> float:
        """Returns when that many images are done; the seconds that took."""

        async def are_done() -> bool:
            return bool(await self.owner.value(COMPLETED) >= count)

        return await until(are_done, what=f"{count} images done")

    async def settled(self, *, within: float = 60) -> float:
        """Returns when every job has ended and the outbox is empty, and fails the test when something is wrong with them.

        The seconds that took.
        """

        async def is_done() -> bool:
            return bool(await self.owner.value(UNSETTLED_JOBS) == 0 and await self.owner.value(OUTBOX) == 0)

        try:
            seconds = await until(is_done, within=within, what="every job to end and the outbox to be empty")
        except AssertionError:
            await self._say_who_waits()
            raise
        await assert_nothing_is_wrong(self.owner)
        return seconds

    async def _say_who_waits(self) -> None:
        """For the log of a failure: what Postgres is doing for whom, oldest transaction first, and who waits for whom."""
        for sql in (IMAGES, SESSIONS):
            for row in await self.owner.rows(sql):
                say(" ".join(map(str, row)))

    @contextmanager
    def _process(self, name: str, argv: Sequence[str], more: dict[str, str]) -> Iterator[Process]:
        self._started += 1
        with running(argv, {**self.environment, **more}, self.logs / f"{self._started}-{name}.log") as process:
            yield process

    async def _is_alive(self, http: aiohttp.ClientSession) -> bool:
        try:
            async with http.get(f"{self.settings.http.public_url}/healthz") as answer:
                return bool(answer.status == 200)
        except aiohttp.ClientError:
            return False


async def assert_nothing_is_wrong(owner: Owner) -> None:
    """Exact, for every job and image there is: final, counted, an asset and one charge for each that is done, none else."""
    assert await owner.value(UNSETTLED_JOBS) == 0
    assert await owner.rows(MISCOUNTED_JOBS) == []
    assert await owner.rows(MISPAID_IMAGES) == []
    assert await owner.rows(UNCOVERED_EVENTS) == []
    assert await owner.violations() == []
    assert (await owner.value(RESERVED), await owner.value(OPEN_HOLDS)) == (0, 0)


def environment_for(
    servers: RunningServers, database: DatabaseSettings, *, port: int, data_dir: Path
) -> dict[str, str]:
    """What a deployment's environment would say, with a lease that is quick to run out."""
    return {
        "DATABASE_URL": database.owner,
        "API_DATABASE_URL": database.api,
        "WORKER_DATABASE_URL": database.worker,
        "REDIS_URL": servers.redis.url(0),
        "TASKS_REDIS_URL": servers.redis.url(1),
        "LIKENESS_SECRET": "a secret of tests, long enough to be one",
        "LIKENESS_DATA_DIR": str(data_dir),
        "PORT": str(port),
        "SIGNUP_CREDITS": "100000",
        "CHANGES_PER_MINUTE": "0",
        "LOG_FORMAT": "text",
        "WORKER_LEASE_SECONDS": str(SHORT_LEASE),
    }


@asynccontextmanager
async def cluster_on(servers: RunningServers, environment: dict[str, str], logs: Path) -> AsyncIterator[Cluster]:
    """Nothing runs yet. The database must be there, migrated; Redis is emptied."""
    settings = Settings.from_env(environment)
    for url in (settings.redis.live, settings.redis.tasks):
        client = redis.asyncio.Redis.from_url(url)
        await client.flushdb()
        await client.aclose()
    database = Database(settings.database.owner, application_name="test-owner", pool_size=2)
    try:
        yield Cluster(environment, settings, Owner(database), logs, servers, database)
    finally:
        await database.close()


async def start_packs(studio: Studio, influencer: str, counts: Sequence[int], **more: object) -> list[str]:
    """Ids of the jobs. Fails the test on a refusal."""
    jobs = []
    for count in counts:
        payload = await studio.start_pack(influencer, count=count, **more)
        assert not payload["errors"], payload
        jobs.append(payload["job"]["id"])
    return jobs
