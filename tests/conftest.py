"""What every test can ask for: servers for the session, a database emptied for the test, an API and a worker around it."""

import asyncio
import gc
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import redis.asyncio
import structlog
import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from starlette.applications import Starlette

from app.asgi import make_app
from app.edge.frames import QuickSocket
from app.edge.heads import BoundedHttp
from app.settings import Settings
from app.worker import RunningWorker, running_worker
from db.engine import Database
from tests.support.database import empty, make_clone, make_template
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.servers import RunningServers, start_test_servers
from tests.support.studio import Studio

SECRET = "a secret of tests, long enough to be one"

SLOWEST_FIRST = ("e2e", "integration", "api", "contract")
"""Folders whose files take long, so that none is left to one core alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    turns = {folder: turn for turn, folder in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: turns.get(item.path.relative_to(Path(__file__).parent).parts[0], len(turns)))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: to look for garbage in it again and again took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _plain_logs() -> None:
    """structlog's own default draws every local variable of a traceback, which takes seconds."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


@pytest.fixture(scope="session")
def servers() -> Iterator[RunningServers]:
    with start_test_servers() as running:
        yield running


@pytest.fixture(scope="session")
async def template(servers: RunningServers) -> RunningServers:
    await make_template(servers)
    return servers


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture(scope="session")
def port() -> int:
    return free_port()


@pytest.fixture(scope="session")
async def session_settings(template: RunningServers, port: int, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    await make_clone(template, "likeness_test")
    return settings_for(template, "likeness_test", port=port, data_dir=tmp_path_factory.mktemp("data"))


def settings_for(servers: RunningServers, database: str, *, port: int, data_dir: Path, **more: str) -> Settings:
    """As the environment of a deployment would say it. `more` are further variables."""
    return Settings.from_env(
        {
            "DATABASE_URL": servers.postgres.url("postgres", database),
            "API_DATABASE_URL": servers.postgres.url("likeness_api", database),
            "WORKER_DATABASE_URL": servers.postgres.url("likeness_worker", database),
            "REDIS_URL": servers.redis.url(0),
            "TASKS_REDIS_URL": servers.redis.url(1),
            "LIKENESS_SECRET": SECRET,
            "LIKENESS_DATA_DIR": str(data_dir),
            "PORT": str(port),
            **more,
        }
    )


@pytest.fixture(scope="session")
async def session_api_database(session_settings: Settings) -> AsyncIterator[Database]:
    database = Database(session_settings.database.api, application_name="test-api", pool_size=20)
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def emptying(session_settings: Settings) -> AsyncIterator[AsyncEngine]:
    """Signed in as the owner of the tables, without the limits of `Database`: whoever still writes is waited for."""
    engine = create_async_engine(session_settings.database.owner, pool_size=1, pool_pre_ping=True)
    yield engine
    await engine.dispose()


@pytest.fixture
async def settings(session_settings: Settings, emptying: AsyncEngine) -> Settings:
    """With every table and Redis empty."""
    await empty(emptying)
    async with redis.asyncio.Redis.from_url(session_settings.redis.live) as client:
        await client.flushall()
    return session_settings


@pytest.fixture
async def database(settings: Settings, session_api_database: Database) -> Database:
    """Signed in as the API: row security holds."""
    return session_api_database


@pytest.fixture
async def worker_database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database.worker, application_name="test-worker", pool_size=20)
    yield database
    await database.close()


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    """The API in this process, on real sockets. Yields its address."""
    async with serving_app(make_app(settings), settings.http.port) as url:
        yield url


@asynccontextmanager
async def serving_app(app: Starlette, port: int) -> AsyncIterator[str]:
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_config=None,
        access_log=False,
        http=BoundedHttp,
        ws=QuickSocket,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined] # the test session keeps its own
    running = asyncio.create_task(server._serve())
    while not server.started:
        if running.done():
            running.result()
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await running


def a_session() -> aiohttp.ClientSession:
    """Lets go of a connection before uvicorn does: a POST on one that is closed at that moment would fail."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=2))


@pytest.fixture
async def studio(settings: Settings) -> AsyncIterator[Studio]:
    """A user of a running API. There is no worker unless the test asks for one."""
    async with serving(settings) as url, a_session() as http:
        yield Studio(url, settings, http)


@pytest.fixture
async def worker(settings: Settings) -> AsyncIterator[RunningWorker]:
    async with running_worker(settings) as running:
        yield running


@pytest.fixture
def quick_images() -> QuickImages:
    """What the quick worker makes images with; a test may hold it, or have it fail."""
    return QuickImages()


@pytest.fixture
async def quick_worker(settings: Settings, quick_images: QuickImages) -> AsyncIterator[RunningWorker]:
    """A worker whose pictures cost no time, for tests of everything around them."""
    async with running_worker(settings, images=quick_images) as running:
        yield running


@pytest.fixture(scope="session")
async def session_owner_database(session_settings: Settings) -> AsyncIterator[Database]:
    database = Database(session_settings.database.owner, application_name="test-owner")
    yield database
    await database.close()


@pytest.fixture
async def owner(settings: Settings, session_owner_database: Database) -> Owner:
    """Signed in as the owner of the tables: nothing holds it back."""
    return Owner(session_owner_database)


@pytest.fixture(autouse=True)
def _no_configuration_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.endswith("_URL") or name.startswith(
            ("LIKENESS_", "ADULT_", "C2PA_", "SUPABASE_", "FAL_", "OPENAI_", "RUNPOD_")
        ):
            monkeypatch.delenv(name)
