"""What workers do across owners: send what the outbox holds, keep leases alive, find what was left lying.

Everything here runs as `likeness_dispatch`, which sees ids and times of jobs and images, never what they are of. What it
sends it has to read: while a message waits in the outbox, an event in it is legible here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from db.engine import Database
from db.outbox import (
    ANALYZE_PERSONA,
    ANALYZE_PROJECT,
    BUILD_ARCHIVE,
    CANCEL_CALL,
    CONTINUE_CHAIN,
    DELETE_LIKENESS,
    END_TRAINING_CALL,
    EXPIRE_HOLD,
    EXPIRE_LORAS,
    FORGET_LORA,
    PURGE,
    READ_BRAND,
    RENDER_IMAGE,
    RUN_TRAINING,
    SHOW_TRAINING,
)
from domain.ids import JobId, UserId, WorkerId

CLAIM_MESSAGES = text("""
WITH claimed AS (
  UPDATE outbox SET claimed_until = now() + interval '3 seconds'
   WHERE id IN (SELECT id FROM outbox
                 WHERE run_after <= now() AND (claimed_until IS NULL OR claimed_until < now())
                 ORDER BY run_after, id LIMIT :limit FOR UPDATE SKIP LOCKED)
  RETURNING id
)
SELECT array_agg(id) AS ids, EXISTS (SELECT FROM render_line WHERE due_at <= now()) AS is_anyone_in_line FROM claimed
""")
READ_MESSAGES = text(
    "SELECT id, user_id, channel, topic, CAST(payload AS text) AS payload FROM outbox WHERE id = ANY(:ids) ORDER BY id"
)
FORGET_MESSAGES = text("DELETE FROM outbox WHERE id = ANY(:ids)")
RETURN_MESSAGES = text("UPDATE outbox SET claimed_until = NULL WHERE id = ANY(:ids)")

# What answers while it holds locks answers briefly. A reader that is stopped before hundreds of kilobytes leaves the server
# waiting to write the rest, and no limit ends that: so messages are claimed first, and read when that is committed.

# A row that is being settled at this moment is locked, and is passed over: it counts as held, but nobody waits for it,
# so a stuck transaction holds up no other lease and there is no order of locks to get wrong.
RENEW = text("""
WITH held AS (
  SELECT ji.job_id, ji.index, ji.attempt FROM job_images ji
    JOIN unnest(CAST(:job_ids AS uuid[]), CAST(:indexes AS integer[]), CAST(:attempts AS integer[])) AS asked (job_id, index, attempt)
   USING (job_id, index, attempt)
   WHERE ji.state = 'RENDERING' AND ji.lease_until > now()
), free AS (
  SELECT job_id, index FROM job_images WHERE (job_id, index, attempt) IN (SELECT job_id, index, attempt FROM held)
     AND state = 'RENDERING' FOR UPDATE SKIP LOCKED
), renewed AS (
  UPDATE job_images ji SET lease_until = now() + :lease FROM free WHERE ji.job_id = free.job_id AND ji.index = free.index
)
SELECT job_id, index, attempt FROM held
""")

# One poisonous image takes down all that its worker holds, and sent again together they would die together until all were
# given up. So what lost its worker a second time is under suspicion and sent alone: the longest lost first, and none while
# another is on its third try; but in any case after a while, for there may be hundreds that only had bad luck.
RESEND_LOST = text("""
WITH dead AS (
  DELETE FROM worker_heartbeats WHERE seen_at < now() - CAST(:silence AS interval) RETURNING worker_id
), first_suspect AS (
  SELECT job_id, index FROM job_images
   WHERE state = 'RENDERING' AND lease_until < now() AND tries >= 2
     AND NOT EXISTS (SELECT FROM job_images WHERE state = 'RENDERING' AND tries >= 2
                        AND CASE WHEN lease_until > now() THEN tries >= 3 ELSE sent_at >= now() - CAST(:pause AS interval) END)
   ORDER BY lease_until, job_id, index LIMIT 1
), lost AS (
  UPDATE job_images SET sent_at = now()
   WHERE (job_id, index) IN (
     SELECT job_id, index FROM job_images
      WHERE (state = 'RENDERING' AND lease_until < now() AND sent_at < now() - CAST(:pause AS interval)
             AND (tries < 2 OR (job_id, index) IN (SELECT job_id, index FROM first_suspect)
                  OR sent_at < now() - CAST(:suspicion AS interval)))
         OR (state = 'QUEUED' AND run_after <= now() AND sent_at IS NOT NULL
             AND (sent_at < now() - CAST(:patience AS interval) OR EXISTS (SELECT FROM dead)))
      FOR UPDATE SKIP LOCKED)
  RETURNING user_id, job_id, index
), sent AS (
  INSERT INTO outbox (user_id, channel, topic, payload, run_after)
  SELECT user_id, 'task', :task, jsonb_build_object('user_id', user_id, 'job_id', job_id, 'index', index), now() FROM lost
  RETURNING id
)
SELECT count(*) FROM sent
""")

SEND_EXPIRED = text("""
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', :task,
       jsonb_build_object('user_id', user_id, 'job_id', job_id, 'hold_id', id, 'index', image_index), now()
  FROM credit_holds h
 WHERE resolution IS NULL AND expires_at <= now() AND job_id IS NOT NULL -- of a training: see `RESEND_TRAININGS`
   AND NOT EXISTS (SELECT FROM outbox o WHERE o.topic = :task AND o.payload ->> 'hold_id' = CAST(h.id AS text))
 ORDER BY expires_at LIMIT 500
