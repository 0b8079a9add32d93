"""What the counts of the studio have to be: all events read one by one, in plain Python. And events to count, of any kind and day."""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from db.codec import json_text
from db.metrics import SqlMetrics
from domain.analytics.events import Recorded, StudioEvent
from domain.analytics.times import BOUNDS_MS
from domain.events import EventKind, JobEvent
from domain.jobs.job import GenerationMode, JobKind, JobStatus
from domain.presets.catalogue import Environment, Scene
from tests.support.jobs import a_job_of
from tests.support.ledger import Bench, Purse
from tests.support.values import a_job, a_recipe, an_image

Key = tuple[date, str, str, str]
Counted = dict[Key, tuple[int, int]]

ADD_EVENT = """
WITH u AS (UPDATE users SET event_count = event_count + 1 WHERE id = :user_id RETURNING event_count),
     j AS (UPDATE jobs SET event_count = event_count + 1 WHERE id = :job_id RETURNING event_count)
INSERT INTO events (user_id, number, job_id, job_number, kind, payload, created_at)
SELECT :user_id, u.event_count, :job_id, j.event_count, :kind, CAST(:payload AS jsonb), :at FROM u, j
"""


@dataclass(frozen=True, slots=True)
class Happening:
    """One durable event of a job."""

    event: EventKind = EventKind.IMAGE_COMPLETED
    kind: JobKind = JobKind.PACK
    status: JobStatus = JobStatus.PROCESSING
    round: int = 1
    mode: GenerationMode | None = GenerationMode.FACE_SWAP
    scene: Scene | None = Scene.CANDID_LIFESTYLE
    environment: Environment | None = Environment.CAFE
    credits: int = 10
    will_retry: bool = False
    model: str = "fal/flux-lora"
    generation_ms: int = 1000
    size: tuple[int, int] = (768, 1365)


@dataclass(frozen=True, slots=True)
class User:
    """One whose events are made up. Their job is real, and so is its first event."""

    bench: Bench
    purse: Purse
    job_id: Any

    async def happens(self, happening: Happening, at: datetime) -> None:
        values = {"user_id": self.purse.user_id, "job_id": self.job_id, "kind": happening.event, "at": at}
        await self.bench.sql.run(ADD_EVENT, payload=json_text(_event_of(happening, at)), **values)

    async def tells(self, type_: StudioEvent, at: datetime, *, label: str = "", key: str | None = None) -> int:
        recorded = Recorded(key=key or uuid4().hex, type=type_, at=at, label=label)
        async with self.bench.api.unit_of_work(self.purse.user_id) as uow:
            return await uow.analytics.record(self.purse.user_id, [recorded], now=datetime.now(UTC))


async def a_user(bench: Bench) -> User:
    purse = await bench.purse(100)
    return User(bench, purse, (await a_job_of(purse)).job_id)


def _event_of(one: Happening, at: datetime) -> JobEvent:
    recipe = a_recipe(scene=one.scene, environment=one.environment)
    job = a_job(kind=one.kind, status=one.status, round=one.round, mode=one.mode, recipe=recipe)
    job = replace(job, credits_reserved=one.credits, finished_at=at if one.status.is_final else None)
    image = None
    if one.event is EventKind.IMAGE_COMPLETED:
        width, height = one.size
        image = an_image(
            model=one.model, generation_ms=one.generation_ms, credits_charged=one.credits, width=width, height=height
        )
    return JobEvent(kind=one.event, job=job, at=at, index=0, image=image, will_retry=one.will_retry)


async def counted(bench: Bench) -> Counted:
    rows = await bench.sql.rows("SELECT day, measure, kind, label, count, total FROM studio_metrics")
    return {(day, measure, kind, label): (number, total) for day, measure, kind, label, number, total in rows}


async def recounted(bench: Bench) -> Counted:
    """By reading everything."""
    counts: Counter[Key] = Counter()
    totals: Counter[Key] = Counter()
    for key, total in [*(await _of_jobs(bench)), *(await _of_the_studio(bench))]:
        counts[key] += 1
        totals[key] += total
    return {key: (number, totals[key]) for key, number in counts.items()}


async def _of_jobs(bench: Bench) -> list[tuple[Key, int]]:
    rows = await bench.sql.rows("SELECT created_at, CAST(payload AS text) FROM events WHERE job_id IS NOT NULL")
    return [
        ((at.astimezone(UTC).date(), measure, kind, label), total)
        for at, payload in rows
        for measure, kind, label, total in _said_by(json.loads(payload))
    ]


def _said_by(event: Any) -> Iterator[tuple[str, str, str, int]]:
    job, image = event["job"], event["image"]
    kind, status = job["kind"], job["status"]
    if event["kind"] == "JOB_STATE_CHANGED" and status == "QUEUED":
        first = job["round"] == 1
        yield "JOB_STARTED" if first else "JOB_RETRIED", kind, "", job["credits_reserved"]
        if first:
            if job["mode"]:
                yield "MODE", kind, job["mode"], 0
            if job["mode"] == "LORA":
                yield "LORA_MODE_ACTIVATED", kind, "", 0
            for choice in ("scene", "environment"):
                if job["recipe"][choice]:
                    yield choice.upper(), kind, job["recipe"][choice], 0
    if status not in {"QUEUED", "PROCESSING"}:
        yield f"JOB_{status}", kind, "", 0
    if event["kind"] == "IMAGE_FAILED" and not event["will_retry"]:
        yield "IMAGE_FAILED", kind, "", 0
    if event["kind"] == "IMAGE_COMPLETED":
        ms = image["generation_ms"]
        yield "IMAGE_COMPLETED", kind, "", ms
        yield "TIME", kind, str(BOUNDS_MS[min(bisect_left(BOUNDS_MS, ms), len(BOUNDS_MS) - 1)]), 0
        yield "MODEL", kind, image["model"], image["credits_charged"]
        yield "MEGAPIXELS", kind, image["model"], -(-image["width"] * image["height"] // 1_000_000)


async def _of_the_studio(bench: Bench) -> list[tuple[Key, int]]:
    rows = await bench.sql.rows("SELECT user_id, type, label, at FROM studio_events")
    said = [((at.astimezone(UTC).date(), type_, "", label), 0) for _, type_, label, at in rows]
    opened = {(user, at.astimezone(UTC).date()) for user, type_, _, at in rows if type_ == "STUDIO_OPENED"}
    return said + [((day, "STUDIO_USERS", "", ""), 0) for _, day in opened]


def metrics_of(bench: Bench) -> SqlMetrics:
    return SqlMetrics(bench.worker)
