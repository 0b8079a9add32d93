"""An adult job is carried out: by a model that may, looked at before it is kept, put where it belongs; and given up when a
condition went in between.

The pictures are single colours, and the detector says what the test tells it to.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from app.adult_settings import DetectorSettings
from app.settings import Settings
from app.wiring import make_local_files
from app.worker import running_worker
from domain.images.image import StoredFile
from domain.models.model import Provider
from domain.safety.policy import Unmet
from providers.local.tokens import user_id_of
from schema.ids import parse_id
from tasks.images import ImageProviders
from tests.support.adult import OPEN, REGION, a_studio, assure, grown_up, meant_for_it, opened, opt_in
from tests.support.emulators.detector import KEY, DetectorEmulator
from tests.support.emulators.faults import Fault
from tests.support.emulators.serving import Place, served
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages, picture_of
from tests.support.studio import PROGRESS, Json, Studio
from tests.support.waiting import until

BASE = picture_of(1)
JOB = """
query ($id: ID!) {
  job(id: $id) { adult status creditsCaptured errorCode errorMessage images(adult: INCLUDE) { edges { node { id nsfw url thumbnailUrl } } } }
}
"""
FACE = "SELECT storage_key FROM images WHERE kind = 'BASE_IMAGES' AND user_id = :user"
ROWS = "SELECT nsfw, storage_key, thumbnail_key, descends_from_upload FROM images WHERE kind = 'PACK'"
DECISIONS = "SELECT operation, outcome, rule, judge, input_sha256 FROM safety_decisions ORDER BY number"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    place = Place()
    with served(place) as place.url:
        yield place


@pytest.fixture
def detector(place: Place) -> DetectorEmulator:
    emulator = DetectorEmulator()
    place.app = emulator.app
    return emulator


@pytest.fixture
def open_settings(settings: Settings, place: Place, detector: DetectorEmulator) -> Settings:
    return opened(settings, detector=DetectorSettings(url=f"{place.url}/judge", key=KEY))


@dataclass(frozen=True, slots=True)
class Scene:
    """Somebody who has all it needs, and a pack that was accepted as adult and waits for a worker."""

    studio: Studio
    owner: Owner
    settings: Settings
    job: str
    images: QuickImages

    async def carried_out(self, settings: Settings | None = None) -> Json:
        """By a worker of these settings, whose only provider is one that may make adult content."""
        providers = ImageProviders(answering={Provider.RUNPOD: self.images})
        async with running_worker(settings or self.settings, images=providers):
            await self.studio.ended(self.job)
        found: Json = await self.studio.ask(JOB, id=self.job)
        return found

    async def has_begun(self) -> bool:
        return self.images.calls > 0

    async def decisions(self) -> list[tuple[Any, ...]]:
        return await self.owner.rows(DECISIONS)

    def stored(self) -> dict[str, int]:
        """Files by the folder they lie in."""
        root = self.settings.data_dir
        return {
            kind: sum(len(names) for _, _, names in os.walk(root / folder / kind))
            for folder, kind in (
                ("files", "images"),
                ("files-adult", "adult/images"),
                ("files-adult", "adult/thumbnails"),
            )
        }


@asynccontextmanager
async def a_scene(settings: Settings, owner: Owner) -> AsyncIterator[Scene]:
    async with a_studio(settings, REGION) as studio:
        await grown_up(owner, studio)
        influencer = await meant_for_it(owner, studio)
        key = await owner.value(FACE, user=user_id_of(studio.user))
        file = StoredFile(key=key, sha256="-", content_type="image/jpeg", size_bytes=len(BASE))
        await make_local_files(settings).put(file, BASE)
        started = await studio.start_pack(influencer, count=1, seed=5)
        yield Scene(studio, owner, settings, started["job"]["id"], QuickImages())


@pytest.fixture
async def scene(open_settings: Settings, owner: Owner) -> AsyncIterator[Scene]:
    async with a_scene(open_settings, owner) as made:
        yield made


def pixels_of(data: bytes) -> bytes:
    """The same, however often it is signed."""
    return Image.open(BytesIO(data)).tobytes()


async def test_it_is_looked_at_and_kept_apart(scene: Scene, detector: DetectorEmulator) -> None:
    detector.sexual = 0.9
    before = scene.stored()
    job = await scene.carried_out()
    assert (job["adult"], job["status"], job["creditsCaptured"]) == (True, "COMPLETED", 10)
    ((kind, made),) = detector.seen
    assert (kind, pixels_of(made)) == ("image/jpeg", pixels_of(picture_of(5)))
    digest, user = sha256(made).hexdigest(), user_id_of(scene.studio.user)
    ((nsfw, key, thumbnail, tainted),) = await scene.owner.rows(ROWS)
    assert (nsfw, key, tainted) == (True, f"adult/images/{user}/{digest}.jpg", False)
    assert thumbnail.startswith(f"adult/thumbnails/{user}/")
    after = scene.stored()
    assert {kind: after[kind] - before[kind] for kind in after} == {
        "images": 0,
        "adult/images": 1,
        "adult/thumbnails": 1,
    }
    assert await scene.decisions() == [
        ("renderImage", "ALLOWED", "ADULT_DETECTED", "detector emulated-1", digest),
        ("renderImage", "ALLOWED", "NONE", "flags of quick", digest),
    ]
    (edge,) = job["images"]["edges"]
    assert edge["node"]["nsfw"] is True
    async with scene.studio.http.get(edge["node"]["url"]) as answer:
        assert (answer.status, await answer.read()) == (200, made)


async def test_what_the_detector_refuses_is_kept_nowhere_and_free(scene: Scene, detector: DetectorEmulator) -> None:
    detector.minor_likeness = 0.1
    before = scene.stored()
    job = await scene.carried_out()
    assert (job["status"], job["creditsCaptured"], job["errorCode"]) == ("FAILED", 0, "PROVIDER_REFUSED")
    assert await scene.owner.rows(ROWS) == []
    assert scene.stored() == before
    ((_, shown),) = detector.seen
    digest = sha256(shown).hexdigest()
    assert await scene.decisions() == [
        ("renderImage", "REFUSED", "ADULT_MINOR_LIKENESS", "detector emulated-1", digest)
    ]
    assert await scene.studio.balance() == (100, 0)


async def test_a_detector_that_does_not_let_us_in_keeps_everything_back(
    scene: Scene, detector: DetectorEmulator
) -> None:
    detector.key = "changed"
    job = await scene.carried_out()
    assert (job["status"], job["creditsCaptured"], job["errorCode"]) == ("FAILED", 0, "PROVIDER_MISCONFIGURED")
    assert await scene.owner.rows(ROWS) == []
    assert await scene.decisions() == []


async def test_a_detector_that_stumbles_is_asked_again_and_the_image_is_made_once(
    scene: Scene, detector: DetectorEmulator
) -> None:
    detector.faults.plan("detect", Fault(status=503))
    assert (await scene.carried_out())["status"] == "COMPLETED"
    assert (len(detector.seen), scene.images.calls) == (2, 1)


async def test_a_worker_without_a_provider_that_may_makes_nothing(scene: Scene) -> None:
    quick = QuickImages()
    local = ImageProviders(answering={Provider.LOCAL: quick})
    async with running_worker(scene.settings, images=local):
        job = await scene.studio.ended(scene.job)
    assert (job["status"], job["creditsCaptured"], job["errorCode"]) == ("FAILED", 0, "PROVIDER_MISCONFIGURED")
    assert quick.calls == 0


CEASED = {
    "not switched on": ({"is_on": False}, Unmet.DEPLOYMENT),
    "no agreement": ({"acquirer_agreed": False}, Unmet.ACQUIRER),
    "no detector": ({"detector": None}, Unmet.DETECTOR),
    "no regions": ({"regions": frozenset()}, Unmet.REGION),
}


@pytest.mark.parametrize(("changes", "lacking"), CEASED.values(), ids=CEASED)
async def test_it_is_given_up_where_the_deployment_does_not_offer_it_any_more(
    scene: Scene, detector: DetectorEmulator, changes: dict[str, Any], lacking: Unmet
) -> None:
    closed = replace(scene.settings, adult=replace(OPEN, **changes))
    await assert_given_up(scene, detector, lacking, closed)


@pytest.mark.parametrize("ceased", ["assurance", "opt-in", "age"])
async def test_it_is_given_up_where_the_account_or_the_influencer_does_not_fit_any_more(
    scene: Scene, detector: DetectorEmulator, ceased: str
) -> None:
    if ceased == "assurance":
        await assure(scene.owner, scene.studio, "NONE")
    elif ceased == "opt-in":
        await opt_in(scene.owner, scene.studio, on=False)
    else:
        await scene.owner.run("UPDATE influencers SET nsfw_enabled = false, age = 20")
    lacking = {"assurance": Unmet.ASSURANCE, "opt-in": Unmet.OPT_IN, "age": Unmet.AGE}[ceased]
    await assert_given_up(scene, detector, lacking, scene.settings)


async def assert_given_up(scene: Scene, detector: DetectorEmulator, lacking: Unmet, settings: Settings) -> None:
    """Nobody was asked for it, nothing is kept, nothing was charged."""
    async with running_worker(settings, images=ImageProviders(answering={Provider.RUNPOD: scene.images})):
        job = await scene.studio.ended(scene.job)
    assert (job["status"], job["creditsCaptured"]) == ("FAILED", 0)
    assert (job["errorCode"], job["errorMessage"]) == ("ADULT_CONTENT_REFUSED", lacking.value)
    assert (scene.images.calls, detector.seen) == (0, [])
    assert await scene.owner.rows(ROWS) == []
    assert await scene.studio.balance() == (100, 0)
    assert await scene.owner.violations() == []


async def test_no_event_carries_it_live_or_afterwards(scene: Scene) -> None:
    """Not even for who may see it: where they are may change while they watch. It is in the job's images."""
    providers = ImageProviders(answering={Provider.RUNPOD: scene.images})
    async with scene.studio.watching(scene.job) as watched:
        live = asyncio.create_task(_all(watched))
        async with running_worker(scene.settings, images=providers):
            told = await asyncio.wait_for(live, 30)
    async with scene.studio.socket() as socket:
        first = told[0]["cursor"]
        replayed = [event async for event in socket.events(PROGRESS, jobId=scene.job, after=first)]
    for events in (told, replayed):
        (completed,) = [event for event in events if event["__typename"] == "ImageCompleted"]
        assert (completed["index"], completed["image"]) == (0, None)
        assert "/adult/" not in str(events)