RETURNING id
""")

# A call without a number may still be told of by a webhook: it is given more time.
SEND_UNWANTED = text("""
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT c.user_id, 'task', :task, jsonb_build_object('user_id', c.user_id, 'call_id', c.id), now()
  FROM provider_calls c JOIN job_images ji ON ji.job_id = c.job_id AND ji.index = c.index
 WHERE c.ended_at IS NULL AND ji.state IN ('COMPLETED', 'FAILED', 'CANCELLED')
   AND c.intended_at < now() - CASE c.state WHEN 'SUBMITTED' THEN interval '15 seconds' ELSE interval '10 minutes' END
   AND NOT EXISTS (SELECT FROM outbox o WHERE o.topic = :task AND o.payload ->> 'call_id' = CAST(c.id AS text))
 ORDER BY c.intended_at LIMIT 500
RETURNING id
""")

# One message for each owner who has anything to be cleared out, however much that is.
SEND_PURGES = text("""
WITH due AS (
  (SELECT user_id FROM images WHERE restorable_until <= now() AND purged_at IS NULL ORDER BY restorable_until LIMIT 5000)
  UNION (SELECT user_id FROM archives WHERE status = 'READY' AND expires_at <= now() ORDER BY expires_at LIMIT 5000)
  UNION (SELECT user_id FROM uploads WHERE ended_at IS NULL AND usable_until <= now() ORDER BY usable_until LIMIT 5000)
  UNION (SELECT r.user_id FROM image_reviews r JOIN job_images ji USING (job_id, index)
          WHERE r.cleared_at IS NULL AND ji.state IN ('COMPLETED', 'FAILED', 'CANCELLED') ORDER BY r.since LIMIT 5000)
  UNION (SELECT user_id FROM file_removals WHERE removed_at IS NULL AND asked_at < now() - interval '1 minute' ORDER BY asked_at LIMIT 5000)
)
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', :task, jsonb_build_object('user_id', user_id), now()
  FROM due WHERE NOT EXISTS (SELECT FROM outbox o WHERE o.topic = :task AND o.user_id = due.user_id)
