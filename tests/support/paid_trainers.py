"""Trainers that cost money, against their emulators: what is asked of them, and what they have spent."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module

from domain.ports.image_provider import Ready, Submitted
from domain.ports.trainer import Asking, Trainer, TrainingCallState, TrainingRequest
from providers.fal.training import FalTrainer
from providers.runpod.training.trainer import RunPodTrainer
from tests.support.emulators.aitoolkit import AiToolkitEmulator
from tests.support.emulators.fal import FalEmulator
from tests.support.emulators.fal_queue import Ending
from tests.support.emulators.faults import Fault
from tests.support.emulators.serving import served
from tests.support.trainer_requests import ArchiveHost, a_training, archive_of


@dataclass(frozen=True, slots=True)
class PaidTrainer:
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
    numbers: Callable[[], Sequence[str]]
    """Of what was accepted and has not been given back."""


@asynccontextmanager
async def fal_emulated(*, seconds: float = 0.2) -> AsyncIterator[PaidTrainer]:
    await asyncio.to_thread(import_module, "fal_client")  # takes a second, and a training is shorter
    emulator = FalEmulator(key="k", seconds=seconds)
    archive = ArchiveHost(archive_of(a_training("fal/flux-portrait-trainer")))
    made: list[FalTrainer] = []

    def another() -> FalTrainer:
        made.append(FalTrainer(key="k", queue_url=url, media_hosts=("localhost",)))
        return made[-1]

    with served(emulator.app) as url, served(archive.app) as archive_url:
        yield PaidTrainer(
            another=another,
            request=a_training("fal/flux-portrait-trainer", archive_url=f"{archive_url}/archive"),
            fail_next=lambda: emulator.queue.endings.append(Ending.of_queue("runner_server_error", status=500)),
            lose_answer=lambda: emulator.faults.plan("submit", Fault(after_accepting=True)),
            accepted=lambda: len(emulator.queue.jobs),
            numbers=lambda: list(emulator.queue.jobs),
            running=lambda: sum(job.state != "COMPLETED" for job in emulator.queue.jobs.values()),
        )
        for trainer in made:
            await trainer.close()


@asynccontextmanager
async def runpod_emulated() -> AsyncIterator[PaidTrainer]:
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
        yield PaidTrainer(
            another=another,
            request=a_training("runpod/ai-toolkit-z-image"),
            fail_next=lambda: emulator.errors.append("CUDA out of memory"),
            lose_answer=lambda: emulator.faults.plan("rent", Fault(after_accepting=True)),
            accepted=lambda: len(emulator.pods),
            numbers=lambda: emulator.rented,
            running=lambda: len(emulator.rented),
        )
        for trainer in made:
            await trainer.close()


async def until(
    enough: type[TrainingCallState], subject: PaidTrainer, submitted: Submitted, *, new_each_time: bool = False
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
