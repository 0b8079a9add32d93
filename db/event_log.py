"""Durable events. Numbers come from counters of the user and the job, raised in the same transaction under the job's row
lock: they have no holes and are never committed out of order, so a reader that sees a hole knows it missed something."""

from db.codec import json_text
from db.statements import Statement
from db.transaction import Transaction
from domain.events import JobEvent

ADD = Statement("""
WITH numbered AS (
  UPDATE jobs SET event_count = event_count + 1 WHERE id = :job_id RETURNING event_count
), of_user AS (
  UPDATE users SET event_count = event_count + 1 WHERE id = :user_id RETURNING event_count
), logged AS (
  INSERT INTO events (user_id, number, job_id, job_number, kind, payload, created_at)
  SELECT :user_id, of_user.event_count, :job_id, numbered.event_count, :kind,
         jsonb_set(jsonb_set(CAST(:payload AS jsonb), '{number}', to_jsonb(numbered.event_count)),
                   '{job,event_count}', to_jsonb(numbered.event_count)), :at
    FROM numbered, of_user
  RETURNING payload
), announced AS (
  INSERT INTO outbox (user_id, channel, topic, payload, run_after)
  SELECT :user_id, 'live', 'jobs:' || CAST(:job_id AS text), payload, now() FROM logged
)
SELECT event_count FROM numbered
""")


class SqlEventLog:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, event: JobEvent) -> int:
        """Returns the event's number within its job."""
        ((number,),) = await self._transaction.rows(
            ADD,
            {
                "job_id": event.job.id,
                "user_id": event.job.user_id,
                "kind": event.kind,
                "payload": json_text(event),
                "at": event.at,
            },
        )
        return int(number)
