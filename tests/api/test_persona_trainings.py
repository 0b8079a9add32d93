"""A persona is trained: from approved photos to a LoRA, what is made with it, and how often again."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from app.settings import Settings
from app.wiring import utc_now
from app.worker import running_worker
from db.engine import Database
from domain.ids import SubjectId
from domain.presets.models import BaseModel
from providers.local.faults import LocalFaults
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tests.api.test_trainings import CANCEL, QUOTE, START, Trained, ended, notices, start
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.personas import MadePersona, a_persona, started, with_photos
from tests.support.photos import portrait
from tests.support.portraits import as_jpeg
from tests.support.quick_images import QuickImages
from tests.support.sending import sent_files
from tests.support.studio import Json, Studio
from tests.support.values import a_ready_lora
from tests.support.waiting import until

OPERATIONS = operations()
REVIEW, REMOVE = (
    OPERATIONS["ReviewPreviewSamples"],
    (
        "mutation ($input: RemovePersonaPhotosInput!) { removePersonaPhotos(input: $input) { "
        "receipt { cancelledTrainingCount creditsReleased } errors { code } } }"
    ),
)
PERSONA = """query ($id: ID!) { persona(id: $id) { nextStep { code } samples { id style loraModel { id } }
  loraModel { id status imageCount retrain } retrainEligibility { canRetrain whyNot remainingAttempts lastRetrainedAt } } }"""
REFUSAL = OPERATIONS["StartPersonaTraining"]
STYLES = ["PROFESSIONAL_HEADSHOT", "CASUAL_PORTRAIT", "YOUTUBE_THUMBNAIL", "SOCIAL_PROFILE", "CREATIVE_ARTISTIC"]
MODES = "query ($id: ID!) { job(id: $id) { images { edges { node { mode modeReason loraModel { id } } } } } }"
PRICE = 30_000


@pytest.fixture
def trained(settings: Settings, tmp_path: Path, quick_images: QuickImages) -> Trained:
    return Trained(settings, tmp_path / "trainings", quick_images)


@pytest.fixture
async def persona(studio: Studio, owner: Owner) -> MadePersona:
    """With credits for a training and more."""
    made = await a_persona(studio, *range(5))
    await owner.grant(studio, 40_000)
    return made


async def approve(studio: Studio, persona: MadePersona) -> None:
    """A worker has to run."""
    job = await started(studio, "StartPreviewSamples", personaId=persona.id)
    await studio.ended(job["id"])
    said = await studio.ask(REVIEW, input={"personaId": persona.id, "approved": True})
    assert said["errors"] == []


async def seen(studio: Studio, persona: MadePersona) -> Json:
    found: Json = await studio.ask(PERSONA, id=persona.id)
    return found


async def refused(studio: Studio, persona: MadePersona) -> Json:
    return await studio.refusal(REFUSAL, input={"subjectId": persona.id, "idempotencyKey": uuid4().hex})


async def test_a_persona_is_trained_shown_and_drawn_with_its_lora(
    studio: Studio, owner: Owner, persona: MadePersona, trained: Trained, quick_images: QuickImages
) -> None:
    wish: Json = {"subjectId": persona.id}
    async with owner.nothing_moves(studio, remembered=1):
        assert (await refused(studio, persona))["code"] == "APPROVAL_REQUIRED"
    async with trained.worker():
        await approve(studio, persona)
        available, _ = await studio.balance()
        quote = await studio.ask(QUOTE, input=wish)
        assert (quote["credits"], quote["imageCount"], quote["displaySampleCredits"]) == (PRICE, 5, 50)
        quick_images.requests.clear()
        both = await asyncio.gather(
            *(studio.ask(START, input={**wish, "idempotencyKey": uuid4().hex}) for _ in range(2))
        )
        (begun,) = [payload for payload in both if payload["loraModel"]]
        ((refusal,),) = [payload["errors"] for payload in both if payload["errors"]]
        assert (begun["loraModel"]["creditsReserved"], refusal["code"]) == (PRICE, "CONFLICT")
        assert "ada" not in begun["loraModel"]["triggerWord"]
        lora = begun["loraModel"]["id"]
        over = await ended(studio, lora)

        async def is_shown() -> bool:
            return len((await seen(studio, persona))["samples"]) == 5

        await until(is_shown)
        await until(lambda: _nothing_reserved(studio))
        found = await seen(studio, persona)
        assert (over["status"], await studio.balance()) == ("READY", (available - PRICE - 50, 0))
        assert [image["style"] for image in found["samples"]] == STYLES
        assert {image["loraModel"]["id"] for image in found["samples"]} == {lora}
        drawn = {(len(one.loras), len(one.references), one.look) for one in quick_images.requests}
        assert drawn == {(1, 4, None)}, "our own composition has no other way to a likeness"
        trigger = begun["loraModel"]["triggerWord"]
        words = f"{trigger}, portrait photograph of an adult, fully clothed, "
        assert all(one.prompt.startswith(words) for one in quick_images.requests)

        pack = await studio.start_pack(persona.id, count=1)
        await studio.ended(pack["job"]["id"])
        ((made,),) = [[edge["node"] for edge in (await studio.ask(MODES, id=pack["job"]["id"]))["images"]["edges"]]]
        assert (made["mode"], made["modeReason"], made["loraModel"]["id"]) == (
            "LORA",
            "The persona's LoRA is ready.",
            lora,
        )

        first = found["samples"][0]["id"]
        again = await started(studio, "RegenerateImage", imageId=first)
        assert (again["kind"], (await studio.ended(again["id"]))["creditsCaptured"]) == ("DISPLAY_SAMPLES", 10)
        newer = (await seen(studio, persona))["samples"]
        assert [image["style"] for image in newer] == STYLES
        assert [image["id"] == old["id"] for image, old in zip(newer, found["samples"], strict=True)] == [
            False,
            *[True] * 4,
        ]
        packed = await studio.ask(
            OPERATIONS["RequestArchive"],
            input={"imageIds": [image["id"] for image in newer], "idempotencyKey": uuid4().hex},
        )
        assert (packed["errors"], packed["archive"]["imageCount"]) == ([], 5)

    assert found["retrainEligibility"]["remainingAttempts"] == 3
    assert (await refused(studio, persona))["code"] == "PHOTOS_UNCHANGED"
    assert await notices(studio) == [
        "hd_mode.unlocked",
        "lora.training.completed",
        "lora.training.started",
    ]
    assert await owner.violations() == []


async def _nothing_reserved(studio: Studio) -> bool:
    return (await studio.balance())[1] == 0


async def test_retrains_are_free_three_times_and_what_failed_or_never_began_does_not_count(
    studio: Studio, owner: Owner, persona: MadePersona, trained: Trained, worker_database: Database
) -> None:
    user_id, subject = user_id_of(studio.user), SubjectId(parse_id(persona.id)[1])
    first = a_ready_lora(
        user_id, subject, now=utc_now(), base_model=BaseModel.FLUX_DEV, photo_set="0" * 64, is_free_retry=False
    )
    async with worker_database.unit_of_work(user_id) as uow:
        await uow.trainings.add(first)
    wish = {"subjectId": persona.id, "displaySamples": False}
    async with trained.worker(faults=LocalFaults(train_fail=1.0)):
        await approve(studio, persona)
        before = await studio.balance()
        quote = await studio.ask(QUOTE, input=wish)
        assert (quote["credits"], quote["isFree"], quote["freeReason"], quote["displaySampleCredits"]) == (
            0,
            True,
            "Retrain 1 of 3 with other photos: a persona's retrains are free.",
            0,
        )
        failed = (await start(studio, wish, quoteId=quote["id"]))["loraModel"]
        assert (await ended(studio, failed["id"]))["status"] == "FAILED"
    assert (await seen(studio, persona))["retrainEligibility"]["remainingAttempts"] == 3, "it failed"

    waiting = (await start(studio, wish))["loraModel"]
    assert (await seen(studio, persona))["retrainEligibility"]["remainingAttempts"] == 2, "it has begun"
    await studio.ask(CANCEL, input={"loraModelId": waiting["id"]})
    assert (await seen(studio, persona))["retrainEligibility"]["remainingAttempts"] == 3, "no trainer was asked"

    async with trained.worker():
        one = (await start(studio, wish))["loraModel"]
        assert (await ended(studio, one["id"]))["status"] == "READY"
    found = await seen(studio, persona)
    assert (found["loraModel"]["id"], found["loraModel"]["retrain"], found["samples"]) == (one["id"], 1, [])
    eligible = found["retrainEligibility"]
    assert (eligible["canRetrain"], eligible["remainingAttempts"], eligible["lastRetrainedAt"] is None) == (
        False,
        2,
        False,
    )
    async with worker_database.unit_of_work(user_id) as uow:
        for number in (2, 3):
            again = replace(first, id=a_ready_lora(user_id, subject, now=utc_now()).id, retrain=number)
            await uow.trainings.add(replace(again, weights_key=f"weights/{user_id}/{uuid4().hex * 2}.safetensors"))
    refusal = await refused(studio, persona)
    assert refusal["code"] == "SUPPORT_REQUIRED", refusal
    assert (refusal["__typename"], refusal["code"], refusal["support"]) == (
        "SupportRequiredError",
        "SUPPORT_REQUIRED",
        "whoever runs this service",
    )
    assert await studio.balance() == before
    assert await owner.violations() == []


async def test_a_photo_that_is_removed_or_a_consent_that_is_withdrawn_ends_a_training_that_has_begun(
    studio: Studio, owner: Owner, persona: MadePersona, trained: Trained
) -> None:
    async with trained.worker(seconds=60):
        await approve(studio, persona)
        before = await studio.balance()
        model = await _begun(studio, owner, persona)
        gone = await studio.ask(REMOVE, input={"personaId": persona.id, "photoIds": [persona.photos[0]]})
        assert gone["receipt"] == {"cancelledTrainingCount": 1, "creditsReleased": PRICE}
        assert (await ended(studio, model))["status"] == "CANCELLED"
        assert await studio.balance() == before

        await with_photos(studio, persona.id, 7)
        await approve(studio, persona)
        before = await studio.balance()
        model = await _begun(studio, owner, persona)
        (spare,) = await with_photos(studio, persona.id, 8)
        gone = await studio.ask(REMOVE, input={"personaId": persona.id, "photoIds": [spare]})
        assert gone["receipt"] == {"cancelledTrainingCount": 0, "creditsReleased": 0}, "it is not trained on"
        gone = await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": persona.consent})
        assert gone["receipt"]["creditsReleased"] == PRICE
        assert (await ended(studio, model))["status"] == "CANCELLED"
        assert await studio.balance() == before
        assert (await refused(studio, persona))["code"] == "CONSENT_REQUIRED"
    assert await owner.violations() == []


async def _begun(studio: Studio, owner: Owner, persona: MadePersona) -> str:
    """Its trainer is at work."""
    model: str = (await start(studio, {"subjectId": persona.id}))["loraModel"]["id"]
    await until(lambda: _is_asked(owner))
    assert (await seen(studio, persona))["nextStep"]["code"] == "WAIT_FOR_TRAINING"
    return model


async def _is_asked(owner: Owner) -> bool:
    return bool(
        await owner.value("SELECT count(*) FROM lora_models WHERE status = 'TRAINING' AND call_request_id IS NOT NULL")
    )


async def test_display_samples_that_cannot_be_paid_are_told_and_may_be_started_later(
    studio: Studio, owner: Owner, trained: Trained
) -> None:
    persona = await a_persona(studio, *range(5))
    async with trained.worker():
        await approve(studio, persona)
        await owner.grant(studio, PRICE - 50 + 20)
        model = (await start(studio, {"subjectId": persona.id}))["loraModel"]
        assert (await ended(studio, model["id"]))["status"] == "READY"

        async def is_told() -> bool:
            return "lora.samples.not_started" in await notices(studio)

        await until(is_told)
        assert await studio.balance() == (20, 0)
        assert (await seen(studio, persona))["samples"] == []
        await owner.grant(studio, 50)
        job = await started(studio, "StartDisplaySamples", personaId=persona.id)
        assert (job["kind"], (await studio.ended(job["id"]))["creditsCaptured"]) == ("DISPLAY_SAMPLES", 50)
    assert len((await seen(studio, persona))["samples"]) == 5
    assert await owner.violations() == []


async def test_with_a_lora_the_composition_is_still_of_the_persons_photos(
    studio: Studio, owner: Owner, trained: Trained, settings: Settings
) -> None:
    """Of real photos, by the real local provider."""
    persona = await a_persona(studio)
    places = ((-0.7, -0.8), (-0.4, -0.7), (-1.0, -0.8), (-0.7, -0.5), (-0.9, -0.6))
    pictures = [
        portrait("astronaut", side=600, left=left, top=top, width=2.2 + 0.2 * n) for n, (left, top) in enumerate(places)
    ]
    uploads = await sent_files(studio, "PERSONA_PHOTO", *(("image/jpeg", as_jpeg(one)) for one in pictures))
    added = await studio.ask(OPERATIONS["AddPersonaPhotos"], input={"personaId": persona.id, "uploadIds": uploads})
    assert added["errors"] == []
    await owner.grant(studio, 40_000)
    async with trained.worker():
        await approve(studio, persona)
        model = (await start(studio, {"subjectId": persona.id, "displaySamples": False}))["loraModel"]
        assert (await ended(studio, model["id"]))["status"] == "READY"
    async with running_worker(settings):
        job = (await studio.start_pack(persona.id, count=1))["job"]
        assert (await studio.ended(job["id"]))["status"] == "COMPLETED"
    (made,) = [edge["node"] for edge in (await studio.ask(MODES, id=job["id"]))["images"]["edges"]]
    assert (made["mode"], made["loraModel"]["id"]) == ("LORA", model["id"])
