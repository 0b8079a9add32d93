"""Nothing leaves unsigned: what every file of a job says, and what happens while nobody can sign."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.provenance import make_identities
from app.provenance_settings import ProvenanceSettings
from app.settings import Settings
from app.wiring import utc_now
from app.worker import RunningWorker, running_worker
from domain.images.picture import Picture
from domain.images.provenance import SourceType
from domain.models.model import Provider
from providers.local.tokens import user_id_of
from providers.provenance.certificates import Issued, new_leaf, new_root
from providers.provenance.containers import manifest_store_of
from providers.provenance.reading import Reading, reading_of
from tasks.images import ImageProviders
from tests.support.operations import operations
from tests.support.owner import Owner, uuids_of
from tests.support.queued_images import QueuedImages
from tests.support.studio import JOB, Json, Studio
from tests.support.waiting import until

TOLD = """
query ($id: ID!) { image(id: $id) { url thumbnailUrl contentType provenance {
  isAiGenerated generator digitalSourceType signedBy signedAt manifestId ingredientIds unsignedBecause manifestUrl } } }
"""
IN_GALLERY = (
    "{ viewer { images(first: 1) { edges { node { id provenance { manifestId signedBy ingredientIds } } } } } }"
)
WAITING = "SELECT count(*) FROM job_images WHERE state = 'QUEUED' AND waits > 0"
KEPT = "SELECT count(*) FROM image_reviews WHERE stored_at IS NOT NULL AND cleared_at IS NULL"


async def told_of(studio: Studio, image: str) -> Json:
    found: Json = await studio.ask(TOLD, id=image)
    return found


async def fetched(studio: Studio, url: str, content_type: str) -> bytes:
    async with studio.http.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, content_type)
        return await answer.read()


async def read(studio: Studio, url: str, content_type: str, settings: Settings) -> Reading:
    """What whoever has the file reads in it, with our root at hand."""
    picture = Picture(await fetched(studio, url, content_type), content_type)
    found = reading_of(picture, make_identities(settings).now_signing().root)
    assert found is not None
    return found


async def edited(studio: Studio, image: str) -> str:
    wish = {"imageId": image, "overlay": {"text": "SALE", "position": "BOTTOM"}, "idempotencyKey": "edit"}
    payload = await studio.ask(operations()["StartEdit"], input=wish)
    assert payload["errors"] == []
    assert (await studio.ended(payload["job"]["id"]))["status"] == "COMPLETED"
    (edge,) = (await studio.ask(JOB, id=payload["job"]["id"]))["images"]["edges"]
    made: str = edge["node"]["id"]
    return made


async def test_every_file_says_what_it_is_by_whom_and_from_what(
    studio: Studio, settings: Settings, worker: RunningWorker
) -> None:
    influencer = await studio.influencer_with_face()
    job = (await studio.start_pack(influencer, count=1, quality="DRAFT"))["job"]["id"]
    assert (await studio.ended(job))["status"] == "COMPLETED"
    (edge,) = (await studio.ask(JOB, id=job))["images"]["edges"]
    source, changed = edge["node"]["id"], await edited(studio, edge["node"]["id"])

    before, after = await told_of(studio, source), await told_of(studio, changed)
    first, second = before["provenance"], after["provenance"]
    assert (first["generator"], first["digitalSourceType"]) == ("local/local-sketch-1", "ALGORITHMIC_MEDIA")
    assert (second["generator"], second["digitalSourceType"]) == ("local/local-sketch-1", "ALGORITHMICALLY_ENHANCED")
    assert (first["signedBy"], first["unsignedBecause"], first["isAiGenerated"]) == ("Likeness", None, True)
    assert (first["ingredientIds"], second["ingredientIds"]) == ([], [source])

    whole = await read(studio, after["url"], after["contentType"], settings)
    assert (whole.state, whole.manifest, whole.action) == ("Trusted", second["manifestId"], "c2pa.edited")
    assert (whole.source_type, whole.made_by) == ("algorithmicallyEnhanced", "local/local-sketch-1")
    assert whole.ingredients == [("parentOf", "The picture that was changed", first["manifestId"])]
    small = await read(studio, after["thumbnailUrl"], "image/webp", settings)
    assert (small.state, small.action, small.source_type) == ("Trusted", "c2pa.resized", "algorithmicallyEnhanced")

    data = await fetched(studio, after["url"], after["contentType"])
    alone = await fetched(studio, second["manifestUrl"], "application/c2pa")
    assert alone == manifest_store_of(Picture(data, after["contentType"]))
    assert SourceType.ALGORITHMICALLY_ENHANCED.uri.encode() in Image.open(BytesIO(data)).info["xmp"]
    for secret in (studio.user, str(user_id_of(studio.user)), str(uuids_of([changed])[0]), str(uuids_of([source])[0])):
        assert secret.encode() not in data
    manifest: str = second["manifestUrl"]
    of_the_file = after["url"].replace("/files/", "/manifests/")
    for url in (f"{manifest}0", manifest.replace("manifests/", "manifests/x"), of_the_file):
        async with studio.http.get(url) as answer:
            assert answer.status == 404

    (node,) = [edge["node"] for edge in (await studio.ask(IN_GALLERY))["images"]["edges"]]
    assert node == {
        "id": changed,
        "provenance": {"manifestId": second["manifestId"], "signedBy": "Likeness", "ingredientIds": [source]},
    }


async def test_an_image_from_before_says_that_it_is_not_signed(studio: Studio, owner: Owner) -> None:
    (image,) = await owner.give_images(studio, await studio.influencer(), 1)
    found = (await told_of(studio, image))["provenance"]
    assert found == {
        "isAiGenerated": True,
        "generator": "local/likeness-sketch-1",
        "digitalSourceType": None,
        "signedBy": None,
        "signedAt": None,
        "manifestId": None,
        "ingredientIds": [],
        "unsignedBecause": "This image was made before images were signed. Its file has no content credentials.",
        "manifestUrl": None,
    }


# --- while nobody can sign


@pytest.fixture
def given(settings: Settings, tmp_path: Path) -> Settings:
    """With a certificate of the operator's, which is good."""
    made = ProvenanceSettings(chain=tmp_path / "chain.pem", key=tmp_path / "key.pem")
    put(made, new_root(now=utc_now()), life=timedelta(days=90))
    return replace(settings, provenance=made)


