"""RunPod's adapter against its emulator: what goes over the wire, what comes back, and what is never sent twice."""

import asyncio
import base64
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from domain.errors import (
    DomainError,
    ImageNotMade,
    LoraMissing,
    NotFound,
    OutcomeUnknown,
    ProviderError,
    ProviderMisconfigured,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from domain.images.picture import Picture
from domain.ports.image_provider import Ready, RenderedImage, RenderRequest, Running, Submitted, Waiting
from providers.runpod.images import RunPodImages
from providers.runpod.worker_request import result_name, worker_request
from providers.runpod.workflows.files import WorkerFiles
from tests.support.emulators.comfy_worker import ComfyWorker
from tests.support.emulators.faults import Fault
from tests.support.emulators.runpod import KEY, JobEnd, RunPodEmulator
from tests.support.emulators.serving import served
from tests.support.emulators.webhooks import WebhookReceiver
from tests.support.render_requests import LORA, a_picture, a_render_request
from tests.support.waiting import until

ENDPOINT = "ep-images"
REQUEST = a_render_request()
FACE = replace(REQUEST, model="runpod/flux-pulid", references=(a_picture(80, 80, "red"),))


@pytest.fixture
def emulator() -> RunPodEmulator:
    return RunPodEmulator(workers={ENDPOINT: ComfyWorker(loras={LORA.file_name})})


@pytest.fixture
def base_url(emulator: RunPodEmulator) -> Iterator[str]:
    with served(emulator.app) as address:
        yield f"{address}/v2"


@asynccontextmanager
async def opened(base_url: str, **changes: Any) -> AsyncIterator[RunPodImages]:
    provider = RunPodImages(**{"key": KEY, "endpoints": {"*": ENDPOINT}, "base_url": base_url, **changes})
    try:
        yield provider
    finally:
        await provider.close()


@pytest.fixture
async def provider(base_url: str) -> AsyncIterator[RunPodImages]:
    async with opened(base_url) as found:
        yield found


async def ready(provider: RunPodImages, submitted: Submitted) -> None:
    async def is_ready() -> bool:
        return isinstance(await provider.check(submitted), Ready)

    await until(is_ready)


async def made(provider: RunPodImages, request: RenderRequest) -> RenderedImage:
    submitted = await provider.submit(request, webhook=None)
    await ready(provider, submitted)
    return await provider.fetch(submitted, request)


def runs(emulator: RunPodEmulator) -> int:
    return sum(call.path.endswith("/run") for call in emulator.calls)


def opened_image(rendered: RenderedImage) -> Image.Image:
    image = Image.open(BytesIO(rendered.data))
    assert Image.MIME[image.format or ""] == rendered.content_type
    return image


async def test_the_request_as_it_goes_over_the_wire(emulator: RunPodEmulator, base_url: str) -> None:
    async with opened(base_url, execution_limit=timedelta(minutes=2), queue_limit=timedelta(minutes=5)) as provider:
        submitted = await provider.submit(FACE, webhook="https://likeness.example/webhooks/runpod/abc")
    (call,) = emulator.calls
    assert (call.method, call.path) == ("POST", f"/v2/{ENDPOINT}/run")
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.headers["content-type"] == "application/json"
    sent = worker_request(FACE, WorkerFiles())
    assert call.body == {
        "input": {
            "workflow": sent.graph.as_json(),
            "images": [{"name": sent.uploads[0].name, "image": base64.b64encode(sent.uploads[0].data).decode()}],
        },
        "policy": {"executionTimeout": 120_000, "ttl": 420_000},
        "webhook": "https://likeness.example/webhooks/runpod/abc",
    }
    (job,) = emulator.jobs.values()
    assert submitted == Submitted(model="runpod/flux-pulid", request_id=job.id, endpoint=ENDPOINT)


async def test_nothing_is_sent_that_was_not_asked_for(emulator: RunPodEmulator, provider: RunPodImages) -> None:
    await provider.submit(REQUEST, webhook=None)
    assert set(emulator.calls[0].body) == {"input", "policy"}
    assert set(emulator.calls[0].body["input"]) == {"workflow"}


@pytest.mark.parametrize("model", ["runpod/flux-dev", "runpod/z-image-turbo"])
async def test_an_image_of_exactly_the_size(provider: RunPodImages, model: str) -> None:
    rendered = await made(provider, replace(REQUEST, model=model, loras=(LORA,)))
    assert opened_image(rendered).size == (250, 333)
    assert (rendered.provider, rendered.model, rendered.seed) == ("runpod", model, 42)


async def test_a_face_and_a_sheet(provider: RunPodImages) -> None:
    sheet = replace(FACE, model="runpod/flux-sheet", references=(*FACE.references, a_picture()))
    for request in (FACE, sheet):
        assert opened_image(await made(provider, request)).size == (250, 333)


async def test_inpainting_lies_exactly_on_its_source(provider: RunPodImages) -> None:
    mask = Image.new("L", (250, 333))
    mask.paste(255, (100, 100, 150, 150))
    file = BytesIO()
    mask.save(file, "PNG")
    source = Image.linear_gradient("L").resize((250, 333)).convert("RGB")
    picture = BytesIO()
    source.save(picture, "PNG")
    rendered = opened_image(
        await made(
            provider,
            replace(
                REQUEST,
                model="runpod/flux-fill",
                references=(Picture(picture.getvalue(), "image/png"),),
                mask=Picture(file.getvalue(), "image/png"),
            ),
        )
    )
    assert rendered.size == (250, 333)
    for box in ((0, 0, 250, 100), (0, 150, 250, 333), (0, 100, 100, 150), (150, 100, 250, 150)):
        assert rendered.convert("RGB").crop(box).tobytes() == source.crop(box).tobytes()
    assert rendered.convert("RGB").crop((100, 100, 150, 150)).tobytes() != source.crop((100, 100, 150, 150)).tobytes()


async def test_two_attempts_at_once_get_their_own_pictures(provider: RunPodImages) -> None:
    other = replace(REQUEST, seed=43, attempt_key="image-2:1:1")
    mine, theirs = await asyncio.gather(made(provider, REQUEST), made(provider, other))
    again = await made(provider, REQUEST)
    assert mine.data != theirs.data
    assert mine == again  # from the worker's cache, and still found by its name


async def test_another_jobs_picture_is_never_taken(emulator: RunPodEmulator, provider: RunPodImages) -> None:
    """The folder still holds what an earlier job brought; this one's names are its own."""
    await made(provider, FACE)
    await made(provider, replace(FACE, attempt_key="image-1:1:2"))
    assert len(emulator.workers[ENDPOINT].inputs) == 2


async def test_a_picture_comes_over_the_wire_once(emulator: RunPodEmulator, provider: RunPodImages) -> None:
    submitted = await provider.submit(REQUEST, webhook=None)
    await ready(provider, submitted)
    asked = len(emulator.calls)
    first = await provider.fetch(submitted, REQUEST)
    assert len(emulator.calls) == asked
    second = await provider.fetch(submitted, REQUEST)  # as another process would
    assert len(emulator.calls) == asked + 1
    assert first == second


async def test_whoever_takes_over_finds_the_picture(base_url: str, provider: RunPodImages) -> None:
    """Another process, and a later attempt of the same image."""
    request = replace(FACE, attempt_key="image-1:1:1")
    submitted = await provider.submit(request, webhook=None)
    async with opened(base_url) as later:
        await ready(later, submitted)
        taken = await later.fetch(submitted, replace(request, attempt_key="image-1:1:2"))
    assert taken == await provider.fetch(submitted, request)


async def test_queued_then_running_then_ready(emulator: RunPodEmulator, provider: RunPodImages) -> None:
    emulator.queue_seconds, emulator.seconds = 0.2, 0.2
    submitted = await provider.submit(REQUEST, webhook=None)
    seen: list[object] = []

    async def is_ready() -> bool:
        seen.append(await provider.check(submitted))
        return seen[-1] == Ready()

    await until(is_ready)
    assert list(dict.fromkeys(seen)) == [Waiting(), Running(), Ready()]


async def test_each_workflow_has_its_endpoint(base_url: str, emulator: RunPodEmulator) -> None:
    emulator.workers["ep-flux"] = ComfyWorker()
    async with opened(base_url, endpoints={"flux": "ep-flux", "z-image": ENDPOINT}) as provider:
        await provider.ping()
        assert provider.endpoint_of(REQUEST.model) == "ep-flux"
        assert (await provider.submit(REQUEST, webhook=None)).endpoint == "ep-flux"
        with pytest.raises(ProviderMisconfigured) as raised:
            await provider.submit(FACE, webhook=None)
    assert raised.value.detail == "no endpoint for workflow pulid"
    assert [call.path.rpartition("/")[2] for call in emulator.calls] == ["health", "health", "run"]


@pytest.mark.parametrize(
    ("fault", "error", "accepted"),
    [
        (Fault(), OutcomeUnknown, 0),
        (Fault(after_accepting=True), OutcomeUnknown, 1),
        (Fault(status=504, after_accepting=True), OutcomeUnknown, 1),
        (Fault(status=200, body=b"<html>", after_accepting=True), OutcomeUnknown, 1),
        (Fault(status=200, body=b'{"status": "IN_QUEUE"}', after_accepting=True), OutcomeUnknown, 1),
        (Fault(status=500, body=b"{}"), ProviderUnavailable, 0),
        (Fault(status=503), ProviderUnavailable, 0),
        (Fault(status=400, body=b'{"error": "bad"}'), ProviderRequestInvalid, 0),
        (Fault(status=401), ProviderMisconfigured, 0),
        (Fault(status=402), ProviderMisconfigured, 0),
        (Fault(status=429), RateLimited, 0),
    ],
)
async def test_a_paid_call_is_sent_once_whatever_happens(
    emulator: RunPodEmulator, provider: RunPodImages, fault: Fault, error: type[DomainError], accepted: int
) -> None:
    emulator.faults.plan("run", fault)
    with pytest.raises(error) as raised:
        await provider.submit(REQUEST, webhook=None)
    assert type(raised.value) is error
    assert (runs(emulator), len(emulator.jobs)) == (1, accepted)


async def test_a_timeout_after_accepting_is_an_unknown_outcome(base_url: str, emulator: RunPodEmulator) -> None:
    emulator.faults.plan("run", Fault(wait=0.6, after_accepting=True))
    async with opened(base_url, patience=timedelta(seconds=0.2)) as provider:
        with pytest.raises(OutcomeUnknown):
            await provider.submit(REQUEST, webhook=None)
    assert (runs(emulator), len(emulator.jobs)) == (1, 1)


@pytest.mark.parametrize(
    ("prompt", "detail"), [("a \ud800", "prompt is not text"), ("a" * 10_000_000, "request_too_large")]
)
async def test_what_cannot_be_sent_is_not(
    emulator: RunPodEmulator, provider: RunPodImages, prompt: str, detail: str
) -> None:
    with pytest.raises(ProviderRequestInvalid) as raised:
        await provider.submit(replace(REQUEST, prompt=prompt), webhook=None)
    assert raised.value.detail == detail
    assert emulator.calls == []


async def test_an_answer_without_end_is_cut_off(emulator: RunPodEmulator, provider: RunPodImages) -> None:
    submitted = await provider.submit(REQUEST, webhook=None)
    endless = Fault(status=200, body=b" " * (65 * 1024 * 1024))
    emulator.faults.plan("status", endless)
    with pytest.raises(ProviderUnavailable) as raised:
        await provider.check(submitted)
    assert raised.value.detail == "ReadError"


async def test_no_connection_is_no_call() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    async with opened(f"http://127.0.0.1:{port}/v2") as provider:
        with pytest.raises(ProviderUnavailable) as raised:
            await provider.submit(REQUEST, webhook=None)
    assert raised.value.detail == "ConnectError"


@pytest.mark.parametrize(("headers", "wait"), [({"retry-after": "7"}, timedelta(seconds=7)), ({}, None)])
async def test_a_rate_limit_says_how_long(
    emulator: RunPodEmulator, provider: RunPodImages, headers: dict[str, str], wait: timedelta | None
) -> None:
    submitted = await provider.submit(REQUEST, webhook=None)
    emulator.faults.plan("status", Fault(status=429, headers=headers))
    with pytest.raises(RateLimited) as raised:
        await provider.check(submitted)
    assert raised.value.retry_after == wait


@pytest.mark.parametrize(
    "fault", [Fault(), Fault(status=500), Fault(status=200, body=b"[]"), Fault(status=200, body=b'{"status": "NEW"}')]
)
async def test_asking_again_after_a_fault_finds_the_job(
    emulator: RunPodEmulator, provider: RunPodImages, fault: Fault
) -> None:
    submitted = await provider.submit(REQUEST, webhook=None)
    emulator.faults.plan("status", fault)
    with pytest.raises(ProviderUnavailable):
        await provider.check(submitted)
    await ready(provider, submitted)
    assert opened_image(await provider.fetch(submitted, REQUEST)).size == (250, 333)


async def test_a_job_that_was_forgotten_is_not_found(emulator: RunPodEmulator, base_url: str) -> None:
    async with opened(base_url) as provider:
        submitted = await provider.submit(REQUEST, webhook=None)
        await ready(provider, submitted)
    emulator.forget_ended()
    async with opened(base_url) as later:
        with pytest.raises(NotFound):
            await later.check(submitted)
        with pytest.raises(NotFound):
            await later.fetch(submitted, REQUEST)
        await later.cancel(submitted)


@pytest.mark.parametrize(
    ("end", "error", "detail"),
    [
        (JobEnd(status="TIMED_OUT"), ImageNotMade, "TIMED_OUT"),
        (JobEnd(status="CANCELLED"), ImageNotMade, "CANCELLED"),
        (
            JobEnd(
                error="Job processing failed",
                output={
                    "details": [
                        "Workflow execution error: Node Type: KSampler, Node ID: 9, Message: CUDA out of memory"
                    ]
                },
            ),
            ImageNotMade,
            "out_of_memory: KSampler",
        ),
        (JobEnd(error="Missing 'workflow' parameter"), ProviderRequestInvalid, "invalid_input"),
        (
            JobEnd(status="COMPLETED", output={"status": "success_no_images", "images": []}),
            ImageNotMade,
            "success_no_images",
        ),
        (
            JobEnd(
                status="COMPLETED",
                output={
                    "images": [
                        {"filename": f"{result_name(REQUEST)}x_00001_.png", "type": "base64", "data": "aGVsbG8="}
                    ]
                },
            ),
            ProviderUnavailable,
            "5 bytes that are no whole picture",
        ),
        (
            JobEnd(
                status="COMPLETED",
                output={
                    "images": [
                        {
                            "filename": f"{result_name(REQUEST)}x_00001_.png",
                            "type": "s3_url",
                            "data": "https://b.example/x",
                        }
                    ]
                },
            ),
            ProviderMisconfigured,
            "bucket: host is not among those allowed",
        ),
    ],
)
async def test_how_a_job_ended_is_told_when_it_is_fetched(
    emulator: RunPodEmulator, provider: RunPodImages, end: JobEnd, error: type[ProviderError], detail: str
) -> None:
    emulator.plan_job(end)
    with pytest.raises(error) as raised:
        await made(provider, REQUEST)
    assert (type(raised.value), raised.value.detail) == (error, detail)


@pytest.mark.parametrize("model", ["runpod/z-image-turbo", "runpod/flux-dev"])
async def test_without_its_lora_the_same_wish_is_asked_anew(
    emulator: RunPodEmulator, provider: RunPodImages, model: str
) -> None:
    emulator.workers[ENDPOINT].loras.clear()
    request = replace(REQUEST, model=model, loras=(LORA,))
    with pytest.raises(LoraMissing):
        await made(provider, request)
    assert runs(emulator) == 1
    assert opened_image(await made(provider, request.without_loras())).size == (250, 333)


async def test_weights_that_are_missing_are_told_by_their_input(provider: RunPodImages, base_url: str) -> None:
    async with opened(base_url, files=WorkerFiles(flux_unet="elsewhere.safetensors")) as wrong:
        with pytest.raises(ProviderRequestInvalid) as raised:
            await made(wrong, REQUEST)
    assert raised.value.detail == "workflow_invalid: value_not_in_list unet_name"


async def test_cancelling_stops_the_job_and_twice_is_once(emulator: RunPodEmulator, provider: RunPodImages) -> None:
    emulator.seconds = 30.0
    submitted = await provider.submit(REQUEST, webhook=None)
    await provider.cancel(submitted)
    await provider.cancel(submitted)
    assert [job.status for job in emulator.jobs.values()] == ["CANCELLED"]
    assert await provider.check(submitted) == Ready()
    with pytest.raises(ProviderUnavailable) as raised:
        await provider.fetch(submitted, REQUEST)
    assert raised.value.detail == "CANCELLED"


async def test_cancelling_what_is_unknown_is_no_error_but_a_fault_is(
    emulator: RunPodEmulator, provider: RunPodImages
) -> None:
    unknown = Submitted(model="runpod/flux-dev", request_id="x-e1", endpoint=ENDPOINT)
    await provider.cancel(unknown)
    assert [(call.method, call.path) for call in emulator.calls] == [("POST", f"/v2/{ENDPOINT}/cancel/x-e1")]
    emulator.faults.plan("cancel", Fault(status=500))
    with pytest.raises(ProviderUnavailable):
        await provider.cancel(unknown)


async def test_a_ping_asks_every_endpoint(emulator: RunPodEmulator, base_url: str) -> None:
    async with opened(base_url, endpoints={"*": ENDPOINT, "flux": "nowhere"}) as provider:
        with pytest.raises(ProviderMisconfigured):
            await provider.ping()
    async with opened(base_url, key="wrong") as provider:
        with pytest.raises(ProviderMisconfigured):
            await provider.ping()
    async with opened(base_url) as provider:
        emulator.faults.plan("health", Fault(status=503))
        with pytest.raises(ProviderUnavailable):
            await provider.ping()
        await provider.ping()


@pytest.mark.parametrize("times", [0, 1, 2])
async def test_webhooks_tell_as_often_as_they_are_told(
    emulator: RunPodEmulator, provider: RunPodImages, times: int
) -> None:
    emulator.webhooks = times
    receiver = WebhookReceiver()
    with served(receiver.app) as address:
        submitted = await provider.submit(REQUEST, webhook=f"{address}/hook")
        await ready(provider, submitted)

        async def all_came() -> bool:
            return len(receiver.bodies) >= times

        await until(all_came)
    assert [(json.loads(body)["id"], json.loads(body)["status"]) for body in receiver.bodies] == [
        (submitted.request_id, "COMPLETED")
    ] * times


async def test_a_webhook_that_is_not_taken_comes_three_times(emulator: RunPodEmulator, provider: RunPodImages) -> None:
    receiver = WebhookReceiver(status=503)
    with served(receiver.app) as address:
        await provider.submit(REQUEST, webhook=f"{address}/hook")

        async def came_thrice() -> bool:
            return len(receiver.bodies) == 3

        await until(came_thrice)


async def test_the_key_is_in_no_error(base_url: str, emulator: RunPodEmulator) -> None:
    canary = "rp-canary-3f1c"
    said: list[str] = []
    async with opened(base_url, key=canary) as provider:
        said.append(repr(provider))
        for fault in (Fault(), Fault(status=500), Fault(status=429), Fault(status=401), Fault(status=200, body=b"no")):
            emulator.faults.plan("run", fault)
            with pytest.raises(DomainError) as raised:
                await provider.submit(REQUEST, webhook=None)
            said += [repr(raised.value), str(raised.value.__cause__), repr(vars(raised.value))]
    for bad in (f"{canary}\n", f"{canary}é", "", f"{canary} x"):
        with pytest.raises(ValueError) as refused:
            RunPodImages(key=bad, endpoints={})
        said.append(str(refused.value))
    assert canary not in " ".join(said)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"endpoints": {"zimage": "ep"}}, "No workflows of ours: zimage. Known: fill, flux, pulid, sheet, z-image."),
        ({"execution_limit": timedelta(seconds=4)}, "5 seconds to 7 days"),
        ({"queue_limit": timedelta(days=7)}, "10 seconds to 7 days"),
    ],
)
def test_what_cannot_work_is_refused_at_once(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        RunPodImages(**{"key": KEY, "endpoints": {}, **wrong})


def test_importing_it_brings_no_sdk() -> None:
    code = "import sys, providers.runpod.images; print({'runpod', 'openai', 'fal_client', 'httpx'} & set(sys.modules))"
    found = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout == "set()\n"
