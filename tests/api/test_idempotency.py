"""Idempotency keys: one wish is carried out once, and two wishes are never taken for one."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.studio import MARA, Json, Studio

OPERATIONS = operations()


def create(key: str, name: str = "Mara") -> tuple[str, Json]:
    return OPERATIONS["CreateInfluencer"], {"input": {**MARA, "name": name, "idempotencyKey": key}}


def base(key: str, influencer: str, count: int = 1) -> tuple[str, Json]:
    return OPERATIONS["StartBaseImages"], {
        "input": {"influencerId": influencer, "imageCount": count, "idempotencyKey": key}
    }


def pack(key: str, influencer: str, **more: Any) -> tuple[str, Json]:
    return OPERATIONS["StartPack"], {"input": {"subjectId": influencer, "idempotencyKey": key, **more}}


def beside(answer: Json) -> Json:
    """What is told beside the data, but for its cost; taken out of the answer."""
    told: Json = answer.pop("extensions", {})
    told.pop("cost", None)
    return told


def only_error(answer: Json) -> str:
    (payload,) = answer["data"].values()
    (error,) = payload["errors"]
    name: str = error["__typename"]
    return name


@pytest.mark.parametrize("operation", ["create", "base", "pack"])
async def test_the_same_wish_gets_the_same_answer_and_costs_nothing_more(
    studio: Studio, owner: Owner, operation: str
) -> None:
    influencer = await owner.influencer_with_face(studio)
    wish = {"create": create("k"), "base": base("k", influencer), "pack": pack("k", influencer, imageCount=2)}[
        operation
    ]

    first = await studio.post(*wish)
    assert beside(first) == {}
    async with owner.nothing_moves(studio):
        second, third = await studio.post(*wish), await studio.post(*wish)

    assert beside(second) == beside(third) == {"idempotentReplay": True}
    assert first == second == third


async def test_a_wish_is_the_same_however_its_defaults_are_said(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    first = await studio.post(*pack("k", influencer))
    assert beside(first) == {}
    said = {"imageCount": 5, "outfit": None, "seed": None, "quality": "DRAFT", "quoteId": None}
    again = await studio.post(*pack("k", influencer, **said))
    assert beside(again) == {"idempotentReplay": True}
    assert again == first


async def test_another_wish_under_the_key_is_a_conflict(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    await studio.post(*pack("k", influencer, imageCount=1, seed=1))
    for other in (
        pack("k", influencer, imageCount=2, seed=1),
        pack("k", influencer, imageCount=1, seed=2),
        pack("k", influencer, imageCount=1),
        base("k", influencer),
        create("k"),
    ):
        async with owner.nothing_moves(studio):
            answer = await studio.post(*other)
        assert only_error(answer) == "ConflictError"
    assert await studio.balance() == (90, 10)


async def test_a_refusal_is_remembered_even_when_the_credits_have_come(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    wish = pack("k", influencer, imageCount=10, quality="HQ")
    refused = await studio.post(*wish)
    assert beside(refused) == {}
    assert only_error(refused) == "InsufficientCreditsError"
    await owner.grant(studio, 1000)

    async with owner.nothing_moves(studio):
        again = await studio.post(*wish)
    assert beside(again) == {"idempotentReplay": True}
    assert again == refused

    assert (await studio.post(*pack("another", influencer, imageCount=10, quality="HQ")))["data"]["startPack"]["job"]
    assert await studio.balance() == (900, 200)


async def test_not_found_and_conflict_are_remembered_too(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    refused = await studio.post(*pack("k", influencer))
    assert beside(refused) == {}
    assert only_error(refused) == "ConflictError"
    await owner.give_face(studio, influencer)
    again = await studio.post(*pack("k", influencer))
    assert beside(again) == {"idempotentReplay": True}
    assert again == refused


async def test_a_wish_that_makes_no_sense_does_not_use_up_its_key(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    assert only_error(await studio.post(*pack("k", influencer, imageCount=11))) == "ValidationError"
    assert (await studio.post(*pack("k", influencer, imageCount=1)))["data"]["startPack"]["errors"] == []


async def test_ten_sends_at_once_have_one_effect(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    before = await owner.counts()

    answers = await asyncio.gather(*(studio.post(*pack("k", influencer, imageCount=3)) for _ in range(10)))

    replays = [beside(answer) for answer in answers]
    assert sorted(replays, key=len) == [{}, *[{"idempotentReplay": True}] * 9]
    assert all(answer == answers[0] for answer in answers)
    after = await owner.counts()
    assert (after["jobs"] - before["jobs"], after["credit_entries"] - before["credit_entries"]) == (1, 1)
    assert await studio.balance() == (70, 30)


async def test_ten_different_wishes_at_once_under_one_key_have_one_effect(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    answers = await asyncio.gather(*(studio.post(*pack("k", influencer, imageCount=1, seed=n)) for n in range(10)))
    accepted = [answer for answer in answers if answer["data"]["startPack"]["job"]]
    assert len(accepted) == 1
    assert {only_error(answer) for answer in answers if answer not in accepted} == {"ConflictError"}
    assert await studio.balance() == (90, 10)


async def test_keys_belong_to_a_user(studio: Studio, owner: Owner) -> None:
    other = studio.another()
    mine, theirs = await owner.influencer_with_face(studio), await owner.influencer_with_face(other)
    first = await studio.post(*pack("k", mine, imageCount=1))
    second = await other.post(*pack("k", theirs, imageCount=1))
    assert beside(second) == {}
    assert first["data"]["startPack"]["job"]["id"] != second["data"]["startPack"]["job"]["id"]


async def test_on_a_socket_a_replay_marks_its_own_answer_only(studio: Studio) -> None:
    document, variables = create(uuid4().hex)
    async with studio.socket() as socket:
        first = await socket.run(document, **variables)
        replay = await socket.run(document, **variables)
        other = await socket.run("{ viewer { id } }")
    assert beside(first) == {}
    assert beside(replay) == {"idempotentReplay": True}
    assert replay == first
    assert beside(other) == {}
