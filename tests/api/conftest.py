"""One API for all of these tests: starting one takes longer than most of them. The database is emptied for each."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from app.settings import Settings
from tests.conftest import free_port, serving
from tests.support.studio import Studio


@pytest.fixture(scope="session")
async def shared_api(session_settings: Settings) -> AsyncIterator[Settings]:
    """Its settings, while it runs: the session's, on a port of its own."""
    port = free_port()
    http = replace(session_settings.http, port=port, public_url=f"http://127.0.0.1:{port}")
    settings = replace(session_settings, http=http, purchase_url="https://shop.example/credits")
    async with serving(settings):
        yield settings


@pytest.fixture
async def studio(settings: Settings, shared_api: Settings) -> AsyncIterator[Studio]:
    """A new user of it. There is no worker unless the test asks for one."""
    async with aiohttp.ClientSession() as http:
        yield Studio(shared_api.http.public_url, shared_api, http)
