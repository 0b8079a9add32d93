"""Projects. Stills and the two analyses that count are read with their project, by the same statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from db.statements import Statement
from db.transaction import Transaction
from domain.errors import NotFound
from domain.ids import ProjectId, StillId, UploadId, UserId
from domain.projects.project import Project, ProjectAnalysis, ProjectStill

STILLS_OF: TypeAdapter[tuple[ProjectStill, ...]] = TypeAdapter(tuple[ProjectStill, ...])
ANALYSIS: TypeAdapter[ProjectAnalysis] = TypeAdapter(ProjectAnalysis)

STILLS = """
(SELECT jsonb_agg(jsonb_build_object('id', s.id, 'upload_id', s.upload_id, 'consent_id', u.consent_id, 'width', u.width, 'height', u.height,
          'added_at', s.added_at, 'file', jsonb_build_object('key', u.storage_key, 'sha256', u.sha256, 'content_type', u.content_type,
          'size_bytes', u.size_bytes)) ORDER BY s.added_at, s.id)
   FROM project_stills s JOIN uploads u ON u.id = s.upload_id WHERE s.project_id = p.id AND s.removed_at IS NULL)
"""
NEWEST = """
(SELECT to_jsonb(a) FROM project_analyses a WHERE a.project_id = p.id {0} ORDER BY a.requested_at DESC, a.id DESC LIMIT 1)
"""
PLAIN = ("id", "user_id", "title", "transcript", "summary", "created_at", "deleted_at")
COLUMNS = f"""
  {", ".join(f"p.{name}" for name in PLAIN)}, CAST({STILLS} AS text) AS stills, CAST({NEWEST.format("")} AS text) AS newest,
  CAST({NEWEST.format("AND a.status = 'DONE'")} AS text) AS analysis
"""
PRESENT = "p.deleted_at IS NULL"

ADD = Statement("""
INSERT INTO projects (id, user_id, title, transcript, summary, created_at)
VALUES (:id, :user_id, :title, :transcript, :summary, :created_at)
""")
GET = Statement(f"SELECT {COLUMNS} FROM projects p WHERE p.id = :id AND p.user_id = :user_id AND {PRESENT}")  # noqa: S608 - our own words
COUNT = Statement(f"SELECT count(*) AS count FROM projects p WHERE p.user_id = :user_id AND {PRESENT}")  # noqa: S608
CHANGE = Statement(
    "UPDATE projects SET title = :title, transcript = :transcript, summary = :summary WHERE id = :id AND deleted_at IS NULL"
)
DELETE = Statement("""
WITH hidden AS (
  UPDATE project_stills SET removed_at = :now WHERE project_id = :id AND removed_at IS NULL
)
UPDATE projects SET title = '', transcript = NULL, summary = NULL, deleted_at = :now WHERE id = :id
""")
USED = Statement("SELECT upload_id, project_id FROM project_stills WHERE upload_id = ANY(:ids)")
ADD_STILLS = Statement("""
INSERT INTO project_stills (id, user_id, project_id, upload_id, added_at)
SELECT id, :user_id, :project_id, upload_id, :now FROM unnest(CAST(:ids AS uuid[]), CAST(:upload_ids AS uuid[])) AS new (id, upload_id)
""")
REMOVE_STILLS = Statement("UPDATE project_stills SET removed_at = :now WHERE id = ANY(:ids) AND removed_at IS NULL")


def project_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Project:
    """From a row with `COLUMNS`, or its values by name."""
    values = row._mapping if isinstance(row, Row) else row
    return Project(
        **{name: values[name] for name in PLAIN},
        stills=STILLS_OF.validate_json(values["stills"]) if values["stills"] else (),
        analysis=ANALYSIS.validate_json(values["analysis"]) if values["analysis"] else None,
        newest=ANALYSIS.validate_json(values["newest"]) if values["newest"] else None,
    )


class SqlProjects:
    """See `domain.ports.projects.Projects`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, project: Project) -> None:
        values = {name: getattr(project, name) for name in PLAIN if name != "deleted_at"}
        await self._transaction.run(ADD, values)

    async def get(self, project_id: ProjectId, user_id: UserId) -> Project:
        found = await self.find(project_id, user_id)
        if found is None:
            raise NotFound("There is no such project.", field="projectId")
        return found

    async def find(self, project_id: ProjectId, user_id: UserId) -> Project | None:
        row = await self._transaction.row(GET, {"id": project_id, "user_id": user_id})
        return project_of(dict(row)) if row else None

    async def count(self, user_id: UserId) -> int:
        ((count,),) = await self._transaction.rows(COUNT, {"user_id": user_id})
        return int(count)

    async def change(self, project: Project) -> None:
        values = {name: getattr(project, name) for name in ("id", "title", "transcript", "summary")}
        await self._transaction.run(CHANGE, values)

    async def delete(self, project_id: ProjectId, *, now: datetime) -> None:
        await self._transaction.run(DELETE, {"id": project_id, "now": now})

    async def stills_used(self, upload_ids: Sequence[UploadId]) -> Mapping[UploadId, ProjectId]:
        rows = await self._transaction.rows(USED, {"ids": list(upload_ids)})
        return {row["upload_id"]: row["project_id"] for row in rows}

    async def add_stills(
        self, user_id: UserId, project_id: ProjectId, stills: Mapping[StillId, UploadId], *, now: datetime
    ) -> None:
        values = {"user_id": user_id, "project_id": project_id, "now": now}
        await self._transaction.run(ADD_STILLS, {**values, "ids": list(stills), "upload_ids": list(stills.values())})

    async def remove_stills(self, still_ids: Sequence[StillId], *, now: datetime) -> None:
        await self._transaction.run(REMOVE_STILLS, {"ids": list(still_ids), "now": now})
