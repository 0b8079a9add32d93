"""Counting what happened, day by day. Each event is counted once: what is counted, and the mark that it was, are one commit.

Durable events are numbered by their user without a hole, and are committed in that order. So one number per user says how far they
are counted, whenever and in whatever order they come: no clock is asked. Whoever counts holds a lock that nobody waits for.
"""

from datetime import timedelta

from sqlalchemy import TextClause, text

from db.engine import Database
from domain.analytics.times import BOUNDS_MS
from domain.ids import UserId

# What follows reads after the lock is had, so that it sees how far the one before it came.
ONLY_ONE = text("SELECT pg_try_advisory_xact_lock(7210532)")

USERS_AT_ONCE, EVENTS_OF_EACH, STUDIO_EVENTS_AT_ONCE = 200, 50, 5000
"""So that one statement stays far below its limit of four seconds."""

BOUNDS = f"ARRAY[{', '.join(map(str, BOUNDS_MS))}]::bigint[]"

RECENTLY_ACTIVE = """
SELECT DISTINCT e.user_id FROM events e LEFT JOIN metrics_progress p ON p.user_id = e.user_id
 WHERE e.created_at > now() - interval '15 minutes' AND e.number > coalesce(p.counted_to, 0)
"""
# Of one whose events were pruned before anybody counted, there is nothing to be found.
EVERYONE_BEHIND = """
SELECT u.id AS user_id FROM users u LEFT JOIN metrics_progress p ON p.user_id = u.id
 WHERE u.event_count > greatest(p.counted_to, u.events_pruned_to)
"""

ADD_UP = """
summed AS (
  SELECT day, measure, kind, label, count(*) AS count, sum(total) AS total FROM said GROUP BY day, measure, kind, label
), added AS (
  INSERT INTO studio_metrics AS m (day, measure, kind, label, count, total)
  SELECT day, measure, kind, label, count, total FROM summed
  ON CONFLICT (day, measure, kind, label) DO UPDATE SET count = m.count + excluded.count, total = m.total + excluded.total
)
"""

COUNT_JOBS = """
WITH behind AS MATERIALIZED (
  SELECT user_id, u.event_count, coalesce(p.counted_to, 0) AS counted_to
    FROM ({whom} LIMIT {users}) found JOIN users u ON u.id = user_id LEFT JOIN metrics_progress p USING (user_id)
), taken AS MATERIALIZED (
  SELECT f.*, CAST(f.at AT TIME ZONE 'UTC' AS date) AS day
    FROM behind b CROSS JOIN LATERAL (
      SELECT * FROM job_facts WHERE job_facts.user_id = b.user_id AND number > b.counted_to ORDER BY number LIMIT {each}) f
), accepted AS (
  SELECT * FROM taken WHERE event = 'JOB_STATE_CHANGED' AND status = 'QUEUED' AND round = 1
), finished AS (
  SELECT * FROM taken WHERE event = 'IMAGE_COMPLETED'
), said (day, measure, kind, label, total) AS (
  SELECT day, 'JOB_STARTED', kind, '', credits_reserved FROM accepted
  UNION ALL SELECT day, 'MODE', kind, mode, 0 FROM accepted WHERE mode IS NOT NULL
  UNION ALL SELECT day, 'LORA_MODE_ACTIVATED', kind, '', 0 FROM accepted WHERE mode = 'LORA'
  UNION ALL SELECT day, 'SCENE', kind, scene, 0 FROM accepted WHERE scene IS NOT NULL
  UNION ALL SELECT day, 'ENVIRONMENT', kind, environment, 0 FROM accepted WHERE environment IS NOT NULL
  UNION ALL SELECT day, 'JOB_RETRIED', kind, '', credits_reserved FROM taken WHERE event = 'JOB_STATE_CHANGED' AND status = 'QUEUED' AND round > 1
  UNION ALL SELECT day, 'JOB_' || status, kind, '', 0 FROM taken WHERE status IN ('COMPLETED', 'PARTIAL', 'FAILED', 'CANCELLED')
  UNION ALL SELECT day, 'IMAGE_FAILED', kind, '', 0 FROM taken WHERE event = 'IMAGE_FAILED' AND NOT will_retry
  UNION ALL SELECT day, 'IMAGE_COMPLETED', kind, '', generation_ms FROM finished
  UNION ALL SELECT day, 'TIME', kind, CAST((bounds)[least(width_bucket(generation_ms - 1, bounds) + 1, cardinality(bounds))] AS text), 0
    FROM finished, (SELECT {bounds}) bucket (bounds)
  UNION ALL SELECT day, 'MODEL', kind, model, credits_charged FROM finished
  UNION ALL SELECT day, 'MEGAPIXELS', kind, model, (pixels + 999999) / 1000000 FROM finished
), {add_up}, moved AS (
  INSERT INTO metrics_progress (user_id, counted_to)
  SELECT b.user_id, CASE WHEN count(t.number) < {each} THEN b.event_count ELSE max(t.number) END
    FROM behind b LEFT JOIN taken t USING (user_id) GROUP BY b.user_id, b.event_count
  ON CONFLICT (user_id) DO UPDATE SET counted_to = excluded.counted_to
)
SELECT count(*) FROM taken
"""


