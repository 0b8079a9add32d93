"""Who an embedded server runs as: ourselves, or `nobody` when we are root.

Postgres refuses to run as root. Valkey would, but a server that can be told to write files has no business being root
when the other one is not, and one rule for both is easier to reason about.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from app.embedded.errors import EmbeddedServerError


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user and its primary group; supplementary groups are dropped with a change of user."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    @property
    def name(self) -> str | None:
        """None for a uid without a passwd entry, as on OpenShift."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return None

    def __str__(self) -> str:
        return f"{self.name or 'without a name'} (uid {self.uid})"

    def can_enter(self, directory: Path) -> bool:
        """Whether the mode bits of `directory` and of everything above it let this account through.

        Access control lists are not looked at. `directory` must be resolved and exist.
        """
        return all(self._can_search(step.stat()) for step in (directory, *directory.parents))

    def _can_search(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def server_account(data: Path) -> Account:
    """Ourselves. For root: the owner of `data` if it exists, so that sudo does not seize a user's data, else nobody."""
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid())
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(uid=owner.st_uid, gid=owner.st_gid)
    return _nobody()


def _nobody() -> Account:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedServerError(
            "Embedded servers do not run as root, and this machine has no user 'nobody' to run them as. "
            "Start as another user, or set DATABASE_URL and REDIS_URL to servers of your own."
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)
