"""AI Toolkit on a rented pod, word for word, against the emulator: what is sent, what is sent once, and that no pod is left."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from domain.errors import (
    DomainError,
    ImageNotMade,
    NotFound,
    OutcomeUnknown,
    ProviderError,
    ProviderMisconfigured,
    ProviderRequestInvalid,
    ProviderUnavailable,
    RateLimited,
)
from domain.ports.image_provider import Ready, Submitted, Waiting
from domain.ports.trainer import Asking, Rented, Training, TrainingCallState
from providers.runpod.training.job_configs import z_image_job
from providers.runpod.training.machine import Machine
from providers.runpod.training.names import Names
from providers.runpod.training.trainer import RunPodTrainer
from tests.support.emulators.aitoolkit import AiToolkitEmulator
from tests.support.emulators.faults import Fault
from tests.support.emulators.multipart import parts_of
from tests.support.emulators.serving import served
from tests.support.render_requests import a_picture
from tests.support.trainer_requests import PICTURES, TRAINING, a_training

SECRET = b"of the deployment"
NAMES = Names(training_id=TRAINING, mount="/workspace", secret=SECRET)
REQUEST = a_training("runpod/ai-toolkit-z-image")
MACHINE = Machine(gpus=("GPU A", "GPU B", "GPU C"), volume="vol-1", data_centers=("EU-RO-1",))


@pytest.fixture
def emulator() -> AiToolkitEmulator:
    return AiToolkitEmulator()


@pytest.fixture
def url(emulator: AiToolkitEmulator) -> Iterator[str]:
    with served(emulator.app) as url:
        yield url


@asynccontextmanager
async def opened(url: str, **changes: Any) -> AsyncIterator[RunPodTrainer]:
    given = {"key": "rp_emulated_key", "secret": SECRET, "machine": MACHINE, "hf_token": "hf_canary", **changes}
    trainer = RunPodTrainer(
        management_url=f"{url}/v2",
        proxy_url_of=lambda pod: f"{url}/proxy/{pod}",
        patience=timedelta(seconds=5),
        **given,
    )
    try:
        yield trainer
    finally:
        await trainer.close()


@pytest.fixture
async def trainer(url: str) -> AsyncIterator[RunPodTrainer]:
    async with opened(url) as found:
        yield found


async def came_to(trainer: RunPodTrainer, submitted: Submitted) -> list[TrainingCallState]:
    told: list[TrainingCallState] = []
    async with asyncio.timeout(20):
        while not told or told[-1] != Ready():
            if told and told[-1] == Asking():
                await trainer.supply(submitted, REQUEST)
            told.append(await trainer.check(submitted))
            await asyncio.sleep(0.01)
    return told


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


# The wire


async def test_the_exact_requests(emulator: AiToolkitEmulator, trainer: RunPodTrainer, tmp_path: Path) -> None:
    submitted = await trainer.submit(REQUEST, webhook="https://likeness.example/webhooks/runpod/t")
    await came_to(trainer, submitted)
    files = await trainer.fetch(submitted, REQUEST, folder=tmp_path)

    pod, job = submitted.request_id, f"likeness_{TRAINING.hex}"
    assert submitted == Submitted(model=REQUEST.model, request_id=pod, endpoint="ai-toolkit-z-image")
    [rent] = emulator.called("rent")
    assert (rent.method, rent.path, rent.headers["authorization"]) == ("POST", "/v2/pods", "Bearer rp_emulated_key")
    assert rent.said == {
        "name": f"likeness-{TRAINING}",
        "image": "ostris/aitoolkit:latest",
        "gpu": {"id": "GPU A", "count": 1, "minCudaVersion": "13.0"},
        "cloud": "SECURE",
        "disk": 60,
        "ports": ["8675/http"],
        "env": {"AI_TOOLKIT_AUTH": NAMES.token, "HF_HOME": "/workspace/huggingface"},
        "mounts": {"network": [{"volumeId": "vol-1", "path": "/workspace"}]},
        "dataCenterIds": ["EU-RO-1"],
    }
    [settings] = emulator.called("settings")
    assert settings.headers["authorization"] == f"Bearer {NAMES.token}"
    assert settings.said == {
        "HF_TOKEN": "hf_canary",
        "TRAINING_FOLDER": "/workspace/models/loras",
        "DATASETS_FOLDER": "/tmp/likeness-datasets",  # noqa: S108 - on the pod
        "MODELS_PATH": "",
    }
    uploads = emulator.called("upload")
    assert len(uploads) == len(PICTURES)
    first = list(parts_of(uploads[0].headers["content-type"], uploads[0].body))
    assert [(part.name, part.file_name, part.data) for part in first] == [
        ("datasetName", None, NAMES.dataset.encode()),
        ("files", "image_001.jpg", PICTURES[0].picture.data),
        ("files", "image_001.txt", PICTURES[0].caption.encode()),
    ]
    [create] = emulator.called("create")
    assert create.said == {"name": job, "gpu_ids": "0", "job_config": z_image_job(REQUEST, NAMES)}
    there = emulator.pods[pod].disk.jobs
    [started] = there.values()
    base = f"/proxy/{pod}/api"
    assert [(call.method, call.path) for call in emulator.called("start")] == [
        ("GET", f"{base}/jobs/{started.id}/start")
    ]
    assert {(call.method, call.path) for call in emulator.called("line")} == {("GET", f"{base}/queue/0/start")}
    [file] = emulator.called("files")
    assert file.path == f"{base}/files/%2Fworkspace%2Fmodels%2Floras%2F{job}%2F{job}.safetensors"
    assert emulator.rented == [pod]
    for _ in range(2):
        await trainer.release(submitted)
    assert [(call.operation, call.method, call.path) for call in emulator.calls[-1:]] == [
        ("give_back", "DELETE", f"/v2/pods/{pod}")
    ]
    assert (files.file_name, files_in(tmp_path)) == (f"{job}/{job}.safetensors", [files.weights])
    assert json.loads(files.config or b"") == z_image_job(REQUEST, NAMES)
    assert emulator.rented == []


async def test_a_template_instead_of_the_image_and_no_volume(emulator: AiToolkitEmulator, url: str) -> None:
    async with opened(url, machine=Machine(gpus=("GPU A",), template="0fqzfjy6f3")) as trainer:
        await trainer.submit(REQUEST, webhook=None)
    [rent] = emulator.called("rent")
    assert rent.said == {
        "name": f"likeness-{TRAINING}",
        "templateId": "0fqzfjy6f3",
        "gpu": {"id": "GPU A", "count": 1, "minCudaVersion": "13.0"},
        "cloud": "SECURE",
        "disk": 60,
        "ports": ["8675/http"],
        "env": {"AI_TOOLKIT_AUTH": NAMES.token},
    }


async def test_a_webp_goes_as_a_jpeg(emulator: AiToolkitEmulator, trainer: RunPodTrainer) -> None:
    picture = type(PICTURES[0])(picture=a_picture(format="WEBP"), caption="a photo of ohwx woman")
    submitted = await trainer.submit(REQUEST, webhook=None)
    await trainer.supply(submitted, a_training(REQUEST.model, pictures=(picture,)))
    files = emulator.pods[submitted.request_id].disk.files
    assert sorted(files) == [f"{NAMES.dataset_folder}/image_001.{ending}" for ending in ("jpg", "txt")]
    assert files[f"{NAMES.dataset_folder}/image_001.jpg"][:2] == b"\xff\xd8"


async def test_strangers_get_no_pictures_and_no_interface(url: str, trainer: RunPodTrainer) -> None:
    """Files are open to anyone who knows a path: so the path of the pictures cannot be known from the training."""
    submitted = await trainer.submit(REQUEST, webhook=None)
    await trainer.supply(submitted, REQUEST)
    assert TRAINING.hex not in NAMES.dataset_folder
    assert NAMES.dataset != Names(training_id=TRAINING, mount="/workspace", secret=b"another").dataset
    async with httpx2.AsyncClient(trust_env=False) as stranger:
        assert (await stranger.get(f"{url}/proxy/{submitted.request_id}/api/jobs")).status_code == 401


# Starting


async def test_the_states_of_a_pod_are_waited_for(emulator: AiToolkitEmulator, trainer: RunPodTrainer) -> None:
    emulator.provisioning, emulator.starting, emulator.booting, emulator.seconds = 0.1, 0.1, 0.1, 0.3
    told = await came_to(trainer, await trainer.submit(REQUEST, webhook=None))
    assert list(dict.fromkeys(type(state) for state in told)) == [Waiting, Asking, Training, Ready]
    steps = [state for state in told if isinstance(state, Training)]
    assert {state.total_steps for state in steps} == {700}
    assert 0 < (steps[-1].step or 0) <= 700
    assert {call.operation for call in emulator.calls if call.path.endswith("/api/jobs")} == {"jobs", "create"}


async def test_another_gpu_where_one_is_sold_out_or_not_for_us(
    emulator: AiToolkitEmulator, trainer: RunPodTrainer
) -> None:
    emulator.sold_out, emulator.forbidden = {"GPU A"}, {"GPU B"}
    await trainer.submit(REQUEST, webhook=None)
    assert [call.said["gpu"]["id"] for call in emulator.called("rent")] == ["GPU A", "GPU B", "GPU C"]
    assert len(emulator.rented) == 1


@pytest.mark.parametrize(
    ("sold_out", "error", "detail"),
    [
        ({"GPU A", "GPU B", "GPU C"}, ProviderUnavailable, "no capacity"),
        ({"GPU A"}, ProviderUnavailable, "no capacity"),
        (set(), ProviderMisconfigured, "HTTP 403"),
    ],
)
async def test_no_gpu_at_all(
    emulator: AiToolkitEmulator, url: str, sold_out: set[str], error: type[ProviderError], detail: str
) -> None:
    """Those that are not sold out may not be rented by this account."""
    emulator.sold_out, emulator.forbidden = sold_out, set(MACHINE.gpus) - sold_out
    async with opened(url) as trainer:
        with pytest.raises(error) as raised:
            await trainer.submit(REQUEST, webhook=None)
    assert (type(raised.value), raised.value.detail) == (error, detail)
    if isinstance(raised.value, ProviderUnavailable):
        assert raised.value.retry_after == timedelta(minutes=2)
    assert (emulator.rented, len(emulator.called("rent"))) == ([], 3)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=401), ProviderMisconfigured),
        (Fault(status=402), ProviderMisconfigured),
        (Fault(status=422), ProviderRequestInvalid),
        (Fault(status=429, headers={"retry-after": "7"}), RateLimited),
        (Fault(status=500), ProviderUnavailable),
        (Fault(status=503), ProviderUnavailable),
        (Fault(status=502), OutcomeUnknown),
        (Fault(status=504), OutcomeUnknown),
        (Fault(status=201, body=b"{}"), OutcomeUnknown),
        (Fault(), OutcomeUnknown),
        (Fault(after_accepting=True), OutcomeUnknown),
    ],
)
async def test_what_rents_is_sent_once(
    emulator: AiToolkitEmulator, trainer: RunPodTrainer, fault: Fault, error: type[DomainError]
) -> None:
    emulator.faults.plan("rent", fault)
    with pytest.raises(DomainError) as raised:
        await trainer.submit(REQUEST, webhook=None)
    assert type(raised.value) is error
    assert len(emulator.called("rent")) == 1
    assert "canary" not in str(raised.value)
    if isinstance(raised.value, RateLimited):
        assert raised.value.retry_after == timedelta(seconds=7)


async def test_an_empty_account_is_the_operators(emulator: AiToolkitEmulator, trainer: RunPodTrainer) -> None:
    emulator.is_broke = True
    with pytest.raises(ProviderMisconfigured):
        await trainer.submit(REQUEST, webhook=None)
    assert len(emulator.called("rent")) == 1


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(status=429), Fault(), Fault(status=200, body=b"[]")])
async def test_nothing_is_rented_blindly(emulator: AiToolkitEmulator, trainer: RunPodTrainer, fault: Fault) -> None:
    """What cannot be listed could have a pod of this training in it."""
    emulator.faults.plan("list", fault)
    with pytest.raises((ProviderUnavailable, RateLimited)):
        await trainer.submit(REQUEST, webhook=None)
    assert emulator.called("rent") == []


async def test_a_pod_whose_answer_was_lost_is_found_by_its_name(
    emulator: AiToolkitEmulator, trainer: RunPodTrainer
) -> None:
    emulator.faults.plan("rent", Fault(after_accepting=True))
    with pytest.raises(OutcomeUnknown):
        await trainer.submit(REQUEST, webhook=None)
    submitted = await trainer.submit(REQUEST, webhook=None)
    assert (emulator.rented, len(emulator.called("rent"))) == ([submitted.request_id], 1)


async def test_of_two_pods_for_one_training_the_older_one_stays(
    emulator: AiToolkitEmulator, trainer: RunPodTrainer
) -> None:
    first = await trainer.submit(REQUEST, webhook=None)
    emulator.faults.plan("list", Fault(status=200, body=b'{"pods": []}'))
    second = await trainer.submit(REQUEST, webhook=None)
    assert emulator.rented == [first.request_id, second.request_id]
    assert await trainer.submit(REQUEST, webhook=None) == first
    assert emulator.rented == [first.request_id]


async def test_a_gated_model_without_a_token_is_refused_before_anything_is_rented(
    emulator: AiToolkitEmulator, url: str
) -> None:
    async with opened(url, hf_token=None) as trainer:
        with pytest.raises(ProviderMisconfigured):
            await trainer.submit(a_training("runpod/ai-toolkit-flux"), webhook=None)
    assert emulator.calls == []


# On its way


@pytest.mark.parametrize("operation", ["settings", "upload", "create", "start", "line"])
@pytest.mark.parametrize("fault", [Fault(), Fault(after_accepting=True), Fault(status=503)])
async def test_a_process_killed_between_two_steps_is_followed_by_another(
    emulator: AiToolkitEmulator, url: str, operation: str, fault: Fault
) -> None:
    """As if it had been: whichever answer is lost, the next one that checks goes on, and nothing is made twice."""
    emulator.faults.plan(operation, fault)
    async with opened(url) as first:
        submitted = await first.submit(REQUEST, webhook=None)
        with pytest.raises(ProviderUnavailable):
            await first.supply(submitted, REQUEST)
    async with opened(url) as second:
        await came_to(second, submitted)
    [pod] = emulator.pods.values()
    assert [job.status for job in pod.disk.jobs.values()] == ["completed"]
    assert len(emulator.called("rent")) == 1


async def test_pictures_brought_twice_are_one_training(emulator: AiToolkitEmulator, trainer: RunPodTrainer) -> None:
    submitted = await trainer.submit(REQUEST, webhook=None)
    for _ in range(2):
        await trainer.supply(submitted, REQUEST)
    [pod] = emulator.pods.values()
    assert (len(pod.disk.jobs), len(pod.disk.files)) == (1, 2 * len(PICTURES) + 1)


async def test_a_pod_that_lost_its_disk_begins_anew(emulator: AiToolkitEmulator, trainer: RunPodTrainer) -> None:
    emulator.seconds = 60
    submitted = await trainer.submit(REQUEST, webhook=None)
    await trainer.supply(submitted, REQUEST)
    emulator.restart(submitted.request_id)
    assert await trainer.check(submitted) == Asking()


@pytest.mark.parametrize(
    ("info", "error", "detail"),
    [
        ("CUDA out of memory. Tried to allocate 2 GiB", ImageNotMade, "out_of_memory"),
        ("Expected a tensor, canary", ImageNotMade, "job_failed"),
        ("401 Client Error. Cannot access gated repo", ProviderMisconfigured, "the base model is gated: RUNPOD_TRAINING_HF_TOKEN"),
    ],
)  # fmt: skip
async def test_a_job_that_fails_gives_its_pod_back(
    emulator: AiToolkitEmulator, trainer: RunPodTrainer, info: str, error: type[ProviderError], detail: str
) -> None:
    emulator.errors.append(info)
    submitted = await trainer.submit(REQUEST, webhook=None)
    with pytest.raises(error) as raised:
        await came_to(trainer, submitted)
    assert (raised.value.detail, emulator.rented) == (detail, [])
    with pytest.raises(NotFound):
        await trainer.check(submitted)


async def test_what_cannot_be_given_back_is_tried_again_by_the_next_check(
    emulator: AiToolkitEmulator, trainer: RunPodTrainer
) -> None:
    emulator.errors.append("broken")
    submitted = await trainer.submit(REQUEST, webhook=None)
    emulator.faults.plan("give_back", Fault(status=500))
    with pytest.raises(ProviderUnavailable, match="failed") as first:
        await came_to(trainer, submitted)
    assert (type(first.value), len(emulator.rented)) == (ProviderUnavailable, 1)
    with pytest.raises(ImageNotMade):
        await trainer.check(submitted)
    assert emulator.rented == []


@pytest.mark.parametrize("ended", ["EXITED", "ERROR"])
async def test_a_pod_that_ended_by_itself(emulator: AiToolkitEmulator, trainer: RunPodTrainer, ended: str) -> None:
    submitted = await trainer.submit(REQUEST, webhook=None)
    emulator.pods[submitted.request_id].ended = ended
    with pytest.raises(ImageNotMade) as raised:
        await trainer.check(submitted)
    assert (raised.value.detail, emulator.rented) == (f"pod {ended}", [])


async def test_a_job_that_somebody_stopped_is_over(emulator: AiToolkitEmulator, trainer: RunPodTrainer) -> None:
    submitted = await trainer.submit(REQUEST, webhook=None)
    await came_to(trainer, submitted)
    [job] = emulator.pods[submitted.request_id].disk.jobs.values()
    job.status = "stopped"
    with pytest.raises(ImageNotMade) as raised:
        await trainer.check(submitted)
    assert (raised.value.detail, emulator.rented) == ("stopped on its way", [])


async def test_a_changed_secret_cannot_go_on(emulator: AiToolkitEmulator, trainer: RunPodTrainer, url: str) -> None:
    submitted = await trainer.submit(REQUEST, webhook=None)
    async with opened(url, secret=b"a new one") as other:
        with pytest.raises(ProviderMisconfigured):
            await other.check(submitted)
    assert emulator.rented == []


@pytest.mark.parametrize(
    ("operation", "fault", "error"),
    [
        ("get", Fault(status=401), ProviderMisconfigured),
        ("get", Fault(status=429, headers={"retry-after": "7"}), RateLimited),
        ("get", Fault(status=500), ProviderUnavailable),
        ("get", Fault(), ProviderUnavailable),
        ("get", Fault(status=200, body=b"nothing"), ProviderUnavailable),
        ("jobs", Fault(status=500), ProviderUnavailable),
        ("jobs", Fault(status=200, body=b"{}"), ProviderUnavailable),
    ],
)
async def test_a_question_that_fails_ends_nothing(
    emulator: AiToolkitEmulator, url: str, operation: str, fault: Fault, error: type[DomainError]
) -> None:
    async with opened(url) as trainer:
        submitted = await trainer.submit(REQUEST, webhook=None)
        emulator.faults.plan(operation, fault)
        with pytest.raises(error):
            await trainer.check(submitted)
        assert emulator.rented == [submitted.request_id]
        assert await trainer.check(submitted) == Asking()


async def test_a_training_that_is_cancelled_leaves_no_weights_on_the_volume(
    emulator: AiToolkitEmulator, trainer: RunPodTrainer
) -> None:
    submitted = await trainer.submit(REQUEST, webhook=None)
    await came_to(trainer, submitted)
    files = emulator.pods[submitted.request_id].disk.files
    assert NAMES.weights in files
    await trainer.cancel(submitted)
    [deleted] = emulator.called("delete")
    assert deleted.path.startswith(f"/proxy/{submitted.request_id}/api/jobs/")
    assert NAMES.weights not in emulator.pods[submitted.request_id].disk.files
    assert emulator.rented == []


@pytest.mark.parametrize(
    ("operation", "fault"),
    [("delete", Fault(status=500)), ("delete", Fault()), ("jobs", Fault(status=500)), ("get", Fault(status=500))],
)
async def test_the_machine_goes_whatever_happens(
    emulator: AiToolkitEmulator, url: str, operation: str, fault: Fault
) -> None:
    async with opened(url) as trainer:
        submitted = await trainer.submit(REQUEST, webhook=None)
        await came_to(trainer, submitted)
        emulator.faults.plan(operation, fault)
        with pytest.raises(ProviderUnavailable):
            await trainer.cancel(submitted)
        assert emulator.rented == []
        await trainer.cancel(submitted)


@pytest.mark.parametrize("fault", [Fault(), Fault(status=502), Fault(status=404)])
async def test_an_interface_that_does_not_answer_keeps_no_machine(
    emulator: AiToolkitEmulator, trainer: RunPodTrainer, fault: Fault
) -> None:
    submitted = await trainer.submit(REQUEST, webhook=None)
    emulator.faults.plan("jobs", fault)
    await trainer.cancel(submitted)
    assert emulator.rented == []


# The weights


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"<html></html>", f"weights: a header of {int.from_bytes(b'<html></', 'little')} bytes in a file of 13"),
        (None, "weights: HTTP 404"),
    ],
)
async def test_what_is_no_file_of_weights_ends_it(
    emulator: AiToolkitEmulator, url: str, tmp_path: Path, body: bytes | None, detail: str
) -> None:
    async with opened(url) as trainer:
        submitted = await trainer.submit(REQUEST, webhook=None)
        await came_to(trainer, submitted)
        emulator.faults.plan("files", Fault(status=200, body=body) if body else Fault(status=404))
        with pytest.raises(ImageNotMade) as raised:
            await trainer.fetch(submitted, REQUEST, folder=tmp_path)
    assert (raised.value.detail, emulator.rented, files_in(tmp_path)) == (detail, [], [])


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        ("files", Fault()),
        ("files", Fault(status=502)),
        ("jobs", Fault(status=502)),
    ],
)
async def test_a_fetch_that_breaks_off_may_be_begun_again(
    emulator: AiToolkitEmulator, url: str, tmp_path: Path, operation: str, fault: Fault
) -> None:
    async with opened(url) as trainer:
        submitted = await trainer.submit(REQUEST, webhook=None)
        await came_to(trainer, submitted)
        emulator.faults.plan(operation, fault)
        with pytest.raises(ProviderUnavailable) as raised:
            await trainer.fetch(submitted, REQUEST, folder=tmp_path)
        assert (type(raised.value), emulator.rented) == (ProviderUnavailable, [submitted.request_id])
        files = await trainer.fetch(submitted, REQUEST, folder=tmp_path)
    assert (emulator.rented, files.weights in files_in(tmp_path)) == ([submitted.request_id], True)


async def test_weights_on_the_volume_are_forgotten_by_a_machine_that_is_rented_for_that(
    emulator: AiToolkitEmulator, trainer: RunPodTrainer, tmp_path: Path
) -> None:
    submitted = await trainer.submit(REQUEST, webhook=None)
    await came_to(trainer, submitted)
    files = await trainer.fetch(submitted, REQUEST, folder=tmp_path)
    await trainer.release(submitted)
    volume = emulator.volumes["vol-1"]
    assert (NAMES.weights in volume, emulator.rented) == (True, [])
    emulator.starting = 3600
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            await trainer.forget(submitted, files.file_name)
    assert (NAMES.weights in volume, len(emulator.rented)) == (True, 1)
    emulator.starting = 0
    await trainer.forget(submitted, files.file_name)
    assert (NAMES.weights in volume, emulator.rented, len(emulator.called("rent"))) == (False, [], 2)


async def test_pods_of_this_deployment_are_told(emulator: AiToolkitEmulator, trainer: RunPodTrainer, url: str) -> None:
    kept = await trainer.submit(REQUEST, webhook=None)
    left = await trainer.submit(a_training(REQUEST.model, training_id=UUID(int=7)), webhook=None)
    async with opened(url, prefix="another") as other:
        await other.submit(REQUEST, webhook=None)
    assert await trainer.rented() == [
        Rented(id=kept.request_id, training_id=TRAINING, created_at="2026-11-21T12:00:00.000Z"),
        Rented(id=left.request_id, training_id=UUID(int=7), created_at="2026-11-21T12:00:00.001Z"),
    ]
    for _ in range(2):
        await trainer.give_back(left.request_id)
    assert left.request_id not in emulator.rented


async def test_a_ping_costs_nothing(emulator: AiToolkitEmulator, trainer: RunPodTrainer, url: str) -> None:
    await trainer.ping()
    assert [call.operation for call in emulator.calls] == ["list"]
    async with opened(url, key="rp_wrong") as other:
        with pytest.raises(ProviderMisconfigured):
            await other.ping()
