"""Files that owners send by themselves, over HTTP, as the API takes them where files are kept in a folder."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
from yarl import URL

from app.asgi import make_app
from app.edge.bodies import LARGEST_BODY
from app.http import uploads
from app.settings import Settings
from app.wiring import make_local_files
from domain.errors import NotFound
from domain.ports.object_store import LARGEST_UPLOAD, UploadSlot, upload_key
from providers.local.files import LocalFiles
from providers.local.tokens import user_id_of
from tests.conftest import free_port, serving_app
from tests.support.studio import Studio
from tests.support.waiting import until

FRIEND, EVIL = "https://app.example.com", "https://evil.example"
DATA = bytes(range(256)) * 40


@pytest.fixture
async def friendly(settings: Settings) -> AsyncIterator[Studio]:
    """An API that lists one foreign origin."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    changed = replace(settings, http=replace(settings.http, port=port, public_url=url, allowed_origins=(FRIEND,)))
    async with serving_app(make_app(changed), port), aiohttp.ClientSession() as http:
        yield Studio(url, changed, http)


def store_of(studio: Studio) -> LocalFiles:
    return make_local_files(studio.settings)


async def room(studio: Studio, size_bytes: int, content_type: str = "image/png") -> tuple[str, UploadSlot]:
    key = upload_key(user_id_of(studio.user), uuid4(), content_type)
    return key, await store_of(studio).slot(key, content_type=content_type, size_bytes=size_bytes)


async def put(
    studio: Studio, slot: UploadSlot, data: bytes | AsyncIterator[bytes], **headers: str
) -> tuple[int, str, aiohttp.ClientResponse]:
    sent = {**slot.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
    body = BytesIO(data) if isinstance(data, bytes) else data
    async with studio.http.put(URL(slot.url, encoded=True), data=body, headers=sent) as answer:
        return answer.status, await answer.text(), answer


async def in_pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def parts_in(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob(".*") if path.is_file()]


async def assert_nothing_came(studio: Studio, key: str) -> None:
    with pytest.raises(NotFound):
        await store_of(studio).get(key)
    assert parts_in(studio.settings.data_dir) == []


async def test_a_file_is_sent_once(studio: Studio) -> None:
    key, slot = await room(studio, len(DATA))
    status, body, answer = await put(studio, slot, DATA)
    assert (status, body, answer.headers["Cache-Control"]) == (201, "", "no-store")
    assert await store_of(studio).get(key) == DATA
    assert (await put(studio, slot, DATA[::-1]))[:2] == (409, "A file was sent there already.")
    assert await store_of(studio).get(key) == DATA


async def test_the_largest_file_comes_through_whole_or_in_pieces(studio: Studio) -> None:
    data = os.urandom(LARGEST_UPLOAD)
    for body in (data, in_pieces(data, 70_000)):
        key, slot = await room(studio, LARGEST_UPLOAD)
        assert (await put(studio, slot, body))[0] == 201
        assert await store_of(studio).get(key) == data


async def test_other_routes_take_no_more_than_before(studio: Studio) -> None:
    big = b"x" * (LARGEST_BODY + 1)
    for path in ("/healthz", "/webhooks/fal", f"/files/images/{uuid4()}/{'0' * 64}.png"):
        async with studio.http.post(f"{studio.url}{path}", data=big) as answer:
            assert answer.status in {404, 405, 413}, path
    async with studio.http.post(f"{studio.url}/graphql", data=big) as answer:
        assert answer.status in {413, 415}


@pytest.mark.parametrize("whole", [True, False], ids=["with a length", "in pieces"])
@pytest.mark.parametrize(("change", "status", "word"), [(1, 413, "more"), (-1, 400, "less")])
async def test_it_has_the_size_that_was_announced(
    studio: Studio, change: int, status: int, word: str, *, whole: bool
) -> None:
    key, slot = await room(studio, len(DATA))
    data = (DATA + b"x")[: len(DATA) + change]
    said = f"This is {word} than the {len(DATA)} bytes that were announced."
    assert (await put(studio, slot, data if whole else in_pieces(data, 1000)))[:2] == (status, said)
    await assert_nothing_came(studio, key)
    assert (await put(studio, slot, DATA))[0] == 201


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Content_Type": "image/jpeg"}, "This address takes a file of type image/png."),
        ({"Content_Type": "text/html"}, "This address takes a file of type image/png."),
        ({"Content_Encoding": "gzip"}, "Send the file as it is, without a 'Content-Encoding'."),
    ],
)
async def test_it_has_the_type_that_was_announced(studio: Studio, headers: dict[str, str], said: str) -> None:
    key, slot = await room(studio, len(DATA))
    assert (await put(studio, slot, DATA, **headers))[:2] == (415, said)
    await assert_nothing_came(studio, key)


