"""Keeps our own processes running: starts them, restarts what dies, and leaves none behind.

Children write straight to our stdout and stderr. Their log lines already name the process, and a pipe would end with
us: after a kill -9 of the supervisor it would break their last words, and with them their orderly shutdown.
Single-threaded on purpose: a child ends with the thread that started it (see `app.embedded.lifeline`).
"""

import contextlib
import logging
import math
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType
from typing import NoReturn, Self

from app.embedded.lifeline import ends_with_parent

STOP_SIGNALS = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
ONE_PRESS = timedelta(seconds=1)
"""Signals so close together are one wish: `timeout` and some shells send theirs to the process and to its group."""
PROBE_EVERY = timedelta(milliseconds=50)

_log = logging.getLogger(__name__)


class SupervisorError(RuntimeError):
    """A child will not run. The message is one line; the child's own words stand above it in the output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    """The whole environment, not an addition to ours."""
    is_ready: Callable[[], bool] = lambda: True
    """Asked again and again at the start, in the main thread: it must answer within a second or so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    first_restart: timedelta = timedelta(milliseconds=250)
    longest_restart: timedelta = timedelta(seconds=10)
    """Waits double from the first to this one, and begin anew after a run that was not short."""
    short_run: timedelta = timedelta(seconds=5)
    short_runs: int = 5
    """A child that begins with so many short runs in a row is given up. One that has run well before is not: what
    ails it now (Redis away, say) may pass."""
    start: timedelta = timedelta(seconds=60)
    """For every child to be ready."""
    stop: timedelta = timedelta(seconds=15)
    """Between SIGTERM and SIGKILL. An API process drains for up to 10 s."""


