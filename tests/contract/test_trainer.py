"""What every `Trainer` promises. One factory for each: the local stand-in, and the vendors' adapters against their emulators."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from domain.errors import NotFound
from domain.ports.image_provider import Ready, Submitted, Waiting
from domain.ports.trainer import Asking, Trainer, Training, TrainingRequest
from providers.local.training import LocalTrainer
from tests.support.paid_trainers import PaidTrainer, fal_emulated, runpod_emulated, until
from tests.support.trainer_requests import a_training_of

NOBODYS = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Subject:
    """`another` is the same trainer as a second process sees it. `finish` lets what was submitted end well."""

    trainer: Trainer
    another: Trainer
    request: TrainingRequest
    finish: Callable[[], Awaitable[None]]


@asynccontextmanager
async def local(folder: Path) -> AsyncIterator[Subject]:
    now = datetime(2026, 11, 21, tzinfo=UTC)

    def clock() -> datetime:
        return now

    async def finish() -> None:
        nonlocal now
        now += timedelta(seconds=20)

    one, other = (LocalTrainer(folder=folder / "trainings", now=clock) for _ in range(2))
    yield Subject(one, other, a_training_of("local/palette-trainer"), finish)


@asynccontextmanager
async def fal(_: Path) -> AsyncIterator[Subject]:
    async with fal_emulated(seconds=1.0) as paid:
        yield _of(paid)


@asynccontextmanager
async def runpod(_: Path) -> AsyncIterator[Subject]:
    async with runpod_emulated() as paid:
        yield _of(paid)


def _of(paid: PaidTrainer) -> Subject:
    one, other = paid.another(), paid.another()
    model = paid.request.model

    async def finish() -> None:
        for number in paid.numbers():
            await until(Ready, paid, Submitted(model=model, request_id=number, endpoint=one.endpoint_of(model)))

    return Subject(one, other, paid.request, finish)


Factory = Callable[[Path], AbstractAsyncContextManager[Subject]]
TRAINERS: list[Factory] = [local, fal, runpod]
"""A folder to work in, and what comes of it."""


@pytest.fixture(params=TRAINERS, ids=lambda factory: factory.__name__)
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Subject]:
    factory: Factory = request.param
    async with factory(tmp_path) as made:
        yield made


async def test_a_training_is_found_by_its_number_from_another_process(subject: Subject, tmp_path: Path) -> None:
    submitted = await subject.trainer.submit(subject.request, webhook=None)
    assert submitted.model == subject.request.model
    assert submitted.endpoint == subject.trainer.endpoint_of(subject.request.model)
    assert isinstance(await subject.another.check(submitted), Waiting | Asking | Training)
    await subject.finish()
    assert await subject.another.check(submitted) == Ready()
    assert await subject.trainer.check(submitted) == Ready()


async def test_the_weights_are_a_new_file_each_time_and_hold_a_header_of_json(subject: Subject, tmp_path: Path) -> None:
    submitted = await subject.trainer.submit(subject.request, webhook=None)
    await subject.finish()
    first = await subject.another.fetch(submitted, subject.request, folder=tmp_path)
    second = await subject.trainer.fetch(submitted, subject.request, folder=tmp_path)
    assert first.weights != second.weights
    assert first.weights.parent == second.weights.parent == tmp_path
    assert first.weights.read_bytes() == second.weights.read_bytes()
    assert first.file_name == second.file_name
    assert first.file_name.endswith(".safetensors")
    head = first.weights.read_bytes()[:9]
    assert 2 <= int.from_bytes(head[:8], "little") < first.weights.stat().st_size
    assert head[8:] == b"{"
    for one in (subject.trainer, subject.another):
        await one.release(submitted)


async def test_nobodys_number_is_not_found(subject: Subject) -> None:
    submitted = await subject.trainer.submit(subject.request, webhook=None)
    with pytest.raises(NotFound):
        await subject.another.check(replace(submitted, request_id=NOBODYS))


async def test_cancelling_and_forgetting_can_be_done_at_any_time_and_twice(subject: Subject) -> None:
    submitted = await subject.trainer.submit(subject.request, webhook=None)
    for one in (subject.trainer, subject.another, subject.trainer):
        await one.cancel(submitted)
    await subject.trainer.cancel(replace(submitted, request_id=NOBODYS))
    for one in (subject.trainer, subject.another):
        await one.forget(submitted, "unheard-of.safetensors")


async def test_what_was_forgotten_after_its_end_stays_gone(subject: Subject, tmp_path: Path) -> None:
    submitted = await subject.trainer.submit(subject.request, webhook=None)
    await subject.finish()
    files = await subject.trainer.fetch(submitted, subject.request, folder=tmp_path)
    await subject.trainer.forget(submitted, files.file_name)
    await subject.another.cancel(submitted)
    assert files.weights.is_file()


async def test_two_trainings_do_not_mix(subject: Subject) -> None:
    first = await subject.trainer.submit(subject.request, webhook=None)
    second = await subject.trainer.submit(replace(subject.request, training_id=uuid4()), webhook=None)
    assert first.request_id != second.request_id
    await subject.trainer.cancel(first)
    await subject.finish()
    assert await subject.another.check(second) == Ready()