def _count_jobs(whom: str) -> str:
    return COUNT_JOBS.format(whom=whom, users=USERS_AT_ONCE, each=EVENTS_OF_EACH, add_up=ADD_UP, bounds=BOUNDS)


COUNT_RECENT = text(_count_jobs(RECENTLY_ACTIVE))
COUNT_EVERYONE = text(_count_jobs(EVERYONE_BEHIND))

# A user who opened the studio on a day is one of that day's users, however often, and whenever their events come.
COUNT_STUDIO_EVENTS = text(f"""
WITH due AS MATERIALIZED (
  SELECT user_id, key FROM studio_events WHERE NOT counted ORDER BY received_at LIMIT {STUDIO_EVENTS_AT_ONCE}
), taken AS (
  UPDATE studio_events e SET counted = true FROM due WHERE e.user_id = due.user_id AND e.key = due.key
  RETURNING e.user_id, e.type, e.label, CAST(e.at AT TIME ZONE 'UTC' AS date) AS day
), opened AS (
  SELECT DISTINCT user_id, day FROM taken WHERE type = 'STUDIO_OPENED'
), said (day, measure, kind, label, total) AS (
  SELECT day, type, '', label, 0 FROM taken
  UNION ALL SELECT day, 'STUDIO_USERS', '', '', 0 FROM opened o
   WHERE NOT EXISTS (SELECT FROM studio_events e WHERE e.user_id = o.user_id AND e.type = 'STUDIO_OPENED' AND e.counted
                        AND e.at >= o.day AT TIME ZONE 'UTC' AND e.at < (o.day + 1) AT TIME ZONE 'UTC')
), {ADD_UP}
SELECT count(*) FROM taken
""")  # noqa: S608 - our own words

PRUNE = text("""
DELETE FROM studio_events WHERE (user_id, key) IN (
  SELECT user_id, key FROM studio_events WHERE received_at < now() - CAST(:keep AS interval) AND counted ORDER BY received_at LIMIT 5000)
""")
FORGET = text("DELETE FROM studio_events WHERE user_id = :user_id")


class SqlMetrics:
    """For workers, as `likeness_dispatch`. Safe in many processes: one counts, and the others find nothing to do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self) -> int:
        """What came in the last minutes. Returns of how many events; 0 as well where another process is at it."""
        return await self._all(COUNT_STUDIO_EVENTS) + await self._all(COUNT_RECENT)

    async def count_everyone(self) -> int:
        """And what `count` did not see: while no worker ran, or where a clock was wrong."""
        return await self._all(COUNT_STUDIO_EVENTS) + await self._all(COUNT_EVERYONE)

    async def prune(self, *, keep: timedelta) -> None:
        """Single events of the studio that came that long ago, and are counted."""
        async with self._database.dispatch() as connection:
            await connection.execute(PRUNE, {"keep": keep})

    async def forget(self, user_id: UserId) -> None:
        """All single events of a user, for whose data is to be deleted. What was counted stays, and is nobody's."""
        async with self._database.dispatch() as connection:
            await connection.execute(FORGET, {"user_id": user_id})

    async def _all(self, statement: TextClause) -> int:
        counted = 0
        while some := await self._some(statement):
            counted += some
        return counted

    async def _some(self, statement: TextClause) -> int:
        async with self._database.dispatch() as connection:
            if not (await connection.execute(ONLY_ONE)).scalar_one():
                return 0
            found: int = (await connection.execute(statement)).scalar_one()
            return found
