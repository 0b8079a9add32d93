"""`recordEvents` from a frontend, and `studioMetrics` for an administrator."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from app.provenance import make_identities
from app.worker import RunningWorker
from db.dispatch import Dispatch
from db.engine import Database
from db.metrics import SqlMetrics
from db.render_line import Fairness, RenderLine
from domain.ids import WorkerId
from providers.local.tokens import user_id_of
from providers.provenance.signing import C2paSigner
from schema.ids import parse_id
from tasks.reconciler import Reconciler
from tests.support.operations import operations
from tests.support.owner import Owner
from tests.support.quick_images import QuickImages
from tests.support.studio import Json, Studio
from tests.support.waiting import until

OPERATIONS = operations()
RECORD, METRICS = OPERATIONS["RecordEvents"], OPERATIONS["StudioMetrics"]


def an_event(type_: str = "STUDIO_OPENED", **more: object) -> Json:
    return {"clientEventId": uuid4().hex, "type": type_, "at": datetime.now(UTC).isoformat(), **more}


async def record(studio: Studio, *events: Json) -> int:
    payload = await studio.ask(RECORD, input={"events": [*events]})
    assert payload["errors"] == []
    count: int = payload["recordedCount"]
    return count


async def metrics(studio: Studio, *, first: int = 0) -> Json:
    """Of today, or from that many days ago."""
    today = datetime.now(UTC).date()
    studio.is_admin = True
    range_ = {"from": str(today - timedelta(days=first)), "to": str(today)}
    found: Json = await studio.ask(METRICS, range=range_)
    studio.is_admin = False
    return found


async def test_events_are_recorded_once_whoever_sends_them_again(studio: Studio, owner: Owner) -> None:
    subject = await studio.influencer()
    opened, scene = an_event(subjectId=subject), an_event("SCENE_SELECTED", scene="CANDID_LIFESTYLE")

    assert await record(studio, opened, scene) == 2
    assert await record(studio, opened, scene, an_event()) == 1
    assert await record(studio.another(), opened) == 1

    kept = await owner.rows(
        "SELECT key, type, label, subject_id FROM studio_events WHERE user_id = :me AND key = ANY(:keys) ORDER BY type",
        me=user_id_of(studio.user),
        keys=[f"client:{event['clientEventId']}" for event in (opened, scene)],
    )
    assert kept == [
        (f"client:{scene['clientEventId']}", "SCENE_SELECTED", "CANDID_LIFESTYLE", None),
        (f"client:{opened['clientEventId']}", "STUDIO_OPENED", "", parse_id(subject)[1]),
    ]


async def test_what_is_refused_is_refused_as_a_whole(studio: Studio, owner: Owner) -> None:
    await studio.balance()
    async with owner.nothing_moves(studio):
        for events, path in (
            ([], ["input", "events"]),
            ([an_event()] * 51, ["input", "events"]),
            ([an_event(), an_event("OUTFIT_CHANGED")], ["input", "events", "1", "outfit"]),
            ([an_event(), an_event(scene="CANDID_LIFESTYLE")], ["input", "events", "1", "scene"]),
            ([an_event(clientEventId="")], ["input", "events", "0", "clientEventId"]),
        ):
            refusal = await studio.refusal(RECORD, input={"events": events})
            assert (refusal["__typename"], refusal["path"]) == ("ValidationError", path)


async def test_a_clock_that_is_wrong_is_put_right(studio: Studio, owner: Owner) -> None:
    year = timedelta(days=365)
    await record(studio, *(an_event(at=(datetime.now(UTC) + off).isoformat()) for off in (-year, year)))

    (ages,) = await owner.rows("SELECT array_agg(received_at - at ORDER BY at) FROM studio_events")
    assert ages[0] == [timedelta(days=1), timedelta()]


async def test_figures_are_for_administrators(studio: Studio) -> None:
    range_ = {"from": "2026-11-01", "to": "2026-11-02"}
    answer = await studio.post(METRICS, {"range": range_})
    assert answer["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
    assert answer["data"] is None
    answer = await studio.post(METRICS, {"range": range_}, token="")
    assert answer["errors"][0]["extensions"]["code"] == "SIGN_IN_REQUIRED"


@pytest.mark.parametrize(("first", "last"), [("2026-11-02", "2026-11-01"), ("2025-11-01", "2026-11-02")])
async def test_a_range_is_checked(studio: Studio, first: str, last: str) -> None:
    studio.is_admin = True
    _, extensions = await studio.failure(METRICS, range={"from": first, "to": last})
    assert extensions["code"] == "INVALID_INPUT"


async def test_figures_are_of_everyone_from_counts_alone(
    studio: Studio, owner: Owner, quick_worker: RunningWorker, quick_images: QuickImages, worker_database: Database
) -> None:
    quick_images.failing_poses = {3}
    influencer = await owner.influencer_with_face(studio)
    job = (await studio.start_pack(influencer, count=5))["job"]
    await studio.ended(job["id"])
    other = studio.another()
    await record(studio, an_event(), an_event(), an_event("OUTFIT_CHANGED", outfit="STREETWEAR"))
    await record(other, an_event(), an_event("SCENE_SELECTED", scene="NIGHT_OUT"))
    await SqlMetrics(worker_database).count_everyone()

    found = await metrics(studio, first=30)

    assert (found["studioOpens"], found["opensPerUser"], found["outfitChangeRate"]) == (3, 1.5, 1 / 3)
    assert (found["successRate"], found["trainingAdoption"], found["trainingCompletion"]) == (0.8, 0, None)
    told = {(event["event"], event["kind"]): event["count"] for event in found["events"]}
    assert told == {
        ("JOB_STARTED", "PACK"): 1,
        ("JOB_PARTIAL", "PACK"): 1,
        ("IMAGE_COMPLETED", "PACK"): 4,
        ("IMAGE_FAILED", "PACK"): 1,
        ("STUDIO_OPENED", None): 3,
        ("SCENE_SELECTED", None): 1,
        ("OUTFIT_CHANGED", None): 1,
    }
    assert found["scenes"][0] == {"scene": "PROFESSIONAL_PORTRAIT", "started": 1, "share": 1.0, "selected": 0}
    assert {use["scene"]: use["selected"] for use in found["scenes"]}["NIGHT_OUT"] == 1
    assert found["imageTimes"]["count"] == 4
    assert found["imageTimes"]["p50Ms"] <= found["imageTimes"]["p95Ms"]
    costs = found["costs"]
    assert (costs["creditsReserved"], costs["creditsCaptured"], costs["capturedShare"]) == (50, 40, 0.8)
    assert (costs["knownShare"], costs["creditsPerUsd"]) == (0, None)
    assert costs["models"] == [{"model": "quick-1", "images": 4, "creditsCaptured": 40, "providerUsd": None}]
    (day,) = found["days"]
    assert (day["day"], day["studioUsers"]) == (str(datetime.now(UTC).date()), 2)
    assert day["events"] == found["events"]


async def test_counting_is_looked_after_on_a_schedule(studio: Studio, worker_database: Database) -> None:
    await record(studio, an_event())
    async with Redis.from_url(studio.settings.redis.tasks) as redis:
        sweeps = Reconciler(
            dispatch=Dispatch(worker_database),
            line=RenderLine(worker_database, Fairness(per_user=1, silence=timedelta(minutes=1))),
            metrics=SqlMetrics(worker_database),
            redis=redis,
            worker=WorkerId(uuid4()),
            lease=timedelta(minutes=1),
            slots=1,
            signer=C2paSigner(make_identities(studio.settings)),
        ).sweeps()
        counting = asyncio.create_task(sweeps["count"])
        await until(lambda: is_counted(studio))
        counting.cancel()
        for name in sweeps.keys() - {"count"}:
            sweeps[name].close()


async def is_counted(studio: Studio) -> bool:
    return bool((await metrics(studio))["studioOpens"] == 1)
