"""The real RunPod, where the environment has `RUNPOD_API_KEY` and `RUNPOD_ENDPOINTS`. Pictures: `test_queued_images`."""

import os
from collections.abc import AsyncIterator

import pytest

from app.provider_settings import read_providers
from domain.errors import ProviderMisconfigured
from providers.runpod.images import RunPodImages

FOUND = read_providers(os.environ, public_url="", faults=[]).runpod
ENDPOINTS = dict(FOUND.endpoints) if FOUND else {}

pytestmark = [
    pytest.mark.skipif(not ENDPOINTS, reason="RUNPOD_API_KEY and RUNPOD_ENDPOINTS are not set."),
    pytest.mark.timeout(900),
]


@pytest.fixture
async def provider() -> AsyncIterator[RunPodImages]:
    assert FOUND is not None
    images = RunPodImages(key=FOUND.key, endpoints=ENDPOINTS, base_url=FOUND.base_url)
    yield images
    await images.close()


async def test_its_endpoints_are_well(provider: RunPodImages) -> None:
    await provider.ping()


async def test_a_wrong_key_is_the_operators() -> None:
    images = RunPodImages(key="rp_not_a_key", endpoints=ENDPOINTS)
    with pytest.raises(ProviderMisconfigured):
        await images.ping()
    await images.close()
