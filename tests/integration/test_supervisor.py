"""The supervisor with real children: ready, restarted, given up, and never left behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.supervisor import ChildSpec, Patience, Supervisor, SupervisorError
from tests.support.processes import is_running, read_line, spawn_python, wait_until

hangup = pytest.param(
    signal.SIGHUP,
    marks=pytest.mark.skipif(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, reason="these tests run under nohup"),
)
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")

PROMPT = Patience(
    first_restart=timedelta(milliseconds=10),
    longest_restart=timedelta(milliseconds=40),
    short_run=timedelta(seconds=5),
    short_runs=3,
    start=timedelta(milliseconds=300),
    stop=timedelta(seconds=5),
)

SUPERVISE = """
import os, sys
from datetime import timedelta
from app.supervisor import ChildSpec, Patience, Supervisor

short_run, stop = (timedelta(milliseconds=int(word)) for word in sys.argv[1:3])
patience = Patience(
    first_restart=timedelta(milliseconds=10), longest_restart=timedelta(milliseconds=40),
    short_run=short_run, short_runs=3, stop=stop,
)
specs = [ChildSpec(name="child", argv=["/bin/sh", "-c", script], env=os.environ) for script in sys.argv[3:]]
try:
    with Supervisor(specs, patience) as supervisor:
        supervisor.run()
except KeyboardInterrupt:
    print("stopped", flush=True)
