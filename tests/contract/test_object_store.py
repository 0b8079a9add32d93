"""What an `ObjectStore` promises, asked of each: the local folder, Supabase Storage as it is emulated, and the real one where
SUPABASE_URL and SUPABASE_SERVICE_KEY are in the environment (into a bucket `likeness-contract`; what is put is removed).
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx2
import pytest
from starlette.applications import Starlette

from app.edge.forgery import ForeignPages
from app.edge.origins import Origins
from app.http.files import file_route
from app.http.uploads import upload_route
from domain.errors import Conflict, InvalidInput, NotFound, ProviderMisconfigured
from domain.ids import UserId
from domain.images.image import StoredFile
from domain.ports.object_store import (
    LARGEST_UPLOAD,
    Download,
    ObjectStore,
    UploadSlot,
    archive_file,
    file_of,
    is_key,
    upload_key,
)
from providers.local.files import LocalFiles
from providers.supabase.buckets import Buckets
from providers.supabase.files import SupabaseFiles
from providers.supabase.shelves import Shelf, shelf_of
from tests.support.emulators.serving import Place, served
from tests.support.emulators.supabase import SupabaseEmulator

ONE, OTHER = UserId(UUID(int=1)), UserId(UUID(int=2))
BEGIN = datetime(2026, 11, 21, 12, 1, tzinfo=UTC)
LIVE_URL, LIVE_KEY = os.environ.get("SUPABASE_URL", ""), os.environ.get("SUPABASE_SERVICE_KEY", "")
"""As they are when this is imported: a test itself has no configuration from outside."""

SVG = b"<svg onload=alert(1)>"
EVERY_BYTE = bytes(range(256)) + b"\r\n--\r\n\r\n" + bytes(range(255, -1, -1)) * 40


class Clock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Ground:
    """A store, and a stranger with nothing but addresses. A live one has no clock to be moved."""

    store: ObjectStore
    http: httpx2.AsyncClient
    clock: Clock | None
    owner: UserId = field(default_factory=lambda: UserId(uuid4()))

    async def kept(self, data: bytes, content_type: str = "image/jpeg") -> StoredFile:
        file = file_of(self.owner, "images", data, content_type)
        await self.store.put(file, data)
        return file

    async def opened(self, key: str) -> bytes | None:
        answer = await self.http.get((await self.store.sign([key]))[key])
        return answer.content if answer.is_success else None

    async def room(self, data: bytes, content_type: str = "image/png") -> tuple[str, UploadSlot]:
        key = upload_key(self.owner, uuid4(), content_type)
        return key, await self.store.slot(key, content_type=content_type, size_bytes=len(data))

    async def sent(self, slot: UploadSlot, data: bytes) -> bool:
        return (await self.http.put(slot.url, content=data, headers=dict(slot.headers))).is_success


@asynccontextmanager
async def local(folder: Path, place: Place) -> AsyncIterator[Ground]:
    clock = Clock()
    store = LocalFiles(folder, public_url=f"{place.url}/", secret=b"secret", now=clock)
    place.app = Starlette(routes=[upload_route(store.uploads, ForeignPages(Origins())), file_route(store)])
    async with httpx2.AsyncClient() as http:
        yield Ground(store, http, clock)


@asynccontextmanager
async def emulated(_: Path, place: Place) -> AsyncIterator[Ground]:
    clock = Clock()
    emulator = SupabaseEmulator(now=clock)
    place.app, emulator.url = emulator.app, place.url
    store = SupabaseFiles(url=emulator.url, key=emulator.key, bucket="likeness", now=clock)
    await store.prepare()
    async with httpx2.AsyncClient() as http:
        yield Ground(store, http, clock)
    await store.close()


@asynccontextmanager
async def live(_: Path, __: Place) -> AsyncIterator[Ground]:
    store = SupabaseFiles(url=LIVE_URL, key=LIVE_KEY, bucket="likeness-contract", now=lambda: datetime.now(UTC))
    await store.prepare()
    async with httpx2.AsyncClient() as http:
        yield Ground(store, http, clock=None)
    await store.close()


@asynccontextmanager
async def several_buckets(_: Path, place: Place) -> AsyncIterator[Ground]:
    clock = Clock()
    emulator = SupabaseEmulator(now=clock)
    place.app, emulator.url = emulator.app, place.url
    emulator.storage.largest = 500_000_000
    names = {Shelf.ORDINARY: "likeness", Shelf.ADULT: "likeness-adult", Shelf.WEIGHTS: "likeness-weights"}
    ordinary, adult, weights = (
        SupabaseFiles(url=emulator.url, key=emulator.key, bucket=name, now=clock, shelves=[shelf])
        for shelf, name in names.items()
    )
    store = Buckets(ordinary, {Shelf.ADULT: adult, Shelf.WEIGHTS: weights})
    await store.prepare()
    await store.ping()
    async with httpx2.AsyncClient() as http:
        yield Ground(store, http, clock)
    for name, bucket in emulator.storage.buckets.items():
        assert {names[shelf_of(key)] for key in bucket.objects} <= {name}
    await store.close()


GROUNDS = {"local": local, "emulated": emulated, "several buckets": several_buckets, "live": live}
LIVE_TOO = [
    "local",
    "emulated",
    "several buckets",
    pytest.param(
        "live", marks=pytest.mark.skipif(not (LIVE_URL and LIVE_KEY), reason="no Supabase project in the environment")
    ),
]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    place = Place()
    with served(place) as place.url:
        yield place


@pytest.fixture(params=LIVE_TOO)
async def ground(request: pytest.FixtureRequest, tmp_path: Path, place: Place) -> AsyncIterator[Ground]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(GROUNDS[request.param](tmp_path / "files", place))


@pytest.fixture(params=["local", "emulated"])
async def timed(request: pytest.FixtureRequest, tmp_path: Path, place: Place) -> AsyncIterator[tuple[Ground, Clock]]:
    async with AsyncExitStack() as stack:
        ground = await stack.enter_async_context(GROUNDS[request.param](tmp_path / "files", place))
        assert ground.clock is not None
        yield ground, ground.clock


def test_a_file_is_named_by_its_owner_and_its_content() -> None:
    file = file_of(ONE, "images", b"abc", "image/png")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file.key == f"images/{ONE}/{digest}.png"
    assert (file.sha256, file.size_bytes, file.content_type) == (digest, 3, "image/png")
    assert file_of(OTHER, "images", b"abc", "image/png").key != file.key
    assert file_of(ONE, "images", b"abd", "image/png").key != file.key


def test_an_upload_is_named_by_its_owner_and_nothing_that_is_known_of_it() -> None:
    assert upload_key(ONE, UUID(int=7), "image/webp") == f"uploads/{ONE}/{UUID(int=7)}.webp"
    with pytest.raises(InvalidInput):
        upload_key(ONE, UUID(int=7), "image/svg+xml")


async def test_what_is_put_is_read_and_opened_byte_by_byte(ground: Ground) -> None:
    file = await ground.kept(EVERY_BYTE, "image/webp")
    assert await ground.store.get(file.key) == EVERY_BYTE
    answer = await ground.http.get((await ground.store.sign([file.key]))[file.key])
    assert (answer.status_code, answer.content) == (200, EVERY_BYTE)
    assert answer.headers["content-type"] == "image/webp"
    await ground.store.remove([file.key])


@pytest.fixture(params=["local", "several buckets"])
async def apart(request: pytest.FixtureRequest, tmp_path: Path, place: Place) -> AsyncIterator[Ground]:
    """A store that has a place for adult content."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(GROUNDS[request.param](tmp_path / "files", place))


