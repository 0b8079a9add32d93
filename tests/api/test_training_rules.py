"""What a training may cost and end in: quotes that bind, a free retry that is bound, one end for each, and LoRAs that age."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.settings import Settings
from app.wiring import utc_now
from app.worker import RunningWorker, running_worker
from db.dispatch import Dispatch
from db.engine import Database
from domain.errors import ProviderUnavailable
from domain.ids import LoraModelId, SubjectId
from domain.models.model import Provider
from domain.ports.image_provider import Submitted
from domain.ports.trainer import TrainingRequest
from domain.presets.models import BaseModel
from domain.trainings.expiry import expire_loras
from domain.trainings.training import TrainingStatus
from providers.local.faults import LocalFaults
from providers.local.tokens import user_id_of
from providers.local.training import LocalTrainer
from schema.ids import global_id, parse_id
from tasks.purge import purge
from tasks.trainers import Trainers
from tasks.training_ends import forget_lora
from tests.api.test_trainings import CANCEL, INFLUENCER, MODEL, ended, five_images, start
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.personas import a_persona
from tests.support.quick_images import QuickImages
from tests.support.studio import RETRY, Json, Studio
from tests.support.values import a_lora_model, a_ready_lora

PRICE = 20_000
QUOTE = "query ($input: TrainingInput!) { quoteTraining(input: $input) { id credits freeCredits isFree freeReason } }"
KINDS = "SELECT type, count(*) FROM notifications WHERE type NOT LIKE 'job.%' GROUP BY type ORDER BY type"
REGENERATE = operations()["RegenerateImage"]
LIKE = "mutation ($input: LikeImagesInput!) { likeImages(input: $input) { images { id } errors { code } } }"
WATCH = """subscription ($id: ID!, $after: String) { trainingProgress(loraModelId: $id, after: $after) { cursor
  loraModel { status attempt currentStep progressPercent estimatedSecondsRemaining isEstimate } } }"""
SUGGESTED = "query ($id: ID!) { influencer(id: $id) { retrainSuggestion { newLikedImageCount isFree credits } } }"
MODES = "query ($id: ID!) { job(id: $id) { status mode images { edges { node { mode modeReason } } } } }"


class Moody(LocalTrainer):
    """Turns away the first so many attempts."""

    failures = 0
    asked = 0

    async def submit(self, request: TrainingRequest, *, webhook: str | None) -> Submitted:
        self.asked += 1
        if self.failures > 0:
            self.failures -= 1
            raise ProviderUnavailable("Not now.")
        return await super().submit(request, webhook=webhook)


class Place:
    def __init__(self, studio: Studio, owner: Owner, settings: Settings, folder: Path, images: QuickImages) -> None:
        self.studio, self.owner, self._settings, self._folder, self.images = studio, owner, settings, folder, images
        self.trainer = self._trainer(0)

    def _trainer(self, seconds: float) -> Moody:
        return Moody(folder=self._folder, now=utc_now, seconds=timedelta(seconds=seconds), faults=LocalFaults())

    @asynccontextmanager
    async def worker(self, *, seconds: float = 0, lease: float | None = None) -> AsyncIterator[RunningWorker]:
        self.trainer = self._trainer(seconds)
        trainers = Trainers(by_provider={Provider.LOCAL: self.trainer}, limits={Provider.LOCAL: timedelta(seconds=60)})
        settings = self._settings
        if lease:
            settings = replace(settings, worker=replace(settings.worker, lease=timedelta(seconds=lease)))
        async with running_worker(settings, images=self.images, trainers=trainers) as running:
            yield running

    async def wish(self, images: int = 5) -> Json:
        """The input of a training on images without files: nobody may train on them."""
        influencer = await self.owner.influencer_with_face(self.studio)
        await self.owner.grant(self.studio, 10 * PRICE)
        ids = await self.owner.give_images(self.studio, influencer, images)
        return {"subjectId": influencer, "baseModel": "Z_IMAGE_TURBO", "imageIds": ids}

    async def failed(self, wish: Json, database: Database, *, base: str = "Z_IMAGE_TURBO", images: int = 5) -> None:
        """As if a training had failed just now, through us."""
        user_id = user_id_of(self.studio.user)
        model = a_lora_model(
            user_id,
            SubjectId(parse_id(wish["subjectId"])[1]),
            base_model=BaseModel(base),
            status=TrainingStatus.FAILED,
            image_ids=tuple(uuid4() for _ in range(images)),
            image_count=images,
            is_free_retry=False,
            error_code="INTERNAL",
            error_message="It failed.",
            is_retry_free=True,
            created_at=utc_now(),
            completed_at=utc_now(),
        )
        async with database.unit_of_work(user_id) as uow:
            await uow.trainings.add(model)

    async def ready(self, influencer: str, database: Database, **changes: object) -> LoraModelId:
        user_id = user_id_of(self.studio.user)
        model = a_ready_lora(user_id, SubjectId(parse_id(influencer)[1]), now=utc_now(), **changes)
        async with database.unit_of_work(user_id) as uow:
            await uow.trainings.add(model)
        return model.id

    async def kinds(self) -> list[tuple[str, int]]:
        return [(type_, count) for type_, count in await self.owner.rows(KINDS)]


@pytest.fixture
def place(studio: Studio, owner: Owner, settings: Settings, tmp_path: Path, quick_images: QuickImages) -> Place:
    return Place(studio, owner, settings, tmp_path / "trainings", quick_images)


async def test_what_is_quoted_is_reserved_and_charged_whatever_failed_before(
    studio: Studio, owner: Owner, place: Place, database: Database
) -> None:
    """Wishes drawn at random, each after a failure drawn at random, trained to the end."""
    chance = random.Random(6)  # noqa: S311 - not for secrets
    async with place.worker():
        wish = await five_images(studio, owner)
        more = await studio.start_pack(wish["subjectId"], count=4)
        await studio.ended(more["job"]["id"])
        images = wish["imageIds"] + await images_of(studio, more["job"]["id"])
        await owner.grant(studio, 50 * PRICE)
        for _ in range(6):
            base = chance.choice(["Z_IMAGE_TURBO", "FLUX_DEV"])
            failed = chance.choice([None, *range(5, 10)])
            if failed:
                await place.failed(wish, database, base=base, images=failed)
            count = chance.randint(5, 9)
            wanted = {**wish, "baseModel": "Z_IMAGE_TURBO", "imageIds": chance.sample(images, count)}
            free = failed if failed and base == "Z_IMAGE_TURBO" else 0
            price = 1_000 * max(0, count - free) + (0 if free else 15_000)
            before, _ = await studio.balance()

            quote = await studio.ask(QUOTE, input=wanted)
            assert (quote["credits"], quote["isFree"]) == (price, price == 0)
            assert quote["credits"] + quote["freeCredits"] == 15_000 + 1_000 * count
            assert (quote["freeReason"] is None) == (quote["freeCredits"] == 0)
            begun = await start(studio, wanted, quoteId=quote["id"])
            assert begun["errors"] == []
            assert begun["loraModel"]["creditsReserved"] == price
            assert (await ended(studio, begun["loraModel"]["id"]))["status"] == "READY"
            assert await studio.balance() == (before - price, 0)
            await owner.run("UPDATE lora_models SET is_retry_free = false")
    assert await owner.violations() == []


async def images_of(studio: Studio, job_id: str) -> list[str]:
    found = await studio.ask("query ($id: ID!) { job(id: $id) { images { edges { node { id } } } } }", id=job_id)
    return [edge["node"]["id"] for edge in found["images"]["edges"]]


async def test_a_free_retry_is_of_its_base_model_and_serves_once(
    studio: Studio, owner: Owner, place: Place, database: Database
) -> None:
    wish = await place.wish()
    flux = {**wish, "baseModel": "FLUX_DEV"}
    await place.failed(wish, database)
    assert (await quoted(studio, flux))[:2] == (30_000, False)
    dear = (await start(studio, flux))["loraModel"]
    assert (dear["creditsReserved"], dear["isFreeRetry"]) == (30_000, False)
    await studio.ask(CANCEL, input={"loraModelId": dear["id"]})

    price, is_free, old = await quoted(studio, wish)
    assert (price, is_free) == (0, True)
    answers = await asyncio.gather(start(studio, wish), start(studio, wish))
    begun = [answer["loraModel"] for answer in answers if answer["loraModel"]]
    refused = [error["__typename"] for answer in answers for error in answer["errors"]]
    assert ([one["isFreeRetry"] for one in begun], refused) == ([True], ["ConflictError"])
    await studio.ask(CANCEL, input={"loraModelId": begun[0]["id"]})

    assert (await quoted(studio, wish))[:2] == (PRICE, False)
    stale = await start(studio, wish, quoteId=old)
    assert [error["__typename"] for error in stale["errors"]] == ["ConflictError"]
    assert await owner.value("SELECT count(*) FROM lora_models WHERE status IN ('PENDING', 'TRAINING')") == 0
    assert (await studio.balance())[1] == 0
    assert await owner.violations() == []


async def quoted(studio: Studio, wish: Json) -> tuple[int, bool, str]:
    quote = await studio.ask(QUOTE, input=wish)
    return quote["credits"], quote["isFree"], quote["id"]


async def test_credits_that_went_between_quote_and_start_are_asked_for_again(
    studio: Studio, owner: Owner, place: Place
) -> None:
    influencer = await owner.influencer_with_face(studio)
    await owner.grant(studio, PRICE - 100)
    wish = {"subjectId": influencer, "imageIds": await owner.give_images(studio, influencer, 5)}
    _, _, quote = await quoted(studio, wish)
    await studio.start_pack(influencer, count=1)
    async with owner.nothing_moves(studio, remembered=1):
        (error,) = (await start(studio, wish, quoteId=quote))["errors"]
    assert (error["__typename"], error["required"], error["available"]) == (
        "InsufficientCreditsError",
        PRICE,
        PRICE - 10,
    )
    assert await place.kinds() == []


async def test_a_failure_and_a_success_is_one_training_told_of_once(studio: Studio, owner: Owner, place: Place) -> None:
    async with place.worker():
        wish = await five_images(studio, owner)
        before, _ = await studio.balance()
        place.trainer.failures = 1
        over = await ended(studio, (await start(studio, wish))["loraModel"]["id"])
        assert (over["status"], over["attempt"], place.trainer.asked) == ("READY", 2, 2)
    assert [attempt["errorCode"] for attempt in over["attempts"]] == ["PROVIDER_UNAVAILABLE", None]
    assert await studio.balance() == (before - PRICE, 0)
    assert await place.kinds() == [
        ("hd_mode.unlocked", 1),
        ("lora.training.completed", 1),
        ("lora.training.started", 1),
    ]
    assert await owner.violations() == []


async def test_a_training_that_nobody_reports_on_is_found_and_ended_by_its_limit(
    studio: Studio, owner: Owner, place: Place
) -> None:
    wish = await place.wish()
    before = await studio.balance()
    model = (await start(studio, wish))["loraModel"]["id"]
    await owner.run(
        "UPDATE lora_models SET status = 'TRAINING', attempt = 2, started_at = now() - interval '1 hour', sent_at = now() - interval '1 hour', "
        "attempt_started_at = now() - interval '1 hour', lease_until = now() - interval '50 minutes'"
    )
    await owner.run("DELETE FROM outbox")
    async with place.worker(lease=1):
        over = await ended(studio, model)
    assert (over["status"], [attempt["errorCode"] for attempt in over["attempts"]]) == ("FAILED", ["TIMED_OUT"])
    assert await studio.balance() == before
    assert await place.kinds() == [("lora.training.failed", 1)]
    body = await owner.value("SELECT body FROM notifications WHERE type = 'lora.training.failed'")
    assert body == (
        "The training was not done in time. Nothing was charged. The next training for Z-Image Turbo is free, with up to 5 images."
    )
    assert (await quoted(studio, wish))[:2] == (0, True)
    assert await owner.violations() == []


async def test_a_training_is_watched_step_by_step_and_again_from_a_cursor(
    studio: Studio, owner: Owner, place: Place
) -> None:
    async with place.worker(seconds=1.5, lease=1):
        wish = await five_images(studio, owner)
        model = (await start(studio, wish))["loraModel"]["id"]
        async with asyncio.timeout(20), studio.socket() as socket:
            seen = [event async for event in socket.events(WATCH, id=model, after=None)]
        async with asyncio.timeout(20), studio.socket() as socket:
            resumed = [event async for event in socket.events(WATCH, id=model, after=seen[0]["cursor"])]
            nothing = [event async for event in socket.events(WATCH, id=model, after=seen[-1]["cursor"])]
    models = [event["loraModel"] for event in seen]
    steps = [one["currentStep"] for one in models if one["status"] == "TRAINING" and not one["isEstimate"]]
    assert steps == sorted(steps)
    assert len(set(steps)) >= 2
    told = [
        one for one in models if one["currentStep"] in steps and one["status"] == "TRAINING" and not one["isEstimate"]
    ]
    assert all(one["progressPercent"] == one["currentStep"] * 100 // 700 for one in told)
    assert all(isinstance(one["estimatedSecondsRemaining"], int) for one in told)
    first, last = models[0], models[-1]
    assert (first["isEstimate"], last["isEstimate"]) == (True, False)
    assert (last["status"], last["progressPercent"], last["estimatedSecondsRemaining"]) == ("READY", 100, 0)
    assert [event["cursor"] for event in resumed] == [seen[-1]["cursor"]]
    assert nothing == []


async def test_new_liked_images_are_told_of_once_for_each_number_that_is_reached(
    studio: Studio, owner: Owner, place: Place, database: Database
) -> None:
    """Those that were made long before the training and are liked after it count; those it was trained on do not."""
    influencer = await owner.influencer_with_face(studio)
    images = await owner.give_images(studio, influencer, 12)
    before = await owner.give_images(studio, influencer, 1, liked=True)
    await place.ready(influencer, database, image_ids=(*(UUID(int=n) for n in range(4)), parse_id(images[0])[1]))

    async def told_after(ids: list[str], *, liked: bool = True) -> list[tuple[str, ...]]:
        await studio.ask(LIKE, input={"imageIds": ids, "liked": liked})
        return await owner.rows(
            "SELECT body FROM notifications WHERE type = 'lora.retrain.available' ORDER BY created_at"
        )

    assert await told_after(before + images[:5]) == []
    five = await told_after(images[5:6])
    assert five == [("You liked 5 new images since the last training. Training again with them could make it better.",)]
    assert await told_after(images[5:6], liked=False) == five
    assert await told_after(images[5:8]) == five
    assert (await studio.ask(SUGGESTED, id=influencer))["retrainSuggestion"] == {
        "newLikedImageCount": 7,
        "isFree": False,
        "credits": 22_000,
    }
    ten = await told_after(images)
    assert [body.split(" since")[0] for (body,) in ten] == ["You liked 5 new images", "You liked 11 new images"]


async def test_likes_of_a_persons_pictures_suggest_no_training(
    studio: Studio, owner: Owner, place: Place, database: Database
) -> None:
    """They are trained on their photos alone."""
    persona = await a_persona(studio)
    images = await owner.give_images(studio, persona.id, 5)
    await place.ready(persona.id, database, photo_set="f" * 64, descends_from_upload=True)
    await studio.ask(LIKE, input={"imageIds": images, "liked": True})
    assert await place.kinds() == []


WITH_LORA = """
UPDATE jobs SET mode = 'LORA', mode_reason = 'The LoRA is ready.', kind = :kind, recipe = recipe || jsonb_build_object('base_image_id', null, 'lora',
  jsonb_build_object('model_id', m.id, 'base_model', m.base_model, 'trigger', m.trigger_word, 'weights_key', m.weights_key,
                     'weights_name', m.weights_name, 'scale', 1))
  FROM lora_models m WHERE jobs.kind <> 'BASE_IMAGES'
