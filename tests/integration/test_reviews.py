"""What a provider made is seen by nobody before it was judged; while nobody can judge it, it waits, and is paid for once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from app.settings import Settings
from app.worker import RunningWorker, running_worker
from db.engine import Database
from domain.errors import DomainError, ProviderMisconfigured, ProviderRefused, ProviderRequestInvalid, RateLimited
from domain.ids import UserId
from domain.images.review import AWAY, REFUSED, REVIEW_WAITS
from domain.jobs.rendering import RenderTask
from domain.models.model import Provider
from domain.ports.reviews import WaitingPicture
from domain.safety.decisions import Outcome
from domain.safety.rules import POLICY
from providers.local.tokens import user_id_of
from tasks.images import ImageProviders
from tests.support.jobs import Making, a_job_of
from tests.support.ledger import Bench, a_bench
from tests.support.owner import Owner
from tests.support.picture_judge import PictureJudge
from tests.support.queued_images import QueuedImages
from tests.support.quick_images import QuickImages
from tests.support.studio import CANCEL, JOB, RETRY, Studio
from tests.support.values import NOW, a_decision
from tests.support.waiting import until

DECISIONS = """
SELECT operation, field, outcome, rule, policy, judge, input_sha256 FROM safety_decisions WHERE user_id = :user ORDER BY number
"""
VISIBLE = """
SELECT i.sha256 = d.input_sha256 AND d.outcome = 'ALLOWED' AND d.field = CAST(i.id AS text), d.judge
  FROM images i JOIN safety_decisions d ON (d.user_id, d.number) = (i.user_id, i.decision)
