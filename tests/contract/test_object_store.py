"""What an `ObjectStore` promises: content-hashed names, bytes as they were, addresses that end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from domain.errors import NotFound, ProviderUnavailable
from domain.ids import UserId
from domain.ports.object_store import file_of
from providers.local.files import SERVED_UNDER, LocalFiles

ONE, OTHER = UserId(UUID(int=1)), UserId(UUID(int=2))
BEGIN = datetime(2026, 11, 21, 12, 1, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> LocalFiles:
    return LocalFiles(tmp_path, public_url="http://here/", secret=b"secret", now=clock)


def opened(store: LocalFiles, url: str) -> Path:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return store.path_of(parts.path.removeprefix(SERVED_UNDER), **query)


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_named_by_its_owner_and_its_content() -> None:
    file = file_of(ONE, "images", b"abc", "image/png")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file.key == f"images/{ONE}/{digest}.png"
    assert (file.sha256, file.size_bytes, file.content_type) == (digest, 3, "image/png")
    assert file_of(OTHER, "images", b"abc", "image/png").key != file.key
    assert file_of(ONE, "images", b"abd", "image/png").key != file.key


async def test_what_is_put_can_be_opened_by_its_address(store: LocalFiles) -> None:
    file = file_of(ONE, "images", b"abc", "image/jpeg")
    await store.put(file, b"abc")
    url = (await store.sign([file.key]))[file.key]
    assert url.startswith(f"http://here/files/{file.key}?expires=")
    assert opened(store, url).read_bytes() == b"abc"


async def test_putting_twice_changes_nothing(store: LocalFiles, tmp_path: Path) -> None:
    file = file_of(ONE, "images", b"abc", "image/jpeg")
    await store.put(file, b"abc")
    await store.put(file, b"abc")
    assert files_in(tmp_path) == [f"{file.sha256}.jpg"]


async def test_an_address_is_the_same_for_a_while_and_good_for_five_to_ten_minutes(
    store: LocalFiles, clock: Clock
) -> None:
    file = file_of(ONE, "images", b"abc", "image/jpeg")
    await store.put(file, b"abc")
    url = (await store.sign([file.key]))[file.key]
    for minutes in (1, 3):
        clock.now = BEGIN + timedelta(minutes=minutes)
        assert (await store.sign([file.key]))[file.key] == url
    clock.now = BEGIN + timedelta(minutes=5)
    assert (await store.sign([file.key]))[file.key] != url
    clock.now = BEGIN + timedelta(minutes=8, seconds=59)
    assert opened(store, url).is_file()
    clock.now = BEGIN + timedelta(minutes=9, seconds=1)
    with pytest.raises(NotFound):
        opened(store, url)


async def test_an_address_of_another_secret_or_file_opens_nothing(store: LocalFiles, tmp_path: Path) -> None:
    file = file_of(ONE, "images", b"abc", "image/jpeg")
    await store.put(file, b"abc")
    theirs = LocalFiles(tmp_path, public_url="http://here", secret=b"another", now=Clock())
    with pytest.raises(NotFound):
        opened(store, (await theirs.sign([file.key]))[file.key])
    missing = file_of(ONE, "images", b"never put", "image/jpeg")
    with pytest.raises(NotFound):
        opened(store, (await store.sign([missing.key]))[missing.key])


@pytest.mark.parametrize(
    "key", ["../secret", "/etc/passwd", "images/../../secret", f"images/{UUID(int=3)}/../x.jpg", "images/x.jpg", ""]
)
async def test_only_names_of_ours_are_opened_even_when_they_are_signed(
    store: LocalFiles, tmp_path: Path, key: str
) -> None:
    (tmp_path.parent / "secret").write_bytes(b"secret")
    with pytest.raises(NotFound):
        opened(store, (await store.sign([key]))[key])


async def test_a_store_that_cannot_be_written_says_so_and_leaves_no_part(tmp_path: Path) -> None:
    (tmp_path / "images").write_bytes(b"a file where a folder should be")
    store = LocalFiles(tmp_path, public_url="", secret=b"", now=Clock())
    with pytest.raises(ProviderUnavailable):
        await store.put(file_of(ONE, "images", b"abc", "image/jpeg"), b"abc")
    assert files_in(tmp_path) == ["images"]
