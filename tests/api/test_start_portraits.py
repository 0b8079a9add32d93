"""Instant portraits as a client meets them: the free set, what the next costs, and every way in which one comes to nothing."""

import asyncio
from uuid import uuid4

from app.settings import Settings
from app.worker import RunningWorker, running_worker
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.personas import a_persona, started, with_photos
from tests.support.quick_images import QuickImages
from tests.support.studio import CANCEL, JOB, RETRY, Json, Studio
from tests.support.waiting import until

OPERATIONS = operations()
START, QUOTE, PERSONA = OPERATIONS["StartPortraits"], OPERATIONS["QuotePortraits"], OPERATIONS["Persona"]
STYLES = [
    "PROFESSIONAL_HEADSHOT",
    "CASUAL_FRIENDLY",
    "DYNAMIC_ACTION",
    "THOUGHTFUL_CLOSE_UP",
    "ENVIRONMENTAL_PORTRAIT",
]
ENTRIES = "SELECT type, amount FROM credit_entries WHERE job_id IS NOT NULL ORDER BY number"


def wish(persona: str, **more: object) -> Json:
    return {"personaId": persona, "idempotencyKey": uuid4().hex, **more}


async def quoted(studio: Studio, persona: str, **more: object) -> Json:
    found: Json = await studio.ask(QUOTE, input={"personaId": persona, **more})
    return found


async def all_but_an_avatar(studio: Studio) -> None:
    """Of the first step of onboarding."""
    for part in ("BRAND_IDENTITY", "CONTENT_PREFERENCES", "PLATFORMS"):
        await studio.ask(OPERATIONS["SkipOnboardingPart"], input={"part": part})
    await studio.ask(OPERATIONS["UpdateProfile"], input={"occupation": "Cook"})


