"""`node`, `nodes`, `influencer`, `job`, `image`: anything of the viewer's by its id, and nothing else."""

from typing import Any
from uuid import uuid4

import pytest

from app.worker import RunningWorker
from providers.local.tokens import user_id_of
from schema.ids import global_id
from tests.support.owner import Owner
from tests.support.studio import Studio

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
BY_TYPE = {
    "Influencer": "query ($id: ID!) { influencer(id: $id) { id } }",
    "GenerationJob": "query ($id: ID!) { job(id: $id) { id } }",
    "ImageAsset": "query ($id: ID!) { image(id: $id) { id } }",
}
LEDGER = "{ viewer { creditTransactions { edges { node { id } } } } }"
NOTICES = "{ viewer { notifications { edges { node { id } } } } }"

GARBAGE = ["", "x", "%%%", "Zm9v", "ä", "🦊", "A" * 5000, "SW5mbHVlbmNlcjpub3RhdXVpZA", "OjEyMw"]


async def everything_of(studio: Studio, owner: Owner) -> dict[str, str]:
    influencer = await studio.influencer()
    image = await owner.give_face(studio, influencer)
    job = (await studio.start_pack(influencer, count=1))["job"]["id"]
    viewer = global_id("Viewer", user_id_of(studio.user))
    return {"Influencer": influencer, "GenerationJob": job, "ImageAsset": image, "Viewer": viewer}


async def test_whatever_is_yours_is_found_under_its_own_type(studio: Studio, owner: Owner) -> None:
    mine = await everything_of(studio, owner)
    for type_name, id_ in mine.items():
        assert await studio.ask(NODE, id=id_) == {"__typename": type_name, "id": id_}
    for type_name, document in BY_TYPE.items():
        assert await studio.ask(document, id=mine[type_name]) == {"id": mine[type_name]}


async def test_a_movement_of_credits_and_a_notification_are_nodes_as_well(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=1))["job"]
    await studio.ended(job["id"])
    movement = (await studio.ask(LEDGER))["creditTransactions"]["edges"][0]["node"]["id"]
    notice = (await studio.ask(NOTICES))["notifications"]["edges"][0]["node"]["id"]

    assert await studio.ask(NODES, ids=[movement, notice]) == [
        {"__typename": "CreditTransaction", "id": movement},
        {"__typename": "Notification", "id": notice},
    ]
    assert await studio.another().ask(NODES, ids=[movement, notice]) == [None, None]


async def test_what_belongs_to_another_user_is_null_as_is_what_does_not_exist(studio: Studio, owner: Owner) -> None:
    foreign = await everything_of(studio.another(), owner)
    unknown = [global_id(name, uuid4()) for name in foreign]
    asked = [*foreign.values(), *unknown, *GARBAGE, global_id("Nothing", uuid4())]

    assert await studio.ask(NODES, ids=asked) == [None] * len(asked)
    for id_ in asked:
        assert await studio.ask(NODE, id=id_) is None


async def test_nodes_come_in_the_order_asked_for_repeats_and_all(studio: Studio, owner: Owner) -> None:
    mine = await everything_of(studio, owner)
    asked = [mine["ImageAsset"], "nonsense", mine["Influencer"], mine["ImageAsset"], mine["Viewer"]]
    found = await studio.ask(NODES, ids=asked)
    assert [node and node["id"] for node in found] == [asked[0], None, *asked[2:]]
    assert await studio.ask(NODES, ids=[]) == []


async def test_at_most_a_hundred_nodes_are_asked_for_at_once(studio: Studio) -> None:
    assert await studio.ask(NODES, ids=["x"] * 100) == [None] * 100
    assert await studio.failure(NODES, ids=["x"] * 101) == (
        "Ask for at most 100 nodes at once.",
        {"code": "INVALID_INPUT", "path": ["ids"]},
    )


@pytest.mark.parametrize("type_name", sorted(BY_TYPE))
async def test_a_field_of_one_type_refuses_what_it_cannot_find(studio: Studio, owner: Owner, type_name: str) -> None:
    document = BY_TYPE[type_name]
    foreign = (await everything_of(studio.another(), owner))[type_name]

    answers: list[Any] = [await studio.failure(document, id=id_) for id_ in (foreign, global_id(type_name, uuid4()))]
    assert answers[0] == answers[1]
    assert answers[0][1] == {"code": "NOT_FOUND"}
    for garbage in GARBAGE:
        assert (await studio.failure(document, id=garbage))[1]["code"] in {"NOT_FOUND", "INVALID_INPUT"}
    assert (await studio.failure(document, id=global_id("Viewer", uuid4())))[1] == {
        "code": "INVALID_INPUT",
        "path": ["id"],
    }