RETURNING id
""")

RESEND_ARCHIVES = text("""
WITH lost AS (
  UPDATE archives SET sent_at = now()
   WHERE id IN (
     SELECT id FROM archives
      WHERE status IN ('QUEUED', 'BUILDING') AND sent_at < now() - CAST(:patience AS interval)
        AND (status = 'QUEUED' OR lease_until < now())
      FOR UPDATE SKIP LOCKED)
  RETURNING user_id, id
)
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', :task, jsonb_build_object('user_id', user_id, 'archive_id', id), now() FROM lost
RETURNING id
""")

# Those that nobody took or whose worker fell silent, calls of trainings that have ended, and weights that trainers still have.
RESEND_TRAININGS = text("""
WITH lost AS (
  UPDATE lora_models SET sent_at = now()
   WHERE id IN (
     SELECT id FROM lora_models
      WHERE sent_at < now() - CAST(:patience AS interval)
        AND (status = 'PENDING' OR (status = 'TRAINING' AND (lease_until IS NULL OR lease_until < now()))
             OR (completed_at < now() - CAST(:patience AS interval) AND call_state IN ('INTENDED', 'SUBMITTED'))
             OR (coalesce(deleted_at, expired_at) IS NOT NULL AND forgotten_at IS NULL))
      FOR UPDATE SKIP LOCKED)
  RETURNING user_id, id, completed_at, coalesce(deleted_at, expired_at) IS NOT NULL AND forgotten_at IS NULL AS is_unforgotten
)
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', CASE WHEN completed_at IS NULL THEN :run WHEN is_unforgotten THEN :forget ELSE :end_call END,
       jsonb_build_object('user_id', user_id, 'training_id', id), now() FROM lost
RETURNING id
""")

# A LoRA that is gone here and not forgotten yet may have a machine again, to be removed by.
WITH_MACHINES = text("""
SELECT id, CASE WHEN status IN ('PENDING', 'TRAINING') OR (coalesce(deleted_at, expired_at) IS NOT NULL AND forgotten_at IS NULL)
                THEN call_id END AS wanted
  FROM lora_models
 WHERE call_id IS NOT NULL AND (completed_at IS NULL OR completed_at > now() - interval '30 days' OR coalesce(deleted_at, expired_at) IS NOT NULL)
""")

# Chains whose sheets have ended, by whatever way, while nobody went on with them.
RESEND_CHAINS = text("""
WITH lost AS (
  UPDATE training_chains c SET sent_at = now()
   WHERE sheet_job_id IN (
     SELECT sheet_job_id FROM training_chains
      WHERE ended_at IS NULL AND sent_at < now() - CAST(:patience AS interval)
      FOR UPDATE SKIP LOCKED)
     AND NOT EXISTS (SELECT FROM job_images i WHERE i.job_id = c.sheet_job_id AND i.state IN ('QUEUED', 'RENDERING'))
  RETURNING user_id, sheet_job_id
)
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', :task, jsonb_build_object('user_id', user_id, 'job_id', sheet_job_id), now() FROM lost
RETURNING id
""")

# LoRAs whose display samples nobody has begun, though they are to follow.
RESEND_SAMPLES = text("""
WITH lost AS (
  UPDATE lora_models SET sent_at = now()
   WHERE id IN (SELECT id FROM lora_models
                 WHERE wants_samples AND status = 'READY' AND sent_at < now() - CAST(:patience AS interval)
                   AND completed_at < now() - CAST(:patience AS interval)
                 FOR UPDATE SKIP LOCKED)
  RETURNING user_id, id
)
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', :task, jsonb_build_object('user_id', user_id, 'training_id', id), now() FROM lost
RETURNING id
""")

# One message for each owner; its task says when to look next.
SEND_AGING_LORAS = text("""
WITH due AS (
  SELECT DISTINCT user_id FROM (
    SELECT user_id FROM lora_models WHERE status = 'READY' AND expired_at IS NULL AND deleted_at IS NULL AND look_at <= now()
     ORDER BY look_at LIMIT 5000) first
)
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', :task, jsonb_build_object('user_id', user_id), now()
  FROM due WHERE NOT EXISTS (SELECT FROM outbox o WHERE o.topic = :task AND o.user_id = due.user_id)