async def test_adult_content_lies_apart_and_is_opened_like_any_other(apart: Ground, tmp_path: Path) -> None:
    """Equal bytes of both kinds are two files, and what happens to one does not happen to the other."""
    ordinary = await apart.kept(b"abc")
    adult = file_of(apart.owner, "images", b"abc", "image/jpeg", adult=True)
    assert adult.key == f"adult/{ordinary.key}"
    assert await apart.opened(adult.key) is None
    await apart.store.put(adult, b"abc")
    keys = [ordinary.key, adult.key]
    assert [await apart.store.get(key) for key in keys] == [b"abc"] * 2
    urls = await apart.store.sign(keys)
    assert [(await apart.http.get(urls[key])).content for key in keys] == [b"abc"] * 2
    named = await apart.store.sign_downloads([Download(adult.key, "a.jpg"), Download(ordinary.key, "b.jpg")])
    said = [(await apart.http.get(url)).headers["content-disposition"] for url in named]
    assert ["a.jpg" in said[0], "b.jpg" in said[1]] == [True, True]
    # The address of the one is no address of the other.
    assert not (await apart.http.get(urls[adult.key].replace("adult/images", "images"))).is_success
    if isinstance(apart.store, LocalFiles):
        assert set(os.listdir(tmp_path)) == {"files", "files-adult"}
        assert "adult" not in os.listdir(tmp_path / "files")
    await apart.store.remove([adult.key])
    assert await apart.opened(adult.key) is None
    assert await apart.store.get(ordinary.key) == b"abc"
    await apart.store.remove(keys)


@pytest.mark.parametrize("key", ["adult/uploads", "adult/adult/images", "adult"])
async def test_what_only_looks_like_adult_content_is_no_name_of_ours(ground: Ground, key: str) -> None:
    name = f"{key}/{ground.owner}/{'0' * 64}.jpg"
    with pytest.raises(NotFound):
        await ground.store.get(name)
    assert await ground.opened(name) is None


