"""Whose image is sent next. Images wait in `job_images`, unsent; users who have some stand in `render_line`, one place each.

Whoever is dealt to goes to the back of the line with a new number; who has as many images under way as may be, or none
that waits, leaves it, and is put back by whatever changes that (`joining`). A place in line is only a hint to look at a
user: one too many costs a look, and one that was lost is found by `rejoin`. See docs/decisions/0020.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from db.engine import Database
from db.waiting_images import UNDER_WAY, WAITS, joining
from domain.ids import JobId, UserId, WorkerId
from domain.jobs.waiting import MOST_COUNTED

# Images that are locked are passed over: whoever holds them puts their owner in line. So one place behind what was picked in the
# order of the index is what waits next, or as good as that. The jobs are named twice, or the planner, which cannot know
# how few they are, would rather read all of a table that is not yet large.
# Two statements: the second has to see what another relay did before it let go of these users. Neither waits for a lock.
CALL_UP = text(f"""
WITH room AS (
  SELECT :slots + (SELECT coalesce(sum(slots), 0) FROM worker_heartbeats
                    WHERE worker_id <> :worker AND seen_at > now() - CAST(:silence AS interval))
         - (SELECT count(*) FROM job_images WHERE {UNDER_WAY}) AS images
), called AS (
  SELECT user_id FROM render_line WHERE due_at <= now() AND (SELECT images FROM room) > 0
   ORDER BY turn LIMIT (SELECT greatest(images, 0) FROM room) FOR UPDATE SKIP LOCKED
)
SELECT (SELECT images FROM room) AS room, array_agg(user_id) AS users FROM called
""")  # noqa: S608 - our own words
DEAL = text(f"""
WITH called AS (
  SELECT user_id, :limit - (SELECT count(*) FROM job_images f WHERE f.user_id = called.user_id AND {UNDER_WAY}) AS seats
    FROM unnest(CAST(:users AS uuid[])) AS called (user_id)
), picked AS (
  SELECT called.user_id, p.job_id, p.index
    FROM called CROSS JOIN LATERAL (
      SELECT job_id, index FROM job_images w
       WHERE w.user_id = called.user_id AND {WAITS} AND run_after <= statement_timestamp()
       ORDER BY in_line_since, job_id, index LIMIT greatest(least(called.seats, :share), 0) FOR UPDATE SKIP LOCKED) p
), after AS (
  SELECT called.user_id, coalesce(taken.count, 0) AS taken, called.seats > coalesce(taken.count, 0) AS has_seats,
         coalesce((SELECT run_after FROM job_images w
                    WHERE w.user_id = called.user_id AND {WAITS} AND run_after <= statement_timestamp()
                    ORDER BY in_line_since, job_id, index OFFSET coalesce(taken.count, 0) LIMIT 1),
                  (SELECT min(run_after) FROM job_images w
                    WHERE w.user_id = called.user_id AND {WAITS} AND run_after > statement_timestamp())) AS next_due_at
    FROM called LEFT JOIN (SELECT user_id, count(*) AS count FROM picked GROUP BY user_id) taken USING (user_id)
), left_line AS (
  DELETE FROM render_line l USING after WHERE l.user_id = after.user_id AND (NOT after.has_seats OR after.next_due_at IS NULL)
), in_line AS (
  UPDATE render_line l SET turn = DEFAULT, due_at = after.next_due_at
    FROM after WHERE l.user_id = after.user_id AND after.has_seats AND after.next_due_at IS NOT NULL
)
UPDATE job_images SET sent_at = clock_timestamp()
 WHERE job_id = ANY(ARRAY(SELECT job_id FROM picked)) AND (job_id, index) IN (SELECT job_id, index FROM picked)
