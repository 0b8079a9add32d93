"""`createInfluencer`: what a character may be, and that it is free."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.owner import Owner
from tests.support.studio import CREATE, MARA, Json, Studio

IN_FULL = """
mutation ($input: CreateInfluencerInput!) {
  createInfluencer(input: $input) {
    influencer {
      id name nsfwEnabled baseModel defaultOutfit generationMode loraStatus baseImage { id } characterSheetJob { id } loraModel { id }
      loraSettings { trainingEnabled autoStart }
      appearance { style gender age ethnicity hairColor hairStyle eyeColor bodyType }
    }
    errors { __typename code message path }
  }
}
"""


def a_wish(**changes: Any) -> Json:
    look = {**MARA["appearance"], **changes.pop("appearance", {})}
    return {**MARA, "appearance": look, "idempotencyKey": uuid4().hex, **changes}


async def test_an_influencer_is_what_was_asked_for_and_costs_nothing(studio: Studio) -> None:
    made = (await studio.ask(IN_FULL, input=a_wish(name="  Mara Voss ", defaultOutfit="TUXEDO", baseModel="FLUX_DEV")))[
        "influencer"
    ]

    assert made.pop("id")
    assert made == {
        "name": "Mara Voss",
        "nsfwEnabled": False,
        "baseModel": "FLUX_DEV",
        "defaultOutfit": "TUXEDO",
        "generationMode": "FACE_SWAP",
        "loraStatus": "NONE",
        "baseImage": None,
        "characterSheetJob": None,
        "loraModel": None,
        "loraSettings": {"trainingEnabled": True, "autoStart": True},
        "appearance": MARA["appearance"],
    }
    assert await studio.balance() == (100, 0)


async def test_what_is_left_out_gets_its_default(studio: Studio) -> None:
    made = (await studio.ask(IN_FULL, input=a_wish()))["influencer"]
    assert (made["defaultOutfit"], made["baseModel"], made["nsfwEnabled"]) == ("CASUAL_TEE", "Z_IMAGE_TURBO", False)


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        (
            {"appearance": {"age": 17}},
            ["input", "appearance", "age"],
            "Age must be 18 to 99: every character is an adult.",
        ),
        (
            {"appearance": {"age": 100}},
            ["input", "appearance", "age"],
            "Age must be 18 to 99: every character is an adult.",
        ),
        (
            {"appearance": {"bodyType": "huge"}},
            ["input", "appearance", "bodyType"],
            "'huge' is not a known bodyType. Allowed: slim, average, athletic, curvy, muscular, plus_size.",
        ),
        (
            {"appearance": {"eyeColor": ""}},
            ["input", "appearance", "eyeColor"],
            "'' is not a known eyeColor. Allowed: amber, blue, brown, dark_brown, gray, green, hazel.",
        ),
        ({"name": "   "}, ["input", "name"], "A name has 1 to 80 characters."),
        ({"name": "x" * 81}, ["input", "name"], "A name has 1 to 80 characters."),
        ({"idempotencyKey": ""}, ["input", "idempotencyKey"], "An idempotency key has 1 to 200 characters."),
        ({"idempotencyKey": "k" * 201}, ["input", "idempotencyKey"], "An idempotency key has 1 to 200 characters."),
    ],
)
async def test_what_may_not_be_is_refused_with_the_place_it_stands(
    studio: Studio, owner: Owner, changes: Json, path: list[str], message: str
) -> None:
    await studio.balance()
    async with owner.nothing_moves(studio):
        refusal = await studio.refusal(CREATE, input=a_wish(**changes))
    assert refusal == {"__typename": "ValidationError", "code": "INVALID_INPUT", "message": message, "path": path}


@pytest.mark.parametrize("age", [18, 99])
async def test_the_youngest_and_the_oldest_adult_are_made(studio: Studio, age: int) -> None:
    made = (await studio.ask(IN_FULL, input=a_wish(appearance={"age": age})))["influencer"]
    assert made["appearance"]["age"] == age


@pytest.mark.parametrize(
    "changes", [{"defaultOutfit": None}, {"baseModel": None}, {"nsfwEnabled": None}, {"appearance": {"age": None}}]
)
async def test_null_is_not_the_same_as_left_out(studio: Studio, owner: Owner, changes: Json) -> None:
    await studio.balance()
    async with owner.nothing_moves(studio):
        message, _ = await studio.failure(CREATE, input=a_wish(**changes))
    assert "non-nullable" in message or "non-null" in message
