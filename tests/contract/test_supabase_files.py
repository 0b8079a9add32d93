"""What Supabase is asked, word for word, how often, and what becomes of its failures."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from tempfile import TemporaryFile
from uuid import UUID, uuid4

import jwt
import pytest
from starlette.applications import Starlette

from domain.errors import (
    DomainError,
    ProviderError,
    ProviderMisconfigured,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from domain.images.image import StoredFile
from domain.ports.object_store import EXTENSIONS, JSON, PDF, WEIGHTS, ZIP, file_of, upload_key
from providers.supabase import files as adapter
from providers.supabase import signed_urls
from providers.supabase.errors import NO_BUCKET
from providers.supabase.files import SupabaseFiles
from providers.supabase.shelves import Shelf
from tests.contract.test_object_store import BEGIN, ONE, Clock
from tests.support.emulators.faults import Fault
from tests.support.emulators.multipart import parts_of
from tests.support.emulators.serving import Place, served
from tests.support.emulators.supabase import Call, SupabaseEmulator
from tests.support.emulators.supabase_storage import Bucket, Stored
from tests.support.waiting import until

CANARY = "sb_secret_CANARY0123456789"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    place = Place()
    with served(place) as place.url:
        yield place


@pytest.fixture
def emulator(place: Place, clock: Clock) -> SupabaseEmulator:
    emulator = SupabaseEmulator(key=CANARY, now=clock)
    emulator.storage.buckets["likeness"] = Bucket("likeness", False, None, None)
    place.app, emulator.url = emulator.app, place.url
    return emulator


@pytest.fixture
async def files(emulator: SupabaseEmulator, clock: Clock) -> AsyncIterator[SupabaseFiles]:
    files = SupabaseFiles(url=f"{emulator.url}/", key=CANARY, bucket="likeness", now=clock)
    yield files
    await files.close()


def picture(number: int = 0, content_type: str = "image/png") -> tuple[StoredFile, bytes]:
    data = f"picture {number}".encode()
    return file_of(ONE, "images", data, content_type), data


async def several(files: SupabaseFiles, count: int) -> list[str]:
    pairs = [picture(number) for number in range(count)]
    await asyncio.gather(*(files.put(file, data) for file, data in pairs))
    return [file.key for file, _ in pairs]


def asked(emulator: SupabaseEmulator, operation: str) -> list[Call]:
    return [call for call in emulator.calls if call.operation == operation]


def test_importing_it_imports_no_sdk() -> None:
    code = "import sys, providers.supabase.files; print({'storage3', 'httpx', 'httpx2', 'pydantic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "set()\n"


async def test_putting_says_what_it_is_and_replaces_what_is_there(
    emulator: SupabaseEmulator, files: SupabaseFiles
) -> None:
    file, data = picture()
    await files.put(file, data)
    assert emulator.storage.buckets["likeness"].objects == {file.key: Stored(data, "image/png", "max-age=600")}
    await files.put(file, data)
    check, call, _ = emulator.calls
    assert (check.method, check.path) == ("GET", "/storage/v1/bucket/likeness")
    assert (call.method, call.path) == ("POST", f"/storage/v1/object/likeness/{file.key}")
    assert (call.headers["apikey"], call.headers["authorization"]) == (CANARY, f"Bearer {CANARY}")
    assert call.headers["x-upsert"] == "true"
    cache, sent = parts_of(call.headers["content-type"], call.body)
    assert (cache.name, cache.data) == ("cacheControl", b"600")
    assert (sent.name, sent.file_name, sent.content_type, sent.data) == (
        "file",
        f"{file.sha256}.png",
        "image/png",
        data,
    )


async def test_every_other_request_word_for_word(emulator: SupabaseEmulator, files: SupabaseFiles) -> None:
    file, data = picture()
    await files.put(file, data)
    key = upload_key(ONE, UUID(int=7), "image/jpeg")
    await files.get(file.key)
    await files.sign([file.key])
    slot = await files.slot(key, content_type="image/jpeg", size_bytes=5)
    await files.remove([file.key, "../not ours", file.key])
    await files.ping()
    told = [(call.method, call.path, json.loads(call.body or b"null")) for call in emulator.calls[2:]]
    assert told == [
        ("GET", f"/storage/v1/object/likeness/{file.key}", None),
        ("POST", "/storage/v1/object/sign/likeness", {"paths": [file.key], "expiresIn": "540"}),
        ("POST", f"/storage/v1/object/upload/sign/likeness/{key}", None),
        ("DELETE", "/storage/v1/object/likeness", {"prefixes": [file.key]}),
        ("GET", "/storage/v1/bucket/likeness", None),
    ]
    assert all(call.headers["apikey"] == CANARY for call in emulator.calls)
    assert "x-upsert" not in asked(emulator, "slot")[0].headers
    assert slot.url.startswith(f"{emulator.url}/storage/v1/object/upload/sign/likeness/{key}?token=")
    assert slot.headers == {"Content-Type": "image/jpeg"}
    assert CANARY not in repr(slot)


async def test_a_page_that_was_looked_at_before_asks_nobody(
    emulator: SupabaseEmulator, files: SupabaseFiles, clock: Clock
) -> None:
    keys = await several(files, 6)
    first = await files.sign(keys[:4])
    assert await files.sign(keys[:4]) == first
    await files.sign(keys)
    paths = [json.loads(call.body)["paths"] for call in asked(emulator, "sign")]
    assert paths == [keys[:4], keys[4:]]
    clock.now += timedelta(minutes=5)
    await files.sign(keys)
    (*_, last) = asked(emulator, "sign")
    assert json.loads(last.body) == {"paths": keys, "expiresIn": "540"}


async def test_many_who_want_the_same_share_one_request(emulator: SupabaseEmulator, files: SupabaseFiles) -> None:
    keys = await several(files, 3)
    signed = await asyncio.gather(*(files.sign(keys) for _ in range(30)), *(files.sign(keys[1:]) for _ in range(30)))
    assert emulator.count("sign") == 1
    assert len({found[keys[1]] for found in signed}) == 1


async def test_one_who_goes_away_takes_the_answer_from_nobody(emulator: SupabaseEmulator, files: SupabaseFiles) -> None:
    keys = await several(files, 2)
    waiting = [asyncio.create_task(files.sign(keys)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    for task in waiting[1:]:
        assert set(await task) == set(keys)
    assert emulator.count("sign") == 1


async def test_a_failure_is_told_to_all_who_wait_and_asked_again_by_the_next(
    emulator: SupabaseEmulator, files: SupabaseFiles
) -> None:
    keys = await several(files, 2)
    emulator.faults.plan("sign", Fault(status=503))
    outcomes = await asyncio.gather(*(files.sign(keys) for _ in range(5)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ProviderUnavailable] * 5
    assert set(await files.sign(keys)) == set(keys)
    assert emulator.count("sign") == 2


async def test_a_large_page_is_asked_for_in_batches(
    emulator: SupabaseEmulator, files: SupabaseFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_urls, "BATCH", 3)
    monkeypatch.setattr(adapter, "REMOVED_AT_ONCE", 4)
    keys = await several(files, 8)
    assert set(await files.sign(keys)) == set(keys)
    assert sorted(len(json.loads(call.body)["paths"]) for call in asked(emulator, "sign")) == [2, 3, 3]
    await files.remove(keys)
    assert [len(json.loads(call.body)["prefixes"]) for call in asked(emulator, "remove")] == [4, 4]
    assert emulator.storage.buckets["likeness"].objects == {}


async def test_what_is_remembered_has_a_bound(
    emulator: SupabaseEmulator, files: SupabaseFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed_urls, "MOST_SIGNED", 3)
    keys = await several(files, 5)
    kept = await files.sign(keys)
    assert len(kept) == 5
    assert list(await files.sign(keys[:1])) == keys[:1]
    assert emulator.count("sign") == 2
    assert len(kept) == 5


async def test_the_life_of_a_slot_is_read_off_its_token(clock: Clock) -> None:
    for life in (timedelta(seconds=60), timedelta(hours=2)):
        emulator = SupabaseEmulator(key=CANARY, now=clock, slot_life=life)
        emulator.storage.buckets["likeness"] = Bucket("likeness", False, None, None)
        with served(emulator.app) as emulator.url:
            files = SupabaseFiles(url=emulator.url, key=CANARY, bucket="likeness", now=clock)
            slot = await files.slot(upload_key(ONE, uuid4(), "image/png"), content_type="image/png", size_bytes=5)
            await files.close()
        assert slot.expires_at == BEGIN + life


@pytest.mark.parametrize("token", ["opaque", jwt.encode({"url": "x"}, CANARY * 2), "e30." + "e30" * 3])
async def test_a_slot_that_does_not_say_how_long_is_taken_for_short(
    emulator: SupabaseEmulator, files: SupabaseFiles, token: str
) -> None:
    said = {"url": f"/object/upload/sign/likeness/x?token={token}", "token": token}
    emulator.faults.plan("slot", Fault(status=200, body=json.dumps(said).encode()))
    slot = await files.slot(upload_key(ONE, uuid4(), "image/png"), content_type="image/png", size_bytes=5)
    assert slot.expires_at == BEGIN + timedelta(seconds=60)


async def test_the_bucket_is_made_private_and_with_limits_once(emulator: SupabaseEmulator, clock: Clock) -> None:
    files = SupabaseFiles(url=emulator.url, key=CANARY, bucket="fresh", now=clock)
    await asyncio.gather(files.prepare(), files.prepare())
    await files.prepare()
    assert emulator.storage.buckets["fresh"] == Bucket(
        "fresh", False, 50_000_000, [*EXTENSIONS, PDF, ZIP, WEIGHTS, JSON]
    )
    (first, *others) = asked(emulator, "make_bucket")
    assert json.loads(first.body)["public"] is False
    assert len(others) <= 1
    await files.close()


@pytest.mark.parametrize(
    ("bucket", "detail"),
    [
        (Bucket("likeness", True, None, None), "the bucket 'likeness' is public: make it private"),
        (
            Bucket("likeness", False, None, ["image/png"]),
            f"the bucket 'likeness' has to take {', '.join([*EXTENSIONS, PDF, ZIP, WEIGHTS, JSON])}",
        ),
    ],
    ids=["public", "narrow"],
)
async def test_a_bucket_that_is_not_as_it_must_be_is_refused_and_left_alone(
    emulator: SupabaseEmulator, files: SupabaseFiles, bucket: Bucket, detail: str
) -> None:
    emulator.storage.buckets["likeness"] = bucket
    for ask in (lambda files: files.prepare(), CALLS["bucket"], CALLS["put"], CALLS["slot"]):
        with pytest.raises(ProviderMisconfigured) as refusal:
            await ask(files)
        assert refusal.value.detail == detail
    assert emulator.storage.buckets == {"likeness": bucket}
    assert {call.operation for call in emulator.calls} == {"bucket"}


async def test_a_bucket_for_all_pictures_will_do(emulator: SupabaseEmulator, files: SupabaseFiles) -> None:
    emulator.storage.buckets["likeness"] = Bucket(
        "likeness",
        False,
        None,
        ["image/*", "application/pdf", "application/zip", "application/octet-stream", "application/json"],
    )
    await files.prepare()


async def test_a_bucket_that_is_gone_is_the_operators_to_see_to(
    emulator: SupabaseEmulator, files: SupabaseFiles
) -> None:
    await files.put(*picture())
    emulator.storage.buckets.clear()
    for operation in ("put", "get", "slot", "remove", "bucket"):
        with pytest.raises(ProviderMisconfigured) as refusal:
            await CALLS[operation](files)
        assert refusal.value.detail == NO_BUCKET


async def test_who_could_not_prepare_does_so_with_the_first_file(
    emulator: SupabaseEmulator, files: SupabaseFiles
) -> None:
    emulator.storage.buckets.clear()
    emulator.faults.plan("bucket", Fault(status=503), Fault(status=503))
    with pytest.raises(ProviderUnavailable):
        await files.prepare()
    with pytest.raises(ProviderUnavailable):
        await files.put(*picture())
    assert emulator.count("put") == 0
    keys = await several(files, 8)
    assert set(emulator.storage.buckets["likeness"].objects) == set(keys)
    asked_before = emulator.count("bucket")
    await files.put(*picture(9))
    assert emulator.count("bucket") == asked_before


async def test_a_key_that_is_not_known_is_the_operators_to_see_to(emulator: SupabaseEmulator, clock: Clock) -> None:
    for key in ("sb_secret_ANOTHER-CANARY", "CANARY-é", "CANARY\nx: y"):
        files = SupabaseFiles(url=emulator.url, key=key, bucket="likeness", now=clock)
        with pytest.raises(ProviderMisconfigured) as refusal:
            await files.ping()
        await files.close()
        assert "CANARY" not in f"{refusal.value!r} {refusal.value.detail} {refusal.value.__cause__} {files!r}"


async def test_our_key_goes_where_it_was_told_to_and_no_further(
    emulator: SupabaseEmulator, files: SupabaseFiles
) -> None:
    elsewhere = SupabaseEmulator(key=CANARY)
    with served(elsewhere.app) as elsewhere.url:
        moved = {"location": f"{elsewhere.url}/storage/v1/bucket/likeness"}
        emulator.faults.plan("bucket", Fault(status=307, headers=moved))
        with pytest.raises(ProviderMisconfigured) as refusal:
            await files.ping()
    assert refusal.value.detail == "307"
    assert elsewhere.calls == []


CALLS: dict[str, Callable[[SupabaseFiles], Awaitable[object]]] = {
    "put": lambda files: files.put(*picture()),
    "get": lambda files: files.get(picture()[0].key),
    "sign": lambda files: files.sign([picture()[0].key]),
    "slot": lambda files: files.slot(upload_key(ONE, uuid4(), "image/png"), content_type="image/png", size_bytes=5),
    "remove": lambda files: files.remove([picture()[0].key]),
    "bucket": lambda files: files.ping(),
}
BUSY = b'{"statusCode":"429","error":"too_many_connections","message":"Too many connections"}'
ODD = [b"", b"null", b"[]", b"{}", b'"x"', b"<html>", b'[{"path": 1}]', b"\xff"]


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(status=503), ProviderUnavailable),
        (Fault(status=500, body=f"<html>{CANARY}</html>".encode()), ProviderUnavailable),
        (Fault(), ProviderUnavailable),
        (Fault(after_accepting=True), ProviderUnavailable),
        (Fault(status=400, body=BUSY, headers={"retry-after": "9"}), RateLimited),
        (Fault(status=401, body=b'{"message":"Invalid API key"}'), ProviderMisconfigured),
    ],
    ids=["away", "broken", "hangs up", "hangs up after it was done", "busy", "not let in"],
)
async def test_whatever_goes_wrong_is_told_in_our_words_and_tried_once(
    emulator: SupabaseEmulator, files: SupabaseFiles, operation: str, fault: Fault, expected: type[DomainError]
) -> None:
    await files.put(*picture())
    before = emulator.count(operation)
    emulator.faults.plan(operation, fault)
    with pytest.raises(DomainError) as refusal:
        await CALLS[operation](files)
    error = refusal.value
    assert type(error) is expected
    assert emulator.count(operation) == before + 1
    if isinstance(error, RateLimited):
        assert error.retry_after == timedelta(seconds=9)
    detail = error.detail if isinstance(error, ProviderError) else ""
    assert CANARY not in f"{error!r} {detail} {error.message} {error.__cause__}"
    await CALLS[operation](files)


@pytest.mark.parametrize("operation", ["sign", "slot", "bucket"])
@pytest.mark.parametrize("body", ODD)
async def test_an_answer_that_makes_no_sense_is_none(
    emulator: SupabaseEmulator, files: SupabaseFiles, operation: str, body: bytes
) -> None:
    await files.put(*picture())
    emulator.faults.plan(operation, Fault(status=200, body=body))
    if (operation, body) == ("sign", b"[]"):
        (url,) = (await CALLS[operation](files)).values()  # type: ignore[attr-defined] # it is a mapping
        assert "token" not in url
    else:
        with pytest.raises(ProviderUnavailable):
            await CALLS[operation](files)


@pytest.mark.parametrize("operation", CALLS)
async def test_every_call_has_an_end(
    emulator: SupabaseEmulator, files: SupabaseFiles, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await files.put(*picture())
    monkeypatch.setattr(adapter, "QUICK", timedelta(seconds=0.1))
    monkeypatch.setattr(adapter, "SLOW", timedelta(seconds=0.1))
    emulator.faults.plan(operation, Fault(status=503, wait=0.5))
    began = time.monotonic()
    with pytest.raises(ProviderUnavailable) as refusal:
        await CALLS[operation](files)
    assert (refusal.value.detail, time.monotonic() - began < 0.5) == ("no answer in time", True)


async def test_nobody_at_the_address_is_a_store_that_is_away(clock: Clock) -> None:
    with served(Starlette()) as url:
        pass
    files = SupabaseFiles(url=url, key=CANARY, bucket="likeness", now=clock)
    with pytest.raises(ProviderUnavailable) as refusal:
        await files.ping()
    assert refusal.value.detail == "ConnectError"
    await files.close()


async def test_another_server_at_the_address_is_the_operators_to_see_to(clock: Clock) -> None:
    with served(Starlette()) as url:
        files = SupabaseFiles(url=url, key=CANARY, bucket="likeness", now=clock)
        for call in CALLS.values():
            with pytest.raises(ProviderMisconfigured) as refusal:
                await call(files)
            assert refusal.value.detail == "404"
        await files.close()


async def test_it_is_closed_in_the_middle_and_begins_anew(emulator: SupabaseEmulator, files: SupabaseFiles) -> None:
    keys = await several(files, 1)
    emulator.faults.plan("sign", Fault(status=503, wait=0.3))
    waiting = asyncio.create_task(files.sign(keys))

    async def is_asked() -> bool:
        return emulator.count("sign") == 1

    await until(is_asked)
    await files.close()
    await files.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert set(await files.sign(keys)) == set(keys)


async def test_a_bucket_that_is_too_small_for_weights_is_told_and_keeps_nobody_from_the_others(
    emulator: SupabaseEmulator, clock: Clock
) -> None:
    weights = SupabaseFiles(url=emulator.url, key=CANARY, bucket="loras", now=clock, shelves=[Shelf.WEIGHTS])
    with pytest.raises(ProviderRequestInvalid) as raised:
        await weights.prepare()  # the project is of the free plan
    assert raised.value.detail == (
        "the bucket 'loras' cannot be made, and LoRAs have up to 500,000,000: raise the limit of the project and of the bucket"
    )
    emulator.storage.buckets["loras"] = Bucket("loras", False, 50_000_000, None)
    with pytest.raises(ProviderRequestInvalid) as raised:
        await weights.ping()
    assert raised.value.detail.startswith("the bucket 'loras' takes files of 50,000,000 bytes, and LoRAs have up to")
    emulator.storage.largest, emulator.storage.buckets["loras"].file_size_limit = 500_000_000, 500_000_000
    await weights.prepare()
    key = f"weights/{ONE}/{'a' * 64}.safetensors"
    with TemporaryFile() as file:
        file.write(b"weights")
        await weights.put_stream(StoredFile(key=key, sha256="a" * 64, content_type=WEIGHTS, size_bytes=7), file)
    assert list(emulator.storage.buckets["loras"].objects) == [key]
    with pytest.raises(ProviderMisconfigured):
        await weights.put(*picture())
    await weights.close()