RETURNING id
""")

RESEND_ANALYSES = """
WITH lost AS (
  UPDATE {0} SET sent_at = now()
   WHERE id IN (
     SELECT id FROM {0}
      WHERE status IN ('QUEUED', 'RUNNING') AND sent_at < now() - CAST(:patience AS interval)
        AND (status = 'QUEUED' OR lease_until < now())
      FOR UPDATE SKIP LOCKED)
  RETURNING user_id, id
)
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', :task, jsonb_build_object('user_id', user_id, 'analysis_id', id), now() FROM lost
RETURNING id
"""
RESEND_PERSONA_ANALYSES = text(RESEND_ANALYSES.format("persona_analyses"))
RESEND_PROJECT_ANALYSES = text(RESEND_ANALYSES.format("project_analyses"))

RESEND_DRAFTS = text("""
WITH lost AS (
  UPDATE brand_drafts SET sent_at = now()
   WHERE id IN (
     SELECT id FROM brand_drafts
      WHERE status IN ('QUEUED', 'RUNNING') AND sent_at < now() - CAST(:patience AS interval)
        AND (status = 'QUEUED' OR lease_until < now())
      FOR UPDATE SKIP LOCKED)
  RETURNING user_id, id
)
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', :task, jsonb_build_object('user_id', user_id, 'draft_id', id), now() FROM lost
RETURNING id
""")

RESEND_DELETIONS = text("""
WITH lost AS (
  UPDATE deletions SET sent_at = now()
   WHERE id IN (SELECT id FROM deletions WHERE finished_at IS NULL AND sent_at < now() - CAST(:patience AS interval)
                 FOR UPDATE SKIP LOCKED)
  RETURNING user_id, id
)
INSERT INTO outbox (user_id, channel, topic, payload, run_after)
SELECT user_id, 'task', :task, jsonb_build_object('user_id', user_id, 'deletion_id', id), now() FROM lost
RETURNING id
""")

PRUNE_EVENTS = text("""
WITH due AS (
  SELECT e.user_id, e.number FROM events e JOIN metrics_progress p ON p.user_id = e.user_id AND e.number <= p.counted_to
   WHERE e.created_at < now() - CAST(:keep AS interval) ORDER BY e.created_at LIMIT 5000
), owners AS ( -- user before job, as every writer; whoever is busy is left for the next time
  SELECT id FROM users WHERE id IN (SELECT user_id FROM due) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
), old AS (
  DELETE FROM events WHERE (user_id, number) IN (SELECT due.user_id, due.number FROM due JOIN owners ON owners.id = due.user_id)
  RETURNING user_id, number, job_id, job_number
), of_users AS (
  UPDATE users u SET events_pruned_to = greatest(u.events_pruned_to, o.number)
    FROM (SELECT user_id, max(number) AS number FROM old GROUP BY user_id) o WHERE u.id = o.user_id
)
UPDATE jobs j SET events_pruned_to = greatest(j.events_pruned_to, o.number)
  FROM (SELECT job_id, max(job_number) AS number FROM old GROUP BY job_id) o WHERE j.id = o.job_id
""")
PRUNE_ANSWERS = text("DELETE FROM idempotency_keys WHERE created_at < now() - CAST(:keep AS interval)")
PRUNE_NOTIFICATIONS = text("""
DELETE FROM notifications WHERE id IN (
  SELECT id FROM notifications WHERE created_at < now() - CAST(:keep AS interval) ORDER BY created_at LIMIT 5000)
