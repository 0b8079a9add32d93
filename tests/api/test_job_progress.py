"""`jobProgress`: the present first, then what happens, and from a cursor exactly what was missed."""

import asyncio
from uuid import uuid4

import pytest

from app.worker import RunningWorker
from domain.ids import JobId
from resolvers.news import cursor_of
from schema.ids import global_id, parse_id
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import CANCEL, JOB, PROGRESS, RETRY, Json, Studio

DURABLE = {"JobStateChanged", "ImageCompleted", "ImageFailed", "ImageDelayed"}


async def all_events(studio: Studio, job_id: str, after: str | None = None) -> list[Json]:
    async with asyncio.timeout(20), studio.watching(job_id, after) as stream:
        return [event async for event in stream]


def durable(events: list[Json]) -> list[Json]:
    return [event for event in events if event["__typename"] in DURABLE]


def begin_of(job_id: str) -> str:
    """The cursor before a job's first event."""
    return cursor_of(JobId(parse_id(job_id)[1]), 0)


def told(event: Json) -> Json:
    """Without what is signed anew each time."""
    image = event.get("image")
    return {**event, "image": {**image, "url": None}} if image else event


def replayed(event: Json) -> Json:
    """What a replay tells of it. A live stream's `job.percent` also counts what was forming in other images just then, and
    of that nothing is kept: the same event is told with 75 as it happens, and with 50 afterwards."""
    return {**told(event), "job": {**event["job"], "percent": None}}


async def test_a_fresh_subscription_begins_with_the_present_and_then_tells_what_happens(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await owner.influencer_with_face(studio)
    quick_images.hold()
    job = (await studio.start_pack(influencer, count=3, seed=5))["job"]
    events: list[Json] = []
    async with asyncio.timeout(20), studio.watching(job["id"]) as stream:
        async for event in stream:
            if not events:
                assert event["__typename"] == "JobSnapshot"
                assert event["job"]["id"] == job["id"]
            events.append(event)
            if sum(e["__typename"] == "ImageProgressed" for e in events) == 3:
                quick_images.let_go()

    completed = [event for event in events if event["__typename"] == "ImageCompleted"]
    assert sorted((e["index"], e["image"]["seed"]) for e in completed) == [(0, 5), (1, 6), (2, 7)]
    assert sorted(e["job"]["completedCount"] for e in completed) == [1, 2, 3]
    last = events[-1]["job"]
    assert (last["status"], last["percent"], last["creditsCaptured"], last["creditsReserved"]) == (
        "COMPLETED",
        100,
        30,
        0,
    )


async def test_a_percent_is_told_for_each_image_and_only_rises(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    influencer = await owner.influencer_with_face(studio)
    quick_images.hold()
    job = (await studio.start_pack(influencer, count=2))["job"]
    percents: dict[int, list[int]] = {0: [], 1: []}
    of_the_job: list[int] = []
    async with asyncio.timeout(20), studio.watching(job["id"]) as stream:
        async for event in stream:
            of_the_job.append(event["job"]["percent"])
            if event["__typename"] == "ImageProgressed":
                percents[event["index"]].append(event["percent"])
            if all(values and values[-1] >= 50 for values in percents.values()):
                quick_images.let_go()
    assert all(values == sorted(values) and values[-1] >= 50 for values in percents.values())
    assert 50 in of_the_job
    assert of_the_job == sorted(of_the_job)


async def test_a_job_that_has_ended_is_told_in_one_event(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=2))["job"]
    await studio.ended(job["id"])
    (event,) = await all_events(studio, job["id"])
    assert (event["__typename"], event["job"]["status"]) == ("JobSnapshot", "COMPLETED")
    assert await all_events(studio, job["id"], event["cursor"]) == []


async def test_from_any_cursor_exactly_the_rest_is_told(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    quick_images.failing_poses = {2}
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=4))["job"]
    await studio.ended(job["id"])

    history = await all_events(studio, job["id"], begin_of(job["id"]))

    assert [event["__typename"] for event in history].count("ImageCompleted") == 3
    assert [event["__typename"] for event in history].count("ImageFailed") == 1
    assert [event["job"]["status"] for event in history][:2] == ["QUEUED", "PROCESSING"]
    assert history[-1]["job"]["status"] == "PARTIAL"
    assert len(history) == 6
    for number, event in enumerate(history):
        rest = await all_events(studio, job["id"], event["cursor"])
        assert list(map(told, rest)) == list(map(told, history[number + 1 :]))


async def test_after_a_retry_both_rounds_are_replayed(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    quick_images.failing_poses = {0, 1}
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=2))["job"]
    assert (await studio.ended(job["id"]))["status"] == "FAILED"
    quick_images.failing_poses = set()
    await studio.ask(RETRY, input={"jobId": job["id"], "idempotencyKey": uuid4().hex})
    await studio.ended(job["id"])

    history = await all_events(studio, job["id"], begin_of(job["id"]))

    assert [event["job"]["status"] for event in history] == [
        "QUEUED",
        "PROCESSING",
        "PROCESSING",
        "FAILED",
        "QUEUED",
        "PROCESSING",
        "PROCESSING",
        "COMPLETED",
    ]
    assert [event["__typename"] for event in history].count("ImageFailed") == 2
    assert [event["reason"] for event in history if event["__typename"] == "ImageFailed"] == [
        "This pose is refused. Nothing was charged for this image."
    ] * 2


