"""Trainings by fal and on RunPod's pods, from the quote to the end: each is paid once, ends once, and leaves nothing running.

Real HTTP to emulators; what they are sent word for word is in `tests/contract`.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from typing import Any, BinaryIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from PIL import Image

from app.settings import Settings
from app.worker import running_worker
from domain.errors import ProviderUnavailable
from domain.ids import CallId, LoraModelId
from domain.images.image import StoredFile
from domain.models.model import Provider
from domain.ports.object_store import ObjectStore
from domain.trainings import working
from domain.trainings.training import LoraModel
from providers.local.tokens import user_id_of
from providers.runpod.training.machine import GPUS
from tasks.datasets import packed, pictures_of
from tasks.registry import TASKS
from tasks.training_ends import give_back_unwanted
from tests.conftest import free_port
from tests.support.emulators.faults import Fault
from tests.support.servers import RunningServers
from tests.support.trainer_requests import a_training
from tests.support.training_bench import BOTH, OPERATIONS, PRICE, SETTLED, Fal, Pods, TrainingBench, a_bench

CANCEL = OPERATIONS["CancelTraining"]


def jpegs_in(archive: ZipFile) -> list[str]:
    """Names of files that are pictures and say nothing but pixels."""
    names = [name for name in archive.namelist() if name.endswith(".jpg")]
    assert {len(Image.open(archive.open(name)).getexif()) for name in names} == {0}
    return names


@dataclass(slots=True)
class AwayFor:
    """A store that cannot be written to, so many times."""

    real: ObjectStore
    times: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def put(self, file: StoredFile, data: bytes) -> None:
        self._check()
        await self.real.put(file, data)

    async def put_stream(self, file: StoredFile, stream: BinaryIO) -> None:
        self._check()
        await self.real.put_stream(file, stream)

    def _check(self) -> None:
        if self.times:
            self.times -= 1
            raise ProviderUnavailable("The store is away.")


@pytest.fixture(scope="module", params=BOTH)
async def running(
    request: pytest.FixtureRequest, session_settings: Settings, template: RunningServers
) -> AsyncIterator[TrainingBench]:
    async with a_bench(request.param, session_settings, template, port=free_port()) as made:
        yield made


@pytest.fixture
async def bench(running: TrainingBench, settings: Settings) -> TrainingBench:
    """On an empty database."""
    return running.anew()


async def test_one_that_goes_well_is_paid_once_kept_and_nothing_of_it_runs_on(bench: TrainingBench) -> None:
    await bench.start()
    await bench.until_over()
    await bench.assert_settled("READY", attempts=1, captured=PRICE[bench.name])
    assert bench.trainer.accepted == 1
    ((key, config, name),) = await bench.owner.rows("SELECT weights_key, config_key, weights_name FROM lora_models")
    assert await bench.services.files.get(key) == bench.trainer.weights
    said = json.loads(await bench.services.files.get(config))
    match bench.trainer:
        case Fal(emulator):
            [job] = emulator.queue.jobs.values()
            arguments = dict(job.arguments)  # type: ignore[call-overload] # the emulator has checked it
            assert arguments.pop("images_data_url").startswith(bench.studio.url)
            assert arguments == {
                "trigger_phrase": await bench.owner.value("SELECT trigger_word FROM lora_models"),
                "learning_rate": 0.00009,
                "steps": 2500,
                "multiresolution_training": True,
                "subject_crop": True,
                "create_masks": False,
                "data_archive_format": "zip",
            }
            assert said["steps"] == 2500
        case Pods(emulator):
            assert name == f"{said['config']['name']}/{said['config']['name']}.safetensors"
            order = [call.operation for call in emulator.calls if call.operation in {"files", "give_back"}]
            assert order == ["files", "give_back"]


async def test_the_next_pack_is_drawn_with_it(bench: TrainingBench) -> None:
    await bench.start()
    await bench.until_over()
    pack = await bench.studio.start_pack(bench.influencer, count=1)
    assert (pack["errors"], pack["job"]["mode"]) == ([], "LORA")
    if isinstance(bench.trainer, Pods):
        bench.trainer.mount()
    async with running_worker(bench.studio.settings):
        job = await bench.studio.ended(pack["job"]["id"])
    assert (job["status"], job["mode"]) == ("COMPLETED", "LORA")
    ((key, name),) = await bench.owner.rows("SELECT weights_key, weights_name FROM lora_models")
    match bench.trainer:
        case Fal(emulator):
            *_, drawn = emulator.queue.jobs.values()
            [lora] = dict(drawn.arguments)["loras"]  # type: ignore[call-overload] # as above
            assert (drawn.endpoint, key in lora["path"], lora["scale"]) == ("fal-ai/flux-lora", True, 1.0)
            async with bench.studio.http.get(lora["path"]) as answer:
                assert await answer.read() == bench.trainer.weights
        case Pods(drawing=drawing):
            [drawn_there] = drawing.jobs.values()
            nodes = drawn_there.input["workflow"].values()
            assert [node["inputs"]["lora_name"] for node in nodes if "lora_name" in node["inputs"]] == [name]


async def test_a_failure_of_the_trainers_is_made_once_more_and_charged_once(bench: TrainingBench) -> None:
    bench.trainer.fail(1)
    await bench.start()
    await bench.until_over()
    await bench.assert_settled("READY", attempts=2, captured=PRICE[bench.name])
    assert bench.trainer.accepted == 2


async def test_one_of_a_face_that_was_changed_meanwhile_unlocks_nothing(bench: TrainingBench) -> None:
    await bench.start()
    other = await bench.owner.give_face(bench.studio, bench.influencer)
    await bench.until_over()
    assert (await bench.state(), other != bench.training) == ("READY", True)
    told = await bench.owner.rows("SELECT type, body FROM notifications WHERE type NOT LIKE '%.started' ORDER BY type")
    assert told == [("lora.training.completed", f"{PRICE[bench.name]} credits were charged. {working.OTHER_FACE}")]
    assert await bench.owner.rows("SELECT type FROM studio_events ORDER BY type") == [
        ("TRAINING_COMPLETED",),
        ("TRAINING_STARTED",),
    ]


async def test_two_failures_give_everything_back(bench: TrainingBench) -> None:
    bench.trainer.fail(2)
    wish = await bench.wish()
    before = await bench.studio.balance()
    await bench.start(wish)
    await bench.until_over()
    await bench.assert_settled("FAILED", attempts=2, captured=0)
    assert (await bench.studio.balance(), bench.trainer.accepted) == (before, 2)
    assert (await bench.studio.ask(OPERATIONS["QuoteTraining"], input=wish))["isFree"] is True


async def test_one_that_takes_too_long_is_ended_by_the_clock_and_its_trainer_told(bench: TrainingBench) -> None:
    bench.trainer.hold()
    await bench.start()
    for attempt in (1, 2):
        await bench.until(lambda bench, n=attempt: bench.trainer.accepted == n)  # type: ignore[misc] # mypy knows no default
        await bench.step()
        bench.clock.ahead += timedelta(minutes=29)
        await bench.step()
        assert (await bench.state(), bench.trainer.accepted, bench.trainer.running) == ("TRAINING", attempt, 1)
        bench.clock.ahead += timedelta(minutes=2)
        await bench.step()
    await bench.until_over()
    await bench.assert_settled("FAILED", attempts=2, captured=0)
    history = await bench.owner.value("SELECT history FROM lora_models")
    assert [attempt["code"] for attempt in history] == ["TIMED_OUT", "TIMED_OUT"]


async def test_cancelled_after_any_step_its_trainer_is_told_and_credits_are_back(bench: TrainingBench) -> None:
    bench.trainer.hold()
    wish = await bench.wish()
    before = await bench.studio.balance()
    for steps in (0, 1, 2, 4):
        await bench.start(wish)
        for _ in range(steps):
            await bench.step()
        cancelled = await bench.studio.ask(CANCEL, input={"loraModelId": bench.training})
        assert (cancelled["errors"], await bench.studio.balance()) == ([], before)
        await bench.step()
        await bench.step()
        await bench.assert_settled("CANCELLED", attempts=min(steps, 1), captured=0)
    assert bench.trainer.accepted == 3


async def test_while_our_own_store_is_away_what_was_paid_for_is_not_given_up(bench: TrainingBench) -> None:
    files = AwayFor(bench.services.files)
    bench.services = replace(bench.services, files=files)
    await bench.start()
    files.times = 2
    await bench.until(lambda bench: bench.trainer.accepted == 1)
    files.times = 3
    await bench.until_over()
    await bench.assert_settled("READY", attempts=1, captured=PRICE[bench.name])
    assert (bench.trainer.accepted, files.times) == (1, 0)


@dataclass(slots=True)
class CancelledMeanwhile:
    """A store during whose work the training is cancelled."""

    real: ObjectStore
    bench: TrainingBench

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def put_stream(self, file: StoredFile, stream: BinaryIO) -> None:
        await self.real.put_stream(file, stream)
        cancelled = await self.bench.studio.ask(CANCEL, input={"loraModelId": self.bench.training})
        assert cancelled["errors"] == []


async def test_weights_that_are_stored_while_their_training_is_cancelled_are_removed(bench: TrainingBench) -> None:
    real = bench.services.files
    bench.services = replace(bench.services, files=CancelledMeanwhile(real, bench))
    await bench.start()
    await bench.until_over()
    await bench.assert_settled("CANCELLED", attempts=1, captured=0)
    stored = await bench.owner.rows("SELECT key FROM file_removals WHERE key ~ '^(weights|configs)/' ORDER BY key")
    assert [key.partition("/")[0] for (key,) in stored] == ["configs", "weights"]
    bench.services = replace(bench.services, files=real)
    await TASKS["files.purge"].function(bench.services, user_id=bench.ids["user_id"])
    assert [key for (key,) in stored if (bench.studio.settings.data_dir / "files" / key).exists()] == []
    assert (
        await bench.owner.value("SELECT count(*) FROM file_removals WHERE removed_at IS NULL AND asked_at <= now()")
        == 0
    )


only_pods = pytest.mark.parametrize("running", ["runpod"], indirect=True, scope="module")


@only_pods
async def test_a_machine_of_a_training_that_has_ended_is_found_and_given_back(bench: TrainingBench) -> None:
    assert isinstance(bench.trainer, Pods)
    emulator, renters = bench.trainer.emulator, bench.services.trainers.renters
    bench.trainer.hold()
    wish = await bench.wish()
    await bench.start(wish)
    await bench.step()
    assert await give_back_unwanted(renters, bench.dispatch) == 0
    emulator.faults.plan("give_back", Fault(status=500))
    await bench.studio.ask(CANCEL, input={"loraModelId": bench.training})
    await bench.carry_out()
    assert (len(emulator.rented), (await bench.call())[0]) == (1, "SUBMITTED"), "to be told once more"
    assert await give_back_unwanted(renters, bench.dispatch) == 1
    assert emulator.rented == []

    await bench.owner.run("DELETE FROM outbox")
    lost = await bench.services.trainers.by_provider[Provider.RUNPOD].submit(
        a_training("runpod/ai-toolkit-z-image"), webhook=None
    )
    assert (await give_back_unwanted(renters, bench.dispatch), emulator.rented) == (0, [lost.request_id]), "not ours"


@only_pods
async def test_a_pod_whose_answer_was_lost_is_found_by_its_name(bench: TrainingBench) -> None:
    assert isinstance(bench.trainer, Pods)
    bench.trainer.emulator.faults.plan("rent", Fault(after_accepting=True))
    await bench.start()
    await bench.until_over()
    await bench.assert_settled("READY", attempts=1, captured=PRICE[bench.name])
    assert bench.trainer.accepted == 1


@only_pods
async def test_while_no_machine_is_free_it_waits_and_its_attempt_is_not_used_up(bench: TrainingBench) -> None:
    assert isinstance(bench.trainer, Pods)
    emulator = bench.trainer.emulator
    emulator.sold_out = set(GPUS)
    await bench.start()
    await bench.step()
    await bench.step()
    assert (await bench.state(), emulator.pods) == ("TRAINING", {})
    emulator.sold_out = set()
    await bench.until_over()
    await bench.assert_settled("READY", attempts=1, captured=PRICE[bench.name])


async def test_a_person_is_trained_by_the_portrait_trainer_on_photos_that_say_nothing_else(
    bench: TrainingBench,
) -> None:
    if not isinstance(bench.trainer, Fal):
        pytest.skip("nobody else trains persons")
    await bench.start(await bench.wish_of_person())
    model = await _model(bench)
    pictures = await pictures_of(bench.services, model)
    _, data = packed(model.user_id, CallId(uuid4()), pictures)
    with ZipFile(BytesIO(data)) as archive:
        assert jpegs_in(archive) == [f"image_{number:03}.jpg" for number in range(1, 6)]
        captions = {archive.read(f"image_{number:03}.txt").decode() for number in range(1, 6)}
    assert captions == {f"{model.trigger_word}, photograph of a person"}

    await bench.until_over()
    [job] = bench.trainer.emulator.queue.jobs.values()
    arguments = dict(job.arguments)  # type: ignore[call-overload] # the emulator has checked it
    assert (job.endpoint, arguments["trigger_phrase"], arguments["steps"], arguments["learning_rate"]) == (
        "fal-ai/flux-lora-portrait-trainer",
        model.trigger_word,
        2500,
        0.00009,
    )
    assert await bench.owner.rows(SETTLED, id=bench.id) == [("READY", 1, 0, PRICE["fal"], None, False, None)]
    assert "trainings.show" in bench.topics
    assert await bench.owner.rows("SELECT kind, mode, credits_reserved FROM jobs") == [("DISPLAY_SAMPLES", "LORA", 50)]
    assert await bench.owner.value("SELECT wants_samples FROM lora_models") is False


async def test_pictures_that_may_still_be_stored_when_it_is_cancelled_go_when_nobody_can_store_them(
    bench: TrainingBench,
) -> None:
    await bench.start()
    user_id, training, lease = user_id_of(bench.studio.user), LoraModelId(bench.id), bench.services.leases.lease
    async with bench.services.unit_of_work(user_id) as uow:
        claim = await working.begin_training(
            uow, user_id, training, lease=lease, limit_of=bench.services.trainers.limit_of, now=bench.services.now()
        )
        assert claim is not None
        await working.note_dataset(uow, claim, f"datasets/{user_id}/{'0' * 64}.zip")
    until = await bench.owner.value("SELECT lease_until FROM lora_models")
    await bench.studio.ask(CANCEL, input={"loraModelId": bench.training})
    assert await bench.owner.rows("SELECT asked_at FROM file_removals") == [(until,)]


async def test_photos_of_a_person_leave_the_house_only_under_a_living_consent(bench: TrainingBench) -> None:
    """As if the withdrawal had not cancelled it: the last check before the call is its own."""
    if not isinstance(bench.trainer, Fal):
        pytest.skip("nobody else trains persons")
    before = await bench.studio.balance()
    await bench.start(await bench.wish_of_person())
    await bench.owner.run("UPDATE consents SET withdrawn_at = now()")
    await bench.until_over()
    assert bench.trainer.accepted == 0
    assert await bench.owner.rows("SELECT status, error_code, is_retry_free FROM lora_models") == [
        ("FAILED", "CONSENT_REQUIRED", False)
    ]
    assert await bench.studio.balance() == (before[0] + 2 * PRICE["fal"], 0)
    assert await bench.owner.violations() == []


async def _model(bench: TrainingBench) -> LoraModel:
    user_id = user_id_of(bench.studio.user)
    async with bench.services.unit_of_work(user_id) as uow:
        return await uow.trainings.get(LoraModelId(bench.id))
