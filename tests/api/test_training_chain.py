"""From a chosen face to a LoRA by itself: what it spends, once, and what is told where it does not go on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from app.settings import Settings
from app.wiring import utc_now
from app.worker import RunningWorker, running_worker
from db.dispatch import Dispatch
from db.engine import Database
from domain.errors import ProviderRefused
from domain.ids import ImageId, chained_sheets_id_of
from domain.models.model import Ability, Provider
from domain.ports.image_provider import OnPreview, OnProgress, RenderedImage, RenderRequest, unseen
from providers.local.tokens import user_id_of
from providers.local.training import LocalTrainer
from schema.ids import global_id, parse_id
from tasks.chains import continue_training_chain
from tasks.trainers import Trainers
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import CANCEL, CREATE, ERRORS, MARA, RETRY, Json, Studio
from tests.support.waiting import until

PLAN = "isStarting heldBackBy reason sheetCount sheetCredits trainingImageCount trainingCredits totalCredits available"
CHOOSE = f"""mutation ($input: ChooseBaseImageInput!) {{ chooseBaseImage(input: $input) {{
  influencer {{ id characterSheetJob {{ id imageCount creditsReserved }} }} automaticTraining {{ {PLAN} }} {ERRORS} }} }}"""
QUOTE = f"query ($id: ID!, $image: ID) {{ quoteAutomaticTraining(influencerId: $id, imageId: $image) {{ {PLAN} }} }}"
SETTINGS = f"mutation ($input: UpdateLoraSettingsInput!) {{ updateLoraSettings(input: $input) {{ influencer {{ id }} {ERRORS} }} }}"
SEEN = """query ($id: ID!) { influencer(id: $id) { loraStatus loraModel { id status imageCount creditsCost }
  characterSheetJob { id status completedCount } loraHistory { edges { node { id } } } } }"""
TOLD = "SELECT title || ': ' || body FROM notifications WHERE type = 'lora.training.not_started' ORDER BY created_at"
KINDS = "SELECT type, count(*) FROM notifications WHERE type NOT LIKE 'job.%' GROUP BY type ORDER BY type"
ALL = 23_070


class SheetsFail(QuickImages):
    """Of the sheets asked for, the first so many are refused; not those of a retry after `failing` was set to 0."""

    failing = 0

    async def render(
        self, request: RenderRequest, *, on_progress: OnProgress, on_preview: OnPreview = unseen
    ) -> RenderedImage:
        if request.view is not None and request.ability is not Ability.TEXT_TO_IMAGE and self.failing > 0:
            self.failing -= 1
            raise ProviderRefused("This view is refused.")
        return await super().render(request, on_progress=on_progress, on_preview=on_preview)


@pytest.fixture
def images() -> SheetsFail:
    return SheetsFail()


class Place:
    """A studio with its worker, and an influencer whose faces have files."""

    def __init__(self, studio: Studio, owner: Owner, settings: Settings, folder: Path, images: SheetsFail) -> None:
        self.studio, self.owner, self._settings, self._folder, self.images = studio, owner, settings, folder, images

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[RunningWorker]:
        trainer = LocalTrainer(folder=self._folder, now=utc_now, seconds=timedelta())
        trainers = Trainers(by_provider={Provider.LOCAL: trainer})
        async with running_worker(self._settings, images=self.images, trainers=trainers) as running:
            yield running

    async def faces(self, count: int = 2, **wish: object) -> tuple[str, list[str]]:
        """A worker has to run."""
        made = await self.studio.ask(CREATE, input={**MARA, "idempotencyKey": uuid4().hex, **wish})
        influencer = made["influencer"]["id"]
        job = await self.studio.start_base_images(influencer, count)
        await self.studio.ended(job["id"])
        edges = (
            await self.studio.ask(
                "query ($id: ID!) { job(id: $id) { images { edges { node { id } } } } }", id=job["id"]
            )
        )["images"]["edges"]
        return influencer, [edge["node"]["id"] for edge in edges]

    async def choose(self, influencer: str, image: str) -> Json:
        payload: Json = await self.studio.ask(CHOOSE, input={"influencerId": influencer, "imageId": image})
        assert payload["errors"] == []
        return payload

    async def seen(self, influencer: str) -> Json:
        found: Json = await self.studio.ask(SEEN, id=influencer)
        return found

    async def trained(self, influencer: str) -> Json:
        found: Json = {}

        async def is_ready() -> bool:
            found.update(await self.seen(influencer))
            return bool(found["loraStatus"] == "READY")

        await until(is_ready)
        return found

    async def stopped(self, by: str) -> None:
        async def is_stopped() -> bool:
            return bool(await self.owner.value("SELECT count(*) FROM training_chains WHERE stopped_by = :by", by=by))

        await until(is_stopped)

    async def told(self) -> list[str]:
        return [body for (body,) in await self.owner.rows(TOLD)]

    async def is_settled(self) -> None:
        assert (await self.studio.balance())[1] == 0
        assert await self.owner.violations() == []


@pytest.fixture
def place(studio: Studio, owner: Owner, settings: Settings, tmp_path: Path, images: SheetsFail) -> Place:
    return Place(studio, owner, settings, tmp_path / "trainings", images)


async def test_a_newcomer_chooses_a_face_and_pays_nothing_for_it(studio: Studio, owner: Owner, place: Place) -> None:
    influencer = await studio.influencer(auto_start=True)
    first, second = await owner.give_images(studio, influencer, 2, kind="BASE_IMAGES")
    quoted = await studio.ask(QUOTE, id=influencer)
    for image in (first, second, first):
        payload = await place.choose(influencer, image)
        assert payload["automaticTraining"] == quoted
        assert payload["influencer"]["characterSheetJob"] is None

    assert quoted == {
        "isStarting": False,
        "heldBackBy": "TOO_FEW_CREDITS",
        "reason": "HD training needs 23070 credits (70 for character sheets and 23000 for the training), and you have 100. Nothing was spent. "
        "Add credits and choose the base image again, or start sheets and training yourself.",
        "sheetCount": 7,
        "sheetCredits": 70,
        "trainingImageCount": 8,
        "trainingCredits": 23_000,
        "totalCredits": ALL,
        "available": 100,
    }
    assert await studio.balance() == (100, 0)
    assert await place.told() == [f"HD training of Mara Voss did not start: {quoted['reason']}"]


async def test_a_chosen_face_is_trained_by_itself_and_charged_once(studio: Studio, owner: Owner, place: Place) -> None:
    async with place.worker() as running:
        influencer, (face, other) = await place.faces()
        await owner.grant(studio, 2 * ALL)
        before, _ = await studio.balance()
        quoted = await studio.ask(QUOTE, id=influencer, image=face)
        place.images.hold()
        started = await place.choose(influencer, face)
        assert started["automaticTraining"] == quoted
        assert (quoted["isStarting"], quoted["totalCredits"]) == (True, ALL)
        job = started["influencer"]["characterSheetJob"]
        assert (job["imageCount"], job["creditsReserved"]) == (7, 70)
        again = await place.choose(influencer, face)
        assert again["automaticTraining"]["heldBackBy"] == "UNDER_WAY"
        place.images.let_go()

        seen = await place.trained(influencer)
        user_id, sheets = str(user_id_of(studio.user)), str(parse_id(job["id"])[1])
        await continue_training_chain(running.services, user_id=user_id, job_id=sheets)
        for image in (face, other):
            assert (await place.choose(influencer, image))["automaticTraining"]["heldBackBy"] == "ALREADY_TRAINED"

    assert (seen["loraModel"]["imageCount"], seen["loraModel"]["creditsCost"]) == (8, 23_000)
    assert len(seen["loraHistory"]["edges"]) == 1
    assert (seen["characterSheetJob"]["id"], seen["characterSheetJob"]["completedCount"]) == (job["id"], 7)
    assert await owner.value("SELECT count(*) FROM jobs WHERE kind = 'CHARACTER_SHEET'") == 1
    assert (await studio.balance())[0] == before - ALL
    assert await owner.rows(KINDS) == [
        ("hd_mode.unlocked", 1),
        ("lora.training.completed", 1),
        ("lora.training.started", 1),
    ]
    await place.is_settled()


async def test_credits_spent_meanwhile_keep_the_training_and_the_same_sheets_serve_later(
    studio: Studio, owner: Owner, place: Place
) -> None:
    async with place.worker():
        influencer, (face, _) = await place.faces()
        await owner.grant(studio, ALL)
        place.images.hold()
        await place.choose(influencer, face)
        spent = await studio.start_pack(influencer, count=10)
        place.images.let_go()
        await studio.ended(spent["job"]["id"])
        await place.stopped("TOO_FEW_CREDITS")
        (told,) = await place.told()
        assert "the training needs 23000 credits, and you have 22980. Nothing was charged for it." in told
        short = (await place.choose(influencer, face))["automaticTraining"]
        assert (short["heldBackBy"], short["sheetCredits"], short["totalCredits"]) == ("TOO_FEW_CREDITS", 0, 23_000)

        await owner.grant(studio, 100)
        resumed = (await place.choose(influencer, face))["automaticTraining"]
        assert (resumed["isStarting"], resumed["sheetCount"], resumed["totalCredits"]) == (True, 0, 23_000)
        await place.trained(influencer)
    assert (await studio.balance())[0] == 80
    assert await owner.value("SELECT count(*) FROM jobs WHERE kind = 'CHARACTER_SHEET'") == 1
    await place.is_settled()


async def test_five_images_are_enough_and_with_fewer_a_retry_of_the_sheets_goes_on(
    studio: Studio, owner: Owner, place: Place
) -> None:
    async with place.worker():
        influencer, (face, _) = await place.faces()
        await owner.grant(studio, 2 * ALL)
        before, _ = await studio.balance()
        place.images.failing = 4
        job = (await place.choose(influencer, face))["influencer"]["characterSheetJob"]["id"]
        await place.stopped("SHEETS_FAILED")
        assert (await studio.balance())[0] == before - 30
        assert "Retry that job" in (await place.told())[0]
        held = (await place.choose(influencer, face))["automaticTraining"]
        assert held["heldBackBy"] == "SHEETS_FAILED"

        place.images.failing = 3
        await studio.ask(RETRY, input={"jobId": job, "idempotencyKey": uuid4().hex})
        seen = await place.trained(influencer)
    assert (seen["loraModel"]["imageCount"], seen["loraModel"]["creditsCost"]) == (5, 20_000)
    assert (await studio.balance())[0] == before - 40 - 20_000
    await place.is_settled()


async def test_another_face_a_switch_and_a_cancel_keep_the_training_from_beginning(
    studio: Studio, owner: Owner, place: Place
) -> None:
    async with place.worker():
        await studio.balance()
        await owner.grant(studio, 4 * ALL)
        off, (face, _) = await place.faces(autoStart=False)
        assert (await place.choose(off, face))["automaticTraining"]["heldBackBy"] == "SWITCHED_OFF"

        changing, (face, other) = await place.faces()
        before, _ = await studio.balance()
        place.images.hold()
        await place.choose(changing, face)
        switched, (its_face, _), cancelled, (third, _) = *(await given(place)), *(await given(place))
        await place.choose(switched, its_face)
        sheets = (await place.choose(cancelled, third))["influencer"]["characterSheetJob"]["id"]
        waits = (await place.choose(changing, other))["automaticTraining"]
        assert (waits["heldBackBy"], "the face it had before" in waits["reason"]) == ("UNDER_WAY", True)
        await studio.ask(SETTINGS, input={"influencerId": switched, "autoStart": False})
        await studio.ask(CANCEL, input={"jobId": sheets})
        place.images.let_go()
        for by in ("FACE_CHANGED", "SWITCHED_OFF", "SHEETS_CANCELLED"):
            await place.stopped(by)
        assert (await studio.balance())[0] == before - 2 * 70
        assert await owner.value("SELECT count(*) FROM lora_models") == 0
        assert len(await place.told()) == 3

        assert (await place.choose(changing, other))["automaticTraining"]["isStarting"] is True
        await place.trained(changing)
    assert (await studio.balance())[0] == before - 3 * 70 - 23_000
    await place.is_settled()


async def given(place: Place) -> tuple[str, list[str]]:
    """An influencer whose faces have no files."""
    influencer = await place.studio.influencer(auto_start=True)
    return influencer, await place.owner.give_images(place.studio, influencer, 2, kind="BASE_IMAGES")


async def test_a_chain_whose_message_was_lost_is_found(studio: Studio, owner: Owner, worker_database: Database) -> None:
    influencer = await studio.influencer(auto_start=True)
    (face,) = await owner.give_images(studio, influencer, 1, kind="BASE_IMAGES")
    await owner.grant(studio, ALL)
    await studio.ask(CHOOSE, input={"influencerId": influencer, "imageId": face})
    dispatch, job_id = Dispatch(worker_database), chained_sheets_id_of(ImageId(parse_id(face)[1]))
    assert await dispatch.resend_chains(patience=timedelta(seconds=-1)) == 0
    await studio.ask(CANCEL, input={"jobId": global_id("GenerationJob", job_id)})
    await owner.run("DELETE FROM outbox")

    assert await dispatch.resend_chains(patience=timedelta(seconds=-1)) == 1
    assert await dispatch.resend_chains(patience=timedelta(minutes=1)) == 0
    assert await owner.value("SELECT payload ->> 'job_id' FROM outbox WHERE topic = 'trainings.continue_chain'") == str(
        job_id
    )
