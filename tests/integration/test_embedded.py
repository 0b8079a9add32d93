"""Embedded servers as their users meet them: first start, restart, crash, awkward directories."""

import json
import os
import signal
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # It ships no types.
import pytest
import redis.asyncio

from app.embedded import EmbeddedPostgres, EmbeddedRedis, EmbeddedServerError, claim
from tests.support.processes import is_running, read_line, spawn_python, wait_until
from tests.support.servers import HOLD_SERVERS, passable_directory, start_test_servers

CLUSTER = Path("data/cluster")

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")


@pytest.fixture
def directory() -> Iterator[Path]:
    with passable_directory() as path:
        yield path


async def on_postgres(url: str, query: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def redis_set(url: str, key: str, value: str) -> None:
    async with redis.asyncio.Redis.from_url(url) as client:
        await client.set(key, value)


async def redis_get(url: str, key: str) -> bytes | None:
    async with redis.asyncio.Redis.from_url(url) as client:
        value = await client.get(key)
        assert not isinstance(value, str)
        return value


async def test_data_survives_a_restart(directory: Path) -> None:
    with EmbeddedPostgres(directory / "postgres") as postgres, EmbeddedRedis(directory / "redis") as valkey:
        await on_postgres(postgres.url("postgres", "postgres"), "create table kept as select 42 as answer")
        await redis_set(valkey.url(db=3), "kept", "yes")

    with EmbeddedPostgres(directory / "postgres") as postgres, EmbeddedRedis(directory / "redis") as valkey:
        assert await on_postgres(postgres.url("postgres", "postgres"), "select answer from kept") == 42
        assert await redis_get(valkey.url(db=3), "kept") == b"yes"
        assert await redis_get(valkey.url(db=0), "kept") is None


async def test_test_servers_answer_and_leave_nothing() -> None:
    with start_test_servers() as servers:
        assert await on_postgres(servers.postgres.url("postgres", "postgres"), "show fsync") == "off"
        pids = [servers.postgres.pid, servers.redis.pid]

    assert not any(is_running(pid) for pid in pids if pid is not None)


async def test_url_does_not_depend_on_the_environment(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "elsewhere.invalid")

    with EmbeddedPostgres(directory / "postgres", fast=True) as postgres:
        url = postgres.url("postgres", "postgres")
        assert await on_postgres(url, "select current_user::text") == "postgres"
        assert await on_postgres(url, "show listen_addresses") == ""


def test_servers_are_out_of_the_reach_of_ctrl_c(directory: Path) -> None:
    with EmbeddedPostgres(directory / "postgres", fast=True) as postgres, EmbeddedRedis(directory / "redis") as valkey:
        for pid in (postgres.pid, valkey.pid):
            assert pid is not None
            assert os.getsid(pid) == pid


@needs_linux
async def test_killed_parent_leaves_no_server_and_loses_nothing(directory: Path) -> None:
    root = directory / "data"
    with spawn_python(HOLD_SERVERS, root) as holder:
        postgres_url, redis_url, *pids = json.loads(read_line(holder))
        await on_postgres(postgres_url, "create table kept as select 42 as answer")
        await redis_set(redis_url, "kept", "yes")
        holder.kill()

    # At once, while the old servers may still be shutting down: the new ones wait for them.
    with claim(root) as data, EmbeddedPostgres(data.postgres) as postgres, EmbeddedRedis(data.redis) as valkey:
        assert await on_postgres(postgres.url("postgres", "postgres"), "select answer from kept") == 42
        assert await redis_get(valkey.url(), "kept") == b"yes"
        wait_until(lambda: not any(map(is_running, pids)))


@needs_linux
def test_servers_of_a_killed_parent_end_by_themselves(directory: Path) -> None:
    with spawn_python(HOLD_SERVERS, directory / "data") as holder:
        _, _, *pids = json.loads(read_line(holder))
        assert all(map(is_running, pids))
        holder.kill()

    wait_until(lambda: not any(map(is_running, pids)))


async def test_killed_server_starts_again(directory: Path) -> None:
    with EmbeddedPostgres(directory / "postgres") as postgres:
        await on_postgres(postgres.url("postgres", "postgres"), "create table kept as select 42 as answer")
        assert postgres.pid is not None
        os.kill(postgres.pid, signal.SIGKILL)

    assert (directory / "postgres" / CLUSTER / "postmaster.pid").exists()
    with EmbeddedPostgres(directory / "postgres") as postgres:
        assert await on_postgres(postgres.url("postgres", "postgres"), "select answer from kept") == 42


def test_stale_pid_file_that_names_a_living_process_is_no_obstacle(directory: Path) -> None:
    with EmbeddedPostgres(directory / "postgres", fast=True):
        pass

    with EmbeddedRedis(directory / "redis", fast=True) as valkey:
        pid_file = directory / "postgres" / CLUSTER / "postmaster.pid"
        pid_file.write_text(f"{valkey.pid}\n{pid_file.parent}\n1700000000\n5432\n\n\n\n")
        with EmbeddedPostgres(directory / "postgres", fast=True) as postgres:
            assert pid_file.read_text().startswith(f"{postgres.pid}\n")


def test_interrupted_set_up_is_begun_anew(directory: Path) -> None:
    half = directory / "postgres/data/cluster.unfinished/base"
    half.mkdir(parents=True)

    with EmbeddedPostgres(directory / "postgres", fast=True) as postgres:
        assert postgres.pid is not None

    assert not half.parent.exists()


def test_failed_start_tells_the_last_lines_of_the_log(directory: Path) -> None:
    with EmbeddedPostgres(directory / "postgres", fast=True):
        pass
    (directory / "postgres" / CLUSTER / "PG_VERSION").write_text("9.6\n")

    with pytest.raises(EmbeddedServerError, match=r"did not start \(exit status 1\)") as failure:
        EmbeddedPostgres(directory / "postgres", fast=True).start()

    assert "database files are incompatible with server" in str(failure.value)


async def test_long_directory_gets_a_short_private_socket(directory: Path) -> None:
    deep = directory / ("d" * 60) / ("e" * 60)

    with EmbeddedPostgres(deep / "postgres", fast=True) as postgres, EmbeddedRedis(deep / "redis", fast=True) as valkey:
        assert await on_postgres(postgres.url("postgres", "postgres"), "select 1") == 1
        await redis_set(valkey.url(), "key", "value")
        socket_directory = Path(valkey.url().removeprefix("unix://").partition("?")[0]).parent
        assert not socket_directory.is_relative_to(directory)
        assert stat.S_IMODE(socket_directory.stat().st_mode) == 0o700

    assert not socket_directory.exists()


async def test_directory_with_spaces_and_signs_works(directory: Path) -> None:
    odd = directory / "my data & 100% ünïcode?"

    with EmbeddedPostgres(odd / "postgres", fast=True) as postgres, EmbeddedRedis(odd / "redis", fast=True) as valkey:
        assert await on_postgres(postgres.url("postgres", "postgres"), "select 1") == 1
        await redis_set(valkey.url(), "key", "value")


def test_start_outside_the_main_thread_is_refused(directory: Path) -> None:
    refusals: list[str] = []

    def start() -> None:
        try:
            EmbeddedRedis(directory / "redis", fast=True).start()
        except RuntimeError as error:
            refusals.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert refusals == ["Start this from the main thread: the child ends with the thread that starts it."]


def test_url_of_a_stopped_server_is_refused(directory: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="not running"):
        EmbeddedPostgres(directory).url("postgres", "postgres")
    with pytest.raises(EmbeddedServerError, match="not running"):
        EmbeddedRedis(directory).url()
