"""Pages of other origins: what a browser lets them send by itself runs nothing, and what they may read is a list."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from app.asgi import make_app
from app.edge.origins import Origins, is_origin
from app.settings import Settings, SettingsError
from tests.conftest import free_port, serving_app
from tests.support.studio import Studio
from tests.unit.test_settings import GOOD

EVIL, FRIEND = "https://evil.example", "https://app.example.com"
QUERY = "query=%7B__typename%7D"
BODY = {"query": "{ __typename }"}


@pytest.fixture
async def friendly(settings: Settings) -> AsyncIterator[Studio]:
    """An API that lists one foreign origin."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    changed = replace(settings, http=replace(settings.http, port=port, public_url=url, allowed_origins=(FRIEND,)))
    async with serving_app(make_app(changed), port), aiohttp.ClientSession() as http:
        yield Studio(url, changed, http)


@pytest.mark.parametrize(
    ("origin", "host", "is_allowed"),
    [
        (None, "api.example.com", True),
        ("https://api.example.com", "api.example.com", True),
        ("http://api.example.com", "api.example.com:80", True),
        ("https://API.example.com:443", "api.example.com", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("https://likeness.example", "10.0.0.7:8000", True),
        (FRIEND, "api.example.com", True),
        (f"{FRIEND}:443", "api.example.com", True),
        ("capacitor://localhost", "api.example.com", True),
        ("http://app.example.com", "api.example.com", False),
        (f"{FRIEND}:8443", "api.example.com", False),
        (f"{FRIEND}.evil.example", "api.example.com", False),
        ("https://evil.example", "api.example.com", False),
        ("https://api.example.com.evil.example", "api.example.com", False),
        ("http://127.0.0.1:8001", "127.0.0.1:8000", False),
        ("capacitor://api.example.com", "api.example.com", False),
        ("null", "null", False),
        ("", "", False),
        ("file://", "", False),
        ("https://", "", False),
        ("https://a:b:c", "a:b:c", False),
        ("https://[", "[", False),
        ("https://*", "*", False),
    ],
)
def test_whose_page_may_ask(origin: str | None, host: str, is_allowed: bool) -> None:
    origins = Origins([FRIEND, "capacitor://localhost"], public_url="https://likeness.example")
    assert origins.is_allowed(origin, host) is is_allowed


def test_an_origin_is_a_scheme_a_host_and_a_port() -> None:
    for good in (FRIEND, "http://localhost:3000", "capacitor://localhost", "https://[::1]:8443"):
        assert is_origin(good)
    for bad in ("*", "null", "app.example.com", f"{FRIEND}/", f"{FRIEND}/page", "https://*.example.com", ""):
        assert not is_origin(bad)


def test_a_list_with_something_else_on_it_is_a_fault() -> None:
    with pytest.raises(SettingsError) as refusal:
        Settings.from_env({**GOOD, "ALLOWED_ORIGINS": f"{FRIEND}, *, app.example.com"})
    assert refusal.value.faults == [
        "ALLOWED_ORIGINS: '*' is no origin, as https://app.example.com.",
        "ALLOWED_ORIGINS: 'app.example.com' is no origin, as https://app.example.com.",
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Accept": "text/html, */*;q=0.8"},
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
    ],
)
async def test_a_query_in_an_address_is_not_run_for_a_foreign_page(studio: Studio, headers: dict[str, str]) -> None:
    async with studio.http.get(f"{studio.url}/graphql?{QUERY}", headers=headers) as answer:
        assert answer.status == 403
        body = await answer.json()
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert body["errors"][0]["extensions"] == {"code": "FOREIGN_ORIGIN"}
    assert "data" not in body


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_our_own_page_and_an_address_that_was_typed_may_ask(studio: Studio, site: str) -> None:
    async with studio.http.get(f"{studio.url}/graphql?{QUERY}", headers={"Sec-Fetch-Site": site}) as answer:
        assert (answer.status, (await answer.json())["data"]) == (200, {"__typename": "Query"})


async def test_a_foreign_page_may_link_to_graphiql(studio: Studio) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Accept": "text/html"}
    async with studio.http.get(f"{studio.url}/graphql", headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_what_a_form_can_send_is_no_request(studio: Studio, content_type: str) -> None:
    headers = {"Content-Type": content_type, "Origin": studio.url}
    async with studio.http.post(f"{studio.url}/graphql", data=b'{"query": "{ __typename }"}', headers=headers) as found:
        assert found.status == 415


async def test_a_post_of_a_foreign_page_runs_nothing(studio: Studio) -> None:
    async with studio.http.post(f"{studio.url}/graphql", json=BODY, headers={"Origin": EVIL}) as answer:
        assert answer.status == 403
        assert "data" not in await answer.json()


async def test_a_foreign_page_is_told_no_when_its_browser_asks(studio: Studio) -> None:
    headers = {
        "Origin": EVIL,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    async with studio.http.options(f"{studio.url}/graphql", headers=headers) as answer:
        assert answer.status == 403
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
        assert answer.headers["Vary"] == "Origin, Accept"


async def test_a_page_on_the_list_may_ask_and_read(friendly: Studio) -> None:
    url, asking = f"{friendly.url}/graphql", {"Origin": FRIEND, "Access-Control-Request-Method": "POST"}
    async with friendly.http.options(url, headers=asking) as answer:
        assert (answer.status, await answer.read()) == (204, b"")
        assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, POST"
        assert answer.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type, X-Request-Id"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    for headers in ({"Origin": FRIEND}, {"Origin": FRIEND, "Authorization": "Bearer x"}):
        async with friendly.http.post(url, json=BODY, headers=headers) as answer:
            assert answer.status == (401 if "Authorization" in headers else 200)
            assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
            assert answer.headers["Vary"] == "Origin, Accept"
    async with friendly.http.get(f"{url}?{QUERY}", headers={"Origin": FRIEND, "Sec-Fetch-Site": "cross-site"}) as got:
        assert got.status == 200
    async with friendly.http.post(url, json=BODY, headers={"Origin": EVIL}) as refused:
        assert (refused.status, refused.headers.get("Access-Control-Allow-Origin")) == (403, None)


async def test_only_graphql_is_open_to_the_list(friendly: Studio) -> None:
    async with friendly.http.get(f"{friendly.url}/healthz", headers={"Origin": FRIEND}) as answer:
        assert "Access-Control-Allow-Origin" not in answer.headers
