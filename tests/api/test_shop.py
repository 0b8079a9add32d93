"""Where packages lead to: a shop that is named, or words that say how else to come by credits."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from app.asgi import make_app
from app.settings import Settings
from tests.conftest import free_port, serving_app
from tests.support.studio import Studio


@pytest.fixture(params=[True, False], ids=["our tokens", "another issuer's"])
async def without_shop(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[Settings]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    changed = replace(
        settings,
        http=replace(settings.http, port=port, public_url=url),
        tokens=replace(settings.tokens, development=request.param),
        purchase_url=f"{url}/buy",
    )
    async with serving_app(make_app(changed), port):
        yield changed


async def test_without_a_shop_packages_lead_to_words_that_help(without_shop: Settings) -> None:
    address = f"{without_shop.purchase_url}?package=starter"
    async with aiohttp.ClientSession() as http, http.get(address) as page:
        words = await page.text()
        assert (page.status, page.content_type) == (200, "text/plain")
    assert "likeness credits grant 5000 --user NAME" in words
    whose = "demo, for the token that GraphiQL opens with" if without_shop.tokens.development else "their token says it"
    assert whose in words


async def test_with_a_shop_there_is_no_such_page(studio: Studio) -> None:
    async with studio.http.get(f"{studio.url}/buy") as answer:
        assert answer.status == 404
