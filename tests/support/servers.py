"""Real servers for a test session, in a directory that goes away with them."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.embedded import EmbeddedPostgres, EmbeddedRedis

HOLD_SERVERS = """
import json, signal, sys
from pathlib import Path
from app.embedded import EmbeddedPostgres, EmbeddedRedis, claim

with claim(Path(sys.argv[1])) as data, EmbeddedPostgres(data.postgres) as postgres, EmbeddedRedis(data.redis) as redis:
    print(json.dumps([postgres.url("postgres", "postgres"), redis.url(), postgres.pid, redis.pid]), flush=True)
    signal.pause()
"""
"""A program that claims its argument, starts both servers there, says where they are, and waits to be killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServers:
    postgres: EmbeddedPostgres
    redis: EmbeddedRedis


@contextlib.contextmanager
def passable_directory() -> Iterator[Path]:
    """A temporary directory for servers to live in; pytest's own are closed to the user they run as under root."""
    with tempfile.TemporaryDirectory(prefix="likeness-test-", dir="/tmp") as path:
        Path(path).chmod(0o711)
        yield Path(path)


@contextlib.contextmanager
def start_test_servers() -> Iterator[RunningServers]:
    """One of each, fast and forgetful. From the main thread; safe to call under a running event loop.

    Under xdist every worker starts its own: that takes 0.6 s, and sharing would need an owner that outlives the others.
    """
    with (
        passable_directory() as directory,
        EmbeddedPostgres(directory / "postgres", fast=True) as postgres,
        EmbeddedRedis(directory / "redis", fast=True) as redis,
    ):
        yield RunningServers(postgres=postgres, redis=redis)
