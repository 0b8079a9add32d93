"""Pictures in a bucket: whose addresses are followed, and how far."""

import httpx2
import pytest

from domain.errors import ProviderError, ProviderMisconfigured, ProviderUnavailable
from providers.runpod.downloads import Downloads

ASKED: list[httpx2.Request] = []


async def fetched(url: str, answer: httpx2.Response | Exception | None = None, *, most_bytes: int = 100) -> bytes:
    """Through a bucket that gives this answer."""
    ASKED.clear()

    def bucket(request: httpx2.Request) -> httpx2.Response:
        ASKED.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer or httpx2.Response(200, content=b"picture")

    found = Downloads({"bucket.example"}, most_bytes=most_bytes, transport=httpx2.MockTransport(bucket))
    try:
        return await found.get(url)
    finally:
        await found.close()


@pytest.mark.parametrize("url", ["https://bucket.example/a?sig=1", "https://BUCKET.example:443/a"])
async def test_an_address_on_the_list(url: str) -> None:
    assert await fetched(url) == b"picture"
    assert "authorization" not in ASKED[0].headers


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("https://elsewhere.example/a", ProviderMisconfigured),
        ("https://bucket.example.evil.example/a", ProviderMisconfigured),
        ("https://127.0.0.1/a", ProviderMisconfigured),
        ("https://[::1]/a", ProviderMisconfigured),
        ("http://bucket.example/a", ProviderUnavailable),
        ("https://bucket.example:8443/a", ProviderUnavailable),
        ("https://bucket.example@127.0.0.1/a", ProviderUnavailable),
        ("https://bucket.example:port/a", ProviderUnavailable),
        ("https://[bucket.example/a", ProviderUnavailable),
        ("file:///etc/passwd", ProviderUnavailable),
        ("", ProviderUnavailable),
    ],
)
async def test_any_other_is_not_asked(url: str, error: type[ProviderError]) -> None:
    with pytest.raises(error):
        await fetched(url)
    assert ASKED == []


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (httpx2.Response(302, headers={"location": "http://127.0.0.1/"}), "bucket: HTTP 302"),
        (httpx2.Response(403), "bucket: HTTP 403"),
        (httpx2.ReadTimeout("slow"), "ReadTimeout"),
    ],
)
async def test_what_is_no_picture(answer: httpx2.Response | Exception, detail: str) -> None:
    with pytest.raises(ProviderUnavailable) as raised:
        await fetched("https://bucket.example/a", answer)
    assert raised.value.detail == detail
    assert len(ASKED) == 1


async def test_a_picture_without_end() -> None:
    with pytest.raises(ProviderUnavailable) as raised:
        await fetched("https://bucket.example/a", httpx2.Response(200, content=b"x" * 11), most_bytes=10)
    assert raised.value.detail == "bucket: picture too large"
