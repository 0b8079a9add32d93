"""Providers that limit, fail, refuse and hang; users who change their minds. Who pays is the same in every case: for assets."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.settings import Settings
from app.worker import RunningWorker, running_worker
from domain.errors import RateLimited
from domain.ids import JobId, image_id_of
from domain.ports.image_provider import OnPreview, OnProgress, RenderedImage, RenderRequest, unseen
from providers.local.faults import LocalFaults
from schema.ids import parse_id
from tests.support.cluster import LONG, assert_nothing_is_wrong, say, until
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import CANCEL, JOB, RETRY, Json, Studio

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900 if LONG else 120)]

TRIES = "SELECT index, state, tries, waits, attempt FROM job_images ORDER BY index"


def with_faults(settings: Settings, spec: str) -> Settings:
    return replace(settings, local_faults=LocalFaults.parse(spec))


async def events_of(studio: Studio, job_id: str) -> list[Json]:
    """From the first to the last."""
    async with asyncio.timeout(60), studio.watching(job_id) as stream:
        return [event async for event in stream]


def limited_attempts(faults: LocalFaults, job_id: str, index: int) -> int:
    """How often this image will meet the limit before it passes: an attempt's lot is known from its key."""
    image_id = image_id_of(JobId(UUID(str(parse_id(job_id)[1]))), index)
    attempt = 1
    while True:
        try:
            faults.check(f"{image_id}:1:{attempt}", pose=index)
        except RateLimited:
            attempt += 1
        else:
            return attempt - 1


async def test_rate_limit_waits_as_told_and_costs_no_try(settings: Settings, studio: Studio, owner: Owner) -> None:
    limited = with_faults(settings, "rate_limit=0.5:0.5")
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=6))["job"]
    expected = [limited_attempts(limited.local_faults, job["id"], index) for index in range(6)]

    async with running_worker(limited):
        events = await events_of(studio, job["id"])

    delayed = [event for event in events if event["__typename"] == "ImageDelayed"]
    assert [sum(event["index"] == index for event in delayed) for index in range(6)] == expected
    for event in delayed:
        told = datetime.fromisoformat(event["retryAt"]) - datetime.fromisoformat(event["emittedAt"])
        assert told == timedelta(seconds=0.5)
    completed_at = {e["index"]: e["emittedAt"] for e in events if e["__typename"] == "ImageCompleted"}
    for event in delayed:
        assert completed_at[event["index"]] > event["retryAt"]
    assert await owner.rows(TRIES) == [(i, "COMPLETED", 1, expected[i], expected[i] + 1) for i in range(6)]
    assert events[-1]["job"]["status"] == "COMPLETED"
    await assert_nothing_is_wrong(owner)


async def test_failing_image_is_tried_three_times_and_the_retry_makes_only_it(
    settings: Settings, studio: Studio, owner: Owner
) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=3))["job"]

    async with running_worker(with_faults(settings, "fail_pose=1")):
        events = await events_of(studio, job["id"])

    failures = [event for event in events if event["__typename"] == "ImageFailed"]
    assert [(event["index"], event["willRetry"]) for event in failures] == [(1, True), (1, True), (1, False)]
    assert failures[-1]["reason"] == "This image failed 3 times. Nothing was charged for it; you can retry the job."
    ended = events[-1]["job"]
    assert (ended["status"], ended["completedCount"], ended["failedCount"]) == ("PARTIAL", 2, 1)
    assert (ended["creditsCaptured"], await studio.balance()) == (20, (80, 0))
    assert await owner.rows(TRIES) == [(0, "COMPLETED", 1, 0, 1), (1, "FAILED", 3, 0, 3), (2, "COMPLETED", 1, 0, 1)]
    await assert_nothing_is_wrong(owner)

    again = (await studio.ask(RETRY, input={"jobId": job["id"], "idempotencyKey": "again"}))["job"]
    assert (again["status"], again["creditsReserved"], await studio.balance()) == ("QUEUED", 10, (70, 10))
    async with running_worker(settings):
        ended = await studio.ended(job["id"])
    assert (ended["status"], ended["completedCount"], ended["creditsCaptured"]) == ("COMPLETED", 3, 30)
    assert await owner.rows(TRIES) == [(0, "COMPLETED", 1, 0, 1), (1, "COMPLETED", 1, 0, 4), (2, "COMPLETED", 1, 0, 1)]
    assert await studio.balance() == (70, 0)
    await assert_nothing_is_wrong(owner)


async def test_refusal_is_final_at_once_and_says_why(settings: Settings, studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=2))["job"]

    async with running_worker(with_faults(settings, "refuse=1")):
        events = await events_of(studio, job["id"])

    failures = [event for event in events if event["__typename"] == "ImageFailed"]
    assert sorted((event["index"], event["willRetry"]) for event in failures) == [(0, False), (1, False)]
    assert failures[0]["reason"].startswith("The local sketch was told to refuse this image.")
    ended = events[-1]["job"]
    assert (ended["status"], ended["errorCode"], ended["creditsCaptured"]) == ("FAILED", "PROVIDER_REFUSED", 0)
    assert await owner.rows(TRIES) == [(0, "FAILED", 1, 0, 1), (1, "FAILED", 1, 0, 1)]
    assert await studio.balance() == (100, 0)
    await assert_nothing_is_wrong(owner)


