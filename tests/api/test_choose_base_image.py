"""`chooseBaseImage`: which image gives an influencer its face."""

from uuid import uuid4

from schema.ids import global_id
from tests.support.owner import Owner
from tests.support.studio import CHOOSE, Studio


async def test_a_base_image_becomes_the_face(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    first, second = await owner.give_images(studio, influencer, 2, kind="BASE_IMAGES")

    for image in (first, second, second):
        payload = await studio.ask(CHOOSE, input={"influencerId": influencer, "imageId": image})
        assert payload == {"influencer": {"id": influencer, "baseImage": {"id": image}}, "errors": []}
    assert (await studio.start_pack(influencer, count=1))["errors"] == []


async def test_an_image_of_a_pack_proposes_no_face(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    (image,) = await owner.give_images(studio, influencer, 1, kind="PACK")
    async with owner.nothing_moves(studio):
        refusal = await studio.refusal(CHOOSE, input={"influencerId": influencer, "imageId": image})
    assert (refusal["__typename"], refusal["code"]) == ("ConflictError", "CONFLICT")


async def test_the_base_image_of_another_influencer_is_not_taken(studio: Studio, owner: Owner) -> None:
    influencer, other = await studio.influencer(), await studio.influencer()
    (image,) = await owner.give_images(studio, other, 1, kind="BASE_IMAGES")
    async with owner.nothing_moves(studio):
        refusal = await studio.refusal(CHOOSE, input={"influencerId": influencer, "imageId": image})
    assert refusal["__typename"] == "ConflictError"


async def test_what_belongs_to_another_user_does_not_exist(studio: Studio, owner: Owner) -> None:
    other = studio.another()
    foreign = await other.influencer()
    (foreign_image,) = await owner.give_images(other, foreign, 1, kind="BASE_IMAGES")
    influencer = await studio.influencer()
    (image,) = await owner.give_images(studio, influencer, 1, kind="BASE_IMAGES")

    for subject, chosen in (
        (foreign, foreign_image),
        (foreign, image),
        (influencer, foreign_image),
        (influencer, global_id("ImageAsset", uuid4())),
        (global_id("Influencer", uuid4()), image),
    ):
        async with owner.nothing_moves(studio):
            refusal = await studio.refusal(CHOOSE, input={"influencerId": subject, "imageId": chosen})
        assert (refusal["__typename"], refusal["code"]) == ("NotFoundError", "NOT_FOUND")


async def test_ids_that_are_swapped_are_told_apart(studio: Studio, owner: Owner) -> None:
    influencer = await studio.influencer()
    (image,) = await owner.give_images(studio, influencer, 1, kind="BASE_IMAGES")
    refusal = await studio.refusal(CHOOSE, input={"influencerId": image, "imageId": influencer})
    assert (refusal["__typename"], refusal["path"]) == ("ValidationError", ["input", "influencerId"])
    refusal = await studio.refusal(CHOOSE, input={"influencerId": influencer, "imageId": influencer})
    assert (refusal["__typename"], refusal["path"]) == ("ValidationError", ["input", "imageId"])
