"""`startPack`: what is answered, reserved and written, and what is refused."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from schema.ids import global_id
from tests.support.owner import Owner, uuids_of
from tests.support.studio import ERRORS_IN_FULL, JOB_FIELDS, START_PACK, Json, Studio

IN_FULL = f"""
mutation ($input: StartPackInput!) {{
  startPack(input: $input) {{
    job {{
      {JOB_FIELDS} modeReason scene environment outfit aspectRatio quality seed prompt negativePrompt
      subject {{ __typename id name }} images {{ edges {{ node {{ id }} }} }}
    }}
    {ERRORS_IN_FULL}
  }}
}}
"""


def a_wish(subject: str, **changes: Any) -> Json:
    return {"subjectId": subject, "idempotencyKey": uuid4().hex, **changes}


async def test_a_pack_is_accepted_as_asked_and_paid_in_advance(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)

    payload = await studio.ask(
        IN_FULL,
        input=a_wish(
            influencer,
            scene="BEACH_DAY",
            environment="BEACH",
            outfit="SWIMWEAR",
            aspectRatio="SQUARE_1_1",
            quality="HQ",
            imageCount=2,
            seed=2147483647,
            negativePrompt="rain",
        ),
    )

    assert payload["errors"] == []
    job = payload["job"]
    assert job.pop("id")
    assert job.pop("createdAt")
    assert "on a sunny beach" in job.pop("prompt")
    assert "rain" in job.pop("negativePrompt")
    assert job == {
        "kind": "PACK",
        "status": "QUEUED",
        "mode": "FACE_SWAP",
        "modeReason": "No LoRA is trained for this influencer yet.",
        "imageCount": 2,
        "completedCount": 0,
        "failedCount": 0,
        "cancelledCount": 0,
        "percent": 0,
        "creditsReserved": 40,
        "creditsCaptured": 0,
        "errorCode": None,
        "errorMessage": None,
        "startedAt": None,
        "finishedAt": None,
        "scene": "BEACH_DAY",
        "environment": "BEACH",
        "outfit": "SWIMWEAR",
        "aspectRatio": "SQUARE_1_1",
        "quality": "HQ",
        "seed": 2147483647,
        "subject": {"__typename": "Influencer", "id": influencer, "name": "Mara Voss"},
        "images": {"edges": []},
    }
    assert await studio.balance() == (60, 40)


async def test_job_images_holds_entry_event_and_messages_are_written_together(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    before = await owner.counts()

    await studio.start_pack(influencer, count=3)

    after = await owner.counts()
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "jobs": 1,
        "job_images": 3,
        "credit_holds": 3,
        "credit_entries": 1,
        "events": 1,
        "idempotency_keys": 1,
        "outbox": 2,  # the event and the balance
        "render_line": 1,
    }
    assert await owner.violations() == []


async def test_what_is_left_out_gets_the_defaults_of_the_studio(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.ask(IN_FULL, input=a_wish(influencer)))["job"]
    assert (job["scene"], job["environment"], job["aspectRatio"], job["quality"], job["imageCount"]) == (
        "PROFESSIONAL_PORTRAIT",
        "STUDIO",
        "PORTRAIT_9_16",
        "DRAFT",
        5,
    )


@pytest.mark.parametrize("left_out", [{}, {"outfit": None, "seed": None, "negativePrompt": None, "quoteId": None}])
async def test_null_asks_for_nothing_as_does_leaving_out(studio: Studio, owner: Owner, left_out: Json) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.ask(IN_FULL, input=a_wish(influencer, imageCount=1, **left_out)))["job"]
    assert job["outfit"] == "CASUAL_TEE"
    assert 0 <= job["seed"] <= 2147483647


@pytest.mark.parametrize("name", ["scene", "environment", "aspectRatio", "quality", "imageCount"])
async def test_null_is_refused_where_there_is_a_default(studio: Studio, owner: Owner, name: str) -> None:
    influencer = await owner.influencer_with_face(studio)
    async with owner.nothing_moves(studio):
        message, _ = await studio.failure(START_PACK, input=a_wish(influencer, **{name: None}))
    assert name in message


async def test_an_outfit_counts_for_one_job_only(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    await studio.start_pack(influencer, count=1, outfit="TUXEDO")
    job = (await studio.ask(IN_FULL, input=a_wish(influencer, imageCount=1)))["job"]
    assert job["outfit"] == "CASUAL_TEE"


async def test_too_few_credits_are_told_in_figures_with_what_is_on_offer(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)

    async with owner.nothing_moves(studio, remembered=1):
        refusal = await studio.refusal(IN_FULL, input=a_wish(influencer, imageCount=6, quality="HQ"))

    shop = "https://shop.example/credits"
    assert refusal == {
        "__typename": "InsufficientCreditsError",
        "code": "INSUFFICIENT_CREDITS",
        "message": "This needs 120 credits and you have 100. Ask for less, or get more credits; nothing was charged.",
        "path": None,
        "required": 120,
        "available": 100,
        "packages": [
            {
                "key": "starter",
                "credits": 5_000,
                "priceCents": 500,
                "currency": "USD",
                "purchaseUrl": f"{shop}?package=starter",
            },
            {
                "key": "creator",
                "credits": 25_000,
                "priceCents": 2_400,
                "currency": "USD",
                "purchaseUrl": f"{shop}?package=creator",
            },
            {
                "key": "studio",
                "credits": 100_000,
                "priceCents": 9_000,
                "currency": "USD",
                "purchaseUrl": f"{shop}?package=studio",
            },
        ],
    }


async def test_the_last_credit_can_be_spent(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    assert (await studio.start_pack(influencer, count=10))["errors"] == []
    assert await studio.balance() == (0, 100)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"imageCount": 0}, "imageCount", "This kind of job makes 1 to 10 images."),
        ({"imageCount": 11}, "imageCount", "This kind of job makes 1 to 10 images."),
        ({"imageCount": -1}, "imageCount", "This kind of job makes 1 to 10 images."),
        ({"seed": -1}, "seed", "A seed is a whole number from 0 to 2147483647."),
        ({"negativePrompt": "x" * 1001}, "negativePrompt", "A negative prompt has at most 1000 characters."),
    ],
)
async def test_values_out_of_range_are_refused(
    studio: Studio, owner: Owner, changes: Json, field: str, message: str
) -> None:
    influencer = await owner.influencer_with_face(studio)
    async with owner.nothing_moves(studio):
        refusal = await studio.refusal(IN_FULL, input=a_wish(influencer, **changes))
    assert refusal == {
        "__typename": "ValidationError",
        "code": "INVALID_INPUT",
        "message": message,
        "path": ["input", field],
    }


async def test_a_seed_that_is_no_graphql_int_is_the_clients_mistake(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    async with owner.nothing_moves(studio):
        message, _ = await studio.failure(START_PACK, input=a_wish(influencer, seed=2**31))
    assert "32-bit" in message


async def test_without_a_face_there_is_nothing_to_keep_the_same(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    async with owner.nothing_moves(studio, remembered=1):
        refusal = await studio.refusal(IN_FULL, input=a_wish(influencer))
    assert refusal == {
        "__typename": "ConflictError",
        "code": "CONFLICT",
        "message": "This influencer has no base image yet. Make base images and choose one first.",
        "path": None,
    }


async def test_the_influencer_of_another_user_does_not_exist(studio: Studio, owner: Owner) -> None:
    foreign = await owner.influencer_with_face(studio.another())
    await studio.balance()
    async with owner.nothing_moves(studio, remembered=1):
        refusal = await studio.refusal(IN_FULL, input=a_wish(foreign))
    unknown = await studio.refusal(IN_FULL, input=a_wish(global_id("Influencer", uuid4())))
    assert refusal == unknown
    assert (refusal["__typename"], refusal["code"]) == ("NotFoundError", "NOT_FOUND")


@pytest.mark.parametrize("garbage", ["", "x", "%%%", "SW5mbHVlbmNlcjp4", "ä", "🦊", "A" * 5000, "=", "Zm9v"])
async def test_what_is_no_id_is_of_nothing(studio: Studio, owner: Owner, garbage: str) -> None:
    await studio.balance()
    async with owner.nothing_moves(studio):
        refusal = await studio.refusal(IN_FULL, input=a_wish(garbage))
    assert (refusal["__typename"], refusal["path"]) == ("NotFoundError", ["input", "subjectId"])


async def test_the_id_of_another_type_is_told_apart(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    image = await owner.give_face(studio, influencer)
    async with owner.nothing_moves(studio):
        refusal = await studio.refusal(IN_FULL, input=a_wish(image))
    assert refusal == {
        "__typename": "ValidationError",
        "code": "INVALID_INPUT",
        "message": "This is the id of an ImageAsset, not of an Influencer or a Persona.",
        "path": ["input", "subjectId"],
    }


async def test_packs_that_race_for_the_last_credits_never_overspend(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)

    answers = await asyncio.gather(*(studio.start_pack(influencer, count=3) for _ in range(8)))

    accepted = [answer for answer in answers if answer["job"]]
    assert len(accepted) == 3
    assert {answer["errors"][0]["__typename"] for answer in answers if not answer["job"]} == {
        "InsufficientCreditsError"
    }
    assert await studio.balance() == (10, 90)
    assert await owner.violations() == []
    assert (
        await owner.value(
            "SELECT count(*) FROM jobs WHERE id = ANY(:ids)", ids=uuids_of([a["job"]["id"] for a in accepted])
        )
        == 3
    )