async def test_a_bucket_that_is_not_for_adult_content_takes_none(place: Place) -> None:
    async with emulated(Path(), place) as ground:
        adult = file_of(ground.owner, "images", b"abc", "image/jpeg", adult=True)
        with pytest.raises(ProviderMisconfigured):
            await ground.store.put(adult, b"abc")
        with TemporaryFile() as disk, pytest.raises(ProviderMisconfigured):
            await ground.store.put_stream(adult, disk)
        with pytest.raises(NotFound):
            await ground.store.get(adult.key)
        assert await ground.opened(adult.key) is None


async def test_putting_twice_changes_nothing(ground: Ground) -> None:
    file = await ground.kept(b"abc")
    assert await ground.kept(b"abc") == file
    assert await ground.store.get(file.key) == b"abc"
    await ground.store.remove([file.key])


async def test_a_file_too_large_for_memory_is_put_from_the_disk(ground: Ground) -> None:
    data = EVERY_BYTE * 100
    file = archive_file(ground.owner, uuid4(), 1, digest=sha256(data).hexdigest(), size_bytes=len(data))
    assert is_key(file.key)
    with TemporaryFile() as disk:
        disk.write(data)
        for _ in range(2):
            await ground.store.put_stream(file, disk)
    answer = await ground.http.get((await ground.store.sign([file.key]))[file.key])
    assert (answer.content, answer.headers["content-type"]) == (data, "application/zip")
    assert await ground.store.get(file.key) == data
    await ground.store.remove([file.key])


async def test_a_download_is_saved_under_its_name(ground: Ground) -> None:
    file = await ground.kept(b"abc")
    missing = file_of(ground.owner, "images", b"never put", "image/jpeg")
    names = ["mara-voss_pack_2026-11-21_003.jpg", "зоя_001.jpg"]
    urls = await ground.store.sign_downloads(
        [*(Download(file.key, name) for name in names), Download(missing.key, "x")]
    )
    answers = [await ground.http.get(url) for url in urls]
    assert [answer.content for answer in answers[:2]] == [b"abc"] * 2
    said = [answer.headers["content-disposition"] for answer in answers[:2]]
    assert [words.startswith("attachment") for words in said] == [True, True]
    assert [quote(name) in words for name, words in zip(names, said, strict=True)] == [True, True]
    assert answers[2].is_client_error
    assert "content-disposition" not in (await ground.http.get((await ground.store.sign([file.key]))[file.key])).headers
    await ground.store.remove([file.key])


async def test_many_are_put_and_read_at_once(ground: Ground) -> None:
    pictures = [f"picture {number}".encode() for number in range(20)]
    files = await asyncio.gather(*(ground.kept(data) for data in pictures))
    assert await asyncio.gather(*(ground.store.get(file.key) for file in files)) == pictures
    keys = [file.key for file in files]
    assert await asyncio.gather(*(ground.opened(key) for key in keys)) == pictures
    await ground.store.remove(keys)
    for key in keys:
        with pytest.raises(NotFound):
            await ground.store.get(key)


async def test_an_address_is_the_same_for_a_while_and_good_for_five_to_ten_minutes(
    timed: tuple[Ground, Clock],
) -> None:
    ground, clock = timed
    file = await ground.kept(b"abc")
    url = (await ground.store.sign([file.key]))[file.key]
    for minutes in (1, 3):
        clock.now = BEGIN + timedelta(minutes=minutes)
        assert (await ground.store.sign([file.key]))[file.key] == url
    clock.now = BEGIN + timedelta(minutes=5)
    assert (await ground.store.sign([file.key]))[file.key] != url
    clock.now = BEGIN + timedelta(minutes=8, seconds=59)
    assert (await ground.http.get(url)).content == b"abc"
    clock.now = BEGIN + timedelta(minutes=9, seconds=1)
    assert (await ground.http.get(url)).is_client_error


async def test_a_file_that_is_not_there_is_told_of_and_takes_no_other_with_it(ground: Ground) -> None:
    file, missing = await ground.kept(b"abc"), file_of(ground.owner, "images", b"never put", "image/jpeg")
    urls = await ground.store.sign([missing.key, file.key])
    assert (await ground.http.get(urls[file.key])).content == b"abc"
    assert (await ground.http.get(urls[missing.key])).is_client_error
    with pytest.raises(NotFound):
        await ground.store.get(missing.key)
    await ground.store.remove([missing.key, file.key])


async def test_a_file_that_was_missed_is_opened_as_soon_as_it_is_there(ground: Ground) -> None:
    file = file_of(ground.owner, "images", b"late", "image/jpeg")
    assert await ground.opened(file.key) is None
    await ground.kept(b"late")
    assert await ground.opened(file.key) == b"late"
    await ground.store.remove([file.key])