def put(place: ProvenanceSettings, root: Issued, *, life: timedelta) -> None:
    """One that ended before now is one of a month ago."""
    begun = utc_now() if life > timedelta() else utc_now() - timedelta(days=30)
    leaf = new_leaf(root, now=begun, life=abs(life))
    place.chain.write_bytes(leaf.certificate_pem + root.certificate_pem)
    place.key.write_bytes(leaf.key_pem)


@asynccontextmanager
async def a_worker(settings: Settings, vendor: QueuedImages) -> AsyncIterator[RunningWorker]:
    images = ImageProviders(answering={}, queued={Provider.RUNPOD: vendor})
    async with running_worker(settings, images=images) as worker:
        yield worker


async def is_waiting(owner: Owner) -> bool:
    return bool(await owner.value(WAITING) == 1)


async def due_now(owner: Owner) -> None:
    await owner.run("UPDATE job_images SET run_after = now() WHERE state = 'QUEUED'")
    await owner.run("UPDATE render_line SET due_at = now()")


async def readiness(studio: Studio) -> tuple[int, str]:
    async with studio.http.get(f"{studio.url}/readyz") as answer:
        return answer.status, (await answer.json())["signer"]


async def test_with_a_certificate_that_ended_nobody_is_asked_for_a_picture_until_there_is_another(
    studio: Studio, given: Settings, owner: Owner
) -> None:
    assert given.provenance is not None
    put(given.provenance, new_root(now=utc_now() - timedelta(days=30)), life=-timedelta(days=10))
    vendor = QueuedImages()
    async with a_worker(given, vendor):
        job = (await studio.start_base_images(await studio.influencer(), 1))["id"]
        await until(lambda: is_waiting(owner))
        assert (vendor.accepted, await studio.balance()) == ([], (90, 10))
        assert await owner.rows("SELECT state, tries FROM job_images") == [("QUEUED", 0)]
        (reason,) = await owner.rows("SELECT payload ->> 'reason' FROM events WHERE kind = 'IMAGE_DELAYED'")
        assert reason == (
            "Pictures cannot be signed right now, and none is given out unsigned. Yours waits; nothing is charged until it is there.",
        )
        assert await readiness(studio) == (503, "pictures cannot be signed, and wait: see 'likeness doctor'")

        put(given.provenance, new_root(now=utc_now()), life=timedelta(days=90))
        await due_now(owner)
        assert (await studio.ended(job))["status"] == "COMPLETED"
    assert (len(vendor.accepted), await studio.balance()) == (1, (90, 0))
    assert await owner.violations() == []


async def test_a_picture_that_was_paid_for_and_cannot_be_signed_is_kept_and_made_once(
    studio: Studio, given: Settings, owner: Owner
) -> None:
    assert given.provenance is not None
    vendor = QueuedImages(held=True)
    async with a_worker(given, vendor):
        job = (await studio.start_base_images(await studio.influencer(), 1))["id"]
        await until(lambda: _is_accepted(vendor))
        key = given.provenance.key.read_bytes()
        given.provenance.key.unlink()
        vendor.held = False
        await until(lambda: is_waiting(owner))
        assert await owner.value(KEPT) == 1
        assert await owner.value("SELECT count(*) FROM images") == 0
        await due_now(owner)
        await until(lambda: _has_waited_twice(owner))
        given.provenance.key.write_bytes(key)
        await due_now(owner)
        assert (await studio.ended(job))["status"] == "COMPLETED"
    assert (len(vendor.accepted), await studio.balance()) == (1, (90, 0))
    (edge,) = (await studio.ask(JOB, id=job))["images"]["edges"]
    found = await told_of(studio, edge["node"]["id"])
    assert (await read(studio, found["url"], "image/jpeg", given)).state == "Trusted"
    assert found["provenance"]["digitalSourceType"] == "TRAINED_ALGORITHMIC_MEDIA"
    assert await owner.violations() == []


async def _is_accepted(vendor: QueuedImages) -> bool:
    return bool(vendor.accepted)


async def _has_waited_twice(owner: Owner) -> bool:
    return await owner.rows("SELECT waits FROM job_images WHERE state = 'QUEUED'") == [(2,)]
