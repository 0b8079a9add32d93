"""Trainings as a client sees them: quoted, begun, watched, cancelled; and what their credits do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from app.settings import Settings
from app.wiring import utc_now
from app.worker import RunningWorker, running_worker
from domain.models.model import Provider
from providers.local.faults import LocalFaults
from providers.local.training import LocalTrainer
from tasks.trainers import Trainers
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.statements import statements_of_the_api
from tests.support.studio import JOB, Json, Studio
from tests.support.waiting import until

OPERATIONS = operations()
QUOTE, START, CANCEL, INFLUENCER = (
    OPERATIONS[name] for name in ("QuoteTraining", "StartTraining", "CancelTraining", "Influencer")
)
MODEL = """query ($id: ID!) { node(id: $id) { ... on LoraModel {
  status attempt attempts { number errorCode } creditsReserved creditsCost isFreeRetry errorMessage progressPercent } } }"""
NOTICES = "{ viewer { notifications(first: 50) { edges { node { type } } } } }"
MODES = "query ($id: ID!) { job(id: $id) { images { edges { node { mode modeReason loraModel { id } } } } } }"
PRICE = 20_000
OF_ALL = """
{ viewer { influencers(first: 10) { edges { node { id trainingImages { recommendedIds images { id } }
  retrainSuggestion { newLikedImageCount } loraHistory(first: 3) { edges { node { id } } } characterSheetJob { id } } } } } }
