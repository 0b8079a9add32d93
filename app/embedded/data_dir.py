"""The directory that holds everything one installation keeps: databases, files, logs and its secret."""

import contextlib
import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SECRET_BYTES = 32


class DataDirError(RuntimeError):
    """The data directory cannot be used. The message is one line."""


@dataclass(frozen=True, slots=True)
class DataDir:
    """The layout. Any process may read by it; only the one that holds `claim` may start servers in it."""

    root: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def redis(self) -> Path:
        return self.root / "redis"

    @property
    def files(self) -> Path:
        return self.root / "files"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    def app_secret(self) -> bytes:
        """32 random bytes, made once, readable by the owner only; the same ever after, also when two ask at once.

        Raises DataDirError when the file cannot be made or read, or is not what was written.
        """
        path = self.root / "app-secret"
        try:
            if not path.exists():
                self._make_secret(path)
            secret = path.read_bytes()
        except OSError as error:
            raise DataDirError(f"The secret {path} cannot be read: {error.strerror}.") from error
        if len(secret) != SECRET_BYTES:
            raise DataDirError(f"{path} is damaged: delete it to have a new one made, which ends all signed links.")
        return secret

    def _make_secret(self, path: Path) -> None:
        _make_root(self.root)  # a token may be asked for before anything has run
        with tempfile.NamedTemporaryFile(dir=self.root, prefix=".app-secret-") as draft:  # mkstemp makes it 0600
            draft.write(secrets.token_bytes(SECRET_BYTES))
            draft.flush()
            os.fsync(draft.fileno())
            with contextlib.suppress(FileExistsError):  # Another was quicker, and its secret is the one.
                os.link(draft.name, path)


@contextlib.contextmanager
def claim(root: Path) -> Iterator[DataDir]:
    """Hold the directory, made if missing, against every other claimant. Raises DataDirError if another holds it.

    The kernel ends the claim with this process, however it dies; children do not inherit it.
    """
    try:
        data_dir = _prepare(root.absolute())
        lock = (data_dir.root / ".lock").open("a+")
    except OSError as error:
        raise DataDirError(f"The data directory {root} cannot be used: {error.strerror}.") from error
    with lock:
        _take(lock, data_dir.root)
        yield data_dir


def _prepare(root: Path) -> DataDir:
    data_dir = DataDir(root)
    _make_root(root)
    data_dir.files.mkdir(mode=0o700, exist_ok=True)
    data_dir.logs.mkdir(mode=0o700, exist_ok=True)
    return data_dir


def _make_root(root: Path) -> None:
    """Passable, not readable: when root starts us the servers run as another user, and live below. What is private has
    modes of its own."""
    if not root.exists():
        root.mkdir(parents=True)
        root.chmod(0o711)


def _take(lock: IO[str], root: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        raise DataDirError(f"The data directory {root} is in use by process {holder}: stop it first.") from None
    except OSError as error:
        raise DataDirError(f"The data directory {root} cannot be locked: {error.strerror}.") from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
