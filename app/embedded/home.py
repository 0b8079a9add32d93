"""Where one embedded server lives: its data, its socket, and what we keep beside them.

    <directory>/          ours, 0711: server.log, server.lock
      data/  run/         the server's, 0700: its files; its socket, which is therefore private to it, to us and to root

Two things move. When `directory` is closed to the server's account (root's data under /root), data/ and run/ go to a
new /var/lib/likeness-*, and `directory/moved-to` says where; modes of directories that others made are never changed.
When the socket's path would be longer than the system allows, the socket goes to a private directory under /tmp.
"""

import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.embedded.account import Account, server_account
from app.embedded.errors import EmbeddedServerError

LONGEST_SOCKET_PATH = 103
"""Bytes. sockaddr_un.sun_path with its final NUL is 108 on Linux (unix(7)) and 104 on macOS (sys/un.h)."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerHome:
    account: Account
    directory: Path
    data: Path
    sockets: Path

    @property
    def log(self) -> Path:
        return self.directory / "server.log"

    @property
    def lock(self) -> Path:
        return self.directory / "server.lock"

    def leave(self) -> None:
        """Remove a socket directory that was made for one run under /tmp. A second call is safe."""
        if self.sockets.parent != self.data.parent:
            shutil.rmtree(self.sockets, ignore_errors=True)


def open_home(directory: Path, *, socket_name: str) -> ServerHome:
    """Make the directories that are missing, with their owners. Raises EmbeddedServerError when one cannot be had."""
    try:
        _make_passable(directory)
        directory = directory.resolve()
        account = server_account(_moved_to(directory) / "data")
        place = _place(directory, account)
        data = _owned(place / "data", account)
        return ServerHome(
            account=account, directory=directory, data=data, sockets=_sockets(place, account, socket_name)
        )
    except OSError as error:
        raise EmbeddedServerError(
            f"The server's directory {directory} cannot be prepared: {error}. "
            "Set LIKENESS_DATA_DIR to another directory, or DATABASE_URL and REDIS_URL to servers of your own."
        ) from error


def _make_passable(directory: Path) -> None:
    if not directory.exists():
        directory.mkdir(parents=True)
        directory.chmod(0o711)  # Whatever the umask: the server's account has to come through.


def _pointer(directory: Path) -> Path:
    return directory / "moved-to"


def _moved_to(directory: Path) -> Path:
    """The place of an earlier start. It stays, even if `directory` has become reachable since: the data is there."""
    pointer = _pointer(directory)
    return Path(pointer.read_text().strip()) if pointer.exists() else directory


def _place(directory: Path, account: Account) -> Path:
    place = _moved_to(directory)
    if place != directory or account.is_ours or account.can_enter(directory):
        return place
    place = Path(tempfile.mkdtemp(prefix="likeness-", dir="/var/lib"))
    place.chmod(0o711)
    _pointer(directory).write_text(f"{place}\n")
    _log.warning("%s is closed to %s, so the server's files are kept in %s.", directory, account, place)
    return place


def _owned(directory: Path, account: Account) -> Path:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not account.is_ours and directory.stat().st_uid == 0:
        os.chown(directory, account.uid, account.gid)
    if (owner := directory.stat().st_uid) != account.uid:
        raise EmbeddedServerError(
            f"{directory} belongs to uid {owner}, and the server would run as {account}. "
            "Start as the user (or root) who made it, or set LIKENESS_DATA_DIR to another directory."
        )
    return directory


def _sockets(place: Path, account: Account, socket_name: str) -> Path:
    directory = place / "run"
    if len(os.fsencode(directory / socket_name)) > LONGEST_SOCKET_PATH:
        # Not $TMPDIR, which may be as long, or closed to the account.
        directory = Path(tempfile.mkdtemp(prefix="likeness-", dir="/tmp"))
    return _owned(directory, account)
