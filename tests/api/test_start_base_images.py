"""`startBaseImages`: faces to choose from."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.owner import Owner
from tests.support.studio import BASE, ERRORS_IN_FULL, Json, Studio

IN_FULL = f"""
mutation ($input: StartBaseImagesInput!) {{
  startBaseImages(input: $input) {{
    job {{ kind status mode imageCount creditsReserved scene environment outfit aspectRatio quality seed }} {ERRORS_IN_FULL}
  }}
}}
"""


def a_wish(influencer: str, **changes: Any) -> Json:
    return {"influencerId": influencer, "idempotencyKey": uuid4().hex, **changes}


async def test_three_portraits_are_proposed_unless_told_otherwise(studio: Studio) -> None:
    influencer = await studio.influencer()
    job = (await studio.ask(IN_FULL, input=a_wish(influencer, seed=11)))["job"]
    assert job == {
        "kind": "BASE_IMAGES",
        "status": "QUEUED",
        "mode": None,
        "imageCount": 3,
        "creditsReserved": 30,
        "scene": None,
        "environment": None,
        "outfit": "CASUAL_TEE",
        "aspectRatio": "SQUARE_1_1",
        "quality": "DRAFT",
        "seed": 11,
    }
    assert await studio.balance() == (70, 30)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"imageCount": 0}, "imageCount"), ({"imageCount": 11}, "imageCount"), ({"seed": -5}, "seed")],
)
async def test_values_out_of_range_are_refused(studio: Studio, owner: Owner, changes: Json, field: str) -> None:
    influencer = await studio.influencer()
    async with owner.nothing_moves(studio):
        refusal = await studio.refusal(BASE, input=a_wish(influencer, **changes))
    assert (refusal["__typename"], refusal["path"]) == ("ValidationError", ["input", field])


async def test_too_few_credits_move_nothing(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    await studio.start_base_images(influencer, 10)
    async with owner.nothing_moves(studio, remembered=1):
        refusal = await studio.refusal(IN_FULL, input=a_wish(influencer, imageCount=1))
    assert (refusal["__typename"], refusal["required"], refusal["available"]) == ("InsufficientCreditsError", 10, 0)


async def test_the_influencer_of_another_user_does_not_exist(studio: Studio, owner: Owner) -> None:
    foreign = await studio.another().influencer()
    await studio.balance()
    async with owner.nothing_moves(studio, remembered=1):
        refusal = await studio.refusal(BASE, input=a_wish(foreign))
    assert refusal["__typename"] == "NotFoundError"