RETURNING id
""")
PRUNE_UPLOADS = text("DELETE FROM uploads WHERE status = 'EXPIRED' AND ended_at < now() - CAST(:keep AS interval)")
PRUNE_REMOVALS = text("DELETE FROM file_removals WHERE removed_at < now() - interval '1 day'")
PRUNE_REVIEWS = text("DELETE FROM image_reviews WHERE cleared_at < now() - interval '1 day'")

BEAT = text("""
INSERT INTO worker_heartbeats (worker_id, started_at, seen_at, slots, signer_fault)
VALUES (:worker_id, now(), now(), :slots, :signer_fault)
ON CONFLICT (worker_id) DO UPDATE SET seen_at = now(), slots = EXCLUDED.slots, signer_fault = EXCLUDED.signer_fault
""")
FORGET_WORKER = text("DELETE FROM worker_heartbeats WHERE worker_id = :worker_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One outbox row, taken for three seconds: so long what a stopped worker took is late, and it may be anybody's.

    A relay that takes longer to send is overtaken, and its messages are sent twice. `payload` is JSON text.
    """

    id: int
    user_id: UserId
    channel: str
    topic: str
    payload: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Messages that were taken; and whether any user waits for a turn, which costs nothing to ask along the way."""

    ids: Sequence[int] | None
    is_anyone_in_line: bool


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

    async def claim(self, limit: int = 200) -> Claimed:
        """Due messages, oldest first. Whoever dies before `forget_messages` leaves them to be sent again."""
        async with self._database.dispatch() as connection:
            return Claimed(*(await connection.execute(CLAIM_MESSAGES, {"limit": limit})).one())

    async def read(self, claimed: Claimed) -> Sequence[Message]:
        if not claimed.ids:
            return []
        async with self._database.dispatch() as connection:
            rows = await connection.execute(READ_MESSAGES, {"ids": claimed.ids})
            return [
                Message(id=r.id, user_id=r.user_id, channel=r.channel, topic=r.topic, payload=r.payload) for r in rows
            ]

    async def forget_messages(self, ids: Sequence[int]) -> None:
        async with self._database.dispatch() as connection:
            await connection.execute(FORGET_MESSAGES, {"ids": list(ids)})

    async def return_messages(self, ids: Sequence[int]) -> None:
        """They could not be sent; whoever looks next may take them."""
        async with self._database.dispatch() as connection:
            await connection.execute(RETURN_MESSAGES, {"ids": list(ids)})

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

    async def resend_lost(self, *, silence: timedelta, patience: timedelta, redis_forgot: bool) -> int:
        """Send again what a dead worker held, and what nobody took for longer than `patience`. Returns how many.

        A worker that was not heard of for `silence` is dead. It may have taken messages that it never began, and nobody
        knows which: so all that waits is sent again, once for each death, as when Redis forgot it. Sending twice is harmless.
        """
        values = {
            "silence": silence,
            "pause": silence / 4,
            "suspicion": silence * 6,
            "patience": timedelta() if redis_forgot else patience,
            "task": RENDER_IMAGE,
        }
        async with self._database.dispatch() as connection:
            sent: int = (await connection.execute(RESEND_LOST, values)).scalar_one()
            return sent

    async def send_expired(self) -> int:
        """Have reservations that ran out resolved. Returns how many."""
        async with self._database.dispatch() as connection:
            return len((await connection.execute(SEND_EXPIRED, {"task": EXPIRE_HOLD})).all())

    async def send_unwanted(self) -> int:
        """Have calls cancelled that go on although their image is settled. Returns how many."""
        async with self._database.dispatch() as connection:
            return len((await connection.execute(SEND_UNWANTED, {"task": CANCEL_CALL})).all())

    async def send_purges(self) -> int:
        """Have deleted images, old archives, unused uploads and unwanted files cleared out. Returns of how many owners."""
        async with self._database.dispatch() as connection:
            return len((await connection.execute(SEND_PURGES, {"task": PURGE})).all())

    async def resend_archives(self, *, patience: timedelta) -> int:
        """Those that nobody took for so long, or whose worker fell silent. Returns how many."""
        async with self._database.dispatch() as connection:
            values = {"task": BUILD_ARCHIVE, "patience": patience}
            return len((await connection.execute(RESEND_ARCHIVES, values)).all())

    async def resend_trainings(self, *, patience: timedelta) -> int:
        """Returns how many."""
        async with self._database.dispatch() as connection:
            values = {"run": RUN_TRAINING, "end_call": END_TRAINING_CALL, "forget": FORGET_LORA, "patience": patience}
            return len((await connection.execute(RESEND_TRAININGS, values)).all())

    async def with_machines(self) -> tuple[set[UUID], set[UUID]]:
        """Trainings of the last 30 days that asked a trainer, and ids of calls that may have a machine now."""
        async with self._database.dispatch() as connection:
            rows = (await connection.execute(WITH_MACHINES)).all()
        return {row.id for row in rows}, {row.wanted for row in rows if row.wanted}

    async def resend_chains(self, *, patience: timedelta) -> int:
        """Whose sheets have ended, and that nobody went on with for so long. Returns how many."""
        async with self._database.dispatch() as connection:
            values = {"task": CONTINUE_CHAIN, "patience": patience}
            return len((await connection.execute(RESEND_CHAINS, values)).all())

    async def resend_samples(self, *, patience: timedelta) -> int:
        """Of LoRAs that are ready for so long. Returns how many."""
        async with self._database.dispatch() as connection:
            values = {"task": SHOW_TRAINING, "patience": patience}
            return len((await connection.execute(RESEND_SAMPLES, values)).all())

    async def send_aging_loras(self) -> int:
        """Have LoRAs looked at whose time for that has come. Returns of how many owners."""
        async with self._database.dispatch() as connection:
            return len((await connection.execute(SEND_AGING_LORAS, {"task": EXPIRE_LORAS})).all())

    async def resend_analyses(self, *, patience: timedelta) -> int:
        """As `resend_archives`."""
        async with self._database.dispatch() as connection:
            values = {"task": ANALYZE_PERSONA, "patience": patience}
            return len((await connection.execute(RESEND_PERSONA_ANALYSES, values)).all())

    async def resend_project_analyses(self, *, patience: timedelta) -> int:
        """Likewise."""
        async with self._database.dispatch() as connection:
            values = {"task": ANALYZE_PROJECT, "patience": patience}
            return len((await connection.execute(RESEND_PROJECT_ANALYSES, values)).all())

    async def resend_drafts(self, *, patience: timedelta) -> int:
        """Of brands, as `resend_archives`."""
        async with self._database.dispatch() as connection:
            values = {"task": READ_BRAND, "patience": patience}
            return len((await connection.execute(RESEND_DRAFTS, values)).all())

    async def resend_deletions(self, *, patience: timedelta) -> int:
        """Those that are not finished and were last begun so long ago. Returns how many."""
        async with self._database.dispatch() as connection:
            values = {"task": DELETE_LIKENESS, "patience": patience}
            return len((await connection.execute(RESEND_DELETIONS, values)).all())

    async def prune(self, *, keep_events: timedelta, keep_answers: timedelta) -> None:
        async with self._database.dispatch() as connection:
            await connection.execute(PRUNE_EVENTS, {"keep": keep_events})
        async with self._database.dispatch() as connection:  # their owners are free again
            await connection.execute(PRUNE_ANSWERS, {"keep": keep_answers})
        async with self._database.dispatch() as connection:
            await connection.execute(PRUNE_UPLOADS, {"keep": keep_answers})
        async with self._database.dispatch() as connection:
            await connection.execute(PRUNE_REMOVALS)
            await connection.execute(PRUNE_REVIEWS)

    async def prune_notifications(self, *, keep: timedelta) -> int:
        """Returns how many are gone."""
        async with self._database.dispatch() as connection:
            return len((await connection.execute(PRUNE_NOTIFICATIONS, {"keep": keep})).all())

    async def beat(self, worker: WorkerId, *, slots: int, signer_fault: str | None = None) -> None:
        """`signer_fault`: why it can sign no pictures, in words for the operator."""
        async with self._database.dispatch() as connection:
            values = {"worker_id": worker, "slots": slots, "signer_fault": signer_fault}
            await connection.execute(BEAT, values)

    async def sign_off(self, worker: WorkerId) -> None:
        async with self._database.dispatch() as connection:
            await connection.execute(FORGET_WORKER, {"worker_id": worker})