"""


class Trained:
    """A worker with a trainer that a test may slow down or break."""

    def __init__(self, settings: Settings, folder: Path, quick_images: QuickImages) -> None:
        self._settings, self._folder, self._images = settings, folder, quick_images

    @asynccontextmanager
    async def worker(
        self, *, faults: LocalFaults | None = None, seconds: float = 0.2, limit: float = 60
    ) -> AsyncIterator[RunningWorker]:
        trainer = LocalTrainer(
            folder=self._folder, now=utc_now, seconds=timedelta(seconds=seconds), faults=faults or LocalFaults()
        )
        trainers = Trainers(by_provider={Provider.LOCAL: trainer}, limits={Provider.LOCAL: timedelta(seconds=limit)})
        async with running_worker(self._settings, images=self._images, trainers=trainers) as running:
            yield running


@pytest.fixture
def trained(settings: Settings, tmp_path: Path, quick_images: QuickImages) -> Trained:
    return Trained(settings, tmp_path / "trainings", quick_images)


async def five_images(studio: Studio, owner: Owner) -> Json:
    """The input of a training. A worker has to run."""
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=5))["job"]["id"]
    await studio.ended(job)
    await owner.grant(studio, 2 * PRICE)
    images = [edge["node"]["id"] for edge in (await studio.ask(JOB, id=job))["images"]["edges"]]
    return {"subjectId": influencer, "baseModel": "Z_IMAGE_TURBO", "imageIds": images}


async def start(studio: Studio, wish: Json, **more: object) -> Json:
    answer: Json = await studio.ask(START, input={**wish, "idempotencyKey": uuid4().hex, **more})
    return answer


async def ended(studio: Studio, training_id: str) -> Json:
    found: Json = {}

    async def is_over() -> bool:
        found.update(await studio.ask(MODEL, id=training_id))
        return found["status"] in {"READY", "FAILED", "CANCELLED"}

    await until(is_over)
    return found


async def notices(studio: Studio) -> list[str]:
    edges = (await studio.ask(NOTICES))["notifications"]["edges"]
    return sorted(edge["node"]["type"] for edge in edges if not edge["node"]["type"].startswith("job."))


async def test_a_training_is_quoted_reserved_charged_once_and_used(
    studio: Studio, owner: Owner, trained: Trained, quick_images: QuickImages
) -> None:
    async with trained.worker():
        wish = await five_images(studio, owner)
        available, _ = await studio.balance()
        quote = await studio.ask(QUOTE, input=wish)
        assert (quote["credits"], quote["baseCredits"], quote["creditsPerImage"], quote["isFree"]) == (
            PRICE,
            15_000,
            1_000,
            False,
        )

        model = (await start(studio, wish))["loraModel"]
        assert model["creditsReserved"] == PRICE
        over = await ended(studio, model["id"])
        spent = await studio.balance()
        assert spent == (available - PRICE, 0)
        pack = await studio.start_pack(wish["subjectId"], count=1)
        await studio.ended(pack["job"]["id"])
        made = (await studio.ask(MODES, id=pack["job"]["id"]))["images"]["edges"][0]["node"]

    assert (pack["job"]["mode"], made["mode"], made["modeReason"]) == (
        "LORA",
        "LORA",
        "The influencer's LoRA is ready.",
    )
    assert made["loraModel"] == {"id": model["id"]}
    (drawn,) = [request for request in quick_images.requests if request.loras]
    assert drawn.prompt.startswith(f"{drawn.loras[0].trigger}, ")
    assert drawn.loras[0].weights is not None
    assert (over["status"], over["attempt"], over["creditsReserved"], over["progressPercent"]) == ("READY", 1, 0, 100)
    assert over["attempts"] == [{"number": 1, "errorCode": None}]
    assert await notices(studio) == ["hd_mode.unlocked", "lora.training.completed", "lora.training.started"]
    seen = await studio.ask(INFLUENCER, id=wish["subjectId"])
    assert (seen["generationMode"], seen["loraStatus"], seen["loraModel"]["id"]) == ("LORA", "READY", model["id"])
    assert await owner.violations() == []


async def test_a_training_that_fails_once_is_made_again_by_itself_and_twice_is_free_for_its_owner(
    studio: Studio, owner: Owner, trained: Trained
) -> None:
    async with trained.worker(faults=LocalFaults(train_fail=1.0)):
        wish = await five_images(studio, owner)
        before = await studio.balance()
        model = (await start(studio, wish))["loraModel"]
        over = await ended(studio, model["id"])
    assert (over["status"], over["attempt"]) == ("FAILED", 2)
    assert [attempt["errorCode"] for attempt in over["attempts"]] == ["PROVIDER_UNAVAILABLE"] * 2
    assert await studio.balance() == before
    assert await notices(studio) == ["lora.training.failed", "lora.training.started"]
    assert await owner.violations() == []

    quote = await studio.ask(QUOTE, input=wish)
    assert (quote["credits"], quote["isFree"]) == (0, True)
    async with trained.worker():
        again = (await start(studio, wish))["loraModel"]
        assert (again["isFreeRetry"], again["creditsReserved"]) == (True, 0)
        assert (await ended(studio, again["id"]))["status"] == "READY"
    assert await studio.balance() == before
    assert await owner.violations() == []


async def test_what_a_trainer_refuses_fails_at_once_and_is_not_free_again(
    studio: Studio, owner: Owner, trained: Trained
) -> None:
    async with trained.worker(faults=LocalFaults(train_refuse=1.0)):
        wish = await five_images(studio, owner)
        before = await studio.balance()
        over = await ended(studio, (await start(studio, wish))["loraModel"]["id"])
    assert (over["status"], over["attempt"]) == ("FAILED", 1)
    assert await studio.balance() == before
    assert (await studio.ask(QUOTE, input=wish))["isFree"] is False
    assert await owner.violations() == []


async def test_a_training_that_hangs_is_given_up_by_its_limit(studio: Studio, owner: Owner, trained: Trained) -> None:
    async with trained.worker(faults=LocalFaults(train_hang=1.0), limit=1):
        wish = await five_images(studio, owner)
        before = await studio.balance()
        over = await ended(studio, (await start(studio, wish))["loraModel"]["id"])
    assert [attempt["errorCode"] for attempt in over["attempts"]] == ["TIMED_OUT"] * 2
    assert (over["status"], await studio.balance()) == ("FAILED", before)
    assert await owner.violations() == []


async def test_a_training_is_cancelled_while_it_waits_and_while_it_runs(
    studio: Studio, owner: Owner, trained: Trained
) -> None:
    async with trained.worker(seconds=60):
        wish = await five_images(studio, owner)
        before = await studio.balance()
        model = (await start(studio, wish))["loraModel"]

        async def is_training() -> bool:
            found: Json = await studio.ask(MODEL, id=model["id"])
            return bool(found["status"] == "TRAINING")

        await until(is_training)
        cancelled = await studio.ask(CANCEL, input={"loraModelId": model["id"]})
        assert (cancelled["loraModel"]["status"], cancelled["loraModel"]["creditsReserved"]) == ("CANCELLED", 0)
        assert await studio.balance() == before
    waiting = (await start(studio, wish))["loraModel"]
    await studio.ask(CANCEL, input={"loraModelId": waiting["id"]})
    await studio.ask(CANCEL, input={"loraModelId": waiting["id"]})
    assert await studio.balance() == before
    assert await owner.violations() == []


async def test_a_second_training_too_few_credits_and_too_few_images_are_refused(
    studio: Studio, owner: Owner, trained: Trained
) -> None:
    async with trained.worker():
        wish = await five_images(studio, owner)
    few = await start(studio, {**wish, "imageIds": wish["imageIds"][:4]})
    assert [error["__typename"] for error in few["errors"]] == ["ValidationError"]
    first = await start(studio, wish)
    assert first["errors"] == []
    second = await start(studio, wish)
    assert [error["__typename"] for error in second["errors"]] == ["ConflictError"]
    assert (await studio.balance())[1] == PRICE
    await studio.ask(CANCEL, input={"loraModelId": first["loraModel"]["id"]})
    await start(studio, {**wish, "baseModel": "FLUX_DEV"})
    assert (await studio.balance())[1] == 30_000
    assert await owner.violations() == []


async def test_what_influencers_tell_of_trainings_is_asked_once_for_all_of_them(studio: Studio, owner: Owner) -> None:
    counts = []
    for wanted in (1, 4):
        person = studio.another()
        for _ in range(wanted):
            await owner.give_images(person, await owner.influencer_with_face(person), 5, kind="CHARACTER_SHEET")
        with statements_of_the_api() as sent:
            found = (await person.ask(OF_ALL))["influencers"]["edges"]
        assert [len(edge["node"]["trainingImages"]["recommendedIds"]) for edge in found] == [6] * wanted
        counts.append(len(sent))
    assert counts[0] == counts[1]
