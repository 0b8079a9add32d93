"""What is written when a job is accepted: ten tables in one statement, on one trip. It begins with the reservation, and where
there are too few credits none of it happens.

The job's first event is what all of it is read from: it holds the job as it is from now on, and was made into JSON once.
"""

from collections.abc import Sequence
from datetime import datetime

from db.codec import json_text
from db.repositories.credits import RESERVED_IF, SqlCredits, reservation
from db.statements import Statement
from db.transaction import Transaction
from db.waiting_images import joining
from domain.credits.ledger import Balance, NewHold
from domain.errors import RateLimited
from domain.events import JobEvent
from domain.ids import UserId
from domain.jobs.waiting import MOST_UNDER_WAY
from domain.wishes import Wish

UNDER_WAY = """
SELECT coalesce(sum(image_count - completed_count - failed_count - cancelled_count), 0) AS count
  FROM jobs WHERE user_id = :user_id AND finished_at IS NULL
"""
COUNT_UNDER_WAY = Statement(UNDER_WAY)
MAY_HAVE_MORE = f"AND ({UNDER_WAY}) + jsonb_array_length(CAST(:holds AS jsonb)) <= {MOST_UNDER_WAY}"

ACCEPT = Statement(f"""
WITH {RESERVED_IF.format(condition=MAY_HAVE_MORE)}, told AS (
  SELECT CAST(:event AS jsonb) AS event FROM account
), job AS (
  INSERT INTO jobs (id, user_id, subject_id, kind, status, mode, mode_reason, recipe, image_count, price_per_image,
                    credits_reserved, created_at, event_count, free_because, project_id)
  SELECT id, user_id, subject_id, kind, status, mode, mode_reason, recipe, image_count, price_per_image,
         credits_reserved, created_at, event_count, free_because, project_id
    FROM told, jsonb_populate_record(CAST(NULL AS jobs), event -> 'job')
), images AS (
  INSERT INTO job_images (job_id, index, user_id, state, hold_id, run_after, sent_at)
  SELECT :job_id, image_index, :user_id, 'QUEUED', id, now(), NULL FROM wanted
), in_line AS ({joining("SELECT :user_id FROM account")}), of_user AS (
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
        await _check_room(transaction, job.user_id, len(holds))
        raise await SqlCredits(transaction).too_few(job.user_id, sum(hold.amount for hold in holds))
    return Balance(*row)


async def _check_room(transaction: Transaction, user_id: UserId, more: int) -> None:
    """Why it was refused, if not for credits. The user's lock is held: nothing has changed since."""
    row = await transaction.row(COUNT_UNDER_WAY, {"user_id": user_id})
    under_way = row["count"] if row else 0
    if under_way + more > MOST_UNDER_WAY:
        raise RateLimited(
            f"You have {under_way} images that are not made yet, and {more} more would be over the {MOST_UNDER_WAY} there may be. "
            "Wait until some are made, or cancel a job; then send the same again. Nothing was charged."
        )