"""

# Each says its pid when its traps are set.
PLAIN = "echo $$; exec sleep 600"
TALKING = "trap 'echo interrupted' INT; trap 'echo terminated; exit' TERM; echo $$; while :; do sleep 0.02; done"
STUBBORN_WITH_CHILD = "trap '' TERM; sleep 600 & echo $$ $!; while :; do wait; done"


def child(script: str, is_ready: Callable[[], bool] = lambda: True) -> ChildSpec:
    return ChildSpec(name="child", argv=["/bin/sh", "-c", script], env=os.environ, is_ready=is_ready)


def child_with_pid_file(pid_file: Path, is_ready: Callable[[], bool] | None = None) -> ChildSpec:
    """Ready, unless told otherwise, when the file is there."""
    return child(f"echo $$ > {pid_file}.new; mv {pid_file}.new {pid_file}; {PLAIN}", is_ready or pid_file.exists)


def supervise(*scripts: str, short_run: int = 0, stop: int = 5000) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """A supervisor in a process of its own. Times are in milliseconds."""
    return spawn_python(SUPERVISE, str(short_run), str(stop), *scripts)


def read_pids(process: subprocess.Popen[bytes]) -> list[int]:
    return [int(word) for word in read_line(process).split()]


def test_entering_waits_until_children_are_ready_and_leaving_ends_them(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"

    with Supervisor([child_with_pid_file(pid_file)]):
        pid = int(pid_file.read_text())
        assert is_running(pid)

    assert not is_running(pid)


def test_child_that_is_never_ready_is_reported_and_ended(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    supervisor = Supervisor([child(f"echo $$ > {pid_file}; {PLAIN}", lambda: False)], PROMPT)

    with pytest.raises(SupervisorError, match=r"child did not become ready within 0\.3 s"):
        supervisor.__enter__()

    assert not is_running(int(pid_file.read_text()))


def test_child_that_cannot_be_run_is_reported() -> None:
    missing = ChildSpec(name="worker", argv=["/missing/program"], env={})

    with pytest.raises(SupervisorError, match=r"worker cannot be started: .*No such file"), Supervisor([missing]):
        pass


def test_child_gets_the_given_environment_and_no_other(tmp_path: Path) -> None:
    said = tmp_path / "said"
    script = f"/usr/bin/env > {said}.new; mv {said}.new {said}; {PLAIN}"
    spec = ChildSpec(name="child", argv=["/bin/sh", "-c", script], env={"ONLY": "this"}, is_ready=said.exists)

    with Supervisor([spec]):
        names = {line.partition("=")[0] for line in said.read_text().splitlines()}

    assert names - {"PWD", "SHLVL", "_", "OLDPWD"} == {"ONLY"}


def test_crash_loop_at_the_start_is_given_up(tmp_path: Path) -> None:
    runs = tmp_path / "runs"

    giving_up = pytest.raises(SupervisorError, match=r"child ended \(exit status 7\) .* 3 times in a row: giving up")
    with giving_up, Supervisor([child(f"echo run >> {runs}; exit 7")], PROMPT) as supervisor:
        supervisor.run()

    assert runs.read_text().splitlines() == ["run"] * 3


def test_crash_loop_during_the_wait_for_readiness_is_given_up() -> None:
    with pytest.raises(SupervisorError, match="3 times in a row"):
        Supervisor([child("exit 7", lambda: False)], replace(PROMPT, start=timedelta(seconds=20))).__enter__()


def test_killed_child_is_started_again_and_its_neighbour_left_alone() -> None:
    with supervise(PLAIN, "exec sleep 600") as supervisor:
        [first] = read_pids(supervisor)
        os.kill(first, signal.SIGKILL)
        [second] = read_pids(supervisor)
        assert second != first
        supervisor.send_signal(signal.SIGTERM)
        rest, said = supervisor.communicate(timeout=15)

    assert (rest, supervisor.returncode) == (b"stopped\n", 0)
    assert re.fullmatch(rb"child ended \(SIGKILL\) after \d\.\d s; starting it again in 0.01 s\n", said)


def test_child_that_has_run_well_is_never_given_up() -> None:
    with supervise(PLAIN, short_run=200) as supervisor:
        [pid] = read_pids(supervisor)
        started = time.monotonic()
        wait_until(lambda: time.monotonic() > started + 0.2)
        for _ in range(6):
            os.kill(pid, signal.SIGKILL)
            [pid] = read_pids(supervisor)
        supervisor.send_signal(signal.SIGTERM)
        _, said = supervisor.communicate(timeout=15)

    assert re.findall(rb"again in ([\d.]+) s", said) == [b"0.01", b"0.01", b"0.02", b"0.04", b"0.04", b"0.04"]


@pytest.mark.parametrize("pressed", [signal.SIGINT, signal.SIGTERM, hangup])
def test_children_are_asked_once_to_stop(pressed: signal.Signals) -> None:
    with supervise(TALKING) as supervisor:
        [pid] = read_pids(supervisor)
        os.killpg(supervisor.pid, pressed)  # What a terminal does.
        rest, said = supervisor.communicate(timeout=15)

    assert (rest, said, supervisor.returncode) == (b"terminated\nstopped\n", b"", 0)
    assert not is_running(pid)


def test_child_that_will_not_stop_is_killed_with_its_own_children() -> None:
    with supervise(STUBBORN_WITH_CHILD, stop=200) as supervisor:
        pids = read_pids(supervisor)
        supervisor.send_signal(signal.SIGINT)
        rest, _ = supervisor.communicate(timeout=15)

    assert rest == b"stopped\n"
    wait_until(lambda: not any(map(is_running, pids)))


def test_second_press_of_ctrl_c_ends_the_grace() -> None:
    with supervise(STUBBORN_WITH_CHILD, stop=60_000) as supervisor:
        pids = read_pids(supervisor)
        supervisor.send_signal(signal.SIGINT)
        pressed = time.monotonic()
        wait_until(lambda: time.monotonic() > pressed + 1.5)
        assert all(map(is_running, pids))
        supervisor.send_signal(signal.SIGINT)
        rest, _ = supervisor.communicate(timeout=15)

    assert rest == b"stopped\n"
    wait_until(lambda: not any(map(is_running, pids)))


def test_signals_close_together_are_one_wish() -> None:
    with supervise(TALKING) as supervisor:
        read_pids(supervisor)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
            supervisor.send_signal(number)
        rest, _ = supervisor.communicate(timeout=15)

    assert rest == b"terminated\nstopped\n"


@needs_linux
def test_killed_supervisor_leaves_no_child() -> None:
    with supervise(PLAIN, PLAIN) as supervisor:
        pids = read_pids(supervisor) + read_pids(supervisor)
        assert all(map(is_running, pids))
        supervisor.kill()
        supervisor.communicate(timeout=15)

    wait_until(lambda: not any(map(is_running, pids)))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_beside_run_interrupts_and_children_are_stopped(number: signal.Signals, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    former = signal.getsignal(number)

    with pytest.raises(KeyboardInterrupt), Supervisor([child_with_pid_file(pid_file)]):
        signal.raise_signal(number)

    assert not is_running(int(pid_file.read_text()))
    assert signal.getsignal(number) is former


def test_signal_during_the_start_interrupts_it(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"

    def press_when_started() -> bool:
        if pid_file.exists():
            signal.raise_signal(signal.SIGTERM)
        return False

    with pytest.raises(KeyboardInterrupt), Supervisor([child_with_pid_file(pid_file, press_when_started)]):
        pass

    assert not is_running(int(pid_file.read_text()))


def test_signal_at_the_very_end_of_the_start_is_not_lost() -> None:
    def press_and_be_ready() -> bool:
        signal.raise_signal(signal.SIGTERM)
        return True

    with pytest.raises(KeyboardInterrupt), Supervisor([child(PLAIN, press_and_be_ready)]):
        pytest.fail("It went on.")


def test_signal_of_the_same_press_does_not_interrupt_the_way_out(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    after_the_first = []

    def press() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGINT)
            after_the_first.append("went on")

    with pytest.raises(KeyboardInterrupt), Supervisor([child_with_pid_file(pid_file)]):
        press()

    assert after_the_first == ["went on"]
    assert not is_running(int(pid_file.read_text()))
