"""What every `QueuedImageProvider` promises: the vendors' adapters against their emulators and, where the environment has keys,
against the vendors themselves (a live run pays for four small pictures); and the double that other tests use in their place."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from io import BytesIO

import pytest
from PIL import Image

from app.adapters import Adapters
from app.provider_settings import read_providers
from domain.errors import NotFound
from domain.ports.image_provider import (
    CallState,
    QueuedImageProvider,
    Ready,
    RenderRequest,
    Running,
    Submitted,
    Waiting,
)
from providers.fal.images import FalImages
from providers.runpod.images import RunPodImages
from tests.support.emulators.fal import FalEmulator
from tests.support.emulators.runpod import RunPodEmulator
from tests.support.emulators.serving import served
from tests.support.queued_images import QueuedImages
from tests.support.render_requests import a_render_request

LIVE = read_providers(os.environ, public_url="", faults=[])
NOBODYS = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Subject:
    """`another` is the same vendor as a second process sees it."""

    provider: QueuedImageProvider
    another: QueuedImageProvider
    request: RenderRequest
    makes_sizes: bool = True


@asynccontextmanager
async def double() -> AsyncIterator[Subject]:
    vendor = QueuedImages()
    yield Subject(vendor, vendor, a_render_request(model="runpod/z-image-turbo"), makes_sizes=False)


@asynccontextmanager
async def fal_emulated() -> AsyncIterator[Subject]:
    emulator = FalEmulator(key="k")
    with served(emulator.app) as url:
        one, other = (FalImages(key="k", queue_url=url, rest_url=url, media_hosts=("localhost",)) for _ in range(2))
        yield Subject(one, other, a_render_request(model="fal/z-image-turbo"))
        await one.close()
        await other.close()


@asynccontextmanager
async def runpod_emulated() -> AsyncIterator[Subject]:
    emulator = RunPodEmulator()
    with served(emulator.app) as url:
        one, other = (
            RunPodImages(key=emulator.key, endpoints={"*": "ep-images"}, base_url=f"{url}/v2") for _ in range(2)
        )
        yield Subject(one, other, a_render_request(model="runpod/z-image-turbo"))
        await one.close()
        await other.close()


@asynccontextmanager
async def fal_live() -> AsyncIterator[Subject]:
    if LIVE.fal is None:
        pytest.skip("no FAL_KEY: the real fal is not asked, and nothing is paid")
    one, other = FalImages(key=LIVE.fal.key), FalImages(key=LIVE.fal.key)
    yield Subject(one, other, a_render_request(model="fal/z-image-turbo"))
    await one.close()
    await other.close()


@asynccontextmanager
async def runpod_live() -> AsyncIterator[Subject]:
    found = LIVE.runpod
    if found is None or not found.endpoints:
        pytest.skip("no RUNPOD_API_KEY and RUNPOD_ENDPOINTS: the real RunPod is not asked, and nothing is paid")
    model = "runpod/z-image-turbo" if {"z-image", "*"} & found.endpoints.keys() else "runpod/flux-dev"
    one, other = (RunPodImages(key=found.key, endpoints=found.endpoints, base_url=found.base_url) for _ in range(2))
    yield Subject(one, other, a_render_request(model=model))
    await one.close()
    await other.close()


SUBJECTS: dict[str, Callable[[], AbstractAsyncContextManager[Subject]]] = {
    "double": double,
    "fal": fal_emulated,
    "runpod": runpod_emulated,
    "fal-live": fal_live,
    "runpod-live": runpod_live,
}


@pytest.fixture(params=SUBJECTS)
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    async with SUBJECTS[request.param]() as found:
        yield found


async def until_ready(provider: QueuedImageProvider, submitted: Submitted) -> list[CallState]:
    """All that was told on the way."""
    told: list[CallState] = []
    async with asyncio.timeout(110):
        while not told or told[-1] != Ready():
            told.append(await provider.check(submitted))
            await asyncio.sleep(0.02)
    return told


async def test_a_picture_of_exactly_the_size_as_often_as_it_is_fetched(subject: Subject) -> None:
    provider, request = subject.provider, replace(subject.request, width=500, height=700)
    submitted = await provider.submit(request, webhook=None)

    assert (submitted.model, submitted.endpoint) == (request.model, provider.endpoint_of(request.model))
    assert submitted.request_id
    assert {type(state) for state in await until_ready(provider, submitted)} <= {Waiting, Running, Ready}
    first, second = await provider.fetch(submitted, request), await provider.fetch(submitted, request)
    image = Image.open(BytesIO(first.data))
    assert first == second
    assert first.content_type == Image.MIME[image.format or ""]
    assert (first.provider, first.seed) == (request.model.split("/")[0], request.seed)
    if subject.makes_sizes:
        assert image.size == (500, 700)


async def test_whoever_takes_over_goes_on_with_what_was_kept(subject: Subject) -> None:
    """With what the database keeps of a call, and a request of a later attempt."""
    submitted = await subject.provider.submit(subject.request, webhook=None)
    kept = Submitted(model=submitted.model, request_id=submitted.request_id, endpoint=submitted.endpoint)
    await until_ready(subject.another, kept)
    later = replace(subject.request, attempt_key="a later one")
    rendered = await subject.another.fetch(kept, later)
    assert rendered.seed == subject.request.seed
    assert Image.open(BytesIO(rendered.data)).width > 0


async def test_two_wishes_are_two_calls(subject: Subject) -> None:
    numbers = {(await subject.provider.submit(subject.request, webhook=None)).request_id for _ in range(2)}
    assert len(numbers) == 2


async def test_cancelling_may_be_asked_for_at_any_time(subject: Subject) -> None:
    submitted = await subject.provider.submit(subject.request, webhook=None)
    for _ in range(2):
        await subject.provider.cancel(submitted)
    await subject.another.cancel(replace(submitted, request_id=NOBODYS))


async def test_what_the_provider_does_not_know_is_not_found(subject: Subject) -> None:
    model = subject.request.model
    endpoint = subject.provider.endpoint_of(model)
    for number in (NOBODYS, "../../../billing"):
        with pytest.raises(NotFound):
            await subject.provider.check(Submitted(model=model, request_id=number, endpoint=endpoint))


def test_every_adapter_with_a_queue_is_in_this_suite() -> None:
    queued = {"fal", "runpod"}
    assert queued <= SUBJECTS.keys()
    others = {"openai", "fal_trainer", "runpod_trainer"}
    assert Adapters.__dataclass_fields__.keys() - others == queued
