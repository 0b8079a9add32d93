"""What every benchmark stands on: real servers, a migrated database of its own, and processes whose cost can be read.

Ours and the reference are processes of the same kind beside this one, which is only the client: their CPU time is theirs alone.
"""

import asyncio
import contextlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg  # type: ignore[import-untyped] # it ships none
from redis.asyncio import Redis

from app.embedded.lifeline import ends_with_parent
from app.settings import Settings
from app.wiring import utc_now
from benchmarks.load import Connection, http_request
from providers.local.tokens import issue_token
from tests.conftest import free_port
from tests.support.database import make_clone, make_template
from tests.support.servers import RunningServers, passable_directory, start_test_servers

ROOT = Path(__file__).parents[1]
SECRET = "a secret of benchmarks, long enough to be one"  # noqa: S105 - it guards nothing
TICKS = os.sysconf("SC_CLK_TCK")
FILES = 8192
"""Open files wanted: 1,000 sockets and their kin, here and in the server, which inherits the limit."""

LONGEST_START = timedelta(seconds=30)
LONGEST_STOP = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Program:
    """A running process of ours or of the reference. `port` is 0 for one that does not listen."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_bytes(self) -> int:
        return int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()

    async def answers(self, path: str) -> None:
        """Waits until it answers 200. Raises `TimeoutError` when it does not."""
        async with asyncio.timeout(LONGEST_START.total_seconds()):
            while not await _is_ok(self.port, path):  # noqa: ASYNC110 - another process tells nobody
                await asyncio.sleep(0.05)


async def _is_ok(port: int, path: str) -> bool:
    try:
        async with Connection.to(port) as connection:
            await connection.ask(http_request(path))
    except (OSError, EOFError, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Place:
    """One benchmark's own database and environment."""

    env: Mapping[str, str]
    folder: Path

    @property
    def settings(self) -> Settings:
        return Settings.from_env(self.env)

    def token(self, user: str) -> str:
        secret = self.settings.tokens.secret
        assert secret is not None
        return issue_token(user, secret=secret, now=utc_now(), life=timedelta(hours=1))

    @contextlib.asynccontextmanager
    async def owner(self) -> AsyncIterator[asyncpg.Connection]:
        """Signed in as the owner of the tables: row security does not bind it."""
        connection = await asyncpg.connect(self.env["DATABASE_URL"].replace("+asyncpg", ""))
        try:
            yield connection
        finally:
            await connection.close()

    @contextlib.asynccontextmanager
    async def api(self) -> AsyncIterator[Program]:
        with self._run("api", "-m", "app.cli", "api") as program:
            await program.answers("/healthz")
            yield program

    @contextlib.asynccontextmanager
    async def worker(self, api: Program, *, render: timedelta) -> AsyncIterator[Program]:
        """A worker whose provider takes exactly that long."""
        with self._run("worker", "-m", "benchmarks.worker", str(render.total_seconds())) as program:
            await api.answers("/readyz")
            yield program

    @contextlib.asynccontextmanager
    async def reference(self, name: str) -> AsyncIterator[Program]:
        with self._run("reference", "-m", "benchmarks.reference", name) as program:
            await program.answers("/healthz")
            yield program

    @contextlib.contextmanager
    def _run(self, name: str, *arguments: str) -> Iterator[Program]:
        port = int(self.env["PORT"]) if name == "api" else free_port()
        env = {**self.env, "PORT": str(port)} if name != "worker" else self.env
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own programs
                [sys.executable, *arguments],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=ends_with_parent(signal.SIGKILL),  # noqa: PLW1509 - it does two system calls
            )
        try:
            yield Program(process.pid, port)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(LONGEST_STOP.total_seconds())
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass(frozen=True, slots=True)
class Stage:
    """`rows` is how many images the gallery has."""

    servers: RunningServers
    folder: Path
    rows: int

    async def prepare(self) -> None:
        await make_template(self.servers)

    @contextlib.asynccontextmanager
    async def place(self, name: str) -> AsyncIterator[Place]:
        """Its database is empty, and so is Redis."""
        await make_clone(self.servers, name)
        for number in (0, 1):
            redis = Redis.from_url(self.servers.redis.url(number))
            await redis.flushdb()
            await redis.aclose()
        folder = self.folder / name
        folder.mkdir()
        yield Place(self._env(name, folder), folder)

    def _env(self, database: str, folder: Path) -> dict[str, str]:
        """Of a deployment that is configured by nothing else: what a developer's shell exports stays outside."""
        return {
            "PATH": os.defpath,
            "DATABASE_URL": self.servers.postgres.url("postgres", database),
            "API_DATABASE_URL": self.servers.postgres.url("likeness_api", database),
            "WORKER_DATABASE_URL": self.servers.postgres.url("likeness_worker", database),
            "REDIS_URL": self.servers.redis.url(0),
            "TASKS_REDIS_URL": self.servers.redis.url(1),
            "LIKENESS_SECRET": SECRET,
            "LIKENESS_DATA_DIR": str(folder),
            "PORT": str(free_port()),
            "PUBLIC_URL": "http://127.0.0.1:8000",  # of signed addresses, the same whoever signs
        }


@contextlib.contextmanager
def open_stage(*, rows: int) -> Iterator[Stage]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES if most == resource.RLIM_INFINITY else min(FILES, most), most))
    with start_test_servers() as servers, passable_directory() as folder:
        yield Stage(servers, folder, rows)
