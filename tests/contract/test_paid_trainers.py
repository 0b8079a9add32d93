"""What trainers that cost money promise besides `test_trainer`: spent once, and nothing runs on. Nobody is asked for money here."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import NotFound, OutcomeUnknown, ProviderUnavailable
from domain.ports.image_provider import Ready, Submitted, Waiting
from domain.ports.trainer import Asking, TrainedFiles, Training, TrainingCallState
from providers.safetensors import check_safetensors
from tests.support.paid_trainers import PaidTrainer, fal_emulated, runpod_emulated, until

NOBODYS = "00000000-0000-4000-8000-000000000000"

SUBJECTS: dict[str, Callable[[], AbstractAsyncContextManager[PaidTrainer]]] = {
    "fal": fal_emulated,
    "runpod": runpod_emulated,
}


@pytest.fixture(params=SUBJECTS)
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[PaidTrainer]:
    async with SUBJECTS[request.param]() as found:
        yield found


def weights_in(files: TrainedFiles, folder: Path) -> bytes:
    check_safetensors(files.weights)
    assert files.weights.parent == folder
    return files.weights.read_bytes()


async def test_from_the_pictures_to_the_weights(subject: PaidTrainer, tmp_path: Path) -> None:
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


async def test_a_process_of_its_own_for_every_step_goes_on_from_the_number(
    subject: PaidTrainer, tmp_path: Path
) -> None:
    submitted = await subject.another().submit(subject.request, webhook=None)
    kept = Submitted(model=submitted.model, request_id=submitted.request_id, endpoint=submitted.endpoint)
    await until(Ready, subject, kept, new_each_time=True)
    files = await subject.another().fetch(kept, subject.request, folder=tmp_path)
    assert weights_in(files, tmp_path)
    await subject.another().release(kept)
    assert (subject.accepted(), subject.running()) == (1, 0)


async def test_a_failure_is_told_and_nothing_of_it_runs_on(subject: PaidTrainer, tmp_path: Path) -> None:
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
async def test_it_may_be_cancelled_in_every_state(subject: PaidTrainer, state: type[TrainingCallState]) -> None:
    submitted = await subject.another().submit(subject.request, webhook=None)
    await until(state, subject, submitted)
    trainer = subject.another()
    for _ in range(2):
        await trainer.cancel(submitted)
    await trainer.cancel(replace(submitted, request_id=NOBODYS))
    assert subject.running() == 0


async def test_an_answer_that_is_lost_is_not_asked_for_again(subject: PaidTrainer) -> None:
    subject.lose_answer()
    with pytest.raises(OutcomeUnknown):
        await subject.another().submit(subject.request, webhook=None)
    assert subject.accepted() == 1


async def test_two_attempts_are_two_trainings(subject: PaidTrainer) -> None:
    trainer, other = subject.another(), replace(subject.request, training_id=type(subject.request.training_id)(int=7))
    numbers = {(await trainer.submit(request, webhook=None)).request_id for request in (subject.request, other)}
    assert (len(numbers), subject.accepted()) == (2, 2)


async def test_what_the_trainer_does_not_know_is_not_found(subject: PaidTrainer) -> None:
    trainer = subject.another()
    endpoint = trainer.endpoint_of(subject.request.model)
    for number in (NOBODYS, "../../../billing"):
        with pytest.raises(NotFound):
            await trainer.check(Submitted(model=subject.request.model, request_id=number, endpoint=endpoint))