async def test_cancel_ends_a_hanging_provider_call_at_once(settings: Settings, studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    async with running_worker(with_faults(settings, "hang")) as worker:
        job = (await studio.start_pack(influencer, count=5))["job"]
        await until(lambda: holds(worker, 5), what="the provider calls")

        cancelled = (await studio.ask(CANCEL, input={"jobId": job["id"]}))["job"]
        seconds = await until(lambda: holds(worker, 0), within=15, what="the slots to be free")

    say(f"five hanging calls ended {seconds * 1000:.0f} ms after cancelJob had answered")
    assert (cancelled["status"], cancelled["cancelledCount"], cancelled["creditsReserved"]) == ("CANCELLED", 5, 0)
    assert await studio.balance() == (100, 0)
    await assert_nothing_is_wrong(owner)


async def holds(worker: RunningWorker, count: int) -> bool:
    return worker.services.leases.count == count


class Dawdling(QuickImages):
    """Takes up to 100 ms for an image, by chance."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    async def render(
        self, request: RenderRequest, *, on_progress: OnProgress, on_preview: OnPreview = unseen
    ) -> RenderedImage:
        await asyncio.sleep(self._chance.uniform(0, 0.1))
        return await super().render(request, on_progress=on_progress)


async def test_cancelled_at_any_moment_a_pack_costs_what_was_delivered(
    settings: Settings, studio: Studio, owner: Owner
) -> None:
    chance = random.Random(seed := random.randrange(10**6))  # noqa: S311 - no secret
    say(f"seed {seed}")
    users = [studio.as_user(f"{studio.user}-{number}") for number in range(5)]
    influencers = [await owner.influencer_with_face(user) for user in users]
    for user in users:
        await owner.grant(user, 100_000)

    async with running_worker(settings, images=Dawdling(chance)) as worker:

        async def change_minds(user: Studio, influencer: str, waits: Sequence[float]) -> list[Json]:
            ended = []
            for wait in waits:
                job = (await user.start_pack(influencer, count=3))["job"]
                await asyncio.sleep(wait)
                answer = await user.ask(CANCEL, input={"jobId": job["id"]})
                assert [error["code"] for error in answer["errors"] or []] in ([], ["CONFLICT"])  # it was through
                ended.append(await user.ask(JOB, id=job["id"]))
            return ended

        waits = [[chance.uniform(0, 0.25) for _ in range(100 if LONG else 12)] for _ in users]
        jobs = await asyncio.gather(*(change_minds(*each) for each in zip(users, influencers, waits, strict=True)))
        await until(lambda: holds(worker, 0), what="the slots to be free")

    ended = [job for of_user in jobs for job in of_user]
    assert {job["status"] for job in ended} <= {"CANCELLED", "COMPLETED"}
    assert [job["creditsCaptured"] for job in ended] == [10 * len(job["images"]["edges"]) for job in ended]
    delivered = sum(job["completedCount"] for job in ended)
    say(f"{len(ended)} packs of 3, cancelled at random moments: {delivered} images were delivered and paid")
    for user, of_user in zip(users, jobs, strict=True):
        assert await user.balance() == (100_100 - sum(job["creditsCaptured"] for job in of_user), 0)
    await assert_nothing_is_wrong(owner)


class OneByOne(QuickImages):
    """Each call waits for its own turn."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: list[asyncio.Event] = []

    async def render(
        self, request: RenderRequest, *, on_progress: OnProgress, on_preview: OnPreview = unseen
    ) -> RenderedImage:
        self.turns.append(turn := asyncio.Event())
        await turn.wait()
        return await super().render(request, on_progress=on_progress)


async def test_attempt_that_was_overtaken_writes_nothing(settings: Settings, studio: Studio, owner: Owner) -> None:
    images = OneByOne()
    influencer = await owner.influencer_with_face(studio)
    async with running_worker(settings, images=images) as worker:
        job = (await studio.start_pack(influencer, count=1))["job"]
        await until(lambda: holds(worker, 1), what="the first attempt")
        await owner.run(
            "UPDATE job_images SET lease_until = now() - interval '1 second', sent_at = now() - interval '1 minute'"
        )
        await until(lambda: holds(worker, 2), what="the second attempt, beside the first")

        images.turns[0].set()
        await until(lambda: holds(worker, 1), what="the first attempt to be through")
        assert await studio.balance() == (90, 10)
        assert await owner.rows("SELECT id FROM images WHERE kind = 'PACK'") == []
        assert await owner.rows(TRIES) == [(0, "RENDERING", 2, 0, 2)]

        images.turns[1].set()
        ended = await studio.ended(job["id"])

    assert (ended["status"], ended["creditsCaptured"], len(images.turns)) == ("COMPLETED", 10, 2)
    assert await owner.rows(TRIES) == [(0, "COMPLETED", 2, 0, 2)]
    assert await studio.balance() == (90, 0)
    await assert_nothing_is_wrong(owner)