"""
CALLS = "SELECT state, error_code FROM provider_calls ORDER BY intended_at"
IMAGE = "SELECT state, tries, waits FROM job_images"
JOB_WAITS = "query ($id: ID!) { job(id: $id) { waitingBecause } }"
WAITING = "SELECT count(*) FROM image_reviews WHERE stored_at IS NOT NULL AND cleared_at IS NULL"


@pytest.fixture
def vendor() -> QueuedImages:
    return QueuedImages()


@pytest.fixture
def judge() -> PictureJudge:
    return PictureJudge()


@asynccontextmanager
async def a_worker(
    settings: Settings, vendor: QueuedImages, judge: PictureJudge | None
) -> AsyncIterator[RunningWorker]:
    images = ImageProviders(answering={}, queued={Provider.RUNPOD: vendor})
    async with running_worker(settings, images=images, moderation=judge) as worker:
        yield worker


async def started(studio: Studio, count: int = 1) -> str:
    job_id: str = (await studio.start_base_images(await studio.influencer(), count))["id"]
    return job_id


def files_in(settings: Settings, folder: str) -> list[str]:
    return sorted(path.name for path in (settings.data_dir / "files" / folder).rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def _no_files_of_others(settings: Settings) -> None:
    for folder in ("images", "thumbnails", "reviews"):
        for path in (settings.data_dir / "files" / folder).rglob("*"):
            if path.is_file():
                path.unlink()


async def is_waiting(owner: Owner) -> bool:
    """Its picture lies in the store, and the image is asked about again later."""
    held = "SELECT count(*) FROM job_images WHERE state = 'QUEUED' AND waits > 0"
    return bool(await owner.value(WAITING)) and bool(await owner.value(held))


async def due_now(owner: Owner) -> None:
    """What it waits for is over."""
    await owner.run("UPDATE job_images SET run_after = now() WHERE state = 'QUEUED'")
    await owner.run("UPDATE render_line SET due_at = now()")


async def settled(owner: Owner) -> None:
    assert await owner.violations() == []
    assert await owner.value("SELECT count(*) FROM provider_calls WHERE ended_at IS NULL") == 0


async def cleared(settings: Settings, owner: Owner, vendor: QueuedImages) -> None:
    """After the next sweep nothing is left of what waited."""

    async def is_clear() -> bool:
        return not await owner.value("SELECT count(*) FROM image_reviews WHERE cleared_at IS NULL") and not files_in(
            settings, "reviews"
        )

    async with a_worker(settings, vendor, None):
        await until(is_clear)


async def test_what_is_allowed_is_seen_beside_the_decision_on_its_bytes(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    async with a_worker(settings, vendor, judge):
        job = await studio.ended(await started(studio, 2))

    assert (job["status"], job["creditsCaptured"]) == ("COMPLETED", 20)
    assert await owner.rows(VISIBLE) == [(True, "a judge of tests")] * 2
    assert sorted(judge.shown) == sorted(sha for (sha,) in await owner.rows("SELECT sha256 FROM images"))
    assert await owner.value("SELECT count(*) FROM image_reviews") == 0
    await settled(owner)


async def test_without_a_judge_the_providers_own_flags_are_and_the_decision_says_so(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages
) -> None:
    async with a_worker(settings, vendor, None):
        await studio.ended(await started(studio))
    assert await owner.rows(VISIBLE) == [(True, "flags of runpod")]


async def test_the_sketch_is_allowed_by_construction_and_nobody_is_asked(
    studio: Studio, settings: Settings, owner: Owner, quick_images: QuickImages, judge: PictureJudge
) -> None:
    async with running_worker(settings, images=quick_images, moderation=judge):
        job = await studio.ended(await started(studio))

    assert job["status"] == "COMPLETED"
    assert await owner.rows(VISIBLE) == [(True, "construction")]
    assert judge.shown == []


@pytest.mark.parametrize(
    ("scores", "rule"), [({"sexual": 0.6}, "NO_ADULT_CONTENT"), ({"violence/graphic": 0.7}, "MODERATED")]
)
async def test_what_is_refused_is_final_free_and_kept_nowhere(
    *,
    studio: Studio,
    settings: Settings,
    owner: Owner,
    vendor: QueuedImages,
    judge: PictureJudge,
    scores: dict[str, float],
    rule: str,
) -> None:
    judge.scores = scores
    async with a_worker(settings, vendor, judge):
        job = await studio.ended(await started(studio))

    assert (job["status"], job["errorCode"], job["creditsCaptured"]) == ("FAILED", "CONTENT_POLICY", 0)
    assert job["errorMessage"] == f"{REFUSED} Nothing was charged for this image."
    assert await studio.balance() == (100, 0)
    assert (len(vendor.accepted), await owner.rows(CALLS)) == (1, [("DONE", "CONTENT_POLICY")])
    assert await owner.value("SELECT count(*) FROM images") == 0
    assert [files_in(settings, folder) for folder in ("images", "thumbnails", "reviews")] == [[], [], []]
    (decision,) = await owner.rows(DECISIONS, user=user_id_of(studio.user))
    assert decision[:1] + decision[2:] == (
        "renderImage", "REFUSED", rule, POLICY, "a judge of tests", judge.shown[0]
    )  # fmt: skip
    await settled(owner)


async def test_what_was_refused_can_be_made_again_and_is_judged_again(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    judge.scores = {"sexual": 0.6}
    async with a_worker(settings, vendor, judge):
        job_id = await started(studio)
        await studio.ended(job_id)
        judge.scores = {}
        await studio.ask(RETRY, input={"jobId": job_id, "idempotencyKey": "again"})
        job = await studio.ended(job_id)

    assert (job["status"], job["creditsCaptured"], len(vendor.accepted)) == ("COMPLETED", 10, 2)
    outcomes = [outcome for _, _, outcome, *_ in await owner.rows(DECISIONS, user=user_id_of(studio.user))]
    assert outcomes == ["REFUSED", "ALLOWED"]


async def test_while_the_judge_is_away_a_picture_waits_unseen_and_unpaid_and_then_completes_once(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    judge.away = True
    async with a_worker(settings, vendor, judge):
        job_id = await started(studio)
        await until(lambda: is_waiting(owner))
        waiting = await studio.ask(JOB, id=job_id)
        because = await studio.ask(JOB_WAITS, id=job_id)
        await due_now(owner)
        await until(lambda: _has_waited(owner, 2))
        judge.away = False
        await due_now(owner)
        job = await studio.ended(job_id)

    assert (waiting["status"], waiting["creditsReserved"], waiting["creditsCaptured"]) == ("PROCESSING", 10, 0)
    assert (waiting["images"]["edges"], because) == ([], {"waitingBecause": "REVIEW"})
    assert (job["status"], job["creditsCaptured"]) == ("COMPLETED", 10)
    assert await studio.balance() == (90, 0)
    assert await owner.rows(IMAGE) == [("COMPLETED", 1, 2)]
    assert len(vendor.accepted) == 1
    assert (len(set(judge.shown)), len(judge.pixels)) == (3, 1)  # signed anew each time, and made once
    assert await owner.rows("SELECT sha256 FROM images") == [(judge.shown[-1],)]
    assert await owner.rows(CALLS) == [("DONE", None)]
    delays = await owner.rows(
        "SELECT payload ->> 'reason', payload ->> 'will_retry' FROM events WHERE kind = 'IMAGE_DELAYED'"
    )
    assert delays == [(AWAY, "true")] * 2
    assert await owner.rows(VISIBLE) == [(True, "a judge of tests")]
    assert await owner.value("SELECT count(*) FROM safety_decisions WHERE operation = 'renderImage'") == 1
    await settled(owner)
    await cleared(settings, owner, vendor)
    assert len(files_in(settings, "images")) == 1


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (RateLimited(retry_after=timedelta(seconds=40)), 40),
        (RateLimited(), REVIEW_WAITS[0]),
        (ProviderMisconfigured("The key is not valid."), REVIEW_WAITS[0]),
        (ProviderRequestInvalid("We asked in a way it does not understand."), REVIEW_WAITS[0]),
    ],
)
async def test_no_answer_of_any_kind_lets_a_picture_through(
    *,
    studio: Studio,
    settings: Settings,
    owner: Owner,
    vendor: QueuedImages,
    judge: PictureJudge,
    error: DomainError,
    wait: int,
) -> None:
    judge.errors = [error]
    async with a_worker(settings, vendor, judge):
        await started(studio)
        await until(lambda: is_waiting(owner))

    assert await owner.value("SELECT count(*) FROM images") == 0
    found = await owner.value(
        "SELECT extract(epoch FROM CAST(payload ->> 'retry_at' AS timestamptz) - created_at) FROM events WHERE kind = 'IMAGE_DELAYED'"
    )
    assert round(found) == wait


async def test_a_picture_that_the_judge_cannot_read_is_refused(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    judge.errors = [ProviderRefused("It will not look at this.", detail="400 invalid_image")]
    async with a_worker(settings, vendor, judge):
        job = await studio.ended(await started(studio))
    assert (job["errorCode"], job["creditsCaptured"]) == ("CONTENT_POLICY", 0)
    (decision,) = await owner.rows(DECISIONS, user=user_id_of(studio.user))
    assert decision[2:6] == ("REFUSED", "MODERATED", POLICY, "openai")


async def test_another_worker_takes_up_a_picture_that_waits(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    judge.away = True
    async with a_worker(settings, vendor, judge):
        job_id = await started(studio)
        await until(lambda: is_waiting(owner))
    judge.away = False
    await due_now(owner)
    async with a_worker(settings, vendor, judge):
        job = await studio.ended(job_id)

    assert (job["status"], len(vendor.accepted), len(judge.pixels)) == ("COMPLETED", 1, 1)
    await settled(owner)


async def test_a_picture_that_was_about_to_be_kept_is_fetched_again_and_not_made_again(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    """Its worker died after its file was named, before it was stored: the call is open still."""
    judge.away = True
    async with a_worker(settings, vendor, judge):
        job_id = await started(studio)
        await until(lambda: is_waiting(owner))
    await owner.run("UPDATE image_reviews SET stored_at = NULL, since = now() - interval '10 minutes'")
    await owner.run("UPDATE provider_calls SET state = 'SUBMITTED', ended_at = NULL")
    judge.away = False
    await due_now(owner)
    async with a_worker(settings, vendor, judge):
        job = await studio.ended(job_id)

    assert (job["status"], len(vendor.accepted)) == ("COMPLETED", 1)
    await settled(owner)
    await cleared(settings, owner, vendor)


async def test_a_worker_that_stops_while_the_judge_looks_hands_the_picture_over(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    judge.may_answer.clear()
    async with a_worker(settings, vendor, judge):
        job_id = await started(studio)
        await until(lambda: _is_shown(judge))
    judge.may_answer.set()
    async with a_worker(settings, vendor, judge):
        job = await studio.ended(job_id)

    assert (job["status"], len(vendor.accepted)) == ("COMPLETED", 1)
    assert await owner.rows(IMAGE) == [("COMPLETED", 1, 0)]
    await settled(owner)


async def test_a_picture_whose_file_was_lost_is_made_again(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    judge.away = True
    async with a_worker(settings, vendor, judge):
        job_id = await started(studio)
        await until(lambda: is_waiting(owner))
        for path in (settings.data_dir / "files" / "reviews").rglob("*.jpg"):
            path.unlink()
        judge.away = False
        await due_now(owner)
        job = await studio.ended(job_id)

    assert (job["status"], len(vendor.accepted), job["creditsCaptured"]) == ("COMPLETED", 2, 10)
    await settled(owner)


async def test_a_picture_that_is_refused_after_it_waited_is_removed(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    judge.away = True
    async with a_worker(settings, vendor, judge):
        job_id = await started(studio)
        await until(lambda: is_waiting(owner))
        judge.away, judge.scores = False, {"sexual": 0.9}
        await due_now(owner)
        job = await studio.ended(job_id)

    assert (job["errorCode"], await studio.balance()) == ("CONTENT_POLICY", (100, 0))
    await cleared(settings, owner, vendor)
    assert [files_in(settings, folder) for folder in ("images", "thumbnails")] == [[], []]
    await settled(owner)


async def test_a_picture_of_a_cancelled_job_is_removed_unseen(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    judge.away = True
    async with a_worker(settings, vendor, judge):
        job_id = await started(studio)
        await until(lambda: is_waiting(owner))
        assert len(files_in(settings, "reviews")) == 1
        await studio.ask(CANCEL, input={"jobId": job_id})

    await cleared(settings, owner, vendor)
    assert await studio.balance() == (100, 0)
    assert await owner.value("SELECT count(*) FROM images") == 0
    await settled(owner)


async def test_when_nobody_judged_it_in_time_it_is_given_up_and_free(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    judge.away = True
    async with a_worker(settings, vendor, judge):
        job_id = await started(studio)
        await until(lambda: is_waiting(owner))
    await owner.run("UPDATE credit_holds SET expires_at = now()")
    async with a_worker(settings, vendor, judge):
        job = await studio.ended(job_id)

    assert (job["status"], job["errorCode"], await studio.balance()) == ("FAILED", "TIMED_OUT", (100, 0))
    await cleared(settings, owner, vendor)
    await settled(owner)


async def test_a_picture_of_an_earlier_round_is_not_taken_for_one_of_the_next(
    studio: Studio, settings: Settings, owner: Owner, vendor: QueuedImages, judge: PictureJudge
) -> None:
    """Given up while it waited, and retried before anybody cleared it."""
    judge.away = True
    async with a_worker(settings, vendor, judge):
        job_id = await started(studio)
        await until(lambda: is_waiting(owner))
    await owner.run("UPDATE credit_holds SET expires_at = now()")
    async with a_worker(settings, vendor, judge):
        await studio.ended(job_id)
    await owner.run("UPDATE image_reviews SET cleared_at = NULL")
    judge.away = False
    await studio.ask(RETRY, input={"jobId": job_id, "idempotencyKey": "again"})
    async with a_worker(settings, vendor, judge):
        job = await studio.ended(job_id)

    assert (job["status"], len(vendor.accepted)) == ("COMPLETED", 2)
    await cleared(settings, owner, vendor)


REMOVALS = "SELECT key, asked_at <= now(), asked_at > now() + interval '9 minutes', removed_at IS NULL FROM file_removals ORDER BY key"
DUE, LATER = (True, False, True), (False, True, True)


async def test_a_file_that_waits_for_its_verdict_is_announced_until_it_is_there(settings: Settings) -> None:
    """A worker may be killed anywhere: its announcement comes due, and a receipt of a deletion waits for that."""
    async with a_bench(settings.database, connections=2) as bench:
        making = await a_job_of(await bench.purse(100))
        first = noted_by(await making.begun(), "reviews/a")
        await note(bench, first)
        await note(bench, first)  # as after an answer that was lost
        assert await bench.sql.rows(REMOVALS) == [(first.key, *LATER)]
        await note(bench, replace(first, key="reviews/b"))  # fetched again, and other bytes
        assert await bench.sql.rows(REMOVALS) == [(first.key, *LATER), ("reviews/b", *LATER)]
        assert [await is_stored(bench, first), await is_stored(bench, replace(first, key="reviews/b"))] == [False, True]
        assert await bench.sql.rows(REMOVALS) == [(first.key, *DUE)]
        assert await is_stored(bench, replace(first, key="reviews/b"))  # as above
        assert await bench.sql.rows(REMOVALS) == [(first.key, *DUE)]
        await making.cancel()
        assert [await cleared_of(bench, making), await cleared_of(bench, making)] == [1, 0]
        assert await bench.sql.rows(REMOVALS) == [(first.key, *DUE), ("reviews/b", *DUE)]


async def test_a_file_that_is_being_stored_while_its_job_is_cancelled_goes_when_it_can_be_there(
    settings: Settings,
) -> None:
    async with a_bench(settings.database, connections=2) as bench:
        making = await a_job_of(await bench.purse(100))
        claim = await making.begun()
        waiting = noted_by(claim, "reviews/a")
        await note(bench, waiting)
        await making.cancel()
        async with bench.worker.unit_of_work(making.user_id) as uow:
            assert not await uow.jobs.holds_lease(claim.image)  # so nothing is noted from now on
        assert await cleared_of(bench, making) == 1
        assert await bench.sql.rows(REMOVALS) == [(waiting.key, *LATER)]
        assert not await is_stored(bench, waiting)
        assert await bench.sql.rows(REMOVALS) == [(waiting.key, *DUE)]


async def test_a_file_that_was_stored_too_late_is_removed_once_more_and_may_be_noted_again(settings: Settings) -> None:
    async with a_bench(settings.database, connections=2) as bench:
        making = await a_job_of(await bench.purse(100))
        waiting = noted_by(await making.begun(), "reviews/a")
        await note(bench, waiting)
        await bench.sql.run("UPDATE file_removals SET asked_at = now(), claimed_until = now() + interval '30 seconds'")
        await note(bench, waiting)  # not out of the hands of whoever removes it
        assert await bench.sql.rows(REMOVALS) == [(waiting.key, *DUE)]
        await bench.sql.run("UPDATE file_removals SET claimed_until = NULL, removed_at = now()")
        assert not await is_stored(bench, waiting)
        assert await bench.sql.rows(REMOVALS) == [(waiting.key, *DUE)]
        await bench.sql.run("UPDATE file_removals SET removed_at = now()")
        await note(bench, waiting)
        assert await bench.sql.rows(REMOVALS) == [(waiting.key, *LATER)]
        assert await is_stored(bench, waiting)
        assert await bench.sql.rows(REMOVALS) == []


def noted_by(claim: RenderTask, key: str) -> WaitingPicture:
    return WaitingPicture(
        user_id=claim.job.user_id,
        job_id=claim.job.id,
        index=claim.image.index,
        round=claim.job.round,
        key=key,
        content_type="image/jpeg",
        provider="fal",
        model="fal/flux-lora",
        seed=1,
        generation_ms=1,
        since=NOW,
    )


async def note(bench: Bench, picture: WaitingPicture) -> None:
    async with bench.worker.unit_of_work(picture.user_id) as uow:
        await uow.lock_user(picture.user_id)
        await uow.reviews.note(picture)


async def is_stored(bench: Bench, picture: WaitingPicture) -> bool:
    async with bench.worker.unit_of_work(picture.user_id) as uow:
        await uow.lock_user(picture.user_id)
        return await uow.reviews.stored(picture)


async def cleared_of(bench: Bench, making: Making) -> int:
    async with bench.worker.unit_of_work(making.user_id) as uow:
        await uow.lock_user(making.user_id)
        return await uow.reviews.clear(making.user_id)


# --- the database holds it -------------------------------------------------------------------------------------------

COPY = """
INSERT INTO images (id, user_id, subject_id, job_id, index, kind, storage_key, thumbnail_key, sha256, content_type, size_bytes, width,
                    height, aspect_ratio, quality, nsfw, prompt, negative_prompt, seed, steps, model, provider, credits_charged,
                    generation_ms, created_at, outfit, decision)
