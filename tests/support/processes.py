"""Processes that a test starts, watches and kills."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT_OF_REPOSITORY = Path(__file__).parents[2]


@contextlib.contextmanager
def spawn_python(
    program: str, *arguments: str | Path, prefix: Sequence[str] = (), env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `program` with the tests' interpreter, our packages importable, all three streams piped, in its own session.

    It is killed on leaving, so that a failed assertion does not wait for it. `prefix` is a command that runs a command
    (setpriv); `env` is added to ours.
    """
    with subprocess.Popen(  # noqa: S603 - the tests' own programs
        [*prefix, sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT_OF_REPOSITORY,
        env={**os.environ, **(env or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # So that a test can press Ctrl-C for it alone: a signal to its process group.
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_line(process: subprocess.Popen[bytes]) -> str:
    """The next line of its output, or "" when there will be none; waits for it."""
    assert process.stdout is not None
    return process.stdout.readline().decode().rstrip("\n")


def wait_until(condition: Callable[[], bool], *, seconds: float = 15) -> None:
    """Return as soon as `condition` holds; fail the test when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still waiting after {seconds} s"
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    """False for a zombie: an orphan stays one where the container's first process does not reap."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
