"""Every kind of job of a real person, as a client meets it: their photos are shown, nothing else is known, and consent is asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest

from app.settings import Settings
from app.worker import RunningWorker, running_worker
from domain.ports.image_provider import OnPreview, OnProgress, RenderedImage, RenderRequest, unseen
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tasks.purge import purge
from tests.support.operations import operations, variables_of
from tests.support.owner import Owner
from tests.support.personas import MadePersona, a_persona, delete_persona, remove_photos, withdraw
from tests.support.quick_images import QuickImages
from tests.support.sending import a_mask, a_style, sent
from tests.support.statements import statements_of_the_api
from tests.support.studio import CANCEL, JOB, RETRY, Json, Studio
from tests.support.waiting import until

OPERATIONS = operations()
CREDITS = {"Pack": 50, "Headshots": 160, "Variations": 160, "Inpaint": 20, "Edit": 80}
"""What the examples of their variables cost; the first three draw anew, from photos."""
DRAWN = ("Pack", "Headshots", "Variations")

CHECK = "mutation ($input: CheckUploadsInput!) { checkUploads(input: $input) { uploads { status } } }"
LINEAGE = """
query ($id: ID!) { job(id: $id) {
  mode modeReason adult prompt outfit subject { __typename ... on Persona { id name photoCount nextStep { code } } }
  images { edges { node { id nsfw descendsFromUpload downloadUrl references { id } source { id } subject { __typename id } } } }
} }
"""
GALLERY = "query ($f: ImageFilter) { viewer { images(filter: $f) { edges { node { id subject { __typename ... on Persona { id name } } } } } } }"
WATCH = """
subscription ($id: ID!) { jobProgress(jobId: $id) { job { status subject { __typename ... on Persona { id name status } } } } }
"""

every_kind = pytest.mark.parametrize("kind", CREDITS)


def named(kind: str, known: MadePersona, **ids: str) -> Json:
    """The example's variables, of this persona."""
    variables = variables_of(kind, influencer_id=known.id, **ids)
    if "idempotencyKey" in variables["input"]:
        variables["input"]["idempotencyKey"] = uuid4().hex
    return variables


async def uploads_of(studio: Studio) -> dict[str, str]:
    """Sent, and looked at already."""
    (mask,) = await sent(studio, "MASK", a_mask((768, 1365), (100, 100, 300, 300)))
    (style,) = await sent(studio, "STYLE_IMAGE", a_style())
    await studio.ask(CHECK, input={"uploadIds": [mask, style]})
    return {"mask_upload_id": mask, "style_upload_id": style}


async def with_image(studio: Studio, owner: Owner, known: MadePersona) -> dict[str, str]:
    """Ids that the examples name. The balance is 1,000 credits afterwards."""
    pack = await started(studio, "Pack", known)
    await studio.ended(pack["id"])
    image = (await studio.ask(JOB, id=pack["id"]))["images"]["edges"][0]["node"]["id"]
    available, _ = await studio.balance()
    await owner.grant(studio, 1000 - available)
    return {"image_id": image, **await uploads_of(studio)}


async def started(studio: Studio, kind: str, known: MadePersona, **ids: str) -> Json:
    payload = await studio.ask(OPERATIONS[f"Start{kind}"], **named(f"Start{kind}", known, **ids))
    assert payload["errors"] == []
    job: Json = payload["job"]
    return job


def files_of(studio: Studio, keys: list[str]) -> list[bytes]:
    return [(Path(studio.settings.data_dir) / "files" / key).read_bytes() for key in keys]


