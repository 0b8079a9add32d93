"""An image that was to be drawn with a LoRA and could not be: taken from the face instead, and it says why, whoever ends it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from app.settings import Settings
from app.wiring import utc_now
from app.worker import running_worker
from db.engine import Database
from domain.errors import LoraMissing
from domain.ids import SubjectId
from domain.models.model import Provider
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tasks.images import ImageProviders
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.queued_images import QueuedImages
from tests.support.studio import Json, Studio
from tests.support.values import a_ready_lora
from tests.support.waiting import until

HEADSHOTS = operations()["StartHeadshots"]
MADE = "query ($id: ID!) { job(id: $id) { mode images { edges { node { mode modeReason model } } } } }"
OPEN = "SELECT count(*) FROM provider_calls WHERE state = 'SUBMITTED'"


@asynccontextmanager
async def a_worker(settings: Settings, vendor: QueuedImages) -> AsyncIterator[None]:
    async with running_worker(settings, images=ImageProviders(answering={}, queued={Provider.RUNPOD: vendor})):
        yield


async def start_headshots(studio: Studio, influencer: str) -> str:
    wish = {"subjectId": influencer, "imageCount": 1, "idempotencyKey": uuid4().hex}
    started: Json = await studio.ask(HEADSHOTS, input=wish)
    assert started["errors"] == []
    job_id: str = started["job"]["id"]
    return job_id


async def made(studio: Studio, job_id: str) -> tuple[str, str, str]:
    await studio.ended(job_id)
    job = await studio.ask(MADE, id=job_id)
    assert job["mode"] == "LORA"
    (edge,) = job["images"]["edges"]
    return edge["node"]["mode"], edge["node"]["modeReason"], edge["node"]["model"]


async def test_headshots_say_how_they_were_made_also_when_another_worker_ends_them(
    studio: Studio, settings: Settings, owner: Owner, database: Database
) -> None:
    vendor = QueuedImages()
    async with a_worker(settings, vendor):
        influencer = await studio.influencer_with_face()
        user_id = user_id_of(studio.user)
        async with database.unit_of_work(user_id) as uow:
            await uow.trainings.add(a_ready_lora(user_id, SubjectId(parse_id(influencer)[1]), now=utc_now()))
        drawn = await made(studio, await start_headshots(studio, influencer))
        assert drawn == ("LORA", "The influencer's LoRA is ready.", "runpod/z-image-turbo")

        vendor.refusals, vendor.held = [LoraMissing("It is gone.", detail="x")], True
        job_id = await start_headshots(studio, influencer)

        async def is_submitted() -> bool:
            return bool(await owner.value(OPEN))

        await until(is_submitted)
    vendor.held = False
    async with a_worker(settings, vendor):
        mode, reason, model = await made(studio, job_id)
        assert (mode, reason) == (
            "FACE_SWAP",
            "The LoRA's weights could not be found; the face was taken from the base image.",
        )
        assert len(vendor.accepted) == 3  # the base image and two headshots

        await owner.run("UPDATE lora_models SET base_model = 'ONE_2_1'")
        unfit = await made(studio, await start_headshots(studio, influencer))
    assert unfit == (
        "FACE_SWAP",
        "Nothing here can draw with a LoRA right now; the face was taken from the base image.",
        model,
    )
    assert await owner.violations() == []
