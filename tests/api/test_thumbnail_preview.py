"""`thumbnailPreview`: the latest picture at once, the newest first of all, four a second at most, and nobody waits for whoever is slow."""

import asyncio
import base64
import socket
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from time import monotonic

from PIL import Image, ImageStat

from app.settings import Settings
from app.worker import RunningWorker
from domain.images.picture import Picture
from domain.ports.image_provider import OnPreview
from domain.thumbnails.preview import MOST_BYTES
from tests.conftest import free_port, serving
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import CANCEL, RETRY, Json, Studio
from tests.support.waiting import until

OPERATIONS = operations()
PREVIEW = OPERATIONS["ThumbnailPreview"]


async def started(studio: Studio, owner: Owner, concepts: int = 1) -> Json:
    """The job, and its subject has a face that was made."""
    influencer = await studio.influencer_with_face()
    await owner.grant(studio, 400)
    wish = {"personaId": influencer, "concepts": [{"prompt": "Excited"}] * concepts, "idempotencyKey": "previews"}
    found: Json = (await studio.ask(OPERATIONS["StartThumbnails"], input=wish))["job"]
    return found


async def held(
    studio: Studio, owner: Owner, quick_images: QuickImages, concepts: int = 1
) -> tuple[str, list[OnPreview]]:
    """A job whose images wait at their provider, and what that shows its pictures to."""
    influencer = await studio.influencer_with_face()
    await owner.grant(studio, 400)
    quick_images.hold()
    before = len(quick_images.watching)
    wish = {"personaId": influencer, "concepts": [{"prompt": "Excited"}] * concepts, "idempotencyKey": "held"}
    job = (await studio.ask(OPERATIONS["StartThumbnails"], input=wish))["job"]["id"]

    async def are_asked() -> bool:
        return len(quick_images.watching) == before + concepts

    await until(are_asked)
    return job, quick_images.watching[before:]


def grey(level: int, size: tuple[int, int] = (1536, 1024)) -> Picture:
    file = BytesIO()
    Image.new("L", size, level).save(file, "PNG")
    return Picture(file.getvalue(), "image/png")


def noise() -> Picture:
    """Hardly to be made small."""
    file = BytesIO()
    Image.effect_noise((1536, 1024), 200).convert("RGB").save(file, "PNG")
    return Picture(file.getvalue(), "image/png")


def opened(event: Json) -> Image.Image:
    head, data = event["dataUrl"].split(",")
    assert head == "data:image/webp;base64"
    raw = base64.b64decode(data)
    assert len(raw) <= MOST_BYTES
    image = Image.open(BytesIO(raw))
    assert (image.format, image.size) == ("WEBP", (event["width"], event["height"]))
    assert image.width <= 640
    assert b"trainedAlgorithmicMedia" in image.info["xmp"]
    return image.convert("L")


def level_of(event: Json) -> int:
    return round(ImageStat.Stat(opened(event)).mean[0])


async def test_a_drawing_forms_coarse_to_fine_before_the_eyes_and_ends_as_an_image(
    studio: Studio, owner: Owner, worker: RunningWorker
) -> None:
    job = await started(studio, owner)
    async with studio.socket() as open_socket, asyncio.timeout(60):
        timed = [(monotonic(), event) async for event in open_socket.events(PREVIEW, jobId=job["id"])]

    at, (*partial, final) = [moment for moment, _ in timed], [event for _, event in timed]
    assert [event["__typename"] for event in partial] == ["PartialPreview"] * len(partial)
    assert len(partial) >= 3
    assert [event["sequence"] for event in partial] == sorted({event["sequence"] for event in partial})
    assert min(later - earlier for earlier, later in pairwise(at[:-1])) > 0.2
    detail = [ImageStat.Stat(opened(event).resize((320, 180))).stddev[0] for event in partial]
    assert detail[0] < detail[-1]
    assert (final["__typename"], final["image"]["width"], final["image"]["height"]) == ("FinalPreview", 1920, 1080)
    async with studio.socket() as open_socket:
        seen = [event async for event in open_socket.events(PREVIEW, jobId=job["id"])]
        rest = [event async for event in open_socket.events(PREVIEW, jobId=job["id"], after=final["cursor"])]
    assert ([event["image"]["id"] for event in seen], rest) == ([final["image"]["id"]], [])


