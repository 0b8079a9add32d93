"""What every `Trainer` promises: the vendors' adapters against their emulators. Nobody is asked for money here."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from domain.errors import NotFound, OutcomeUnknown, ProviderUnavailable
from domain.ports.image_provider import Ready, Submitted, Waiting
from domain.ports.trainer import Asking, TrainedFiles, Trainer, Training, TrainingCallState, TrainingRequest
from providers.fal.training import FalTrainer
from providers.runpod.training.trainer import RunPodTrainer
from providers.safetensors import check_safetensors
from tests.support.emulators.aitoolkit import AiToolkitEmulator
from tests.support.emulators.fal import FalEmulator
from tests.support.emulators.fal_queue import Ending
from tests.support.emulators.faults import Fault
from tests.support.emulators.serving import served
from tests.support.trainer_requests import ArchiveHost, a_training, archive_of

NOBODYS = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Subject:
    """`another` makes the same adapter anew, as a second process would: it knows nothing of the first."""

    another: Callable[[], Trainer]
    request: TrainingRequest
    fail_next: Callable[[], None]
    lose_answer: Callable[[], None]
    """Of the paid call, that is carried out all the same."""
    accepted: Callable[[], int]
    """How often money was spent."""
    running: Callable[[], int]
    """What costs money now."""


@asynccontextmanager
async def fal_emulated() -> AsyncIterator[Subject]:
    emulator = FalEmulator(key="k", seconds=0.2)
    archive = ArchiveHost(archive_of(a_training("fal/flux-portrait-trainer")))
    made: list[FalTrainer] = []

    def another() -> FalTrainer:
        made.append(FalTrainer(key="k", queue_url=url, media_hosts=("localhost",)))
        return made[-1]

    with served(emulator.app) as url, served(archive.app) as archive_url:
        yield Subject(
            another=another,
            request=a_training("fal/flux-portrait-trainer", archive_url=f"{archive_url}/archive"),
            fail_next=lambda: emulator.queue.endings.append(Ending.of_queue("runner_server_error", status=500)),
            lose_answer=lambda: emulator.faults.plan("submit", Fault(after_accepting=True)),
            accepted=lambda: len(emulator.queue.jobs),
            running=lambda: sum(job.state != "COMPLETED" for job in emulator.queue.jobs.values()),
        )
        for trainer in made:
            await trainer.close()


@asynccontextmanager
async def runpod_emulated() -> AsyncIterator[Subject]:
    emulator = AiToolkitEmulator(seconds=0.1, provisioning=0.02, starting=0.02, booting=0.02)
    made: list[RunPodTrainer] = []

    def another() -> RunPodTrainer:
        made.append(
            RunPodTrainer(
                key=emulator.key,
                secret=b"of the deployment",
                management_url=f"{url}/v2",
                proxy_url_of=lambda pod: f"{url}/proxy/{pod}",
                hf_token="hf_canary",
            )
        )
        return made[-1]

    with served(emulator.app) as url:
        yield Subject(
            another=another,
            request=a_training("runpod/ai-toolkit-z-image"),
            fail_next=lambda: emulator.errors.append("CUDA out of memory"),
            lose_answer=lambda: emulator.faults.plan("rent", Fault(after_accepting=True)),
            accepted=lambda: len(emulator.pods),
            running=lambda: len(emulator.rented),
        )
        for trainer in made:
            await trainer.close()


SUBJECTS: dict[str, Callable[[], AbstractAsyncContextManager[Subject]]] = {
    "fal": fal_emulated,
    "runpod": runpod_emulated,
}


@pytest.fixture(params=SUBJECTS)
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    async with SUBJECTS[request.param]() as found:
        yield found


async def until(
    enough: type[TrainingCallState], subject: Subject, submitted: Submitted, *, new_each_time: bool = False
) -> list[TrainingCallState]:
    """All that was told on the way to such a state, or the end."""
    told: list[TrainingCallState] = []
    trainer = subject.another()
    async with asyncio.timeout(20):
        while not told or not isinstance(told[-1], (enough, Ready)):
            trainer = subject.another() if new_each_time else trainer
            if told and isinstance(told[-1], Asking):
                await trainer.supply(submitted, subject.request)
            told.append(await trainer.check(submitted))
            await asyncio.sleep(0.01)
    return told


def weights_in(files: TrainedFiles, folder: Path) -> bytes:
    check_safetensors(files.weights)
    assert files.weights.parent == folder
    return files.weights.read_bytes()


async def test_from_the_pictures_to_the_weights(subject: Subject, tmp_path: Path) -> None:
    trainer, request = subject.another(), subject.request
    submitted = await trainer.submit(request, webhook=None)
    assert (submitted.model, submitted.endpoint) == (request.model, trainer.endpoint_of(request.model))

    told = await until(Ready, subject, submitted)
    assert {type(state) for state in told} <= {Waiting, Asking, Training, Ready}
    steps = [state for state in told if isinstance(state, Training)]
    assert {state.total_steps for state in steps} <= {request.steps, None}
    files = await trainer.fetch(submitted, request, folder=tmp_path)
    assert len(weights_in(files, tmp_path)) > 8
    assert files.config
    assert files.file_name.endswith(".safetensors")
    await trainer.forget(submitted, files.file_name)
    await trainer.forget(submitted, files.file_name)
    assert (subject.accepted(), subject.running()) == (1, 0)


async def test_a_process_of_its_own_for_every_step_goes_on_from_the_number(subject: Subject, tmp_path: Path) -> None:
    submitted = await subject.another().submit(subject.request, webhook=None)
    kept = Submitted(model=submitted.model, request_id=submitted.request_id, endpoint=submitted.endpoint)
    await until(Ready, subject, kept, new_each_time=True)
    files = await subject.another().fetch(kept, subject.request, folder=tmp_path)
    assert weights_in(files, tmp_path)
    assert (subject.accepted(), subject.running()) == (1, 0)


async def test_a_failure_is_told_and_nothing_of_it_runs_on(subject: Subject, tmp_path: Path) -> None:
    subject.fail_next()
    trainer = subject.another()
    submitted = await trainer.submit(subject.request, webhook=None)

    async def to_its_end() -> TrainedFiles:
        await until(Ready, subject, submitted)
        return await trainer.fetch(submitted, subject.request, folder=tmp_path)

    with pytest.raises(ProviderUnavailable) as raised:
        await to_its_end()
    assert raised.value.message == "The training service could not finish this training. Please try again."
    assert subject.running() == 0


@pytest.mark.parametrize("state", [Waiting, Asking, Training, Ready])
async def test_it_may_be_cancelled_in_every_state(subject: Subject, state: type[TrainingCallState]) -> None:
    submitted = await subject.another().submit(subject.request, webhook=None)
    await until(state, subject, submitted)
    trainer = subject.another()
    for _ in range(2):
        await trainer.cancel(submitted)
    await trainer.cancel(replace(submitted, request_id=NOBODYS))
    assert subject.running() == 0


async def test_an_answer_that_is_lost_is_not_asked_for_again(subject: Subject) -> None:
    subject.lose_answer()
    with pytest.raises(OutcomeUnknown):
        await subject.another().submit(subject.request, webhook=None)
    assert subject.accepted() == 1


async def test_two_attempts_are_two_trainings(subject: Subject) -> None:
    trainer, other = subject.another(), replace(subject.request, training_id=type(subject.request.training_id)(int=7))
    numbers = {(await trainer.submit(request, webhook=None)).request_id for request in (subject.request, other)}
    assert (len(numbers), subject.accepted()) == (2, 2)


async def test_what_the_trainer_does_not_know_is_not_found(subject: Subject) -> None:
    trainer = subject.another()
    endpoint = trainer.endpoint_of(subject.request.model)
    for number in (NOBODYS, "../../../billing"):
        with pytest.raises(NotFound):
            await trainer.check(Submitted(model=subject.request.model, request_id=number, endpoint=endpoint))
