"""Jobs and their images. Leases and waits are measured by the database's clock, which all workers share."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from db.codec import RECIPE
from db.repositories.accepting import accept
from db.statements import Statement
from db.transaction import Record, Transaction
from db.waiting_images import WAITS, joining
from domain.credits.ledger import Balance, NewHold
from domain.credits.quotes import FreeBecause
from domain.errors import NotFound
from domain.events import JobEvent
from domain.ids import JobId, UserId, WorkerId
from domain.jobs.job import GenerationMode, ImageState, Job, JobImage, JobKind, JobStatus
from domain.jobs.waiting import WaitingReason
from domain.wishes import Wish

COLUMNS = """
  j.id, j.user_id, j.subject_id, j.kind, j.status, j.mode, j.mode_reason, CAST(j.recipe AS text) AS recipe,
  j.image_count, j.completed_count, j.failed_count, j.cancelled_count,
  j.price_per_image, j.credits_reserved, j.credits_captured, j.round, j.error_code, j.error_message, j.event_count,
  j.created_at, j.started_at, j.finished_at, j.free_because, j.project_id
"""

GET = Statement(f"SELECT {COLUMNS} FROM jobs j WHERE j.id = :id FOR NO KEY UPDATE")  # noqa: S608 - our own column list
SAVE = Statement("""
UPDATE jobs SET status = :status, completed_count = :completed_count, failed_count = :failed_count, cancelled_count = :cancelled_count,
                credits_reserved = :credits_reserved, credits_captured = :credits_captured, round = :round,
                error_code = :error_code, error_message = :error_message, started_at = :started_at, finished_at = :finished_at
 WHERE id = :id
""")

IMAGE_COLUMNS = "job_id, index, hold_id, state, attempt, tries, waits"
IN_STATES = Statement(
    f"SELECT {IMAGE_COLUMNS} FROM job_images WHERE job_id = :job_id AND state = ANY(:states) ORDER BY index"  # noqa: S608
)
IMAGE = Statement(f"SELECT {IMAGE_COLUMNS} FROM job_images WHERE job_id = :job_id AND index = :index")  # noqa: S608
# The lease counts from this moment: now() is when the transaction began, which may have waited for its user's lock since.
CLAIM = Statement(f"""
UPDATE job_images
   SET state = 'RENDERING', attempt = attempt + 1, tries = tries + 1, paused_by = NULL, leased_by = :worker, lease_until = clock_timestamp() + :lease
 WHERE job_id = :job_id AND index = :index
   AND ((state = 'QUEUED' AND run_after <= now() AND sent_at IS NOT NULL) OR (state = 'RENDERING' AND lease_until < now()))
RETURNING {IMAGE_COLUMNS}
""")  # noqa: S608
HOLDS_LEASE = Statement("""
SELECT 1 FROM job_images
 WHERE job_id = :job_id AND index = :index AND attempt = :attempt AND state = 'RENDERING' AND lease_until > now()
""")
REQUEUE = Statement(f"""
WITH back AS (
  UPDATE job_images
     SET state = 'QUEUED', tries = :tries, waits = :waits, paused_by = :paused_by, run_after = now() + :wait, sent_at = NULL,
         leased_by = NULL, lease_until = NULL
   WHERE job_id = :job_id AND index = :index
  RETURNING user_id
)
{joining("SELECT user_id FROM back")}
""")  # noqa: S608
# Where no other image of this user waits, nobody is put in line: an idle system writes nothing more.
SETTLE = Statement(f"""
WITH settled AS (
  UPDATE job_images
     SET state = :state, error_code = :code, error_message = :message, leased_by = NULL, lease_until = NULL
   WHERE job_id = :job_id AND index = ANY(:indexes)
  RETURNING user_id
)
{joining(f"SELECT DISTINCT user_id FROM settled WHERE EXISTS (SELECT FROM job_images w WHERE w.user_id = settled.user_id AND {WAITS})")}
""")  # noqa: S608
RESTART = Statement(f"""
WITH restarted AS (
  UPDATE job_images ji
     SET state = 'QUEUED', hold_id = again.hold_id, tries = 0, waits = 0, run_after = now(), in_line_since = now(), sent_at = NULL, paused_by = NULL,
         error_code = NULL, error_message = NULL
    FROM unnest(CAST(:indexes AS integer[]), CAST(:hold_ids AS uuid[])) AS again (index, hold_id)
   WHERE ji.job_id = :job_id AND ji.index = again.index
  RETURNING ji.user_id
)
{joining("SELECT DISTINCT user_id FROM restarted")}
""")  # noqa: S608
RETURN = Statement(f"""
WITH returned AS (
  UPDATE job_images SET sent_at = NULL WHERE job_id = :job_id AND index = :index AND state = 'QUEUED' RETURNING user_id
)
{joining("SELECT user_id FROM returned")}
""")  # noqa: S608

# As the unique index of this name says it, from which it is answered.
FREE_PORTRAITS = Statement("""
SELECT 1 FROM jobs
 WHERE user_id = :user_id AND free_because = 'FIRST_PORTRAITS' AND status <> 'FAILED' AND (status <> 'CANCELLED' OR started_at IS NOT NULL)
   AND id IS DISTINCT FROM CAST(:apart_from AS uuid)
