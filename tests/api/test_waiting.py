"""Why a job waits, and how many are ahead of it, as its owner is told."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.worker import RunningWorker
from db.engine import Database
from db.render_line import Fairness, RenderLine
from domain.ids import WorkerId
from domain.jobs.waiting import MOST_UNDER_WAY
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.statements import statements_of_the_api
from tests.support.studio import CANCEL, ERRORS_IN_FULL, Studio

WAITING = "query ($id: ID!) { job(id: $id) { queuePosition waitingBecause waitingUntil } }"
ALL = "{ viewer { jobs(first: 20) { edges { node { queuePosition waitingBecause waitingUntil } } } } }"
PLAIN = "{ viewer { jobs(first: 20) { edges { node { status } } } } }"
SNAPSHOT = "subscription ($jobId: ID!) { jobProgress(jobId: $jobId) { job { status queuePosition waitingBecause } } }"
START = f"mutation ($input: StartPackInput!) {{ startPack(input: $input) {{ job {{ id }} {ERRORS_IN_FULL} }} }}"

BEAT = "INSERT INTO worker_heartbeats VALUES (gen_random_uuid(), now(), now(), 256)"

Told = tuple[int | None, str | None, str | None]


@pytest.fixture
def line(worker_database: Database) -> RenderLine:
    return RenderLine(worker_database, Fairness(per_user=10, silence=timedelta(seconds=20)))


@pytest.fixture
async def influencer(studio: Studio, owner: Owner) -> str:
    """Of a user with credits for many images, where a worker was heard of."""
    found = await owner.influencer_with_face(studio)
    await owner.grant(studio, 10_000)
    await owner.run(BEAT)
    return found


async def told(studio: Studio, job: str) -> Told:
    found = await studio.ask(WAITING, id=job)
    return found["queuePosition"], found["waitingBecause"], found["waitingUntil"]


async def start(studio: Studio, influencer: str, *counts: int) -> Sequence[str]:
    return [(await studio.start_pack(influencer, count=count))["job"]["id"] for count in counts]


async def deal(line: RenderLine, slots: int) -> None:
    await line.deal(WorkerId(uuid4()), slots=slots - 256)  # the worker that was heard of has none to spare
    await line.tell_standing()


async def test_a_job_that_nobody_is_ahead_of_is_next(studio: Studio, influencer: str) -> None:
    (job,) = await start(studio, influencer, 3)
    assert await told(studio, job) == (0, "FIRST_IN_LINE", None)


async def test_without_a_worker_it_says_so(studio: Studio, owner: Owner, influencer: str) -> None:
    await owner.run("UPDATE worker_heartbeats SET seen_at = now() - interval '31 seconds'")
    (job,) = await start(studio, influencer, 3)
    assert await told(studio, job) == (0, "WORKERS_AWAY", None)


async def test_what_was_handed_over_is_about_to_begin(studio: Studio, line: RenderLine, influencer: str) -> None:
    (job,) = await start(studio, influencer, 3)
    await deal(line, 1)
    assert await told(studio, job) == (0, "STARTING", None)


async def test_own_jobs_are_ahead(studio: Studio, line: RenderLine, influencer: str) -> None:
    first, second, third = await start(studio, influencer, 8, 10, 5)
    assert await told(studio, third) == (18, "YOUR_OTHER_JOBS", None)

    await deal(line, 256)  # ten of them are under way, as many as may be

    assert await told(studio, first) == (0, "STARTING", None)
    assert await told(studio, second) == (0, "STARTING", None)
    assert await told(studio, third) == (8, "YOUR_OTHER_JOBS", None)


async def test_others_are_ahead_by_one_turn_each(
    studio: Studio, owner: Owner, line: RenderLine, influencer: str
) -> None:
    others = [studio.another() for _ in range(3)]
    for other in others:
        theirs = await owner.influencer_with_face(other)
        await owner.grant(other, 1000)
        await start(other, theirs, 10)
    (job,) = await start(studio, influencer, 5)
    await line.tell_standing()

    assert await told(studio, job) == (3, "OTHER_USERS", None)

    await deal(line, 2)  # two of them had a turn, and are behind now
    assert await told(studio, job) == (1, "OTHER_USERS", None)
    await deal(line, 4)
    assert await told(studio, job) == (0, "STARTING", None)


async def test_nobody_is_told_of_more_than_there_are(
    studio: Studio, owner: Owner, line: RenderLine, influencer: str
) -> None:
    other = studio.another()
    await start(other, await owner.influencer_with_face(other), 2)
    jobs = await start(studio, influencer, 10, 10, 10)
    await line.tell_standing()
    assert await told(studio, jobs[2]) == (22, "OTHER_USERS", None)


@pytest.mark.parametrize(("counted", "position"), [(999, 20 + 999 - 30), (1000, 1000)])
async def test_where_not_all_were_counted_there_may_be_any_number_of_others(
    studio: Studio, owner: Owner, influencer: str, counted: int, position: int
) -> None:
    jobs = await start(studio, influencer, 10, 10, 10)
    standing = "INSERT INTO render_standing (users, images, serving) VALUES (500, :counted, 1)"
    await owner.run(standing, counted=counted)
    assert (await told(studio, jobs[2]))[0] == position


@pytest.mark.parametrize("reason", ["PROVIDER_BUSY", "PROVIDER_DOWN", "RETRY_PAUSE", "REVIEW"])
async def test_a_wait_for_a_time_says_until_when(studio: Studio, owner: Owner, influencer: str, reason: str) -> None:
    (job,) = await start(studio, influencer, 2)
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    await owner.run("UPDATE job_images SET run_after = :until, paused_by = :reason", until=until, reason=reason)
    assert await told(studio, job) == (0, reason, until.isoformat())


async def test_a_job_that_is_being_made_or_has_ended_waits_for_nothing(
    studio: Studio, owner: Owner, quick_images: QuickImages, quick_worker: RunningWorker
) -> None:
    influencer = await owner.influencer_with_face(studio)
    quick_images.hold()
    (job,) = await start(studio, influencer, 1)
    async with studio.watching(job) as events:
        async for event in events:
            if event["__typename"] == "ImageProgressed":
                break
    assert await told(studio, job) == (None, None, None)
    quick_images.let_go()
    assert (await studio.ended(job))["status"] == "COMPLETED"
    with statements_of_the_api() as asked:
        assert await told(studio, job) == (None, None, None)
    assert not any("job_images" in statement for statement in asked)


async def test_a_stream_begins_with_how_many_are_ahead(studio: Studio, influencer: str) -> None:
    _, job = await start(studio, influencer, 4, 1)
    async with studio.socket() as socket:
        async for event in socket.events(SNAPSHOT, jobId=job):
            assert event["job"] == {"status": "QUEUED", "queuePosition": 4, "waitingBecause": "YOUR_OTHER_JOBS"}
            break


async def test_many_jobs_are_one_question_and_none_where_nobody_asks(studio: Studio, influencer: str) -> None:
    await start(studio, influencer, *[2] * 12)
    with statements_of_the_api() as plain:
        await studio.ask(PLAIN)
    with statements_of_the_api() as asked:
        found = await studio.ask(ALL)
    assert [edge["node"]["queuePosition"] for edge in found["jobs"]["edges"]] == [
        *(2 * n for n in reversed(range(12))),
        None,
    ]
    assert len([statement for statement in asked if "render_standing" in statement]) == 1
    assert not any("job_images" in statement for statement in plain)


async def test_another_users_job_is_told_nothing_of(studio: Studio, influencer: str) -> None:
    (job,) = await start(studio, influencer, 1)
    refused = await studio.another().post(WAITING, {"id": job})
    assert refused["data"] is None or refused["data"]["job"] is None


async def test_more_images_than_may_wait_are_refused_and_the_same_key_may_be_sent_again(
    studio: Studio, owner: Owner, influencer: str
) -> None:
    waiting = await start(studio, influencer, *[10] * (MOST_UNDER_WAY // 10))
    wish = {"subjectId": influencer, "imageCount": 1, "idempotencyKey": uuid4().hex}
    async with owner.nothing_moves(studio):
        refused = (await studio.ask(START, input=wish))["errors"]
    assert refused == [
        {
            "__typename": "RateLimitedError",
            "code": "RATE_LIMITED",
            "message": "You have 500 images that are not made yet, and 1 more would be over the 500 there may be. Wait until some "
            "are made, or cancel a job; then send the same again. Nothing was charged.",
            "path": None,
            "retryAfterSeconds": None,
        }
    ]
    await studio.ask(CANCEL, input={"jobId": waiting[0]})
    assert (await studio.ask(START, input=wish))["errors"] == []
