"""Analyses of projects. Leases and waits are measured by the database's clock, which all workers share."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from db.codec import json_text
from db.repositories.projects import ANALYSIS
from db.statements import Statement
from db.transaction import Transaction
from domain.ids import AnalysisId, ConsentId, ProjectId, UserId
from domain.ports.project_analyses import ContentTask
from domain.projects.content import ContentFound
from domain.projects.project import ProjectAnalysis

ADD = Statement("""
INSERT INTO project_analyses (id, user_id, project_id, content, status, requested_at, sent_at)
VALUES (:id, :user_id, :project_id, :content, :status, :requested_at, now())
""")
COUNT = Statement("""
SELECT count(*) AS count, min(requested_at) AS first FROM project_analyses WHERE user_id = :user_id AND requested_at > :since
""")
# The lease counts from this moment: now() is when the transaction began, which may have waited for its user's lock since.
CLAIM = Statement("""
UPDATE project_analyses a
   SET status = 'RUNNING', attempt = attempt + 1, tries = tries + 1, lease_until = clock_timestamp() + :lease
 WHERE id = :id AND (status = 'QUEUED' OR (status = 'RUNNING' AND lease_until < now()))
RETURNING CAST(to_jsonb(a) AS text) AS analysis, a.attempt, a.tries, a.is_asking
""")
HELD = "id = :id AND attempt = :attempt AND status = 'RUNNING'"
BEAT = Statement(f"""
UPDATE project_analyses SET lease_until = clock_timestamp() + :lease WHERE {HELD} AND lease_until > now() RETURNING id
""")  # noqa: S608 - our own words
ASKING = Statement(f"UPDATE project_analyses SET is_asking = :is_asking WHERE {HELD} RETURNING id")  # noqa: S608
PUT_BACK = Statement(f"""
UPDATE project_analyses SET status = 'QUEUED', tries = :tries, sent_at = now() + :wait, lease_until = NULL WHERE {HELD} RETURNING id
""")  # noqa: S608
FINISH = Statement(f"""
UPDATE project_analyses SET status = 'DONE', result = CAST(:result AS jsonb), is_asking = false, lease_until = NULL, finished_at = :now
 WHERE {HELD} RETURNING id
""")  # noqa: S608
FAIL = Statement(f"""
UPDATE project_analyses SET status = 'FAILED', error_code = :code, lease_until = NULL, finished_at = :now WHERE {HELD} RETURNING id
""")  # noqa: S608
CANCEL = Statement("""
UPDATE project_analyses SET status = 'CANCELLED', lease_until = NULL, finished_at = :now
 WHERE project_id = ANY(:ids) AND status IN ('QUEUED', 'RUNNING')
""")
EMPTIED = """
UPDATE project_analyses
   SET status = 'CANCELLED', result = NULL, error_code = NULL, lease_until = NULL, finished_at = coalesce(finished_at, :now)
 WHERE status <> 'CANCELLED' AND project_id
"""
EMPTY = Statement(f"{EMPTIED} = ANY(:ids)")
EMPTY_UNDER = Statement(f"""
{EMPTIED} IN (SELECT s.project_id FROM project_stills s JOIN uploads u ON u.id = s.upload_id
               WHERE u.consent_id = :consent_id AND s.removed_at IS NULL)
""")  # noqa: S608


class SqlProjectAnalyses:
    """See `domain.ports.project_analyses.ProjectAnalyses`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, analysis: ProjectAnalysis) -> None:
        names = ("id", "user_id", "project_id", "content", "status", "requested_at")
        await self._transaction.run(ADD, {name: getattr(analysis, name) for name in names})

    async def count_since(self, user_id: UserId, since: datetime) -> tuple[int, datetime | None]:
        ((count, first),) = await self._transaction.rows(COUNT, {"user_id": user_id, "since": since})
        return int(count), first

    async def claim(self, analysis_id: AnalysisId, *, lease: timedelta) -> ContentTask | None:
        row = await self._transaction.row(CLAIM, {"id": analysis_id, "lease": lease})
        if row is None:
            return None
        return ContentTask(
            analysis=ANALYSIS.validate_json(row["analysis"]),
            attempt=row["attempt"],
            tries=row["tries"],
            is_asking=row["is_asking"],
        )

    async def beat(self, claim: ContentTask, *, lease: timedelta) -> bool:
        return await self._write(BEAT, claim, lease=lease)

    async def set_asking(self, claim: ContentTask, *, is_asking: bool) -> bool:
        return await self._write(ASKING, claim, is_asking=is_asking)

    async def put_back(self, claim: ContentTask, *, wait: timedelta, tries: int) -> bool:
        return await self._write(PUT_BACK, claim, wait=wait, tries=tries)

    async def finish(self, claim: ContentTask, result: ContentFound, *, now: datetime) -> bool:
        return await self._write(FINISH, claim, result=json_text(result), now=now)

    async def fail(self, claim: ContentTask, *, code: str, now: datetime) -> bool:
        return await self._write(FAIL, claim, code=code, now=now)

    async def cancel(self, project_ids: Sequence[ProjectId], *, now: datetime) -> None:
        await self._transaction.run(CANCEL, {"ids": list(project_ids), "now": now})

    async def empty(self, project_ids: Sequence[ProjectId], *, now: datetime) -> None:
        await self._transaction.run(EMPTY, {"ids": list(project_ids), "now": now})

    async def empty_under(self, consent_id: ConsentId, *, now: datetime) -> None:
        await self._transaction.run(EMPTY_UNDER, {"consent_id": consent_id, "now": now})

    async def _write(self, statement: Statement, claim: ContentTask, **values: object) -> bool:
        """Whether this attempt may still write; it has then."""
        row = await self._transaction.row(statement, {"id": claim.analysis.id, "attempt": claim.attempt, **values})
        return row is not None
