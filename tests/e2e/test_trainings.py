"""Trainings whose worker is killed, at each step: another one goes on with the same call, and it is paid once.

The trainers are emulators in this process. What a step is, and what else may befall one, is in `tests/integration`.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from app.settings import Settings
from app.wiring import make_files
from tests.conftest import a_session, serving
from tests.support.cluster import LONG, Cluster, Process, only_long, start_packs, until
from tests.support.deployment import WITH_WEBHOOKS, nothing_is_kept
from tests.support.emulators.serving import served
from tests.support.operations import operations
from tests.support.studio import JOB, Json, Studio
from tests.support.training_bench import BASE, PRICE, keep_files
from tests.support.vendors import Counter, FalVendor, PodsVendor, is_of_weights

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600 if LONG else 120)]

OPERATIONS = operations()
TELL = "SELECT status, attempt, credits_reserved, credits_captured, dataset_key, call_state FROM lora_models"
NOTICES = "SELECT type, count(*) FROM notifications WHERE type NOT LIKE 'job.%' GROUP BY type ORDER BY type"


@dataclass(frozen=True, slots=True)
class Killing:
    cluster: Cluster
    vendor: FalVendor | PodsVendor
    studio: Studio

    def worker(self) -> Any:
        return self.cluster.worker(**self.vendor.environment, **WITH_WEBHOOKS)

    async def start(self) -> None:
        """With five images that are there."""
        influencer = await self.cluster.owner.influencer_with_face(self.studio)
        images = await self.cluster.owner.give_images(self.studio, influencer, 5)
        await keep_files(make_files(self.studio.settings), self.cluster.owner)
        await self.cluster.owner.grant(self.studio, PRICE[self.vendor.name])
        await start(self.studio, {"subjectId": influencer, "baseModel": BASE[self.vendor.name], "imageIds": images})

    async def is_true(self, sql: str) -> bool:
        return bool(await self.cluster.owner.value(f"SELECT count(*) FROM lora_models WHERE {sql}"))  # noqa: S608

    async def assert_paid_once(self, available: int) -> None:
        await until(partial(self.is_true, "completed_at IS NOT NULL AND call_state = 'DONE'"), within=40)
        await self.cluster.relayed()
        price = PRICE[self.vendor.name]
        assert await self.cluster.owner.rows(TELL) == [("READY", 1, 0, price, None, "DONE")]
        assert await self.studio.balance() == (available - price, 0)
        assert len(self.vendor.numbers) == 1
        if isinstance(self.vendor, PodsVendor):
            assert self.vendor.emulator.rented == []
        await assert_told_once(self.cluster)


async def assert_told_once(cluster: Cluster) -> None:
    assert await cluster.owner.rows(NOTICES) == [
        ("hd_mode.unlocked", 1),
        ("lora.training.completed", 1),
        ("lora.training.started", 1),
    ]
    assert await cluster.owner.violations() == []


async def start(studio: Studio, wish: Json) -> None:
    started = await studio.ask(OPERATIONS["StartTraining"], input={**wish, "idempotencyKey": uuid4().hex})
    assert started["errors"] == []


@asynccontextmanager
async def killing(cluster: Cluster, name: str) -> AsyncIterator[Killing]:
    counter = Counter()
    with served(counter) as url:
        vendor: FalVendor | PodsVendor = FalVendor(url, counter) if name == "fal" else PodsVendor(url, counter)
        vendor.open(seconds=0.5)
        settings = Settings.from_env({**cluster.environment, **vendor.environment, **WITH_WEBHOOKS})
        async with serving(settings) as address, a_session() as http:
            yield Killing(cluster, vendor, Studio(address, settings, http))


async def before_its_number(case: Killing, first: Process) -> None:
    """fal tells the number by its webhook; a pod is found by its name."""
    with case.vendor.counter.holding_answers():

        async def is_accepted() -> bool:
            return len(case.vendor.numbers) == 1

        await until(is_accepted, what="the trainer to accept it")
        first.kill()


async def while_it_is_waited_for(case: Killing, first: Process) -> None:
    await until(partial(case.is_true, "call_state = 'SUBMITTED'"), what="its number to be kept")
    first.kill()


@asynccontextmanager
async def weights_on_their_way(case: Killing) -> AsyncIterator[None]:
    """Inside, they are asked for and not given."""
    with case.vendor.counter.holding_answers(is_of_weights):

        async def are_asked_for() -> bool:
            return case.vendor.counter.held == 1

        await until(are_asked_for, what="the weights to be asked for")
        yield


async def while_its_weights_are_fetched(case: Killing, first: Process) -> None:
    async with weights_on_their_way(case):
        first.kill()


async def between_storing_and_the_end(case: Killing, first: Process) -> None:
    """Its weights are in our store, and nobody has written that down."""
    stored = case.studio.settings.data_dir / "files" / "weights"

    async def are_stored() -> bool:
        return any(stored.glob("*/*.safetensors"))

    async with AsyncExitStack() as locked:
        async with weights_on_their_way(case):
            await locked.enter_async_context(nothing_is_kept(case.cluster, locked="credit_holds"))
        await until(are_stored, what="the weights to be stored")
        first.kill()


Step = Callable[[Killing, Process], Any]
STEPS: list[Any] = [
    pytest.param("fal", before_its_number),
    pytest.param("runpod", before_its_number, marks=only_long),
    pytest.param("fal", while_it_is_waited_for, marks=only_long),
    pytest.param("runpod", while_it_is_waited_for, marks=only_long),
    pytest.param("fal", while_its_weights_are_fetched, marks=only_long),
    pytest.param("runpod", while_its_weights_are_fetched),
    pytest.param("fal", between_storing_and_the_end),
    pytest.param("runpod", between_storing_and_the_end, marks=only_long),
]


@pytest.mark.parametrize(("name", "step"), STEPS, ids=lambda value: value if isinstance(value, str) else value.__name__)
async def test_killed_worker_leaves_a_training_to_the_next_and_it_is_paid_once(
    cluster: Cluster, name: str, step: Step
) -> None:
    async with killing(cluster, name) as case:
        with case.worker() as first:
            await case.start()
            available = sum(await case.studio.balance())
            await step(case, first)
        with case.worker():
            await case.assert_paid_once(available)


@only_long
async def test_killed_stand_in_goes_on_and_is_charged_once(cluster: Cluster, user: Studio) -> None:
    influencer = await cluster.owner.influencer_with_face(user)
    await cluster.owner.grant(user, PRICE["runpod"])
    with cluster.worker_with("quick", LOCAL_TRAINING_SECONDS="2") as first:
        (job,) = await start_packs(user, influencer, [5])
        await user.ended(job)
        available, _ = await user.balance()
        images = [edge["node"]["id"] for edge in (await user.ask(JOB, id=job))["images"]["edges"]]
        await start(user, {"subjectId": influencer, "imageIds": images})

        async def is_on_its_way() -> bool:
            return bool(await cluster.owner.value("SELECT count(*) FROM lora_models WHERE current_step > 0"))

        await until(is_on_its_way, within=20)
        first.kill()
    with cluster.worker_with("quick"):

        async def is_over() -> bool:
            return bool(await cluster.owner.value("SELECT count(*) FROM lora_models WHERE call_state = 'DONE'"))

        await until(is_over, within=40)
        await cluster.relayed()
    assert await cluster.owner.rows(TELL) == [("READY", 1, 0, PRICE["runpod"], None, "DONE")]
    assert await user.balance() == (available - PRICE["runpod"], 0)
    await assert_told_once(cluster)
