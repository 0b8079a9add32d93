"""What jobs wait for, as far as their owner may know: the own images and place in line, and of others how many there are.

The numbers of others are of the last two seconds (`render_standing`): who they are is nobody's business.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from db.waiting_images import UNDER_WAY, WAITS
from domain.jobs.waiting import MOST_COUNTED, JobImages, Queue, Waiting, WaitingReason, waiting_of

WORKER_SILENCE = timedelta(seconds=30)
"""A worker that was not heard of for so long is away."""

FIND = text(f"""
WITH asked AS (
  SELECT id, user_id, started_at IS NOT NULL AS has_begun FROM jobs WHERE id = ANY(:ids) AND finished_at IS NULL
), images AS (
  SELECT ji.job_id,
         count(*) FILTER (WHERE state = 'RENDERING' AND lease_until > now()) AS being_made,
         count(*) FILTER (WHERE state = 'RENDERING' AND lease_until <= now() OR state = 'QUEUED' AND sent_at IS NOT NULL) AS sent,
         count(*) FILTER (WHERE {WAITS} AND run_after <= now()) AS due,
         min(in_line_since) FILTER (WHERE {WAITS} AND run_after <= now()) AS due_since,
         min(run_after) FILTER (WHERE {WAITS} AND run_after > now()) AS paused_until,
         (array_agg(paused_by ORDER BY run_after) FILTER (WHERE {WAITS} AND run_after > now()))[1] AS paused_by
    FROM asked JOIN job_images ji ON ji.job_id = asked.id GROUP BY ji.job_id
), shared AS (
  SELECT (SELECT count(*) FROM job_images WHERE user_id = me.user_id AND {UNDER_WAY}) AS under_way,
         (SELECT count(*) FROM job_images WHERE user_id = me.user_id AND {WAITS}) AS own,
         (SELECT turn FROM render_line WHERE user_id = me.user_id AND due_at <= now()) AS turn,
         EXISTS (SELECT FROM worker_heartbeats WHERE seen_at > now() - CAST(:silence AS interval)) AS has_workers
    FROM (SELECT user_id FROM asked LIMIT 1) me
)
SELECT asked.id, asked.has_begun, images.*, shared.*, coalesce(s.users, 0) AS users, coalesce(s.images, 0) AS counted, s.serving,
       (SELECT count(*) FROM job_images w
         WHERE w.user_id = asked.user_id AND {WAITS} AND run_after <= now()
           AND (w.in_line_since, w.job_id) < (images.due_since, asked.id)) AS ahead
  FROM asked JOIN images ON images.job_id = asked.id CROSS JOIN shared LEFT JOIN render_standing s ON true
""")  # noqa: S608 - our own words


async def waiting_of_jobs(connection: AsyncConnection, ids: Sequence[UUID], *, limit: int) -> Mapping[UUID, Waiting]:
    """Of those that have not ended, all of one user. `limit` is how many images of the user may be under way; 0 for any."""
    rows = await connection.execute(FIND, {"ids": list(ids), "silence": WORKER_SILENCE})
    return {row["id"]: _waiting(row, limit) for row in rows.mappings()}


def _waiting(row: Any, limit: int) -> Waiting:
    images = JobImages(
        being_made=row["being_made"],
        sent=row["sent"],
        due=row["due"],
        ahead=row["ahead"],
        paused_by=WaitingReason(row["paused_by"] or WaitingReason.RETRY_PAUSE) if row["paused_until"] else None,
        paused_until=row["paused_until"],
    )
    return waiting_of(images, _queue(row, limit), has_begun=row["has_begun"])


def _queue(row: Any, limit: int) -> Queue:
    """Whoever has a place in line is one of the users counted, and the own images are of those counted: but where no more than
    so many are counted, there may be any number of others'."""
    in_line = row["turn"] is not None
    users = max(0, row["users"] - in_line)
    return Queue(
        under_way=row["under_way"],
        limit=limit,
        users_ahead=min(users, max(0, row["turn"] - row["serving"])) if in_line and row["serving"] else 0,
        users=users,
        images=MOST_COUNTED if row["counted"] >= MOST_COUNTED else max(0, row["counted"] - row["own"]),
        has_workers=row["has_workers"],
    )