"""


async def test_an_image_whose_lora_is_gone_is_made_again_without_it_and_says_so(
    studio: Studio, owner: Owner, place: Place, database: Database
) -> None:
    influencer = await owner.influencer_with_face(studio)
    await place.ready(influencer, database)
    (image,) = await owner.give_images(studio, influencer, 1)
    quote = "query ($input: RegenerationInput!) { quoteRegenerateImage(input: $input) { mode modeReason } }"
    told = []
    for sql in (WITH_LORA, "UPDATE lora_models SET weights_key = NULL, config_key = NULL, deleted_at = now()"):
        await owner.run(sql, **({"kind": "PACK"} if ":kind" in sql else {}))
        told.append(await studio.ask(quote, input={"imageId": image}))
    gone = "The LoRA that the image was made with was deleted or has expired."
    assert told == [
        {"mode": "LORA", "modeReason": "The LoRA is ready."},
        {"mode": "FACE_SWAP", "modeReason": gone},
    ]
    await owner.run("UPDATE jobs SET kind = 'DISPLAY_SAMPLES' WHERE kind = 'PACK'")
    async with owner.nothing_moves(studio, remembered=1):
        refusal = await studio.refusal(REGENERATE, input={"imageId": image, "idempotencyKey": "again"})
    assert refusal["code"] == "LORA_REQUIRED"


async def test_a_lora_that_nobody_uses_expires_after_a_notice_and_a_retry_does_without_it(
    studio: Studio, owner: Owner, place: Place, quick_images: QuickImages
) -> None:
    keep, user_id, begun = timedelta(days=30), user_id_of(studio.user), utc_now()

    async with place.worker() as running:

        async def looked_at(at: datetime) -> int:
            await owner.run("UPDATE lora_models SET look_at = '-infinity'")
            async with running.services.unit_of_work(user_id) as uow:
                return await expire_loras(uow, user_id, keep=keep, now=at)

        wish = await five_images(studio, owner)
        influencer, model = wish["subjectId"], (await start(studio, wish))["loraModel"]["id"]
        await ended(studio, model)
        label = await owner.value("SELECT label FROM studio_events WHERE type = 'TRAINING_COMPLETED'")
        assert label == "local/palette-trainer:700", "what the operator's costs are worked out from"
        quick_images.failing_poses = {1}
        pack = await studio.start_pack(influencer, count=2)
        assert (await studio.ended(pack["job"]["id"]))["status"] == "PARTIAL"
        quick_images.hold()
        quick_images.failing_poses = set()
        running_pack = await studio.start_pack(influencer, count=1)
        assert await looked_at(begun + timedelta(days=400)) == 0  # in use
        quick_images.let_go()
        await studio.ended(running_pack["job"]["id"])

        assert await looked_at(begun + timedelta(days=22)) == 0
        for _ in range(2):
            assert await looked_at(begun + timedelta(days=24)) == 0
        assert await looked_at(begun + timedelta(days=30, hours=23)) == 0
        assert await looked_at(begun + timedelta(days=32)) == 1
        assert await looked_at(begun + timedelta(days=33)) == 0
        assert await owner.value("SELECT forgotten_at IS NULL AND weights_key IS NULL FROM lora_models") is True
        await forget_lora(running.services, user_id=str(user_id), training_id=str(parse_id(model)[1]))
        assert await owner.value("SELECT forgotten_at IS NOT NULL FROM lora_models") is True
        weights = "SELECT count(*) FROM file_removals WHERE key LIKE 'weights/%'"
        assert await owner.value(weights) == 1
        await purge(running.services, user_id=str(user_id))
        assert await owner.value(weights + " AND removed_at IS NOT NULL") == 1

        seen = await studio.ask(INFLUENCER, id=influencer)
        assert (seen["generationMode"], seen["loraStatus"], seen["loraModel"]["status"]) == (
            "FACE_SWAP",
            "EXPIRED",
            "EXPIRED",
        )
        await studio.ask(RETRY, input={"jobId": pack["job"]["id"], "idempotencyKey": uuid4().hex})
        await studio.ended(pack["job"]["id"])
        made = (await studio.ask(MODES, id=pack["job"]["id"]))["images"]["edges"]
    assert sorted((one["node"]["mode"], one["node"]["modeReason"]) for one in made) == [
        ("FACE_SWAP", "The LoRA's weights could not be found; the face was taken from the base image."),
        ("LORA", "The influencer's LoRA is ready."),
    ]
    told = [kind for kind in await place.kinds() if kind[0].startswith("lora.exp")]
    assert told == [("lora.expired", 1), ("lora.expiring", 1)]
    assert (await studio.ask(NEXT, id=model))["nextStep"].startswith("Train it again with `startTraining`")
    assert (await quoted(studio, wish))[:2] == (PRICE, False)
    assert await owner.violations() == []


NEXT = "query ($id: ID!) { node(id: $id) { ... on LoraModel { nextStep expiredAt licences { name note } } } }"


async def test_loras_are_looked_at_on_a_schedule_and_weights_that_two_have_stay(
    studio: Studio, owner: Owner, place: Place, database: Database, worker_database: Database
) -> None:
    influencer = await owner.influencer_with_face(studio)
    old, new = await place.ready(influencer, database), await place.ready(influencer, database)
    await owner.run("UPDATE lora_models SET weights_key = 'weights/the-same'")
    dispatch, user_id = Dispatch(worker_database), user_id_of(studio.user)
    assert [await dispatch.send_aging_loras() for _ in range(2)] == [1, 0]

    async with worker_database.unit_of_work(user_id) as uow:  # the older one stands in for nothing: no notice
        assert await expire_loras(uow, user_id, keep=timedelta(days=30), now=utc_now() + timedelta(days=31)) == 1
    assert await owner.rows("SELECT id FROM lora_models WHERE expired_at IS NOT NULL") == [(old,)]
    assert await owner.value("SELECT count(*) FROM file_removals") == 0
    assert await place.kinds() == [("lora.expiring", 1)]
    assert (await studio.ask(MODEL, id=global_id("LoraModel", new)))["status"] == "READY"


async def test_a_lora_of_another_face_is_not_drawn_with_until_that_face_is_chosen_again(
    studio: Studio, owner: Owner, place: Place, database: Database
) -> None:
    influencer = await owner.influencer_with_face(studio)
    face: UUID = await owner.value("SELECT base_image_id FROM influencers")
    await place.ready(influencer, database, base_image_id=face)
    other = await owner.give_images(studio, influencer, 1)

    quote = "query ($input: PackInput!) { quotePack(input: $input) { mode modeReason } }"
    told = []
    for chosen in (face, parse_id(other[0])[1], face):
        await owner.run("UPDATE influencers SET base_image_id = :chosen", chosen=chosen)
        told.append(await studio.ask(quote, input={"subjectId": influencer}))

    ready = {"mode": "LORA", "modeReason": "The influencer's LoRA is ready."}
    reason = "The LoRA was trained on another face than the influencer has now, or has expired."
    assert told == [ready, {"mode": "FACE_SWAP", "modeReason": reason}, ready]
