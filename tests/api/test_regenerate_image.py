"""One image made again, alone: by its own recipe, with another seed, at today's price."""

from uuid import uuid4

from app.worker import RunningWorker
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.personas import a_persona, started
from tests.support.quick_images import QuickImages
from tests.support.studio import JOB, Json, Studio

OPERATIONS = operations()
REGENERATE, PERSONA = OPERATIONS["RegenerateImage"], OPERATIONS["Persona"]
QUOTE = "query ($input: RegenerationInput!) { quoteRegenerateImage(input: $input) { id credits imageCount isFree } }"
REMOVE = "mutation ($input: RemovePersonaPhotosInput!) { removePersonaPhotos(input: $input) { errors { code } } }"
IMAGE = "query ($id: ID!) { image(id: $id) { id style seed prompt kind index creditsCharged regeneratedFrom { id } source { id } } }"


async def only_image(studio: Studio, job: Json) -> Json:
    """As it is told, of a job that made one."""
    assert (await studio.ended(job["id"]))["status"] == "COMPLETED"
    (edge,) = (await studio.ask(JOB, id=job["id"]))["images"]["edges"]
    found: Json = await studio.ask(IMAGE, id=edge["node"]["id"])
    return found


async def test_one_portrait_takes_the_place_of_its_own_style(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    persona = await a_persona(studio, *range(6))
    await studio.ended((await started(studio, "StartPortraits", personaId=persona.id))["id"])
    before = (await studio.ask(PERSONA, id=persona.id))["portraits"]
    old = await studio.ask(IMAGE, id=before[3]["id"])
    first = next(request for request in quick_images.requests if request.prompt == old["prompt"])
    await owner.grant(studio, 300)

    quote = await studio.ask(QUOTE, input={"imageId": old["id"]})
    assert (quote["credits"], quote["imageCount"], quote["isFree"]) == (150, 1, False)
    job = await started(studio, "RegenerateImage", imageId=old["id"], quoteId=quote["id"])
    new = await only_image(studio, job)

    assert (new["style"], new["prompt"], new["kind"]) == ("THOUGHTFUL_CLOSE_UP", old["prompt"], "PORTRAITS")
    assert (new["seed"] != old["seed"], new["creditsCharged"], new["index"]) == (True, 150, 0)
    assert (new["regeneratedFrom"], new["source"]) == ({"id": old["id"]}, None)
    assert quick_images.requests[-1].references == first.references
    after = (await studio.ask(PERSONA, id=persona.id))["portraits"]
    assert [image["id"] for image in after] == [*(one["id"] for one in before[:3]), new["id"], before[4]["id"]]
    assert (await studio.ask(IMAGE, id=old["id"]))["id"] == old["id"], "it stays in the gallery"
    assert await studio.balance() == (250, 0)

    await studio.ask(OPERATIONS["DeleteImages"], input={"imageIds": [new["id"]]})
    assert (await studio.ask(PERSONA, id=persona.id))["portraits"][3]["id"] == old["id"]

    await studio.ask(REMOVE, input={"personaId": persona.id, "photoIds": [persona.photos[0]]})
    refusal = await studio.refusal(REGENERATE, input={"imageId": old["id"], "idempotencyKey": uuid4().hex})
    assert (refusal["code"], await studio.balance()) == ("CONFLICT", (250, 0))
    assert refusal["message"].startswith("A photo that this job works with was removed.")
    assert await owner.value("SELECT count(*) FROM jobs") == 2
    assert await owner.violations() == []


async def test_an_image_of_a_pack_is_made_again_by_the_same_seed_when_that_is_wanted(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await owner.influencer_with_face(studio)
    pack = (await studio.start_pack(influencer, count=3, scene="NIGHT_OUT"))["job"]
    await studio.ended(pack["id"])
    images = (await studio.ask(JOB, id=pack["id"]))["images"]["edges"]
    old = await studio.ask(IMAGE, id=images[2]["node"]["id"])
    request = next(one for one in quick_images.requests if one.seed == old["seed"])

    job = await started(studio, "RegenerateImage", imageId=old["id"], seed=old["seed"])
    new = await only_image(studio, job)

    assert (new["seed"], new["prompt"], new["creditsCharged"]) == (old["seed"], old["prompt"], 10)
    again = quick_images.requests[-1]
    assert (again.pose, again.look, again.scene) == (request.pose, request.look, request.scene)
    assert await studio.balance() == (60, 0)
