"""Analyses of a persona's photos. Leases and waits are measured by the database's clock, which all workers share."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from db.codec import json_text
from db.leased import HELD, Claim, Leased
from db.statements import Statement
from db.transaction import Transaction
from domain.ids import AnalysisId, SubjectId, UserId
from domain.personas.analysis import Analysis, AnalysisResult, AnalysisStatus, AnalysisTask

RESULT: TypeAdapter[AnalysisResult] = TypeAdapter(AnalysisResult)

PLAIN = ("id", "user_id", "persona_id", "consent_id", "photo_set", "error_code", "requested_at", "finished_at")
"""Columns that have their fields' names."""
COLUMNS = ", ".join(f"a.{name}" for name in (*PLAIN, "status")) + ", CAST(a.result AS text) AS result"
LEASED = Leased.of("persona_analyses")

ADD = Statement("""
INSERT INTO persona_analyses (id, user_id, persona_id, consent_id, photo_set, status, requested_at, sent_at)
VALUES (:id, :user_id, :persona_id, :consent_id, :photo_set, :status, :requested_at, now())
""")
RANKED = f"""
SELECT {COLUMNS}, row_number() OVER (PARTITION BY a.persona_id ORDER BY a.requested_at DESC, a.id DESC) AS place,
       row_number() OVER (PARTITION BY a.persona_id, a.status ORDER BY a.requested_at DESC, a.id DESC) AS place_of_status
  FROM persona_analyses a WHERE a.persona_id = ANY(:ids)
"""  # noqa: S608 - our own field names
NEWEST_SQL = f"""
SELECT * FROM ({RANKED}) r WHERE place = 1 OR (status = 'DONE' AND place_of_status = 1) ORDER BY requested_at DESC, id DESC
"""  # noqa: S608
NEWEST = Statement(NEWEST_SQL)
COUNT = Statement("""
SELECT count(*) AS count, min(requested_at) AS first FROM persona_analyses WHERE user_id = :user_id AND requested_at > :since
""")
# The lease counts from this moment: now() is when the transaction began, which may have waited for its user's lock since.
CLAIM = Statement(f"""
UPDATE persona_analyses a
   SET status = 'RUNNING', attempt = attempt + 1, tries = tries + 1, lease_until = clock_timestamp() + :lease
 WHERE id = :id AND (status = 'QUEUED' OR (status = 'RUNNING' AND lease_until < now()))
RETURNING {COLUMNS}, a.attempt, a.tries, a.is_asking
""")  # noqa: S608
FINISH = Statement(f"""
UPDATE persona_analyses SET status = 'DONE', result = CAST(:result AS jsonb), is_asking = false, lease_until = NULL, finished_at = :now
 WHERE {HELD} RETURNING id
""")  # noqa: S608
CANCEL = Statement("""
UPDATE persona_analyses SET status = 'CANCELLED', lease_until = NULL, finished_at = :now
 WHERE persona_id = ANY(:ids) AND status IN ('QUEUED', 'RUNNING')
""")
EMPTY = Statement("""
UPDATE persona_analyses SET status = 'CANCELLED', result = NULL, error_code = NULL, lease_until = NULL, finished_at = coalesce(finished_at, :now)
 WHERE persona_id = ANY(:ids) AND status <> 'CANCELLED'
""")


def analysis_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Analysis:
    """From a row with `COLUMNS`, or its values by name."""
    values = row._mapping if isinstance(row, Row) else row
    return Analysis(
        **{name: values[name] for name in PLAIN},
        status=AnalysisStatus(values["status"]),
        result=RESULT.validate_json(values["result"]) if values["result"] else None,
    )


class SqlAnalyses:
    """See `domain.ports.analyses.Analyses`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, analysis: Analysis) -> None:
        values = {name: getattr(analysis, name) for name in ("id", "user_id", "persona_id", "consent_id")}
        await self._transaction.run(
            ADD,
            {
                **values,
                "photo_set": analysis.photo_set,
                "status": analysis.status,
                "requested_at": analysis.requested_at,
            },
        )

    async def newest(self, persona_id: SubjectId) -> Sequence[Analysis]:
        return [analysis_of(dict(row)) for row in await self._transaction.rows(NEWEST, {"ids": [persona_id]})]

    async def count_since(self, user_id: UserId, since: datetime) -> tuple[int, datetime | None]:
        ((count, first),) = await self._transaction.rows(COUNT, {"user_id": user_id, "since": since})
        return int(count), first

    async def claim(self, analysis_id: AnalysisId, *, lease: timedelta) -> AnalysisTask | None:
        row = await self._transaction.row(CLAIM, {"id": analysis_id, "lease": lease})
        if row is None:
            return None
        values = dict(row)
        return AnalysisTask(
            analysis=analysis_of(values),
            attempt=values["attempt"],
            tries=values["tries"],
            is_asking=values["is_asking"],
        )

    async def beat(self, claim: AnalysisTask, *, lease: timedelta) -> bool:
        return await self._held(claim).beat(lease=lease)

    async def set_asking(self, claim: AnalysisTask, *, is_asking: bool) -> bool:
        return await self._held(claim).set_asking(is_asking=is_asking)

    async def put_back(self, claim: AnalysisTask, *, wait: timedelta, tries: int) -> bool:
        return await self._held(claim).put_back(wait=wait, tries=tries)

    async def finish(self, claim: AnalysisTask, result: AnalysisResult, *, now: datetime) -> bool:
        return await self._held(claim).write(FINISH, result=json_text(result), now=now)

    async def fail(self, claim: AnalysisTask, *, code: str, now: datetime) -> bool:
        return await self._held(claim).fail(code=code, now=now)

    async def cancel(self, persona_ids: Sequence[SubjectId], *, now: datetime) -> None:
        await self._transaction.run(CANCEL, {"ids": list(persona_ids), "now": now})

    async def empty(self, persona_ids: Sequence[SubjectId], *, now: datetime) -> None:
        await self._transaction.run(EMPTY, {"ids": list(persona_ids), "now": now})

    def _held(self, claim: AnalysisTask) -> Claim:
        return Claim(self._transaction, LEASED, claim.analysis.id, claim.attempt)
