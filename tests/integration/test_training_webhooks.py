"""What fal tells of trainings and what it is asked for lead to the same end, once: in any order, twice, late, or never."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from app.settings import Settings
from domain.calls.call import LOOKED_FOR
from domain.models.model import Provider
from domain.ports.image_provider import Submitted
from domain.ports.trainer import TrainedFiles, TrainingCallState, TrainingRequest
from domain.ports.trainer import Trainer as TrainerPort
from tasks.trainers import Trainers
from tests.conftest import free_port
from tests.support.emulators.fal import HANGS_UP_AFTER_ACCEPTING
from tests.support.emulators.fal_signing import FalSigner
from tests.support.servers import RunningServers
from tests.support.training_bench import OPERATIONS, PRICE, SIGNER, Fal, TrainingBench, a_bench

ROW = "SELECT * FROM lora_models"
NUMBER = str(uuid4())


@pytest.fixture(scope="module")
async def running(session_settings: Settings, template: RunningServers) -> AsyncIterator[TrainingBench]:
    async with a_bench("fal", session_settings, template, port=free_port()) as made:
        yield made


@pytest.fixture
async def bench(running: TrainingBench, settings: Settings) -> TrainingBench:
    """fal tells nothing by itself: tests do."""
    made = running.anew()
    fal_of(made).emulator.queue.deliveries = "never"
    return made


def fal_of(bench: TrainingBench) -> Fal:
    assert isinstance(bench.trainer, Fal)
    return bench.trainer


def number_of(bench: TrainingBench) -> str:
    (number,) = fal_of(bench).emulator.queue.jobs
    return number


@dataclass(frozen=True, slots=True)
class ToldEarly:
    """fal's adapter, whose answer to a submission comes after `before` was done."""

    real: TrainerPort
    before: Callable[[str], object]
    is_asked_once: bool = True

    def endpoint_of(self, model: str) -> str:
        return self.real.endpoint_of(model)

    async def submit(self, request: TrainingRequest, *, webhook: str | None) -> Submitted:
        submitted = await self.real.submit(request, webhook=webhook)
        await self.before(submitted.request_id)  # type: ignore[misc] # it is a coroutine
        return submitted

    async def check(self, submitted: Submitted) -> TrainingCallState:
        return await self.real.check(submitted)

    async def supply(self, submitted: Submitted, request: TrainingRequest) -> None:
        await self.real.supply(submitted, request)

    async def fetch(self, submitted: Submitted, request: TrainingRequest, *, folder: Path) -> TrainedFiles:
        return await self.real.fetch(submitted, request, folder=folder)

    async def release(self, submitted: Submitted) -> None:
        await self.real.release(submitted)

    async def cancel(self, submitted: Submitted) -> None:
        await self.real.cancel(submitted)

    async def forget(self, submitted: Submitted, file_name: str) -> None:
        await self.real.forget(submitted, file_name)


async def test_never_told_it_is_found_by_asking(bench: TrainingBench) -> None:
    await bench.start()
    await bench.until_over()
    await bench.assert_settled("READY", attempts=1, captured=PRICE["fal"])
    assert (await bench.call(), fal_of(bench).emulator.queue.delivered) == (("DONE", number_of(bench)), [])


async def test_told_before_the_submission_was_answered_and_twice(bench: TrainingBench) -> None:
    heard: list[int] = []

    async def tell(number: str) -> None:
        heard.extend([await bench.deliver(number), await bench.deliver(number)])
        assert await bench.call() == ("SUBMITTED", number)

    early = ToldEarly(bench.services.trainers.by_provider[Provider.FAL], tell)
    bench.services = replace(bench.services, trainers=Trainers(by_provider={Provider.FAL: early}))
    await bench.start()
    await bench.until_over()
    await bench.assert_settled("READY", attempts=1, captured=PRICE["fal"])
    assert (heard, bench.trainer.accepted) == ([200, 200], 1)


async def test_a_number_that_was_lost_comes_with_the_webhook_and_nothing_is_paid_twice(bench: TrainingBench) -> None:
    fal_of(bench).emulator.faults.plan("submit", HANGS_UP_AFTER_ACCEPTING)
    await bench.start()
    for _ in range(3):
        await bench.step()
    assert (await bench.call(), bench.trainer.accepted) == (("INTENDED", None), 1)
    assert await bench.deliver(number_of(bench)) == 200
    assert (await bench.messages())[-1] == "trainings.run"
    assert await bench.owner.value("SELECT sent_at <= now() FROM lora_models") is True
    await bench.until_over()
    await bench.assert_settled("READY", attempts=1, captured=PRICE["fal"])
    assert bench.trainer.accepted == 1


async def test_told_after_it_was_over_nothing_moves(bench: TrainingBench) -> None:
    wish = await bench.wish()
    await bench.start(wish)
    await bench.until_over()
    before = await bench.owner.rows(ROW)
    assert await bench.deliver(number_of(bench)) == 200
    assert (await bench.owner.rows(ROW), await bench.messages()) == (before, [])

    bench.trainer.hold()
    await bench.start(wish)
    await bench.step()
    await bench.studio.ask(OPERATIONS["CancelTraining"], input={"loraModelId": bench.training})
    await bench.step()
    await bench.assert_settled("CANCELLED", attempts=1, captured=0)
    before = await bench.owner.rows(ROW)
    (_, number) = await bench.call()
    assert await bench.deliver(number) == 200
    assert (await bench.owner.rows(ROW), await bench.messages()) == (before, [])


async def test_what_is_unsigned_unknown_or_of_another_account_is_refused(bench: TrainingBench) -> None:
    bench.trainer.hold()
    await bench.start()
    await bench.step()
    number = number_of(bench)
    address = fal_of(bench).emulator.queue.jobs[number].webhook or ""
    before = await bench.owner.rows(ROW)
    refused = {
        "unsigned": (await bench.deliver(number, signed=False), 401),
        "signed by nobody we know": (await bench.deliver(number, signer=FalSigner(SIGNER.user_id)), 401),
        "another number": (await bench.deliver(NUMBER, address=address), 404),
        "a call that never was": (await bench.deliver(number, address=address[:-2] + "AA"), 404),
        "no call": (await bench.deliver(number, address=address.partition("?")[0]), 404),
    }
    assert {what: told for what, (told, _) in refused.items()} == {what: due for what, (_, due) in refused.items()}
    assert await bench.owner.rows(ROW) == before
    assert await bench.deliver(number) == 200
    assert await bench.owner.value("SELECT call_hinted_at IS NOT NULL FROM lora_models") is True


async def test_a_number_that_never_comes_costs_the_operator_one_more_and_the_owner_nothing(
    bench: TrainingBench,
) -> None:
    """The documented case: no number, no webhook, so nobody can know."""
    fal_of(bench).emulator.faults.plan("submit", HANGS_UP_AFTER_ACCEPTING)
    await bench.start()
    await bench.step()
    await bench.step()
    assert bench.trainer.accepted == 1
    bench.clock.ahead = LOOKED_FOR + timedelta(seconds=1)
    await bench.until_over()
    await bench.assert_settled("READY", attempts=2, captured=PRICE["fal"])
    assert bench.trainer.accepted == 2
    late = next(iter(fal_of(bench).emulator.queue.jobs))
    assert await bench.deliver(late) == 404, "its attempt is over"
