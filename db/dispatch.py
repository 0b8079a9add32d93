"""What workers do across owners: send what the outbox holds, keep leases alive, find what was left lying.

Everything here runs as `likeness_dispatch`, which sees ids and times, never what an image is of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from db.engine import Database
from db.outbox import EXPIRE_HOLD, RENDER_IMAGE
from domain.ids import JobId, WorkerId

CLAIM_MESSAGES = text("""
UPDATE outbox SET claimed_until = now() + interval '10 seconds'
 WHERE id IN (SELECT id FROM outbox
               WHERE run_after <= now() AND (claimed_until IS NULL OR claimed_until < now())
               ORDER BY run_after, id LIMIT :limit FOR UPDATE SKIP LOCKED)
RETURNING id, channel, topic, CAST(payload AS text) AS payload
""")
FORGET_MESSAGES = text("DELETE FROM outbox WHERE id = ANY(:ids)")

RENEW = text("""
UPDATE job_images ji SET lease_until = now() + :lease
  FROM unnest(CAST(:job_ids AS uuid[]), CAST(:indexes AS integer[]), CAST(:attempts AS integer[])) AS held (job_id, index, attempt)
 WHERE ji.job_id = held.job_id AND ji.index = held.index AND ji.attempt = held.attempt
   AND ji.state = 'RENDERING' AND ji.lease_until > now()
RETURNING ji.job_id, ji.index, ji.attempt
""")

RESEND_LOST = text("""
WITH lost AS (
  UPDATE job_images SET sent_at = now()
   WHERE (job_id, index) IN (
     SELECT job_id, index FROM job_images
      WHERE (state = 'RENDERING' AND lease_until < now() AND sent_at < now() - interval '5 seconds')
         OR (state = 'QUEUED' AND run_after <= now() AND sent_at < now() - CAST(:patience AS interval))
      LIMIT 500 FOR UPDATE SKIP LOCKED)
  RETURNING user_id, job_id, index
)
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', :task, jsonb_build_object('user_id', user_id, 'job_id', job_id, 'index', index), now() FROM lost
RETURNING id
""")

SEND_EXPIRED = text("""
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', :task,
       jsonb_build_object('user_id', user_id, 'job_id', job_id, 'hold_id', id, 'index', image_index), now()
  FROM credit_holds WHERE resolution IS NULL AND expires_at <= now() LIMIT 500
RETURNING id
""")

PRUNE_EVENTS = text("""
WITH old AS (
  DELETE FROM events WHERE (user_id, number) IN
    (SELECT user_id, number FROM events WHERE created_at < now() - CAST(:keep AS interval) ORDER BY created_at LIMIT 5000)
  RETURNING user_id, number, job_id, job_number
), of_users AS (
  UPDATE users u SET events_pruned_to = greatest(u.events_pruned_to, o.number)
    FROM (SELECT user_id, max(number) AS number FROM old GROUP BY user_id) o WHERE u.id = o.user_id
)
UPDATE jobs j SET events_pruned_to = greatest(j.events_pruned_to, o.number)
  FROM (SELECT job_id, max(job_number) AS number FROM old GROUP BY job_id) o WHERE j.id = o.job_id
""")
PRUNE_ANSWERS = text("DELETE FROM idempotency_keys WHERE created_at < now() - CAST(:keep AS interval)")

BEAT = text("""
INSERT INTO worker_heartbeats (worker_id, started_at, seen_at) VALUES (:worker_id, now(), now())
ON CONFLICT (worker_id) DO UPDATE SET seen_at = now()
""")
FORGET_WORKERS = text(
    "DELETE FROM worker_heartbeats WHERE worker_id = :worker_id OR seen_at < now() - interval '1 day'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One outbox row, taken for ten seconds. `payload` is JSON text."""

    id: int
    channel: str
    topic: str
    payload: str


@dataclass(frozen=True, slots=True)
class Lease:
    """What a worker holds: an attempt on one image."""

    job_id: JobId
    index: int
    attempt: int


class Dispatch:
    """Short statements, each in a transaction of its own. All are safe to repeat and to run in many processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim_messages(self, limit: int = 200) -> Sequence[Message]:
        """Due messages, oldest first. Whoever dies before `forget_messages` leaves them to be sent again."""
        async with self._database.dispatch() as connection:
            rows = (await connection.execute(CLAIM_MESSAGES, {"limit": limit})).all()
        found = [Message(id=r.id, channel=r.channel, topic=r.topic, payload=r.payload) for r in rows]
        return sorted(found, key=lambda message: message.id)

    async def forget_messages(self, ids: Sequence[int]) -> None:
        async with self._database.dispatch() as connection:
            await connection.execute(FORGET_MESSAGES, {"ids": list(ids)})

    async def renew(self, leases: Sequence[Lease], *, lease: timedelta) -> set[Lease]:
        """Those that are still held. The others were cancelled or taken over: let go of them."""
        values = {
            "lease": lease,
            "job_ids": [held.job_id for held in leases],
            "indexes": [held.index for held in leases],
            "attempts": [held.attempt for held in leases],
        }
        async with self._database.dispatch() as connection:
            rows = await connection.execute(RENEW, values)
            return {Lease(job_id, index, attempt) for job_id, index, attempt in rows}

    async def resend_lost(self, *, patience: timedelta) -> int:
        """Send again what a dead worker held, and what nobody took for longer than `patience`. Returns how many."""
        async with self._database.dispatch() as connection:
            return len((await connection.execute(RESEND_LOST, {"patience": patience, "task": RENDER_IMAGE})).all())

    async def send_expired(self) -> int:
        """Have reservations that ran out resolved. Returns how many."""
        async with self._database.dispatch() as connection:
            return len((await connection.execute(SEND_EXPIRED, {"task": EXPIRE_HOLD})).all())

    async def prune(self, *, keep_events: timedelta, keep_answers: timedelta) -> None:
        async with self._database.dispatch() as connection:
            await connection.execute(PRUNE_EVENTS, {"keep": keep_events})
            await connection.execute(PRUNE_ANSWERS, {"keep": keep_answers})

    async def beat(self, worker: WorkerId) -> None:
        async with self._database.dispatch() as connection:
            await connection.execute(BEAT, {"worker_id": worker})

    async def sign_off(self, worker: WorkerId) -> None:
        async with self._database.dispatch() as connection:
            await connection.execute(FORGET_WORKERS, {"worker_id": worker})
