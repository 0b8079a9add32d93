"""`likeImages`: all of them or none."""

from uuid import uuid4

import pytest

from schema.ids import global_id
from tests.support.owner import Owner
from tests.support.studio import Studio

LIKE = """
mutation ($input: LikeImagesInput!) {
  likeImages(input: $input) { images { id liked } errors { __typename code message path } }
}
"""


async def likes(owner: Owner) -> int:
    found: int = await owner.value("SELECT count(*) FROM images WHERE liked")
    return found


async def test_images_are_liked_in_the_order_given_and_taken_back(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    a, b, c = await owner.give_images(studio, influencer, 3)

    payload = await studio.ask(LIKE, input={"imageIds": [c, a, c]})
    assert payload == {"images": [{"id": c, "liked": True}, {"id": a, "liked": True}], "errors": []}
    assert await studio.ask(LIKE, input={"imageIds": [c, a], "liked": True}) == payload
    assert await likes(owner) == 2

    payload = await studio.ask(LIKE, input={"imageIds": [a, b], "liked": False})
    assert payload == {"images": [{"id": a, "liked": False}, {"id": b, "liked": False}], "errors": []}
    assert await likes(owner) == 1


async def test_one_that_is_not_yours_leaves_all_as_they_were(studio: Studio, owner: Owner) -> None:
    (mine,) = await owner.give_images(studio, await studio.influencer(), 1)
    other = studio.another()
    (foreign,) = await owner.give_images(other, await other.influencer(), 1)

    for wrong, place in ((foreign, ["2"]), (global_id("ImageAsset", uuid4()), ["2"]), ("nonsense", [])):
        async with owner.nothing_moves(studio):
            refusal = await studio.refusal(LIKE, input={"imageIds": [mine, mine, wrong, wrong]})
        assert (refusal["__typename"], refusal["code"]) == ("NotFoundError", "NOT_FOUND")
        assert refusal["path"] == ["input", "imageIds", *place]
    assert await likes(owner) == 0


@pytest.mark.parametrize("count", [0, 101])
async def test_one_to_a_hundred_images_are_taken_at_once(studio: Studio, count: int) -> None:
    refusal = await studio.refusal(LIKE, input={"imageIds": [global_id("ImageAsset", uuid4()) for _ in range(count)]})
    assert refusal == {
        "__typename": "ValidationError",
        "code": "INVALID_INPUT",
        "message": "Name 1 to 100 images.",
        "path": ["input", "imageIds"],
    }


async def test_the_id_of_another_type_is_told_apart(studio: Studio) -> None:
    refusal = await studio.refusal(LIKE, input={"imageIds": [await studio.influencer()]})
    assert (refusal["__typename"], refusal["path"]) == ("ValidationError", ["input", "imageIds"])


async def test_null_for_liked_is_not_the_same_as_left_out(studio: Studio) -> None:
    message, _ = await studio.failure(LIKE, input={"imageIds": [], "liked": None})
    assert "liked" in message