@dataclass(slots=True)
class _Child:
    """One child over all of its runs. Times are of the monotonic clock, in seconds."""

    spec: ChildSpec
    patience: Patience
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    short_runs: int = 0
    has_run_well: bool = False

    def start(self) -> None:
        self.started_at = time.monotonic()
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own argument list, no shell
                self.spec.argv,
                env=dict(self.spec.env),
                stdin=subprocess.DEVNULL,
                # Ctrl-C reaches the terminal's foreground group: us alone, who then stop the children in order.
                start_new_session=True,
                preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - it does two system calls
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise SupervisorError(f"{self.spec.name} cannot be started: {error}") from error

    def look_after(self) -> None:
        """Notice a death, restart when its time has come. Raises SupervisorError on one short run too many."""
        if self.process is not None and self.process.poll() is not None:
            self._bury(self.process)
        elif self.process is None and time.monotonic() >= self.due_at:
            self.start()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """With everything in its session, whether it still runs or has left others behind. A second call is safe."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        ran_for = time.monotonic() - self.started_at
        was_short = ran_for < self.patience.short_run.total_seconds()
        self.short_runs = self.short_runs + 1 if was_short else 0
        self.has_run_well = self.has_run_well or not was_short
        self.kill()
        ended = f"{self.spec.name} ended ({_words(process.returncode)}) after {ran_for:.1f} s"
        if self.short_runs >= self.patience.short_runs and not self.has_run_well:
            raise SupervisorError(f"{ended}, {self.short_runs} times in a row: giving up.")
        wait = self._restart_wait()
        self.due_at = time.monotonic() + wait
        _log.warning("%s; starting it again in %g s", ended, wait)

    def _restart_wait(self) -> float:
        doublings = min(max(self.short_runs - 1, 0), 20)  # Bounded, or a float overflows after a day of crashes.
        doubled = self.patience.first_restart.total_seconds() * 2.0**doublings
        return min(doubled, self.patience.longest_restart.total_seconds())


@dataclass(slots=True)
class _Wish:
    """The user's, that all this stops. Signals of one press come apart: the next may arrive while the first one's
    KeyboardInterrupt is on its way to `__exit__`, and must not cut it short."""

    _interrupted_at: float = -math.inf

    def interrupt(self) -> None:
        """Raises KeyboardInterrupt, once for each press."""
        if time.monotonic() > self._interrupted_at + ONE_PRESS.total_seconds():
            self._interrupted_at = time.monotonic()
            raise KeyboardInterrupt


@dataclass(slots=True)
class Supervisor:
    """`with Supervisor(specs) as supervisor: supervisor.run()`. From the main thread only.

    Entering starts all children and returns when all are ready; leaving stops them. Between the two, outside `run`,
    nothing is restarted: that suits a short task beside the children. SIGINT, SIGTERM and SIGHUP are one thing while
    entered: a KeyboardInterrupt.
    """

    specs: Sequence[ChildSpec]
    patience: Patience = field(default_factory=Patience)
    _children: list[_Child] = field(default_factory=list, init=False)
    _handlers: contextlib.ExitStack = field(default_factory=contextlib.ExitStack, init=False)
    _wish: _Wish = field(default_factory=_Wish, init=False)

    def __enter__(self) -> Self:
        """Raises SupervisorError if a child is given up or not ready in time. Nothing is left running then."""
        self._handlers.enter_context(_handling(_stop_signals(), lambda *_: self._wish.interrupt()))
        self._children = [_Child(spec, self.patience) for spec in self.specs]
        try:
            with _listening() as inbox:
                self._start(inbox)
            self._heed(inbox.unread)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with self._handlers, _listening() as inbox:
            self._stop(inbox)

    def run(self) -> NoReturn:
        """Restart what dies, until a KeyboardInterrupt. Raises SupervisorError if a child is given up."""
        with _listening() as inbox:
            self._look_after_all()  # One may have died before we listened.
            while True:
                self._heed(inbox.wait(self._until_next_restart()))
                self._look_after_all()

    def _start(self, inbox: "_Inbox") -> None:
        for child in self._children:
            child.start()
        limit = self.patience.start.total_seconds()
        deadline = time.monotonic() + limit
        while waiting := [child.spec.name for child in self._children if not child.spec.is_ready()]:
            if time.monotonic() > deadline:
                raise SupervisorError(f"{', '.join(waiting)} did not become ready within {limit:g} s.")
            self._heed(inbox.wait(PROBE_EVERY.total_seconds()))
            self._look_after_all()

    def _heed(self, arrived: set[int]) -> None:
        if arrived & STOP_SIGNALS:
            self._wish.interrupt()

    def _look_after_all(self) -> None:
        for child in self._children:
            child.look_after()

    def _until_next_restart(self) -> float | None:
        """Seconds; None when nothing is due, and only a signal (SIGCHLD among them) can bring work."""
        due = [child.due_at for child in self._children if child.process is None]
        return max(min(due) - time.monotonic(), 0.0) if due else None

    def _stop(self, inbox: "_Inbox") -> None:
        """SIGTERM, and SIGKILL to what remains after the grace, which a second press of Ctrl-C ends."""
        for child in self._children:
            child.ask_to_stop()
        began = time.monotonic()
        deadline = began + self.patience.stop.total_seconds()
        while any(child.is_running() for child in self._children) and time.monotonic() < deadline:
            arrived = inbox.wait(deadline - time.monotonic())
            if arrived & STOP_SIGNALS and time.monotonic() > began + ONE_PRESS.total_seconds():
                break
        for child in self._children:
            child.kill()


@dataclass(slots=True)
class _Inbox:
    """Signals as something to wait for, instead of something that interrupts anywhere."""

    _reader: socket.socket
    unread: set[int] = field(default_factory=set)
    """What came between the last wait and the end of listening."""

    def wait(self, seconds: float | None) -> set[int]:
        """The signals that have come, as soon as there are any; none after `seconds`. None waits for ever."""
        arrived, _, _ = select.select([self._reader], [], [], seconds if seconds is None else max(seconds, 0.0))
        return set(self._reader.recv(4096)) if arrived else set()


@contextlib.contextmanager
def _listening() -> Iterator[_Inbox]:
    """Stop signals and SIGCHLD go to the inbox, and do nothing else."""
    reader, writer = socket.socketpair()
    with reader, writer:
        reader.setblocking(False)
        writer.setblocking(False)
        inbox = _Inbox(reader)
        former = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            with _handling(_stop_signals() | {signal.SIGCHLD}, _noted):
                yield inbox
        finally:
            signal.set_wakeup_fd(former)
            inbox.unread = inbox.wait(0.0)


@contextlib.contextmanager
def _handling(numbers: Iterable[signal.Signals], handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    former = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in former.items():
            signal.signal(number, earlier)


def _stop_signals() -> frozenset[signal.Signals]:
    """Under nohup a hang-up stays ignored. An ignored SIGINT does not: any background job of a script has that."""
    ignores_hangup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return STOP_SIGNALS - {signal.SIGHUP} if ignores_hangup else STOP_SIGNALS


def _noted(*_: object) -> None:
    """A Python handler must exist for a signal to reach the wakeup descriptor; it has nothing to do."""


def _words(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"