async def test_each_kind_costs_what_was_quoted_and_shows_the_model_the_photos_alone(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    known = await a_persona(studio, 1, 2)
    first, second = files_of(
        studio, [key for (key,) in await owner.rows("SELECT storage_key FROM uploads ORDER BY used_at, storage_key")]
    )
    ids = await with_image(studio, owner, known)
    images, credits_left = 5, 1000

    for kind, price in CREDITS.items():
        quote = await studio.ask(
            OPERATIONS[f"Quote{kind}"].replace("credits", "id credits", 1), **named(f"Quote{kind}", known, **ids)
        )
        variables = named(f"Start{kind}", known, **ids)
        variables["input"] |= {"quoteId": quote["id"]}
        quick_images.requests.clear()
        quick_images.hold()
        job = (await studio.ask(OPERATIONS[f"Start{kind}"], **variables))["job"]
        assert (quote["credits"], await studio.balance()) == (price, (credits_left - price, price)), kind
        quick_images.let_go()
        ended = await studio.ended(job["id"])
        images, credits_left = images + ended["imageCount"], credits_left - price

        assert (ended["status"], ended["creditsCaptured"]) == ("COMPLETED", price)
        assert await studio.balance() == (credits_left, 0)
        found = await studio.ask(LINEAGE, id=job["id"])
        assert found["subject"]["id"] == known.id
        assert found["subject"]["__typename"] == "Persona"
        assert (found["mode"], found["adult"]) == ("FACE_SWAP" if kind in DRAWN else None, False)
        for edge in found["images"]["edges"]:
            node = edge["node"]
            assert (node["nsfw"], node["descendsFromUpload"], node["references"]) == (False, True, [])
            assert node["subject"] == {"__typename": "Persona", "id": known.id}
            assert (node["source"] is not None) == (kind not in DRAWN)
        seen: list[RenderRequest] = quick_images.requests
        assert {request.look for request in seen} == {None}
        shown = {tuple(picture.data for picture in request.references) for request in seen}
        if kind in DRAWN:
            assert shown in ({(first, second)}, {(second, first)}), "both photos, the best first, and nothing else"

    gallery = (await studio.ask(GALLERY, f={"subjectId": known.id}))["images"]["edges"]
    assert len(gallery) == images
    assert {edge["node"]["subject"]["name"] for edge in gallery} == {"Ada"}
    assert await owner.rows("SELECT DISTINCT nsfw, descends_from_upload FROM images") == [(False, True)]
    assert await owner.violations() == []


@every_kind
async def test_a_job_is_cancelled_and_what_failed_is_retried(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages, kind: str
) -> None:
    known = await a_persona(studio, 1)
    ids = await with_image(studio, owner, known)
    quick_images.hold()
    job = await started(studio, kind, known, **ids)
    cancelled = (await studio.ask(CANCEL, input={"jobId": job["id"]}))["job"]
    quick_images.let_go()
    assert (cancelled["status"], cancelled["creditsReserved"], cancelled["creditsCaptured"]) == ("CANCELLED", 0, 0)
    assert await studio.balance() == (1000, 0)

    quick_images.failing_poses = {0}
    job = await studio.ended((await started(studio, kind, known, **(ids | await uploads_of(studio))))["id"])
    count, price = job["imageCount"], CREDITS[kind] // job["imageCount"]
    assert (job["status"], job["failedCount"]) == ("PARTIAL" if count > 1 else "FAILED", 1)
    quick_images.failing_poses = set()
    again = (await studio.ask(RETRY, input={"jobId": job["id"], "idempotencyKey": uuid4().hex}))["job"]
    assert (again["creditsReserved"], again["completedCount"]) == (price, count - 1)
    ended = await studio.ended(job["id"])

    assert (ended["status"], ended["creditsCaptured"]) == ("COMPLETED", CREDITS[kind])
    assert await studio.balance() == (1000 - CREDITS[kind], 0)
    assert await owner.violations() == []


async def test_without_consent_photos_or_the_right_to_it_nothing_moves(studio: Studio, owner: Owner) -> None:
    known = await a_persona(studio, 1)
    (image,) = await owner.give_images(studio, known.id, 1)
    ids = {"image_id": image, **await uploads_of(studio)}
    stranger = studio.another()
    await stranger.balance()
    foreign = await uploads_of(stranger)

    async def refused(who: Studio, kind: str, of: MadePersona, typename: str, code: str, **given: str) -> None:
        """Under a new key, so that it is remembered; as a quote the same without."""
        named_ids = {**ids, **given}
        async with owner.nothing_moves(who, remembered=1, logged=int(code == "CONSENT_REQUIRED")):
            refusal = await who.refusal(OPERATIONS[f"Start{kind}"], **named(f"Start{kind}", of, **named_ids))
        assert (refusal["__typename"], refusal["code"]) == (typename, code), kind
        _, extensions = await who.failure(OPERATIONS[f"Quote{kind}"], **named(f"Quote{kind}", of, **named_ids))
        assert extensions["code"] == code, kind

    for kind in DRAWN:
        await refused(stranger, kind, known, "NotFoundError", "NOT_FOUND", **foreign)

    await remove_photos(studio, known, *known.photos)
    for kind in DRAWN:
        await refused(studio, kind, known, "ConflictError", "CONFLICT")

    await withdraw(studio, known)
    for kind in DRAWN:
        await refused(studio, kind, known, "ConsentRequiredError", "CONSENT_REQUIRED")
    for kind in ("Inpaint", "Edit"):
        await refused(studio, kind, known, "NotFoundError", "NOT_FOUND")  # the image is gone with the consent


async def test_sheets_and_base_images_are_of_influencers(studio: Studio, owner: Owner) -> None:
    known = await a_persona(studio)
    for name, field in (("StartCharacterSheet", "subjectId"), ("StartBaseImages", "influencerId")):
        async with owner.nothing_moves(studio):
            refusal = await studio.refusal(OPERATIONS[name], **named(name, known))
        assert (refusal["code"], refusal["message"]) == (
            "INVALID_INPUT",
            "This is the id of a Persona, not of an Influencer.",
        )
        assert refusal.get("path", ["input", field]) == ["input", field]


async def test_a_retry_asks_for_photos_and_consent_again(
    studio: Studio, owner: Owner, settings: Settings, quick_images: QuickImages
) -> None:
    known = await a_persona(studio, 1, 2)
    quick_images.failing_poses = {0}
    async with running_worker(settings, images=quick_images):
        job = await studio.ended((await started(studio, "Pack", known))["id"])

    async def refused(code: str) -> None:
        async with owner.nothing_moves(studio, remembered=1, logged=int(code == "CONSENT_REQUIRED")):
            refusal = await studio.refusal(RETRY, input={"jobId": job["id"], "idempotencyKey": uuid4().hex})
        assert refusal["code"] == code

    assert job["failedCount"] == 1
    await remove_photos(studio, known, known.photos[0])
    await refused("CONFLICT")
    await withdraw(studio, known)
    await refused("CONSENT_REQUIRED")
    await delete_persona(studio, known)
    await refused("NOT_FOUND")
    assert (await studio.ask(LINEAGE, id=job["id"]))["subject"] is None


async def test_a_photo_that_is_removed_is_not_used_once_more(
    studio: Studio, settings: Settings, quick_images: QuickImages
) -> None:
    known = await a_persona(studio, 1, 2)
    job = await started(studio, "Pack", known)
    await remove_photos(studio, known, known.photos[1])
    async with running_worker(settings, images=quick_images):
        ended = await studio.ended(job["id"])

    assert (ended["status"], ended["failedCount"], ended["errorCode"]) == ("FAILED", 5, "NOT_FOUND")
    assert ended["errorMessage"].startswith("A photo that this image was to be made from was removed.")
    assert (quick_images.calls, await studio.balance()) == (0, (100, 0))


async def test_a_stream_tells_whose_job_it_is(
    studio: Studio, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    known = await a_persona(studio, 1)
    quick_images.hold()
    job = await started(studio, "Pack", known)
    told = []
    async with studio.socket() as socket:
        async for event in socket.events(WATCH, id=job["id"]):
            quick_images.let_go()
            told.append(event["job"])
    assert told[-1]["status"] == "COMPLETED"
    assert {tuple(sorted(each["subject"].items())) for each in told} == {
        (("__typename", "Persona"), ("id", known.id), ("name", "Ada"), ("status", "PENDING_UPLOAD"))
    }


async def test_a_persona_costs_two_statements_more_than_an_influencer_however_many_photos_it_has(
    studio: Studio,
) -> None:
    taken = []
    for user, seeds in ((studio, (1,)), (studio.another(), (1, 2, 3, 4, 5))):
        known = await a_persona(user, *seeds)
        with statements_of_the_api() as sent_statements:
            await started(user, "Pack", known)
        taken.append(len(sent_statements))
    assert taken == [6, 6]


class StubbornImages(QuickImages):
    """Pictures that come although nobody waits for them any more."""

    async def render(
        self, request: RenderRequest, *, on_progress: OnProgress, on_preview: OnPreview = unseen
    ) -> RenderedImage:
        while True:
            try:
                return await super().render(request, on_progress=on_progress, on_preview=on_preview)
            except asyncio.CancelledError:
                self.let_go()


@pytest.mark.parametrize("taken_back", [withdraw, delete_persona])
async def test_what_is_being_drawn_of_a_person_is_dropped_unpaid_and_unseen(
    studio: Studio,
    owner: Owner,
    settings: Settings,
    taken_back: Callable[[Studio, MadePersona], Awaitable[None]],
) -> None:
    known, images = await a_persona(studio, 1), StubbornImages()
    async with running_worker(settings, images=images) as worker:
        done = (await studio.start_pack(known.id, count=1))["job"]["id"]
        await studio.ended(done)
        images.hold()
        running = (await studio.start_pack(known.id, count=3))["job"]["id"]

        async def are_being_drawn() -> bool:
            return images.calls == 4

        await until(are_being_drawn)
        assert await studio.balance() == (60, 30)
        await taken_back(studio, known)

        assert await studio.balance() == (90, 0)
        job = await studio.ask(JOB, id=running)
        assert (job["status"], job["cancelledCount"], job["creditsCaptured"]) == ("CANCELLED", 3, 0)

        async def is_gone() -> bool:
            await purge(worker.services, user_id=str(user_id_of(studio.user)))
            held = worker.services.leases.count
            files = [*(settings.data_dir / "files").glob(f"*/{user_id_of(studio.user)}/*")]
            return held == 0 and files == []

        await until(is_gone)
    assert (await studio.ask(GALLERY, f=None))["images"]["edges"] == []
    assert await owner.rows("SELECT purged_at IS NOT NULL, job_id = :id FROM images", id=parse_id(done)[1]) == [
        (True, True)
    ]
    assert await owner.rows("SELECT image_count, job_count, credits_released FROM deletions") == [(1, 1, 30)]
    assert await owner.violations() == []
