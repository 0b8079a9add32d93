"""The GraphiQL page: all of it from here, and a token only where this server issues them."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from app.asgi import make_app
from app.provider_settings import StorageSettings
from app.settings import Settings
from tests.conftest import free_port, serving, serving_app
from tests.support.studio import Studio

SETTINGS = re.compile(r'<script type="application/json" id="settings">(.*?)</script>', re.DOTALL)


async def page_of(http: aiohttp.ClientSession, url: str) -> tuple[aiohttp.ClientResponse, str]:
    async with http.get(f"{url}/graphql", headers={"Accept": "text/html"}) as answer:
        return answer, await answer.text()


async def test_the_page_may_load_nothing_from_elsewhere(studio: Studio) -> None:
    answer, page = await page_of(studio.http, studio.url)
    assert (answer.status, answer.content_type) == (200, "text/html")
    policy = answer.headers["Content-Security-Policy"]
    host = studio.url.removeprefix("http://")
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self' 'sha256-")
    assert f"connect-src 'self' ws://{host} wss://{host}" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    markup = SETTINGS.sub("", page)
    assert re.findall(r"https?:|//[a-z]", markup) == []


async def test_every_file_of_the_page_is_served_and_kept(studio: Studio) -> None:
    _, page = await page_of(studio.http, studio.url)
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(addresses) >= 8
    for address in addresses:
        async with studio.http.get(f"{studio.url}{address}") as file:
            assert (file.status, file.headers["X-Content-Type-Options"]) == (200, "nosniff")
            assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert len(await file.read()) > 100


async def test_it_opens_with_a_good_token_and_the_examples(studio: Studio) -> None:
    _, page = await page_of(studio.http, studio.url)
    found = SETTINGS.search(page)
    assert found
    settings = json.loads(found[1])
    assert settings["graphqlPath"] == "/graphql"
    assert len(settings["exampleTabs"]) == 51
    answer = await studio.post("{ viewer { email } }", token=settings["developmentToken"])
    assert answer["data"]["viewer"]["email"] == "demo@example.com"


async def test_a_foreign_name_for_this_machine_gets_no_page(studio: Studio) -> None:
    async with studio.http.get(f"{studio.url}/graphql", headers={"Host": "evil.example"}) as answer:
        assert answer.status == 400


@pytest.fixture
async def production(settings: Settings) -> AsyncIterator[Settings]:
    """An API that takes another issuer's tokens."""
    port = free_port()
    tokens = replace(
        settings.tokens,
        development=False,
        issuer="https://project.supabase.co/auth/v1",
        secret=b"the secret of that project, long enough",
    )
    changed = replace(
        settings, tokens=tokens, http=replace(settings.http, port=port, public_url=f"http://127.0.0.1:{port}")
    )
    async with serving_app(make_app(changed), port):
        yield changed


async def test_where_tokens_come_from_elsewhere_none_is_given_away(production: Settings) -> None:
    async with aiohttp.ClientSession() as http:
        answer, page = await page_of(http, production.http.public_url)
    assert answer.status == 200
    found = SETTINGS.search(page)
    assert found
    assert json.loads(found[1])["developmentToken"] is None


async def test_where_it_is_switched_off_there_is_no_page(settings: Settings) -> None:
    port = free_port()
    http_settings = replace(settings.http, port=port, graphiql=False)
    async with (
        serving_app(make_app(replace(settings, http=http_settings)), port) as url,
        aiohttp.ClientSession() as http,
    ):
        answer, page = await page_of(http, url)
        assert answer.status == 404
        assert "switched off" in page
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        async with http.post(f"{url}/graphql", json={"query": "{ __typename }"}) as asked:
            assert (await asked.json())["data"] == {"__typename": "Query"}


async def test_the_root_leads_to_it(studio: Studio) -> None:
    async with studio.http.get(studio.url, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (307, "/graphql")


async def test_pictures_may_come_from_the_store_that_keeps_them(settings: Settings) -> None:
    storage = StorageSettings(url="https://abc.supabase.co", key="k", bucket="likeness", weights_bucket="loras")
    kept_there = replace(settings, providers=replace(settings.providers, storage=storage))
    async with (
        serving(kept_there) as url,
        aiohttp.ClientSession() as http,
        http.get(f"{url}/graphql", headers={"Accept": "text/html"}) as page,
    ):
        policy = page.headers["Content-Security-Policy"]
        assert "img-src 'self' data: https://abc.supabase.co;" in policy
        (asked,) = (part for part in policy.split("; ") if part.startswith("connect-src "))
        assert asked.endswith(" https://abc.supabase.co")  # files are sent there
        assert '"picturesFrom": "https://abc.supabase.co"' in await page.text()