async def test_the_newest_wins_and_whoever_comes_later_is_told_it_at_once_by_any_process(
    studio: Studio, owner: Owner, settings: Settings, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    job, shown = await held(studio, owner, quick_images, concepts=2)
    port = free_port()
    http = replace(settings.http, port=port, public_url=f"http://127.0.0.1:{port}")
    async with asyncio.timeout(30), serving(replace(settings, http=http)) as url, studio.socket() as first:
        other = replace(studio, url=url)
        shown[0](noise())
        stream = first.events(PREVIEW, jobId=job)
        large = await anext(stream)
        opened(large)
        began = monotonic()
        for level in range(10, 211, 10):
            for show in shown:
                show(grey(level))
            await asyncio.sleep(0.05)
        found: dict[int, list[Json]] = {0: [], 1: []}
        while not all(told and level_of(told[-1]) > 205 for told in found.values()):
            event = await anext(stream)
            found[event["index"]].append(event)
        slots = 1 + (monotonic() - began) / 0.25
        assert sum(len(told) for told in found.values()) <= slots, "four a second for whoever watches, of all images"
        for told in found.values():
            levels = [level_of(event) for event in told]
            assert levels == sorted(levels)
            assert told[-1]["sequence"] <= 2 + slots, "four a second of each are made"
        async with other.socket() as second:
            later = second.events(PREVIEW, jobId=job, after=large["cursor"])
            again = {event["index"]: event for event in (await anext(later), await anext(later))}
        for index, told in found.items():
            assert (again[index]["sequence"], again[index]["dataUrl"]) == (told[-1]["sequence"], told[-1]["dataUrl"])
        quick_images.let_go()
        assert (await anext(stream))["__typename"] == "FinalPreview"


async def test_a_socket_that_is_not_read_slows_neither_the_job_nor_others(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    job, (show,) = await held(studio, owner, quick_images)
    async with asyncio.timeout(30), studio.socket() as deaf, studio.socket() as other:
        await deaf.ws.send_json(
            {"id": "1", "type": "subscribe", "payload": {"query": PREVIEW, "variables": {"jobId": job}}}
        )
        transport = deaf.ws._writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        transport.pause_reading()
        stream, pauses = other.events(PREVIEW, jobId=job), []
        for _ in range(6):
            began = monotonic()
            show(noise())
            await anext(stream)
            pauses.append(monotonic() - began)
        quick_images.let_go()
        assert (await anext(stream))["__typename"] == "FinalPreview"
        assert max(pauses) < 2
        assert (await studio.ended(job))["status"] == "COMPLETED"
        transport.abort()


async def test_what_fails_is_told_and_tried_again_under_the_same_cursor(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    quick_images.failing_poses = {1}
    job = await started(studio, owner, concepts=2)
    async with studio.socket() as open_socket, asyncio.timeout(30):
        events = [event async for event in open_socket.events(PREVIEW, jobId=job["id"])]
        (failed,) = [event for event in events if event["__typename"] == "PreviewFailed"]
        assert failed["reason"] == "This pose is refused. Nothing was charged for this image."
        assert sorted(event["__typename"] for event in events) == ["FinalPreview", "PreviewFailed"]
        quick_images.failing_poses = set()
        await studio.ask(RETRY, input={"jobId": job["id"], "idempotencyKey": "again"})
        last = [event async for event in open_socket.events(PREVIEW, jobId=job["id"], after=events[-1]["cursor"])]
        assert [event["__typename"] for event in last] == ["FinalPreview"]
    assert (await studio.ended(job["id"]))["creditsCaptured"] == 80


async def test_a_cancel_ends_it_and_other_jobs_and_cursors_are_refused(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    wish = {"personaId": influencer, "prompt": "Excited", "idempotencyKey": "one"}
    job = (await studio.ask(OPERATIONS["StartThumbnail"], input=wish))["job"]["id"]
    pack = (await studio.start_pack(influencer, count=1))["job"]["id"]
    async with studio.socket() as open_socket, asyncio.timeout(20):
        await studio.ask(CANCEL, input={"jobId": job})
        (event,) = [event async for event in open_socket.events(PREVIEW, jobId=job)]
        assert event["reason"] == "This was cancelled before it was made. Nothing was charged for it."
        for variables, path in (
            ({"jobId": pack}, ["jobId"]),
            ({"jobId": job, "after": "AAAA"}, ["after"]),
            ({"jobId": job, "after": "%%"}, ["after"]),
        ):
            (error,) = (await open_socket.run(PREVIEW, **variables))["errors"]
            assert error["extensions"] == {"code": "INVALID_INPUT", "path": path}
