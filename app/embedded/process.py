"""One embedded server as a foreground child: started, watched until it answers, stopped.

A lock on `server.lock` is inherited by the server and all that it forks, so it is held exactly as long as any of them
lives. Whoever starts the server again waits for it, and pid files need not be believed.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO

from app.embedded.errors import EmbeddedServerError
from app.embedded.home import ServerHome
from app.embedded.lifeline import ends_with_parent

LONGEST_START = timedelta(seconds=60)
"""Bounds the replay of a write-ahead log or append-only file after a crash; an ordinary start takes 0.1 s."""
LONGEST_STOP = timedelta(seconds=30)
LONGEST_FAREWELL = timedelta(seconds=15)
"""How long a server of a killed parent may take to finish before a new start gives up on it."""
LARGEST_LOG = 10_000_000  # bytes
POLL = timedelta(milliseconds=20)


@dataclass(slots=True, kw_only=True)
class ServerProcess:
    name: str
    home: ServerHome
    stop_signal: signal.Signals
    """The server's word for a clean shutdown without waiting for its clients."""
    _lock: IO[bytes] | None = field(default=None, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def take_lock(self) -> None:
        """Wait until an earlier server on this directory is gone. Raises EmbeddedServerError if it stays."""
        self._lock = self.home.lock.open("ab")
        deadline = time.monotonic() + LONGEST_FAREWELL.total_seconds()
        while not _locked(self._lock):
            if time.monotonic() > deadline:
                raise EmbeddedServerError(f"Another {self.name} is still running on {self.home.directory}.")
            time.sleep(POLL.total_seconds())

    def run_to_end(self, argv: Sequence[str | Path]) -> None:
        """Run a preparing program as the server's account. Raises EmbeddedServerError unless it succeeds."""
        self._process = self._spawn(argv)
        if (status := self._process.wait()) != 0:
            raise self._failure(f"could not be set up ({_ended(status)})")

    def start(self, argv: Sequence[str | Path], *, answers: Callable[[], bool]) -> None:
        """Returns when `answers` first does so. Raises EmbeddedServerError if the server ends or keeps silent."""
        _set_long_log_aside(self.home.log)
        self._process = self._spawn(argv)
        deadline = time.monotonic() + LONGEST_START.total_seconds()
        while not answers():
            if (status := self._process.poll()) is not None:
                raise self._failure(f"did not start ({_ended(status)})")
            if time.monotonic() > deadline:
                raise self._failure(f"did not answer within {LONGEST_START.total_seconds():.0f} s")
            time.sleep(POLL.total_seconds())

    def stop(self) -> None:
        """Cleanly, or by force after LONGEST_STOP. A second call is safe."""
        if self._process is not None:
            self._process.send_signal(self.stop_signal)
            try:
                self._process.wait(LONGEST_STOP.total_seconds())
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _spawn(self, argv: Sequence[str | Path]) -> subprocess.Popen[bytes]:
        other = None if self.home.account.is_ours else self.home.account
        try:
            with self.home.log.open("ab") as log:
                return subprocess.Popen(  # noqa: S603 - our own argument list, no shell
                    argv,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.home.data,
                    # Nothing of ours: PGPORT, PGDATA, LC_* and LD_* would change what the server does.
                    env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                    pass_fds=() if self._lock is None else (self._lock.fileno(),),
                    # Out of the terminal's reach: on Ctrl-C the server must outlive the processes that use it.
                    start_new_session=True,
                    user=None if other is None else other.uid,
                    group=None if other is None else other.gid,
                    extra_groups=None if other is None else [],
                    preexec_fn=ends_with_parent(self.stop_signal),  # noqa: PLW1509 - it does two system calls
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise EmbeddedServerError(f"{self.name} cannot be run as {self.home.account}: {error}") from error

    def _failure(self, what: str) -> EmbeddedServerError:
        last_lines = self.home.log.read_text(errors="replace").splitlines()[-12:]
        said = "\n".join(f"  {line}" for line in last_lines)
        return EmbeddedServerError(f"{self.name} {what}. The last lines of {self.home.log}:\n{said}")


def _locked(file: IO[bytes]) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _set_long_log_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))


def _ended(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
