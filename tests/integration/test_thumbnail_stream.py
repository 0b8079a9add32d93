"""Thumbnails by an emulated OpenAI, through the whole service: what it streams is judged bytes by bytes before anyone sees it."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from app.settings import Settings
from app.worker import RunningWorker, running_worker
from domain.errors import ProviderUnavailable
from domain.models.model import Provider
from providers.local.tokens import user_id_of
from providers.openai.client import OpenAIClient
from providers.openai.images import OpenAIImages
from tasks.images import ImageProviders
from tests.support.emulators.openai import KEY, OpenAIEmulator
from tests.support.emulators.openai_images import Ending, StreamFault
from tests.support.emulators.serving import Place, served
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.picture_judge import PictureJudge
from tests.support.studio import JOB, Json, Studio
from tests.support.waiting import until

if TYPE_CHECKING:
    from openai import AsyncOpenAI

OPERATIONS = operations()
PREVIEW = OPERATIONS["ThumbnailPreview"]
PREVIEWS_JUDGED = """
SELECT outcome, judge, input_sha256 FROM safety_decisions WHERE user_id = :user AND operation = 'thumbnailPreview' ORDER BY number
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    place = Place()
    with served(place) as place.url:
        yield place


class Untimed(OpenAIClient):
    """The time of the call that it makes has run out when a test says so."""

    clock: asyncio.Timeout

    @asynccontextmanager
    async def paid(self, limit: timedelta) -> AsyncIterator["AsyncOpenAI"]:
        async with super().paid(limit) as sdk, asyncio.timeout(None) as self.clock:
            yield sdk

    def run_out(self) -> None:
        self.clock.reschedule(0)


@dataclass(slots=True)
class Stage:
    studio: Studio
    owner: Owner
    settings: Settings
    place: Place
    emulator: OpenAIEmulator
    client: "Untimed"
    judge: PictureJudge = field(default_factory=PictureJudge)

    @asynccontextmanager
    async def worker(self, judge: PictureJudge | None) -> AsyncIterator[RunningWorker]:
        images = ImageProviders(answering={Provider.OPENAI: OpenAIImages(self.client)})
        async with running_worker(self.settings, images=images, moderation=judge) as worker:
            yield worker
        await self.client.close()

    async def watched(self, *faults: StreamFault, seconds: float = 1.2) -> list[Json]:
        """All that is seen of one thumbnail of an influencer whose face was made first."""
        influencer = await self.studio.influencer_with_face()
        await self.owner.grant(self.studio, 400)
        self.emulator.seconds = seconds
        return await self.seen(await self.begun(influencer, *faults, headline="Now"))

    async def begun(self, influencer: str, *faults: StreamFault, concepts: int = 1, headline: str | None = None) -> str:
        """The job. The provider fails so in its next calls."""
        self.emulator.stream_faults.extend(faults)
        wishes = [{"prompt": "Excited", "headline": headline}] * concepts
        wish = {"personaId": influencer, "concepts": wishes, "idempotencyKey": f"{concepts}"}
        return str((await self.studio.ask(OPERATIONS["StartThumbnails"], input=wish))["job"]["id"])

    async def seen(self, job: str, events: list[Json] | None = None) -> list[Json]:
        """Until the job ends; in `events` as they come."""
        events = [] if events is None else events
        async with self.studio.socket() as socket, asyncio.timeout(40):
            async for event in socket.events(PREVIEW, jobId=job):
                events.append(event)
        return events

    async def hurried(self, job: str, worker: RunningWorker) -> Json:
        """As it ended. Nothing that waits to be tried again waits long."""

        async def has_ended() -> bool:
            await self.owner.run("UPDATE render_line SET due_at = now() WHERE due_at > now()")
            worker.services.wake_relay()
            return bool((await self.studio.ask(JOB, id=job))["finishedAt"])

        await until(has_ended)
        found: Json = await self.studio.ask(JOB, id=job)
        return found

    async def is_forming(self) -> bool:
        return bool(self.emulator.calls and self.emulator.calls[-1].path == "/v1/images/edits")

    async def logged(self) -> list[tuple[object, ...]]:
        return [tuple(row) for row in await self.owner.rows(PREVIEWS_JUDGED, user=user_id_of(self.studio.user))]


@pytest.fixture
def stage(studio: Studio, owner: Owner, settings: Settings, place: Place) -> Stage:
    emulator = OpenAIEmulator(seconds=0.05, longest=128)
    place.app = emulator.app
    return Stage(studio, owner, settings, place, emulator, Untimed(key=KEY, base_url=f"{place.url}/v1"))


def names(events: list[Json]) -> list[str]:
    return [event["__typename"] for event in events]


def bytes_of(event: Json) -> bytes:
    return base64.b64decode(event["dataUrl"].split(",")[1])


def rising(events: list[Json]) -> list[int]:
    """The numbers of previews, of which there is one at least, and each is newer than the last."""
    found = [event["sequence"] for event in events]
    assert found
    assert found == sorted(set(found))
    return found