async def test_an_event_shows_its_jobs_images_only_to_who_may_see_them(scene: Scene) -> None:
    """Two who watch the same job from two places are answered each for themselves."""
    await scene.carried_out()
    watch = (
        "subscription ($id: ID!) { jobProgress(jobId: $id) { job { images { edges { node { id } } } } ... on JobSnapshot { "
        "job { shown: images(adult: INCLUDE) { edges { node { nsfw } } } } } } }"
    )
    async with scene.studio.socket() as socket:
        (event,) = [event async for event in socket.events(watch, id=scene.job)]
    assert event["job"] == {"images": {"edges": []}, "shown": {"edges": [{"node": {"nsfw": True}}]}}


async def test_what_is_finished_after_it_was_switched_off_is_not_to_be_seen(
    scene: Scene, detector: DetectorEmulator
) -> None:
    """The one that was under way is paid for and kept, and hidden like the others."""
    scene.images.hold()
    providers = ImageProviders(answering={Provider.RUNPOD: scene.images})
    async with running_worker(scene.settings, images=providers):
        await until(scene.has_begun)
        await opt_in(scene.owner, scene.studio, on=False)
        scene.images.let_go()
        assert (await scene.studio.ended(scene.job))["status"] == "COMPLETED"
    (image,) = await scene.owner.rows("SELECT id FROM images WHERE nsfw")
    shown = await scene.studio.ask(
        "query ($id: ID!) { job(id: $id) { images { edges { node { id } } } } }", id=scene.job
    )
    assert shown["images"]["edges"] == []
    await opt_in(scene.owner, scene.studio)
    found = (await scene.studio.ask(JOB, id=scene.job))["images"]["edges"]
    assert [parse_id(edge["node"]["id"])[1] for edge in found] == [image[0]]


async def _all(events: AsyncIterator[Json]) -> list[Json]:
    return [event async for event in events]