SELECT gen_random_uuid(), user_id, subject_id, job_id, 7, kind, storage_key, thumbnail_key, {sha256}, content_type, size_bytes, width,
       height, aspect_ratio, quality, nsfw, prompt, negative_prompt, seed, steps, model, provider, credits_charged,
       generation_ms, created_at, outfit, {decision} FROM images
"""


@pytest.mark.parametrize(
    ("sha256", "decision", "sqlstate"),
    [
        ("sha256", "decision", ""),
        ("sha256", "NULL", "42501"),
        ("sha256", "decision + 1", "42501"),
        ("sha256", "decision + 2", "42501"),
        ("sha256", "99", "42501"),
        ("repeat('b', 64)", "decision", "42501"),
    ],
    ids=["as it was decided", "undecided", "refused", "of another file", "of nothing", "other bytes"],
)
async def test_no_worker_can_show_what_was_not_allowed(
    settings: Settings, worker_database: Database, sha256: str, decision: str, sqlstate: str
) -> None:
    async with a_bench(settings.database, connections=2) as bench:
        purse = await bench.purse(100)
        image = await (await a_job_of(purse)).make()
        async with bench.worker.unit_of_work(purse.user_id) as uow:
            await uow.lock_user(purse.user_id)
            refused = a_decision(input_sha256=image.sha256, outcome=Outcome.REFUSED)
            assert await uow.safety.log(purse.user_id, refused) == 2
            assert await uow.safety.log(purse.user_id, a_decision(outcome=Outcome.ALLOWED)) == 3

        assert await _copied(worker_database, purse.user_id, COPY.format(sha256=sha256, decision=decision)) == sqlstate


async def test_a_decision_about_one_user_shows_nothing_of_another(
    settings: Settings, worker_database: Database
) -> None:
    async with a_bench(settings.database, connections=2) as bench:
        one, other = await bench.purse(100), await bench.purse(100)
        image = await (await a_job_of(one)).make()
        await (await a_job_of(other)).make()
        assert await bench.sql.value("SELECT count(*) FROM safety_decisions") == 2

        copy = COPY.format(sha256=f"'{image.sha256}'", decision="1")
        assert await _copied(worker_database, one.user_id, copy) == ""
        assert await _copied(worker_database, other.user_id, copy) == "42501"


async def _copied(database: Database, user_id: UserId, sql: str) -> str:
    """The SQLSTATE, "" where it was carried out. Nothing stays."""
    async with database.read(user_id) as connection:
        try:
            result = await connection.exec_driver_sql(sql)
            assert result.rowcount == 1
        except DBAPIError as refusal:
            return str(getattr(refusal.orig, "sqlstate", "?"))
        finally:
            await connection.rollback()
    return ""


async def _has_waited(owner: Owner, times: int) -> bool:
    return bool(await owner.value("SELECT count(*) FROM job_images WHERE state = 'QUEUED' AND waits = :n", n=times))


async def _is_shown(judge: PictureJudge) -> bool:
    return bool(judge.shown)
