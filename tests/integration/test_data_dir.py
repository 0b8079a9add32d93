"""The data directory: one owner at a time, and a secret that is made once."""

import asyncio
import os
import stat
from pathlib import Path

import pytest

from app.embedded import DataDir, DataDirError, claim
from tests.support.processes import read_line, spawn_python

HOLD_CLAIM = """
import sys
from pathlib import Path
from app.embedded import claim

with claim(Path(sys.argv[1])):
    print("claimed", flush=True)
    sys.stdin.read()
"""


def test_second_claimant_is_refused_in_one_line(tmp_path: Path) -> None:
    with claim(tmp_path / "data"), pytest.raises(DataDirError) as refusal, claim(tmp_path / "data"):
        pass

    assert str(refusal.value) == (
        f"The data directory {tmp_path}/data is in use by process {os.getpid()}: stop it first."
    )
    with claim(tmp_path / "data") as again:
        assert again == DataDir(tmp_path / "data")


def test_claim_ends_with_a_killed_claimant(tmp_path: Path) -> None:
    with spawn_python(HOLD_CLAIM, tmp_path / "data") as claimant:
        assert read_line(claimant) == "claimed"
        with pytest.raises(DataDirError, match=f"in use by process {claimant.pid}: "), claim(tmp_path / "data"):
            pass
        claimant.kill()

    with claim(tmp_path / "data") as data:
        assert data.root == tmp_path / "data"


def test_unusable_data_directory_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DataDirError, match="cannot be used: Not a directory"), claim(tmp_path / "file/data"):
        pass


def test_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    with claim(tmp_path / "data") as data:
        secret = data.app_secret()

    assert len(secret) == 32
    assert DataDir(tmp_path / "data").app_secret() == secret
    assert [stat.S_IMODE(path.stat().st_mode) for path in (data.root / "app-secret", data.files)] == [0o600, 0o700]
    assert sorted(path.name for path in data.root.iterdir()) == [".lock", "app-secret", "files", "logs"]


async def test_secret_asked_for_by_many_at_once_is_one(tmp_path: Path) -> None:
    data = DataDir(tmp_path)

    secrets = await asyncio.gather(*(asyncio.to_thread(data.app_secret) for _ in range(16)))

    assert len(set(secrets)) == 1


def test_damaged_secret_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "app-secret").write_bytes(b"short")

    with pytest.raises(DataDirError, match="damaged"):
        DataDir(tmp_path).app_secret()
