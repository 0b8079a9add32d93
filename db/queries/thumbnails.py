"""Threads, their versions, and how far the images of a thumbnail's job are."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.queries.pages import Place, check_first, page_of, place_of
from db.repositories.thumbnails import IS_THERE, THREAD, VERSION, thread_of, version_of
from domain.ids import JobId, UserId
from domain.jobs.job import ImageState, JobKind, JobStatus
from domain.pages import Page
from domain.thumbnails.thread import ThumbnailThread, ThumbnailVersion

# ruff: noqa: S608 - statements are put together of our own words

THREADS = text(f"SELECT {THREAD} FROM thumbnail_threads t WHERE t.id = ANY(:ids) AND {IS_THERE}")
OF_THREADS = "FROM thumbnail_versions v JOIN thumbnail_threads t ON t.id = v.thread_id"
VERSIONS = text(f"SELECT {VERSION} {OF_THREADS} WHERE v.id = ANY(:ids) AND {IS_THERE}")
VERSIONS_OF = text(
    f"SELECT {VERSION} {OF_THREADS} WHERE t.id = ANY(:ids) AND {IS_THERE} ORDER BY v.thread_id, v.number"
)
PAGE = text(f"""
SELECT {THREAD} FROM thumbnail_threads t
 WHERE t.user_id = :user_id AND {IS_THERE} AND (CAST(:subject_id AS uuid) IS NULL OR t.subject_id = :subject_id)
   AND (CAST(:project_id AS uuid) IS NULL OR t.project_id = :project_id)
   AND (CAST(:at AS timestamptz) IS NULL OR (t.created_at, t.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
 ORDER BY t.created_at DESC, t.id DESC LIMIT :limit
""")
FORMING = text("""
SELECT j.kind, j.status, j.round, i.index, i.state, i.error_message
  FROM jobs j JOIN job_images i ON i.job_id = j.id WHERE j.id = :id ORDER BY i.index
""")


@dataclass(frozen=True, slots=True)
class FormingImage:
    index: int
    state: ImageState
    reason: str | None
    """Why it failed, for one that did."""


@dataclass(frozen=True, slots=True)
class FormingJob:
    kind: JobKind
    status: JobStatus
    round: int
    images: tuple[FormingImage, ...]


async def threads_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, ThumbnailThread]:
    return {thread.id: thread for thread in map(thread_of, await connection.execute(THREADS, {"ids": list(ids)}))}


async def versions_by_id(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, ThumbnailVersion]:
    return {version.id: version for version in map(version_of, await connection.execute(VERSIONS, {"ids": list(ids)}))}


async def versions_of_threads(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[ThumbnailVersion]]:
    """In their order; there are 50 of a thread at most."""
    found: dict[UUID, list[ThumbnailVersion]] = {}
    for version in map(version_of, await connection.execute(VERSIONS_OF, {"ids": list(ids)})):
        found.setdefault(version.thread_id, []).append(version)
    return found


async def threads_page(
    connection: AsyncConnection,
    user_id: UserId,
    *,
    subject_id: UUID | None,
    project_id: UUID | None = None,
    first: int,
    after: str | None,
) -> Page[ThumbnailThread]:
    """Newest first."""
    place = place_of(after) if after is not None else None
    values = {
        "user_id": user_id,
        "subject_id": subject_id,
        "project_id": project_id,
        "limit": check_first(first) + 1,
        "at": place.created_at if place else None,
        "id": place.id if place else None,
    }
    found = [thread_of(row) for row in await connection.execute(PAGE, values)]
    return page_of(found, [Place(thread.created_at, thread.id) for thread in found], first)


async def forming_job(connection: AsyncConnection, job_id: JobId) -> FormingJob | None:
    rows = (await connection.execute(FORMING, {"id": job_id})).all()
    if not rows:
        return None
    kind, status, round_, *_ = rows[0]
    images = tuple(FormingImage(index, ImageState(state), reason) for *_, index, state, reason in rows)
    return FormingJob(JobKind(kind), JobStatus(status), round_, images)