async def test_the_first_set_is_free_and_the_next_has_its_price(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    persona = (await a_persona(studio, *range(7))).id
    await all_but_an_avatar(studio)
    free = await quoted(studio, persona)
    assert (free["credits"], free["isFree"], free["freeReason"]) == (0, True, "Your first set of portraits is free.")
    assert (await studio.ask(PERSONA, id=persona))["status"] == "PENDING_UPLOAD"

    quick_images.hold()
    job = await started(studio, "StartPortraits", personaId=persona, quoteId=free["id"])
    assert (job["kind"], job["imageCount"], job["creditsReserved"]) == ("PORTRAITS", 5, 0)
    assert (await studio.ask(PERSONA, id=persona))["status"] == "ANALYZING"
    assert (await quoted(studio, persona))["isFree"] is False, "one is being made"
    quick_images.let_go()
    assert (await studio.ended(job["id"]))["status"] == "COMPLETED"

    found = await studio.ask(PERSONA, id=persona)
    assert (found["status"], [image["style"] for image in found["portraits"]]) == ("READY", STYLES)
    assert found["nextStep"]["code"] == "MAKE_SAMPLES"
    assert await owner.rows("SELECT key FROM onboarding_marks WHERE key LIKE 'c%'") == [("complete_onboarding",)]
    shown = [len(request.references) for request in quick_images.requests]
    assert sorted(shown) == [2, 3, 3, 4, 4]
    assert {(request.width, request.height, request.look) for request in quick_images.requests} == {(1024, 1024, None)}
    assert await owner.rows(ENTRIES) == [("RESERVE", 0), *[("CAPTURE", 0)] * 5]
    assert await studio.balance() == (100, 0)

    priced, large = await quoted(studio, persona), await quoted(studio, persona, resolution="RESOLUTION_4K")
    assert (priced["credits"], priced["isFree"], priced["isAffordable"]) == (750, False, False)
    assert (large["credits"], large["perImage"]) == (1500, 300)
    async with owner.nothing_moves(studio, remembered=2):
        refusal = await studio.refusal(START, input=wish(persona))
        assert refusal["__typename"] == "InsufficientCreditsError"
        again = await studio.refusal(START, input=wish(persona, quoteId=free["id"]))
        assert (again["code"], again["message"]) == (
            "CONFLICT",
            "What this quote gave for free was taken since. Ask for a new quote; nothing was charged.",
        )

    await owner.grant(studio, 1000)
    job = await started(studio, "StartPortraits", personaId=persona, quoteId=priced["id"])
    assert job["creditsReserved"] == 750
    assert (await studio.ended(job["id"]))["creditsCaptured"] == 750
    assert await studio.balance() == (350, 0)
    second = (await studio.ask(PERSONA, id=persona))["portraits"]
    assert [image["style"] for image in second] == STYLES
    assert {image["id"] for image in second}.isdisjoint(image["id"] for image in found["portraits"])
    assert await owner.violations() == []


async def test_of_two_first_sets_at_once_one_is_free(studio: Studio, owner: Owner) -> None:
    one, two = (await a_persona(studio, *range(5))).id, (await a_persona(studio, *range(5, 10), name="Bo")).id
    await owner.grant(studio, 10_000)

    async def start(persona: str) -> int:
        job = await started(studio, "StartPortraits", personaId=persona)
        reserved: int = job["creditsReserved"]
        return reserved

    assert sorted(await asyncio.gather(*(start(persona) for persona in (one, two) * 3))) == [0, *[750] * 5]
    assert await owner.value("SELECT count(*) FROM jobs WHERE free_because IS NOT NULL") == 1
    assert await studio.balance() == (10_100 - 3750, 3750)
    assert await owner.violations() == []


async def test_the_right_comes_back_until_something_was_delivered(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    persona = (await a_persona(studio, *range(5))).id
    quick_images.failing_poses = set(range(5))
    failed = await started(studio, "StartPortraits", personaId=persona)
    assert (await studio.ended(failed["id"]))["status"] == "FAILED"
    assert (await studio.ask(PERSONA, id=persona))["status"] == "FAILED"
    assert (await quoted(studio, persona))["isFree"] is True

    quick_images.failing_poses = {1, 3}
    partial = await started(studio, "StartPortraits", personaId=persona)
    ended = await studio.ended(partial["id"])
    assert (ended["status"], ended["completedCount"], ended["creditsReserved"]) == ("PARTIAL", 3, 0)
    found = await studio.ask(PERSONA, id=persona)
    assert (found["status"], [image["style"] for image in found["portraits"]]) == ("READY", STYLES[::2])
    assert (await quoted(studio, persona))["isFree"] is False

    refusal = await studio.refusal(RETRY, input={"jobId": failed["id"], "idempotencyKey": uuid4().hex})
    assert refusal["message"] == "The free set was taken by another job since. Start a new one; nothing was charged."
    quick_images.failing_poses = set()
    payload = await studio.ask(RETRY, input={"jobId": partial["id"], "idempotencyKey": uuid4().hex})
    assert payload["errors"] == []
    assert (await studio.ended(partial["id"]))["completedCount"] == 5
    assert await studio.balance() == (100, 0)
    assert await owner.violations() == []


async def test_a_stop_gives_the_right_back_before_the_work_and_not_after(
    studio: Studio, owner: Owner, settings: Settings, quick_images: QuickImages
) -> None:
    persona = await a_persona(studio, *range(5))
    early = await started(studio, "StartPortraits", personaId=persona.id)
    await studio.ask(CANCEL, input={"jobId": early["id"]})
    assert (await studio.ask(PERSONA, id=persona.id))["status"] == "PENDING_UPLOAD"
    assert (await quoted(studio, persona.id))["isFree"] is True

    quick_images.hold()
    quick_images.pace = 0.05
    async with running_worker(settings, images=quick_images):
        late = await started(studio, "StartPortraits", personaId=persona.id)

        async def has_begun() -> bool:
            return quick_images.calls == 5

        await until(has_begun)
        await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": persona.consent})
        quick_images.let_go()
        assert (await studio.ended(late["id"]))["status"] == "CANCELLED"

    found = await studio.ask(PERSONA, id=persona.id)
    assert (found["status"], found["portraits"], found["photos"]) == ("PENDING_UPLOAD", [], [])
    other = await a_persona(studio, *range(5, 10), name="Bo")
    assert (await quoted(studio, other.id))["isFree"] is False
    assert await owner.violations() == []


async def test_refusals_say_what_to_do_and_move_nothing(studio: Studio, owner: Owner) -> None:
    persona = await a_persona(studio, *range(3))
    async with owner.nothing_moves(studio, remembered=1):
        refusal = await studio.refusal(START, input=wish(persona.id))
    assert (refusal["__typename"], refusal["code"]) == ("ConflictError", "TOO_FEW_PHOTOS")
    assert refusal["message"] == "Add 2 more photos first: 5 are the least, 10 are recommended. Nothing was charged."
    assert (await studio.another().refusal(START, input=wish(persona.id)))["code"] == "NOT_FOUND"

    await with_photos(studio, persona.id, 3, 4)
    job = await started(studio, "StartPortraits", personaId=persona.id)
    done = await studio.ask(OPERATIONS["WithdrawConsent"], input={"consentId": persona.consent})
    assert (done["receipt"]["cancelledJobCount"], done["receipt"]["creditsReleased"]) == (1, 0)
    assert (await studio.ask(JOB, id=job["id"]))["status"] == "CANCELLED"
    for document, value in ((START, wish(persona.id)), (OPERATIONS["StartPreviewSamples"], wish(persona.id))):
        assert (await studio.refusal(document, input=value))["__typename"] == "ConsentRequiredError"
    assert await owner.violations() == []