RETURNING user_id, job_id, index
""")  # noqa: S608

RETURN = text(f"""
WITH returned AS (
  UPDATE job_images ji SET sent_at = NULL
    FROM unnest(CAST(:job_ids AS uuid[]), CAST(:indexes AS integer[])) AS unsent (job_id, index)
   WHERE ji.job_id = unsent.job_id AND ji.index = unsent.index AND ji.state = 'QUEUED'
  RETURNING ji.user_id
)
{joining("SELECT DISTINCT user_id FROM returned")}
""")  # noqa: S608

# From one waiting user to the next by the index: as many steps as there are users, however much each waits for.
REJOIN = text(f"""
WITH RECURSIVE waiting AS (
  (SELECT user_id FROM job_images WHERE {WAITS} ORDER BY user_id LIMIT 1)
  UNION ALL
  SELECT (SELECT w.user_id FROM job_images w WHERE {WAITS} AND w.user_id > waiting.user_id ORDER BY w.user_id LIMIT 1)
    FROM waiting WHERE waiting.user_id IS NOT NULL
)
INSERT INTO render_line (user_id)
SELECT user_id FROM waiting
 WHERE user_id IS NOT NULL AND NOT EXISTS (SELECT FROM render_line l WHERE l.user_id = waiting.user_id)
   AND (SELECT count(*) FROM job_images f WHERE f.user_id = waiting.user_id AND {UNDER_WAY}) < :limit
ON CONFLICT DO NOTHING
RETURNING user_id
""")  # noqa: S608

TELL = text(f"""
WITH now_is AS (
  SELECT (SELECT count(*) FROM render_line WHERE due_at <= now()) AS users,
         (SELECT count(*) FROM (SELECT FROM job_images WHERE {WAITS} LIMIT :most) counted) AS images,
         coalesce((SELECT turn FROM render_line WHERE due_at <= now() ORDER BY turn LIMIT 1), 0) AS serving
)
INSERT INTO render_standing AS s (users, images, serving) SELECT users, images, serving FROM now_is
ON CONFLICT (is_only) DO UPDATE SET users = EXCLUDED.users, images = EXCLUDED.images, serving = EXCLUDED.serving
 WHERE (s.users, s.images, s.serving) IS DISTINCT FROM (EXCLUDED.users, EXCLUDED.images, EXCLUDED.serving)
""")  # noqa: S608

NO_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Dealt:
    """An image that may be begun now, by whichever worker finds its message."""

    user_id: UserId
    job_id: JobId
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """`per_user` images of one user are under way at once at the most; 0 for no limit. A worker that was not heard of for
    `silence` has no room for any."""

    per_user: int
    silence: timedelta


class RenderLine:
    """Each method is one short transaction, safe to repeat and to run in many processes at once."""

    def __init__(self, database: Database, fairness: Fairness) -> None:
        self._database, self._fairness = database, fairness

    @property
    def _limit(self) -> int:
        return self._fairness.per_user or NO_LIMIT

    async def deal(self, worker: WorkerId, *, slots: int) -> Sequence[Dealt]:
        """Images to be sent now, as many as all workers have room for: one for each user in turn, more where few wait.

        `slots` are this worker's. Two relays at once may together deal twice the room: what finds none waits in Redis. Never
        more of one user than may be.
        """
        asked = {"slots": slots, "worker": worker, "silence": self._fairness.silence}
        async with self._database.dispatch() as connection:
            room, users = (await connection.execute(CALL_UP, asked)).one()
            if not users:
                return []
            values = {"users": users, "share": max(1, room // len(users)), "limit": self._limit}
            return [Dealt(*row) for row in await connection.execute(DEAL, values)]

    async def give_back(self, images: Sequence[Dealt]) -> None:
        """They could not be sent: they wait again, and their owners are at the back of the line."""
        values = {"job_ids": [image.job_id for image in images], "indexes": [image.index for image in images]}
        async with self._database.dispatch() as connection:
            await connection.execute(RETURN, values)

    async def rejoin(self) -> Sequence[UUID]:
        """Users who wait without standing in line, though they may have more under way: after a deploy that raised the limit."""
        async with self._database.dispatch() as connection:
            return (await connection.execute(REJOIN, {"limit": self._limit})).scalars().all()

    async def tell_standing(self) -> None:
        """How long the line is, for whoever asks how many are ahead."""
        async with self._database.dispatch() as connection:
            await connection.execute(TELL, {"most": MOST_COUNTED})
