"""What every benchmark stands on: real servers, a migrated database of its own, and processes whose cost can be read.

Ours and the reference are processes of the same kind beside this one, which is only the client: their CPU time is theirs alone.
"""

import asyncio
import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import asyncpg  # type: ignore[import-untyped] # it ships none
from redis.asyncio import Redis
from sqlalchemy import make_url

from app.embedded.lifeline import ends_with_parent
from app.settings import Settings
from app.wiring import utc_now
from benchmarks.load import Connection, http_request
from providers.local.tokens import issue_token
from tests.conftest import free_port
from tests.support.database import make_clone, make_template
from tests.support.servers import RunningServers, passable_directory, start_test_servers

LIMITS = (
    "POINTS_PER_MINUTE",
    "ANONYMOUS_POINTS_PER_MINUTE",
    "CHANGES_PER_MINUTE",
    "SOCKETS_PER_USER",
    "SUBSCRIPTIONS_PER_USER",
)
"""Of one user, who stands for many here: none."""

ROOT = Path(__file__).parents[1]
SECRET = "a secret of benchmarks, long enough to be one"  # noqa: S105 - it guards nothing
FILES = 20_000
"""Open files wanted: three servers with 5,000 sockets each, here. Servers inherit the limit."""

NODE_PROGRAMS = Path("benchmarks/node")
INSTALLED = NODE_PROGRAMS / "node_modules/.installed"
"""What `make bench` leaves when it has installed what Node's programs need."""

LONGEST_START = timedelta(seconds=30)
LONGEST_STOP = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Program:
    """A running process of ours, of the reference or of a rival."""

    pid: int
    port: int
    log: Path

    def cpu_seconds(self) -> float:
        """Of all its threads, to the nanosecond: this is how Linux numbers the clock of another process."""
        return time.clock_gettime(~self.pid << 3 | 2)

    def resident_bytes(self) -> int:
        return int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()

    async def answers(self, path: str) -> None:
        """Waits until it answers 200. Raises `TimeoutError`, with the last it wrote, when it does not."""
        try:
            async with asyncio.timeout(LONGEST_START.total_seconds()):
                while not await _is_ok(self.port, path):  # noqa: ASYNC110 - another process tells nobody
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise TimeoutError(f"{self.log.name}: {self.log.read_text(encoding='utf-8')[-2000:]}") from None


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
    async def paid_worker(self, api: Program) -> AsyncIterator[Program]:
        """The product's own, for providers that the environment names."""
        with self._run("worker", "-m", "app.cli", "worker") as program:
            await api.answers("/readyz")
            yield program

    @contextlib.asynccontextmanager
    async def emulator(self, name: str, *, seconds: float) -> AsyncIterator[Program]:
        """A vendor whose pictures take that long."""
        with self._run(name, "-m", "benchmarks.emulators", name, str(seconds)) as program:
            await program.answers("/healthz")
            yield program

    def configured(self, **more: str) -> "Place":
        """The same with further variables."""
        return replace(self, env={**self.env, **more})

    @contextlib.asynccontextmanager
    async def reference(self, name: str) -> AsyncIterator[Program]:
        with self._run(name, "-m", "benchmarks.reference", name) as program:
            await program.answers("/healthz")
            yield program

    @contextlib.asynccontextmanager
    async def node(self, program: str, *arguments: str, role: str) -> AsyncIterator[Program]:
        """A program of `benchmarks/node`, signed in to Postgres as that role."""
        env = {**self.env, **_libpq(self.env[role]), "NODE_ENV": "production", "PORT": str(free_port())}
        command = [node_binary() or "node", str(NODE_PROGRAMS / program), *arguments]
        with self._start("-".join([program, *arguments[:2]]), command, env) as server:
            await server.answers("/healthz")
            yield server

    @contextlib.contextmanager
    def _run(self, name: str, *arguments: str) -> Iterator[Program]:
        env = self.env if name in {"api", "worker"} else {**self.env, "PORT": str(free_port())}
        with self._start(name, [sys.executable, *arguments], env) as program:
            yield program

    @contextlib.contextmanager
    def _start(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> Iterator[Program]:
        path = self.folder / f"{name}.log"
        with path.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own programs
                command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=ends_with_parent(signal.SIGKILL),  # noqa: PLW1509 - it does two system calls
            )
        try:
            yield Program(process.pid, int(env["PORT"]), path)
        finally:
            _end(process)


def node_binary() -> str | None:
    """None on a machine without Node, or before `make bench` has installed what its programs need."""
    return shutil.which("node") if INSTALLED.exists() else None


def _libpq(url: str) -> dict[str, str]:
    """The variables that say the same as an address of ours, for drivers that do not read it."""
    parsed = make_url(url)
    host, port = (str(parsed.query[name]) for name in ("host", "port"))
    return {"PGHOST": host, "PGPORT": port, "PGUSER": str(parsed.username), "PGDATABASE": str(parsed.database)}


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(LONGEST_STOP.total_seconds())
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass(frozen=True, slots=True)
class Stage:
    """`rows` is how many images the gallery has, `sockets` how many subscribers events go to, in turn."""

    servers: RunningServers
    folder: Path
    rows: int
    sockets: Sequence[int]

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
            **dict.fromkeys(LIMITS, "0"),
        }


@contextlib.contextmanager
def open_stage(*, rows: int, sockets: Sequence[int]) -> Iterator[Stage]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES if most == resource.RLIM_INFINITY else min(FILES, most), most))
    with start_test_servers() as servers, passable_directory() as folder:
        yield Stage(servers, folder, rows, sockets)
