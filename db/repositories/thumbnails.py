"""Threads of thumbnails and their versions. What a thread counts is read with it: nothing is counted twice."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from db.codec import json_text
from db.statements import Statement
from db.transaction import Transaction
from domain.errors import NotFound
from domain.ids import JobId, ThreadId, VersionId
from domain.jobs.job import Job
from domain.thumbnails.thread import (
    Brief,
    NewVersion,
    PromptAuthor,
    ThumbnailThread,
    ThumbnailVersion,
    thread_id_of,
    version_id_of,
)

BRIEF: TypeAdapter[Brief] = TypeAdapter(Brief)
FIELDS = tuple(ThumbnailVersion.__dataclass_fields__)
VERSION = ", ".join("CAST(v.brief AS text) AS brief" if name == "brief" else f"v.{name}" for name in FIELDS)
THREAD = """
  t.id, t.user_id, t.subject_id, t.project_id, t.created_at, t.final_version_id,
  (SELECT count(*) FROM thumbnail_versions n WHERE n.thread_id = t.id) AS version_count
"""
IS_THERE = "NOT EXISTS (SELECT FROM personas p WHERE p.subject_id = t.subject_id AND p.deleted_at IS NOT NULL)"
"""A thread of a persona that was deleted is gone with it."""

ADD = Statement("""
WITH added AS (
  SELECT * FROM jsonb_to_recordset(CAST(:versions AS jsonb))
      AS v (id uuid, thread_id uuid, is_first boolean, image_index integer, brief jsonb, prompt text, prompt_by text)
), begun AS (
  INSERT INTO thumbnail_threads (id, user_id, subject_id, project_id, created_at)
  SELECT thread_id, :user_id, :subject_id, CAST(:project_id AS uuid), :now FROM added WHERE is_first
)
INSERT INTO thumbnail_versions (id, user_id, thread_id, number, job_id, image_index, brief, prompt, prompt_by, created_at)
SELECT a.id, :user_id, a.thread_id, 1 + (SELECT count(*) FROM thumbnail_versions n WHERE n.thread_id = a.thread_id),
       :job_id, a.image_index, a.brief, a.prompt, a.prompt_by, :now
  FROM added a
""")
GET_THREAD = Statement(f"SELECT {THREAD} FROM thumbnail_threads t WHERE t.id = :id AND {IS_THERE}")  # noqa: S608 - our own words
GET_VERSION = Statement(f"""
SELECT {VERSION} FROM thumbnail_versions v
 WHERE v.thread_id = :thread_id AND (CAST(:id AS uuid) IS NULL OR v.id = :id) ORDER BY v.number DESC LIMIT 1
""")  # noqa: S608
OF_IMAGE = Statement(f"SELECT {VERSION} FROM thumbnail_versions v WHERE v.job_id = :job_id AND v.image_index = :index")  # noqa: S608
FINALIZE = Statement("UPDATE thumbnail_threads SET final_version_id = :version_id WHERE id = :id")
WRITE = Statement("""
UPDATE thumbnail_versions SET prompt = :prompt, prompt_by = 'LANGUAGE_MODEL' WHERE id = :id AND prompt_by = 'LOCAL'
""")


def version_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> ThumbnailVersion:
    """From a row with `VERSION`, or its values by name."""
    values = dict(row._mapping if isinstance(row, Row) else row)
    values["brief"] = BRIEF.validate_json(values["brief"])
    values["prompt_by"] = PromptAuthor(values["prompt_by"])
    return ThumbnailVersion(**values)


def thread_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> ThumbnailThread:
    return ThumbnailThread(**dict(row._mapping if isinstance(row, Row) else row))


class SqlThumbnails:
    """See `domain.ports.thumbnails.Thumbnails`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, job: Job, versions: Sequence[NewVersion]) -> None:
        values = {
            "user_id": job.user_id,
            "subject_id": job.subject_id,
            "project_id": job.project_id,
            "job_id": job.id,
            "now": job.created_at,
        }
        await self._transaction.run(ADD, {**values, "versions": json_text([_added(job.id, one) for one in versions])})

    async def thread(self, thread_id: ThreadId) -> ThumbnailThread:
        row = await self._transaction.row(GET_THREAD, {"id": thread_id})
        if row is None:
            raise NotFound("There is no such thread.")
        return thread_of(dict(row))

    async def version(self, thread_id: ThreadId, version_id: VersionId | None) -> ThumbnailVersion:
        row = await self._transaction.row(GET_VERSION, {"thread_id": thread_id, "id": version_id})
        if row is None:
            raise NotFound("There is no such version in this thread.", field="versionId")
        return version_of(dict(row))

    async def of_image(self, job_id: JobId, index: int) -> ThumbnailVersion | None:
        row = await self._transaction.row(OF_IMAGE, {"job_id": job_id, "index": index})
        return version_of(dict(row)) if row else None

    async def finalize(self, thread_id: ThreadId, version_id: VersionId) -> None:
        await self._transaction.run(FINALIZE, {"id": thread_id, "version_id": version_id})

    async def write_prompt(self, version_id: VersionId, prompt: str) -> None:
        await self._transaction.run(WRITE, {"id": version_id, "prompt": prompt})


def _added(job_id: JobId, version: NewVersion) -> dict[str, object]:
    return {
        "id": version_id_of(job_id, version.image_index),
        "thread_id": version.thread_id or thread_id_of(job_id, version.image_index),
        "is_first": version.thread_id is None,
        "image_index": version.image_index,
        "brief": version.brief,
        "prompt": version.prompt,
        "prompt_by": version.prompt_by,
    }
