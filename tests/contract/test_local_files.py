"""What only the store in a folder can be asked: what lies there, and who signed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from domain.errors import NotFound, ProviderUnavailable
from domain.ports.object_store import file_of, upload_key
from providers.local.files import SERVED_UNDER, LocalFiles
from providers.local.uploads import PIECE, Announced, UploadRefused
from tests.contract.test_object_store import ONE, Clock

KEY = upload_key(ONE, UUID(int=7), "image/png")


@pytest.fixture
def store(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path, public_url="http://here/", secret=b"secret", now=Clock())


def opened(store: LocalFiles, url: str) -> Path:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return store.path_of(parts.path.removeprefix(SERVED_UNDER), **query)


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def parts_in(folder: Path) -> list[int]:
    """How much of them has come."""
    return [path.stat().st_size for path in folder.rglob(".*") if path.is_file()]


def announced(size_bytes: int) -> Announced:
    return Announced(key=KEY, content_type="image/png", size_bytes=size_bytes)


async def arriving(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        await asyncio.sleep(0)
        yield chunk


async def test_addresses_begin_where_the_deployment_says(store: LocalFiles) -> None:
    file = file_of(ONE, "images", b"abc", "image/jpeg")
    assert (await store.sign([file.key]))[file.key].startswith(f"http://here/files/{file.key}?expires=")
    slot = await store.slot(KEY, content_type="image/png", size_bytes=3)
    assert slot.url.startswith(f"http://here/files/{KEY}?expires=")
    assert slot.headers == {"Content-Type": "image/png"}


async def test_putting_twice_leaves_one_file(store: LocalFiles, tmp_path: Path) -> None:
    file = file_of(ONE, "images", b"abc", "image/jpeg")
    await store.put(file, b"abc")
    await store.put(file, b"abc")
    assert files_in(tmp_path) == [f"{file.sha256}.jpg"]


async def test_an_address_of_another_secret_opens_nothing(store: LocalFiles, tmp_path: Path) -> None:
    file = file_of(ONE, "images", b"abc", "image/jpeg")
    await store.put(file, b"abc")
    theirs = LocalFiles(tmp_path, public_url="http://here", secret=b"another", now=Clock())
    with pytest.raises(NotFound):
        opened(store, (await theirs.sign([file.key]))[file.key])


async def test_a_store_that_cannot_be_written_says_so_and_leaves_no_part(tmp_path: Path) -> None:
    (tmp_path / "images").write_bytes(b"a file where a folder should be")
    store = LocalFiles(tmp_path, public_url="", secret=b"", now=Clock())
    with pytest.raises(ProviderUnavailable):
        await store.put(file_of(ONE, "images", b"abc", "image/jpeg"), b"abc")
    assert files_in(tmp_path) == ["images"]


async def test_an_upload_is_written_in_pieces_and_is_there_when_it_is_whole(store: LocalFiles, tmp_path: Path) -> None:
    pieces = [bytes([number]) * 100_000 for number in range(9)]
    seen: list[list[int]] = []

    async def watched() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
            seen.append(parts_in(tmp_path))
            assert len(files_in(tmp_path)) == 1

    await store.uploads.receive(announced(900_000), watched())
    assert await store.get(KEY) == b"".join(pieces)
    assert files_in(tmp_path) == [KEY.rpartition("/")[2]]
    assert seen == [[0], [0], [300_000], [300_000], [300_000], [600_000], [600_000], [600_000], [900_000]]
    assert PIECE < 300_000


@pytest.mark.parametrize(
    ("size_bytes", "chunks", "status"),
    [(5, (b"abc", b"def"), 413), (7, (b"abc", b"def"), 400), (1, (), 400)],
    ids=["more", "less", "nothing"],
)
async def test_another_size_than_was_announced_leaves_nothing(
    store: LocalFiles, tmp_path: Path, size_bytes: int, chunks: tuple[bytes, ...], status: int
) -> None:
    with pytest.raises(UploadRefused) as refusal:
        await store.uploads.receive(announced(size_bytes), arriving(*chunks))
    assert refusal.value.status == status
    assert files_in(tmp_path) == []


async def test_of_many_who_send_at_once_one_is_taken(store: LocalFiles, tmp_path: Path) -> None:
    bodies = [bytes([number]) * 1000 for number in range(8)]
    sending = (store.uploads.receive(announced(1000), arriving(body[:500], body[500:])) for body in bodies)
    outcomes = await asyncio.gather(*sending, return_exceptions=True)
    assert sorted(getattr(outcome, "status", 0) for outcome in outcomes) == [0] + [409] * 7
    assert await store.get(KEY) == bodies[outcomes.index(None)]
    assert files_in(tmp_path) == [KEY.rpartition("/")[2]]


async def test_whoever_goes_away_in_the_middle_leaves_nothing(store: LocalFiles, tmp_path: Path) -> None:
    began = asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield b"x" * (PIECE + 1)
        began.set()
        await asyncio.Event().wait()

    sending = asyncio.create_task(store.uploads.receive(announced(PIECE * 2), stuck()))
    await began.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"expires": "99999999999"},
        {"expires": "9" * 5000},
        {"expires": "١٢٣"},
        {"expires": "-1"},
        {"size": "4"},
        {"size": ""},
        {"content_type": "image/jpeg"},
        {"signature": ""},
        {"signature": "é\0"},
        {"key": upload_key(ONE, UUID(int=8), "image/png")},
        {"key": f"images/{ONE}/{'0' * 64}.png"},
        {"key": "../secret"},
    ],
)
async def test_what_was_not_signed_is_refused(store: LocalFiles, changes: dict[str, str]) -> None:
    slot = await store.slot(KEY, content_type="image/png", size_bytes=3)
    query = {name: values[0] for name, values in parse_qs(urlsplit(slot.url).query).items()}
    said = {"key": KEY, "content_type": query.pop("type"), **query}
    assert store.uploads.announced(**said) == announced(3)
    with pytest.raises(UploadRefused) as refusal:
        store.uploads.announced(**{**said, **changes})
    assert (refusal.value.status, refusal.value.message) == (403, "This address is not valid. Ask for another.")