async def test_each_preview_is_judged_on_its_very_bytes_and_then_comes_the_image(stage: Stage) -> None:
    async with stage.worker(stage.judge):
        events = await stage.watched()

    *forming, final = events
    assert names(events) == ["PartialPreview"] * len(forming) + ["FinalPreview"]
    assert set(rising(forming)) <= {1, 2, 3}, "the newest wins where a machine is slow"
    assert {(event["index"], event["width"], event["height"]) for event in forming} == {(0, 640, 427)}
    shown = [sha256(bytes_of(event)).hexdigest() for event in forming]
    logged = await stage.logged()
    assert {(outcome, judge) for outcome, judge, _ in logged} == {("ALLOWED", "a judge of tests")}
    assert set(shown) <= {digest for _, _, digest in logged} <= set(stage.judge.shown)
    assert (final["image"]["width"], final["image"]["height"]) == (1920, 1080)
    async with stage.studio.http.get(final["image"]["url"]) as answer:
        image = Image.open(BytesIO(await answer.read())).convert("L")
    assert image.size == (1920, 1080)
    letters = image.crop((600, 800, 1320, 1000)).histogram()
    assert max(sum(letters[:24]), sum(letters[250:])) > 10_000, "in one of two inks, where the headline is set"
    call = stage.emulator.calls[-1]
    assert (call.path, call.body["size"], call.body["partial_images"]) == ("/v1/images/edits", "1536x1024", "3")
    assert "no letters, words or logos in the picture" in str(call.body["prompt"])
    assert len(call.files) == 1


async def test_without_a_judge_no_preview_is_asked_for(stage: Stage) -> None:
    async with stage.worker(None):
        events = await stage.watched(seconds=0.05)

    assert names(events) == ["FinalPreview"]
    assert stage.emulator.calls[-1].body["partial_images"] == "0"


async def test_what_the_judge_refuses_is_never_seen_and_never_paid(stage: Stage) -> None:
    async with stage.worker(stage.judge):
        task = asyncio.create_task(stage.watched())
        await until(stage.is_forming)
        stage.judge.scores = {"violence/graphic": 0.9}
        balance = await stage.studio.balance()
        events = await task

    assert names(events) == ["PreviewFailed"]
    assert [outcome for outcome, _, _ in await stage.logged()] == ["REFUSED"]
    assert (await stage.studio.balance())[0] == balance[0] + 40


async def test_a_judge_that_is_away_for_a_moment_costs_a_preview_and_not_the_image(stage: Stage) -> None:
    async with stage.worker(stage.judge):
        task = asyncio.create_task(stage.watched())
        await until(stage.is_forming)
        stage.judge.errors.append(ProviderUnavailable("The judge is away."))
        events = await task

    assert (names(events)[-1], stage.judge.errors) == ("FinalPreview", [])
    assert names(events).count("PartialPreview") == len(events) - 1 <= 2


BROKEN = [
    (StreamFault(ending=Ending.ERROR, after=1, code="moderation_blocked"), "PreviewFailed", {1}),
    (StreamFault(ending=Ending.ERROR, after=1), "FinalPreview", {1, 1001, 1002, 1003}),
]


@pytest.mark.parametrize(("fault", "end", "sequences"), BROKEN)
async def test_a_stream_that_breaks_off_is_refused_or_begun_again_and_its_previews_go_on_rising(
    stage: Stage, fault: StreamFault, end: str, sequences: set[int]
) -> None:
    async with stage.worker(stage.judge):
        events = await stage.watched(fault)

    *forming, last = events
    assert last["__typename"] == end
    found = [event["sequence"] for event in forming]
    assert (found, set(found) | sequences) == (sorted(set(found)), sequences), "the newest wins where a machine is slow"
    assert (max(found, default=0) > 1000) is (end == "FinalPreview")
    if end == "PreviewFailed":
        assert last["reason"].endswith("Nothing was charged for this image.")
    assert await stage.owner.violations() == []


CALLS = "SELECT state FROM provider_calls c JOIN jobs j ON j.id = c.job_id WHERE j.kind = 'THUMBNAIL' ORDER BY c.intended_at"
LOST = [StreamFault(ending=ending) for ending in (Ending.CUT, Ending.GARBLED, Ending.SHORT, Ending.CUT)]
GONE = "The provider did not answer for this image. Nothing was charged for it; you can retry the job."


async def test_a_provider_that_stalls_is_asked_once_more_and_paid_once_and_one_that_never_ends_is_free(
    stage: Stage,
) -> None:
    async with stage.worker(stage.judge) as worker:
        influencer = await stage.studio.influencer_with_face()
        await stage.owner.grant(stage.studio, 400)
        before = (await stage.studio.balance())[0]

        events: list[Json] = []
        stalled = await stage.begun(influencer, StreamFault(ending=Ending.SILENT))
        watching = asyncio.create_task(stage.seen(stalled, events))
        await until(lambda: _any(events))
        assert (names(events), events[0]["sequence"], stage.emulator.abandoned) == (["PartialPreview"], 1, 0)
        stage.client.run_out()
        job = await stage.hurried(stalled, worker)
        await watching
        assert (job["status"], job["creditsCaptured"], job["creditsReserved"]) == ("COMPLETED", 40, 0)
        assert names(events)[-1] == "FinalPreview"
        assert all(event["sequence"] > 1000 for event in events[1:-1])
        assert stage.emulator.abandoned == 1, "the connection was let go"

        job = await stage.hurried(await stage.begun(influencer, *LOST, concepts=2), worker)
        assert (job["status"], job["creditsCaptured"], job["creditsReserved"]) == ("FAILED", 0, 0)
        failed = await stage.seen(job["id"])
        assert [(event["__typename"], event["reason"]) for event in failed] == [("PreviewFailed", GONE)] * 2
        assert [row[0] for row in await stage.owner.rows(CALLS)] == ["LOST", "DONE", *["LOST"] * 4]
        assert await stage.studio.balance() == (before - 40, 0)
    assert await stage.owner.violations() == []


async def _any(events: list[Json]) -> bool:
    return bool(events)
