"""The servers a command works with: those named in the environment, or embedded ones under the data folder.

Whoever starts the embedded servers leaves a note in the data folder (`running.json`, 0600, gone when they stop), so that
other commands find what is running.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from app.cli.errors import CommandError
from app.embedded import DataDir, DataDirError, EmbeddedPostgres, EmbeddedRedis, claim
from app.settings import Settings, data_dir_of
from db.migrate import migrate

NOTE = "running.json"
DATABASE = "postgres"

Environment = dict[str, str]
"""A whole environment, from which `Settings.from_env` can be made."""


def names_servers(env: Mapping[str, str]) -> bool:
    """Both or none: half of a configuration is a mistake."""
    named = [name for name in ("DATABASE_URL", "REDIS_URL") if env.get(name)]
    if len(named) == 1:
        missing = "REDIS_URL" if named[0] == "DATABASE_URL" else "DATABASE_URL"
        raise CommandError(f"{named[0]} is set and {missing} is not. Set both, or none for the embedded servers.")
    return bool(named)


@contextlib.contextmanager
def started_servers(env: Mapping[str, str], *, noted: Iterable[str] = ()) -> Iterator[Environment]:
    """Servers that run and are migrated, as an environment for our processes. Holds the data folder meanwhile.

    `noted` are variables that other commands on this folder have to know as well.
    """
    with claim(data_dir_of(env)) as data_dir, contextlib.ExitStack() as stack:
        complete = _with_secret(env, data_dir)
        if not names_servers(env):
            complete |= _start_embedded(data_dir, stack)
        settings = Settings.from_env(complete)
        asyncio.run(migrate(settings.database.owner, role_secret=settings.secret))
        stack.enter_context(_noted(data_dir, complete, noted))
        yield complete


@contextlib.contextmanager
def reached_servers(env: Mapping[str, str]) -> Iterator[Environment]:
    """For a command beside others: what runs already, or is named, or else the embedded servers for a moment."""
    data_dir = DataDir(data_dir_of(env))
    if names_servers(env):
        yield _with_secret(env, data_dir)
        return
    try:
        with started_servers(env) as started:
            yield started
    except DataDirError:
        running = running_environment(env)
        if running is None:
            raise
        yield running


def running_environment(env: Mapping[str, str]) -> Environment | None:
    """What another process has started on this data folder; None when there is no note."""
    try:
        noted: Environment = json.loads((data_dir_of(env) / NOTE).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return {**env, **noted}


def _with_secret(env: Mapping[str, str], data_dir: DataDir) -> Environment:
    secret = env.get("LIKENESS_SECRET") or data_dir.app_secret().hex()
    return {**env, "LIKENESS_SECRET": secret, "LIKENESS_DATA_DIR": str(data_dir.root)}


def _start_embedded(data_dir: DataDir, stack: contextlib.ExitStack) -> Environment:
    postgres = stack.enter_context(EmbeddedPostgres(data_dir.postgres))
    redis = stack.enter_context(EmbeddedRedis(data_dir.redis))
    return {
        "DATABASE_URL": postgres.url("postgres", DATABASE),
        "API_DATABASE_URL": postgres.url("likeness_api", DATABASE),
        "WORKER_DATABASE_URL": postgres.url("likeness_worker", DATABASE),
        "REDIS_URL": redis.url(0),
        "TASKS_REDIS_URL": redis.url(1),
    }


@contextlib.contextmanager
def _noted(data_dir: DataDir, environment: Environment, also: Iterable[str]) -> Iterator[None]:
    kept = ("DATABASE_URL", "API_DATABASE_URL", "WORKER_DATABASE_URL", "REDIS_URL", "TASKS_REDIS_URL")
    note = {name: environment[name] for name in (*kept, "LIKENESS_SECRET", "PORT", *also) if name in environment}
    path = data_dir.root / NOTE
    _write_private(path, json.dumps(note))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