async def test_the_type_may_be_written_with_parameters(studio: Studio) -> None:
    _, slot = await room(studio, 3)
    assert (await put(studio, slot, b"abc", Content_Type="Image/PNG; charset=binary"))[0] == 201


async def test_an_address_that_was_changed_takes_nothing(studio: Studio) -> None:
    key, slot = await room(studio, len(DATA))
    other = upload_key(user_id_of("another"), uuid4(), "image/png")
    changed = [
        slot.url.partition("?")[0],
        slot.url.replace(key, other),
        slot.url.replace(f"size={len(DATA)}", "size=9999999"),
        slot.url.replace("image%2Fpng", "image%2Fjpeg"),
        slot.url.replace("expires=1", "expires=2"),
        slot.url.replace(key, f"uploads/..%2f..%2f{'0' * 36}.png"),
        slot.url.replace(key, "uploads/"),
    ]
    for url in changed:
        answer = await put(studio, replace(slot, url=url), DATA)
        assert answer[:2] == (403, "This address is not valid. Ask for another."), url
    await assert_nothing_came(studio, key)
    await assert_nothing_came(studio, other)


async def test_it_is_only_put(studio: Studio) -> None:
    key, slot = await room(studio, len(DATA))
    assert (await put(studio, slot, DATA))[0] == 201
    for method, status in (("GET", 404), ("HEAD", 404), ("POST", 405), ("DELETE", 405)):
        async with studio.http.request(method, URL(slot.url, encoded=True)) as answer:
            assert (answer.status, DATA in await answer.read()) == (status, False), method
    assert await store_of(studio).get(key) == DATA


async def test_whoever_breaks_off_leaves_nothing(studio: Studio) -> None:
    key, slot = await room(studio, 1_000_000)

    async def is_coming() -> bool:
        return len(parts_in(studio.settings.data_dir)) == 1

    async def is_given_up() -> bool:
        return not await is_coming()

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 600_000
        await until(is_coming)
        raise ConnectionError("the client goes away")

    with pytest.raises((aiohttp.ClientError, ConnectionError)):
        await put(studio, slot, broken())
    await until(is_given_up)
    await assert_nothing_came(studio, key)


async def test_whoever_dawdles_is_told_so(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", uploads.PATIENCE * 0.001)
    key, slot = await room(studio, 1_000_000)
    heard = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * 600_000
        await heard.wait()

    sending = asyncio.create_task(put(studio, slot, slow()))
    status, said, answer = await sending
    heard.set()
    assert (status, said) == (408, "The file did not arrive in time. Ask for another address.")
    assert answer.headers["Connection"] == "close"
    await assert_nothing_came(studio, key)


async def test_a_page_on_the_list_may_send_and_read_why_not(friendly: Studio) -> None:
    key, slot = await room(friendly, len(DATA))
    url, asking = URL(slot.url, encoded=True), {"Origin": FRIEND, "Access-Control-Request-Method": "PUT"}
    async with friendly.http.options(url, headers=asking) as answer:
        assert (answer.status, await answer.read()) == (204, b"")
        assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
        assert answer.headers["Access-Control-Allow-Methods"] == "PUT"
        assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    for data, status in ((DATA + b"x", 413), (b"x" * (LARGEST_UPLOAD + 1), 413), (DATA, 201), (DATA, 409)):
        answered, _, answer = await put(friendly, slot, data, Origin=FRIEND)
        assert (answered, answer.headers["Access-Control-Allow-Origin"]) == (status, FRIEND)
        assert "Origin" in answer.headers["Vary"]
    assert await store_of(friendly).get(key) == DATA


@pytest.mark.parametrize("origin", [EVIL, "null", "http://127.0.0.1"])
async def test_a_page_that_is_not_on_the_list_sends_nothing(friendly: Studio, origin: str) -> None:
    key, slot = await room(friendly, len(DATA))
    asking = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
    async with friendly.http.options(URL(slot.url, encoded=True), headers=asking) as answer:
        assert (answer.status, answer.headers.get("Access-Control-Allow-Origin")) == (403, None)
    status, _, told = await put(friendly, slot, DATA, Origin=origin)
    assert (status, told.headers.get("Access-Control-Allow-Origin")) == (403, None)
    await assert_nothing_came(friendly, key)


async def test_a_page_of_our_own_may_send(studio: Studio) -> None:
    _, slot = await room(studio, len(DATA))
    assert (await put(studio, slot, DATA, Origin=studio.url))[0] == 201