async def test_a_cancel_ends_the_stream(studio: Studio, owner: Owner, quick_worker: RunningWorker) -> None:
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=2))["job"]
    async with asyncio.timeout(20), studio.watching(job["id"], begin_of(job["id"])) as stream:
        statuses: list[str] = []
        async for event in stream:
            if not statuses:
                await studio.ask(CANCEL, input={"jobId": job["id"]})
            statuses.append(event["job"]["status"])
    assert statuses[-1] in {"CANCELLED", "COMPLETED"}


async def test_a_history_that_is_gone_is_told_and_the_stream_goes_on(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages
) -> None:
    quick_images.hold()
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=2))["job"]
    async with studio.watching(job["id"]) as stream:
        async for event in stream:
            if event["job"]["status"] == "PROCESSING":
                break
    await owner.prune_events()

    events: list[Json] = []
    async with asyncio.timeout(20), studio.watching(job["id"], begin_of(job["id"])) as stream:
        async for event in stream:
            if not events:
                quick_images.let_go()
            events.append(event)

    assert events[0]["__typename"] == "ResyncRequired"
    assert (events[0]["job"]["status"], events[0]["job"]["completedCount"]) == ("PROCESSING", 0)
    assert [e["job"]["completedCount"] for e in durable(events)] == [1, 2]
    rest = await all_events(studio, job["id"], events[0]["cursor"])
    assert list(map(replayed, rest)) == list(map(replayed, durable(events)))
    assert [event["job"]["percent"] for event in rest] == [50, 100]


async def test_of_an_ended_job_without_a_history_the_state_is_told(
    studio: Studio, owner: Owner, quick_worker: RunningWorker
) -> None:
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=1))["job"]
    await studio.ended(job["id"])
    await owner.prune_events()
    (event,) = await all_events(studio, job["id"], begin_of(job["id"]))
    assert (event["__typename"], event["job"]["status"]) == ("ResyncRequired", "COMPLETED")
    assert await all_events(studio, job["id"], event["cursor"]) == []


async def test_a_cursor_from_the_future_asks_for_a_fresh_look(studio: Studio, owner: Owner) -> None:
    job = (await studio.start_pack(await owner.influencer_with_face(studio), count=1))["job"]
    future = cursor_of(JobId(parse_id(job["id"])[1]), 99)
    async with studio.watching(job["id"], future) as stream:
        async for event in stream:
            assert event["__typename"] == "ResyncRequired"
            break


async def test_a_cursor_of_another_job_or_of_nothing_is_refused(studio: Studio, owner: Owner) -> None:
    influencer = await owner.influencer_with_face(studio)
    job, other = [(await studio.start_pack(influencer, count=1))["job"]["id"] for _ in range(2)]
    async with studio.socket() as socket:
        for cursor in (
            begin_of(other),
            "",
            "x",
            "%%%",
            "ä",
            "🦊",
            "MDAwMDAwMDA6LTE",
            begin_of(job) + "AAAA",
            "A" * 9999,
        ):
            (error,) = (await socket.run(PROGRESS, jobId=job, after=cursor))["errors"]
            assert error["extensions"] == {"code": "INVALID_INPUT", "path": ["after"]}, cursor
            assert error["message"] == "This cursor is not of this job's events. Subscribe without one."


async def test_what_is_not_a_job_of_yours_cannot_be_watched(studio: Studio, owner: Owner) -> None:
    other = studio.another()
    foreign = (await other.start_pack(await owner.influencer_with_face(other), count=1))["job"]["id"]
    async with studio.socket() as socket:
        answers = [
            await socket.run(PROGRESS, jobId=id_, after=after)
            for id_ in (foreign, global_id("GenerationJob", uuid4()))
            for after in (None, begin_of(id_))
        ]
        assert all(answer == answers[0] for answer in answers)
        assert answers[0]["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
        (error,) = (await socket.run(PROGRESS, jobId="nonsense", after=None))["errors"]
        assert error["extensions"] == {"code": "NOT_FOUND", "path": ["jobId"]}
        (error,) = (await socket.run(PROGRESS, jobId=await studio.influencer(), after=None))["errors"]
        assert error["extensions"] == {"code": "INVALID_INPUT", "path": ["jobId"]}


async def test_a_subscription_is_not_answered_over_http(studio: Studio) -> None:
    body = {"query": "subscription { creditBalanceChanged { total } }"}
    headers = {"Authorization": f"Bearer {studio.token}"}
    async with studio.http.post(f"{studio.url}/graphql", json=body, headers=headers) as answer:
        assert ([error["extensions"]["code"] for error in (await answer.json())["errors"]], answer.status) == (
            ["INVALID_INPUT"],
            400,
        )


@pytest.mark.parametrize("first", [0, 1])
async def test_two_jobs_on_one_socket_are_told_apart(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, first: int
) -> None:
    influencer = await owner.influencer_with_face(studio)
    jobs = [(await studio.start_pack(influencer, count=2))["job"]["id"] for _ in range(2)]
    seen: dict[str, set[str]] = {job: set() for job in jobs}
    async with studio.socket() as socket, asyncio.timeout(20):
        for job in jobs if first else reversed(jobs):
            payload = {"query": PROGRESS, "variables": {"jobId": job}}
            await socket.ws.send_json({"type": "subscribe", "id": job, "payload": payload})
        left = set(jobs)
        while left:
            message = await socket.ws.receive_json()
            if message["type"] == "complete":
                left.discard(message["id"])
            else:
                seen[message["id"]].add(message["payload"]["data"]["jobProgress"]["job"]["id"])
    assert seen == {job: {job} for job in jobs}
    assert (await studio.ask(JOB, id=jobs[0]))["status"] == "COMPLETED"
