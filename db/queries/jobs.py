"""Jobs as they are now, and what happened to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.codec import JOB_EVENT
from db.queries.images import images_by_id
from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.jobs import COLUMNS, job_of
from domain.events import JobEvent
from domain.ids import JobId, UserId
from domain.jobs.job import Job
from domain.pages import Page

BY_ID = text(f"SELECT {COLUMNS} FROM jobs j WHERE j.id = ANY(:ids)")  # noqa: S608 - our own column list
STANDING = text(f"SELECT {COLUMNS}, j.events_pruned_to FROM jobs j WHERE j.id = :id")  # noqa: S608
PAGE = text(f"""
SELECT {COLUMNS} FROM jobs j
 WHERE j.user_id = :user_id AND (CAST(:at AS timestamptz) IS NULL OR (j.created_at, j.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
 ORDER BY j.created_at DESC, j.id DESC LIMIT :limit
""")  # noqa: S608
SHEETS = text(f"""
SELECT newest.* FROM unnest(CAST(:ids AS uuid[])) subject (id), LATERAL (
  SELECT {COLUMNS} FROM jobs j WHERE j.subject_id = subject.id AND j.kind = 'CHARACTER_SHEET' ORDER BY j.created_at DESC LIMIT 1) newest
""")  # noqa: S608
EVENTS = text(
    "SELECT CAST(payload AS text) AS payload FROM events WHERE job_id = :job_id AND job_number > :after ORDER BY job_number LIMIT 200"
)

SETTLED = text("SELECT index FROM job_images WHERE job_id = :job_id AND state NOT IN ('QUEUED', 'RENDERING')")


@dataclass(frozen=True, slots=True)
class JobStanding:
    """A job with how far its history reaches: events `oldest_kept` to `job.event_count` can be read."""

    job: Job
    oldest_kept: int


async def jobs_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, Job]:
    return {job.id: job for job in map(job_of, await connection.execute(BY_ID, {"ids": list(ids)}))}


async def newest_sheet_jobs(connection: AsyncConnection, subject_ids: Sequence[UUID]) -> dict[UUID, Job]:
    """By subject; without those of whom no character sheet was started."""
    return {job.subject_id: job for job in map(job_of, await connection.execute(SHEETS, {"ids": list(subject_ids)}))}


async def job_standing(connection: AsyncConnection, job_id: JobId) -> JobStanding | None:
    row = (await connection.execute(STANDING, {"id": job_id})).mappings().one_or_none()
    if row is None:
        return None
    values = dict(row)
    pruned_to: int = values.pop("events_pruned_to")
    return JobStanding(job_of(values), pruned_to + 1)


async def jobs_page(connection: AsyncConnection, user_id: UserId, *, first: int, after: str | None) -> Page[Job]:
    place = place_of(after) if after is not None else None
    values = {
        "user_id": user_id,
        "limit": check_first(first) + 1,
        "at": place.created_at if place else None,
        "id": place.id if place else None,
    }
    found = [job_of(row) for row in await connection.execute(PAGE, values)]
    return page_of(found, [Place(job.created_at, job.id) for job in found], first)


async def job_events_since(connection: AsyncConnection, job_id: JobId, after: int) -> Sequence[JobEvent]:
    """In order, up to 200; their images as they are now, and None for those that are gone."""
    rows = await connection.execute(EVENTS, {"job_id": job_id, "after": after})
    events = [JOB_EVENT.validate_json(row.payload) for row in rows]
    ids = [event.image.id for event in events if event.image]
    current = await images_by_id(connection, ids) if ids else {}
    return [replace(event, image=current.get(event.image.id)) if event.image else event for event in events]


async def settled_indexes(connection: AsyncConnection, job_id: JobId) -> set[int]:
    """Of images that are made, given up or dropped: a percent of one of these comes late."""
    return {index for (index,) in await connection.execute(SETTLED, {"job_id": job_id})}