async def test_what_is_removed_is_gone_and_nothing_else(ground: Ground) -> None:
    one, other = await ground.kept(b"one"), await ground.kept(b"other")
    for _ in range(2):
        await ground.store.remove([one.key])
    await ground.store.remove([])
    with pytest.raises(NotFound):
        await ground.store.get(one.key)
    assert await ground.opened(one.key) is None
    assert await ground.store.get(other.key) == b"other"
    await ground.store.remove([other.key])


@pytest.mark.parametrize(
    "key",
    [
        "../secret",
        "/etc/passwd",
        "images/../../secret",
        f"images/{UUID(int=3)}/../x.jpg",
        f"uploads/{UUID(int=3)}/../{'0' * 33}.jpg",
        f"uploads/{UUID(int=3)}/%2e%2e%2f{'0' * 27}.jpg",
        f"uploads/{UUID(int=3)}/{'0' * 64}.jpg",
        f"images/{UUID(int=3)}/{UUID(int=4)}.jpg",
        "images/x.jpg",
        "",
    ],
)
async def test_only_names_of_ours_are_ever_looked_for(ground: Ground, tmp_path: Path, key: str) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    with pytest.raises(NotFound):
        await ground.store.get(key)
    with pytest.raises(NotFound):
        await ground.store.slot(key, content_type="image/jpeg", size_bytes=1)
    await ground.store.remove([key])
    assert await ground.opened(key) is None
    assert (tmp_path / "secret").read_bytes() == b"secret"


async def test_an_owner_puts_a_file_and_we_read_it(ground: Ground) -> None:
    key, slot = await ground.room(EVERY_BYTE)
    with pytest.raises(NotFound):
        await ground.store.get(key)
    assert await ground.sent(slot, EVERY_BYTE)
    assert await ground.store.get(key) == EVERY_BYTE
    await ground.store.remove([key])


async def test_a_slot_is_filled_once(ground: Ground) -> None:
    key, slot = await ground.room(b"first")
    assert await ground.sent(slot, b"first")
    assert not await ground.sent(slot, b"other")
    with pytest.raises(Conflict):
        await ground.store.slot(key, content_type="image/png", size_bytes=5)
    assert await ground.store.get(key) == b"first"
    await ground.store.remove([key])
    with pytest.raises(NotFound):
        await ground.store.get(key)


async def test_a_slot_ends_when_it_says(timed: tuple[Ground, Clock]) -> None:
    ground, clock = timed
    (early, in_time), (late, too_late) = await ground.room(b"early"), await ground.room(b"later")
    assert BEGIN < in_time.expires_at == too_late.expires_at
    clock.now = in_time.expires_at - timedelta(seconds=1)
    assert await ground.sent(in_time, b"early")
    clock.now = too_late.expires_at + timedelta(seconds=1)
    assert not await ground.sent(too_late, b"later")
    assert await ground.store.get(early) == b"early"
    with pytest.raises(NotFound):
        await ground.store.get(late)


async def test_a_slot_is_good_for_its_own_key_alone(ground: Ground) -> None:
    (key, slot), (other, _) = await ground.room(b"mine!"), await ground.room(b"yours")
    moved = UploadSlot(url=slot.url.replace(key, other), headers=slot.headers, expires_at=slot.expires_at)
    assert not await ground.sent(moved, b"mine!")
    with pytest.raises(NotFound):
        await ground.store.get(other)


async def test_no_address_opens_an_upload(ground: Ground) -> None:
    """Nobody has looked at it yet."""
    key, slot = await ground.room(SVG)
    assert await ground.sent(slot, SVG)
    assert await ground.opened(key) is None
    assert not (await ground.http.get(slot.url)).is_success
    await ground.store.remove([key])


async def test_an_address_to_read_by_takes_no_file(ground: Ground) -> None:
    file = await ground.kept(b"abc", "image/png")
    url = (await ground.store.sign([file.key]))[file.key]
    assert not (await ground.http.put(url, content=b"new", headers={"Content-Type": "image/png"})).is_success
    assert await ground.store.get(file.key) == b"abc"
    await ground.store.remove([file.key])


@pytest.mark.parametrize(
    ("content_type", "size_bytes"),
    [("image/svg+xml", 10), ("text/html", 10), ("", 10), ("image/png", 0), ("image/png", LARGEST_UPLOAD + 1)],
)
async def test_there_is_no_room_for_what_no_store_takes(ground: Ground, content_type: str, size_bytes: int) -> None:
    with pytest.raises(InvalidInput):
        await ground.store.slot(f"uploads/{ONE}/{UUID(int=7)}.png", content_type=content_type, size_bytes=size_bytes)
