"""What an adapter adds to its provider's own time, and what processes that use adapters weigh.

A call of a vendor with a queue is submit, one look, fetch: the time between submit and look is the vendor's, and is not
counted. Asked for is a portrait of the product's size, 768 x 1365, which no model makes exactly: it is cut to size. Beside
it stands the same in the size that the model makes, where nothing is left to cut.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from statistics import median

import httpx2

from benchmarks.adapters_reference import BareFal, BareOpenAI, BareRunPod, Exchange
from benchmarks.adapters_weight import imports, memory
from benchmarks.report import LESS, Column, Report
from benchmarks.stage import Program, Stage
from domain.ports.image_provider import ImageProvider, QueuedImageProvider, Ready, RenderRequest, Submitted
from providers.fal.images import FalImages
from providers.openai.client import OpenAIClient
from providers.openai.images import OpenAIImages
from providers.runpod.images import RunPodImages
from tests.support.emulators.openai import KEY as OPENAI_KEY
from tests.support.emulators.runpod import KEY as RUNPOD_KEY
from tests.support.render_requests import a_render_request

CALLS, WARM_UP = 200, 5
OWN = 0.02
"""Seconds that a picture takes at the vendor."""

READY = 0.06
"""Seconds after which a queued one is made, but for the first, which the emulator has to draw."""

FAL_KEY = "fal-key-of-the-emulator"
ENDPOINT = "ep-images"
MADE, ASKED = (768, 1376), (768, 1365)
CUT, UNCUT, BARE = "likeness, cut to 768x1365", "likeness, size as made", "bare httpx2"

Call = Callable[[], Awaitable[float]]
"""Makes one call; the seconds that count."""


async def measure(stage: Stage) -> list[Report]:
    async with stage.place("adapters") as place:
        reports = []
        for name, calls in (("fal", _fal), ("runpod", _runpod), ("openai", _openai)):
            async with place.emulator(name, seconds=OWN) as emulator, calls(emulator) as made:
                reports.append(_report(name, await _in_turns(made)))
        return [*reports, await memory(stage), imports()]


def _report(name: str, taken: Mapping[str, Sequence[tuple[float, float]]]) -> Report:
    return Report(
        f"adapters: what {name} costs beside the vendor's own {1000 * OWN:.0f} ms, {CALLS} calls one after another",
        BARE,
        "the same exchange over HTTP, nothing checked, nothing cut",
        [Column("median", "ms", LESS), Column("worst", "ms", LESS), Column("client CPU", "ms per call", LESS)],
        {
            row: [
                1000 * median(seconds for seconds, _ in values),
                1000 * max(seconds for seconds, _ in values),
                1000 * sum(cpu for _, cpu in values) / len(values),
            ]
            for row, values in taken.items()
        },
    )


async def _in_turns(calls: Mapping[str, Call]) -> Mapping[str, Sequence[tuple[float, float]]]:
    """Seconds and CPU seconds of this process, by row."""
    taken: dict[str, list[tuple[float, float]]] = {row: [] for row in calls}
    for number in range(WARM_UP + CALLS):
        for row, call in calls.items():
            before = time.process_time()
            seconds = await call()
            if number >= WARM_UP:
                taken[row].append((seconds, time.process_time() - before))
    return taken


@asynccontextmanager
async def _fal(emulator: Program) -> AsyncIterator[Mapping[str, Call]]:
    url = f"http://127.0.0.1:{emulator.port}"
    images = FalImages(key=FAL_KEY, queue_url=url, rest_url=url, media_hosts=("localhost",))
    wish = _wish("fal/z-image-turbo")
    async with httpx2.AsyncClient(base_url=url) as http, AsyncExitStack() as stack:
        stack.push_async_callback(images.close)
        yield _queued(images, wish, await BareFal.of(http, wish, FAL_KEY))


@asynccontextmanager
async def _runpod(emulator: Program) -> AsyncIterator[Mapping[str, Call]]:
    url = f"http://127.0.0.1:{emulator.port}"
    images = RunPodImages(key=RUNPOD_KEY, endpoints={"*": ENDPOINT}, base_url=f"{url}/v2")
    wish = _wish("runpod/z-image-turbo")
    async with httpx2.AsyncClient(base_url=url) as http, AsyncExitStack() as stack:
        stack.push_async_callback(images.close)
        yield _queued(images, wish, BareRunPod.of(http, wish, endpoint=ENDPOINT, key=RUNPOD_KEY))


@asynccontextmanager
async def _openai(emulator: Program) -> AsyncIterator[Mapping[str, Call]]:
    url = f"http://127.0.0.1:{emulator.port}"
    client = OpenAIClient(key=OPENAI_KEY, base_url=f"{url}/v1")
    wish = _wish("openai/gpt-image-2.5-flare")
    async with httpx2.AsyncClient(base_url=url) as http, AsyncExitStack() as stack:
        stack.push_async_callback(client.close)
        bare = BareOpenAI(http, OPENAI_KEY, "gpt-image-2.5-flare", wish.prompt, "{}x{}".format(*MADE))
        images = OpenAIImages(client)
        yield {
            CUT: lambda: _answered(images, wish),
            UNCUT: lambda: _answered(images, _as_made(wish)),
            BARE: lambda: _beyond_its_own(bare.picture),
        }


def _wish(model: str) -> RenderRequest:
    return a_render_request(model=model, width=ASKED[0], height=ASKED[1], negative_prompt="")


def _as_made(wish: RenderRequest) -> RenderRequest:
    return replace(wish, width=MADE[0], height=MADE[1])


def _queued(images: QueuedImageProvider, wish: RenderRequest, bare: Exchange) -> Mapping[str, Call]:
    return {
        CUT: lambda: _stepped(OurExchange(images, wish)),
        UNCUT: lambda: _stepped(OurExchange(images, _as_made(wish))),
        BARE: lambda: _stepped(bare),
    }


class OurExchange:
    def __init__(self, images: QueuedImageProvider, request: RenderRequest) -> None:
        self._images, self._request = images, request

    async def submit(self) -> str:
        return (await self._images.submit(self._request, webhook=None)).request_id

    async def is_ready(self, number: str) -> bool:
        return isinstance(await self._images.check(self._named(number)), Ready)

    async def fetch(self, number: str) -> bytes:
        return (await self._images.fetch(self._named(number), self._request)).data

    def _named(self, number: str) -> Submitted:
        model = self._request.model
        return Submitted(model=model, request_id=number, endpoint=self._images.endpoint_of(model))


async def _stepped(exchange: Exchange) -> float:
    """Only the look that finds it ready counts."""
    started = time.perf_counter()
    number = await exchange.submit()
    taken = time.perf_counter() - started
    is_ready = False
    while not is_ready:
        await asyncio.sleep(READY)
        looked = time.perf_counter()
        is_ready = await exchange.is_ready(number)
    await exchange.fetch(number)
    return taken + time.perf_counter() - looked


async def _answered(images: ImageProvider, wish: RenderRequest) -> float:
    return await _beyond_its_own(lambda: images.render(wish, on_progress=lambda _: None))


async def _beyond_its_own(call: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await call()
    return time.perf_counter() - started - OWN