""")


def job_of(row: Row[tuple[object, ...]] | Mapping[str, Any]) -> Job:
    """From a row with `COLUMNS`, or its values by name."""
    values = dict(row._mapping if isinstance(row, Row) else row)
    values["kind"] = JobKind(values["kind"])
    values["status"] = JobStatus(values["status"])
    values["mode"] = GenerationMode(values["mode"]) if values["mode"] else None
    values["free_because"] = FreeBecause(values["free_because"]) if values["free_because"] else None
    values["recipe"] = RECIPE.validate_json(values["recipe"])
    return Job(**values)


def job_image_of(row: Record) -> JobImage:
    values = dict(row)
    values["state"] = ImageState(values["state"])
    return JobImage(**values)


class SqlJobs:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def accept(
        self,
        event: JobEvent,
        holds: Sequence[NewHold],
        *,
        wish: Wish,
        movement_key: str,
        description: str,
        expires_at: datetime,
    ) -> Balance:
        return await accept(
            self._transaction,
            event,
            holds,
            wish=wish,
            movement_key=movement_key,
            description=description,
            expires_at=expires_at,
        )

    async def get(self, job_id: JobId) -> Job:
        row = await self._transaction.row(GET, {"id": job_id})
        if row is None:
            raise NotFound("There is no such job.")
        return job_of(dict(row))

    async def save(self, job: Job) -> None:
        await self._transaction.run(
            SAVE,
            {
                "id": job.id,
                "status": job.status,
                "completed_count": job.completed_count,
                "failed_count": job.failed_count,
                "cancelled_count": job.cancelled_count,
                "credits_reserved": job.credits_reserved,
                "credits_captured": job.credits_captured,
                "round": job.round,
                "error_code": job.error_code,
                "error_message": job.error_message,
                "started_at": job.started_at,
                "finished_at": job.finished_at,
            },
        )

    async def unsettled_images(self, job_id: JobId) -> Sequence[JobImage]:
        return await self._images(job_id, ImageState.QUEUED, ImageState.RENDERING)

    async def failed_images(self, job_id: JobId) -> Sequence[JobImage]:
        return await self._images(job_id, ImageState.FAILED)

    async def _images(self, job_id: JobId, *states: ImageState) -> Sequence[JobImage]:
        rows = await self._transaction.rows(IN_STATES, {"job_id": job_id, "states": list(states)})
        return [job_image_of(row) for row in rows]

    async def image(self, job_id: JobId, index: int) -> JobImage:
        row = await self._transaction.row(IMAGE, {"job_id": job_id, "index": index})
        if row is None:
            raise NotFound("There is no such image in this job.")
        return job_image_of(row)

    async def claim_image(self, job_id: JobId, index: int, *, worker: WorkerId, lease: timedelta) -> JobImage | None:
        row = await self._transaction.row(CLAIM, {"job_id": job_id, "index": index, "worker": worker, "lease": lease})
        return job_image_of(row) if row else None

    async def holds_lease(self, image: JobImage) -> bool:
        found = await self._transaction.row(
            HOLDS_LEASE, {"job_id": image.job_id, "index": image.index, "attempt": image.attempt}
        )
        return found is not None

    async def requeue_image(
        self, image: JobImage, *, wait: timedelta, tries: int, waits: int, paused_by: WaitingReason | None = None
    ) -> None:
        again = {"wait": wait, "tries": tries, "waits": waits, "paused_by": paused_by}
        await self._transaction.run(REQUEUE, {"job_id": image.job_id, "index": image.index, **again})

    async def return_image(self, job_id: JobId, index: int) -> None:
        await self._transaction.run(RETURN, {"job_id": job_id, "index": index})

    async def settle_images(
        self, job_id: JobId, indexes: Sequence[int], *, state: str, code: str | None, message: str | None
    ) -> None:
        await self._transaction.run(
            SETTLE, {"job_id": job_id, "indexes": list(indexes), "state": state, "code": code, "message": message}
        )

    async def has_free_portraits(self, user_id: UserId, *, apart_from: JobId | None = None) -> bool:
        values = {"user_id": user_id, "apart_from": apart_from}
        return await self._transaction.row(FREE_PORTRAITS, values) is not None

    async def restart_images(self, job_id: JobId, holds: Sequence[NewHold], *, now: datetime) -> None:
        await self._transaction.run(
            RESTART,
            {
                "job_id": job_id,
                "indexes": [hold.image_index for hold in holds],
                "hold_ids": [hold.id for hold in holds],
            },
        )
