"""What is written when a job is accepted: nine tables in one statement, on one trip. It begins with the reservation, and where
there are too few credits none of it happens.

The job's first event is what all of it is read from: it holds the job as it is from now on, and was made into JSON once.
"""

from collections.abc import Sequence
from datetime import datetime

from db.codec import json_text
from db.outbox import RENDER_IMAGE
from db.repositories.credits import RESERVED, SqlCredits, reservation
from db.statements import Statement
from db.transaction import Transaction
from domain.credits.ledger import Balance, NewHold
from domain.events import JobEvent
from domain.wishes import Wish

ACCEPT = Statement(f"""
WITH {RESERVED}, told AS (
  SELECT CAST(:event AS jsonb) AS event FROM account
), job AS (
  INSERT INTO jobs (id, user_id, subject_id, kind, status, mode, mode_reason, recipe, image_count, price_per_image,
                    credits_reserved, created_at, event_count)
  SELECT id, user_id, subject_id, kind, status, mode, mode_reason, recipe, image_count, price_per_image,
         credits_reserved, created_at, event_count
    FROM told, jsonb_populate_record(CAST(NULL AS jobs), event -> 'job')
), images AS (
  INSERT INTO job_images (job_id, index, user_id, state, hold_id, run_after, sent_at)
  SELECT :job_id, image_index, :user_id, 'QUEUED', id, now(), now() FROM wanted
), of_user AS (
  UPDATE users SET event_count = users.event_count + 1 FROM account WHERE users.id = :user_id RETURNING users.event_count
), logged AS (
  INSERT INTO events (user_id, number, job_id, job_number, kind, payload, created_at)
  SELECT :user_id, event_count, :job_id, CAST(event ->> 'number' AS bigint), event ->> 'kind', event, :now FROM of_user, told
), messages AS (
  INSERT INTO outbox (user_id, channel, topic, payload, run_after)
  SELECT :user_id, 'live', 'jobs:' || CAST(:job_id AS text), event, now() FROM told
  UNION ALL
  SELECT :user_id, 'live', 'credits:' || CAST(:user_id AS text),
         jsonb_build_object('user_id', :user_id, 'available', available, 'reserved', reserved, 'number', entry_count), now()
    FROM account
  UNION ALL
  SELECT :user_id, 'task', '{RENDER_IMAGE}', jsonb_build_object('user_id', :user_id, 'job_id', :job_id, 'index', image_index), now()
    FROM wanted
), remembered AS (
  INSERT INTO idempotency_keys (user_id, key, fingerprint, answer, created_at)
  SELECT :user_id, :key, :fingerprint, jsonb_build_object('done', event -> 'job'), :now FROM told
)
SELECT available, reserved, entry_count FROM account
""")  # noqa: S608 - our own words


async def accept(
    transaction: Transaction,
    event: JobEvent,
    holds: Sequence[NewHold],
    *,
    wish: Wish,
    movement_key: str,
    description: str,
    expires_at: datetime,
) -> Balance:
    job = event.job
    reserved = reservation(
        job.user_id,
        holds,
        job_id=job.id,
        movement_key=movement_key,
        description=description,
        expires_at=expires_at,
        now=event.at,
    )
    remembered = {"key": wish.key, "fingerprint": wish.fingerprint}
    row = await transaction.row(ACCEPT, {**reserved, **remembered, "event": json_text(event)})
    if row is None:
        raise await SqlCredits(transaction).too_few(job.user_id, holds)
    return Balance(*row)
