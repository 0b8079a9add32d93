"""Every kind of job is cancelled, fails and is retried as a pack is: what is made is paid, the rest is given back."""

from uuid import uuid4

import pytest

from app.worker import RunningWorker
from tests.support.operations import operations, variables_of
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.sending import a_mask, a_style, sent
from tests.support.studio import CANCEL, JOB, RETRY, Json, Studio

OPERATIONS = operations()
CREDITS = {"CharacterSheet": 70, "Headshots": 160, "Variations": 160, "Inpaint": 20, "Edit": 80}
"""What the examples of their variables cost."""

every_kind = pytest.mark.parametrize("kind", CREDITS)


@pytest.fixture
async def ids(studio: Studio, owner: Owner, quick_worker: RunningWorker) -> dict[str, str]:
    """Of all that the examples name. The balance is 1,000 credits afterwards."""
    influencer = await studio.influencer_with_face()
    pack = (await studio.start_pack(influencer, count=1))["job"]["id"]
    await studio.ended(pack)
    image = (await studio.ask(JOB, id=pack))["images"]["edges"][0]["node"]["id"]
    (mask,) = await sent(studio, "MASK", a_mask((768, 1365), (100, 100, 300, 300)))
    (style,) = await sent(studio, "STYLE_IMAGE", a_style())
    await owner.grant(studio, 920)
    return {"influencer_id": influencer, "image_id": image, "mask_upload_id": mask, "style_upload_id": style}


async def started(studio: Studio, kind: str, ids: dict[str, str]) -> Json:
    variables = variables_of(f"Start{kind}", **ids)
    variables["input"]["idempotencyKey"] = uuid4().hex
    payload = await studio.ask(OPERATIONS[f"Start{kind}"], **variables)
    assert payload["errors"] == []
    job: Json = payload["job"]
    return job


@every_kind
async def test_a_job_that_is_cancelled_gives_everything_back_that_was_not_made(
    studio: Studio, owner: Owner, quick_images: QuickImages, ids: dict[str, str], kind: str
) -> None:
    quick_images.hold()
    job = await started(studio, kind, ids)
    assert await studio.balance() == (1000 - CREDITS[kind], CREDITS[kind])

    cancelled = (await studio.ask(CANCEL, input={"jobId": job["id"]}))["job"]
    quick_images.let_go()

    assert (cancelled["status"], cancelled["creditsReserved"], cancelled["creditsCaptured"]) == ("CANCELLED", 0, 0)
    assert await studio.balance() == (1000, 0)
    assert await owner.violations() == []


@every_kind
async def test_what_failed_is_retried_with_everything_preserved(
    studio: Studio, owner: Owner, quick_images: QuickImages, ids: dict[str, str], kind: str
) -> None:
    quick_images.failing_poses = {0}
    job = await studio.ended((await started(studio, kind, ids))["id"])
    count, price = job["imageCount"], CREDITS[kind] // job["imageCount"]
    assert (job["status"], job["failedCount"]) == ("PARTIAL" if count > 1 else "FAILED", 1)
    assert await studio.balance() == (1000 - CREDITS[kind] + price, 0)

    quick_images.failing_poses = set()
    again = (await studio.ask(RETRY, input={"jobId": job["id"], "idempotencyKey": uuid4().hex}))["job"]
    assert (again["creditsReserved"], again["completedCount"]) == (price, count - 1)
    ended = await studio.ended(job["id"])

    assert (ended["status"], ended["completedCount"], ended["creditsCaptured"]) == ("COMPLETED", count, CREDITS[kind])
    assert await studio.balance() == (1000 - CREDITS[kind], 0)
    assert await owner.violations() == []


async def test_too_few_credits_are_told_with_what_is_lacking(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    async with owner.nothing_moves(studio, remembered=1):
        refusal = await studio.refusal(
            OPERATIONS["StartHeadshots"], input={"subjectId": influencer, "idempotencyKey": uuid4().hex}
        )
    assert (refusal["__typename"], refusal["required"], refusal["available"]) == ("InsufficientCreditsError", 160, 100)


@every_kind
async def test_what_is_somebody_elses_does_not_exist(studio: Studio, ids: dict[str, str], kind: str) -> None:
    stranger = studio.another()
    variables = variables_of(f"Start{kind}", **ids)
    payload = await stranger.ask(OPERATIONS[f"Start{kind}"], **variables)
    assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]
    if kind in {"Inpaint", "Variations"}:
        assert [error["message"] for error in payload["errors"]] == ["There is no such upload."]
    assert await stranger.balance() == (100, 0)


async def test_a_quote_of_an_inpaint_binds_while_its_words_and_its_mask_are_thought_over(
    studio: Studio, ids: dict[str, str]
) -> None:
    quoted = variables_of("QuoteInpaint", **ids)
    quote = await studio.ask(OPERATIONS["QuoteInpaint"], **quoted)
    (mask,) = await sent(studio, "MASK", a_mask((768, 1365), (5, 5, 50, 50)))
    wish = {**quoted["input"], "prompt": "a lamp", "maskUploadId": mask, "quoteId": quote["id"], "idempotencyKey": "k"}

    assert (await studio.ask(OPERATIONS["StartInpaint"], input=wish))["errors"] == []
    foreign = {**wish, "imageId": ids["mask_upload_id"], "idempotencyKey": "l"}
    assert (await studio.refusal(OPERATIONS["StartInpaint"], input=foreign))["path"] == ["input", "imageId"]
