"""Finished images by their signed addresses."""

import hashlib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from yarl import URL

from app.wiring import make_local_files
from domain.images.image import StoredFile
from domain.ports.object_store import file_of
from providers.local.tokens import user_id_of
from tests.support.studio import Studio

DATA = bytes(range(256)) * 8


@pytest.fixture
async def stored(studio: Studio) -> StoredFile:
    file = file_of(user_id_of(studio.user), "images", DATA, "image/jpeg")
    await make_local_files(studio.settings).put(file, DATA)
    return file


@pytest.fixture
async def url(studio: Studio, stored: StoredFile) -> str:
    return (await make_local_files(studio.settings).sign([stored.key]))[stored.key]


async def get(studio: Studio, url: str, method: str = "GET", **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
    async with studio.http.request(method, URL(url, encoded=True), headers=headers) as answer:
        return answer, await answer.read()


async def test_a_signed_address_brings_the_file_and_how_to_keep_it(
    studio: Studio, stored: StoredFile, url: str
) -> None:
    answer, body = await get(studio, url)
    assert (answer.status, answer.content_type, body) == (200, "image/jpeg", DATA)
    assert answer.headers["Cache-Control"] == "private, max-age=600, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(DATA).hexdigest()}"'
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert stored.sha256 in answer.headers["ETag"]


@pytest.mark.parametrize(
    ("asked", "start", "stop"), [("bytes=0-9", 0, 10), ("bytes=100-", 100, 2048), ("bytes=-5", 2043, 2048)]
)
async def test_a_part_of_it_can_be_asked_for(studio: Studio, url: str, asked: str, start: int, stop: int) -> None:
    answer, body = await get(studio, url, Range=asked)
    assert (answer.status, body) == (206, DATA[start:stop])
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/2048"


async def test_a_part_behind_its_end_is_refused(studio: Studio, url: str) -> None:
    answer, _ = await get(studio, url, Range="bytes=5000-")
    assert answer.status == 416


async def test_who_has_it_already_is_told_so(studio: Studio, stored: StoredFile, url: str) -> None:
    for known in (f'"{stored.sha256}"', f'W/"{stored.sha256}"', f'"x", "{stored.sha256}"'):
        answer, body = await get(studio, url, **{"If-None-Match": known})
        assert (answer.status, body) == (304, b"")
        assert answer.headers["ETag"] == f'"{stored.sha256}"'
        assert answer.headers["Cache-Control"] == "private, max-age=600, immutable"
    answer, _ = await get(studio, url, **{"If-None-Match": '"another"'})
    assert answer.status == 200


async def test_head_tells_about_it_without_bringing_it(studio: Studio, url: str) -> None:
    answer, body = await get(studio, url, "HEAD")
    assert (answer.status, answer.headers["Content-Length"], body) == (200, "2048", b"")


async def test_it_is_only_read(studio: Studio, url: str) -> None:
    for method in ("POST", "PUT", "DELETE"):
        answer, _ = await get(studio, url, method)
        assert answer.status == 405


async def test_an_address_that_was_changed_opens_nothing(studio: Studio, stored: StoredFile, url: str) -> None:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    other = file_of(user_id_of("another"), "images", b"theirs", "image/jpeg")
    await make_local_files(studio.settings).put(other, b"theirs")
    base, expires, signature = f"{studio.url}/files", query["expires"], query["signature"]
    changed = [
        f"{base}/{stored.key}",
        f"{base}/{stored.key}?expires={expires}",
        f"{base}/{stored.key}?signature={signature}",
        f"{base}/{stored.key}?expires={int(expires) + 1}&signature={signature}",
        f"{base}/{stored.key}?expires={expires}&signature={signature[:-1]}0" + ("0" if signature.endswith("0") else ""),
        f"{base}/{stored.key}?expires={expires}&signature=%C3%A4%00",
        f"{base}/{stored.key}?expires=x&signature={signature}",
        f"{base}/{other.key}?expires={expires}&signature={signature}",
        f"{base}/{stored.key}%00?expires={expires}&signature={signature}",
        f"{base}/?expires={expires}&signature={signature}",
        f"{base}/../../../etc/passwd?expires={expires}&signature={signature}",
        f"{base}/%2e%2e/%2e%2e/etc/passwd?expires={expires}&signature={signature}",
        f"{base}/images/..%2f..%2fetc%2fpasswd?expires={expires}&signature={signature}",
        f"{base}//etc/passwd?expires={expires}&signature={signature}",
    ]
    for address in changed:
        answer, body = await get(studio, address)
        assert answer.status == 404, address
        assert DATA not in body
        assert str(Path(studio.settings.data_dir)) not in body.decode()


async def test_a_file_that_is_gone_is_not_found(studio: Studio) -> None:
    gone = file_of(user_id_of(studio.user), "images", b"never stored", "image/png")
    answer, body = await get(studio, (await make_local_files(studio.settings).sign([gone.key]))[gone.key])
    assert (answer.status, body) == (404, b"This file is gone.")
    assert answer.headers["Cache-Control"] == "no-store"
