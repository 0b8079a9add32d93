"""The real RunPod, where the environment has `RUNPOD_API_KEY` and `RUNPOD_ENDPOINTS`.

One image is paid for.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from PIL import Image

from app.provider_settings import read_providers
from domain.errors import NotFound, ProviderMisconfigured
from domain.ports.image_provider import Ready, Submitted
from providers.runpod.images import RunPodImages
from tests.support.render_requests import a_render_request
from tests.support.waiting import until

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


async def test_a_job_that_never_was_is_not_found(provider: RunPodImages) -> None:
    endpoint = next(iter(ENDPOINTS.values()))
    with pytest.raises(NotFound):
        await provider.check(Submitted(model="runpod/flux-dev", request_id="never-was-e1", endpoint=endpoint))


async def test_one_image(provider: RunPodImages) -> None:
    model = "runpod/z-image-turbo" if {"z-image", "*"} & ENDPOINTS.keys() else "runpod/flux-dev"
    request = a_render_request(model=model, width=512, height=500)
    submitted = await provider.submit(request, webhook=None)

    async def is_ready() -> bool:
        await asyncio.sleep(2)
        return await provider.check(submitted) == Ready()

    await until(is_ready, seconds=840)
    rendered = await provider.fetch(submitted, request)
    assert Image.open(BytesIO(rendered.data)).size == (512, 500)
