"""fal's trainers, word for word, against the emulator. What all trainers promise is in `test_trainers`."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import (
    DomainError,
    ImageNotMade,
    NotFound,
    OutcomeUnknown,
    ProviderError,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from domain.ports.image_provider import Ready, Submitted, Waiting
from domain.ports.trainer import Training, TrainingCallState, TrainingRequest
from providers.fal.training import FalTrainer
from providers.fal.webhooks import FalWebhooks
from tests.support.emulators.fal import (
    HANGS_UP_AFTER_ACCEPTING,
    FalEmulator,
    fal_error,
    gateway_error,
    rate_limited,
)
from tests.support.emulators.fal_queue import Ending
from tests.support.emulators.faults import Fault
from tests.support.emulators.serving import served
from tests.support.emulators.webhooks import WebhookReceiver
from tests.support.safetensors import safetensors
from tests.support.trainer_requests import PICTURES, TRAINING, TRIGGER, ArchiveHost, a_training, archive_of
from tests.support.waiting import until

KEY = "fal-canary-5f2e:8c1d"
FLUX, Z_IMAGE = "fal/flux-portrait-trainer", "fal/z-image-trainer"


@pytest.fixture
def emulator() -> FalEmulator:
    return FalEmulator(key=KEY)


@pytest.fixture
def url(emulator: FalEmulator) -> Iterator[str]:
    with served(emulator.app) as url:
        yield url


@pytest.fixture
def host() -> ArchiveHost:
    return ArchiveHost(archive_of(a_training(FLUX)))


@pytest.fixture
def archive_url(host: ArchiveHost) -> Iterator[str]:
    with served(host.app) as url:
        yield f"{url}/archive"


@pytest.fixture
async def trainer(url: str) -> AsyncIterator[FalTrainer]:
    trainer = FalTrainer(key=KEY, queue_url=url, media_hosts=("localhost",), patience=timedelta(seconds=5))
    yield trainer
    await trainer.close()


async def ready(trainer: FalTrainer, submitted: Submitted) -> list[TrainingCallState]:
    """All that was told on the way."""
    told: list[TrainingCallState] = []
    async with asyncio.timeout(20):
        while not told or told[-1] != Ready():
            told.append(await trainer.check(submitted))
            await asyncio.sleep(0.01)
    return told


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def fetched(trainer: FalTrainer, request: TrainingRequest, folder: Path) -> bytes:
    submitted = await trainer.submit(request, webhook=None)
    await ready(trainer, submitted)
    return (await trainer.fetch(submitted, request, folder=folder)).weights.read_bytes()


async def test_the_exact_requests_for_a_face(
    emulator: FalEmulator, trainer: FalTrainer, archive_url: str, tmp_path: Path
) -> None:
    address = "https://likeness.example/webhooks/fal?call=a+b/c=&d"
    request = a_training(FLUX, archive_url=archive_url, steps=2500)
    submitted = await trainer.submit(request, webhook=address)
    await ready(trainer, submitted)
    await trainer.supply(submitted, request)
    files = await trainer.fetch(submitted, request, folder=tmp_path)
    await trainer.cancel(submitted)
    await trainer.forget(submitted, files.file_name)

    assert submitted.endpoint == "fal-ai/flux-lora-portrait-trainer"
    [sent] = emulator.called("submit")
    assert (sent.method, sent.path, sent.query) == ("POST", f"/{submitted.endpoint}", {"fal_webhook": address})
    assert sent.said == {
        "images_data_url": archive_url,
        "trigger_phrase": TRIGGER,
        "learning_rate": 0.00009,
        "steps": 2500,
        "multiresolution_training": True,
        "subject_crop": True,
        "create_masks": False,
        "data_archive_format": "zip",
    }
    ours = {name: value for name, value in sent.headers.items() if name.startswith(("x-fal", "auth", "content-t"))}
    assert ours == {
        "authorization": f"Key {KEY}",
        "content-type": "application/json",
        "x-fal-request-timeout": "600.0",
        "x-fal-no-retry": "1",
        "x-fal-store-io": "0",
        "x-fal-object-lifecycle-preference": '{"expiration_duration_seconds": 3600}',
    }
    about, files_at = f"/{submitted.endpoint}/requests/{submitted.request_id}", f"/files/{submitted.request_id}"
    assert [(call.operation, call.method, call.path) for call in emulator.calls[-5:]] == [
        ("status", "GET", f"{about}/status"),
        ("result", "GET", about),
        ("media", "GET", f"{files_at}/config.json"),
        ("media", "GET", f"{files_at}/pytorch_lora_weights.safetensors"),
        ("cancel", "PUT", f"{about}/cancel"),
    ]
    assert all("authorization" not in call.headers for call in emulator.called("media"))
    assert files.weights.read_bytes() == safetensors(16 * len(PICTURES))
    assert json.loads(files.config or b"")["steps"] == 2500
    assert (files.file_name, files_in(tmp_path)) == (f"{TRAINING}.safetensors", [files.weights])


async def test_the_exact_request_for_z_image(emulator: FalEmulator, trainer: FalTrainer, archive_url: str) -> None:
    submitted = await trainer.submit(a_training(Z_IMAGE, archive_url=archive_url), webhook=None)
    await ready(trainer, submitted)
    assert emulator.queue.jobs[submitted.request_id].ending is None
    [sent] = emulator.called("submit")
    assert (sent.path, sent.query) == ("/fal-ai/z-image-turbo-trainer-v2", {})
    assert sent.said == {
        "image_data_url": archive_url,
        "default_caption": f"a photo of {TRIGGER}",
        "steps": 700,
        "learning_rate": 0.0005,
    }


async def test_its_steps_are_told(emulator: FalEmulator, trainer: FalTrainer, archive_url: str) -> None:
    emulator.queue.seconds = 0.5
    submitted = await trainer.submit(a_training(FLUX, archive_url=archive_url), webhook=None)
    told = await ready(trainer, submitted)
    assert {type(state) for state in told} <= {Waiting, Training, Ready}
    steps = [state for state in told if isinstance(state, Training)]
    assert {state.total_steps for state in steps} == {700}
    numbers = [state.step or 0 for state in steps]
    assert numbers == sorted(numbers)
    assert 0 < numbers[-1] <= 700


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (None, "could not read a file"),
        (b"no archive", "could not be opened"),
        (archive_of(a_training(FLUX, pictures=PICTURES[:2])), "too few"),
        (archive_of(a_training(FLUX), captions=False), "could not be opened"),
    ],
    ids=["nothing", "no archive", "two pictures", "no captions"],
)
async def test_an_archive_that_is_none_is_the_users_to_change(
    trainer: FalTrainer, tmp_path: Path, data: bytes | None, told: str
) -> None:
    with served(ArchiveHost(data).app) as url, pytest.raises(ProviderRefused, match=told):
        await fetched(trainer, a_training(FLUX, archive_url=f"{url}/archive"), tmp_path)
    assert files_in(tmp_path) == []


@pytest.mark.parametrize(
    "weights",
    [b"", b"<html>not found</html>", safetensors()[:-1], safetensors() + b"!", safetensors(header={})],
    ids=["nothing", "a page", "cut short", "too long", "no tensors"],
)
async def test_what_is_no_file_of_weights_is_not_kept(
    emulator: FalEmulator, trainer: FalTrainer, archive_url: str, tmp_path: Path, weights: bytes
) -> None:
    request = a_training(FLUX, archive_url=archive_url)
    submitted = await trainer.submit(request, webhook=None)
    await ready(trainer, submitted)
    emulator.faults.plan("media", Fault(status=200, body=b"{}"), Fault(status=200, body=weights))
    with pytest.raises(ImageNotMade, match="could not finish this training"):
        await trainer.fetch(submitted, request, folder=tmp_path)
    assert files_in(tmp_path) == []


async def test_a_download_that_breaks_off_may_be_begun_again(
    emulator: FalEmulator, trainer: FalTrainer, archive_url: str, tmp_path: Path
) -> None:
    request = a_training(FLUX, archive_url=archive_url)
    submitted = await trainer.submit(request, webhook=None)
    await ready(trainer, submitted)
    emulator.faults.plan("media", Fault(status=200, body=b"{}"), Fault())
    with pytest.raises(ProviderUnavailable, match="could not be reached"):
        await trainer.fetch(submitted, request, folder=tmp_path)
    files = await trainer.fetch(submitted, request, folder=tmp_path)
    assert files_in(tmp_path) == [files.weights]


async def test_weights_elsewhere_than_at_fal_are_not_fetched(url: str, archive_url: str, tmp_path: Path) -> None:
    careful = FalTrainer(key=KEY, queue_url=url)
    with pytest.raises(ProviderError):
        await fetched(careful, a_training(FLUX, archive_url=archive_url), tmp_path)
    await careful.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (fal_error(401), ProviderMisconfigured),
        (fal_error(402), ProviderMisconfigured),
        (fal_error(403), ProviderMisconfigured),
        (fal_error(422), ProviderRequestInvalid),
        (rate_limited("7"), RateLimited),
        (fal_error(500, "runner_server_error"), ProviderUnavailable),
        (fal_error(503, "runner_scheduling_failure"), ProviderUnavailable),
        (gateway_error(502), OutcomeUnknown),
        (gateway_error(504), OutcomeUnknown),
        (Fault(), OutcomeUnknown),
        (HANGS_UP_AFTER_ACCEPTING, OutcomeUnknown),
    ],
)
async def test_a_submission_that_fails_was_sent_once(
    emulator: FalEmulator, trainer: FalTrainer, fault: Fault, error: type[DomainError]
) -> None:
    emulator.faults.plan("submit", fault)
    with pytest.raises(DomainError) as raised:
        await trainer.submit(a_training(FLUX), webhook=None)
    assert type(raised.value) is error
    assert "image" not in raised.value.message
    assert len(emulator.called("submit")) == 1
    if isinstance(raised.value, RateLimited):
        assert raised.value.retry_after == timedelta(seconds=7)


async def test_a_training_that_failed_there_says_why(
    emulator: FalEmulator, trainer: FalTrainer, archive_url: str, tmp_path: Path
) -> None:
    request = a_training(FLUX, archive_url=archive_url)
    emulator.queue.endings.append(Ending.of_queue("runner_disconnected", status=503))
    with pytest.raises(ProviderUnavailable) as raised:
        await fetched(trainer, request, tmp_path)
    assert (str(raised.value), raised.value.detail) == (
        "The training service could not finish this training. Please try again.",
        "503 runner_disconnected",
    )


async def test_a_result_that_is_gone_is_not_an_unknown_training(
    emulator: FalEmulator, trainer: FalTrainer, archive_url: str, tmp_path: Path
) -> None:
    request = a_training(FLUX, archive_url=archive_url)
    submitted = await trainer.submit(request, webhook=None)
    await ready(trainer, submitted)
    emulator.queue.result_life = 0.0
    with pytest.raises(ProviderUnavailable, match="no longer has this training"):
        await trainer.fetch(submitted, request, folder=tmp_path)
    with pytest.raises(NotFound, match="does not know of this training"):
        await trainer.check(submitted)


async def test_a_delivery_about_a_training_is_read_by_what_reads_those_about_images(
    emulator: FalEmulator, trainer: FalTrainer, url: str, archive_url: str
) -> None:
    receiver, heard = WebhookReceiver(), FalWebhooks(jwks_url=f"{url}/.well-known/jwks.json")
    with served(receiver.app) as address:
        submitted = await trainer.submit(a_training(FLUX, archive_url=archive_url), webhook=f"{address}/hook")

        async def is_told() -> bool:
            return bool(receiver.bodies)

        await until(is_told)
    [body] = receiver.bodies
    headers = emulator.queue.signer.headers(submitted.request_id, body)
    assert await heard.request_id_of(headers, body, now=datetime.now(UTC)) == submitted.request_id


async def test_an_images_model_is_no_trainer(emulator: FalEmulator, trainer: FalTrainer) -> None:
    with pytest.raises(ProviderRequestInvalid):
        await trainer.submit(a_training("fal/flux-lora"), webhook=None)
    assert emulator.calls == []
